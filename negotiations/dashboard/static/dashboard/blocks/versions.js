// In which revisions a record was changed; each can be read as it was then.

import { address } from "../api.js";
import { momentText } from "../dates.js";
import { h, said } from "../elements.js";
import { part } from "../parts.js";
import { linkTo } from "../state.js";
import { term, word } from "../words.js";

/** `path`: state => the record's address in the API, "talks/istanbul-2025-05-16". */
export const versions = (path) =>
  part({
    name: "versions",
    request: (state) => address(`${path(state)}/versions/`, { as_of: state.as_of }),
    draw: ({ results }) => h("ol", { class: "versions", reversed: true }, results.map((each) =>
      h("li", { value: each.number }, h("a", { href: linkTo(location.pathname, { as_of: String(each.number) }) },
        word("controls.revision_is", { number: each.number, moment: momentText(each.at) })), " ",
        h("span", { class: "tag" }, term("change", each.change)), " ", each.note ? said(each.note, "span", { class: "small" }) : null))),
  });
