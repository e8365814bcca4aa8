// Positions: who wants what, in which words, and who says so.

import { address } from "../api.js";
import { evidence } from "../citing.js";
import { dateText } from "../dates.js";
import { between, h, said } from "../elements.js";
import { named } from "../links.js";
import { part } from "../parts.js";
import { stance } from "../stances.js";
import { term, word } from "../words.js";

/** `asked`: state => the filters of `/positions/`. */
export const positions = (name, asked) =>
  part({
    name,
    request: (state) => asked(state) && address("positions/", { ...asked(state), include: "citations.source", page_size: 20, as_of: state.as_of }),
    draw: ({ results }) => (results.length ? h("ul", { class: "cards" }, results.map(position)) : []),
  });

const position = (each) =>
  h("li", { class: "card", "data-row": each.slug, tabindex: "-1" },
    h("h3", {}, named("actor", each.party), ": ", said(each.issue.label)),
    h("p", {}, stance(each.stance)),
    h("p", { class: "label-of-it" }, said(each.label)),
    each.text && each.text !== each.label ? said(each.text, "p") : null,
    each.condition ? h("p", { class: "small" }, word("labels.on_condition"), " ", said(each.condition)) : null,
    h("p", { class: "small" }, between([dateText(each.in_force), term("ascription", each.ascription), each.is_headline ? null : word("positions.beside")].filter(Boolean), " · ")),
    evidence(each.citations, 1));
