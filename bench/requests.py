"""Every kind of public request, with values taken from whatever data is there: each list in each order and with each of
its filters, each record, each analysis. What the API gains is asked too, since all of it is read from its views.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from negotiations.api import filters
from negotiations.api.analyses import AnalysisView
from negotiations.api.keyset import Cursor, Keyset, write_cursor
from negotiations.api.records import ReadViewSet, RecordViewSet
from negotiations.api.urls import ANALYSES, RESOURCES
from negotiations.models import Actor, Issue, Place, Process, Revision, Source, Talk
from negotiations.models.records import Record

DAYS, DAY = "2012-03-01/2012-04-15", "2012-03-20"
FREQUENT, RARE = "border", "plebiscite"
# Of filters that name no path of their own: what they narrow by.
NAMED: dict[str, type[Record]] = {
    "process": Process, "party": Actor, "person": Actor, "issue": Issue, "place": Place, "talk": Talk, "source": Source,
    "record": Talk,
}  # fmt: skip


@dataclass(frozen=True)
class Request:
    """An address below the API's root, and what it is an example of."""

    name: str
    path: str


def requests() -> Iterator[Request]:
    """All of them, of what is public now and half way back. Reads the values in an open window."""
    newest = Revision.objects.order_by("-number").values_list("number", flat=True)[0]
    for request in _asked_now(newest):
        yield request
        past = f"{'&' if '?' in request.path else '?'}as_of={newest // 2}"
        if not request.path.startswith(("revisions/head", "changes/")):
            yield Request(f"{request.name}, as of {newest // 2}", f"{request.path}{past}")


def _asked_now(newest: int) -> Iterator[Request]:
    for name, view in RESOURCES.items():
        yield from _lists(name, view, newest)
        yield from _one(name, view, newest)
    for route, analysis in ANALYSES.items():
        yield from _analysis(route, analysis)
    yield from _others(newest)


def _asked(name: str, resource: str, **parameters: Any) -> Request:
    return Request(f"{resource} {name}".strip(), f"{resource}/?{urlencode(parameters)}".rstrip("?"))


def _lists(name: str, view: type[ReadViewSet], newest: int) -> Iterator[Request]:
    model: Any = view.serializer_class.Meta.model
    for order in (sign + name for name in view.orders for sign in ("", "-")):
        yield _asked(f"by {order}", name, ordering=order)
        for direction in ("on", "back"):
            keyset = Keyset.named(order, view.orders, model._meta.pk.name)
            middle = keyset.arrange(model._default_manager.all())
            row = middle[middle.count() // 2]
            cursor = write_cursor(Cursor(direction == "back", keyset.values(row)), keyset, model)
            yield _asked(f"by {order}, {direction} from its middle", name, ordering=order, cursor=cursor)
    for parameter, each in view.filterset_class.base_filters.items():
        for value in _values(model, parameter, each, newest):
            yield _asked(f"{parameter}={value}", name, **{parameter: value})


def _values(model: Any, parameter: str, each: Any, newest: int) -> Iterator[Any]:
    """What to give a filter: values of the data, and where there is a closed list one that hardly occurs."""
    match each:
        case filters.IdFilter():
            yield model._default_manager.order_by("pk")[1].pk
        case filters.OnFilter():
            yield DAY
        case filters.DuringFilter():
            yield DAYS
        case filters.SearchFilter():
            yield from (FREQUENT, RARE)
        case filters.YesNoFilter():
            yield "true"
        case filters.AfterFilter():
            yield from (newest // 2, newest - 1)
        case filters.IdentifierFilter():
            yield "wikidata:Q10123"
        case filters.WordFilter() if each.paths:
            yield from sorted({_there(model, each.paths[0]), each.vocabulary.values[-1]})
        case filters.WordFilter():
            yield each.vocabulary.values[0]
        case filters.ReferenceFilter():
            yield _there(model, f"{each.paths[0]}__slug") if each.paths else _slug(NAMED[parameter])
        case filters.CountryFilter():
            yield _there(model, each.paths[0])
        case _:
            raise NotImplementedError(f"No example of {type(each).__name__} ({parameter})")


def _there(model: Any, path: str) -> Any:
    """What a row somewhere in the middle has at `path`."""
    rows = model._default_manager.filter(**{f"{path}__isnull": False}).order_by("pk")
    found = rows.values_list(path, flat=True)[:200]
    return found[len(found) // 2] if found else "none"


def _slug(model: type[Record]) -> str:
    rows = model._default_manager.order_by("slug")
    return str(rows.values_list("slug", flat=True)[rows.count() * 2 // 5])


def _one(name: str, view: type[ReadViewSet], newest: int) -> Iterator[Request]:
    model: Any = view.serializer_class.Meta.model
    if name == "revisions":
        return (yield Request("a revision", f"revisions/{newest // 2}/"))
    id = model._default_manager.order_by("pk")[1].pk
    yield Request(f"{name}, one by id", f"{name}/{id}/")
    if issubclass(view, RecordViewSet):
        slug = _slug(model)
        yield Request(f"{name}, one by slug", f"{name}/{slug}/")
        yield Request(f"{name}, versions of one", f"{name}/{slug}/versions/")
        level = view.serializer_class.level()
        for relation in level.brought() if model is Talk else level.references:
            yield Request(f"{name}, one with {relation}", f"{name}/{slug}/?include={relation}")


def _analysis(route: str, view: type[AnalysisView]) -> Iterator[Request]:
    resource = route.partition("/")[0]
    path = route
    if "<address:id>" in route:
        model: Any = RESOURCES[resource].serializer_class.Meta.model
        path = path.replace("<address:id>", _slug(model)).replace(
            "<address:other>", model._default_manager.first().slug
        )
    yield Request(view.name, f"{path}/")
    for parameter, each in view.parameters.base_filters.items():
        for value in _values(Talk, parameter, each, 0):
            yield Request(f"{view.name} {parameter}={value}", f"{path}/?{urlencode({parameter: value})}")


def _others(newest: int) -> Iterator[Request]:
    for word in (FREQUENT, RARE, f'"{FREQUENT} security"', f"{RARE} -{FREQUENT}"):
        yield _asked(f"q={word}", "search", q=word)
    yield _asked("q and party", "search", q=RARE, party=_slug(Actor))
    yield Request("coverage", "coverage/")
    yield Request("identifiers", "identifiers/wikidata:Q10123/")
    yield Request("changes", "changes/")
    yield Request("changes after", f"changes/?after={newest // 2}")
    yield Request("head", "revisions/head/")
