"""Sources: the pages, papers and posts that everything rests on."""

from negotiations.api.examples import EXAMPLES
from negotiations.api.filters import (
    DuringFilter,
    OnFilter,
    RecordFilter,
    ReferenceFilter,
    SearchFilter,
    WordFilter,
)
from negotiations.api.records import BASICS, ReadSerializer, RecordViewSet
from negotiations.api.schema import described
from negotiations.models import Source
from negotiations.vocabulary import Reliability, SourceKind


class SourceFilter(RecordFilter):
    kind = WordFilter("kind", vocabulary=SourceKind, help_text="Sources of one of these kinds.")
    reliability = WordFilter("reliability", vocabulary=Reliability, help_text="How far they are trusted.")
    party = ReferenceFilter("publisher", help_text="Sources that one of these published.")
    during = DuringFilter("published")
    on = OnFilter("published")
    q = SearchFilter()


class SourceSerializer(ReadSerializer):
    """A page, paper or post that can be read, with who published it and how far it is to be trusted."""

    class Meta:
        model = Source
        fields = (
            *BASICS, "kind", "publisher", "title", "page_url", "canonical_url", "archived_url", "published",
            "accessed_on", "language", "syndicated_from", "reproduction", "reliability", "reliability_reason", "note",
        )  # fmt: skip


@described(
    many="Sources that the records cite, with who published them and how far they are trusted; the latest first.",
    one="One source: where it can be read, who published it, and how far it is trusted.",
    example=EXAMPLES["source"],
)
class SourceViewSet(RecordViewSet):
    """Sources: the pages, papers and posts that the records cite."""

    serializer_class = SourceSerializer
    filterset_class = SourceFilter
    orders = {"published": "published", "title": "title"}
    order = "-published"
    noun = "source"
