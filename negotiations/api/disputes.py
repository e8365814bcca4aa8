"""`/disputes/`: facts of several versions, each with all of them and their sources, and what they agree on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from negotiations.analytics.amounts import in_words
from negotiations.analytics.current import Amount
from negotiations.analytics.facts import Asked, Fact, Order, facts
from negotiations.api.analyses import AnalysisView, Body, DayFilter
from negotiations.api.asked_values import ONE_DAY_MORE
from negotiations.api.envelope import MetaSerializer, meta
from negotiations.api.evidence import AmountSerializer, AssertionSerializer, shown_amount
from negotiations.api.exporting import file_headers
from negotiations.api.filters import ReferenceFilter, StrictFilterSet, WordFilter
from negotiations.api.keyset import Cursor, read_cursor
from negotiations.api.outcomes import OutcomePartySerializer
from negotiations.api.paging import PARAMETERS as PAGING
from negotiations.api.paging import KeysetPagination, count_is_unwanted, keyset_of, page_size_of
from negotiations.api.problems import BadParameters, fault
from negotiations.api.records import ReadSerializer
from negotiations.api.references import LABELS_NEED, RESOURCES, ReferenceSerializer, Root, reference
from negotiations.api.shaping import WHOLE
from negotiations.models import Actor, AgendaItem, Delegation, Place, Process, Talk
from negotiations.vocabulary import AssertionField, AssertionState, Counting, FactKind, Unit, Verdict

MOST_FACTS = 5_000  # in one file
OWNERS = {name: model for model, name in RESOURCES.items()}
OWNER_NAMES = [(name, name) for name in ("processes", "actors", "talks", "statements", "outcomes", "events")]
PARTS = [("delegation", "delegation"), ("agenda_item", "agenda_item")]


class PastFilter(DayFilter):
    """A day after which nothing is looked at."""

    says = "Only facts of what may have begun by this day, and values that may have been held by then: 2025-05-16"


class FactParameters(StrictFilterSet):
    process = ReferenceFilter(help_text="Only facts that the lists show for one of these processes.")
    talk = ReferenceFilter(
        help_text="Only facts of one of these talks: its own, its delegations' and agenda's, and those of what came of"
        " it or was said at it."
    )
    record = ReferenceFilter(help_text="Only facts of these records, of whatever kind.")
    field = WordFilter(vocabulary=AssertionField, help_text="Only values of one of these fields.")
    kind = WordFilter(vocabulary=FactKind, help_text="Only values, or only stances.")
    verdict = WordFilter(
        vocabulary=Verdict,
        help_text="Those of which this is so; without it `disputed`. All facts of several versions:"
        " disputed,settled,agreed,compatible",
    )
    on = PastFilter()


class FactRecordSerializer(ReferenceSerializer):
    """The record that a fact is of."""

    resource = serializers.ChoiceField(choices=OWNER_NAMES, help_text="The list that it is of.")


class FactPartSerializer(serializers.Serializer[Any]):
    """The part of the record that a fact is of."""

    kind = serializers.ChoiceField(choices=PARTS, help_text="Which part it is.")
    id = serializers.UUIDField()
    label = serializers.CharField(help_text="What to call it.")  # type: ignore[assignment]  # the name that callers see


class AgreedDaysSerializer(serializers.Serializer[Any]):
    """Days that all versions allow."""

    first = serializers.DateField(allow_null=True, help_text="The first of them; null when open.")
    last = serializers.DateField(allow_null=True, help_text="The last of them; null when open.")


class AgreedSerializer(serializers.Serializer[Any]):
    """What the versions of a fact that are counted have in common."""

    state = serializers.ChoiceField(
        choices=AssertionState.choices, help_text="`none` where all say that there is none."
    )
    amount = AmountSerializer(allow_null=True, help_text="The numbers that all allow.")
    days = AgreedDaysSerializer(allow_null=True, help_text="The days that all allow.")
    word = serializers.CharField(allow_null=True, help_text="The word that all give; of stances what they come to.")
    time = serializers.CharField(allow_null=True, help_text="The clock time that all give: 13:30")
    zone = serializers.CharField(allow_null=True, help_text="The zone of that time.")
    actor = ReferenceSerializer(allow_null=True, help_text="The actor whom all name.")
    place = ReferenceSerializer(allow_null=True, help_text="The place that all name.")
    approximate = serializers.BooleanField(help_text="Whether every version is only about right.")
    text = serializers.CharField(help_text="The same in words: 91 to 119 minutes")


class FactVersionSerializer(AssertionSerializer):
    """One version of a fact: a value as one voice gives it, with its sources."""

    is_counted = serializers.BooleanField(
        read_only=True, help_text="Whether it counts: it says something, and no rank leaves it out."
    )

    class Meta(AssertionSerializer.Meta):
        fields = ("is_counted", *AssertionSerializer.Meta.fields)  # type: ignore[assignment]  # one more than there


class FactSerializer(serializers.Serializer[Any]):
    """A fact of which there are several versions, with all of them."""

    id = serializers.UUIDField(help_text="Tells rows apart: the id of its first version, or of the outcome.")
    kind = serializers.ChoiceField(choices=FactKind.choices, help_text="Of what there are several versions.")
    record = FactRecordSerializer()
    part = FactPartSerializer(allow_null=True, help_text="Null where it is of the record itself.")
    process = ReferenceSerializer(allow_null=True, help_text="The process of the record.")
    field = serializers.ChoiceField(choices=AssertionField.choices, allow_null=True, help_text="Of stances null.")
    unit = serializers.ChoiceField(choices=Unit.choices, allow_null=True, help_text="What is counted.")
    counting = serializers.ChoiceField(choices=Counting.choices, allow_null=True, help_text="How it is counted.")
    giver = ReferenceSerializer(allow_null=True, help_text="One way: who gives.")
    receiver = ReferenceSerializer(allow_null=True, help_text="One way: who receives.")
    held_on = serializers.CharField(allow_null=True, help_text="The day for which the versions hold.")
    verdict = serializers.ChoiceField(choices=Verdict.choices, help_text="Whether all of them can be true.")
    agreed = AgreedSerializer(allow_null=True, help_text="What they have in common; null where that is nothing.")
    versions = FactVersionSerializer(many=True, help_text="Each value that was given, those that count first.")
    stances = OutcomePartySerializer(many=True, help_text="Of stances: each party of the outcome that has one.")


class FactPageSerializer(serializers.Serializer[Any]):
    """One page of facts."""

    meta = MetaSerializer()
    count = serializers.IntegerField(allow_null=True, help_text="How many there are; null with `count=none`.")
    next = serializers.URLField(allow_null=True, help_text="The address of the next page; null on the last.")
    previous = serializers.URLField(allow_null=True, help_text="That of the page before; null on the first.")
    results = FactSerializer(many=True)


class FactPagination(KeysetPagination):
    """Pages of facts, in the order of their records' days; a place in it is written like one among talks."""

    def page(self, asked: Asked, request: Request, view: Any) -> list[Fact]:
        parameters = request.query_params
        self.request, self.model = request, Talk
        self.size = page_size_of(parameters.get("page_size"))
        self.keyset = keyset_of(parameters.get("ordering"), view, Talk)
        cursor = Cursor(backward=False, values=None)
        if "cursor" in parameters:
            cursor = read_cursor(parameters["cursor"], self.keyset, Talk)
        rows, count = facts(asked, most=self.size + 1, order=self._order(cursor))
        self.count = None if count_is_unwanted(parameters.get("count")) else count
        has_more = len(rows) > self.size
        self.rows = rows[: self.size][::-1] if cursor.backward else rows[: self.size]
        is_first_page = cursor.values is None and not cursor.backward
        behind = not is_first_page and self._has_facts_behind(asked, cursor, count)
        self.next = behind if cursor.backward else has_more
        self.previous = has_more if cursor.backward else behind
        return self.rows

    def _has_facts_behind(self, asked: Asked, cursor: Cursor, count: int) -> bool:
        """Whether there are facts on the side that this page comes from."""
        if not self.rows:
            return count > 0
        near = self.rows[-1] if cursor.backward else self.rows[0]
        found, _ = facts(asked, most=1, order=self._order(Cursor(not cursor.backward, self.keyset.values(near))))
        return bool(found)

    def _order(self, cursor: Cursor) -> Order:
        place = None if cursor.values is None else (cursor.values[0], cursor.values[1])
        return Order(self.keyset.keys[0].descending, place, cursor.backward)


