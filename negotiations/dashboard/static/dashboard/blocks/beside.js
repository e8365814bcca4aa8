// What belongs to a talk and has a page of its own: its sessions, what prepared it, and who met on its margins.

import { address } from "../api.js";
import { dateText } from "../dates.js";
import { between, h, said } from "../elements.js";
import { named } from "../links.js";
import { part } from "../parts.js";
import { term } from "../words.js";

export const beside = () =>
  part({
    name: "beside",
    request: ({ talk, as_of }) => address("talks/", { related_talk: talk, ordering: "start", page_size: 50, as_of }),
    draw: ({ results }) => (results.length ? h("ul", { class: "offices" }, results.map(meeting)) : []),
  });

const meeting = (each) =>
  h("li", { "data-row": each.id, tabindex: "-1" }, named("talk", each), " ",
    h("span", { class: "small" }, between([dateText(each.start), term("talk-relation", each.relation), term("talk-kind", each.kind), term("talk-status", each.status),
      each.place ? said(each.place.label) : null, each.delegations.map(({ party }) => party.label).join(", ")].filter(Boolean), " · ")));
