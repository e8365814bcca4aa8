// What a fact rests on: the words as printed, in whose voice, and a numbered link to the list of sources.

import { address, ask, byFifty } from "./api.js";
import { between, h, quoted, said } from "./elements.js";
import { term, word } from "./words.js";

const languages = new Map(); // of sources met so far, so that their words are marked even where only a reference came

export function remember(source) {
  if (source?.language) languages.set(source.slug, source.language);
}

/** "[3 ¶2]"; the number is set by `numberSources` once all parts are drawn. */
export function reference(citation) {
  const { source, statement, locator } = citation;
  remember(source);
  if (source) {
    return h("a", { class: "cite", href: `#source-${source.slug}`, "data-source": source.slug, title: source.label },
      h("span", { class: "hidden" }, word("citing.source"), " "), "[", h("span", { class: "at" }, "…"),
      locator ? [locator.length < 5 ? "\u00a0" : " ", h("span", { lang: "en" }, locator)] : null, "]");
  }
  return statement ? h("span", { class: "testimony", "data-statement": statement.slug }, word("citing.statement"), " ",
    h("a", { href: statement.url }, said(statement.label))) : null;
}

/** Who speaks in the cited words: "Volodymyr Zelensky, on the record"; the outlet's own voice has no name. */
export function voice({ speaker, descriptor, on_behalf_of: side, attribution }) {
  const who = speaker ? speaker.label : descriptor ? said(`“${descriptor}”`) : side?.label;
  const terms = attribution ? term("attribution", attribution) : null;
  return between([who, terms].filter(Boolean), ", ");
}

/** Every citation with its words; `limit` leaves the rest to a list that opens. */
export function evidence(citations, limit = 1) {
  if (!citations?.length) return null;
  const rows = citations.map((each) =>
    h("li", {},
      quoted(each.excerpt, each.source?.language ?? languages.get(each.source?.slug), "q", { "data-of-source": each.source?.slug }),
      each.excerpt ? " " : null,
      each.supports && each.supports !== "supports" ? [h("strong", {}, term("support", each.supports)), " "] : null,
      h("span", { class: "voice" }, voice(each)), " ", reference(each)));
  const rest = rows.slice(limit);
  return h("div", { class: "evidence" }, h("ul", {}, ...rows.slice(0, limit)),
    rest.length ? h("details", {}, h("summary", {}, word("citing.more", { count: rest.length })), h("ul", {}, ...rest)) : null);
}

/** Adds to whatever rests on a statement its words, who said them, and the sources that print it. */
export async function showTestimony(root, as_of) {
  const waiting = [...root.querySelectorAll("[data-statement]:not([data-told])")];
  for (const each of waiting) each.dataset.told = "";
  for (const slugs of byFifty([...new Set(waiting.map((each) => each.dataset.statement))])) {
    const fields = "slug,speaker,descriptor,on_behalf_of,attribution,quote,language,citations";
    const { results } = await ask(address("statements/", { id: slugs.join(","), fields, include: "citations.source", page_size: 50, as_of }));
    for (const found of results) {
      for (const each of waiting.filter(({ dataset }) => dataset.statement === found.slug)) {
        each.append(" ", ...[quoted(found.quote, found.language), " ", h("span", { class: "voice" }, voice(found)), " ",
          between([...new Map(found.citations.map((one) => [`${one.source?.slug} ${one.locator}`, one])).values()].map(reference), " ")].flat(Infinity).filter(Boolean));
      }
    }
  }
}

/** Numbers the sources that `root` cites in the order of the page, and says which they are. */
export function numberSources(root) {
  const numbers = new Map();
  for (const link of root.querySelectorAll("a[data-source]")) {
    const { source } = link.dataset;
    if (!numbers.has(source)) numbers.set(source, numbers.size + 1);
    link.querySelector(".at").textContent = numbers.get(source);
  }
  return [...numbers.keys()];
}

/** Words of which the language was not known when they were drawn get it from their source. */
export function markLanguages(root, sources) {
  sources.forEach(remember);
  for (const each of root.querySelectorAll("[lang=und][data-of-source]")) {
    each.lang = languages.get(each.dataset.ofSource) ?? "und";
  }
}
