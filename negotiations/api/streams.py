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
from negotiations.analytics.rows import Document, all_made, made
from negotiations.analytics.stream import KINDS, RECORDS, Asked, Item, Page, Querysets, stretch
from negotiations.api.actors import ActorViewSet, OfficeSerializer
from negotiations.api.analyses import AnalysisView, Body
from negotiations.api.envelope import MetaSerializer, meta
from negotiations.api.evidence import CitationSerializer
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
from negotiations.api.records import record_named
from negotiations.api.references import RESOURCES, ReferenceSerializer, Root, reference
from negotiations.api.tables import CsvRenderer, JsonLinesRenderer
from negotiations.models import Actor, Affiliation, Citation, Position, Statement, Talk
from negotiations.models.records import Record
from negotiations.vocabulary import (
    Attendance,
    Capacity,
    Certainty,
    Doubt,
    Ending,
    ItemKind,
    OutcomeStance,
    PartTaken,
    Precision,
)

# The column that says what a record is within its kind.
WORDS: dict[type[Record], str] = {Statement: "act", Position: "stance"}


class TakingSerializer(serializers.Serializer[Any]):
    """An actor that takes part, and as what."""

    actor = ReferenceSerializer()
    roles = serializers.ListField(
        child=serializers.CharField(),
        help_text="Of a delegation, an outcome's or event's party its roles; else `speaker`, `on_behalf_of`, `party`.",
    )
    attendance = serializers.ChoiceField(
        choices=Attendance.choices, allow_null=True, help_text="Whether the delegation attended the talk; else null."
    )


class ItemSerializer(ReferenceSerializer):
    """One record of a timeline, with its date and what it rests on."""

    kind = serializers.ChoiceField(choices=ItemKind.choices, help_text="Which kind of record it is.")
    date = serializers.CharField(allow_null=True, help_text="As the source gives it, start and end together (EDTF).")
    earliest = serializers.DateField(allow_null=True, help_text="The first day on which it may have happened or begun.")
    latest = serializers.DateField(allow_null=True, help_text="The last day on which it may have happened or begun.")
    precision = serializers.ChoiceField(
        choices=Precision.choices, allow_null=True, help_text="How exactly the beginning is known."
    )
    doubt = serializers.ChoiceField(choices=Doubt.choices, allow_null=True, help_text="How the source hedges it.")
    ending = serializers.ChoiceField(
        choices=Ending.choices, allow_null=True, help_text="What is known of its end; null for a single date."
    )
    until = serializers.DateField(allow_null=True, help_text="The last day that it may have lasted to, if dated.")
    start_time = serializers.CharField(allow_null=True, help_text="Of a talk: clock time at the place, 13:30.")
    end_time = serializers.CharField(allow_null=True)
    zone = serializers.CharField(allow_null=True, help_text="IANA name of the times' zone; null when they float.")
    word = serializers.CharField(
        help_text="What it is within its kind: a talk's, outcome's or event's kind, a statement's act, a stance."
    )
    status = serializers.CharField(allow_null=True, help_text="Of a talk or event.")
    attribution = serializers.CharField(
        allow_null=True, help_text="A statement's attribution, or a position's ascription."
    )
    text = serializers.CharField(help_text="In our words; a talk's summary.")
    quote = serializers.CharField(help_text="Of a statement: in the speaker's words.")
    language = serializers.CharField(allow_null=True, help_text="BCP 47 tag of the quote.")
    parties = TakingSerializer(many=True)
    issues = ReferenceSerializer(many=True, help_text="What it is about; of a step, what it carries out is about.")
    place = ReferenceSerializer(allow_null=True)
    process = ReferenceSerializer(allow_null=True, help_text="Null for a statement that was made at no talk.")
    talk = ReferenceSerializer(allow_null=True, help_text="At which it was said or put forward, or of which it came.")
    carries_out = ReferenceSerializer(allow_null=True, help_text="The outcome that a step or talk carries out.")
    citations = CitationSerializer(many=True)


def _certainty() -> Any:
    says = "Only with `during` or `on`: whether its days surely overlap those asked for."
    return serializers.ChoiceField(choices=Certainty.choices, required=False, help_text=says)


class TimelineItemSerializer(ItemSerializer):
    """One record of a timeline, with its date and what it rests on."""

    certainty = _certainty()


