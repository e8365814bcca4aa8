// The sources that the page cites, numbered in the order in which it does.

import { address } from "../api.js";
import { markLanguages, numberSources } from "../citing.js";
import { dateText } from "../dates.js";
import { between, h } from "../elements.js";
import { part } from "../parts.js";
import { term, word } from "../words.js";

const AT_ONCE = 50; // values that a filter takes

let cited = [];

export const sources = () =>
  part({
    name: "sources",
    request: ({ as_of }) =>
      Array.from({ length: Math.ceil(cited.length / AT_ONCE) }, (_, index) =>
        address("sources/", { id: cited.slice(index * AT_ONCE, (index + 1) * AT_ONCE).join(","), page_size: AT_ONCE, as_of })),
    draw: ({ results }) => (results.length ? h("ol", { class: "sources" }, cited.map((slug) => source(slug, results.find((each) => each.slug === slug)))) : []),
  });

/** Numbers what `root` cites, lists it in `part`, and marks the language of words whose source is known by now. */
export async function showSources(root, part, state) {
  cited = numberSources(root);
  await part.load(state);
  markLanguages(root, part.answer()?.results ?? []);
}

function source(slug, found) {
  const id = `source-${slug}`;
  if (!found) return h("li", { id, tabindex: "-1" }, slug);
  const link = (url, ...text) => (url ? h("a", { href: url, rel: "noreferrer" }, ...text) : text);
  const title = found.title ? h("cite", { lang: found.language }, found.title) : word("citing.no_title");
  const facts = [
    found.published ? word("citing.published", { date: dateText(found.published) }) : word("citing.no_date"),
    term("source-kind", found.kind),
    found.reproduction && found.reproduction !== "original" ? term("reproduction", found.reproduction) : null,
    found.reliability && found.reliability !== "usual" ? h("strong", {}, term("reliability", found.reliability)) : null,
    found.language ? new Intl.DisplayNames(document.documentElement.lang, { type: "language" }).of(found.language) : null,
    found.archived_url ? link(found.archived_url, word("citing.archived")) : null,
  ].filter(Boolean);
  return h("li", { id, tabindex: "-1" }, found.publisher ? [found.publisher.label, ": "] : null, link(found.page_url, title),
    h("span", { class: "small" }, between(facts, " · ")));
}
