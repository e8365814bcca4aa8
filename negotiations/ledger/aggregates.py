"""Which rows belong to a record: the tree of parts, read from the models' PART_OF."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal
from uuid import UUID

from django.apps import apps
from django.db import connection

from negotiations.ledger.catalogue import OPEN, facts_of
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
    roots: Mapping[type[Record], Iterable[UUID]], schema: Literal["public", "ledger"], *, ever: bool = False
) -> Ids:
    """The ids of `roots` and all their parts: the desk's rows, or the ledger's open ones. One query a kind of part.

    With `ever` (ledger only) the rows that were open at any revision.
    """
    condition = "" if schema == "public" or ever else f" AND {OPEN}"
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


def open_rows(ids: Ids) -> dict[UUID, Identified]:
    """The ledger's open rows as instances of the desk's models, by id; only their facts may be read."""
    found: dict[UUID, Identified] = {}
    for model, wanted in ids.items():
        with connection.cursor() as cursor:
            facts = ", ".join(map(quote, facts_of(cursor, model._meta.db_table)))
        table = f"ledger.{quote(model._meta.db_table)}"
        rows: Any = model._default_manager.raw(f"SELECT {facts} FROM {table} WHERE id = ANY (%s) AND {OPEN}", [wanted])
        found |= {row.pk: row for row in rows}
    return found


def _in_ledger(model: Model, ids: list[UUID], condition: str) -> list[UUID]:
    with connection.cursor() as cursor:
        table = quote(model._meta.db_table)
        cursor.execute(f"SELECT DISTINCT id FROM ledger.{table} WHERE id = ANY (%s){condition}", [ids])
        return [row[0] for row in cursor.fetchall()]


def records_of(model: Model, ids: Iterable[UUID]) -> dict[type[Record], set[UUID]]:
    """The records that the open ledger rows `ids` of `model` are, or are parts of."""
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
                             WHERE id = ANY (%s) AND {OPEN} AND {quote(column)} IS NOT NULL""",
                        [list(wanted)],
                    )
                    if owned := {row[0] for row in cursor.fetchall()}:
                        waiting.setdefault(owner, set()).update(owned)
    return found
