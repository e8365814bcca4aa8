"""`/coverage/`: how far each process is covered, so that nobody takes what is missing for what did not happen."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from negotiations.analytics.coverage import coverage_of
from negotiations.api.filters import IdFilter, StrictFilterSet
from negotiations.api.records import BASICS, ReadSerializer, ReadViewSet
from negotiations.api.references import Root
from negotiations.api.schema import described
from negotiations.models import Process, Revision


class CoverageFilter(StrictFilterSet):
    id = IdFilter()


class RecordCountsSerializer(serializers.Serializer[Any]):
    """How many records of each kind are public of a process, as the lists count them under `process=`."""

    talks = serializers.IntegerField(help_text="Talks.")
    statements = serializers.IntegerField(help_text="Statements at its talks or about it.")
    positions = serializers.IntegerField(help_text="Positions.")
    outcomes = serializers.IntegerField(help_text="Outcomes.")
    events = serializers.IntegerField(help_text="Events.")


class LastChangedSerializer(serializers.Serializer[Any]):
    """The newest revision that changed anything of a process."""

    revision = serializers.IntegerField(help_text="Its number.")
    at = serializers.DateTimeField(help_text="When it was published.")
    url = serializers.URLField(help_text="What it changed.")


class _Page(serializers.ListSerializer[Any]):
    """Several processes, for which is found at once how far each is covered."""

    def to_representation(self, data: Any) -> Any:
        page: list[Any] = list(data)
        covered = coverage_of([process.pk for process in page])
        revisions = Revision.objects.defer("by").in_bulk({found.last_revision for found in covered.values()})
        root: Root = self.context["root"]
        for process in page:
            process.coverage = covered[process.pk]
            last = revisions[process.coverage.last_revision]
            url = root.address(f"revisions/{last.number}/")
            process.last_changed = {"revision": last.number, "at": last.at, "url": url}
        return super().to_representation(page)


class CoverageSerializer(ReadSerializer):
    """How far one process is covered."""

    since = serializers.DateField(
        source="coverage.since", allow_null=True, read_only=True, help_text="The first day of which a record tells."
    )
    until = serializers.DateField(
        source="coverage.until",
        allow_null=True,
        read_only=True,
        help_text="The last such day, planned ones included; of what has not ended, the day it began.",
    )
    records = RecordCountsSerializer(source="coverage.records", read_only=True)
    last_changed = LastChangedSerializer(
        read_only=True, help_text="The newest revision that touched the process or one of these records."
    )
    last_reviewed = serializers.DateTimeField(
        source="last_changed.at",
        read_only=True,
        help_text="When an editor last put something of it before the public: the moment of `last_changed`. It does not"
        " say that all of it was gone through again.",
    )

    class Meta:
        model = Process
        fields = (*BASICS, "since", "until", "records", "last_changed", "last_reviewed")
        list_serializer_class = _Page


@described(
    many="How far each process is covered; from which day to which, by how many records, and when last changed.",
    one="",
)
class CoverageViewSet(ReadViewSet):
    """Coverage: each process with the days and the number of its records, and when it was last changed."""

    serializer_class = CoverageSerializer
    filterset_class = CoverageFilter
    orders = {"title": "title"}
    order = "title"
    noun = "process"
    is_compiled = False  # what is counted is found for the whole page
