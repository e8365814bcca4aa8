"""In which formats each list is served, besides JSON a page at a time."""

from __future__ import annotations

from negotiations.api.exporting import WholeSetRenderer
from negotiations.api.feeds import AtomRenderer, CalendarRenderer
from negotiations.api.maps import on_map
from negotiations.api.tables import CsvRenderer, JsonLinesRenderer

EVERYWHERE: tuple[type[WholeSetRenderer], ...] = (CsvRenderer, JsonLinesRenderer)
BESIDES: dict[str, tuple[type[WholeSetRenderer], ...]] = {
    "events": (on_map("place"),),
    "places": (on_map(""),),
    "revisions": (AtomRenderer,),
    "statements": (on_map("place"),),
    "talks": (on_map("place"), CalendarRenderer),
}


def formats_of(resource: str) -> tuple[type[WholeSetRenderer], ...]:
    """The formats in which the whole filtered list of `resource` is served."""
    return (*EVERYWHERE, *BESIDES.get(resource, ()))
