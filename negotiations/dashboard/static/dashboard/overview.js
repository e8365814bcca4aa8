// The head of the page: which process, and how far it is covered.

import { dateText } from "./dates.js";
import { between, h, number, said } from "./elements.js";
import { word } from "./words.js";

const COUNTED = ["talks", "positions", "statements", "outcomes", "events"];

/** What `/coverage/` says of one process, or that there is nothing of it. */
export function overview(element, covered, state) {
  if (!covered) {
    element.replaceChildren(h("h1", {}, word("site.name")), state.as_of ? h("p", {}, word("states.not_published", { revision: state.as_of })) : "");
    return;
  }
  const counts = COUNTED.map((kind) => {
    const count = covered.records[kind];
    return h("span", { class: "count" }, number(count, `records.${kind}`), " ", word(`overview.${kind}`, { count }));
  });
  document.title = `${covered.label} · ${word("site.name")}`;
  element.replaceChildren(
    said(covered.label, "h1"),
    h("p", { class: "counts" }, word("overview.recorded"), " ", word("overview.covers", { since: dateText(covered.since), until: dateText(covered.until) }), ": ", between(counts, " · ")),
  );
}
