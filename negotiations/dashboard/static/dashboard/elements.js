// Elements are made here, and only from text: nothing on these pages is ever parsed as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false && child !== ""));
  return element;
}

/** `h("a", { href }, "text", otherElement, null)`: an element; attributes that are null or false are left out. */
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** The same for drawings. */
export const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** A number that the API gave, as people of this language write it; `of` says where it came from. */
export const number = (value, of) =>
  h("data", { value, "data-of": of }, new Intl.NumberFormat(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang).format(value));

/** Texts of our records are English; who reads the page in another language has them marked so. */
export const said = (text, tag = "span", attributes = {}) =>
  h(tag, { ...attributes, lang: document.documentElement.lang === "en" ? null : "en" }, text);

const SINGLE = { "“": "‘", "”": "’", "„": "‚", '"': "’" };

/** Words that will stand in quotation marks: those within are single ones (the rule of `negotiations/models/excerpts.py`). */
const withinMarks = (text) =>
  text.replace(/(?<![^\s([—–-])"/g, "‘").replace(/[“”„"]/g, (mark) => SINGLE[mark]);

/** Words of a source, in the language in which they were printed; never translated. */
export const quoted = (text, language, tag = "q", attributes = {}) =>
  text ? h(tag, { ...attributes, lang: language || "und" }, tag === "q" ? withinMarks(text) : text) : null;

/** Puts `children` into `element`. What had the focus there has it again, if it came back by the same `data-key`. */
export function refill(element, ...children) {
  const key = element.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  element.replaceChildren(...children);
  if (key) element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

/** What stands between several elements, for lists within a line. */
export const between = (elements, separator) =>
  elements.flatMap((element, index) => (index ? [separator, element] : [element]));
