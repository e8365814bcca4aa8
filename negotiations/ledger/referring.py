"""Which rows refer to a record or one of its parts: on the desk, and in what is public now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from negotiations.ledger import aggregates
from negotiations.ledger.aggregates import Ids, Model
from negotiations.ledger.catalogue import OPEN
from negotiations.ledger.digests import literal, quote
from negotiations.models.records import Part, Record


@dataclass(frozen=True)
class Reference:
    """A row that refers to the record or one of its parts by one of its columns."""

    model: Any
    column: str
    id: UUID
    target: UUID
    on_desk: bool
    in_public: bool


def references(
    record: Record, model: Model | None, *, start: int, length: int
) -> tuple[dict[Model, int], list[Reference]]:
    """How many references each kind of row has to `record` or its parts, and `length` of them from `start` on.

    With `model` only those of that kind are handed over; all are counted. Rows of the record's own are none. One
    statement to count and one to read, besides those that find the record's parts.
    """
    roots = {type(record): [record.pk]}
    desk, public = aggregates.rows_under(roots, "public"), aggregates.rows_under(roots, "ledger")
    own: Ids = {kind: list({*desk.get(kind, []), *public.get(kind, [])}) for kind in {*desk, *public}}
    by_table: dict[str, Any] = {kind._meta.db_table: kind for kind in aggregates.tables()}
    branches, values = _branches(own)
    if not branches:
        return {}, []
    found = f"""SELECT table_name, column_name, id, target, bool_or(on_desk) AS on_desk,
                       bool_or(NOT on_desk) AS in_public, min(whole::text) AS whole
                  FROM ({" UNION ALL ".join(branches)}) found GROUP BY table_name, column_name, id, target"""
    asked = [each._meta.db_table for each in ([model] if model else by_table.values())]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT table_name, count(*) FROM ({found}) found GROUP BY table_name", values)
        counted = dict(cursor.fetchall())
        cursor.execute(
            f"""SELECT * FROM ({found}) found WHERE table_name = ANY (%s)
                 ORDER BY array_position(%s, table_name), column_name, whole, id LIMIT %s OFFSET %s""",
            [*values, asked, asked, length, start],
        )
        rows = [Reference(by_table[table], *row) for table, *row, _ in cursor.fetchall()]
    return {kind: counted[table] for table, kind in by_table.items() if table in counted}, rows


def _branches(own: Ids) -> tuple[list[str], list[Any]]:
    """SQL of the rows, once from the desk and once from the ledger, that lead to one of `own`, with its values."""
    branches: list[str] = []
    values: list[Any] = []
    for model, column, target in _keys(own):
        table, key = quote(model._meta.db_table), quote(column)
        # Those of one part or record stand together.
        whole = f"coalesce({', '.join(map(quote, aggregates.owners(model)))})" if issubclass(model, Part) else "id"
        words = f"{literal(model._meta.db_table)}::text AS table_name, {literal(column)}::text AS column_name"
        for schema, on_desk, condition in (("public", "true", ""), ("ledger", "false", f" AND {OPEN}")):
            branches.append(
                f"""SELECT {words}, id, {whole} AS whole, {key} AS target, {on_desk} AS on_desk
                      FROM {schema}.{table} WHERE {key} = ANY (%s) AND id <> ALL (%s){condition}"""
            )
            values += [own[target], own.get(model, [])]
    return branches, values


def _keys(own: Ids) -> Iterator[tuple[Model, str, Any]]:
    """The foreign keys that lead to a kind of `own` rows, but for those by which parts belong to them."""
    for model in aggregates.tables():
        parts_of = model.PART_OF if issubclass(model, Part) else ()
        for field in model._meta.concrete_fields:
            if field.many_to_one and own.get(field.related_model) and field.name not in parts_of:  # type: ignore[arg-type]
                yield model, str(field.column), field.related_model
