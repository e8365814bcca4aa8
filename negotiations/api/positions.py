"""Positions: what a side holds on an issue, and since when."""

from negotiations.api.evidence import CitationSerializer
from negotiations.api.examples import EXAMPLES
from negotiations.api.filters import (
    CountryFilter,
    DuringFilter,
    OnFilter,
    RecordFilter,
    ReferenceFilter,
    SearchFilter,
    WordFilter,
    YesNoFilter,
    at,
    under,
)
from negotiations.api.records import BASICS, ReadSerializer, RecordViewSet
from negotiations.api.schema import described
from negotiations.models import Position
from negotiations.vocabulary import Ascription, Attribution, Stance


class PositionFilter(RecordFilter):
    process = ReferenceFilter("process", help_text="Positions in one of these processes.")
    party = ReferenceFilter("party", help_text="Positions of one of these parties.")
    issue = ReferenceFilter(*under("issue"), help_text="Positions on one of these issues, or on one under it.")
    talk = ReferenceFilter("talk", help_text="Positions put forward at one of these talks.")
    place = ReferenceFilter(*at("talk__place"), help_text="Positions put forward at one of these places, or in it.")
    country = CountryFilter("talk__place__country")
    stance = WordFilter("stance", vocabulary=Stance, help_text="Positions with one of these stances.")
    ascription = WordFilter("ascription", vocabulary=Ascription, help_text="Who says that the party holds it.")
    is_headline = YesNoFilter("is_headline", help_text="Whether it is the one that stands for the party on the issue.")
    during = DuringFilter("in_force")
    on = OnFilter("in_force")
    source = ReferenceFilter("citations__source", help_text="Records that cite one of these sources.")
    attribution = WordFilter(
        "citations__attribution",
        vocabulary=Attribution,
        help_text="Records that a source tells in such a voice.",
    )
    q = SearchFilter()


class PositionSerializer(ReadSerializer):
    """A party's stance on an issue, for as long as it is in force."""

    citations = CitationSerializer(many=True, read_only=True)

    class Meta:
        model = Position
        fields = (
            *BASICS, "process", "party", "issue", "stance", "text", "condition", "tied_to", "in_force", "talk",
            "ascription", "is_headline", "supersedes", "citations",
        )  # fmt: skip


@described(
    many="Positions: what each party holds on each issue, with the days it is in force; the latest first.",
    one="One position of one party on one issue, with the sources it rests on.",
    example=EXAMPLES["position"],
)
class PositionViewSet(RecordViewSet):
    """Positions: what each side asks for, offers or refuses, issue by issue."""

    serializer_class = PositionSerializer
    filterset_class = PositionFilter
    orders = {"in_force": "in_force", "title": "label"}
    order = "-in_force"
    noun = "position"
