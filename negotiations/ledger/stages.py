"""Stages: how the desk's state of records stands to what is public; derived here, stored nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from negotiations.ledger import aggregates
from negotiations.ledger.aggregates import Model
from negotiations.ledger.catalogue import OPEN, facts_of
from negotiations.ledger.digests import quote
from negotiations.models.records import Record

DRAFT = "draft"  # never public
PUBLISHED = "published"  # what is public is what the desk holds
CHANGED = "changed"  # the desk differs, in the record or in one of its parts
SUBMITTED = "submitted"  # in an open submission, whatever it was before
RETRACTED = "retracted"  # was public once and is not now
MERGED = "merged"  # the same, and never will be: another record stands in its place


def stages(model: type[Record], ids: Iterable[UUID]) -> dict[UUID, str]:
    """The stage of each record of `model` among `ids`; an id that the desk does not hold is left out.

    Cost: two queries, and one of the catalogue for each table that a record of `model` can have rows in (one for an
    issue, nine for a statement or event), whatever the number of ids. Needs no transaction.
    """
    wanted = list(ids)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        table = quote(model._meta.db_table)
        cursor.execute(
            f"""SELECT d.id,
                       EXISTS (SELECT FROM ledger.{table} l WHERE l.id = d.id),
                       EXISTS (SELECT FROM ledger.{table} l WHERE l.id = d.id AND {_open("l")}),
                       EXISTS (SELECT FROM ledger.withdrawal w
                                WHERE w.id = d.id AND w.table_name = %s AND w.act = 'merge'),
                       EXISTS (SELECT FROM public.negotiations_pin p
                                WHERE p.record_id = d.id AND p.table_name = %s AND p.is_open)
                  FROM public.{table} d WHERE d.id = ANY (%s)""",
            [model._meta.db_table, model._meta.db_table, wanted],
        )
        rows = cursor.fetchall()
        changed = _changed(cursor, model, [row[0] for row in rows if row[2]])
    return {id: _stage(id in changed, *found) for id, *found in rows}


def _stage(differs: bool, was_public: bool, is_public: bool, merged: bool, in_review: bool) -> str:
    if merged:
        return MERGED
    if in_review:
        return SUBMITTED
    if not is_public:
        return RETRACTED if was_public else DRAFT
    return CHANGED if differs else PUBLISHED


def _open(alias: str) -> str:
    return OPEN.replace("revisions", f"{alias}.revisions")


def _changed(cursor: Any, model: type[Record], ids: list[UUID]) -> set[UUID]:
    """Those of the public records `ids` that differ, or have a part that was added, edited or removed."""
    if not ids:
        return set()
    trees: list[str] = []
    differences: list[str] = []
    for number, (table, owners) in enumerate(_tables_under(model)):
        desk, ledger = f"desk_{number}", f"ledger_{number}"
        trees += [_tree(desk, "public", table, owners), _tree(ledger, "ledger", table, owners)]
        differences.append(_difference(cursor, table, desk, ledger))
    cursor.execute(f"WITH {', '.join(trees)} {' UNION '.join(differences)}", {"ids": ids})
    return {row[0] for row in cursor.fetchall()}


def _tables_under(model: type[Record]) -> list[tuple[str, list[tuple[str, int]]]]:
    """The record's own table, then those of its parts, each with (column, place in this list of what that leads to)."""
    places: dict[Model, int] = {model: 0}
    found: list[tuple[str, list[tuple[str, int]]]] = [(model._meta.db_table, [])]
    for part in aggregates.parts():
        fields = [part._meta.get_field(name) for name in part.PART_OF]
        owners = [
            (str(field.column), places[field.related_model])  # type: ignore[union-attr] # always a key
            for field in fields
            if field.related_model in places
        ]
        if owners:
            places[part] = len(found)
            found.append((part._meta.db_table, owners))
    return found


def _tree(name: str, schema: str, table: str, owners: list[tuple[str, int]]) -> str:
    """A named query of the table's rows under the records: (id, the record's id as root)."""
    condition = f" AND {_open('p')}" if schema == "ledger" else ""
    if not owners:
        own = f"SELECT p.id, p.id AS root FROM {schema}.{quote(table)} p WHERE p.id = ANY (%(ids)s){condition}"
        return f"{name} AS ({own})"
    side = name.rsplit("_", 1)[0]
    branches = [
        f"SELECT p.id, o.root FROM {schema}.{quote(table)} p JOIN {side}_{place} o ON p.{quote(column)} = o.id"
        f" WHERE true{condition}"
        for column, place in owners
    ]
    return f"{name} AS ({' UNION ALL '.join(branches)})"


def _difference(cursor: Any, table: str, desk: str, ledger: str) -> str:
    """SQL of the roots whose rows in `table` are not, fact for fact, the open ones; and of those with a row gone."""
    facts = facts_of(cursor, table)
    theirs = ", ".join(f"d.{quote(column)}" for column in facts)
    ours = ", ".join(f"l.{quote(column)}" for column in facts)
    return f"""SELECT t.root FROM {desk} t JOIN public.{quote(table)} d ON d.id = t.id
                WHERE NOT EXISTS (SELECT FROM ledger.{quote(table)} l WHERE l.id = t.id AND {_open("l")}
                                     AND ROW ({theirs}) IS NOT DISTINCT FROM ROW ({ours}))
               UNION SELECT t.root FROM {ledger} t WHERE NOT EXISTS (SELECT FROM {desk} d WHERE d.id = t.id)"""
