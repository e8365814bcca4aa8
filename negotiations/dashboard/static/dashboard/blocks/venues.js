// Where the talks until the day took place: a map of dots, and a table that tells the same.

import { address } from "../api.js";
import { dateText } from "../dates.js";
import { between, h, number, said } from "../elements.js";
import { named } from "../links.js";
import { venueMap } from "../map.js";
import { part } from "../parts.js";
import { venuesOf } from "../venues.js";
import { word } from "../words.js";

const asked = ({ process, on, as_of }, include) => ({ process, during: on && `../${on}`, include, as_of });

export const venues = () =>
  part({
    name: "venues",
    request: (state) => state.process && address("talks.geojson", asked(state, "place.parent.parent")),
    csv: (answer, state) => address("talks.csv", asked(state)),
    draw: ({ features }) => (features.length ? drawn(venuesOf(features)) : []),
  });

function drawn({ venues: found, placeless }) {
  const name = (venue) => word("venues.of", { place: venue.label, count: venue.talks.length });
  const pick = (venue) => document.getElementById(`venue-${venue.slug}`)?.focus();
  const words = Object.fromEntries(["map", "controls", "closer", "farther", "all"].map((each) => [each, word(`venues.${each}`)]));
  const coastlines = new URL("../coastlines.svg", import.meta.url).href;
  const isPlaced = found.some((each) => each.point);
  return [
    isPlaced ? venueMap(found, { coastlines, words, name, pick }).figure : null,
    isPlaced ? h("p", { class: "small" }, word("venues.no_borders")) : null,
    h("table", { class: "venues", role: "table", "aria-labelledby": "venues-title" },
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ["place", "count", "talks"].map((each) => h("th", { role: "columnheader", scope: "col" }, word(`venues.${each}`))))),
      h("tbody", { role: "rowgroup" }, found.map((each) => row(each.slug, said(each.label), each.talks)),
        placeless.length ? row("", word("venues.no_place"), placeless) : null)),
  ];
}

const row = (slug, name, talks) =>
  h("tr", { role: "row", id: slug && `venue-${slug}`, tabindex: "-1" }, h("th", { role: "rowheader", scope: "row" }, name),
    h("td", { role: "cell" }, number(talks.length, "venue")),
    h("td", { role: "cell" }, h("details", {}, h("summary", {}, word("venues.which")),
      h("ul", {}, talks.map((talk) => h("li", {}, between([named("talk", { slug: talk.slug, label: talk.label ?? talk.title }), dateText(talk.start)], " · ")))))));
