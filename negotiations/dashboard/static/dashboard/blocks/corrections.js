// What was corrected, retracted, merged or withheld, the newest first.

import { address } from "../api.js";
import { momentText } from "../dates.js";
import { h, said } from "../elements.js";
import { part } from "../parts.js";
import { term, word } from "../words.js";

export const corrections = () =>
  part({
    name: "corrections",
    request: ({ as_of }) => address("revisions/", { kind: "correction,retraction,merge,suppression", page_size: 20, as_of }),
    draw: ({ results }) => (results.length ? h("ol", { class: "log" }, results.map((each) =>
      h("li", { "data-row": each.number, tabindex: "-1" }, h("p", {}, h("strong", {}, term("revision-kind", each.kind)), " · ",
        word("controls.revision_is", { number: each.number, moment: momentText(each.at) })),
        each.note ? said(each.note, "p") : null,
        h("p", { class: "small" }, h("a", { href: address(`revisions/${each.number}/`) }, word("corrections.differences"), " ", String(each.number)))))) : []),
    csv: false,
  });
