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
from negotiations.ledger.window import window_at
from negotiations.models import Actor, Identifier, Issue, Place, Process, Revision, Source, Talk
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


def requests(past: int | None = None, page_size: int = 50) -> Iterator[Request]:
    """All of them, of what is public now and at the revision `past`, without one half way back.

    It needs an open window, to read the values in: of records that are public at both.
    """
    newest = Revision.objects.count()
    then = past or newest // 2
    for request in _asked_now(newest, then, page_size):
        yield request
        past_too = f"{'&' if '?' in request.path else '?'}as_of={then}"
        if not request.path.startswith(("revisions/head", "changes/")):
            yield Request(f"{request.name}, as of {then}", f"{request.path}{past_too}")


def _asked_now(newest: int, then: int, page_size: int) -> Iterator[Request]:
    for name, view in RESOURCES.items():
        yield from _lists(name, view, newest, then, page_size)
        yield from _one(name, view, then)
    for route, analysis in ANALYSES.items():
        yield from _analysis(route, analysis, then)
    yield from _others(newest, then)


def _asked(name: str, resource: str, **parameters: Any) -> Request:
    return Request(f"{resource} {name}".strip(), f"{resource}/?{urlencode(parameters)}".rstrip("?"))


def _lists(name: str, view: type[ReadViewSet], newest: int, then: int, page_size: int) -> Iterator[Request]:
    model: Any = view.serializer_class.Meta.model
    # What rows are made of, the first request tells.
    briefly = {"fields": view.serializer_class.level().fields[0], "page_size": page_size}
    yield _asked("as they come", name, page_size=page_size)
    for order in (sign + name for name in view.orders for sign in ("", "-")):
        yield _asked(f"by {order}", name, ordering=order, **briefly)
        for direction in ("on", "back"):
            keyset = Keyset.named(order, view.orders, model._meta.pk.name)
            middle = keyset.arrange(model._default_manager.all())
            row = middle[middle.count() // 2]
            cursor = write_cursor(Cursor(direction == "back", keyset.values(row)), keyset, model)
            yield _asked(f"by {order}, {direction} from its middle", name, ordering=order, cursor=cursor, **briefly)
    for parameter, each in view.filterset_class.base_filters.items():
        for value in _values(model, parameter, each, newest, then):
            yield _asked(f"{parameter}={value}", name, **{parameter: value}, **briefly)


def _values(model: Any, parameter: str, each: Any, newest: int, then: int) -> Iterator[Any]:
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
            yield from sorted({then, newest - 1})
        case filters.IdentifierFilter():
            yield _identifier()
        case filters.WordFilter() if each.paths:
            yield from sorted({_there(model, each.paths[0], each.vocabulary.values[0]), each.vocabulary.values[-1]})
        case filters.WordFilter():
            yield each.vocabulary.values[0]
        case filters.ReferenceFilter():
            yield _there(model, f"{each.paths[0]}__slug") if each.paths else _slug(NAMED[parameter], then)
        case filters.CountryFilter():
            yield _there(model, each.paths[0], "TUR")
        case _:
            raise NotImplementedError(f"No example of {type(each).__name__} ({parameter})")


def _there(model: Any, path: str, otherwise: str = "none") -> Any:
    """What a row somewhere in the middle has at `path`."""
    rows = model._default_manager.filter(**{f"{path}__isnull": False}).order_by("pk")
    found = rows.values_list(path, flat=True)[:200]
    return found[len(found) // 2] if found else otherwise


def _identifier() -> str:
    found = Identifier.objects.filter(actor__isnull=False).order_by("pk").first()
    return f"{found.scheme}:{found.value}" if found else "wikidata:Q212"


def _slug(model: Any, then: int, place: float = 0.4) -> str:
    """The address of a record that is the same now and half way back."""
    slugs = list(model._default_manager.order_by("slug").values_list("slug", flat=True))
    with window_at(then):
        some = slugs[:: max(1, len(slugs) // 50)]
        found = list(model._default_manager.filter(slug__in=some).order_by("slug").values_list("slug", flat=True))
    return str(found[int(len(found) * place)])


def _one(name: str, view: type[ReadViewSet], then: int) -> Iterator[Request]:
    model: Any = view.serializer_class.Meta.model
    if name == "revisions":
        return (yield Request("a revision", f"revisions/{then}/"))
    with window_at(then):
        id = model._default_manager.order_by("pk")[1].pk
    yield Request(f"{name}, one by id", f"{name}/{id}/")
    if issubclass(view, RecordViewSet):
        slug = _slug(model, then)
        yield Request(f"{name}, one by slug", f"{name}/{slug}/")
        yield Request(f"{name}, versions of one", f"{name}/{slug}/versions/")
        level = view.serializer_class.level()
        for relation in level.brought() if model is Talk else level.references:
            yield Request(f"{name}, one with {relation}", f"{name}/{slug}/?include={relation}")


def _analysis(route: str, view: type[AnalysisView], then: int) -> Iterator[Request]:
    resource = route.partition("/")[0]
    path = route
    if "<address:id>" in route:
        model: Any = RESOURCES[resource].serializer_class.Meta.model
        path = path.replace("<address:id>", _slug(model, then)).replace(
            "<address:other>", model._default_manager.first().slug
        )
    yield Request(view.name, f"{path}/")
    for parameter, each in view.parameters.base_filters.items():
        for value in _values(Talk, parameter, each, then, then):
            yield Request(f"{view.name} {parameter}={value}", f"{path}/?{urlencode({parameter: value})}")


def _others(newest: int, then: int) -> Iterator[Request]:
    for word in (FREQUENT, RARE, f'"{FREQUENT} security"', f"{RARE} -{FREQUENT}"):
        yield _asked(f"q={word}", "search", q=word)
    yield _asked("q and party", "search", q=RARE, party=_slug(Actor, then))
    yield Request("coverage", "coverage/")
    yield Request("identifiers", f"identifiers/{_identifier()}/")
    yield Request("changes", "changes/")
    yield Request("changes after", f"changes/?after={then}")
    yield Request("head", "revisions/head/")
