// Parties by issues on the day: the headline position of each, whose words it rests on, and how it came to be so.

import { address } from "../api.js";
import { evidence } from "../citing.js";
import { dateText, today } from "../dates.js";
import { h, said } from "../elements.js";
import { named } from "../links.js";
import { part } from "../parts.js";
import { legend, stance } from "../stances.js";
import { term, word } from "../words.js";

export const matrix = () =>
  part({
    name: "matrix",
    request: ({ process, on, as_of }) => process && address(`processes/${process}/matrix/`, { on, during: `../${on ?? today()}`, as_of }),
    draw: (answer) => (answer.cells.length ? [h("p", { class: "asked" }, word("matrix.on", { date: dateText(answer.on) })), legend(), table(answer)] : []),
  });

// Cells leave their row on narrow screens, where some browsers forget that it is a table unless roles say so.
function table({ parties, issues, cells }) {
  const found = new Map(cells.map((cell) => [`${cell.party.id} ${cell.issue.id}`, cell]));
  return h("table", { class: "matrix", role: "table", "aria-labelledby": "matrix-title" },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, h("th", { role: "columnheader", scope: "col" }, word("matrix.issue")),
      parties.map((party) => h("th", { role: "columnheader", scope: "col", class: isSparse(party, cells) ? "sparse" : null }, named("actor", party))))),
    h("tbody", { role: "rowgroup" }, issues.map((issue) => h("tr", { role: "row" }, said(issue.label, "th", { role: "rowheader", scope: "row" }),
      parties.map((party) => cellOf(found.get(`${party.id} ${issue.id}`), party))))));
}

/** Who has hardly a position in any cell needs less room than those who have. */
const isSparse = (party, cells) => {
  const own = cells.filter((cell) => cell.party.id === party.id);
  return own.filter((cell) => cell.position).length <= own.length / 6;
};

function cellOf(cell, party) {
  const held = cell?.position;
  return h("td", { role: "cell", class: held ? null : "no-record", "data-cell": cell && `${cell.party.slug} ${cell.issue.slug}` },
    h("span", { class: "of", "aria-hidden": "true" }, party.label), held ? holding(held, cell) : missing(cell), evolution(cell?.changes));
}

function holding(held, cell) {
  return [
    h("p", {}, stance(held.stance)),
    h("p", { class: "label-of-it" }, said(held.label)),
    held.condition ? h("p", { class: "small" }, word("labels.on_condition"), " ", said(held.condition)) : null,
    h("p", { class: "small" }, held.since ? word("dates.since", { date: dateText(held.since) }) : word("dates.since_unknown"),
      cell.certainty === "possible" ? [", ", word("matrix.possible")] : null, " · ", term("ascription", held.ascription)),
    held.supersedes ? h("p", { class: "small" }, word("matrix.instead_of"), " ", said(held.supersedes.label)) : null,
    evidence(held.passages.map((each) => ({ ...each, excerpt: each.quote?.text, language: each.quote?.language })), 1),
  ];
}

const missing = (cell) => [
  h("p", {}, stance(null)),
  cell?.last_recorded ? h("p", { class: "small" }, word("matrix.last"), " ", term("stance", cell.last_recorded.stance), ": ", said(cell.last_recorded.label),
    " (", dateText(cell.last_recorded.in_force), ")") : null,
];

/** One row a change, the oldest first; a single beginning is told by the cell itself. */
function evolution(changes) {
  if (!changes || changes.length < 2) return null;
  return h("details", { class: "evolution" }, h("summary", {}, word("matrix.changes", { count: changes.length })),
    h("ol", {}, changes.map((each) => h("li", {}, h("span", { class: "when" }, dateText(each.on)), " ",
      each.change === "ended" ? [word("matrix.ended"), " ", said(each.position.label)] : [stance(each.position.stance), " ", said(each.position.label)]))));
}
