// Where the talks were: a map of coastlines and dots, and a table that says the same.

import { address } from "../api.js";
import { dateText } from "../dates.js";
import { between, h, number, said } from "../elements.js";
import { named } from "../links.js";
import { venueMap } from "../map.js";
import { part } from "../parts.js";
import { venuesOf } from "../venues.js";
import { word } from "../words.js";

const asked = ({ process, on, as_of }, more) => ({ process, during: on && `../${on}`, ...more, as_of });
const PLACES = { include: "place.parent.parent", fields: "slug,label,start,place.slug,place.label,place.kind,place.lat,place.lon,place.parent" };

export const venues = () =>
  part({
    name: "venues",
    request: (state) => state.process && address("talks.geojson", asked(state, PLACES)),
    draw: ({ features }) => (features.length ? drawn(venuesOf(features)) : []),
    csv: (answer, state) => address("talks.csv", asked(state)),
    paged: false,
  });

function drawn({ venues: found, placeless }) {
  const rows = new Map();
  const pick = ({ slug }) => {
    rows.get(slug).querySelector("details").open = true;
    rows.get(slug).querySelector("summary").focus();
  };
  const name = (venue) => word("venues.of", { place: venue.label, count: venue.talks.length });
  const words = Object.fromEntries(["map", "controls", "closer", "farther", "all"].map((each) => [each, word(`venues.${each}`)]));
  const { figure, show } = venueMap(found, { coastlines: new URL("../coastlines.svg", import.meta.url).pathname, words, name, pick });
  for (const venue of found) rows.set(venue.slug, rowOf(venue, show));
  const isPlaced = found.some(({ point }) => point);
  return h("div", { class: "venues" },
    isPlaced ? h("figure", {}, figure, h("figcaption", { class: "small" }, word("venues.no_borders"))) : null,
    h("table", { role: "table", "aria-labelledby": "venues-title" },
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ["place", "count", "talks"].map((each) => h("th", { role: "columnheader", scope: "col" }, word(`venues.${each}`))))),
      h("tbody", { role: "rowgroup" }, ...rows.values(), placeless.length ? row({}, word("venues.no_place"), placeless) : null)));
}

const rowOf = (venue, show) =>
  row({ id: `venue-${venue.slug}` }, [said(venue.label), venue.point
    ? h("button", { type: "button", class: "plain", onclick: () => show(venue) }, word("venues.show"), h("span", { class: "hidden" }, ": ", venue.label))
    : h("span", { class: "small" }, word("venues.no_point"))], venue.talks, venue.slug);

const row = (attributes, name, talks, town) =>
  h("tr", { role: "row", ...attributes }, h("th", { role: "rowheader", scope: "row" }, name),
    h("td", { role: "cell" }, number(talks.length, "venue")),
    h("td", { role: "cell" }, h("details", {}, h("summary", {}, word("venues.which")),
      h("ul", {}, talks.map((each) => h("li", {}, between([dateText(each.start), named("talk", each),
        each.place && each.place.slug !== town ? said(each.place.label) : null].filter(Boolean), " · ")))))));
