"""`/changes/`: every revision with what it touched, in order, for programs that keep a copy in step."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from negotiations.api.filters import AfterFilter, StrictFilterSet
from negotiations.api.revisions import RevisionSerializer, RevisionsViewSet
from negotiations.api.schema import described
from negotiations.api.touches import TouchSerializer, touches_in
from negotiations.models import Revision


class ChangesFilter(StrictFilterSet):
    after = AfterFilter(
        "number",
        help_text="Only revisions after this one: the `number` of the last that you have seen, 0 for all.",
    )


@extend_schema_field(TouchSerializer(many=True))
class TouchesField(serializers.Field[Any, Any, Any, Any]):
    """The records that a revision touched, out of what has been read for a whole page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"source": "*", "read_only": True, **kwargs})

    def to_representation(self, value: Revision) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = cast("ChangesSerializer", self.parent).touches[value.number]
        return found


class _Page(serializers.ListSerializer[Any]):
    """Several revisions, for which is read at once what they touched."""

    def to_representation(self, data: Any) -> Any:
        page, serializer = list(data), cast("ChangesSerializer", self.child)
        serializer.touches = touches_in(page, self.context["root"])
        return super().to_representation(page)


class ChangesSerializer(RevisionSerializer):
    """One editorial act and the records it touched, all of them."""

    touches: dict[int, list[dict[str, Any]]]

    records = TouchesField(help_text="Every record that it added, changed or withdrew.")

    class Meta(RevisionSerializer.Meta):
        fields = ("number", "at", "kind", "note", "records")
        list_serializer_class = _Page


@described(
    many="All revisions with the records each touched, the oldest first; ask on with `after`, and nothing is missed.",
    one="",
)
class ChangesViewSet(RevisionsViewSet):
    """Changes: every revision with the records it added, changed or withdrew, in order and without a gap."""

    serializer_class = ChangesSerializer
    filterset_class = ChangesFilter
    is_compiled = False  # what a revision touched is put together of two queries
    order = "number"
