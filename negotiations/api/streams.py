"""`/processes/{id}/timeline/` and `/actors/{id}/record/`: records of several kinds in one order, a page at a time."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from negotiations.analytics import participation, timeline
from negotiations.analytics.stream import KINDS, RECORDS, Asked, Item, Page, Querysets, stretch
from negotiations.api.actors import ActorViewSet
from negotiations.api.addresses import mark_withdrawn
from negotiations.api.analyses import AnalysisView, Body
from negotiations.api.asked_values import of_all
from negotiations.api.envelope import meta
from negotiations.api.exporting import BATCH, Place, Rows, WholeSetRenderer, refuse_more_than_most, streamed
from negotiations.api.feeds import TimelineRenderer
from negotiations.api.filters import (
    DuringFilter,
    OnFilter,
    ReferenceFilter,
    SearchFilter,
    StrictFilterBackend,
    StrictFilterSet,
    WordFilter,
)
from negotiations.api.keyset import Cursor, decoded, encoded
from negotiations.api.paging import PARAMETERS as PAGING
from negotiations.api.paging import count_is_unwanted, described_parameters, order_of, page, page_size_of
from negotiations.api.problems import BadParameters, fault
from negotiations.api.processes import ProcessViewSet
from negotiations.api.references import RESOURCES
from negotiations.api.stream_items import (
    ActorRecordPageSerializer,
    ItemSerializer,
    TakenItemSerializer,
    TimelinePageSerializer,
    part_shown,
    shown,
)
from negotiations.api.tables import CsvRenderer, JsonLinesRenderer
from negotiations.models.records import Record
from negotiations.vocabulary import ItemKind


class StreamParameters(StrictFilterSet):
    """What streams can be asked, as in the lists of their records."""

    kind = WordFilter(vocabulary=ItemKind, help_text="Only these kinds of items.")
    issue = ReferenceFilter(help_text="Only what the lists show for one of these issues.")
    talk = ReferenceFilter(help_text="Only what the lists show for one of these talks; no talks, steps and events.")
    place = ReferenceFilter(help_text="Only what the lists show for one of these places.")
    source = ReferenceFilter(help_text="Only what cites one of these sources.")
    during = DuringFilter()
    on = OnFilter()
    q = SearchFilter()


class TimelineParameters(StreamParameters):
    party = ReferenceFilter(help_text="Only what the lists show for one of these parties.")
    person = ReferenceFilter(help_text="Only what the lists show for one of these persons; no positions.")


class RecordParameters(StreamParameters):
    process = ReferenceFilter(help_text="Only what the lists show for one of these processes.")


class StreamView(AnalysisView):
    """Records of several kinds in one order: subclasses say which, and how each item is shown."""

    takes_today = False
    formats: ClassVar[tuple[type[BaseRenderer], ...]] = (CsvRenderer, JsonLinesRenderer)
    orders: ClassVar[dict[str, str]] = {"date": "date"}
    order = "date"
    parts: ClassVar[str] = ""  # SQL of how the record that the path begins with takes part in an item
    row_serializer: ClassVar[type[serializers.Serializer[Any]]] = ItemSerializer
    whole_set: WholeSetRenderer | None = None
    asked_days: list[Any]

    def querysets(self, record: Any) -> Querysets:
        """The records that the stream of `record` holds, by their kinds."""
        raise NotImplementedError

    def known_parameters(self) -> set[str]:
        return {*super().known_parameters(), *(["ordering"] if self.whole_set else PAGING)}

    def further_parameters(self, is_file: bool) -> list[OpenApiParameter]:
        return [
            OpenApiParameter(name, schema, description=says)
            for name, (schema, says) in described_parameters(self).items()
            if name == "ordering" or not is_file
        ]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.format_kwarg = self.get_format_suffix(**kwargs)
        chosen, _ = self.perform_content_negotiation(request, force=True)
        self.whole_set = chosen if isinstance(chosen, WholeSetRenderer) else None
        super().initial(request, *args, **kwargs)

    def get(self, request: Request, **kwargs: str) -> Any:
        assert self.record_view is not None
        found = _Stream(self, self.named(self.record_view, kwargs["id"]))
        if self.whole_set is None:
            return mark_withdrawn(found.page(request), self.is_about, self.root)
        serializer = self.row_serializer(context={"root": self.root, "view": self})
        file = streamed(request, self.whole_set, serializer, self.file_name, found.batch)
        return mark_withdrawn(file, self.is_about, self.root)


class _Stream:
    """What one request asks of a stream: the records, narrowed, and in which order."""

    def __init__(self, view: StreamView, record: Record) -> None:
        self.view, self.record = view, record
        self.parameters = view.request.query_params
        self.order = order_of(self.parameters.get("ordering"), view)
        self.days: dict[type[Record], list[Any]] = {}
        given = {name: str(value) for name, value in self.parameters.items() if name in view.parameters.base_filters}
        wanted = [ItemKind(word) for word in given.pop("kind", "").split(",") if word]
        self.kinds = self._able(given, wanted)
        self.querysets = self._narrowed(given)
        view.asked_days = [each for days in self.days.values() for each in days]

    def _able(self, given: Mapping[str, str], wanted: list[ItemKind]) -> list[ItemKind]:
        """The kinds that are shown: those wanted, or all whose lists know the filters given."""
        able = [kind for kind, model in RECORDS.items() if _filterset(model).base_filters.keys() >= given.keys()]
        unable = [kind for kind in wanted if kind not in able]
        if unable:
            detail = f"kind: {unable[0]} cannot be asked for all of {', '.join(sorted(given))}; see its list."
            raise BadParameters([fault("kind", "not_allowed", detail, list(map(str, able)), str(unable[0]))])
        return wanted or able

    def _narrowed(self, given: Mapping[str, str]) -> dict[type[Record], Any]:
        """Of the stream's records those that pass the filters of their lists."""
        narrowed = {}
        for model, queryset in self.view.querysets(self.record).items():
            if model in {RECORDS[kind] for kind in self.kinds}:
                filterset = _filterset(model)(data=given, queryset=queryset)
                StrictFilterBackend.refuse_faults(filterset)
                narrowed[model], self.days[model] = filterset.qs, filterset.asked_days()
        return narrowed

    def read(self, cursor: Cursor, most: int, counted: bool) -> Page:
        place: Any = cursor.values
        asked = Asked(self.order.startswith("-"), cursor.backward, place, most, counted)
        return stretch(self.querysets, self.kinds, asked, self.view.parts, self.record.pk if self.view.parts else None)

    def page(self, request: Request) -> Response:
        size, counted = (
            page_size_of(self.parameters.get("page_size")),
            not count_is_unwanted(self.parameters.get("count")),
        )
        cursor = Cursor(backward=False, values=None)
        if "cursor" in self.parameters:
            cursor = decoded(self.parameters["cursor"], self.order, _place)
        found = self.read(cursor, size, counted)
        follows = found.is_behind if cursor.backward else found.has_more
        precedes = found.has_more if cursor.backward else found.is_behind
        return page(
            request, meta(request), found.count, self._cursor(found, False) if follows else None,
            self._cursor(found, True) if precedes else None, [self.shown(item) for item in found.items],
        )  # fmt: skip

    def batch(self, place: Place) -> tuple[Rows, Place]:
        """The next items of the whole stream, as files have them."""
        found = self.read(Cursor(backward=False, values=place), BATCH, counted=place is None)
        if found.count is not None:
            refuse_more_than_most(found.count, sorted(self.view.parameters.base_filters))
        rows = [(item, self.shown(item)) for item in found.items]
        return rows, found.items[-1].position if found.has_more else None

    def shown(self, item: Item) -> Body:
        days = self.days[type(item.record)]
        certainty = of_all(by_days.certainty(item.record, asked) for by_days, asked in days)
        parts = {"parts": [part_shown(each, self.view.root) for each in item.parts]} if self.view.parts else {}
        return {**shown(item, self.view.root), **parts, **({"certainty": certainty} if days else {})}

    def _cursor(self, found: Page, backward: bool) -> str:
        """The page after this one, or before it when `backward`; from the far end when this page is empty."""
        if not found.items:
            return encoded(self.order, backward, None)
        earliest, latest, clock, kind, id = found.items[0 if backward else -1].position
        texts = [None if each is None else each.isoformat() for each in (earliest, latest, clock)]
        return encoded(self.order, backward, [*texts, kind, str(id)])


