"""Reshaping: what a change of a mirrored desk table does to its twin, its forms and its views.

Called by the schema editor of the database backend (tracker.postgresql), forwards and backwards, in the transaction of
the migration. It refuses what would change published rows: what they were is hashed, and the past stands still.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DataError

from negotiations.ledger import listing, searching, touched
from negotiations.ledger.catalogue import OWN_COLUMNS, Column, columns_of, is_in_twin, knows_withdrawals
from negotiations.ledger.digests import CANONICAL_SETTINGS, forms_of, quote
from negotiations.ledger.mirror import add_form, follow_references, guards
from negotiations.ledger.repeated_rules import follow_rules
from negotiations.ledger.window_views import create_address_views, create_views, drop_views


@contextmanager
def reshaped(cursor: Any, table: str) -> Iterator[None]:
    """Around a change of a mirrored table: its views go before, since PostgreSQL changes no column that a view shows.

    Afterwards it has a new form if its facts are others, the keys and rules that the desk has by then, its views, and
    the indexes of its lists and texts.
    """
    drop_views(cursor, table)
    with touched.rebuilt(cursor):
        yield
        add_form(cursor, table)
        follow_references(cursor, table)
        follow_rules(cursor, table)
    create_views(cursor, table)
    listing.keep(cursor, table)
    searching.keep(cursor, table)


def add_column(cursor: Any, table: str, name: str, default: Any = None) -> None:
    """Within `reshaped`: the twin of a column that the desk has just got, or has made public.

    Published rows read `default`, whatever the desk's rows say: those have not been published.
    """
    column = _column(cursor, table, name)
    if column.private:
        return
    definition = f"ALTER TABLE ledger.{quote(table)} ADD COLUMN {quote(name)} {column.kind}"
    if column.generated:
        cursor.execute(f"{definition} GENERATED ALWAYS AS ({column.generated}) STORED")
        return
    cursor.execute(f"SELECT quote_nullable(CAST(%s AS {column.kind})::text)", [default])
    value = f"{cursor.fetchone()[0]}::{column.kind}"
    if retired := _retired(cursor, table, column):
        _revive(cursor, table, column, retired, value)
    else:
        cursor.execute(f"{definition} DEFAULT {value}")
        cursor.execute(f"ALTER TABLE ledger.{quote(table)} ALTER COLUMN {quote(name)} DROP DEFAULT")


def default_given(cursor: Any, table: str, name: str) -> Any:
    """What the rows of the desk were given for the column that it has just got; None when it has no row."""
    cursor.execute(f"SELECT {quote(name)}::text FROM public.{quote(table)} LIMIT 1")
    row = cursor.fetchone()
    return row and row[0]


def _column(cursor: Any, table: str, name: str) -> Column:
    return next(column for column in columns_of(cursor, table) if column.name == name)


def _retired(cursor: Any, table: str, column: Column) -> str | None:
    """The column that was retired last under this name and type."""
    cursor.execute(
        """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
              AND attname ~ %s AND starts_with(attname, %s) AND format_type(atttypid, atttypmod) = %s
            ORDER BY split_part(attname, '~', 2)::integer DESC LIMIT 1""",
        [f"ledger.{quote(table)}", "~[0-9]+$", f"{column.name}~", column.kind],
    )
    row = cursor.fetchone()
    return row and str(row[0])


def _revive(cursor: Any, table: str, column: Column, retired: str, default: str) -> None:
    """Takes a retired column back with what it held; rows published meanwhile read the default, as the desk's do."""
    without = [form for form, _, columns in forms_of(cursor, table) if retired not in columns]
    _rename(cursor, table, retired, column.name)
    # Not by an update, which the twin refuses: this rewrites the table. No digest covers the column in these forms.
    cursor.execute(
        f"ALTER TABLE ledger.{quote(table)} ALTER COLUMN {quote(column.name)} TYPE {column.kind} USING"
        f" CASE WHEN form = ANY ('{{{','.join(map(str, without))}}}') THEN {default} ELSE {quote(column.name)} END"
    )


def retire_column(cursor: Any, table: str, name: str) -> None:
    """Within `reshaped`: the desk drops `name`, or has made it private; the twin keeps it under another name."""
    if not is_in_twin(cursor, table, name):
        return  # it was private
    twin = f"ledger.{quote(table)}"
    if _is_computed(cursor, table, name):
        cursor.execute(f"ALTER TABLE {twin} DROP COLUMN {quote(name)}")
        return
    _drop_what_rests_on(cursor, table, name)
    cursor.execute(f"ALTER TABLE {twin} ALTER COLUMN {quote(name)} DROP NOT NULL")
    _rename(cursor, table, name, f"{name}~{len(forms_of(cursor, table)) + 1}")


def _is_computed(cursor: Any, table: str, name: str) -> bool:
    cursor.execute(
        "SELECT attgenerated <> '' FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s",
        [f"ledger.{quote(table)}", name],
    )
    return bool(cursor.fetchone()[0])


