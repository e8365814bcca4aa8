// Stances by icon, word and colour: each has a shape of its own, so that nobody needs the colour to tell them apart.

import { h, svg } from "./elements.js";
import { term, terms, word } from "./words.js";

const filled = { fill: "currentColor" };
const line = { fill: "none", stroke: "currentColor", "stroke-width": 2 };
// What a family has in common is its colour: wants, gives, refuses, or leaves it open.
const SHAPES = {
  demands: ["wants", filled, "M7 1 13 12H1z"],
  favours: ["wants", line, "M7 2.500 12 11.500H2z"],
  offers: ["gives", filled, "M1 7a6 6 0 1 0 12 0a6 6 0 1 0-12 0"],
  accepts: ["gives", line, "M1.500 7.500 5.500 11.500 12.500 2.500"],
  accepts_if: ["gives", line, "M2 7a5 5 0 1 0 10 0a5 5 0 1 0-10 0M7 4.500v5M4.500 7h5"],
  rejects: ["refuses", line, "M2 2 12 12M12 2 2 12"],
  red_line: ["refuses", filled, "M1 1h12v12H1zM3 6v2h8V6z"],
  noncommittal: ["open", line, "M1 5h12M1 9h12"],
  unclear: ["open", line, "M4 5a3 3 0 1 1 3 3v2M7 11.500v1.500"],
};
const NO_RECORD = ["none", line, "M2 7h10"];

function icon([, style, path]) {
  return svg("svg", { viewBox: "0 0 14 14", class: "icon", "aria-hidden": "true", focusable: "false" }, svg("path", { ...style, "fill-rule": "evenodd", d: path }));
}

/** The stance as a badge; null stands for "No record", which is written out. */
export function stance(value) {
  const shape = value === null ? NO_RECORD : (SHAPES[value] ?? SHAPES.unclear);
  return h("span", { class: `stance ${shape[0]}` }, icon(shape), value === null ? word("states.no_record") : term("stance", value));
}

/** Every stance there is, with what it means. */
export const legend = () =>
  h("details", { class: "legend" }, h("summary", {}, word("matrix.legend")),
    h("dl", {}, terms("stance").map((each) => h("div", {}, h("dt", {}, stance(each.value)), h("dd", { lang: "en" }, each.definition))),
      h("div", {}, h("dt", {}, stance(null)), h("dd", {}, word("matrix.no_record_means")))));
