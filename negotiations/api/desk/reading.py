"""What only the desk can read: who wrote which version of a record, and the texts of articles."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from negotiations.api.desk.records import DeskReadViewSet
from negotiations.api.filters import ReferenceFilter, StrictFilterSet
from negotiations.api.references import ReferenceSerializer, reference
from negotiations.models import ArticleText, Edit
from negotiations.models.records import Record


class NoFilter(StrictFilterSet):
    """Nothing to filter by."""


class EditSerializer(serializers.ModelSerializer[Edit]):
    """One version of a record on the desk, and who wrote it."""

    author = serializers.CharField(source="author.username", read_only=True, help_text="Who wrote it.")
    publisher = serializers.CharField(
        source="publisher.username", read_only=True, allow_null=True, default=None, help_text="Who published it."
    )

    class Meta:
        model = Edit
        fields = ("version", "at", "author", "revision", "publisher", "discarded_at")
        read_only_fields = fields


class DeskVersionsViewSet(DeskReadViewSet):
    """The versions of one record, the newest first."""

    serializer_class = EditSerializer  # type: ignore[assignment]
    filterset_class = NoFilter
    orders: ClassVar[dict[str, str]] = {"version": "version"}
    order = "-version"
    noun = "version"
    record_view: ClassVar[type[DeskReadViewSet]] = DeskReadViewSet
    shaped = False

    @property
    def views(self) -> str:  # type: ignore[override]
        return self.record_view.views

    def get_queryset(self) -> models.QuerySet[Any]:
        model: type[Record] = self.record_view.serializer_class.Meta.model  # type: ignore[assignment]
        record = self.record_view.located(model._default_manager.all(), self.request, self.kwargs["id"])
        edits = Edit.objects.filter(table_name=model._meta.db_table, record_id=record.pk)
        return edits.select_related("author", "publisher")


@extend_schema_field(ReferenceSerializer)
class SourceReferenceField(serializers.Field[Any, Any, Any, Any]):
    """The source, as a reference."""

    def to_representation(self, value: Any) -> dict[str, Any]:
        return reference(value, self.context["root"])


class ArticleTextSerializer(serializers.ModelSerializer[ArticleText]):
    """The text of a source as read, for checking excerpts; it never leaves the desk."""

    source = SourceReferenceField(  # type: ignore[assignment]  # the name that callers see
        read_only=True, help_text="The source that reads so."
    )

    class Meta:
        model = ArticleText
        fields = ("id", "source", "text")
        read_only_fields = fields


class ArticleTextFilter(StrictFilterSet):
    source = ReferenceFilter("source", help_text="The texts of these sources.")


class ArticleTextViewSet(DeskReadViewSet):
    """Texts of articles, by the slugs of their sources."""

    serializer_class = ArticleTextSerializer  # type: ignore[assignment]
    filterset_class = ArticleTextFilter
    orders: ClassVar[dict[str, str]] = {"source": "source__slug"}
    order = "source"
    noun = "article text"
    views = "view_articletext"
    addressed_by = "part_id"
    shaped = False

    def get_queryset(self) -> models.QuerySet[Any]:
        return ArticleText.objects.select_related("source__publisher")
