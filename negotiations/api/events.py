"""Events: deeds, as apart from words."""

from negotiations.api.evidence import (
    AssertionSerializer,
    CitationSerializer,
    CurrentQuantitiesField,
    IdentifierSerializer,
    NameSerializer,
)
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
)
from negotiations.api.records import BASICS, ReadSerializer, RecordViewSet
from negotiations.api.references import ReferencesField
from negotiations.api.schema import described
from negotiations.models import Event, EventParty, EventPlace
from negotiations.vocabulary import AssertionField, Attribution, EventKind, EventStatus


class EventPartySerializer(ReadSerializer):
    """An actor's part in an event."""

    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = EventParty
        fields = ("id", "actor", "role", "citations")


class EventPlaceSerializer(ReadSerializer):
    """One of several places at which an event took place."""

    class Meta:
        model = EventPlace
        fields = ("place",)


class EventFilter(RecordFilter):
    kind = WordFilter("kind", vocabulary=EventKind, help_text="Events of one of these kinds.")
    status = WordFilter("status", vocabulary=EventStatus, help_text="Whether they happened.")
    process = ReferenceFilter("process", help_text="Events in one of these processes.")
    party = ReferenceFilter("parties__actor", help_text="Events in which one of these has a part.")
    person = ReferenceFilter("parties__actor", help_text="Events in which one of these persons has a part.")
    issue = ReferenceFilter(
        "carries_out__outcome_issues__issue", help_text="Events that carry out an outcome on one of these issues."
    )
    place = ReferenceFilter(
        *at("place"), *at("event_places__place"), help_text="Events at one of these places, or in it."
    )
    during = DuringFilter("during")
    on = OnFilter("during")
    source = ReferenceFilter("citations__source", help_text="Records that cite one of these sources.")
    attribution = WordFilter(
        "citations__attribution",
        vocabulary=Attribution,
        help_text="Records that a source tells in such a voice.",
    )
    identifier = IdentifierFilter()
    country = CountryFilter("place__country")
    q = SearchFilter()


class EventSerializer(ReadSerializer):
    """Something somebody did, or was to do."""

    places = ReferencesField(
        part=EventPlaceSerializer, to="place", source="event_places", help_text="Each place, where there are several."
    )
    quantity = CurrentQuantitiesField(
        AssertionField.QUANTITY, "How much, once for each thing counted; what is disputed is left out."
    )
    parties = EventPartySerializer(many=True, read_only=True)
    assertions = AssertionSerializer(many=True, read_only=True, help_text="Every value of quantity.")
    names = NameSerializer(many=True, read_only=True)
    identifiers = IdentifierSerializer(many=True, read_only=True)
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Event
        fields = (
            *BASICS, "process", "kind", "status", "title", "text", "place", "places", "start", "end", "carries_out",
            "quantity", "parties", "assertions", "names", "identifiers", "citations",
        )  # fmt: skip


@described(
    many="Events with their parties and the outcome each carries out; the latest first.",
    one="One event: who did what, where and when, and which outcome it carries out.",
)
class EventViewSet(RecordViewSet):
    """Events: wars, attacks, handovers and other deeds that negotiations turn on."""

    serializer_class = EventSerializer
    filterset_class = EventFilter
    orders = {"start": "during", "title": "title"}
    order = "-start"
    noun = "event"
