"""The indexes by which records are listed and found by their slug: for what is public now, and at any revision.

A list picks the ids of a page first, and nothing else: in the order of an index, from that index alone. For what is
public now it holds open rows only. For the past it holds every version and `revisions` with it, so that versions of
other revisions are skipped without a look at the twin. Rows without a value come last, up and down alike; read
backwards, the same index gives the page before. A list in the order of other records (delegations by the start of their
talk) walks along the index of those, and from each to its own rows by an index on the key.

`LISTED_BY` of the models names the columns and keys, of which the catalogue must have each: a migration may be older
than they.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.migrations.operations.base import Operation

from negotiations.ledger.catalogue import OPEN, indexes_there, is_same_sql, twin_columns_of
from negotiations.ledger.digests import quote
from negotiations.ledger.touched import mirrored_tables

MARK = "_listed_"
UP = {"up": ""}  # PostgreSQL puts those without a value last unasked
UP_AND_DOWN = {**UP, "down": " DESC NULLS LAST"}


def wanted_indexes(cursor: Any, table: str) -> dict[str, str]:
    """By name, what each index of the twin is over."""
    columns = {column.name for column in twin_columns_of(cursor, table)}
    listed = {column: directions for column, directions in _listed_by(table).items() if column in columns}
    wanted = {}
    for column, directions in listed.items():
        for direction, order in directions.items():
            name, keys = f"{table}{MARK}{column}_{direction}", f"({quote(column)}{order}, id)"
            wanted[f"{name}_now"] = f"{keys} WHERE {OPEN}"
            wanted[f"{name}_then"] = f"{keys} INCLUDE (revisions)"
    if "slug" in columns:
        wanted[f"{table}{MARK}slug_now"] = f"(slug) WHERE {OPEN}"
        wanted[f"{table}{MARK}slug_then"] = "(slug)"
    return wanted


def _listed_by(table: str) -> dict[str, dict[str, str]]:
    """The columns, each with its directions. Of a key one is enough: the order is that of what it leads to."""
    from negotiations.ledger import aggregates  # which needs the models, and those a database backend, and that this

    fields: list[Any] = [
        model._meta.get_field(name)
        for model in aggregates.tables() if model._meta.db_table == table
        for name in model.LISTED_BY
    ]  # fmt: skip
    return {field.column: UP if field.is_relation else UP_AND_DOWN for field in fields}


def keep(cursor: Any, table: str) -> None:
    """Brings the indexes of a twin in step with its columns: from migration 0011 on, and not while it is taken back."""
    if are_kept(cursor, MARK):
        bring_in_step(cursor, table, MARK, wanted_indexes(cursor, table))


def are_kept(cursor: Any, mark: str) -> bool:
    """Whether any twin has indexes with this mark in their names."""
    cursor.execute(
        """SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'ledger'::regnamespace AND relkind = 'i'
                             AND relname ~ %s)""",
        [f"{mark}.*_now$"],
    )
    return bool(cursor.fetchone()[0])


def bring_in_step(cursor: Any, table: str, mark: str, wanted: dict[str, str]) -> None:
    """Of the indexes with this mark makes those that are missing or others, and drops those no longer wanted."""
    there = indexes_there(cursor, table)
    kept = {name for name in there.keys() & wanted.keys() if is_same_sql(there[name], wanted[name])}
    for name in there:
        if mark in name and name not in kept:
            cursor.execute(f"DROP INDEX ledger.{quote(name)}")
    for name, index in wanted.items():
        if name not in kept:
            cursor.execute(making(name, table, index))


def making(name: str, table: str, index: str) -> str:
    """SQL that makes an index of a twin, from what it is over: a B-tree, unless its method comes first."""
    using = "" if index.startswith("(") else "USING "
    return f"CREATE INDEX {quote(name)} ON ledger.{quote(table)} {using}{index}"


class IndexTwins(Operation):
    """Makes the indexes with one mark of all twins; the mirror keeps them in step with these from then on."""

    reduces_to_sql = False
    reversible = True
    mark: ClassVar[str]

    def wanted(self, cursor: Any, table: str) -> dict[str, str]:
        raise NotImplementedError

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            for table in mirrored_tables(cursor):
                bring_in_step(cursor, table, self.mark, self.wanted(cursor, table))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            for table in mirrored_tables(cursor):
                bring_in_step(cursor, table, self.mark, {})


class IndexListings(IndexTwins):
    """Makes the indexes by which lists are read."""

    mark = MARK

    def wanted(self, cursor: Any, table: str) -> dict[str, str]:
        return wanted_indexes(cursor, table)

    def describe(self) -> str:
        return "Index what records are listed by"


class IndexMoreListings(IndexListings):
    """Brings the indexes in step with a `LISTED_BY` that has changed since; taken back, they stay and do no harm."""

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """What lists no longer ask for is dropped by the next change of the table."""
