"""Revisions: what this tracker published, act by act; who did it stays at the desk."""

from typing import Any

from django.db import models

from negotiations.api.filters import StrictFilterSet, WordFilter
from negotiations.api.records import ReadSerializer, ReadViewSet
from negotiations.api.schema import described
from negotiations.models import Revision
from negotiations.vocabulary import RevisionKind


class RevisionFilter(StrictFilterSet):
    kind = WordFilter("kind", vocabulary=RevisionKind, help_text="Revisions of one of these kinds.")


class RevisionSerializer(ReadSerializer):
    """One editorial act: what it changed became public, or ceased to be, together."""

    class Meta:
        model = Revision
        fields = ("number", "at", "kind", "note", "hash")


@described(
    many="Revisions of this tracker, the newest first.",
    one="One revision: when it was published, of which kind it is, and why.",
)
class RevisionViewSet(ReadViewSet):
    """Revisions: every editorial act that changed what is public, in order."""

    serializer_class = RevisionSerializer
    filterset_class = RevisionFilter
    orders = {"number": "number"}
    order = "-number"
    noun = "revision"
    addressed_by = "number"

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().defer("by")
