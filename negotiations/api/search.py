"""`/search/`: one question to all kinds of records at once, with what was found where, and how much of it is whose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, TextChoices
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from negotiations.analytics.searching import Hit, find, pieces, with_marks
from negotiations.api.envelope import MetaSerializer, meta
from negotiations.api.filters import (
    DuringFilter,
    OnFilter,
    ReferenceFilter,
    SearchFilter,
    StrictFilterBackend,
    StrictFilterSet,
    WordFilter,
    parameters_of,
)
from negotiations.api.paging import LARGEST_PAGE, USUAL_PAGE, page_size_of
from negotiations.api.problems import BadParameters, fault
from negotiations.api.records import PublicView
from negotiations.api.references import LABELS_NEED, RESOURCES, ReferenceSerializer, Root, reference
from negotiations.models import Actor, Citation, Name, Process
from negotiations.models.records import Record

KINDS: dict[str, type[Record]] = {
    name: model for model, name in sorted(RESOURCES.items(), key=lambda pair: pair[1]) if issubclass(model, Record)
}
Searched = TextChoices("Searched", [(name.upper(), name) for name in KINDS])  # type: ignore[call-overload]  # as enums are made of a list
MOST_PASSAGES = 3  # of the names, and of the citations, of one record
MOST_IN_A_FACET = 50
Hits = dict[type[Record], dict[UUID, Hit]]


class SearchParameters(StrictFilterSet):
    """What a search can be asked; all but the first two as in the lists."""

    q = SearchFilter(
        help_text='All of these words, in any form: ceasefire prisoners; "in this order", one or another, -not this.'
    )
    resource = WordFilter(vocabulary=Searched, help_text="Only these kinds of records.")
    process = ReferenceFilter(help_text="Only what the lists show for one of these processes.")
    party = ReferenceFilter(help_text="Only what the lists show for one of these parties.")
    person = ReferenceFilter(help_text="Only what the lists show for one of these persons.")
    issue = ReferenceFilter(help_text="Only what the lists show for one of these issues.")
    place = ReferenceFilter(help_text="Only what the lists show for one of these places.")
    source = ReferenceFilter(help_text="Only what cites one of these sources.")
    during = DuringFilter()
    on = OnFilter()


class PieceSerializer(serializers.Serializer[Any]):
    """A stretch of a text."""

    text = serializers.CharField(help_text="Plain text, to be shown in line with its neighbours.")
    is_match = serializers.BooleanField(help_text="Whether it is what was asked for.")


class PassageSerializer(serializers.Serializer[Any]):
    """A text that says what was asked for, or the parts of it that do."""

    field = serializers.CharField(help_text="Where it stands: title, text, names.text, citations.excerpt, …")
    pieces = PieceSerializer(many=True)


class FoundSerializer(ReferenceSerializer):
    """A record that was found, and where it says what was asked for."""

    resource = serializers.ChoiceField(choices=Searched.choices, help_text="The list that it is of.")
    highlights = PassageSerializer(many=True)


class FacetSerializer(serializers.Serializer[Any]):
    """How many of the records found the same search finds with one filter more."""

    value = serializers.CharField(help_text="The value for the filter.")
    label = serializers.CharField(help_text="What to call it.")  # type: ignore[assignment]  # the name that callers see
    count = serializers.IntegerField()


class FacetsSerializer(serializers.Serializer[Any]):
    """The records found, counted by filters."""

    resource = FacetSerializer(many=True)
    process = FacetSerializer(many=True)
    party = FacetSerializer(many=True)


class SearchSerializer(serializers.Serializer[Any]):
    """What a search found, the best first."""

    meta = MetaSerializer()
    count = serializers.IntegerField(help_text="How many records were found.")
    truncated = serializers.BooleanField(help_text="Whether more were found than are shown.")
    facets = FacetsSerializer()
    results = FoundSerializer(many=True)


PAGE_SIZE = OpenApiParameter(
    "page_size",
    {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": USUAL_PAGE},
    description="How many records are shown.",
)


class SearchView(PublicView):
    """Search: one question to all kinds of records, in their texts, names and cited passages."""

    filterset_class = SearchParameters
    filter_backends = (StrictFilterBackend,)

    def known_parameters(self) -> set[str]:
        return {*SearchParameters.base_filters, PAGE_SIZE.name}

    @extend_schema(
        operation_id="search",
        summary="Search all kinds of records",
        parameters=[*parameters_of(SearchParameters, required=["q"]), PAGE_SIZE],
        responses=SearchSerializer,
        tags=["search"],
    )
    def get(self, request: Request) -> Response:
        """Find records by their words (all of them; "these in this order", one or another, -not this), in titles,
        texts, quotes and cited passages, and by names in Latin, Cyrillic or Turkish spelling."""
        size = page_size_of(request.query_params.get("page_size"))
        given = {
            name: str(value) for name, value in request.query_params.items() if name in SearchParameters.base_filters
        }
        asked = _readable(given)
        hits = _narrowed(find(asked, _kinds(given)), given)
        found = [(hit.rank, kind, id) for kind, of_kind in hits.items() for id, hit in of_kind.items()]
        found.sort(key=lambda each: (-each[0], RESOURCES[each[1]], each[2]))
        shown = [(kind, id) for _, kind, id in found[:size]]
        return Response(
            {
                "meta": meta(request),
                "count": len(found),
                "truncated": len(found) > len(shown),
                "facets": _facets(hits),
                "results": _results(shown, hits, asked, Root.of(request._request)),
            }
        )


def _readable(given: Mapping[str, str]) -> str:
    """The text asked for; BadParameters when there is none, or another parameter cannot be read."""
    StrictFilterBackend.refuse_faults(SearchParameters(data=given, queryset=Process._default_manager.none()))
    if "q" not in given:
        raise BadParameters([fault("q", "required", "Say what to search for: q=ceasefire.")])
    return given["q"]


def _filters(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name not in ("q", "resource")}


def _filterset(kind: type[Record]) -> type[StrictFilterSet]:
    from negotiations.api.urls import RESOURCES as VIEWS  # which names this view too

    return VIEWS[RESOURCES[kind]].filterset_class


def _kinds(given: Mapping[str, str]) -> list[type[Record]]:
    """The kinds to search: those asked for, or all that know the filters given."""
    wanted = given["resource"].split(",") if "resource" in given else []
    able = [name for name, kind in KINDS.items() if _filterset(kind).base_filters.keys() >= _filters(given).keys()]
    unable = [name for name in wanted if name not in able]
    if unable:
        detail = f"resource: {unable[0]} cannot be asked for all of {', '.join(sorted(_filters(given)))}; see its list."
        raise BadParameters([fault("resource", "not_allowed", detail, able, unable[0])])
    return [KINDS[name] for name in able if not wanted or name in wanted]


def _narrowed(hits: Hits, given: Mapping[str, str]) -> Hits:
    """Of `hits` those that pass the filters of their lists: a query for each kind found."""
    filters = _filters(given)
    if not filters:
        return hits
    narrowed = {}
    for kind, found in hits.items():
        if found:
            rows = _filterset(kind)(data=filters, queryset=kind._default_manager.filter(pk__among=list(found))).qs
            kept = set(rows.order_by().values_list("pk", flat=True))
            narrowed[kind] = {id: hit for id, hit in found.items() if id in kept}
    return narrowed


def _facets(hits: Hits) -> dict[str, list[dict[str, Any]]]:
    by_kind = Counter({RESOURCES[kind]: len(found) for kind, found in hits.items() if found})
    facets = {"resource": [{"value": name, "label": name, "count": count} for name, count in by_kind.most_common()]}
    for name, model in (("process", Process), ("party", Actor)):
        counted = Counter(value for kind, found in hits.items() if found for value in _values(kind, name, list(found)))
        common = sorted(counted, key=lambda id: (-counted[id], id))[:MOST_IN_A_FACET]
        known = model._default_manager.in_bulk(common)
        facets[name] = [{"value": known[id].slug, "label": str(known[id].label), "count": counted[id]} for id in common]
    return facets


def _values(kind: type[Record], name: str, ids: list[UUID]) -> Iterator[UUID]:
    """For each of the records and each value by which the filter `name` finds it: that value."""
    each_filter = _filterset(kind).base_filters.get(name)
    pairs: set[tuple[UUID, UUID]] = set()
    for path in each_filter.paths if each_filter else ():
        rows = kind._default_manager.filter(pk__among=ids, **{f"{path}__isnull": False})
        pairs.update(rows.order_by().values_list("pk", path).distinct())
    return (value for _, value in pairs)


def _results(shown: list[tuple[type[Record], UUID]], hits: Hits, asked: str, root: Root) -> list[dict[str, Any]]:
    rows = {
        kind: _marked(kind, [id for each, id in shown if each is kind], asked) for kind in {each for each, _ in shown}
    }
    names = _marked(Name, [id for kind, owner in shown for id in hits[kind][owner].names[:MOST_PASSAGES]], asked)
    cited = _marked(
        Citation, [id for kind, owner in shown for id in hits[kind][owner].citations[:MOST_PASSAGES]], asked
    )
    results = []
    for kind, id in shown:
        row, hit = rows[kind][id], hits[kind][id]
        highlights = [
            *(_highlights(row, "") if hit.says_itself else ()),
            *(each for part in hit.names[:MOST_PASSAGES] for each in _highlights(names[part], "names.")),
            *(each for part in hit.citations[:MOST_PASSAGES] for each in _highlights(cited[part], "citations.")),
        ]
        once = [each for place, each in enumerate(highlights) if each not in highlights[:place]]
        results.append({"resource": RESOURCES[kind], **reference(row, root), "highlights": once})
    return results


def _marked(model: Any, ids: list[UUID], asked: str) -> dict[UUID, Any]:
    if not ids:
        return {}
    rows: QuerySet[Any] = model._default_manager.filter(pk__among=ids).order_by()
    if model in LABELS_NEED:
        rows = rows.select_related(LABELS_NEED[model])
    return {row.pk: row for row in with_marks(rows, asked)}


def _highlights(row: Any, prefix: str) -> Iterator[dict[str, Any]]:
    for name in type(row).WORDS:
        if found := pieces(row, name):
            yield {"field": f"{prefix}{name}", "pieces": [piece._asdict() for piece in found]}
