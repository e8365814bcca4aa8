"""`/processes/{id}/implementation/`: what was promised against what was done, on a day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from negotiations.analytics.current import Amount
from negotiations.analytics.deadlines import Deadline
from negotiations.analytics.implementation import Fulfilment, Step, implementation_of
from negotiations.analytics.quantities import Done, Promised
from negotiations.api.analyses import AnalysisView, Body, DayFilter
from negotiations.api.envelope import MetaSerializer
from negotiations.api.evidence import AmountSerializer, AssertionSerializer, CitationSerializer, cited, shown_amount
from negotiations.api.filters import ReferenceFilter, StrictFilterSet, WordFilter
from negotiations.api.outcomes import OutcomeFilter, OutcomePartySerializer
from negotiations.api.processes import ProcessViewSet
from negotiations.api.references import ReferenceSerializer, Root, reference, reference_or_none
from negotiations.models import Event, Outcome, Process
from negotiations.vocabulary import (
    AssertionState,
    Certainty,
    Counting,
    DeadlineStanding,
    DoneBasis,
    Implementation,
    ItemKind,
    OutcomeKind,
    Unit,
)

NOTHING: Body = {"lower": None, "upper": None, "lower_included": False, "upper_included": False}


class ImplementationParameters(StrictFilterSet):
    on = DayFilter()
    kind = WordFilter(
        vocabulary=OutcomeKind, help_text="Only outcomes of one of these kinds; `no_agreement` only if it is named."
    )
    party = ReferenceFilter(help_text="Only outcomes in which one of these has a part.")
    issue = ReferenceFilter(help_text="Only outcomes that touch one of these issues, or one under it.")


class _DirectedAmountSerializer(AmountSerializer):
    is_disputed = serializers.BooleanField(help_text="Whether sources differ, so that there are no bounds.")
    giver = ReferenceSerializer(allow_null=True, help_text="Who gives, where a direction is told.")
    receiver = ReferenceSerializer(allow_null=True, help_text="Who receives, where a direction is told.")


class AmountPromisedSerializer(_DirectedAmountSerializer):
    """How much was promised, counted in one way."""

    counting = serializers.ChoiceField(choices=Counting.choices, allow_null=True, help_text="How it is counted.")
    assertions = serializers.ListField(child=serializers.UUIDField(), help_text="The ids of the values it rests on.")


class AmountDoneSerializer(_DirectedAmountSerializer):
    """How much was done."""

    basis = serializers.ChoiceField(choices=DoneBasis.choices, help_text="Added up, or as a source gives it.")
    held_on = serializers.CharField(allow_null=True, help_text="Of a running total: the day up to which it goes.")
    counted = serializers.IntegerField(allow_null=True, help_text="Of a sum: how many deeds are in it.")
    uncounted = serializers.IntegerField(
        allow_null=True, help_text="Of a sum: how many deeds happened and say nothing of this, or nothing undisputed."
    )


class InOneUnitSerializer(serializers.Serializer[Any]):
    """What was promised and what was done in one unit."""

    unit = serializers.ChoiceField(choices=Unit.choices, allow_null=True)
    promised = AmountPromisedSerializer(many=True)
    done = AmountDoneSerializer(many=True)


class DeadlineSerializer(serializers.Serializer[Any]):
    """One day by which it was due."""

    date = serializers.CharField(allow_null=True, help_text="As the source gives it.")
    state = serializers.ChoiceField(choices=AssertionState.choices, help_text="`none`: no day was agreed.")
    latest = serializers.DateField(allow_null=True, help_text="Its last day.")
    standing = serializers.ChoiceField(choices=DeadlineStanding.choices, help_text="How it stands on the day.")
    assertion = serializers.UUIDField(allow_null=True, help_text="The value that says so; null for the outcome's own.")
    citations = CitationSerializer(many=True)


class StepSerializer(ReferenceSerializer):
    """A deed that carries out the outcome."""

    kind = serializers.ChoiceField(choices=ItemKind.choices, help_text="`step` for an event, or `talk`.")
    word = serializers.CharField(help_text="The kind of event or talk.")
    status = serializers.CharField(help_text="Of the event or talk: only events that happened are added up.")
    date = serializers.CharField(allow_null=True, help_text="As the source gives it (EDTF).")
    earliest = serializers.DateField(allow_null=True, help_text="The first day on which it may have happened or begun.")
    latest = serializers.DateField(allow_null=True, help_text="The last such day.")
    certainty = serializers.ChoiceField(choices=Certainty.choices, help_text="Whether it had begun by the day.")
    assertions = AssertionSerializer(many=True, help_text="Every quantity of the deed.")
    citations = CitationSerializer(many=True)


class FulfilmentSerializer(ReferenceSerializer):
    """An outcome, and what had become of it on the day."""

    kind = serializers.ChoiceField(choices=OutcomeKind.choices)
    depth = serializers.IntegerField(help_text="0 for what stands for itself, 1 for its provisions, and so on.")
    part_of = ReferenceSerializer(allow_null=True)
    depends_on = ReferenceSerializer(allow_null=True)
    talk = ReferenceSerializer(allow_null=True)
    text = serializers.CharField()
    condition = serializers.CharField()
    agreed = serializers.CharField(allow_null=True, help_text="As the source gives it.")
    effective = serializers.CharField(allow_null=True, help_text="From when it holds.")
    certainty = serializers.ChoiceField(choices=Certainty.choices, help_text="Whether it was agreed by the day.")
    parties = OutcomePartySerializer(many=True)
    implementation = serializers.ChoiceField(
        choices=Implementation.choices, allow_null=True, help_text="How far it was carried out; null when disputed."
    )
    implementations = AssertionSerializer(many=True, help_text="Every value of it up to the day.")
    deadlines = DeadlineSerializer(many=True)
    quantities = InOneUnitSerializer(many=True, help_text="Promised and done, unit by unit.")
    assertions = AssertionSerializer(many=True, help_text="Every quantity that was promised.")
    steps = StepSerializer(many=True, help_text="The deeds that carry it out, in order.")
    citations = CitationSerializer(many=True)


class FulfilmentsSerializer(serializers.Serializer[Any]):
    """What was promised in a process, and what was done, on a day."""

    meta = MetaSerializer()
    on = serializers.DateField(help_text="The day that is looked at.")
    process = ReferenceSerializer()
    count = serializers.IntegerField(help_text="How many outcomes there are.")
    results = FulfilmentSerializer(many=True)


@extend_schema_view(get=extend_schema(summary="What was promised and what was done", responses=FulfilmentsSerializer))
class ImplementationView(AnalysisView):
    """The outcomes of a process with what had become of each on a day: the deeds that carry it out, what was promised
    and what was done unit by unit, and how each deadline stands. As a file: a line for each outcome."""

    record_view = ProcessViewSet
    parameters = ImplementationParameters
    row_serializer = FulfilmentSerializer
    name = "implementation"

    def answer(self, record: Process) -> Body:
        given = {
            name: str(value) for name, value in self.request.query_params.items() if name in ("kind", "party", "issue")
        }
        outcomes = OutcomeFilter(data=given, queryset=Outcome.objects.filter(process=record)).qs
        if "kind" not in given:
            outcomes = outcomes.exclude(kind=OutcomeKind.NO_AGREEMENT)  # it promises nothing
        found = [_fulfilment(each, self.root) for each in implementation_of(outcomes, self.on)]
        return {"process": reference(record, self.root), "count": len(found), "results": found}

    def rows(self, body: Body) -> Iterable[Body]:
        results: Iterable[Body] = body["results"]
        return results


def _fulfilment(found: Fulfilment, root: Root) -> Body:
    outcome, context = found.outcome, {"root": root}
    return {
        **reference(outcome, root),
        "kind": outcome.kind,
        "depth": found.depth,
        **{name: reference_or_none(getattr(outcome, name), root) for name in ("part_of", "depends_on", "talk")},
        "text": outcome.text,
        "condition": outcome.condition,
        "agreed": outcome.agreed_edtf,
        "effective": outcome.effective_edtf,
        "certainty": found.certainty,
        "parties": OutcomePartySerializer(found.parties, many=True, context=context).data,
        "implementation": found.implementation,
        "implementations": AssertionSerializer(found.implementations, many=True, context=context).data,
        "deadlines": [_deadline(each, root) for each in found.deadlines],
        "quantities": _quantities(found, root),
        "assertions": AssertionSerializer(found.assertions, many=True, context=context).data,
        "steps": [_step(each, root) for each in found.steps],
        "citations": cited(found.citations, root),
    }


def _deadline(found: Deadline, root: Root) -> Body:
    return {
        "date": found.date,
        "state": str(found.state),
        "latest": found.latest and found.latest.isoformat(),
        "standing": found.standing,
        "assertion": found.assertion and str(found.assertion.pk),
        "citations": cited(found.citations, root),
    }


def _quantities(found: Fulfilment, root: Root) -> list[Body]:
    units = dict.fromkeys([each.unit for each in found.promised] + [each.unit for each in found.done])
    return [
        {
            "unit": unit,
            "promised": [_promised(each, root) for each in found.promised if each.unit == unit],
            "done": [_done(each, root) for each in found.done if each.unit == unit],
        }
        for unit in units
    ]


def _amount(amount: Amount | None, found: Promised | Done, root: Root) -> Body:
    bounds = NOTHING if amount is None else shown_amount(amount)
    directions = {"giver": reference_or_none(found.giver, root), "receiver": reference_or_none(found.receiver, root)}
    return {**bounds, "is_disputed": amount is None, **directions}


def _promised(found: Promised, root: Root) -> Body:
    ids = [str(each.pk) for each in found.assertions]
    return {**_amount(found.amount, found, root), "counting": found.counting, "assertions": ids}


def _done(found: Done, root: Root) -> Body:
    says = {"basis": found.basis, "held_on": found.held_on, "counted": found.counted, "uncounted": found.uncounted}
    return {**_amount(found.amount, found, root), **says}


def _step(found: Step, root: Root) -> Body:
    record, when = found.record, found.when
    return {
        **reference(record, root),
        "kind": ItemKind.STEP if isinstance(record, Event) else ItemKind.TALK,
        "word": record.kind,
        "status": record.status,
        "date": when.date,
        "earliest": when.earliest and when.earliest.isoformat(),
        "latest": when.latest and when.latest.isoformat(),
        "certainty": found.certainty,
        "assertions": AssertionSerializer(found.assertions, many=True, context={"root": root}).data,
        "citations": cited(found.citations, root),
    }