@extend_schema_view(
    get=extend_schema(summary="Facts whose sources cannot all be true", responses=FactPageSerializer, tags=["disputes"])
)
class DisputesView(AnalysisView):
    """Facts of several versions, each with all of them, their sources, and what they agree on: those that cannot all be
    true, and with `verdict=` any others. As a file: a line for each fact."""

    parameters = FactParameters
    row_serializer = FactSerializer
    name = "disputes"
    takes_today = False
    pagination = FactPagination
    orders: ClassVar[dict[str, str]] = {"start": "during"}
    order = "-start"
    is_file = False

    def known_parameters(self) -> set[str]:
        return {*super().known_parameters(), *(("ordering",) if self.is_file else PAGING)}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.format_kwarg = self.get_format_suffix(**kwargs)
        chosen, _ = self.perform_content_negotiation(request, force=True)
        self.is_file = not isinstance(chosen, JSONRenderer)
        super().initial(request, *args, **kwargs)

    def get(self, request: Request, **kwargs: str) -> Response:
        asked = Asked(
            **{name: self.addresses(name) for name in ("process", "talk", "record")},
            **{name: self.asked[name] or None for name in ("field", "kind")},
            verdict=self.asked["verdict"] or [Verdict.DISPUTED],
            on=self.asked["on"].lower if self.asked["on"] else None,
        )
        if not self.is_file:
            pages = self.pagination()
            return pages.get_paginated_response(shown(pages.page(asked, request, self), self.root))
        keyset = keyset_of(request.query_params.get("ordering"), self, Talk)
        rows, count = facts(asked, most=MOST_FACTS, order=Order(keyset.keys[0].descending))
        if count > MOST_FACTS:
            detail = f"These are more than {MOST_FACTS} facts, which is too much for one file; narrow it with a filter."
            raise BadParameters([fault("", "too_many_rows", detail, sorted(self.parameters.base_filters))])
        about = meta(request)
        return Response(
            {"results": shown(rows, self.root)}, headers=file_headers(about, self.file_name, self._suffix(request))
        )

    def rows(self, body: Body) -> Iterable[Body]:
        found: Iterable[Body] = body["results"]
        return found


