"""The views through which the windows show the twins, under the desk tables' own names, and those of addresses."""

from __future__ import annotations

from typing import Any

from negotiations.ledger.catalogue import OPEN, WINDOWS, columns_of, knows_withdrawals
from negotiations.ledger.digests import literal, quote

ADDRESSES = "negotiations_address"  # the table name of the model Address


def drop_views(cursor: Any, table: str) -> None:
    for window in WINDOWS:
        cursor.execute(f"DROP VIEW IF EXISTS {window}.{quote(table)}, {window}.{ADDRESSES}")


def create_views(cursor: Any, table: str) -> None:
    """The two views under the desk table's own name, with all its columns; private ones show null."""
    chosen = ", ".join(
        f"NULL::{column.kind} AS {quote(column.name)}" if column.private else quote(column.name)
        for column in columns_of(cursor, table)
    )
    conditions = {"window_now": OPEN, "window_then": "revisions @> current_setting('tracker.revision')::bigint"}
    for window, condition in conditions.items():
        view = f"{window}.{quote(table)}"
        cursor.execute(f"CREATE VIEW {view} AS SELECT {chosen} FROM ledger.{quote(table)} WHERE {condition}")
        cursor.execute(f"GRANT SELECT ON {view} TO tracker_public, tracker_desk")
    if knows_withdrawals(cursor):
        create_address_views(cursor)


def create_address_views(cursor: Any) -> None:
    """Every slug that was ever public up to the window's revision, and the record that it belongs to."""
    cursor.execute(
        """SELECT DISTINCT f.table_name FROM ledger.form f JOIN pg_attribute a
               ON a.attrelid = format('ledger.%I', f.table_name)::regclass AND a.attname = 'slug' ORDER BY 1"""
    )
    tables = [table for (table,) in cursor.fetchall()]
    conditions = {
        "window_now": "",
        "window_then": " WHERE lower(revisions) <= current_setting('tracker.revision')::bigint",
    }
    for window in WINDOWS:
        branches = (
            f"SELECT {literal(table)}::text AS table_name, slug, id AS record_id"
            f" FROM ledger.{quote(table)}{conditions[window]}"
            for table in tables
        )
        cursor.execute(f"CREATE OR REPLACE VIEW {window}.{ADDRESSES} AS {' UNION ALL '.join(branches)}")
        cursor.execute(f"GRANT SELECT ON {window}.{ADDRESSES} TO tracker_public, tracker_desk")
