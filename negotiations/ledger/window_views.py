"""The views through which the windows show the twins, under the desk tables' own names, and those of addresses."""

from __future__ import annotations

from typing import Any

from negotiations.ledger.catalogue import OPEN, WINDOWS, columns_of, knows_withdrawals
from negotiations.ledger.digests import literal, quote

ADDRESSES = "negotiations_address"  # the table name of the model Address


CONDITIONS = {"window_now": OPEN, "window_then": "revisions @> current_setting('tracker.revision')::bigint"}
SO_FAR = {"window_now": "", "window_then": " WHERE lower(%s.revisions) <= current_setting('tracker.revision')::bigint"}


def drop_views(cursor: Any, table: str) -> None:
    for window in WINDOWS:
        cursor.execute(f"DROP VIEW IF EXISTS {window}.{quote(table)}, {window}.{ADDRESSES}")


def definition(cursor: Any, table: str, window: str) -> str:
    """SQL of the view under the desk table's own name, with all its columns; private ones show null."""
    chosen = ", ".join(
        f"NULL::{column.kind} AS {quote(column.name)}" if column.private else quote(column.name)
        for column in columns_of(cursor, table)
    )
    return f"SELECT {chosen} FROM ledger.{quote(table)} WHERE {CONDITIONS[window]}"


def create_views(cursor: Any, table: str) -> None:
    """The two views of `table`, and those of addresses."""
    for window in WINDOWS:
        view = f"{window}.{quote(table)}"
        cursor.execute(f"CREATE VIEW {view} AS {definition(cursor, table, window)}")
        cursor.execute(f"GRANT SELECT ON {view} TO tracker_public, tracker_desk")
    if knows_withdrawals(cursor):
        create_address_views(cursor)


def definition_of_addresses(cursor: Any, window: str) -> str:
    """SQL of every slug that was ever public up to the window's revision, and the record that it belongs to."""
    cursor.execute(
        """SELECT DISTINCT f.table_name FROM ledger.form f JOIN pg_attribute a
               ON a.attrelid = format('ledger.%I', f.table_name)::regclass AND a.attname = 'slug' ORDER BY 1"""
    )
    # Columns are written with their table, as PostgreSQL writes them in a union, so that drift can compare.
    return " UNION ALL ".join(
        f"SELECT {literal(table)}::text AS table_name, {quote(table)}.slug, {quote(table)}.id AS record_id"
        f" FROM ledger.{quote(table)}{SO_FAR[window].replace('%s', quote(table))}"
        for (table,) in cursor.fetchall()
    )


def create_address_views(cursor: Any) -> None:
    for window in WINDOWS:
        cursor.execute(f"CREATE OR REPLACE VIEW {window}.{ADDRESSES} AS {definition_of_addresses(cursor, window)}")
        cursor.execute(f"GRANT SELECT ON {window}.{ADDRESSES} TO tracker_public, tracker_desk")
