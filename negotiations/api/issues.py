"""Issues: what is negotiated about."""

from negotiations.api.filters import (
    RecordFilter,
    ReferenceFilter,
    SearchFilter,
    under,
)
from negotiations.api.records import BASICS, ReadSerializer, RecordViewSet
from negotiations.api.schema import described
from negotiations.models import Issue


class IssueFilter(RecordFilter):
    issue = ReferenceFilter(*under("parent"), help_text="Issues under one of these.")
    process = ReferenceFilter("positions__process", help_text="Issues with a position in one of these processes.")
    party = ReferenceFilter("positions__party", help_text="Issues on which one of these took a position.")
    q = SearchFilter()


class IssueSerializer(ReadSerializer):
    """A question on which parties take positions."""

    class Meta:
        model = Issue
        fields = (*BASICS, "name", "definition", "parent", "pax_group")


@described(
    many="Issues that are negotiated about: a small tree that is the same for all processes.",
    one="One issue with its definition.",
)
class IssueViewSet(RecordViewSet):
    """Issues: the questions on which parties take positions, such as a ceasefire or territory."""

    serializer_class = IssueSerializer
    filterset_class = IssueFilter
    orders = {"name": "name"}
    order = "name"
    noun = "issue"