def shown(found: list[Fact], root: Root) -> list[Body]:
    """`found` as `FactSerializer` describes them; the number of queries does not grow with them."""
    references = _References(found, root)
    counted = {id for fact in found for id in fact.counted}
    versions = _served(FactVersionSerializer, found, FactKind.VALUES, root, counted)
    stances = _served(OutcomePartySerializer, found, FactKind.STANCES, root, counted)
    return [
        {
            "id": str(fact.id),
            "kind": fact.kind,
            "record": {"resource": fact.resource, **references.known_as(OWNERS[fact.resource], fact.record)},
            "part": references.part(fact),
            "process": references.to(Process, fact.process),
            "field": fact.field,
            "unit": fact.unit,
            "counting": fact.counting,
            "giver": references.to(Actor, fact.giver),
            "receiver": references.to(Actor, fact.receiver),
            "held_on": next((versions[id]["held_on"] for id in fact.versions if id in versions), None),
            "verdict": fact.verdict,
            "agreed": _agreed(fact, references),
            "versions": sorted((versions[id] for id in fact.versions if id in versions), key=_counted_first),
            "stances": [stances[id] for id in fact.versions if id in stances],
        }
        for fact in found
    ]


def _counted_first(version: Body) -> tuple[bool, str]:
    return not version["is_counted"], version["id"]


