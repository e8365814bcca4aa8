// A part of a page: a heading, one request to the public API, how its answer is drawn, and the ways to have it otherwise.

import { SLOW, ask, csvAddress } from "./api.js";
import { h, number, refill } from "./elements.js";
import { chosen, linkTo } from "./state.js";
import { word } from "./words.js";

/**
 * Declares a part. Its words are `blocks.NAME.title`, `.intro` and `.empty` of the language files.
 *
 * name     its id on the page
 * request  state => the address to ask (or several, whose results are joined); null when there is nothing to ask for
 * draw     (answer, state) => elements; an empty list where there is nothing to show
 * csv      false where the API has no file of it, or (answer, state) => the file's address where it is another than the request's
 * paged    false where the rest of the list is not of interest
 */
export function part({ name, request, draw, csv = true, paged = true }) {
  const title = word(`blocks.${name}.title`);
  const ways = h("ul", { class: "ways", hidden: true });
  const trouble = h("div", { class: "trouble", role: "group", "aria-label": title, hidden: true });
  const content = h("div", { class: "content" }, h("p", { class: "waiting" }, word("states.loading")));
  const foot = h("div", { class: "foot" });
  const element = h("section", { class: "block", id: name, "aria-labelledby": `${name}-title` },
    h("div", { class: "head" }, h("h2", { id: `${name}-title` }, title), ways),
    h("p", { class: "intro" }, word(`blocks.${name}.intro`)), trouble, content, foot);
  let running, shown;
  let isMissing = false; // whether the last load has failed

  /** Whether the answer came; true too when a later load has overtaken this one. */
  async function load(state = chosen()) {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    const addresses = [request(state) ?? []].flat();
    if (addresses.length) content.setAttribute("aria-busy", "true");
    const waiting = setTimeout(() => complain(h("p", {}, word("states.slow"))), SLOW);
    try {
      const answers = await Promise.all(addresses.map((each) => ask(each, signal)));
      if (signal.aborted) return true;
      shown = { state, addresses, answer: joined(answers) };
      isMissing = false;
      show();
      complain();
      return true;
    } catch (error) {
      if (signal.aborted) return true;
      isMissing = true;
      if (!error.kind) console.error(error);
      complain(failure(error, shown, async () => (await load(state)) && drawnAnew()));
      if (!shown) content.replaceChildren();
      if (!shown && addresses.length) ways.replaceChildren(...links("api", addresses, title));
      ways.hidden = !ways.childElementCount;
      return false;
    } finally {
      clearTimeout(waiting);
      if (!signal.aborted) content.removeAttribute("aria-busy");
    }
  }

  function complain(...said) {
    trouble.replaceChildren(...said);
    trouble.hidden = !said.length;
  }

  function show() {
    const { answer, state } = shown;
    const drawn = answer ? [draw(answer, state)].flat(Infinity).filter(Boolean) : [];
    refill(content, ...(drawn.length ? drawn : [h("p", { class: "empty" }, word(`blocks.${name}.empty`))]));
    ways.replaceChildren(...(answer ? waysTo(shown, title, csv) : []));
    ways.hidden = !answer;
    foot.replaceChildren(...(paged && answer?.next ? [moreButton()] : []));
  }

  /** For whoever numbers sources and says how it went. */
  const drawnAnew = () => element.dispatchEvent(new CustomEvent("drawn", { bubbles: true }));

  function moreButton() {
    const { answer } = shown;
    const button = h("button", { type: "button", onclick: () => more(button) },
      word("states.more", { shown: answer.results.length, count: answer.count }));
    return button;
  }

  async function more(button) {
    button.disabled = true;
    const before = shown.answer.results.length;
    try {
      const page = await ask(shown.answer.next, running.signal);
      shown.answer = { ...page, results: [...shown.answer.results, ...page.results] };
      show();
      complain();
      (content.querySelectorAll("[data-row]")[before] ?? content).focus();
      drawnAnew();
    } catch (error) {
      button.disabled = false;
      if (!running.signal.aborted) complain(failure(error, shown, () => more(button)));
    }
  }

  return { name, element, load, revision: () => shown?.answer?.meta.revision ?? null, answer: () => shown?.answer, isMissing: () => isMissing };
}

function joined(answers) {
  if (answers.length < 2) return answers[0];
  return { ...answers[0], next: null, results: answers.flatMap((each) => each.results) };
}

/** What happened, in the page's words and the API's own, and a way to try again. */
export function failure(error, shown, again) {
  const kind = error.kind ?? "broken";
  return h("div", {},
    h("p", {}, h("strong", {}, word(`trouble.${kind}`, { seconds: error.seconds ?? 5 }))),
    error.detail ? h("p", { lang: "en" }, error.detail) : null,
    shown?.answer ? h("p", {}, word("trouble.kept", { revision: shown.answer.meta.revision })) : null,
    h("button", { type: "button", onclick: again }, word("trouble.again")));
}

const hidden = (text) => h("span", { class: "hidden" }, text);

/** Where there are several addresses, all but the first are numbered. */
const links = (way, addresses, title) =>
  addresses.map((each, index) =>
    h("li", {}, h("a", { href: each, "data-way": way }, word(`ways.${way}`), index ? ` ${index + 1}` : "", hidden(`: ${title}`))));

/** The exact request, the same as a table, and how to cite it. */
function waysTo({ addresses, answer, state }, title, csv) {
  const files = csv === true ? addresses.map(csvAddress) : csv ? [csv(answer, state)] : [];
  return [...links("api", addresses, title), ...links("csv", files, title), h("li", { class: "citing" }, citing(answer.meta, title))];
}

function citing(meta, title) {
  const text = h("p", { class: "cite-as", lang: "en" }, meta.cite_as);
  const said = h("span", { role: "status" });
  const copy = h("button", { type: "button", onclick: () => navigator.clipboard.writeText(meta.cite_as).then(
    () => (said.textContent = word("ways.copied")), () => (said.textContent = word("ways.not_copied"))) }, word("ways.copy"));
  return h("details", {}, h("summary", {}, word("ways.cite"), hidden(`: ${title}`)), text,
    h("p", {}, word("ways.licence", { licence: meta.licence })), h("p", {}, copy, " ", said));
}

/**
 * Loads all `parts` for `state` and tells in `status` how it went. Answers of two revisions on one page contradict each
 * other, so a part that was answered before the newest publication is asked again, once.
 */
export async function loadAll(parts, state, status) {
  status.replaceChildren(word("states.loading"));
  const came = await Promise.all(parts.map((each) => each.load(state)));
  const newest = Math.max(...parts.map((each) => each.revision() ?? 0));
  const older = parts.filter((each, index) => came[index] && each.revision() && each.revision() < newest);
  if (!state.as_of && older.length) await Promise.all(older.map((each) => each.load(state)));
  tell(parts, status);
}

/** How many parts there are not, and of which revision the others are. */
export function tell(parts, status) {
  const failed = parts.filter((each) => each.isMissing()).length;
  const newest = Math.max(...parts.map((each) => each.revision() ?? 0));
  const said = failed ? word("states.failed", { count: failed }) : word("states.loaded");
  const on = parts.map((each) => each.answer()?.on).find(Boolean) ?? chosen().on;
  const permanent = new URL(linkTo(location.pathname, { as_of: newest, on }), location.origin).href;
  status.replaceChildren(said, " ", ...(newest ? [h("span", {}, word("states.revision"), " ", number(newest, "meta.revision")),
    h("span", { class: "printed" }, ". ", word("states.printed", { address: permanent }))] : []));
}
