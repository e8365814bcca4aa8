"""Versions of one record: the revisions that changed it, and what differs between two of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from negotiations.api.differences import DifferenceSerializer, differences
from negotiations.api.envelope import MetaSerializer, meta
from negotiations.api.filters import StrictFilterSet
from negotiations.api.records import PublicView, RecordViewSet, record_named
from negotiations.api.references import RESOURCES, Root
from negotiations.api.revisions import RevisionSerializer, RevisionsViewSet
from negotiations.api.schema import described
from negotiations.api.snapshots import documents
from negotiations.ledger.history import revisions_of
from negotiations.vocabulary import Change


class _OfVersion(serializers.Field[Any, Any, Any, Any]):
    """A field of a version that its revision does not hold: reads what the view has found out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"source": "*", "read_only": True, **kwargs})


class ChangeField(_OfVersion, serializers.ChoiceField):
    """What the revision did to the record."""

    def to_representation(self, value: Any) -> str:
        return str(self.context["changes"][value.number].value)


class VersionAddressField(_OfVersion, serializers.URLField):
    """Where the record can be read as the revision left it."""

    def to_representation(self, value: Any) -> str | None:
        change, root, path = self.context["changes"][value.number], self.context["root"], self.context["path"]
        found: str = root.at(value.number - (change == Change.WITHDRAWN)).address(path)
        return found


class VersionSerializer(RevisionSerializer):
    """A revision that changed the record, or one of its parts."""

    change = ChangeField(choices=Change.choices, help_text="What it did to the record.")
    url = VersionAddressField(help_text="The record as the revision left it, or, withdrawn by it, as it was last.")

    class Meta(RevisionSerializer.Meta):
        fields = ("number", "at", "kind", "note", "change", "url")  # type: ignore[assignment]


class NoFilter(StrictFilterSet):
    """Nothing to filter by."""


@described(
    many="The revisions that changed the record, its parts and citations included, the newest first.",
    one="",
)
class VersionsViewSet(RevisionsViewSet):
    """The revisions that changed one record."""

    record_view: ClassVar[type[RecordViewSet]] = RecordViewSet
    serializer_class = VersionSerializer
    filterset_class = NoFilter
    is_compiled = False  # what became of the record is looked up for all of its revisions at once
    addressed_by = "address"

    def get_queryset(self) -> models.QuerySet[Any]:
        self.record = record_named(self.record_view, self.request, self.kwargs["id"])
        self.changes = revisions_of(type(self.record), self.record.pk)
        return super().get_queryset().filter(pk__in=self.changes)

    def get_serializer_context(self) -> dict[str, Any]:
        path = f"{RESOURCES[type(self.record)]}/{self.record.pk}/"
        return {**super().get_serializer_context(), "changes": self.changes, "path": path}


class SideSerializer(serializers.Serializer[Any]):
    """One of the two revisions compared."""

    revision = serializers.IntegerField(help_text="Its number.")
    url = serializers.URLField(help_text="The record as of that revision.")


class ComparisonSerializer(serializers.Serializer[Any]):
    """What differs in one record between two revisions."""

    meta = MetaSerializer()
    id = serializers.UUIDField(help_text="The record's id.")
    before = SideSerializer(help_text="The revision named first.")
    after = SideSerializer(help_text="The revision named second.")
    differences = DifferenceSerializer(many=True, help_text="Each field that differs; none when nothing does.")


class ComparisonView(PublicView):
    """What differs in one record between two revisions."""

    record_view: ClassVar[type[RecordViewSet]] = RecordViewSet
    addressed_by = "address"

    @extend_schema(responses=ComparisonSerializer, summary="What differs between two revisions")
    def get(self, request: Request, id: str, m: str, n: str) -> Response:
        """What differs in the record between revisions m and n, field by field; parts are matched by id."""
        record = record_named(self.record_view, request, id)
        root = Root.of(request._request)
        sides = []
        for number in (int(m), int(n)):
            document = None
            if number <= request._request.window.revision:  # type: ignore[attr-defined]  # set by the public door
                document = documents(self.record_view, [record.pk], root, number).get(record.pk)
            if document is None:
                raise Http404(f"This {self.record_view.noun} was not public at revision {number}.")
            sides.append((number, document))
        (_, before), (_, after) = sides
        path = f"{RESOURCES[type(record)]}/{record.pk}/"
        return Response(
            {
                "meta": meta(request),
                "id": str(record.pk),
                **{
                    side: {"revision": number, "url": root.at(number).address(path)}
                    for side, (number, _) in zip(("before", "after"), sides, strict=True)
                },
                "differences": differences(before, after),
            }
        )
