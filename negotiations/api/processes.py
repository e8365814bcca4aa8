"""Processes: the series of talks that everything else stands in."""

from negotiations.api.evidence import (
    AssertionSerializer,
    CitationSerializer,
    CurrentNextMeetingField,
    CurrentStageField,
    IdentifierSerializer,
    NameSerializer,
)
from negotiations.api.examples import EXAMPLES
from negotiations.api.filters import (
    CountryFilter,
    DuringFilter,
    IdentifierFilter,
    OnFilter,
    RecordFilter,
    ReferenceFilter,
    SearchFilter,
    at,
    under,
)
from negotiations.api.records import BASICS, ReadSerializer, RecordViewSet
from negotiations.api.schema import described
from negotiations.models import Event, Outcome, Position, Process, Talk
from negotiations.vocabulary import AssertionField


class ProcessFilter(RecordFilter):
    process = ReferenceFilter("part_of", help_text="Parts of one of these umbrella processes.")
    party = ReferenceFilter(
        "talks__delegations__party",
        "positions__party",
        help_text="Processes at whose talks one of these sat, or took a position.",
    )
    issue = ReferenceFilter(
        *under("positions__issue"), help_text="Processes with a position on one of these issues, or one under it."
    )
    person = ReferenceFilter(
        "talks__delegations__members__person", help_text="Processes at whose talks one of these persons is listed."
    )
    place = ReferenceFilter(*at("talks__place"), help_text="Processes that met at one of these places, or in it.")
    country = CountryFilter("talks__place__country")
    during = DuringFilter("during")
    on = OnFilter("during")
    source = ReferenceFilter("citations__source", help_text="Records that cite one of these sources.")
    identifier = IdentifierFilter()
    q = SearchFilter()


class ProcessSerializer(ReadSerializer):
    """A series of talks and contacts that aims at settling one conflict, or one question of it."""

    brings = {"talks": Talk, "positions": Position, "outcomes": Outcome, "events": Event}

    stage = CurrentStageField(AssertionField.STAGE, "The stage at present; null when unknown or disputed.")
    next_meeting = CurrentNextMeetingField(
        AssertionField.NEXT_MEETING, "What is known of the next meeting; null when nothing is, or it is disputed."
    )
    assertions = AssertionSerializer(many=True, read_only=True, help_text="Every value of stage and next_meeting.")
    names = NameSerializer(many=True, read_only=True)
    identifiers = IdentifierSerializer(many=True, read_only=True)
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Process
        fields = (
            *BASICS, "title", "part_of", "continues", "conflict", "summary", "start", "end", "stage", "next_meeting",
            "assertions", "names", "identifiers", "citations",
        )  # fmt: skip


@described(
    many="Negotiation processes, with the stage of each and what is known of its next meeting.",
    one="One negotiation process, with its dated stages and the sources of each.",
    example=EXAMPLES["process"],
)
class ProcessViewSet(RecordViewSet):
    """Negotiation processes: series of talks that aim at settling a conflict, or one question of it."""

    serializer_class = ProcessSerializer
    filterset_class = ProcessFilter
    orders = {"title": "title", "start": "during"}
    order = "title"
    noun = "process"
