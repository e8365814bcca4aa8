"""How the items of a stream look: a record of any kind with its date, its parties and what it rests on."""

from __future__ import annotations

import datetime
from typing import Any

from rest_framework import serializers

from negotiations.analytics.rows import Document, all_made, made
from negotiations.analytics.stream import Item
from negotiations.api.actors import OfficeSerializer
from negotiations.api.analyses import Body
from negotiations.api.envelope import MetaSerializer
from negotiations.api.evidence import CitationSerializer, cited
from negotiations.api.references import ReferenceSerializer, Root, reference, reference_or_none
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
        "place": reference_or_none(getattr(record, "place", None), root),
        "process": reference_or_none(process, root),
        "talk": reference_or_none(talk, root),
        "carries_out": reference_or_none(getattr(record, "carries_out", None), root),
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


def part_shown(told: Document, root: Root) -> Body:
    """How an actor took part, as `PartSerializer` describes it."""
    office = made(Affiliation, told["affiliation"])
    return {
        **told,
        "party": reference_or_none(made(Actor, told["party"]), root),
        "person": reference_or_none(made(Actor, told["person"]), root),
        "affiliation": office and OfficeSerializer(office, context={"root": root}).data,
        "citations": cited(all_made(Citation, told["citations"]), root),
    }


def _day(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _clock(record: Any, name: str) -> str | None:
    time = getattr(record, name, None)
    return None if time is None else f"{time:%H:%M}"
