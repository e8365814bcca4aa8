"""Mentions: where a text still contains what a record is called, for whoever withholds it or thinks of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

from negotiations.ledger import aggregates
from negotiations.ledger.digests import literal, quote
from negotiations.models import Name, Revision
from negotiations.models.records import Identified, Part, Record
from negotiations.publication.revising import whole

NAMED = ("name", "title", "label", "styled", "text")  # columns that say what a record is called; `text` of a Name only
WITHHELD = "[withheld]"


@dataclass(frozen=True)
class Mention:
    """A row whose text still contains a name: on the desk, in a past or present revision, or a revision's own note."""

    where: str  # desk, public now, past revisions or revision note
    kind: str  # of row
    id: str
    column: str
    found_on: models.Model | None  # what to open on the desk: the record that the row is, or belongs to, if it is there


def called(record: Record, columns: Collection[str]) -> list[str]:
    """What stands, or stood at any revision, in these `columns` of `record` and its parts; the longest first."""
    roots = {type(record): [record.pk]}
    found: set[str] = set()
    with connection.cursor() as cursor:
        for schema, rows in (
            ("public", aggregates.rows_under(roots, "public")),
            ("ledger", aggregates.rows_under(roots, "ledger", ever=True)),
        ):
            for model, ids in rows.items():
                for column in _naming(model, columns) if ids else ():
                    table = f"{schema}.{quote(model._meta.db_table)}"
                    cursor.execute(f"SELECT {quote(column)} FROM {table} WHERE id = ANY (%s)", [ids])
                    found |= {row[0] for row in cursor.fetchall() if row[0]}
    return sorted(found - {WITHHELD}, key=lambda name: (-len(name), name))


def _naming(model: type[models.Model], columns: Collection[str]) -> list[str]:
    fields = [field for field in model._meta.concrete_fields if field.name in columns and not field.is_relation]
    return [str(field.column) for field in fields if field.name != "text" or model is Name]


def mentions(names: Iterable[str]) -> list[Mention]:
    """Where a text still contains one of `names`, capitals or not: desk, ledger and revision notes.

    Cost: two queries a table, and one more for each row found.
    """
    patterns = ["%" + name.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%" for name in names]
    if not patterns:
        return []
    mirrored = set(aggregates.tables())
    found: list[Mention] = []
    for model in apps.get_app_config("negotiations").get_models():
        if model._meta.managed:
            found += _on_desk(model, patterns)
        if model in mirrored:
            found += _in_ledger(model, patterns)
    for number, column, where in _found("ledger.revision", "number", ["note"], patterns, "'revision note'"):
        found.append(Mention(where, "revision", number, column, Revision.objects.get(pk=number)))
    return found


def _on_desk(model: type[models.Model], patterns: list[str]) -> Iterator[Mention]:
    columns = [str(field.column) for field in _texts(model)]
    table = f"public.{quote(model._meta.db_table)}"
    for id, column, where in _found(table, "id", columns, patterns, "'desk'"):
        yield Mention(where, str(model._meta.verbose_name), id, column, _page(model, id))


def _in_ledger(model: type[Identified], patterns: list[str]) -> Iterator[Mention]:
    columns = [str(field.column) for field in _texts(model) if not _is_private(field)]
    table = f"ledger.{quote(model._meta.db_table)}"
    where = "CASE WHEN bool_or(upper_inf(t.revisions)) THEN 'public now' ELSE 'past revisions' END"
    for id, column, found in _found(table, "id", columns, patterns, where):
        yield Mention(found, str(model._meta.verbose_name), id, column, _page(model, id))


def _page(model: Any, id: str) -> models.Model | None:
    row: models.Model | None = model._default_manager.filter(pk=id).first()
    return whole(row) if isinstance(row, Record | Part) else row


def _texts(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields of free text, lists of lines included."""
    free = (models.CharField, models.TextField)
    fields: list[Any] = [
        # A table's name, where one is kept, is a word of ours.
        field
        for field in model._meta.concrete_fields
        if not field.choices and field.name != "table_name"
    ]
    return [field for field in fields if isinstance(field, free) or "lines" in (field.db_type(connection) or "")]


def _is_private(field: models.Field[Any, Any]) -> bool:
    return str(field.db_comment or "").startswith("desk only")


def _found(table: str, key: str, columns: list[str], patterns: list[str], where: str) -> list[tuple[str, str, str]]:
    """(id, column, where) of each row of `table` with a text like one of `patterns`; `where` is an aggregate in SQL."""
    if not columns:
        return []
    tests = ", ".join(f"({literal(column)}, t.{quote(column)}::text)" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT t.{quote(key)}::text, c.column_name, {where} FROM {table} t
                 CROSS JOIN LATERAL (VALUES {tests}) AS c (column_name, said)
                 WHERE c.said ILIKE ANY (%s) GROUP BY 1, 2 ORDER BY 1, 2""",
            [patterns],
        )
        return list(cursor.fetchall())
