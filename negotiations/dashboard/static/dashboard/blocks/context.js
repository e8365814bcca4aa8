// Figures that set one talk beside the others, each with the records it was computed from.

import { address } from "../api.js";
import { evidence } from "../citing.js";
import { dateText } from "../dates.js";
import { h, number, said } from "../elements.js";
import { named } from "../links.js";
import { part } from "../parts.js";
import { rangeText } from "../quantities.js";
import { term, word } from "../words.js";

export const context = () =>
  part({
    name: "context",
    request: ({ talk, as_of }) => address(`talks/${talk}/context/`, { as_of }),
    draw: (answer) => [
      h("dl", { class: "facts" },
        since("direct", answer.since_previous.direct), since("in_person", answer.since_previous.in_person),
        row(word("context.number"), count(answer.number_in_process), inputs(answer.number_in_process))),
      answer.claims.length ? [h("h3", {}, word("context.claims")), h("ul", { class: "versions" }, answer.claims.map(claim))] : null,
      answer.sources.length ? [h("h3", {}, word("context.sources")), independent(answer.sources)] : null,
    ],
  });

const row = (name, ...value) => h("div", {}, h("dt", {}, name), h("dd", {}, ...value));

function count({ least, most }) {
  if (least === most) return number(least, "context");
  return most === null ? [word("ranges.at_least"), " ", number(least, "context")] : [number(least, "context"), "–", number(most, "context")];
}

const since = (kind, figure) =>
  row(word(`context.since_${kind}`), figure.days
    ? [count(figure.days), " ", word("context.days"), figure.whole_years ? ` (${word("context.whole_years", { count: figure.whole_years })})` : null]
    : word("context.first"), inputs(figure));

/** The talks that a figure was computed from, so that it can be done again by hand. */
function inputs({ counted, undated }) {
  if (!counted.length && !undated.length) return null;
  return h("details", {}, h("summary", {}, word("context.inputs", { count: counted.length })), h("ul", { class: "inputs" },
    counted.map((each) => h("li", {}, dateText(each.start), ": ", named("talk", each), each.is_certain === false ? ` (${word("matrix.possible")})` : null)),
    undated.map((each) => h("li", {}, word("dates.none"), ": ", named("talk", each), ` (${word("disputes.not_counted")})`))));
}

const claim = ({ direct, in_person, assertion }) =>
  h("li", {}, rangeText({ ...assertion.amount, unit: assertion.unit }), ". ", word("context.claim", {
    direct: term("claim-check", direct), in_person: term("claim-check", in_person) }), evidence(assertion.citations, 1));

const independent = (facts) =>
  h("details", {}, h("summary", {}, word("context.facts", { count: facts.length })), h("ul", { class: "inputs" }, facts.map((each) =>
    h("li", {}, said(each.label), ": ", count(each.independent), " ", h("span", { class: "small" },
      each.origins.map((origin) => origin.outlet?.label ?? word("context.unknown_origin")).join(", "))))));
