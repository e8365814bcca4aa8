"""Records as they read at a revision: their documents, or what to call them. Needs an open window."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from negotiations.api.differences import Document
from negotiations.api.records import RecordViewSet
from negotiations.api.references import LABELS_NEED, Root, reference
from negotiations.ledger.window import window_at


def documents(view: type[RecordViewSet], ids: Iterable[UUID], root: Root, number: int) -> dict[UUID, Document]:
    """Those of the records `ids` that were public at revision `number`, as `view` serves them there.

    Links in them stay at that revision. As many queries as a list of `view`, and three to turn the window.
    """
    serializer = view.serializer_class
    wanted = list(ids)
    if not wanted:
        return {}
    with window_at(number):
        rows = list(serializer.loaded(serializer.Meta.model._default_manager.filter(pk__in=wanted)))
        written = serializer(rows, many=True, context={"root": root.at(number or None)}).data
        return {row.pk: document for row, document in zip(rows, written, strict=True)}


def references(view: type[RecordViewSet], ids: Iterable[UUID], root: Root, number: int) -> dict[UUID, dict[str, Any]]:
    """Those of the records `ids` that were public at revision `number`, as references. One query, and three to turn."""
    model = view.serializer_class.Meta.model
    wanted = list(ids)
    if not wanted:
        return {}
    with window_at(number):
        queryset = model._default_manager.filter(pk__in=wanted)
        if model in LABELS_NEED:
            queryset = queryset.select_related(LABELS_NEED[model])
        return {row.pk: reference(row, root.at(number or None)) for row in queryset}
