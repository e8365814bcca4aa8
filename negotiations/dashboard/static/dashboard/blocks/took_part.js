// What somebody took part in: as what, in what capacity and under which title, and whether they came.

import { address } from "../api.js";
import { evidence } from "../citing.js";
import { dateText } from "../dates.js";
import { between, h, said } from "../elements.js";
import { named } from "../links.js";
import { part } from "../parts.js";
import { term, word } from "../words.js";

const HEADS = ["what", "as", "capacity", "attendance"];
const WORDS = { talk: "talk-kind", outcome: "outcome-kind", step: "event-kind", event: "event-kind" };
const STATUS = { talk: "talk-status", step: "event-status", event: "event-status" };
const ROLES = { talk: "delegation-role", outcome: "outcome-party-role", step: "event-party-role", event: "event-party-role" };

/** `kinds` of items: "talk", or "outcome,step,event"; the latest first. */
export const tookPart = (name, kinds) =>
  part({
    name,
    request: ({ actor, on, as_of }) =>
      address(`actors/${actor}/record/`, { kind: kinds, during: on && `../${on}`, ordering: "-date", page_size: 20, as_of }),
    draw: ({ results }) => (results.length ? table(results, name) : []),
  });

const table = (items, name) =>
  h("table", { class: "outcomes record", role: "table", "aria-labelledby": `${name}-title` },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, HEADS.map((each) => h("th", { role: "columnheader", scope: "col" }, word(`took_part.${each}`))))),
    h("tbody", { role: "rowgroup" }, items.flatMap((item) => item.parts.map((one, index) => row(item, one, index)))));

const cell = (name, ...content) => h("td", { role: "cell" }, h("span", { class: "of", "aria-hidden": "true" }, word(`took_part.${name}`)), ...content);
const notNamed = () => h("span", { class: "none" }, word("states.not_named"));
const small = (...content) => h("span", { class: "small" }, ...content);
const line = (...said) => between(said.filter(Boolean), " · ");

const row = (item, one, index) =>
  h("tr", { role: "row", "data-row": `${item.id} ${index}`, tabindex: "-1" },
    h("th", { role: "rowheader", scope: "row" }, item.kind === "talk" ? named("talk", item) : said(item.label),
      small(line(dateText(item.date), term(WORDS[item.kind], item.word), item.status ? term(STATUS[item.kind], item.status) : null,
        item.kind !== "talk" && item.talk ? named("talk", item.talk) : null))),
    cell("as", term("part-taken", one.part), one.party ? [": ", named("actor", one.party)] : null,
      small(line(one.roles?.map((role) => term(ROLES[item.kind], role)).join(", "), one.styled ? said(one.styled) : null))),
    cell("capacity", one.part === "delegation" || one.part.endsWith("_party") ? "–" : capacity(one)),
    cell("attendance", one.attendance ? term("attendance", one.attendance) : one.stance ? term("outcome-stance", one.stance) : "–",
      one.present ? small(said(one.present)) : null, evidence(one.citations, 1)));

/** What they were in the delegation, and the office they held then, as the source styled it. */
const capacity = ({ capacity: is, affiliation: office, person }) => [
  person ? [named("person", person), ": "] : null, is ? term("capacity", is) : notNamed(),
  h("p", {}, office ? line(office.title ? said(office.title) : null, office.organisation ? said(office.organisation.label) : null) : notNamed()),
];
