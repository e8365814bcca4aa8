"""Outcomes: what the sides settled, or expressly did not."""

from negotiations.api.actors import OfficeSerializer
from negotiations.api.evidence import (
    AssertionSerializer,
    CitationSerializer,
    CurrentImplementationField,
    CurrentQuantitiesField,
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
    WordFilter,
    at,
    under,
)
from negotiations.api.records import BASICS, ReadSerializer, RecordViewSet
from negotiations.api.references import ReferencesField
from negotiations.api.schema import described
from negotiations.models import Outcome, OutcomeIssue, OutcomeParty
from negotiations.vocabulary import AssertionField, Attribution, OutcomeKind, OutcomeStance


class OutcomeIssueSerializer(ReadSerializer):
    """An issue that an outcome touches."""

    class Meta:
        model = OutcomeIssue
        fields = ("issue",)


class OutcomePartySerializer(ReadSerializer):
    """An actor's part in an outcome, and whether it confirms it."""

    affiliation = OfficeSerializer(read_only=True, allow_null=True, help_text="In which office the person signed.")
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = OutcomeParty
        fields = ("id", "actor", "role", "styled", "person", "affiliation", "stance", "citations")


class OutcomeFilter(RecordFilter):
    kind = WordFilter("kind", vocabulary=OutcomeKind, help_text="Outcomes of one of these kinds.")
    process = ReferenceFilter("process", help_text="Outcomes of one of these processes.")
    party = ReferenceFilter("parties__actor", help_text="Outcomes in which one of these has a part.")
    person = ReferenceFilter("parties__person", help_text="Outcomes that one of these persons signed or announced.")
    stance = WordFilter(
        "parties__stance", vocabulary=OutcomeStance, help_text="Outcomes that a party confirms or denies."
    )
    issue = ReferenceFilter(
        *under("outcome_issues__issue"), help_text="Outcomes that touch one of these issues, or one under it."
    )
    talk = ReferenceFilter("talk", help_text="Outcomes of one of these talks.")
    place = ReferenceFilter(*at("talk__place"), help_text="Outcomes of talks at one of these places, or in it.")
    country = CountryFilter("talk__place__country")
    during = DuringFilter("agreed")
    on = OnFilter("agreed")
    source = ReferenceFilter("citations__source", help_text="Records that cite one of these sources.")
    attribution = WordFilter(
        "citations__attribution",
        vocabulary=Attribution,
        help_text="Records that a source tells in such a voice.",
    )
    identifier = IdentifierFilter()
    q = SearchFilter()


class OutcomeSerializer(ReadSerializer):
    """What came of a talk or process."""

    issues = ReferencesField(
        part=OutcomeIssueSerializer, to="issue", source="outcome_issues", help_text="What it touches."
    )
    implementation = CurrentImplementationField(
        AssertionField.IMPLEMENTATION, "How far it is carried out at present; null when unknown or disputed."
    )
    quantity = CurrentQuantitiesField(
        AssertionField.QUANTITY, "How much was agreed, once for each thing counted; what is disputed is left out."
    )
    parties = OutcomePartySerializer(many=True, read_only=True)
    assertions = AssertionSerializer(many=True, read_only=True, help_text="Every value of implementation and quantity.")
    names = NameSerializer(many=True, read_only=True)
    identifiers = IdentifierSerializer(many=True, read_only=True)
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Outcome
        fields = (
            *BASICS, "process", "talk", "part_of", "kind", "title", "text", "issues", "agreed", "effective", "due",
            "condition", "depends_on", "implementation", "quantity", "parties", "assertions", "names", "identifiers",
            "citations",
        )  # fmt: skip


@described(
    many="Outcomes with their parties, and how far each is carried out; the latest agreed first.",
    one="One outcome: what was agreed or not, who confirms it, and what became of it.",
    example=EXAMPLES["outcome"],
)
class OutcomeViewSet(RecordViewSet):
    """Outcomes: agreements, their terms, exchanges, and the express absence of any."""

    serializer_class = OutcomeSerializer
    filterset_class = OutcomeFilter
    orders = {"agreed": "agreed", "effective": "effective", "title": "title"}
    order = "-agreed"
    noun = "outcome"
