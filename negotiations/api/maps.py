"""Maps: a list as GeoJSON (RFC 7946), a point for each record whose place has one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from negotiations.api.assembling import line
from negotiations.api.exporting import Export, WholeSetRenderer
from negotiations.models import Place

HEIGHT = 3  # a venue lies in a city, a region and a country at most


class GeoJsonRenderer(WholeSetRenderer):
    """A feature a record, at its place's point or at that of the nearest around it which has one (`point_of`)."""

    media_type = "application/geo+json"
    format = "geojson"
    located_by = ""  # the relation to the place; empty for places themselves

    def written(self, export: Export) -> Iterator[str]:
        head = {"type": "FeatureCollection", "meta": export.meta}
        yield f'{line(head)[:-1]},"features":['
        separator = ""
        for rows in export.batches:
            for row, served in rows:
                yield separator + line(self._feature(row, served))
                separator = ","
        yield "]}\n"

    def _feature(self, row: Any, served: dict[str, Any]) -> dict[str, Any]:
        place = _located(getattr(row, self.located_by) if self.located_by else row)
        point = [float(place.lon), float(place.lat)] if place and place.lon and place.lat else None
        return {
            "type": "Feature",
            "id": str(row.pk),
            "geometry": {"type": "Point", "coordinates": point} if point else None,
            "properties": {**served, "point_of": place.slug if place else None},
        }


def _located(place: Place | None) -> Place | None:
    """`place`, or the nearest around it that has coordinates."""
    for _ in range(HEIGHT + 1):
        if place is None or (place.lat is not None and place.lon is not None):
            return place
        place = place.parent
    return None


def on_map(relation: str) -> type[GeoJsonRenderer]:
    """GeoJSON of records whose place is behind `relation`."""
    above = "__".join(["parent"] * HEIGHT)
    needs = (f"{relation}__{above}" if relation else above,)
    return type("GeoJsonRenderer", (GeoJsonRenderer,), {"located_by": relation, "needs": needs})
