// What was corrected, retracted, merged or withheld, the newest first, and on demand which fields of which records.

import { address, ask } from "../api.js";
import { momentText } from "../dates.js";
import { h, said } from "../elements.js";
import { named } from "../links.js";
import { failure, part } from "../parts.js";
import { term, word } from "../words.js";

export const corrections = () =>
  part({
    name: "corrections",
    request: ({ as_of }) => address("revisions/", { kind: "correction,retraction,merge,suppression", page_size: 20, as_of }),
    draw: ({ results }) => (results.length ? h("ol", { class: "log" }, results.map(correction)) : []),
  });

function correction(each) {
  const changes = h("div", {});
  const request = address(`revisions/${each.number}/`);
  const load = () => ask(request).then((answer) => changes.replaceChildren(...told(answer, request)),
    (error) => changes.replaceChildren(failure(error, null, load)));
  return h("li", { "data-row": each.number, tabindex: "-1" }, h("p", {}, h("strong", {}, term("revision-kind", each.kind)), " · ",
    word("controls.revision_is", { number: each.number, moment: momentText(each.at) })),
    each.note ? said(each.note, "p") : null,
    h("details", { ontoggle: () => changes.childElementCount || load() }, h("summary", {}, word("corrections.differences")), changes));
}

/** Each record with the fields that differ; a large revision's others are where the API has them. */
const told = ({ records, next }, request) => [
  h("ul", { class: "versions" }, records.map((record) => h("li", {}, nameOf(record), " ", h("span", { class: "tag" }, term("change", record.change)),
    h("ul", { class: "inputs" }, record.change === "changed" ? record.differences.map((each) => h("li", { lang: "en" }, each.path.replace(/\[[^\]]*\]/g, ""), ": ", value(each.before), " → ", value(each.after))) : [])))),
  h("p", { class: "small" }, h("a", { href: request }, word("ways.api")), next ? " …" : null),
];

const nameOf = ({ resource, slug, label, change }) =>
  label === null ? word("corrections.withheld") : named(change === "withdrawn" ? "" : resource.replace(/s$/, ""), { slug, label });

const value = (told) => (told === null || told === "" ? word("states.no_record") : typeof told === "object" ? (told.label ?? JSON.stringify(told)) : String(told));
