"""What publishing some records would change: the desk's rows beside the public ones, with what each rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

from negotiations.ledger import aggregates
from negotiations.models import Citation
from negotiations.models.records import DESK_ONLY, Identified, Part, Record

ADDED, CHANGED, REMOVED, SAME = "added", "changed", "removed", "unchanged"
Rows = dict[UUID, Any]


@dataclass(frozen=True)
class Field:
    """One field of a row: its public and its proposed value in words, empty where it has none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Row:
    """A record or part that publishing would change, with what it rests on: each citation and what becomes of it."""

    kind: str
    label: str
    change: str
    fields: list[Field]
    citations: list[tuple[Any, str]]


def proposed(records: Iterable[Record]) -> dict[UUID, list[Row]]:
    """For each of `records`, by id, what publishing it would change: the record first, then its parts.

    Of what is new every field that is given is told. Cost: about three queries a kind of row, however many there are.
    """
    roots: dict[type[Record], list[UUID]] = defaultdict(list)
    for record in records:
        roots[type(record)].append(record.pk)
    on_desk = aggregates.rows_under(roots, "public")
    desk = {row.pk: row for model, ids in on_desk.items() for row in _with_labels(model, ids)}
    live: Rows = aggregates.open_rows(aggregates.rows_under(roots, "ledger"))
    names = _names({**live, **desk}, live)
    citations = _citations(desk, live)
    found: dict[UUID, list[Row]] = {id: [] for ids in roots.values() for id in ids}
    for id in sorted({*desk, *live}, key=lambda id: _place(desk.get(id) or live[id])):
        row = desk.get(id) or live[id]
        if not isinstance(row, Citation):
            told = _compared(live.get(id), desk.get(id), names, citations.get(id, []))
            if told.change != SAME or any(change != SAME for _, change in told.citations):
                found[_root(row, {**live, **desk})].append(told)
    return found


def _facts(row: Identified) -> list[Any]:
    """The fields of a row that tell the public something: not its id, what it is a part of, or what follows."""
    own = {"id", *(row.PART_OF if isinstance(row, Part) else ())}
    return [
        field
        for field in row._meta.concrete_fields
        if field.name not in own and not field.generated and not (field.db_comment or "").startswith(DESK_ONLY)
    ]


def _names(*sides: Rows) -> dict[UUID, str]:
    """What those rows are called that others refer to; two queries a kind."""
    wanted: dict[Any, set[UUID]] = defaultdict(set)
    for rows in sides:
        for row in rows.values():
            for field in _facts(row):
                if field.is_relation and (id := getattr(row, field.attname)):
                    wanted[field.related_model].add(id)
    found: dict[UUID, str] = {}
    for model, ids in wanted.items():
        found |= {row.pk: str(row) for row in _with_labels(model, ids)}
    return found


def _with_labels(model: Any, ids: Iterable[UUID]) -> models.QuerySet[Any]:
    """The desk's rows with whatever their labels may be made of; citations have none."""
    rows: models.QuerySet[Any] = model._default_manager.filter(pk__among=list(ids))
    keys = [each.name for each in model._meta.concrete_fields if each.is_relation]
    return rows.select_related(*keys) if keys and model is not Citation else rows


def _citations(desk: Rows, live: Rows) -> dict[UUID, list[tuple[Any, str]]]:
    """The citations of each row, with what becomes of them; those of the desk with their source."""
    here = [id for id, row in desk.items() if isinstance(row, Citation)]
    shown: Rows = {row.pk: row for row in Citation.objects.filter(pk__among=here).select_related("source", "testimony")}
    shown |= {id: row for id, row in live.items() if isinstance(row, Citation) and id not in desk}
    found: dict[UUID, list[tuple[Any, str]]] = defaultdict(list)
    for id, row in sorted(shown.items(), key=lambda pair: (pair[1].excerpt, pair[0])):
        found[row.whole_id].append((row, _change(live.get(id), desk.get(id))))
    return found


def _change(before: Any, after: Any) -> str:
    if before is None or after is None:
        return ADDED if before is None else REMOVED
    fields = _facts(after)
    return SAME if all(getattr(before, each.attname) == getattr(after, each.attname) for each in fields) else CHANGED


def _compared(before: Any, after: Any, names: dict[UUID, str], citations: list[tuple[Any, str]]) -> Row:
    row = after or before
    fields = [
        Field(str(field.verbose_name).removesuffix(" edtf"), old, new)
        for field in _facts(row)
        if (old := _said(before, field, names)) != (new := _said(after, field, names))
    ]
    label = names.get(row.pk) or str(row)
    return Row(str(row._meta.verbose_name), label, _change(before, after), fields, citations)


def _said(row: Any, field: models.Field[Any, Any], names: dict[UUID, str]) -> str:
    """A value in words."""
    value = getattr(row, field.attname) if row is not None else None
    if value in (None, "", []):
        return ""
    if field.is_relation:
        return names.get(value, "something that is gone")
    if isinstance(value, bool):
        return "yes" if value else "no"
    words: dict[Any, Any] = dict(getattr(field, "base_field", field).flatchoices)
    return ", ".join(str(words.get(each, each)) for each in (value if isinstance(value, list) else [value]))


def _place(row: Identified) -> tuple[int, str]:
    return aggregates.tables().index(type(row)), str(row.pk)


def _root(row: Any, rows: Rows) -> UUID:
    """The id of the record that a row belongs to."""
    while isinstance(row, Part):
        row = rows[row.whole_id]
    id: UUID = row.pk
    return id
