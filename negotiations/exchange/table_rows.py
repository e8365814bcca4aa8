"""Rows of the desk as the texts of a table's cells: what is taken out here comes back in without a change.

Costs a query for each path that leads from the record to the row, and one for the offices that rows name.
"""

from __future__ import annotations

import datetime
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import NumericRange
from django.db.models import QuerySet

from negotiations.exchange.references import names_of
from negotiations.exchange.shape import HOLDERS, Key, Kind, Parts, shape_of
from negotiations.exchange.table_shapes import ID, LIST, OF, WITHIN, Table, within
from negotiations.exchange.values import spelled_in_key
from negotiations.models import Affiliation, Delegation
from negotiations.models.records import Identified, Record

Texts = dict[str, str]  # by column


@dataclass(frozen=True)
class _Reading:
    """How one key is read: the names of what is asked of the database, and whose office it is."""

    key: Key
    names: tuple[str, ...]
    holder: str = ""


def table_of(table: Table, records: QuerySet[Any]) -> tuple[list[str], list[list[str]]]:
    """Header and rows of `table` for `records`, in their order; a part's rows stand together, as on the desk."""
    header = [column.name for column in table.columns]
    if table.is_of_records:
        found = texts_of(table.model, records)
    else:
        order = {slug: place for place, slug in enumerate(records.values_list("slug", flat=True))}
        found = [texts for path in table.paths for texts in _texts_along(table, path, records)]
        found.sort(key=lambda texts: order.get(texts[OF], len(order)))
    return header, [[texts.get(name, "") for name in header] for texts in found]


def count_of(table: Table, records: QuerySet[Any]) -> int:
    """How many rows the table has for `records`; a query for each path."""
    if table.is_of_records:
        return records.count()
    return sum(_rows_along(path, records).count() for path in table.paths)


def texts_by_id(model: type[Identified], ids: Iterable[uuid.UUID]) -> dict[str, Texts]:
    """The cells of the keys of these rows, by the row's id."""
    return {texts[ID]: texts for texts in texts_of(model, model._default_manager.filter(pk__in=list(ids)))}


def texts_of(model: type[Identified], rows: QuerySet[Any]) -> list[Texts]:
    """The cells of each row's id and keys."""
    readings = [_reading(key, model) for key in shape_of(model).keys.values()]
    found = list(rows.values(*_asked(readings)))
    return list(_written(found, readings))


def _texts_along(table: Table, path: tuple[Parts, ...], records: QuerySet[Any]) -> Iterator[Texts]:
    """The same of the parts to which `path` leads from `records`, with where they belong."""
    readings = [_reading(key, table.model) for key in shape_of(table.model).keys.values()]
    parent, root = _lookup(path[-1:]), f"{_lookup(path)}__slug"
    is_of_delegation = len(path) > 1 and path[-2].model is Delegation
    where = [
        root,
        *([f"{parent}__party__slug"] if is_of_delegation else []),
        *([path[-1].parent] if len(path) > 1 else []),
    ]
    found = list(_rows_along(path, records).values(*dict.fromkeys([*_asked(readings), *where])))
    for row, texts in zip(found, _written(found, readings), strict=True):
        texts[OF] = row[root]
        if len(path) > 1:
            party = row[f"{parent}__party__slug"] if is_of_delegation else None
            texts[WITHIN] = within(parent, row[path[-1].parent], party)
        yield texts


def _rows_along(path: tuple[Parts, ...], records: QuerySet[Any]) -> QuerySet[Any]:
    chosen = records.order_by().values("pk")
    return path[-1].model._default_manager.filter(**{f"{_lookup(path)}__in": chosen})


def _lookup(path: tuple[Parts, ...]) -> str:
    """From the row upwards: `member__delegation__talk`."""
    return "__".join(parts.parent.removesuffix("_id") for parts in reversed(path))


def _asked(readings: Iterable[_Reading]) -> list[str]:
    names = [name for reading in readings for name in (*reading.names, *([reading.holder] if reading.holder else []))]
    return list(dict.fromkeys(["pk", *names]))


def _reading(key: Key, model: type[Identified]) -> _Reading:
    if key.kind == Kind.REFERENCE:
        return _Reading(key, (f"{key.field.name}__slug",))
    if key.kind == Kind.SIBLING:
        return _Reading(key, (f"{key.field.name}__party__slug",))
    if key.kind == Kind.AFFILIATION:
        held_by = next(name for name in HOLDERS if name in shape_of(model).keys)
        return _Reading(key, (key.column,), f"{held_by}_id")
    if key.kind == Kind.TARGET:
        return _Reading(key, tuple(name for kind in key.targets for name in _names_of_target(key, kind)))
    return _Reading(key, (key.column,))


def _names_of_target(key: Key, kind: str) -> tuple[str, ...]:
    column, model = key.targets[kind]
    name = column.removesuffix("_id")
    if issubclass(model, Record):
        return (f"{name}__slug",)
    return (f"{name}__talk__slug", f"{name}__party__slug")


def _written(found: list[dict[str, Any]], readings: list[_Reading]) -> Iterator[Texts]:
    offices = _Offices(found, readings)
    for row in found:
        texts = {ID: str(row["pk"])}
        for reading in readings:
            if reading.key.kind == Kind.AFFILIATION:
                texts[reading.key.name] = offices.called(row[reading.names[0]])
            elif reading.key.kind == Kind.TARGET:
                texts[reading.key.name] = _target(row, reading.key)
            else:
                texts[reading.key.name] = cell_text(row[reading.names[0]])
        yield texts


def _target(row: dict[str, Any], key: Key) -> str:
    for kind in key.targets:
        slugs = [row[name] for name in _names_of_target(key, kind)]
        if all(slugs):
            return f"{kind} {'/'.join(slugs)}"
    return ""


def cell_text(value: Any) -> str:
    """A value of a column as the text that the same column is read from."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return LIST.join(value)
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    if isinstance(value, NumericRange):
        return spelled_in_key(value.lower) if value.lower == value.upper else spelled_in_key(value)
    return spelled_in_key(value) if isinstance(value, Decimal) else str(value)


class _Offices:
    """What rows call the affiliations that they name: as shortly as leads back to the one meant, else by id."""

    def __init__(self, found: list[dict[str, Any]], readings: list[_Reading]) -> None:
        holders = {row[reading.holder] for reading in readings if reading.holder for row in found} - {None}
        self.by_person: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        self.by_id: dict[Any, dict[str, Any]] = {}
        columns = ("id", "actor_id", "title", "organisation_id", "organisation__slug")
        for office in Affiliation._default_manager.filter(actor_id__in=holders).values(*columns) if holders else ():
            self.by_person[office["actor_id"]].append(office)
            self.by_id[office["id"]] = office
        self.slugs = {office["organisation_id"]: office["organisation__slug"] or "" for office in self.by_id.values()}

    def called(self, id: uuid.UUID | None) -> str:
        office = self.by_id.get(id)
        if office is None:
            return "" if id is None else str(id)
        held = self.by_person[office["actor_id"]]
        count = Counter(name for each in held for name in names_of(self.slugs, each))
        return next((name for name in names_of(self.slugs, office) if name and count[name] == 1), str(id))
