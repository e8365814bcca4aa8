"""`/talks/{id}/context/`: one talk beside the others, each figure with the records that it was computed from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from negotiations.analytics.context import Context, Counted, Days, Since, check, context_of, whom
from negotiations.analytics.origins import KINDS, Sourced, sources_of
from negotiations.api.analyses import AnalysisView, Body, in_bulk
from negotiations.api.envelope import MetaSerializer
from negotiations.api.evidence import AssertionSerializer
from negotiations.api.filters import StrictFilterSet
from negotiations.api.references import ReferenceSerializer, Root, reference
from negotiations.api.shaping import WHOLE
from negotiations.api.talks import TalkViewSet
from negotiations.models import (
    Actor,
    AgendaItem,
    Assertion,
    Delegation,
    DelegationMember,
    Outcome,
    OutcomeParty,
    Position,
    Source,
    Statement,
    Talk,
)
from negotiations.vocabulary import AssertionField, ClaimCheck, Modality, Setting, TalkRelation, TalkStatus

SourcedKind = TextChoices("SourcedKind", [(name.upper(), name) for name in KINDS])  # type: ignore[call-overload]  # as enums are made of a list
Figure = TextChoices(  # type: ignore[call-overload]  # as enums are made of a list
    "Figure", [(name.upper(), name) for name in ("direct", "in_person", "number_in_process", "sources")]
)
# Each kind of fact, and what its label is made of besides its own row.
MODELS: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "talk": (Talk, ()),
    "agenda_item": (AgendaItem, ("issue",)),
    "delegation": (Delegation, ("party",)),
    "member": (DelegationMember, ("person",)),
    "assertion": (Assertion, ("value_actor", "value_place")),
    "outcome": (Outcome, ()),
    "outcome_party": (OutcomeParty, ("actor",)),
    "statement": (Statement, ()),
    "position": (Position, ("party",)),
}


class RangeSerializer(serializers.Serializer[Any]):
    """A whole number, from the least to the most that the records allow."""

    least = serializers.IntegerField(allow_null=True, help_text="The least that it can be.")
    most = serializers.IntegerField(allow_null=True, help_text="The most; null where nothing is certain.")


class DatedTalkSerializer(ReferenceSerializer):
    """A talk, with what decides whether it is counted."""

    process = ReferenceSerializer()
    start = serializers.CharField(allow_null=True, help_text="As the source gives it.")
    end = serializers.CharField(allow_null=True, help_text="As the source gives it.")
    status = serializers.ChoiceField(choices=TalkStatus.choices)
    relation = serializers.ChoiceField(choices=TalkRelation.choices)
    modality = serializers.ChoiceField(choices=Modality.choices)
    setting = serializers.ChoiceField(choices=Setting.choices)


class CountedTalkSerializer(DatedTalkSerializer):
    """A talk that a figure was computed from."""

    is_certain = serializers.BooleanField(help_text="Whether it surely counts, and surely was before.")
    days = RangeSerializer(help_text="From its last day to the first day of the talk.")


class SinceSerializer(serializers.Serializer[Any]):
    """How long before the talk the same parties had last met, in one way."""

    days = RangeSerializer(allow_null=True, help_text="Null where no talk is counted: the first in this tracker.")
    whole_years = serializers.IntegerField(allow_null=True, help_text="The years that have surely passed.")
    counted = CountedTalkSerializer(many=True, help_text="The talks before it, the latest first.")
    undated = DatedTalkSerializer(many=True, help_text="Talks without a date, which are not counted.")


class SincePreviousSerializer(serializers.Serializer[Any]):
    """How long before the talk the same parties had last met."""

    direct = SinceSerializer(help_text="Sitting together, or over a line.")
    in_person = SinceSerializer(help_text="Sitting together in one place.")


class NumberInProcessSerializer(RangeSerializer):
    """The how-manieth core talk of its process it is."""

    counted = CountedTalkSerializer(many=True, help_text="The talks before it, the latest first.")
    undated = DatedTalkSerializer(many=True, help_text="Talks without a date, which are not counted.")


class ClaimSerializer(serializers.Serializer[Any]):
    """What a source says of the time since the previous talks, and whether the talks counted bear it out."""

    direct = serializers.ChoiceField(choices=ClaimCheck.choices, help_text="Of direct talks.")
    in_person = serializers.ChoiceField(choices=ClaimCheck.choices, help_text="Of talks in one place.")
    assertion = AssertionSerializer(help_text="What is said, and by whom.")


class OriginSerializer(serializers.Serializer[Any]):
    """An outlet on whose own report a fact rests."""

    outlet = ReferenceSerializer()
    is_known = serializers.BooleanField(help_text="False for a copy of which nobody recorded what it was copied from.")
    sources = ReferenceSerializer(many=True, help_text="The pages cited, copies included.")


class SourcedSerializer(serializers.Serializer[Any]):
    """A fact, and the independent sources it rests on."""

    kind = serializers.ChoiceField(choices=SourcedKind.choices, help_text="Which record or part it is.")
    id = serializers.UUIDField()
    label = serializers.CharField(help_text="What to call it.")  # type: ignore[assignment]  # the name that callers see
    record = ReferenceSerializer(help_text="The record that it is, or is a part of.")
    independent = RangeSerializer(help_text="How many outlets reported it independently.")
    origins = OriginSerializer(many=True)


class ContextSerializer(serializers.Serializer[Any]):
    """One talk beside the others."""

    meta = MetaSerializer()
    talk = DatedTalkSerializer()
    parties = ReferenceSerializer(many=True, help_text="The parties that sat; those of the talks counted.")
    since_previous = SincePreviousSerializer()
    number_in_process = NumberInProcessSerializer()
    claims = ClaimSerializer(many=True, help_text="What sources say of the time since the previous talks.")
    sources = SourcedSerializer(many=True, help_text="Each fact of the talk with its independent sources.")


class ContextRowSerializer(serializers.Serializer[Any]):
    """A line of the file: a figure with one of its inputs."""

    figure = serializers.ChoiceField(choices=Figure.choices)
    fact = serializers.CharField(allow_null=True, help_text="Of sources: the fact.")
    least = serializers.IntegerField(allow_null=True)
    most = serializers.IntegerField(allow_null=True)
    input = ReferenceSerializer(allow_null=True, help_text="A talk counted, or an outlet.")
    is_certain = serializers.BooleanField(allow_null=True)
    start = serializers.CharField(allow_null=True)
    days = RangeSerializer(allow_null=True)


class NoParameters(StrictFilterSet):
    """Nothing to choose."""


@extend_schema_view(get=extend_schema(summary="One talk beside the others", responses=ContextSerializer))
class ContextView(AnalysisView):
    """How long before the talk the same parties had last met, the how-manieth of its process it is, whether what
    sources say of that holds, and how many independent sources each fact of it has; every figure with the records it
    was computed from. As a file: a line for each figure and input."""

    record_view = TalkViewSet
    parameters = NoParameters
    row_serializer = ContextRowSerializer
    name = "context"
    takes_today = False

    def answer(self, record: Talk) -> Body:
        found, sourced = context_of(record.pk), sources_of(record.pk)
        talks = _Talks([record.pk, *whom(found)], self.root)
        actors = in_bulk(Actor, [*found.parties, *(each.outlet for fact in sourced for each in fact.origins)])
        named = {id: reference(actor, self.root) for id, actor in actors.items()}
        return {
            "talk": talks.dated(record.pk),
            "parties": sorted((named[id] for id in found.parties), key=lambda each: str(each["label"])),
            "since_previous": {
                "direct": _since(found.direct, talks),
                "in_person": _since(found.in_person, talks),
            },
            "number_in_process": {**_range(found.number), **_inputs(found.in_process, talks)},
            "claims": _claims(record, found, self.root),
            "sources": _sources(sourced, named, self.root),
        }

    def rows(self, body: Body) -> Iterator[Body]:
        for name, since in body["since_previous"].items():
            yield from _lines(name, since["days"] or _range(Days(None, None)), since["counted"])
        yield from _lines("number_in_process", body["number_in_process"], body["number_in_process"]["counted"])
        for fact in body["sources"]:
            for origin in fact["origins"] or [{"outlet": None, "is_known": None}]:
                yield {
                    **_line("sources", fact["independent"], origin["outlet"]),
                    "fact": f"{fact['kind']}: {fact['label']}",
                    "is_certain": origin["is_known"],
                }


def _lines(figure: str, number: Body, counted: list[Body]) -> Iterator[Body]:
    if not counted:
        yield _line(figure, number, None)
    for each in counted:
        yield {
            **_line(figure, number, each),
            **{name: each[name] for name in ("is_certain", "start", "days")},
        }


def _line(figure: str, number: Body, given: Body | None) -> Body:
    nothing = dict.fromkeys(("fact", "is_certain", "start", "days"))
    return {"figure": figure, "least": number["least"], "most": number["most"], "input": given, **nothing}


class _Talks:
    """The talks that figures name, fetched at once with their processes."""

    def __init__(self, ids: Iterable[UUID], root: Root) -> None:
        self.root = root
        self.known = Talk._default_manager.select_related("process").in_bulk(set(ids))

    def dated(self, id: UUID) -> Body:
        talk = self.known[id]
        return {
            **reference(talk, self.root),
            "process": reference(talk.process, self.root),
            "start": talk.start_edtf,
            "end": talk.end_edtf,
            **{name: getattr(talk, name) for name in ("status", "relation", "modality", "setting")},
        }

    def counted(self, each: Counted) -> Body:
        return {**self.dated(each.talk), "is_certain": each.is_certain, "days": _range(each.days)}


def _range(days: Days) -> Body:
    return {"least": days.least, "most": days.most}


def _inputs(since: Since, talks: _Talks) -> Body:
    return {
        "counted": [talks.counted(each) for each in since.counted],
        "undated": [talks.dated(id) for id in since.undated],
    }


def _since(since: Since, talks: _Talks) -> Body:
    days = _range(since.days) if since.days else None
    return {"days": days, "whole_years": since.whole_years, **_inputs(since, talks)}


def _claims(talk: Talk, found: Context, root: Root) -> list[Body]:
    claims = Assertion._default_manager.filter(talk=talk, field=AssertionField.GAP_SINCE_PREVIOUS)
    rows = list(AssertionSerializer.loaded(claims))
    served = AssertionSerializer(rows, many=True, context={"root": root, "shape": WHOLE}).data
    return [
        {
            "direct": check(said, found.direct, found.when),
            "in_person": check(said, found.in_person, found.when),
            "assertion": shown,
        }
        for said, shown in zip(rows, served, strict=True)
    ]


def _sources(sourced: list[Sourced], outlets: dict[UUID, Body], root: Root) -> list[Body]:
    facts = {
        kind: (model._default_manager.select_related(*joined) if joined else model._default_manager).in_bulk(ids)
        for kind, (model, joined) in MODELS.items()
        if (ids := {each.id for each in sourced if each.kind == kind})
    }  # fmt: skip
    ids = {id for each in sourced for origin in each.origins for id in origin.sources}
    pages = Source._default_manager.select_related("publisher").in_bulk(ids)
    return [
        {
            "kind": each.kind,
            "id": str(each.id),
            "label": str(getattr(facts[each.kind][each.id], "label", None) or facts[each.kind][each.id]),
            "record": reference(facts[each.record_kind][each.record], root),
            "independent": {"least": each.least, "most": each.most},
            "origins": [
                {
                    "outlet": outlets[origin.outlet],
                    "is_known": origin.is_known,
                    "sources": [reference(pages[id], root) for id in origin.sources],
                }
                for origin in each.origins
            ],
        }
        for each in sourced
    ]
