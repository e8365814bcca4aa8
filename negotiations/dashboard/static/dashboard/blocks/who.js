// Who somebody is: names in every script, offices and memberships over time, and where else they are known.

import { address, csvAddress } from "../api.js";
import { evidence } from "../citing.js";
import { dateText } from "../dates.js";
import { between, h, said } from "../elements.js";
import { named } from "../links.js";
import { part } from "../parts.js";
import { term, word } from "../words.js";

const SCHEMES = { wikidata: (value) => `https://www.wikidata.org/wiki/${encodeURIComponent(value)}` };

export const who = () =>
  part({
    name: "who",
    request: ({ actor, as_of }) => address(`actors/${actor}/`, { include: "citations.source", as_of }),
    draw: (actor) => [
      actor.description ? said(actor.description, "p") : null,
      h("h3", {}, word("who.names")),
      h("ul", { class: "names" }, h("li", {}, said(actor.name, "strong")), actor.names.map((each) =>
        h("li", {}, h("span", { lang: each.language || "und" }, each.text), " ",
          h("span", { class: "small" }, between([each.language ? languageName(each.language) : null, term("name-kind", each.kind)].filter(Boolean), " · ")),
          evidence(each.citations, 1)))),
      h("h3", {}, word("who.affiliations")),
      actor.affiliations.length ? h("ul", { class: "offices" }, actor.affiliations.map(office)) : h("p", { class: "empty" }, word("states.no_record")),
      actor.identifiers.length ? [h("h3", {}, word("who.identifiers")), h("ul", {}, actor.identifiers.map(identifier))] : null,
      evidence(actor.citations, 2),
    ],
    csv: ({ slug, meta }) => csvAddress(address("actors/", { id: slug, as_of: meta.revision })),
  });

const languageName = (code) => new Intl.DisplayNames(document.documentElement.lang, { type: "language" }).of(code);

const office = (each) =>
  h("li", {}, between([each.title ? said(each.title) : null, named("actor", each.organisation)].filter(Boolean), ", "), " ",
    h("span", { class: "small" }, each.during ? dateText(each.during) : word("who.since_unknown")), evidence(each.citations, 1));

const identifier = ({ scheme, value }) =>
  h("li", {}, term("identifier-scheme", scheme), ": ", SCHEMES[scheme] ? h("a", { href: SCHEMES[scheme](value), rel: "noreferrer" }, value) : value);
