// Talks, positions, statements, outcomes, steps and events in one stream, what happened last first.

import { address } from "../api.js";
import { evidence } from "../citing.js";
import { dateText } from "../dates.js";
import { between, h, quoted, said } from "../elements.js";
import { named } from "../links.js";
import { part } from "../parts.js";
import { stance } from "../stances.js";
import { choiceLink } from "../state.js";
import { term, terms, word } from "../words.js";

const LISTS = { talk: "talk-kind", statement: "statement-act", outcome: "outcome-kind", step: "event-kind", event: "event-kind" };

export const timeline = () =>
  part({
    name: "timeline",
    request: ({ process, on, as_of, kind }) =>
      process && address(`processes/${process}/timeline/`, { kind, during: on && `../${on}`, ordering: "-date", page_size: 16, as_of }),
    draw: ({ results }, { kind }) => [kinds(kind), results.length ? h("ol", { class: "timeline" }, results.map(moment)) : h("p", { class: "empty" }, word("blocks.timeline.empty"))],
  });

/** The kinds that there are, to look at one of them. */
const kinds = (current) =>
  h("ul", { class: "days", "aria-label": word("timeline.kinds") },
    [null, ...terms("item-kind").map((each) => each.value)].map((kind) =>
      h("li", {}, choiceLink({ kind }, kind === current, kind ? term("item-kind", kind) : word("timeline.all")))));

function moment(each) {
  return h("li", { "data-row": each.id, tabindex: "-1", class: each.kind },
    h("p", { class: "when" }, each.date ? dateText(each.date) : word("dates.none"), each.start_time ? `, ${each.start_time}` : null,
      each.certainty === "possible" ? [" · ", word("timeline.possible")] : null),
    h("p", {}, h("span", { class: "tag" }, term("item-kind", each.kind)), " ",
      each.kind === "position" ? [who(each), " ", stance(each.word), " "] : null,
      h("strong", {}, named(each.kind, each))),
    quoted(each.quote, each.language, "blockquote"),
    h("p", { class: "small" }, between([each.kind === "position" ? null : term(LISTS[each.kind], each.word),
      each.status ? term(each.kind === "talk" ? "talk-status" : "event-status", each.status) : null,
      each.kind === "position" ? null : who(each), each.place ? said(each.place.label) : null].filter(Boolean), " · ")),
    evidence(each.citations, 1));
}

const who = ({ parties }) => (parties.length ? between(parties.map((each) => each.actor.label), ", ") : null);
