// The talk itself: when, where and how they met, what was on the table, and what every source says of it.

import { address, csvAddress } from "../api.js";
import { assertionsByField } from "../assertions.js";
import { evidence } from "../citing.js";
import { dateText } from "../dates.js";
import { between, h, said } from "../elements.js";
import { named } from "../links.js";
import { part } from "../parts.js";
import { rangeText } from "../quantities.js";
import { linkTo } from "../state.js";
import { term, word } from "../words.js";

export const meeting = () =>
  part({
    name: "meeting",
    request: ({ talk, as_of }) => address(`talks/${talk}/`, { include: "citations.source", as_of }),
    draw: (talk) => [
      talk.summary ? said(talk.summary, "p") : null,
      h("dl", { class: "facts" }, facts(talk).map(([name, value]) => h("div", {}, h("dt", {}, word(`meeting.${name}`)), h("dd", {}, value ?? notNamed())))),
      evidence(talk.citations, 2),
      agenda(talk.agenda),
      talk.assertions.length ? [h("h3", {}, word("asserted.title")), assertionsByField(talk.assertions)] : null,
    ],
    csv: ({ slug, meta }) => csvAddress(address("talks/", { id: slug, as_of: meta.revision })),
  });

const dayOf = (date) => (/^\d{4}-\d{2}-\d{2}$/.test(date) ? date : null);
const notNamed = () => h("span", { class: "none" }, word("states.not_named"));
const known = (list, value) => (value ? term(list, value) : null);

/** What no column holds since sources differ stands below, field by field. */
const differing = (talk, field) => (talk.assertions.some((each) => each.field === field) ? word("meeting.duration_differs") : null);

function facts(talk) {
  const times = [talk.start_time, talk.end_time].filter(Boolean).join("–");
  return [
    ["date", dateText(talk.end && talk.end !== talk.start ? `${talk.start ?? ""}/${talk.end}` : talk.start)],
    ["time", times ? `${times}${talk.zone ? ` (${talk.zone})` : ""}` : differing(talk, "start_time")],
    ["duration", talk.duration ? rangeText(talk.duration, "duration") : differing(talk, "duration")],
    ["place", talk.place ? said(talk.place.label) : differing(talk, "venue")],
    ["process", [talk.process ? h("a", { href: linkTo("/", { process: talk.process.slug, on: dayOf(talk.start) }) }, said(talk.process.label)) : notNamed(), talk.round_number ? ` · ${word("meeting.round", { number: talk.round_number })}` : null]],
    ["kind", between([term("talk-kind", talk.kind), term("talk-relation", talk.relation)], " · ")],
    ...(talk.related_talk ? [["related", named("talk", talk.related_talk)]] : []),
    ["status", term("talk-status", talk.status)],
    ["form", between([known("modality", talk.modality), known("setting", talk.setting)].filter(Boolean), " · ")],
    ["track", known("track", talk.track)],
    ["languages", talk.languages.length ? talk.languages.map((each) => new Intl.DisplayNames(document.documentElement.lang, { type: "language" }).of(each)).join(", ") : null],
    ["purpose", talk.purpose ? said(talk.purpose) : null],
  ];
}

const agenda = (items) =>
  items.length ? [h("h3", {}, word("meeting.agenda")), h("ul", { class: "agenda" }, items.map((each) =>
    h("li", {}, said(each.issue?.label ?? each.text), each.issue && each.text ? [": ", said(each.text)] : null, " ",
      h("span", { class: "tag" }, term("discussed", each.discussed)), evidence(each.citations, 1))))] : null;
