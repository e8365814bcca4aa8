// This round beside the one before: who was in the room then and now, and which positions had moved.

import { address } from "../api.js";
import { between, h, said } from "../elements.js";
import { named } from "../links.js";
import { part } from "../parts.js";
import { stance } from "../stances.js";
import { term, word } from "../words.js";

const SIDES = ["before", "after"];

export const comparison = () =>
  part({
    name: "comparison",
    request: ({ talk, previous, as_of }) => previous && address(`talks/${previous}/compare/${talk}/`, { as_of }),
    draw: (answer) => [
      section(answer, "delegations", (row) => named("actor", row.party), delegation),
      section(answer, "people", (row) => named("person", row.person), person),
      SIDES.filter((side) => answer.issues.length && !answer.issues.some((each) => each[side])).map((side) =>
        h("p", { class: "note" }, word("comparison.no_agenda", { talk: answer[side].label }))),
      section(answer, "issues", (row) => said(row.issue?.label ?? row.text), issue),
      section(answer, "positions", (row) => [row.party.label, ": ", said(row.issue.label)], position),
    ],
  });

/** What differs as a table; what does not, counted and folded away. */
function section(answer, name, title, cell) {
  const rows = answer[name];
  if (!rows.length) return null;
  const [same, moved] = [rows.filter((each) => each.change === "unchanged"), rows.filter((each) => each.change !== "unchanged")];
  const table = (some, id) => h("table", { class: "outcomes compared", role: "table", "aria-labelledby": id },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, h("th", { role: "columnheader", scope: "col" }, word(`comparison.${name}`)),
      SIDES.map((side) => h("th", { role: "columnheader", scope: "col" }, named("talk", answer[side]))))),
    h("tbody", { role: "rowgroup" }, some.map((row) => h("tr", { role: "row" },
      h("th", { role: "rowheader", scope: "row" }, title(row), " ", h("span", { class: "tag" }, term("compared-change", row.change))),
      SIDES.map((side) => h("td", { role: "cell" }, h("span", { class: "of", "aria-hidden": "true" }, said(answer[side].label)),
        row[side] ? cell(row[side]) : h("span", { class: "none" }, word("states.no_record"))))))));
  const id = `comparison-${name}`;
  return [h("h3", { id }, word(`comparison.${name}`)),
    moved.length ? table(moved, id) : h("p", { class: "empty" }, word("comparison.none_moved")),
    same.length ? h("details", {}, h("summary", {}, word("comparison.same", { count: same.length })), table(same, id)) : null];
}

const line = (...parts) => between(parts.filter(Boolean), " · ");

const delegation = (each) => line(each.roles?.map((role) => term("delegation-role", role)).join(", "), term("attendance", each.attendance),
  each.level ? term("level", each.level) : null, each.styled ? said(each.styled) : null);
const person = (each) => line(each.party?.label, each.capacity ? term("capacity", each.capacity) : null,
  each.title ? said(each.title) : null, term("attendance", each.attendance));
const issue = (each) => term("discussed", each.discussed ?? each);
const position = (each) => [stance(each.stance), h("p", { class: "label-of-it" }, said(each.label)),
  each.condition ? h("p", { class: "small" }, word("labels.on_condition"), " ", said(each.condition)) : null];
