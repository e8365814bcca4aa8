// The sources that the page cites, numbered in the order in which it does.

import { address, byFifty } from "../api.js";
import { markLanguages, numberSources, showTestimony } from "../citing.js";
import { dateText } from "../dates.js";
import { between, h } from "../elements.js";
import { part } from "../parts.js";
import { term, word } from "../words.js";

let cited = [];

export const sources = () =>
  part({
    name: "sources",
    request: ({ as_of }) =>
      byFifty(cited).map((slugs) => address("sources/", { id: slugs.join(","), page_size: slugs.length, as_of })),
    draw: ({ results }) => (results.length ? h("ol", { class: "sources" }, cited.map((slug) => source(slug, results.find((each) => each.slug === slug)))) : []),
  });

/** Numbers what `root` cites, lists it in `part`, and marks the language of words whose source is known by now. */
export async function showSources(root, part, state) {
  await showTestimony(root, state.as_of).catch((error) => error.kind || console.error(error)); // its label stands there
  cited = numberSources(root);
  await part.load(state);
  markLanguages(root, part.answer()?.results ?? []);
}

function source(slug, found) {
  const id = `source-${slug}`;
  if (!found) return h("li", { id, tabindex: "-1" }, slug);
  const link = (url, ...text) => (url ? h("a", { href: url, rel: "noreferrer" }, ...text) : text);
  const title = found.title ? h("cite", { lang: found.language }, found.title) : (found.page_url ?? found.label).replace(/^https?:\/\/(www\.)?/, "");
  const facts = [
    found.published ? word("citing.published", { date: dateText(found.published) }) : word("citing.no_date"),
    term("source-kind", found.kind),
    found.reproduction && found.reproduction !== "original" ? term("reproduction", found.reproduction) : null,
    found.reliability && found.reliability !== "usual" ? h("strong", {}, term("reliability", found.reliability)) : null,
    found.language ? new Intl.DisplayNames(document.documentElement.lang, { type: "language" }).of(found.language) : null,
    found.archived_url ? link(found.archived_url, word("citing.archived")) : null,
  ].filter(Boolean);
  return h("li", { id, tabindex: "-1" }, found.publisher ? [found.publisher.label, ": "] : null, link(found.page_url, title),
    found.title && found.page_url ? h("span", { class: "printed", "aria-hidden": "true" }, ` <${found.page_url}>`) : null,
    h("span", { class: "small" }, between(facts, " · ")));
}
