"""Records as they read at a revision: their documents, or what to call them. Needs an open window."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from negotiations.api.differences import Document
from negotiations.api.documents import Compiled
from negotiations.api.records import RecordViewSet
from negotiations.api.references import LABELS_NEED, Root, reference
from negotiations.api.shaping import WHOLE
from negotiations.ledger.window import window_at


def documents(view: type[RecordViewSet], ids: Iterable[UUID], root: Root, number: int) -> dict[UUID, Document]:
    """Those of the records `ids` that were public at revision `number`, as `view` serves them there.

    Links in them stay at that revision. One query, and three to turn the window.
    """
    wanted = list(ids)
    if not wanted:
        return {}
    with window_at(number):
        found = Compiled(view.serializer_class, WHOLE).of(wanted, root.at(number or None))
    return {id: written.document for id, written in found.items()}


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
