"""Reshaping: what a change of a mirrored desk table does to its twin, its forms and its views.

Called by the schema editor of the database backend (tracker.postgresql), forwards and backwards, in the transaction of
the migration. It refuses what would change published rows: what they were is hashed, and the past stands still.
"""

from __future__ import annotations

from typing import Any

from negotiations.ledger import touched
from negotiations.ledger.catalogue import Column, columns_of, is_in_twin
from negotiations.ledger.digests import broken_rows, left_of_withheld, quote
from negotiations.ledger.mirror import add_form, add_references
from negotiations.ledger.window_views import create_views, drop_views


def add_column(cursor: Any, table: str, name: str) -> None:
    """The twin of a column the desk has just got; published rows read its default, as the desk's rows do."""
    column = next(column for column in columns_of(cursor, table) if column.name == name)
    drop_views(cursor, table)
    if not column.private:
        with touched.rebuilt(cursor):
            _add_or_revive(cursor, table, column)
        add_references(cursor, table, only=name)
        if not column.generated:
            add_form(cursor, table)
    create_views(cursor, table)


def _add_or_revive(cursor: Any, table: str, column: Column) -> None:
    """A column retired earlier under the same name and type comes back with what it held."""
    twin = f"ledger.{quote(table)}"
    cursor.execute(
        """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
              AND attname LIKE %s AND format_type(atttypid, atttypmod) = %s ORDER BY attnum DESC LIMIT 1""",
        [twin, column.name.replace("_", r"\_") + "~%", column.kind],
    )
    retired = cursor.fetchone()
    if retired and not column.generated:
        _rename(cursor, table, retired[0], column.name)
        return
    definition = f"{quote(column.name)} {column.kind}"
    if column.generated:
        cursor.execute(f"ALTER TABLE {twin} ADD COLUMN {definition} GENERATED ALWAYS AS ({column.generated}) STORED")
        return
    # The value that the desk's existing rows were given is the one that published rows read.
    cursor.execute(f"SELECT {quote(column.name)}::text FROM public.{quote(table)} LIMIT 1")
    given = cursor.fetchone()
    cursor.execute("SELECT quote_nullable(%s::text)", [given[0] if given else None])
    cursor.execute(f"ALTER TABLE {twin} ADD COLUMN {definition} DEFAULT {cursor.fetchone()[0]}::{column.kind}")
    cursor.execute(f"ALTER TABLE {twin} ALTER COLUMN {quote(column.name)} DROP DEFAULT")


def retire_column(cursor: Any, table: str, name: str, *, is_private: bool | None = None) -> None:
    """Called before the desk drops `name`, or when it has become private: the twin keeps it under another name.

    `is_private` says what the column was to the twin, where the catalogue tells otherwise by now.
    """
    cursor.execute(
        "SELECT coalesce(max(form), 0) + 1 FROM ledger.form WHERE table_name = %s",
        [table],
    )
    form = cursor.fetchone()[0]
    drop_views(cursor, table)
    column = next(column for column in columns_of(cursor, table) if column.name == name)
    if column.generated:
        cursor.execute(f"ALTER TABLE ledger.{quote(table)} DROP COLUMN {quote(name)}")  # computed: nothing is lost
    elif not (column.private if is_private is None else is_private):
        _drop_rules_on(cursor, table, name)
        cursor.execute(f"ALTER TABLE ledger.{quote(table)} ALTER COLUMN {quote(name)} DROP NOT NULL")
        _rename(cursor, table, name, f"{name}~{form}")


def after_retiring(cursor: Any, table: str) -> None:
    """Called after the desk has dropped a column: a new form and new views."""
    add_form(cursor, table)
    create_views(cursor, table)


def _drop_rules_on(cursor: Any, table: str, name: str) -> None:
    cursor.execute(
        """SELECT conname FROM pg_constraint c WHERE conrelid = %s::regclass AND contype IN ('f', 'x')
              AND (SELECT attnum FROM pg_attribute WHERE attrelid = c.conrelid AND attname = %s) = ANY (conkey)""",
        [f"ledger.{quote(table)}", name],
    )
    for (rule,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE ledger.{quote(table)} DROP CONSTRAINT {quote(rule)}")


def _rename(cursor: Any, table: str, old: str, new: str) -> None:
    """Renames a twin's column; forms follow in `columns`, while `keys` keep what the digests were taken over."""
    cursor.execute(f"ALTER TABLE ledger.{quote(table)} RENAME COLUMN {quote(old)} TO {quote(new)}")
    cursor.execute(
        "UPDATE ledger.form SET columns = array_replace(columns, %s, %s) WHERE table_name = %s", [old, new, table]
    )


def rename_column(cursor: Any, table: str, old: str, new: str) -> None:
    """The twin follows a column that the desk has renamed."""
    drop_views(cursor, table)
    if next(column for column in columns_of(cursor, table) if column.name == new).private is False:
        _rename(cursor, table, old, new)
        add_form(cursor, table)
    create_views(cursor, table)


def alter_column(cursor: Any, table: str, name: str) -> None:
    """The twin follows a column that the desk has given another type, made nullable, private or public.

    Refused when a published row would read differently: what it was is hashed, and the past stands still.
    """
    column = next(column for column in columns_of(cursor, table) if column.name == name)
    mirrored = is_in_twin(cursor, table, name)
    if column.private and mirrored:
        retire_column(cursor, table, name, is_private=False)
        after_retiring(cursor, table)
        return
    if not column.private and not mirrored:
        add_column(cursor, table, name)
        return
    drop_views(cursor, table)
    if mirrored and not column.generated:
        twin = f"ledger.{quote(table)}"
        left = left_of_withheld(cursor, table)
        if not is_in_twin(cursor, table, name, column.kind):  # nor could PostgreSQL write a temporal key anew
            with touched.rebuilt(cursor):
                cursor.execute(
                    f"ALTER TABLE {twin} ALTER COLUMN {quote(name)} TYPE {column.kind}"
                    f" USING {quote(name)}::{column.kind}"
                )
        cursor.execute(f"ALTER TABLE {twin} ALTER COLUMN {quote(name)} DROP NOT NULL")
        if changed := len(broken_rows(cursor, table)) + len(left - left_of_withheld(cursor, table)):
            raise RuntimeError(
                f"Changing {table}.{name} to {column.kind} would change {changed} published rows; add a new field."
            )
    create_views(cursor, table)
