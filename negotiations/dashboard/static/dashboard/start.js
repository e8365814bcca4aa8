// The page at `/`.
//
// How another page is made: a template that extends dashboard/base.html, a line in urls.py, a block `script` with an entry
// module like this one. The entry module
//   1. awaits `loadWords()`, before which nothing can be said in any language;
//   2. makes its parts with `part({ name, request, draw })` (see parts.js; one file each in blocks/) and puts their
//      `element`s on the page; words of a part are `blocks.NAME.…` in words/*.json, in all four files;
//   3. calls `loadAll(parts, state, status)` for what the address says (`chosen()`), and again on each `onChange`;
//   4. calls `showSources(root, sources, state)` when parts are drawn, which numbers citations and lists their sources.
// A page about one record finds its slug in `document.body.dataset.slug`, and says in links.js at which address it is.

import { address, ask, askAll } from "./api.js";
import { delegations } from "./blocks/delegations.js";
import { disputes } from "./blocks/disputes.js";
import { matrix } from "./blocks/matrix.js";
import { outcomes } from "./blocks/outcomes.js";
import { showSources, sources } from "./blocks/sources.js";
import { statements } from "./blocks/statements.js";
import { timeline } from "./blocks/timeline.js";
import { venues } from "./blocks/venues.js";
import { controls } from "./controls.js";
import { today } from "./dates.js";
import { h } from "./elements.js";
import { overview } from "./overview.js";
import { failure, loadAll, tell } from "./parts.js";
import { chosen, keepLinks, onChange } from "./state.js";
import { loadTerms, loadWords, word } from "./words.js";

const place = (id) => document.getElementById(id);

/** What there is to choose from, at the revision the reader chose. */
async function choices(state) {
  const [coverage, revisions] = await Promise.all([
    askAll(address("coverage/", { as_of: state.as_of, page_size: 200 })),
    askAll(address("revisions/", { fields: "number,at,note", page_size: 200 })),
  ]);
  const latest = [...coverage.results].sort((one, other) => (other.until ?? "").localeCompare(one.until ?? ""))[0];
  const process = state.process ?? latest?.slug ?? null;
  const talks = process ? await ask(address("talks/", { process, relation: "core", fields: "slug,start", ordering: "start", page_size: 50, as_of: state.as_of })) : { results: [] };
  return {
    state: { ...state, process },
    day: state.on ?? today(),
    coverage: coverage.results,
    covered: coverage.results.find((each) => each.slug === process),
    revisions: revisions.results,
    talks: talks.results.filter((each) => each.start),
  };
}

async function start() {
  await loadWords();
  const panel = controls(place("controls"));
  const blocks = [matrix(), timeline(), delegations(), outcomes(), statements(), disputes(), venues()];
  const cited = sources();
  place("blocks").replaceChildren(...[...blocks, cited].map((each) => each.element));
  place("blocks").addEventListener("drawn", async () => {
    tell(blocks, place("status"));
    await showSources(place("blocks"), cited, chosen());
  });
  let turn = 0;

  async function show(state) {
    const mine = ++turn;
    delete place("status").dataset.settled;
    try {
      place("status").replaceChildren(word("states.loading"));
      const known = await choices(state);
      if (mine !== turn) return;
      panel.show(known);
      overview(place("overview"), known.covered, state);
      await loadTerms();
      await loadAll(blocks, known.state, place("status"));
      if (mine === turn) await showSources(place("blocks"), cited, known.state);
    } catch (error) {
      if (mine === turn) place("status").replaceChildren(failure(error, null, () => show(chosen())));
    } finally {
      if (mine === turn) place("status").dataset.settled = "";
    }
  }

  onChange(show);
  keepLinks();
  await show(chosen());
}

start();
