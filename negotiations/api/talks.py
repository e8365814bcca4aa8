"""Talks and their delegations: who met whom, where, when and how."""

from negotiations.api.actors import OfficeSerializer
from negotiations.api.evidence import (
    AssertionSerializer,
    CitationSerializer,
    CurrentAmountField,
    CurrentPhraseField,
)
from negotiations.api.examples import EXAMPLES
from negotiations.api.filters import (
    CountryFilter,
    DuringFilter,
    IdFilter,
    OnFilter,
    RecordFilter,
    ReferenceFilter,
    SearchFilter,
    StrictFilterSet,
    WordFilter,
    at,
    under,
)
from negotiations.api.records import BASICS, ReadSerializer, ReadViewSet, RecordViewSet
from negotiations.api.schema import described
from negotiations.models import AgendaItem, Delegation, DelegationMember, Outcome, Position, Statement, Talk
from negotiations.vocabulary import AssertionField, Attendance, Attribution, TalkKind, TalkRelation, TalkStatus


class DelegationMemberSerializer(ReadSerializer):
    """A person in a delegation, or people described and counted but not named."""

    affiliation = OfficeSerializer(read_only=True, allow_null=True, help_text="In which office they came.")
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = DelegationMember
        fields = (
            "id",
            "person",
            "descriptor",
            "number",
            "affiliation",
            "capacity",
            "attendance",
            "present",
            "citations",
        )


class DelegationFilter(StrictFilterSet):
    id = IdFilter()
    talk = ReferenceFilter("talk", help_text="Delegations to one of these talks.")
    process = ReferenceFilter("talk__process", help_text="Delegations to talks of one of these processes.")
    party = ReferenceFilter("party", help_text="Delegations of one of these actors.")
    person = ReferenceFilter("members__person", help_text="Delegations in which one of these persons is listed.")
    place = ReferenceFilter(*at("talk__place"), help_text="Delegations to talks at one of these places, or in it.")
    attendance = WordFilter("attendance", vocabulary=Attendance, help_text="Whether it attended.")
    country = CountryFilter("talk__place__country")
    source = ReferenceFilter("citations__source", help_text="Delegations that cite one of these sources.")
    during = DuringFilter("talk__during")
    on = OnFilter("talk__during")


class DelegationSerializer(ReadSerializer):
    """One actor's people at one talk, or its empty chair."""

    size = CurrentAmountField(AssertionField.SIZE, "How many people; null when unknown or disputed.")
    mandate = CurrentPhraseField(AssertionField.MANDATE, "What it was sent to do, as claimed; null when disputed.")
    members = DelegationMemberSerializer(many=True, read_only=True)
    assertions = AssertionSerializer(many=True, read_only=True, help_text="Every value of size and mandate.")
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Delegation
        fields = (
            "id", "talk", "party", "styled", "roles", "sits_with", "attendance", "present", "level", "place",
            "list_basis", "list_is_complete", "size", "mandate", "members", "assertions", "citations",
        )  # fmt: skip


@described(
    many="Delegations of all talks, as one flat list; a party that stayed away has one too.",
    one="One delegation with its members and sources.",
)
class DelegationViewSet(ReadViewSet):
    """Delegations: one actor's people at one talk, or its empty chair."""

    serializer_class = DelegationSerializer
    filterset_class = DelegationFilter
    orders = {"start": "talk__during", "name": "party__name"}
    order = "-start"
    noun = "delegation"


class AgendaItemSerializer(ReadSerializer):
    """A question that was on the agenda, came up, or was expressly left out."""

    assertions = AssertionSerializer(many=True, read_only=True, help_text="What each source says of its coming up.")
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = AgendaItem
        fields = ("id", "issue", "text", "discussed", "assertions", "citations")


class TalkFilter(RecordFilter):
    kind = WordFilter("kind", vocabulary=TalkKind, help_text="Talks of one of these kinds.")
    status = WordFilter("status", vocabulary=TalkStatus, help_text="Whether they were held.")
    relation = WordFilter("relation", vocabulary=TalkRelation, help_text="How they stand to their process.")
    process = ReferenceFilter("process", help_text="Talks of one of these processes.")
    related_talk = ReferenceFilter(
        "related_talk", help_text="Sessions of one of these talks, and what stood beside it."
    )
    party = ReferenceFilter("delegations__party", help_text="Talks to which one of these had a delegation.")
    person = ReferenceFilter("delegations__members__person", help_text="Talks where one of these persons is listed.")
    issue = ReferenceFilter(
        *under("agenda__issue"),
        *under("positions__issue"),
        *under("outcomes__outcome_issues__issue"),
        help_text="Talks that had one of these issues, or one under it, on the agenda or in a position or outcome.",
    )
    place = ReferenceFilter(*at("place"), help_text="Talks at one of these places, or in it.")
    during = DuringFilter("during")
    on = OnFilter("during")
    source = ReferenceFilter("citations__source", help_text="Records that cite one of these sources.")
    attribution = WordFilter(
        "citations__attribution",
        vocabulary=Attribution,
        help_text="Records that a source tells in such a voice.",
    )
    country = CountryFilter("place__country")
    q = SearchFilter()


class TalkSerializer(ReadSerializer):
    """People met, or were to meet."""

    brings = {"positions": Position, "statements": Statement, "outcomes": Outcome}

    duration = CurrentAmountField(AssertionField.DURATION, "How long it took: what all reports have in common.")
    scheduled = CurrentPhraseField(AssertionField.SCHEDULED, "For when it was called; null when unknown or disputed.")
    agenda = AgendaItemSerializer(many=True, read_only=True, help_text="What was, or was expressly not, discussed.")
    delegations = DelegationSerializer(many=True, read_only=True)
    assertions = AssertionSerializer(many=True, read_only=True, help_text="Every value on which voices may differ.")
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Talk
        fields = (
            *BASICS, "title", "process", "relation", "related_talk", "kind", "round_number", "status", "modality",
            "setting", "track", "place", "start", "end", "start_time", "end_time", "zone", "carries_out",
            "languages", "purpose", "summary", "duration", "scheduled", "agenda", "delegations", "assertions",
            "citations",
        )  # fmt: skip


@described(
    many="Talks with their delegations, members and sources; the latest first.",
    one="One talk: who met whom, where, for how long, and how we know.",
    example=EXAMPLES["talk"],
)
class TalkViewSet(RecordViewSet):
    """Talks: rounds, summits, calls and consultations, with the delegations that sat at them."""

    serializer_class = TalkSerializer
    filterset_class = TalkFilter
    orders = {"start": "during", "title": "title"}
    order = "-start"
    noun = "talk"