def _filterset(model: type[Record]) -> type[StrictFilterSet]:
    from negotiations.api.urls import RESOURCES as VIEWS  # which names these views too

    return VIEWS[RESOURCES[model]].filterset_class


def _place(written: Any) -> tuple[Any, ...]:
    """The place that a cursor holds; raises on anything else."""
    earliest, latest, clock, kind, id = written
    if type(kind) is not int or not 0 <= kind < len(KINDS):
        raise ValueError("the place of a kind was expected")
    days = (None if day is None else datetime.date.fromisoformat(day) for day in (earliest, latest))
    return (*days, None if clock is None else datetime.time.fromisoformat(clock), kind, uuid.UUID(id))


@extend_schema_view(get=extend_schema(summary="The timeline of a process", responses=TimelinePageSerializer))
class TimelineView(StreamView):
    """The talks, statements, positions, outcomes, steps and events of a process in one order, uncertain dates placed
    at their first possible day and said as they are. Files hold the whole timeline; `.ics` is for calendars."""

    record_view = ProcessViewSet
    parameters = TimelineParameters
    formats = (CsvRenderer, JsonLinesRenderer, TimelineRenderer)
    name = "timeline"

    def querysets(self, record: Any) -> Querysets:
        return timeline.of_process(record.pk)


@extend_schema_view(get=extend_schema(summary="What an actor took part in", responses=ActorRecordPageSerializer))
class RecordOfActorView(StreamView):
    """The talks, statements, positions, outcomes and events in which a person or organisation took part, over all
    processes: in which capacity and title, under which name, and whether it was there. Files hold the whole record."""

    record_view = ActorViewSet
    parameters = RecordParameters
    row_serializer = TakenItemSerializer
    parts = participation.PARTS
    name = "record"

    def querysets(self, record: Any) -> Querysets:
        return participation.of_actor(record.pk)
