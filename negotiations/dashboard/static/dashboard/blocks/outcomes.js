// What was agreed, or expressly not, who confirms it, and how far it has been carried out by the day.

import { address } from "../api.js";
import { evidence } from "../citing.js";
import { dateText } from "../dates.js";
import { between, h, said } from "../elements.js";
import { named } from "../links.js";
import { part } from "../parts.js";
import { quantityText, rangeText } from "../quantities.js";
import { term, word } from "../words.js";

/** What promises nothing comes only when it is named; both are asked. */
const OF_PROCESS = {
  request: ({ process, on, as_of }) =>
    process && [null, "no_agreement"].map((kind) => address(`processes/${process}/implementation/`, { on, kind, as_of })),
};

export const outcomes = (name = "outcomes", asked = OF_PROCESS) =>
  part({ name, ...asked, draw: ({ results }) => (results.length ? table(results, name) : []) });

function table(rows, name) {
  const heads = ["outcome", "parties", "implementation", "promised"];
  return h("table", { class: "outcomes", role: "table", "aria-labelledby": `${name}-title` },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads.map((each) => h("th", { role: "columnheader", scope: "col" }, word(`outcomes.${each}`))))),
    h("tbody", { role: "rowgroup" }, rows.map(outcome)));
}

const cell = (name, ...content) => h("td", { role: "cell" }, h("span", { class: "of", "aria-hidden": "true" }, word(`outcomes.${name}`)), ...content);
const none = (name) => h("span", { class: "none" }, word(name));

function outcome(each) {
  return h("tr", { role: "row", "data-row": each.slug, tabindex: "-1", class: each.part_of ? "provision" : null },
    h("th", { role: "rowheader", scope: "row" }, said(each.label ?? each.title),
      h("span", { class: "small" }, term("outcome-kind", each.kind), " · ", each.agreed ? dateText(each.agreed) : each.talk ? named("talk", each.talk) : word("dates.none")),
      evidence(each.citations, 1)),
    cell("parties", each.parties.length ? h("ul", {}, each.parties.map(party)) : none("states.no_record")),
    cell("implementation", h("span", { class: "tag strong" }, each.implementation ? term("implementation", each.implementation) : word("states.no_record")),
      (each.deadlines ?? []).map(deadline)),
    cell("promised", each.quantities ? measured(each) : each.quantity?.length ? each.quantity.map((one) => h("p", {}, word("outcomes.promised_is"), " ", quantityText(one))) : none("outcomes.no_quantity")));
}

const party = (each) =>
  h("li", {}, named("actor", each.actor), ": ", between([term("outcome-party-role", each.role), each.stance ? term("outcome-stance", each.stance) : word("outcomes.no_stance")], ", "));

const deadline = (each) =>
  h("p", { class: "small" }, word("outcomes.due"), ": ", each.standing === "none" ? word("outcomes.no_day") : [dateText(each.date), ", ", term("deadline-standing", each.standing)]);

function measured({ quantities, steps }) {
  const rows = quantities.flatMap(({ unit, promised, done: deeds }) => [
    ...promised.map((each) => [word("outcomes.promised_is"), " ", quantityText({ ...each, unit })]),
    ...deeds.map((each) => [word("outcomes.done_is"), " ", done(each, unit)]),
    ...(deeds.length ? [] : [[word("outcomes.done_is"), " ", none("states.no_record"), " (", term("unit", unit), ")"]]),
  ]);
  return [rows.length ? h("ul", { class: "measured" }, rows.map((each) => h("li", {}, each))) : none("outcomes.no_quantity"),
    steps?.length ? h("details", {}, h("summary", {}, word("outcomes.steps", { count: steps.length })), h("ol", { class: "steps" }, steps.map(step))) : null];
}

const done = (each, unit) => [
  rangeText({ ...each, unit }, "done"),
  each.giver && each.receiver ? [" (", each.giver.label, " → ", each.receiver.label, ")"] : null,
  each.basis === "running_total" ? [" ", word("outcomes.running_total", { date: dateText(each.held_on) })] : [" ", word("outcomes.sum_of", { count: each.counted })],
  each.uncounted ? [", ", word("outcomes.uncounted", { count: each.uncounted })] : null,
];

const step = (each) =>
  h("li", {}, dateText(each.date), ": ", said(each.label), " · ", term(each.kind === "talk" ? "talk-status" : "event-status", each.status), evidence(each.citations, 1));
