// Facts of which sources tell several versions: all of them side by side, and what they agree on, if anything.

import { address } from "../api.js";
import { assertionValue, fieldWord } from "../assertions.js";
import { evidence } from "../citing.js";
import { dateText } from "../dates.js";
import { h, said } from "../elements.js";
import { named } from "../links.js";
import { part } from "../parts.js";
import { term, word } from "../words.js";

/** Of a process; `asked` (state => filters) asks for another page's. */
export const disputes = (name = "disputes", asked = ({ process }) => process && { process }) =>
  part({
    name,
    request: (state) =>
      asked(state) && address("disputes/", { ...asked(state), verdict: "disputed,settled,agreed", on: state.on, page_size: 20, as_of: state.as_of }),
    draw: ({ results }) => (results.length ? h("ul", { class: "cards" }, results.map(dispute)) : []),
  });

function dispute(each) {
  const field = each.field ? term("assertion-field", each.field) : word("disputes.stances");
  return h("li", { class: "card", "data-row": each.id, tabindex: "-1" },
    h("h3", {}, named(each.record.resource === "talks" ? "talk" : "", each.record), ": ", field, each.part ? [" (", said(each.part.label), ")"] : null),
    h("p", {}, h("span", { class: "tag strong" }, term("verdict", each.verdict)), counted(each)),
    each.agreed ? h("p", { class: "agreed" }, word("disputes.agreed"), " ", h("strong", {}, inCommon(each))) : h("p", {}, word("disputes.nothing_agreed")),
    h("ul", { class: "versions" }, each.versions.map((one) => version(one)), each.stances.map(stanceOf)));
}

/** What tells facts of one field apart: how it is counted, from whom to whom, on which day. */
const counted = ({ counting, giver, receiver, held_on }) =>
  [counting ? term("counting", counting) : null, giver && receiver ? `${giver.label} → ${receiver.label}` : null, held_on ? dateText(held_on) : null]
    .filter(Boolean).map((each) => [" · ", each]);

const version = (each) =>
  h("li", {}, each.is_counted ? null : [h("span", { class: "tag" }, word("disputes.not_counted")), " "], assertionValue(each),
    each.rank_reason ? h("span", { class: "small" }, said(each.rank_reason)) : null, evidence(each.citations, 1));

const stanceOf = (each) =>
  h("li", {}, named("actor", each.actor), ": ", each.stance ? term("outcome-stance", each.stance) : word("outcomes.no_stance"), evidence(each.citations, 1));

/** The one word that all give is the field's; a range is said in words by the API. */
function inCommon({ agreed, field }) {
  if (!agreed.word) return said(agreed.text);
  return field ? fieldWord(field, agreed.word) : term("outcome-stance", agreed.word);
}
