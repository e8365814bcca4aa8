// The talks somebody was at, or stayed away from: for whom, in what capacity, and under which title.

import { address } from "../api.js";
import { evidence } from "../citing.js";
import { dateText } from "../dates.js";
import { between, h, said } from "../elements.js";
import { named } from "../links.js";
import { part } from "../parts.js";
import { term, word } from "../words.js";

const FIELDS = "slug,label,start,status,kind,delegations";
const HEADS = ["talk", "for", "capacity", "attendance"];

/** Of a person by membership, of everybody else by delegation. */
export const attended = () =>
  part({
    name: "attended",
    request: ({ actor, isPerson, on, as_of }) =>
      address("talks/", { [isPerson ? "person" : "party"]: actor, during: on && `../${on}`, ordering: "-start",
        fields: FIELDS, include: "delegations.citations.source", page_size: 20, as_of }),
    draw: ({ results }, { actor, isPerson }) => (results.length ? table(results, actor, isPerson) : []),
  });

const table = (talks, actor, isPerson) =>
  h("table", { role: "table", "aria-labelledby": "attended-title" },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, HEADS.map((each) => h("th", { role: "columnheader", scope: "col" }, word(`attended.${each}`))))),
    h("tbody", { role: "rowgroup" }, talks.flatMap((talk) => places(talk, actor, isPerson).map((place) => rowOf(talk, place)))));

function places(talk, actor, isPerson) {
  if (!isPerson) return talk.delegations.filter(({ party }) => party.slug === actor).map((delegation) => ({ delegation, member: null }));
  return talk.delegations.flatMap((delegation) =>
    delegation.members.filter(({ person }) => person?.slug === actor).map((member) => ({ delegation, member })));
}

const cell = (name, ...content) => h("td", { role: "cell" }, h("span", { class: "of", "aria-hidden": "true" }, word(`attended.${name}`)), ...content);
const notNamed = () => h("span", { class: "none" }, word("states.not_named"));

function rowOf(talk, { delegation, member }) {
  const office = member?.affiliation;
  const roles = delegation.roles.map((each) => term("delegation-role", each)).join(", ");
  return h("tr", { role: "row", "data-row": `${talk.slug} ${delegation.id}`, tabindex: "-1" },
    h("th", { role: "rowheader", scope: "row" }, named("talk", talk), h("span", { class: "small" },
      between([dateText(talk.start), term("talk-kind", talk.kind), term("talk-status", talk.status)], " · "))),
    cell("for", member ? named("actor", delegation.party) : null, roles ? h("span", { class: "small" }, roles) : null, delegation.styled ? said(delegation.styled) : null),
    cell("capacity", member ? [member.capacity ? term("capacity", member.capacity) : notNamed(),
      h("p", {}, office ? between([office.title ? said(office.title) : null, office.organisation ? said(office.organisation.label) : null].filter(Boolean), ", ") : notNamed())]
      : delegation.level ? term("level", delegation.level) : notNamed()),
    cell("attendance", term("attendance", (member ?? delegation).attendance), evidence((member ?? delegation).citations, 1)));
}
