// What an assertion says: its one value, and all that was asserted of a field side by side.

import { evidence } from "./citing.js";
import { dateText } from "./dates.js";
import { h, said } from "./elements.js";
import { named } from "./links.js";
import { rangeText } from "./quantities.js";
import { term, word } from "./words.js";

const LISTS = { stage: "stage", next_meeting: "next-meeting", implementation: "implementation", status: "talk-status", outcome: "outcome-kind",
  attendance: "attendance", roles: "delegation-role", discussed: "discussed" };

/** The word of a field, in the reader's language where its list is closed. */
export const fieldWord = (field, value) => (LISTS[field] ? term(LISTS[field], value) : said(value ?? ""));

/** An assertion's one value, of whichever kind it is. */
export function assertionValue(each) {
  const about = each.approximate ? [word("disputes.about"), " "] : null;
  if (each.state !== "given") return term("assertion-state", each.state);
  if (each.amount) return [about, rangeText({ ...each.amount, unit: each.unit }, "version")];
  if (each.date) return [about, dateText(each.date)];
  if (each.time) return [about, each.time, each.zone ? ` (${each.zone})` : null];
  if (each.value_actor || each.value_place) return named("", each.value_actor ?? each.value_place);
  return fieldWord(each.field, each.word);
}

/** Every field of which there are assertions, each with all its versions and their sources. */
export function assertionsByField(assertions) {
  const fields = [...new Set(assertions.map((each) => each.field))];
  return fields.length ? h("dl", { class: "asserted" }, fields.map((field) =>
    h("div", {}, h("dt", {}, term("assertion-field", field)), h("dd", {}, h("ul", { class: "versions" },
      assertions.filter((each) => each.field === field).map(version)))))) : null;
}

const version = (each) =>
  h("li", {}, assertionValue(each), each.giver ? [" (", each.giver.label, each.receiver ? ` → ${each.receiver.label}` : null, ")"] : null,
    each.held_on ? h("span", { class: "small" }, word("asserted.held_on", { date: dateText(each.held_on) })) : null,
    each.rank === "normal" ? null : h("span", { class: "small" }, term("rank", each.rank), each.rank_reason ? [": ", said(each.rank_reason)] : null),
    evidence(each.citations, 1));
