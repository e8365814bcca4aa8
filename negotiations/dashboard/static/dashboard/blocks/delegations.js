// Who sat at the table, side by side: of the talk that was chosen, else of the last main talk until the day.

import { address, csvAddress } from "../api.js";
import { assertionValue } from "../assertions.js";
import { evidence, reference } from "../citing.js";
import { dateText } from "../dates.js";
import { between, h, number, said } from "../elements.js";
import { named } from "../links.js";
import { part } from "../parts.js";
import { rangeText } from "../quantities.js";
import { term, word } from "../words.js";

export const delegations = (name = "delegations") =>
  part({
    name,
    request: ({ process, on, as_of, talk }) =>
      address("talks/", {
        ...(talk ? { id: talk } : { process, relation: "core", during: on && `../${on}`, ordering: "-start" }),
        include: "delegations.citations.source",
        page_size: 1,
        count: "none",
        as_of,
      }),
    draw: ({ results: [talk] }) => (talk?.delegations.length ? [name === "delegations" ? about(talk) : null, table(talk.delegations)] : []),
    csv: ({ results: [talk], meta }) => csvAddress(address("talks/", { id: talk?.slug, as_of: meta.revision })),
    paged: false,
  });

const about = (talk) =>
  h("p", {}, h("strong", {}, named("talk", talk)), " · ", dateText(talk.start), talk.place ? [" · ", said(talk.place.label)] : null,
    " · ", term("talk-status", talk.status));

/** What sources give where they differ; the block on disputes has each with its source. */
function differing({ assertions }, field) {
  const versions = assertions.filter((each) => each.field === field);
  return versions.length ? [word("labels.differ"), ": ", between(versions.map(assertionValue), "; ")] : none();
}

const none = () => h("span", { class: "none" }, word("states.not_named"));

const table = (rows) => h("ul", { class: "sides" }, rows.map(side));

function side(each) {
  const facts = [
    [word("labels.roles"), each.roles.length ? between(each.roles.map((role) => term("delegation-role", role)), ", ") : none()],
    [word("labels.attendance"), term("attendance", each.attendance)],
    [word("labels.level"), each.level ? term("level", each.level) : none()],
    [word("labels.size"), each.size ? rangeText(each.size) : differing(each, "size")],
    [word("labels.mandate"), each.mandate ? said(each.mandate) : differing(each, "mandate")],
    [word("labels.list_basis"), each.list_basis ? [term("list-basis", each.list_basis), ", ",
      word(each.list_is_complete ? "labels.complete" : "labels.incomplete")] : none()],
  ];
  return h("li", { "data-row": each.id, tabindex: "-1" },
    h("h3", {}, named("actor", each.party), each.styled ? [" (", said(each.styled), ")"] : null),
    h("dl", {}, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
    h("h4", {}, word("labels.members")),
    each.members.length ? h("ul", { class: "members" }, each.members.map(member)) : h("p", {}, none()),
    evidence(each.citations, 1));
}

function member(each) {
  const isHead = each.capacity === "head" || each.capacity === "co_head";
  const who = each.person ? named("person", each.person)
    : [said(each.descriptor), each.number > 1 ? [" (", number(each.number, "member.number"), ")"] : null];
  return h("li", { class: isHead ? "head-of-it" : null },
    h("span", { class: "who" }, who), each.capacity && each.capacity !== "member" ? [" ", h("span", { class: "tag" }, term("capacity", each.capacity))] : null,
    each.affiliation ? h("span", { class: "title" }, said(between([each.affiliation.title, each.affiliation.organisation?.label].filter(Boolean), ", "))) : null,
    each.attendance && each.attendance !== "attended" ? h("span", { class: "small" }, term("attendance", each.attendance)) : null,
    h("span", { class: "small" }, between(each.citations.map(reference), " ")));
}
