"""Statements: who said or wrote what, and what it is about."""

from negotiations.api.actors import OfficeSerializer
from negotiations.api.evidence import AssertionSerializer, CitationSerializer
from negotiations.api.examples import EXAMPLES
from negotiations.api.filters import (
    CountryFilter,
    DuringFilter,
    OnFilter,
    RecordFilter,
    ReferenceFilter,
    SearchFilter,
    WordFilter,
    at,
    under,
)
from negotiations.api.records import BASICS, ReadSerializer, RecordViewSet
from negotiations.api.references import LinkTargetField
from negotiations.api.schema import described
from negotiations.models import Statement, StatementLink
from negotiations.vocabulary import Attribution, Channel, StatementAct


class StatementLinkSerializer(ReadSerializer):
    """What a statement is about, whom it addresses, or how it stands to another statement."""

    to = LinkTargetField(help_text="What it points at.")
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = StatementLink
        fields = ("id", "relation", "to", "citations")


class StatementFilter(RecordFilter):
    act = WordFilter("act", vocabulary=StatementAct, help_text="Statements that do one of these things.")
    attribution = WordFilter("attribution", vocabulary=Attribution, help_text="On the record, on background and so on.")
    channel = WordFilter("channel", vocabulary=Channel, help_text="Where they were made.")
    process = ReferenceFilter(
        "occasion__process", "links__to_process", help_text="Statements at or about one of these processes."
    )
    party = ReferenceFilter("on_behalf_of", "speaker", help_text="Statements by or on behalf of one of these.")
    person = ReferenceFilter("speaker", help_text="Statements of one of these persons.")
    issue = ReferenceFilter(
        *under("links__to_issue"), help_text="Statements about one of these issues, or one under it."
    )
    talk = ReferenceFilter("occasion", "links__to_talk", help_text="Statements at or about one of these talks.")
    place = ReferenceFilter(*at("place"), help_text="Statements made at one of these places, or in it.")
    during = DuringFilter("said_on")
    on = OnFilter("said_on")
    source = ReferenceFilter("citations__source", help_text="Records that cite one of these sources.")
    country = CountryFilter("place__country")
    q = SearchFilter()


class StatementSerializer(ReadSerializer):
    """Something somebody said or wrote."""

    affiliation = OfficeSerializer(read_only=True, allow_null=True, help_text="In which office they spoke.")
    links = StatementLinkSerializer(many=True, read_only=True, help_text="What it is about, and whom it addresses.")
    assertions = AssertionSerializer(many=True, read_only=True)
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Statement
        fields = (
            *BASICS, "title", "speaker", "descriptor", "affiliation", "on_behalf_of", "attribution", "act", "text",
            "quote", "text_kind", "language", "translated_from", "condition", "said_on", "channel", "place", "occasion",
            "links", "assertions", "citations",
        )  # fmt: skip


@described(
    many="Statements with their speakers, attribution and targets; the latest first.",
    one="One statement: who said it, on whose behalf, in which words, and where it stands.",
    example=EXAMPLES["statement"],
)
class StatementViewSet(RecordViewSet):
    """Statements: what somebody said or wrote, on the record or not, and what it is about."""

    serializer_class = StatementSerializer
    filterset_class = StatementFilter
    orders = {"said_on": "said_on", "title": "title"}
    order = "-said_on"
    noun = "statement"
