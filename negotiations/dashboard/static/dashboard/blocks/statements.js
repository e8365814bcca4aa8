// What was said and written: the words as printed where there are any, else what was said in ours.

import { address } from "../api.js";
import { evidence, voice } from "../citing.js";
import { dateText } from "../dates.js";
import { between, h, quoted, said } from "../elements.js";
import { named } from "../links.js";
import { part } from "../parts.js";
import { term, word } from "../words.js";

/** Of a process until the day; `asked` (state => filters) asks for another page's. */
export const statements = (name = "statements", asked = ({ process, on }) => ({ process, during: on && `../${on}` })) =>
  part({
    name,
    request: (state) => asked(state) && address("statements/", { ...asked(state), include: "citations.source", page_size: 8, as_of: state.as_of }),
    draw: ({ results }) => (results.length ? h("ul", { class: "cards" }, results.map(statement)) : []),
  });

function statement(each) {
  const nobody = !each.speaker && !each.descriptor && !each.on_behalf_of;
  const who = each.speaker ? named("person", each.speaker) : voice({ ...each, attribution: nobody ? each.attribution : null });
  return h("li", { class: "card", "data-row": each.slug, tabindex: "-1" },
    h("p", { class: "speaker" }, h("strong", {}, who),
      each.affiliation?.title ? [", ", said(each.affiliation.title)] : null),
    quoted(each.quote, each.language, "blockquote"),
    h("p", { class: each.quote ? "gist" : null }, each.quote ? null : h("span", { class: "tag" }, term("text-kind", each.text_kind)), " ", said(each.text)),
    each.condition ? h("p", {}, word("labels.on_condition"), " ", said(each.condition)) : null,
    h("p", { class: "small" }, between([term("statement-act", each.act), nobody ? null : term("attribution", each.attribution), dateText(each.said_on),
      each.channel ? [each.channel === "unknown" ? `${word("labels.channel")}: ` : "", term("channel", each.channel)] : null, each.place ? said(each.place.label) : null].filter(Boolean), " · ")),
    evidence(each.citations, 1));
}
