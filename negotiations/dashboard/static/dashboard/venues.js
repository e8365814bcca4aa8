// Which places saw which talks, and where these lie: the numbers behind map and table. No drawing here.

const BIG_ENOUGH = ["city", "region", "country"];

// The city a venue lies in, or the nearest around it that is no mere building; a place itself if it is one.
function townOf(place) {
  for (let around = place; around; around = around.parent) {
    if (BIG_ENOUGH.includes(around.kind)) return around;
  }
  return place;
}

function pointOf(place) {
  return place.lat === null || place.lon === null ? null : [Number(place.lon), Number(place.lat)];
}

// The features of /talks.geojson?include=place.parent.parent, gathered by town: the towns with the most talks first,
// and apart from them the talks of which no place is recorded.
export function venuesOf(features) {
  const towns = new Map();
  const placeless = [];
  for (const { geometry, properties: talk } of features) {
    if (!talk.place) {
      placeless.push(talk);
      continue;
    }
    const { slug, label } = townOf(talk.place);
    const town = towns.get(slug) ?? { slug, label, point: pointOf(townOf(talk.place)), talks: [] };
    town.point ??= geometry?.coordinates ?? null;
    town.talks.push(talk);
    towns.set(slug, town);
  }
  const venues = [...towns.values()].sort((a, b) => b.talks.length - a.talks.length || a.label.localeCompare(b.label));
  for (const { talks } of venues) talks.sort((a, b) => (a.start ?? "").localeCompare(b.start ?? ""));
  return { venues, placeless };
}
