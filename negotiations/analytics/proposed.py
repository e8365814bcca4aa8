"""What differs between two states of a record, row by row, with what each rests on; so what publishing would change.

A state is what the desk holds, or what the ledger holds of a revision. Rows are matched by id and compared in the
columns that are published. What a row refers to is called as the desk calls it now: another record's name is no fact
of this one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.translation import gettext_noop

from negotiations.ledger import aggregates
from negotiations.models import Citation, Source
from negotiations.models.records import DESK_ONLY, Identified, Part, Record

GONE = "something that is gone"
ADDED, CHANGED, REMOVED = gettext_noop("added"), gettext_noop("changed"), gettext_noop("removed")
SAME = "unchanged"
Rows = dict[UUID, Any]


@dataclass(frozen=True)
class Field:
    """One field of a row: its public and its proposed value in words, empty where it has none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Cited:
    """A citation with what it rests on, what becomes of it, and, if it changed, in which fields."""

    citation: Any
    source: str
    change: str
    fields: list[Field]


@dataclass(frozen=True)
class Row:
    """A record or part that differs, or whose citations do, with what it rests on."""

    kind: str
    label: str
    within: str  # the part that it belongs to; empty where that is the record
    change: str
    fields: list[Field]
    citations: list[Cited]


def proposed(records: Iterable[Record]) -> dict[UUID, list[Row]]:
    """For each of `records`, by id, what publishing it would change: the record first, then its parts.

    Of what is new every field that is given is told. Cost: about four queries a kind of row, however many there are.
    """
    roots: dict[type[Record], list[UUID]] = defaultdict(list)
    for record in records:
        roots[type(record)].append(record.pk)
    live: Rows = aggregates.ledger_rows(aggregates.rows_under(roots, "ledger"))
    found = _differences(live, _desk(roots))
    return {id: found[id] for ids in roots.values() for id in ids}


def between(record: Record, before: int | None, after: int | None) -> list[Row]:
    """What of `record` differs between two states, as in `proposed`: numbers of revisions, or None for the desk's.

    A revision at which it was not public has no rows. Whether one is withheld, the caller finds out before.
    """
    roots = {type(record): [record.pk]}
    sides = [
        _desk(roots) if at is None else aggregates.ledger_rows(aggregates.rows_under(roots, "ledger", at=at), at=at)
        for at in (before, after)
    ]
    return _differences(*sides)[record.pk]


def _desk(roots: dict[type[Record], list[UUID]]) -> Rows:
    on_desk = aggregates.rows_under(roots, "public")
    return {row.pk: row for model, ids in on_desk.items() for row in with_labels(model, ids)}


def _differences(before: Rows, after: Rows) -> dict[UUID, list[Row]]:
    """The rows that differ, by the id of the record that they belong to."""
    everything = {**before, **after}
    named = _referred_to(before, after)
    known = {**named, **everything}
    for row in (*before.values(), *after.values()):
        _at_hand(row, known)
    names = {id: called(row) for id, row in named.items()}
    citations = _citations(before, after, names)
    found: dict[UUID, list[Row]] = defaultdict(list)
    kinds = aggregates.tables()
    told = [
        (row, _told(row, before.get(id), after.get(id), names, citations.get(id, []), everything))
        for id, row in everything.items()
        if not isinstance(row, Citation)
    ]
    for row, each in sorted(told, key=lambda pair: (kinds.index(type(pair[0])), pair[1].within, pair[1].label)):
        if each.change != SAME or any(cited.change != SAME for cited in each.citations):
            found[_root(row, everything)].append(each)
    return found


def _told(row: Any, before: Any, after: Any, names: dict[UUID, str], citations: list[Cited], everything: Rows) -> Row:
    owner = everything[row.whole_id] if isinstance(row, Part) else None
    within = called(owner) if isinstance(owner, Part) else ""
    fields = _differing(before, after, names)
    return Row(str(row._meta.verbose_name), called(row), within, _change(before, after), fields, citations)


