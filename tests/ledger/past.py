"""For the proof that the past stands still: what can be read, row by row, and where two answers differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from negotiations.ledger import aggregates
from negotiations.models.records import Identified, Record

Rows = dict[tuple[str, UUID], dict[str, Any]]


def facts(row: Identified) -> dict[str, Any]:
    """The columns of a row that are public: neither the desk's alone nor computed."""
    return {
        str(field.column): getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not str(field.db_comment or "").startswith("desk only") and not field.generated
    }


def held(models: Iterable[Any] | None = None) -> Rows:
    """Every row that can be read just now: the desk's, or inside a window what is public."""
    return {
        (model._meta.model_name, row.pk): facts(row)
        for model in models or aggregates.tables()
        for row in model._default_manager.all()
    }


def root_of(row: Any) -> UUID:
    """The id of the record that a row is, or is a part of."""
    while not isinstance(row, Record):
        row = row.whole
    return row.pk


def rows_of(ids: Iterable[UUID]) -> Rows:
    """The desk's rows of the records `ids`, parts included."""
    wanted = set(ids)
    return {
        (model._meta.model_name, row.pk): facts(row)
        for model in aggregates.tables()
        for row in model._default_manager.all()
        if root_of(row) in wanted
    }


def without_links(document: Any) -> Any:
    """An answer without what says at which revision it was asked: as_of in addresses, and meta's own words."""
    if isinstance(document, dict):
        return {
            key: without_links(value)
            for key, value in document.items()
            if not (key == "meta" or key in ("next", "previous"))
        }
    if isinstance(document, list):
        return [without_links(value) for value in document]
    if isinstance(document, str):
        return re.sub(r"[?&]as_of=[0-9]+$", "", document)
    return document


def differences(
    before: Any, after: Any, path: tuple[str, ...] = (), inside: frozenset[str] = frozenset()
) -> Iterator[tuple[tuple[str, ...], frozenset[str], Any]]:
    """(path, ids of the records and parts around it, value now) of each place where two documents differ."""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        around = inside | {str(found["id"]) for found in (before,) if "id" in found}
        for key in before:
            yield from differences(before[key], after[key], (*path, key), around)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        # What is withheld can move a row to another place in its list, and into no other list.
        for place, (one, other) in enumerate(zip(_by_id(before), _by_id(after), strict=True)):
            yield from differences(one, other, (*path, str(place)), inside)
    elif before != after:
        yield path, inside, after


def _by_id(rows: list[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: str(row.get("id", ""))) if all(isinstance(row, dict) for row in rows) else rows
