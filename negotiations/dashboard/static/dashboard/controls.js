// The reader's choice: process, day and revision, each by a plain box and the latter two by a slider as well.

import { dateText, daysAfter, daysBetween, momentText } from "./dates.js";
import { h, refill, said } from "./elements.js";
import { choiceLink, choose } from "./state.js";
import { word } from "./words.js";

const label = (name, forId, hint) =>
  h("span", { class: "label" }, h("label", { for: forId }, word(`controls.${name}`)), hint ? h("span", { class: "hint", id: `${forId}-hint` }, word(`controls.${hint}`)) : null);

/** `show({ state, coverage, revisions, talks })` brings the controls in step with the address and what there is. */
export function controls(element) {
  const parts = { process: processBox(), on: dayBox(), as_of: revisionBox() };
  const form = h("form", { class: "controls", "aria-label": word("controls.title"), onsubmit: (event) => event.preventDefault() },
    ...Object.values(parts).map((each) => each.element));
  element.replaceChildren(form);
  return { show: (known) => Object.values(parts).forEach((each) => each.show(known)) };
}

function processBox() {
  const select = h("select", { id: "process", onchange: () => choose({ process: select.value, talk: null }) });
  function show({ state, coverage }) {
    select.replaceChildren(...coverage.map((each) => h("option", { value: each.slug, lang: "en" }, each.label)));
    if (!coverage.some((each) => each.slug === state.process)) select.append(h("option", { value: state.process ?? "" }, state.process ?? "–"));
    select.value = state.process ?? "";
  }
  return { element: h("div", { class: "control" }, label("process", "process"), select), show };
}

/** A slider says its value while it is moved, and the page follows when it is let go. */
function slider(id, says, take) {
  const input = h("input", { type: "range", id, "aria-label": word(`controls.${id}`), step: 1,
    oninput: () => input.setAttribute("aria-valuetext", says(input.valueAsNumber)),
    onchange: () => take(input.valueAsNumber) });
  return { input, put(min, max, value) {
    Object.assign(input, { min, max });
    input.value = value;
    input.setAttribute("aria-valuetext", says(input.valueAsNumber));
  } };
}

function dayBox() {
  let since;
  const box = h("input", { type: "date", id: "on", "aria-describedby": "on-hint on-note", onchange: () => choose({ on: box.value || null, talk: null }) });
  const dayAt = (value) => daysAfter(since, value);
  const { input, put } = slider("on_slider", (value) => (since ? dateText(dayAt(value)) : ""), (value) => choose({ on: dayAt(value), talk: null }));
  const note = h("p", { id: "on-note", class: "hint" });
  const days = h("ul", { class: "days", "aria-label": word("controls.main_talks") });
  input.addEventListener("input", () => (box.value = dayAt(input.valueAsNumber)));

  function show({ state, day, covered, talks }) {
    since = covered?.since ?? day;
    const until = covered?.until ?? day;
    box.value = day;
    put(0, daysBetween(since, until), Math.min(Math.max(daysBetween(since, day), 0), daysBetween(since, until)));
    note.textContent = day < since || day > until ? word("controls.outside", { since: dateText(since), until: dateText(until) }) : "";
    refill(days, ...[...new Set(talks.map((each) => each.start))].map((each) => dayLink(each, state)), h("li", {}, toToday(state)));
  }
  return { element: h("div", { class: "control wide" }, label("on", "on", "on_hint"), h("span", { class: "pair" }, box, input), note, days), show };
}

const dayLink = (day, state) => h("li", {}, choiceLink({ on: day, talk: null }, state.on === day, dateText(day)));
const toToday = (state) => choiceLink({ on: null, talk: null }, !state.on, word("controls.today"));

function revisionBox() {
  let newest = 1;
  let known = [];
  const take = (value) => choose({ as_of: value >= newest ? null : String(value) });
  const box = h("input", { type: "number", id: "as_of", min: 1, step: 1, inputmode: "numeric", "aria-describedby": "as_of-hint as_of-note",
    onchange: () => box.reportValidity() && take(box.valueAsNumber || newest) });
  const note = h("p", { id: "as_of-note", class: "hint" });
  const { input, put } = slider("as_of_slider", (value) => text(value), take);
  const links = h("ul", { class: "days" });
  input.addEventListener("input", () => { box.value = input.value; tell(input.valueAsNumber); });
  const of = (value) => known.find((each) => each.number === value);
  function text(value) {
    const revision = of(value);
    return revision ? word(value >= newest ? "controls.newest_is" : "controls.revision_is", { number: value, moment: momentText(revision.at) }) : String(value);
  }
  const tell = (value) => note.replaceChildren(text(value), of(value)?.note ? [": "] : "", of(value)?.note ? said(of(value).note) : "");

  function show({ state, revisions }) {
    known = revisions;
    newest = Math.max(1, ...revisions.map((each) => each.number));
    const value = state.as_of ? Number(state.as_of) : newest;
    box.max = newest;
    box.value = value;
    put(1, newest, value);
    tell(value);
    refill(links, h("li", {}, choiceLink({ as_of: null }, !state.as_of, word("controls.newest"))));
  }
  return { element: h("div", { class: "control wide" }, label("as_of", "as_of", "as_of_hint"), h("span", { class: "pair" }, box, input), note, links), show };
}