def _served(
    serializer: type[ReadSerializer], found: list[Fact], kind: FactKind, root: Root, counted: set[UUID]
) -> dict[UUID, Body]:
    """The versions of the facts of one kind as they are served, by id."""
    ids = [id for fact in found if fact.kind == kind for id in fact.versions]
    if not ids:
        return {}
    rows = list(serializer.loaded(serializer.Meta.model._default_manager.filter(pk__in=ids)))
    for row in rows:
        row.is_counted = row.pk in counted
    served = serializer(rows, many=True, context={"root": root, "shape": WHOLE}).data
    return {row.pk: each for row, each in zip(rows, served, strict=True)}


class _References:
    """What facts name, fetched at once: a query for each kind of record or part among them."""

    def __init__(self, found: list[Fact], root: Root) -> None:
        self.root = root
        wanted: dict[type[Any], set[UUID]] = defaultdict(set)
        for fact in found:
            wanted[OWNERS[fact.resource]].add(fact.record)
            for model, ids in (
                (Process, (fact.process,)),
                (Actor, (fact.giver, fact.receiver, fact.actor)),
                (Place, (fact.place,)),
                (Delegation, (fact.delegation,)),
                (AgendaItem, (fact.agenda_item,)),
            ):
                wanted[model].update(id for id in ids if id)
        needs: dict[Any, str] = {**LABELS_NEED, AgendaItem: "issue"}
        self.known = {
            (model, row.pk): row
            for model, ids in wanted.items() if ids
            for row in _with(model._default_manager.filter(pk__in=ids), needs.get(model))
        }  # fmt: skip

    def known_as(self, model: type[Any], id: UUID) -> Body:
        return reference(self.known[model, id], self.root)

    def to(self, model: type[Any], id: UUID | None) -> Body | None:
        return self.known_as(model, id) if id else None

    def part(self, fact: Fact) -> Body | None:
        for kind, model, id in (
            ("delegation", Delegation, fact.delegation),
            ("agenda_item", AgendaItem, fact.agenda_item),
        ):
            if id:
                return {"kind": kind, "id": str(id), "label": str(self.known[model, id])}
        return None


def _with(rows: models.QuerySet[Any], relation: str | None) -> models.QuerySet[Any]:
    return rows.select_related(relation) if relation else rows


def _agreed(fact: Fact, references: _References) -> Body | None:
    """What the versions that count have in common; null in dispute, and where nothing is computed."""
    if fact.verdict in (Verdict.DISPUTED, Verdict.COMPATIBLE):
        return None
    amount = fact.amount and Amount(fact.amount.lower, fact.amount.upper, fact.amount.lower_inc, fact.amount.upper_inc)
    actor, place = references.to(Actor, fact.actor), references.to(Place, fact.place)
    days = fact.days and {
        "first": fact.days.lower and fact.days.lower.isoformat(),
        "last": fact.days.upper and (fact.days.upper - ONE_DAY_MORE).isoformat(),
    }
    clock = fact.clock and f"{fact.clock:%H:%M}"
    said = (
        in_words(amount, fact.unit, about=fact.approximate) if amount else "",
        _days_in_words(days) if days else "",
        fact.word, clock and f"{clock} {fact.zone or ''}".rstrip(), actor and actor["label"], place and place["label"],
        "none" if fact.state == AssertionState.NONE else "",
    )  # fmt: skip
    text = next(filter(None, said), None)
    return text and {
        "state": fact.state or AssertionState.GIVEN,
        "amount": shown_amount(amount) if amount else None,
        "days": days or None,
        "word": fact.word,
        "time": clock,
        "zone": fact.zone if clock else None,
        "actor": actor,
        "place": place,
        "approximate": fact.approximate,
        "text": text,
    }


def _days_in_words(days: Body) -> str:
    first, last = days["first"] or "..", days["last"] or ".."
    return str(first) if first == last else f"{first} to {last}"