def _drop_what_rests_on(cursor: Any, table: str, name: str) -> None:
    """Keys, rules and indexes of a column that is retired; the temporal key is of none of these."""
    cursor.execute(
        """SELECT c.conname, NULL FROM pg_constraint c
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
            WHERE c.conrelid = %(twin)s::regclass AND c.contype IN ('f', 'x') AND a.attname = %(name)s
            UNION ALL
           SELECT NULL, i.indexrelid::regclass::text FROM pg_index i
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
            WHERE i.indrelid = %(twin)s::regclass AND a.attname = %(name)s
              AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)""",
        {"twin": f"ledger.{quote(table)}", "name": name},
    )
    for constraint, index in cursor.fetchall():
        if index:
            cursor.execute(f"DROP INDEX {index}")
        else:
            cursor.execute(f"ALTER TABLE ledger.{quote(table)} DROP CONSTRAINT {quote(constraint)}")


def _rename(cursor: Any, table: str, old: str, new: str) -> None:
    """Renames a twin's column; forms follow in `columns`, while `keys` keep what the digests were taken over."""
    cursor.execute(f"ALTER TABLE ledger.{quote(table)} RENAME COLUMN {quote(old)} TO {quote(new)}")
    cursor.execute(
        "UPDATE ledger.form SET columns = array_replace(columns, %s, %s) WHERE table_name = %s", [old, new, table]
    )


def rename_column(cursor: Any, table: str, old: str, new: str) -> None:
    """Within `reshaped`: the twin follows a column that the desk has renamed."""
    if is_in_twin(cursor, table, old):
        _rename(cursor, table, old, new)


def alter_column(cursor: Any, table: str, name: str, default: Any = None) -> None:
    """Within `reshaped`: the twin follows a column that the desk has given another type, made nullable, private or
    public; `default` is what published rows read of one made public."""
    column = _column(cursor, table, name)
    if column.private:
        retire_column(cursor, table, name)
    elif not is_in_twin(cursor, table, name):
        add_column(cursor, table, name, default)
    elif not column.generated:
        if not is_in_twin(cursor, table, name, column.kind):  # nor could PostgreSQL write a temporal key anew
            _change_type(cursor, table, column)
        if not column.required:
            cursor.execute(f"ALTER TABLE ledger.{quote(table)} ALTER COLUMN {quote(name)} DROP NOT NULL")


def _change_type(cursor: Any, table: str, column: Column) -> None:
    """Refused when a published row would read differently, whether or not its digest covers the column."""
    twin, name = f"ledger.{quote(table)}", quote(column.name)
    refusal = f"Changing {table}.{column.name} to {column.kind} would change %s published rows; add a new field."
    cursor.execute(CANONICAL_SETTINGS)
    try:
        cursor.execute(f"SELECT count(*) FROM {twin} WHERE {name}::text IS DISTINCT FROM {name}::{column.kind}::text")
    except DataError as error:
        raise RuntimeError(refusal % "the text of") from error
    if changed := cursor.fetchone()[0]:
        raise RuntimeError(refusal % changed)
    cursor.execute(f"ALTER TABLE {twin} ALTER COLUMN {name} TYPE {column.kind} USING {name}::{column.kind}")


@contextmanager
def retired_table(cursor: Any, table: str) -> Iterator[None]:
    """Around the dropping of a mirrored desk table: its twin stays, under its name, which its digests are taken over.

    An empty one stays too: on the way back it tells that the table had a twin. Refused while rows are public: they
    would vanish from every answer, and no revision would say so.
    """
    cursor.execute(f"SELECT count(*) FROM ledger.{quote(table)} WHERE upper_inf(revisions) IS TRUE")
    if public := cursor.fetchone()[0]:
        raise RuntimeError(
            f"{public} rows of {table} are public, so its model cannot be deleted: retract the records, or publish"
            " those they are parts of without them, and delete it then. What was public stays in the ledger."
        )
    with touched.rebuilt(cursor):
        drop_views(cursor, table)
        yield
    if knows_withdrawals(cursor):
        create_address_views(cursor)


def take_back_table(cursor: Any, table: str) -> None:
    """A desk table that was deleted is there again: the twin that was kept becomes its twin, shaped as the desk is."""
    with reshaped(cursor, table):
        columns = {column.name for column in columns_of(cursor, table)}
        cursor.execute(
            """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped""",
            [f"ledger.{quote(table)}"],
        )
        for (name,) in cursor.fetchall():
            if name not in columns and name not in OWN_COLUMNS and "~" not in name:
                retire_column(cursor, table, name)
        for name in columns:
            alter_column(cursor, table, name)
        if knows_withdrawals(cursor):
            cursor.execute(guards(table)["public", "refuse_what_is_suppressed"])
