// Where the talks were: a map of coastlines and dots, and a table that says the same.

import { address, csvAddress } from "../api.js";
import { dateText } from "../dates.js";
import { between, h, number, said } from "../elements.js";
import { named } from "../links.js";
import { venueMap } from "../map.js";
import { part } from "../parts.js";
import { venuesOf } from "../venues.js";
import { word } from "../words.js";

const FIELDS = "slug,label,start,status,place.slug,place.label,place.kind,place.lat,place.lon,place.parent";

export const venues = () =>
  part({
    name: "venues",
    request: ({ process, on, as_of }) =>
      process && address("talks.geojson", { process, during: on && `../${on}`, include: "place.parent.parent", fields: FIELDS, as_of }),
    draw: ({ features }, state) => (features.length ? drawn(venuesOf(features), state) : []),
    csv: ({ meta }) => csvAddress(meta.permalink.replace(".geojson", "/")),
    paged: false,
  });

const talksText = (count) => [number(count, "venue.talks"), " ", word("overview.talks", { count })];

function drawn({ venues: found, placeless }) {
  const rows = new Map();
  const pick = ({ slug }) => {
    const row = rows.get(slug);
    row.querySelector("details").open = true;
    row.querySelector("summary").focus();
  };
  const { figure, show } = venueMap(found, {
    coastlines: new URL("../coastlines.svg", import.meta.url).pathname,
    words: { map: word("venues.map"), controls: word("venues.controls"), closer: word("venues.closer"), farther: word("venues.farther"), all: word("venues.all") },
    name: (venue) => `${venue.label}: ${venue.talks.length} ${word("overview.talks", { count: venue.talks.length })}`,
    pick,
  });
  for (const venue of found) rows.set(venue.slug, rowOf(venue, show));
  const heads = ["place", "talks"];
  return h("div", { class: "venues" },
    h("figure", {}, figure, h("figcaption", { class: "small" }, word("venues.coastlines"))),
    h("div", {}, h("table", { role: "table", "aria-labelledby": "venues-title" },
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads.map((each) => h("th", { role: "columnheader", scope: "col" }, word(`venues.${each}`))))),
      h("tbody", { role: "rowgroup" }, ...rows.values(), placeless.length ? placelessRow(placeless) : null))));
}

function rowOf(venue, show) {
  return h("tr", { role: "row", id: `venue-${venue.slug}` },
    h("th", { role: "rowheader", scope: "row" }, said(venue.label),
      venue.point ? h("button", { type: "button", class: "plain", onclick: () => show(venue) }, word("venues.show"), h("span", { class: "hidden" }, ": ", venue.label))
        : h("span", { class: "small" }, word("venues.no_point"))),
    h("td", { role: "cell" }, talks(venue.talks, venue.slug)));
}

const placelessRow = (found) =>
  h("tr", { role: "row" }, h("th", { role: "rowheader", scope: "row" }, word("venues.placeless")), h("td", { role: "cell" }, talks(found)));

const talks = (found, town) =>
  h("details", {}, h("summary", {}, talksText(found.length)),
    h("ul", {}, found.map((each) => h("li", {}, between([dateText(each.start), named("talk", each),
      each.place && each.place.slug !== town ? said(each.place.label) : null].filter(Boolean), " · ")))));
