// What pages of one record share: their head, what is said where there is no such record, and how their parts are loaded.

import { address, ask } from "./api.js";
import { showSources, sources } from "./blocks/sources.js";
import { dateText, momentText } from "./dates.js";
import { h, said } from "./elements.js";
import { failure, loadAll, tell } from "./parts.js";
import { chosen, keepLinks, linkTo, onChange } from "./state.js";
import { loadTerms, loadWords, word } from "./words.js";

const place = (id) => document.getElementById(id);

/**
 * A page of one record.
 *
 * resource  its list in the API: "talks"
 * about     (record, state) => what the parts need to know besides what the address says; may ask
 * subtitle  record => what stands under its name
 * parts     state => the parts, once it is known what the record is
 */
export async function recordPage({ resource, about, subtitle, parts }) {
  await loadWords();
  const slug = document.body.dataset.slug;
  let blocks = [];
  const cited = sources();
  let turn = 0;

  place("blocks").addEventListener("drawn", async () => {
    tell(blocks, place("status"));
    await showSources(place("blocks"), cited, chosen());
  });

  async function show(choice) {
    const mine = ++turn;
    delete place("status").dataset.settled;
    place("status").replaceChildren(word("states.loading"));
    try {
      const record = await ask(address(`${resource}/${slug}/`, { as_of: choice.as_of }));
      const state = { ...choice, ...(await about(record, choice)) };
      if (mine !== turn) return;
      await loadTerms();
      head(record, choice);
      if (!blocks.length) blocks = parts(state);
      if (!place("blocks").childElementCount) place("blocks").replaceChildren(...[...blocks, cited].map((each) => each.element));
      await loadAll(blocks, state, place("status"));
      if (mine === turn) await showSources(place("blocks"), cited, state);
    } catch (error) {
      if (mine !== turn) return;
      if (!error.kind) console.error(error);
      place("status").replaceChildren(error.kind === "missing" ? gone(error, choice) : failure(error, null, () => show(chosen())));
      if (error.kind === "missing") place("blocks").replaceChildren();
    } finally {
      if (mine === turn) place("status").dataset.settled = "";
    }
  }

  /** Names the record; an address that it had earlier is put right, as the API's redirect says. */
  function head(record, choice) {
    if (record.slug !== slug) history.replaceState(null, "", linkTo(location.pathname.replace(slug, record.slug)) + location.hash);
    document.title = `${record.label} · ${word("site.name")}`;
    const report = `${linkTo("/about/")}${linkTo("/about/").includes("?") ? "&" : "?"}record=${resource}/${record.slug}&revision=${record.meta.revision}#report`;
    place("overview").replaceChildren(
      said(record.label, "h1"),
      h("p", { class: "counts" }, ...[subtitle(record)].flat(Infinity).filter(Boolean)),
      [record.slug, record.id].includes(slug) ? "" : h("p", { class: "note" }, word("record.moved")),
      choice.as_of ? h("p", { class: "note" }, word("record.as_of", { number: record.meta.revision, moment: momentText(record.meta.at) }), " ",
        h("a", { href: linkTo(location.pathname, { as_of: null }) }, word("record.newest"))) : "",
      record.withdrawn ? h("p", { class: "note" }, word("record.withdrawn_since", { number: record.withdrawn }), " ",
        h("a", { href: linkTo(location.pathname, { as_of: null }) }, word("record.newest"))) : "",
      choice.on ? h("p", { class: "small" }, word("record.on", { date: dateText(choice.on) }), " ",
        h("a", { href: linkTo(location.pathname, { on: null }) }, word("record.any_day"))) : "",
      h("p", { class: "small" }, h("a", { href: report }, word("record.report"))));
  }

  /** The API's 404 and 410 in words: what there was, why it is gone, and what stands in its place. */
  function gone({ status, problem }, choice) {
    document.title = `${word(`record.${status === 410 ? "withdrawn" : "missing"}`)} · ${word("site.name")}`;
    place("overview").replaceChildren(h("h1", {}, word(`record.${status === 410 ? "withdrawn" : "missing"}`)));
    if (status !== 410) {
      return h("div", {}, h("p", {}, word("record.missing_means")),
        choice.as_of ? h("p", {}, h("a", { href: linkTo(location.pathname, { as_of: null }) }, word("record.newest"))) : null);
    }
    const successor = problem.successor && new URL(problem.successor.url).pathname.replace("/api/v1/", "/");
    const last = problem.url && new URL(problem.url).searchParams.get("as_of");
    return h("div", {}, h("p", {}, word("record.withdrawn_in", { number: problem.revision, moment: momentText(problem.at) })),
      problem.reason ? said(problem.reason, "p") : null,
      successor ? h("p", {}, h("a", { href: linkTo(successor) }, word("record.successor"))) : null,
      last ? h("p", {}, h("a", { href: linkTo(location.pathname, { as_of: last }) }, word("record.last"))) : null);
  }

  onChange(show);
  keepLinks();
  await show(chosen());
}
