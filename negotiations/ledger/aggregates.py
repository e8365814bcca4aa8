"""Which rows belong to a record: the tree of parts, read from the models' PART_OF."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal
from uuid import UUID

from django.apps import apps
from django.db import connection

from negotiations.ledger.catalogue import facts_of, standing
from negotiations.ledger.digests import quote
from negotiations.models.records import Identified, Part, Record

Model = type[Identified]
Ids = dict[Model, list[UUID]]


@cache
def records() -> tuple[type[Record], ...]:
    """The publication units."""
    return tuple(model for model in apps.get_app_config("negotiations").get_models() if issubclass(model, Record))


@cache
def parts() -> tuple[type[Part], ...]:
    """The kinds of parts, each after everything it can be a part of."""
    waiting = [model for model in apps.get_app_config("negotiations").get_models() if issubclass(model, Part)]
    placed: list[type[Part]] = []
    while waiting:
        ready = next(
            part for part in waiting
            if all(owner in placed or issubclass(owner, Record) for owner in owners(part).values())
        )  # fmt: skip
        placed.append(ready)
        waiting.remove(ready)
    return tuple(placed)


def owners(part: type[Part]) -> dict[str, Any]:
    """For each foreign key of PART_OF (its column), the model it leads to."""
    fields = (part._meta.get_field(name) for name in part.PART_OF)
    return {str(field.column): field.related_model for field in fields}  # type: ignore[union-attr] # always a key


def tables() -> tuple[Model, ...]:
    """Every model with a twin, each after what it is a part of."""
    return (*records(), *parts())


def rows_under(
    roots: Mapping[type[Record], Iterable[UUID]],
    schema: Literal["public", "ledger"],
    *,
    ever: bool = False,
    at: int | None = None,
) -> Ids:
    """The ids of `roots` and all their parts: the desk's rows, or the ledger's open ones. One query a kind of part.

    With `at` (ledger only) the rows that were public at that revision, with `ever` those that were at any.
    """
    condition = "" if schema == "public" or ever else f" AND {standing(at)}"
    found: Ids = {model: list(ids) for model, ids in roots.items()}
    if schema == "ledger":
        found = {model: _in_ledger(model, ids, condition) for model, ids in found.items()}
    with connection.cursor() as cursor:
        for part in parts():
            branches, values = [], []
            for column, owner in owners(part).items():
                if found.get(owner):
                    table = f"{schema}.{quote(part._meta.db_table)}"
                    branches.append(f"SELECT id FROM {table} WHERE {quote(column)} = ANY (%s){condition}")
                    values.append(found[owner])
            if branches:
                cursor.execute((" UNION " if ever else " UNION ALL ").join(branches), values)
                found[part] = list({row[0] for row in cursor.fetchall()})
    return found


def ledger_rows(ids: Ids, *, at: int | None = None) -> dict[UUID, Identified]:
    """The ledger's open rows, or those at revision `at`, as instances of the desk's models, by id.

    Only their facts may be read. Two queries a kind.
    """
    found: dict[UUID, Identified] = {}
    for model, wanted in ids.items():
        with connection.cursor() as cursor:
            facts = ", ".join(map(quote, facts_of(cursor, model._meta.db_table)))
        table = f"ledger.{quote(model._meta.db_table)}"
        sql = f"SELECT {facts} FROM {table} WHERE id = ANY (%s) AND {standing(at)}"
        rows: Any = model._default_manager.raw(sql, [wanted])
        found |= {row.pk: row for row in rows}
    return found


def _in_ledger(model: Model, ids: list[UUID], condition: str) -> list[UUID]:
    with connection.cursor() as cursor:
        table = quote(model._meta.db_table)
        cursor.execute(f"SELECT DISTINCT id FROM ledger.{table} WHERE id = ANY (%s){condition}", [ids])
        return [row[0] for row in cursor.fetchall()]


def roots(
    model: Model, ids: Iterable[UUID], schema: Literal["public", "ledger"]
) -> dict[UUID, tuple[type[Record], UUID]]:
    """The record that each of the rows `ids` of `model`, the desk's or the ledger's open ones, is or is a part of.

    What the schema does not hold is left out. A query a kind of part on the way.
    """
    if issubclass(model, Record):
        return {id: (model, id) for id in ids}
    assert issubclass(model, Part)
    keys = owners(model)
    condition = f" AND {standing(None)}" if schema == "ledger" else ""
    with connection.cursor() as cursor:
        columns = ", ".join(map(quote, keys))
        table = f"{schema}.{quote(model._meta.db_table)}"
        cursor.execute(f"SELECT id, {columns} FROM {table} WHERE id = ANY (%s){condition}", [list(ids)])
        rows = cursor.fetchall()
    found: dict[UUID, tuple[type[Record], UUID]] = {}
    for place, owner in enumerate(keys.values(), start=1):
        led = {row[0]: row[place] for row in rows if row[place] is not None}
        above = roots(owner, set(led.values()), schema) if led else {}
        found |= {id: above[to] for id, to in led.items() if to in above}
    return found


def records_of(model: Model, ids: Iterable[UUID], *, ever: bool = False) -> dict[type[Record], set[UUID]]:
    """The records that the open ledger rows `ids` of `model` (`ever`: rows of any revision) are, or are parts of."""
    condition = "" if ever else f" AND {standing(None)}"
    waiting: dict[Model, set[UUID]] = {model: set(ids)}
    found: dict[type[Record], set[UUID]] = {}
    with connection.cursor() as cursor:
        while waiting:
            model, wanted = waiting.popitem()
            if issubclass(model, Record):
                found.setdefault(model, set()).update(wanted)
            elif issubclass(model, Part):
                for column, owner in owners(model).items():
                    cursor.execute(
                        f"""SELECT DISTINCT {quote(column)} FROM ledger.{quote(model._meta.db_table)}
                             WHERE id = ANY (%s){condition} AND {quote(column)} IS NOT NULL""",
                        [list(wanted)],
                    )
                    if owned := {row[0] for row in cursor.fetchall()}:
                        waiting.setdefault(owner, set()).update(owned)
    return found
