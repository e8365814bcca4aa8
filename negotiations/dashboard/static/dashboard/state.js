// What the reader has chosen. It lives in the address alone, so that a link shows another reader the same.

import { h } from "./elements.js";

/** process: a slug; on: a day in the world; as_of: a revision of this tracker; talk: whose delegations; kind: of what the timeline tells; lang: of the page. */
const NAMES = ["process", "on", "as_of", "talk", "kind", "lang"];
const READABLE = { on: /^\d{4}-\d{2}-\d{2}$/, as_of: /^[1-9]\d{0,17}$/ };

/** What the address says; what nobody chose is null. */
export function chosen(search = location.search) {
  const query = new URLSearchParams(search);
  return Object.fromEntries(
    NAMES.map((name) => {
      const value = query.get(name);
      return [name, value && (READABLE[name]?.test(value) ?? true) ? value : null];
    }),
  );
}

/** The address of `path` with the reader's choice; `changes` are taken over it, null takes a choice back. */
export function linkTo(path, changes = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...chosen(), ...changes })) if (value) query.set(name, value);
  return query.size ? `${path}?${query}` : path;
}

const listeners = [];

/** `listener(state)` is called whenever the choice changes, by the reader or by going back and forward. */
export function onChange(listener) {
  listeners.push(listener);
}

const tell = () => listeners.forEach((listener) => listener(chosen()));

/** Choose otherwise; each choice is a step that "back" undoes. */
export function choose(changes) {
  const to = linkTo(location.pathname, changes);
  if (to === location.pathname + location.search) return;
  history.pushState(null, "", to);
  tell();
}

/** A link and a choice at once: it can be opened elsewhere, and here it does not load the page again. */
export function choiceLink(changes, isCurrent, text) {
  return h("a", { href: linkTo(location.pathname, changes), "data-key": JSON.stringify(changes), "aria-current": isCurrent ? "true" : null,
    onclick: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose(changes);
    } }, text);
}

/** Links of the frame lead to the same choice: in another language, or on another page. */
export function keepLinks() {
  for (const link of document.querySelectorAll("a[data-language]")) {
    link.href = linkTo(location.pathname, { lang: link.dataset.language });
  }
  for (const link of document.querySelectorAll("a[data-keeps-state]")) {
    link.href = linkTo(new URL(link.href).pathname, { talk: null, kind: null });
  }
}

onChange(keepLinks);
window.addEventListener("popstate", tell);