class PartSerializer(serializers.Serializer[Any]):
    """One way in which the actor took part."""

    part = serializers.ChoiceField(choices=PartTaken.choices, help_text="In which way.")
    party = ReferenceSerializer(allow_null=True, help_text="In whose delegation it sat, or for whom it signed.")
    roles = serializers.ListField(child=serializers.CharField(), help_text="As what.")
    styled = serializers.CharField(help_text="The name it sat or signed under, if another.")
    capacity = serializers.ChoiceField(
        choices=Capacity.choices, allow_null=True, help_text="In a delegation: as head, member and so on."
    )
    attendance = serializers.ChoiceField(choices=Attendance.choices, allow_null=True, help_text="Whether it was there.")
    present = serializers.CharField(help_text="For which part of the talk.")
    affiliation = OfficeSerializer(allow_null=True, help_text="In which office, with its title.")
    person = ReferenceSerializer(allow_null=True, help_text="Who was there, spoke or signed for it.")
    stance = serializers.ChoiceField(
        choices=OutcomeStance.choices, allow_null=True, help_text="Whether it confirms the outcome."
    )
    citations = CitationSerializer(many=True, help_text="What this rests on, if it is cited by itself.")


class TakenItemSerializer(ItemSerializer):
    """One record in which the actor took part, and how it did."""

    parts = PartSerializer(many=True, help_text="Each way in which the actor took part.")


class RecordItemSerializer(TakenItemSerializer):
    """One record in which the actor took part, and how it did."""

    certainty = _certainty()


class _PageSerializer(serializers.Serializer[Any]):
    meta = MetaSerializer()
    count = serializers.IntegerField(
        allow_null=True, help_text="How many items there are on all pages; null with `count=none`."
    )
    next = serializers.URLField(allow_null=True, help_text="The address of the next page; null on the last.")
    previous = serializers.URLField(allow_null=True, help_text="The address of the page before; null on the first.")


class TimelinePageSerializer(_PageSerializer):
    """One page of a timeline."""

    results = TimelineItemSerializer(many=True)


class ActorRecordPageSerializer(_PageSerializer):
    """One page of what an actor took part in."""

    results = RecordItemSerializer(many=True)


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
        record = record_named(self.record_view, request, kwargs["id"])
        found = _Stream(self, record)
        if self.whole_set is None:
            return found.page(request)
        context = {"root": self.root, "view": self}
        return streamed(request, self.whole_set, self.row_serializer(context=context), self.file_name, found.batch)


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
        found = {by_days.certainty(item.record, asked) for by_days, asked in days}
        certainty = Certainty.POSSIBLE if Certainty.POSSIBLE in found else Certainty.CERTAIN
        parts = {"parts": [_part(each, self.view.root) for each in item.parts]} if self.view.parts else {}
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


def shown(item: Item, root: Root) -> Body:
    """An item as `ItemSerializer` describes it."""
    record = item.record
    talk = record.occasion if isinstance(record, Statement) else getattr(record, "talk", None)
    process = record.process if hasattr(record, "process_id") else talk and talk.process
    return {
        **reference(record, root),
        "kind": item.kind.value,
        **_date(item),
        "start_time": _clock(record, "start_time"),
        "end_time": _clock(record, "end_time"),
        "zone": getattr(record, "zone", None),
        "word": getattr(record, WORDS.get(type(record), "kind")),
        "status": getattr(record, "status", None),
        "attribution": getattr(record, "attribution", None) or getattr(record, "ascription", None),
        "text": record.summary if isinstance(record, Talk) else record.text,
        "quote": getattr(record, "quote", ""),
        "language": getattr(record, "language", None),
        "parties": [
            {"actor": reference(each.actor, root), "roles": each.roles, "attendance": each.attendance}
            for each in item.parties
        ],
        "issues": [reference(issue, root) for issue in item.issues],
        "place": _reference(getattr(record, "place", None), root),
        "process": _reference(process, root),
        "talk": _reference(talk, root),
        "carries_out": _reference(getattr(record, "carries_out", None), root),
        "citations": cited(item.citations, root),
    }  # fmt: skip


def _date(item: Item) -> Body:
    when = item.when
    return {
        "date": when.date,
        "earliest": _day(when.earliest),
        "latest": _day(when.latest),
        "precision": when.precision,
        "doubt": when.doubt,
        "ending": when.ending,
        "until": _day(when.until),
    }


def cited(citations: list[Citation], root: Root) -> Any:
    """Citations as they stand everywhere."""
    return CitationSerializer(citations, many=True, context={"root": root}).data


def _part(told: Document, root: Root) -> Body:
    """How an actor took part, as `PartSerializer` describes it."""
    office = made(Affiliation, told["affiliation"])
    return {
        **told,
        "party": _reference(made(Actor, told["party"]), root),
        "person": _reference(made(Actor, told["person"]), root),
        "affiliation": office and OfficeSerializer(office, context={"root": root}).data,
        "citations": cited(all_made(Citation, told["citations"]), root),
    }


def _reference(record: Any, root: Root) -> Body | None:
    return None if record is None else reference(record, root)


def _day(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _clock(record: Any, name: str) -> str | None:
    time = getattr(record, name, None)
    return None if time is None else f"{time:%H:%M}"


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
