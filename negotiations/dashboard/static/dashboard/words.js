// The page's own words, one file a language, and the field's words, which the API has in every language.

import { address, ask } from "./api.js";

export const language = document.documentElement.lang;
/** For dates and numbers: English ones as in the field's documents, 16 May 2025. */
export const locale = language === "en" ? "en-GB" : language;
let words = {};
let lists = {};

/** Both are fetched before anything is drawn. Without the API the field's words stay as they stand in records. */
export async function loadWords() {
  const own = fetch(`${document.body.dataset.words}${language}.json`).then((answer) => answer.json());
  await Promise.all([own.then((found) => (words = found)), loadTerms()]);
}

/** Asked again with the next load if they did not come. */
export async function loadTerms() {
  if (Object.keys(lists).length) return;
  const { results } = await ask(address("vocabularies/")).catch(() => ({ results: [] }));
  lists = Object.fromEntries(
    results.map((list) => [list.name, Object.fromEntries(list.words.map((word) => [word.value, word]))]),
  );
}

const found = (name) => name.split(".").reduce((branch, key) => branch?.[key], words);

/** `word("citing.more", { count: 3 })`: a text of the interface. Where it has several forms, `count` chooses one. */
export function word(name, values = {}) {
  let text = found(name);
  if (text && typeof text === "object") text = text[new Intl.PluralRules(language).select(values.count)] ?? text.other;
  if (text == null) return name;
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

/** The label of one of the field's words: `term("stance", "red_line")`. */
export function term(list, value) {
  const labels = lists[list]?.[value]?.labels;
  return labels?.[language] ?? labels?.en ?? String(value).replaceAll("_", " ");
}

/** All words of a list, in its order: `{ value, definition, labels }`. */
export const terms = (list) => Object.values(lists[list] ?? {});