def _facts(row: Identified) -> list[Any]:
    """The fields of a row that tell the public something: not its id, what it is a part of, or what follows."""
    own = {"id", *(row.PART_OF if isinstance(row, Part) else ())}
    return [
        field
        for field in row._meta.concrete_fields
        if field.name not in own and not field.generated and not (field.db_comment or "").startswith(DESK_ONLY)
    ]


def _referred_to(*sides: Rows) -> Rows:
    """The desk's rows that those rows refer to, by id; two queries a kind."""
    wanted: dict[Any, set[UUID]] = defaultdict(set)
    for rows in sides:
        for row in rows.values():
            for field in _facts(row):
                if field.is_relation and (id := getattr(row, field.attname)):
                    wanted[field.related_model].add(id)
    return {row.pk: row for model, ids in wanted.items() for row in with_labels(model, ids)}


def with_labels(model: Any, ids: Iterable[UUID]) -> models.QuerySet[Any]:
    """The desk's rows with whatever their labels may be made of; citations have none."""
    rows: models.QuerySet[Any] = model._default_manager.filter(pk__among=list(ids))
    keys = [] if model is Citation else list(_keys(model))
    # A part is called after others, a source after its publisher.
    more = [f"{key.name}__{its.name}" for key in keys if _is_called_after(key) for its in _keys(key.related_model)]
    return rows.select_related(*(key.name for key in keys), *more) if keys else rows


def _keys(model: Any) -> Iterable[Any]:
    return (field for field in model._meta.concrete_fields if field.is_relation)


def _is_called_after(key: Any) -> bool:
    return issubclass(key.related_model, Part | Source)


def _at_hand(row: Any, known: Rows) -> None:
    """Give a row what its label is made of, so that nothing is read for it; what the desk has lost is nothing."""
    for field in row._meta.concrete_fields:
        if field.is_relation and not field.is_cached(row):
            field.set_cached_value(row, known.get(getattr(row, field.attname)))


def called(row: Any) -> str:
    """A row's label; another word where it is made of something that the desk has lost."""
    try:
        return str(row)
    except ObjectDoesNotExist:
        return GONE


def _citations(before: Rows, after: Rows, names: dict[UUID, str]) -> dict[UUID, list[Cited]]:
    """The citations of each row, with what becomes of them; as they are after, if they are there."""
    shown = {id: row for id, row in {**before, **after}.items() if isinstance(row, Citation)}
    found: dict[UUID, list[Cited]] = defaultdict(list)
    for id, row in sorted(shown.items(), key=lambda pair: (pair[1].excerpt, pair[0])):
        old, new = before.get(id), after.get(id)
        change = _change(old, new)
        source = names.get(row.source_id or row.testimony_id, GONE)  # type: ignore[arg-type]  # one of them is set
        fields = _differing(old, new, names) if change == CHANGED else []
        found[row.whole_id].append(Cited(row, source, change, fields))
    return found


def _change(before: Any, after: Any) -> str:
    if before is None or after is None:
        return ADDED if before is None else REMOVED
    fields = _facts(after)
    return SAME if all(getattr(before, each.attname) == getattr(after, each.attname) for each in fields) else CHANGED


def _differing(before: Any, after: Any, names: dict[UUID, str]) -> list[Field]:
    return [
        Field(str(field.verbose_name).removesuffix(" edtf"), old, new)
        for field in _facts(after or before)
        if (old := _said(before, field, names)) != (new := _said(after, field, names))
    ]


def _said(row: Any, field: models.Field[Any, Any], names: dict[UUID, str]) -> str:
    """A value in words."""
    value = getattr(row, field.attname) if row is not None else None
    if value in (None, "", []):
        return ""
    if field.is_relation:
        return names.get(value, GONE)
    if isinstance(value, bool):
        return "yes" if value else "no"
    words: dict[Any, Any] = dict(getattr(field, "base_field", field).flatchoices)
    return ", ".join(str(words.get(each, each)) for each in (value if isinstance(value, list) else [value]))


def _root(row: Any, rows: Rows) -> UUID:
    """The id of the record that a row belongs to."""
    while isinstance(row, Part):
        row = rows[row.whole_id]
    id: UUID = row.pk
    return id
