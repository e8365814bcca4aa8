"""Places: countries, regions, cities and venues."""

from negotiations.api.evidence import CitationSerializer, IdentifierSerializer, NameSerializer
from negotiations.api.filters import (
    CountryFilter,
    IdentifierFilter,
    RecordFilter,
    ReferenceFilter,
    SearchFilter,
    WordFilter,
    at,
)
from negotiations.api.records import BASICS, ReadSerializer, RecordViewSet
from negotiations.api.schema import described
from negotiations.models import Place
from negotiations.vocabulary import PlaceKind


class PlaceFilter(RecordFilter):
    kind = WordFilter("kind", vocabulary=PlaceKind, help_text="Places of one of these kinds.")
    place = ReferenceFilter(*at("parent"), help_text="Places that lie in one of these.")
    process = ReferenceFilter("talks__process", help_text="Places where one of these processes met.")
    source = ReferenceFilter("citations__source", help_text="Records that cite one of these sources.")
    identifier = IdentifierFilter()
    country = CountryFilter("country")
    q = SearchFilter()


class PlaceSerializer(ReadSerializer):
    """Where something took place."""

    names = NameSerializer(many=True, read_only=True)
    identifiers = IdentifierSerializer(many=True, read_only=True)
    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Place
        fields = (*BASICS, "name", "kind", "parent", "country", "lat", "lon", "names", "identifiers", "citations")


@described(
    many="Places where talks and events took place, each with the place it lies in.",
    one="One place with its names and coordinates.",
)
class PlaceViewSet(RecordViewSet):
    """Places: countries, regions, cities and the venues in them."""

    serializer_class = PlaceSerializer
    filterset_class = PlaceFilter
    orders = {"name": "name"}
    order = "name"
    noun = "place"
