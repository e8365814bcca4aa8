"""Actors and their affiliations: states, organisations, armed groups, bodies, media and persons."""

from negotiations.api.evidence import AssertionSerializer, CitationSerializer, IdentifierSerializer, NameSerializer
from negotiations.api.examples import EXAMPLES
from negotiations.api.filters import (
    DuringFilter,
    IdentifierFilter,
    IdFilter,
    OnFilter,
    RecordFilter,
    ReferenceFilter,
    SearchFilter,
    StrictFilterSet,
    WordFilter,
    under,
)
from negotiations.api.records import BASICS, ReadSerializer, ReadViewSet, RecordViewSet
from negotiations.api.schema import described
from negotiations.models import Actor, Affiliation, Delegation, Position, Statement
from negotiations.vocabulary import ActorKind


class AffiliationFilter(StrictFilterSet):
    id = IdFilter()
    person = ReferenceFilter("actor", help_text="Affiliations of one of these persons or groups.")
    party = ReferenceFilter("organisation", help_text="Affiliations to one of these organisations or states.")
    during = DuringFilter("during")
    on = OnFilter("during")


class OfficeSerializer(ReadSerializer):
    """In which office somebody was present, spoke or signed."""

    class Meta:
        model = Affiliation
        fields = ("id", "actor", "organisation", "title", "during")


class AffiliationSerializer(OfficeSerializer):
    """An actor in an organisation, or with a title in none."""

    citations = CitationSerializer(many=True, read_only=True)

    class Meta(OfficeSerializer.Meta):
        fields = (*OfficeSerializer.Meta.fields, "citations")  # type: ignore[assignment]


@described(
    many="Affiliations of all actors, as one flat list: who held which office, in what, and when.",
    one="One affiliation with its sources.",
)
class AffiliationViewSet(ReadViewSet):
    """Affiliations: which office or membership an actor had, in what organisation, and when."""

    serializer_class = AffiliationSerializer
    filterset_class = AffiliationFilter
    orders = {"name": "actor__name", "title": "title", "start": "during"}
    order = "name"
    noun = "affiliation"


class ActorFilter(RecordFilter):
    kind = WordFilter("kind", vocabulary=ActorKind, help_text="Actors of one of these kinds.")
    process = ReferenceFilter(
        "delegations__talk__process",
        "positions__process",
        help_text="Actors at the talks, or with a position, in one of these processes.",
    )
    party = ReferenceFilter("affiliations__organisation", help_text="Actors affiliated to one of these.")
    issue = ReferenceFilter(
        *under("positions__issue"), help_text="Actors with a position on one of these issues, or one under it."
    )
    source = ReferenceFilter("citations__source", help_text="Records that cite one of these sources.")
    identifier = IdentifierFilter()
    q = SearchFilter()


class ActorSerializer(ReadSerializer):
    """A state, organisation, armed group, body, medium or person."""

    brings = {"delegations": Delegation, "positions": Position, "statements": Statement}

    affiliations = AffiliationSerializer(many=True, read_only=True, help_text="Its offices and memberships.")
    assertions = AssertionSerializer(many=True, read_only=True)
    names = NameSerializer(many=True, read_only=True, help_text="How else it is called, and by whom.")
    identifiers = IdentifierSerializer(many=True, read_only=True)
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Actor
        fields = (
            *BASICS, "name", "kind", "iso3", "description", "affiliations", "assertions", "names", "identifiers",
            "citations",
        )  # fmt: skip


@described(
    many="Actors with their names and affiliations; states, organisations, groups and persons share one list.",
    one="One actor with its names, affiliations and their sources.",
    example=EXAMPLES["actor"],
)
class ActorViewSet(RecordViewSet):
    """Actors: states, organisations, armed groups, bodies, media and persons who meet, speak or publish."""

    serializer_class = ActorSerializer
    filterset_class = ActorFilter
    orders = {"name": "name"}
    order = "name"
    noun = "actor"
