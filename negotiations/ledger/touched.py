"""What each revision touched: views in both windows over all twins, and the indexes that keep them cheap.

A row of `touched` says that revision `revision` opened or closed the row `id` of `table_name`. A part also says what it
belongs to directly (`owner_id`), and every row to which record in the end (`root_table`, `root_id`). Asked for some
revisions, each twin answers from its indexes on the bounds of `revisions`; asked for what belongs to some owners, from
those on its owners. A part never moves to another owner, so any version of a row tells where it belongs.

The tree of parts is read from the models, and of them only what the catalogue has: a migration may be older than they.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.operations.base import Operation

from negotiations.ledger.catalogue import WINDOWS, indexes_there, is_same_sql
from negotiations.ledger.digests import literal, quote

INDEXES = ("opened_in", "closed_in", "by_id", "belongs_to")
SO_FAR = {"window_now": "", "window_then": " WHERE revision <= current_setting('tracker.revision')::bigint"}


def is_shown(cursor: Any) -> bool:
    """Whether the views are there: from migration 0009 on, and not while it is taken back."""
    cursor.execute("SELECT to_regclass('window_now.touched') IS NOT NULL")
    return bool(cursor.fetchone()[0])


def drop(cursor: Any) -> None:
    for window in WINDOWS:
        cursor.execute(f"DROP VIEW IF EXISTS {window}.touched")


def create(cursor: Any) -> None:
    """Builds the views and the indexes they need over the twins there are; those there are stay."""
    tables = mirrored_tables(cursor)
    for table, owners in tables.items():
        _index(cursor, table, list(owners))
    for window in WINDOWS:
        cursor.execute(f"CREATE VIEW {window}.touched AS {definition(tables, window)}")
        cursor.execute(f"GRANT SELECT ON {window}.touched TO tracker_public, tracker_desk")


def definition(tables: dict[str, dict[str, str]], window: str) -> str:
    """SQL of the view in `window` over the twins `tables` (as `mirrored_tables` gives them)."""
    branches = [branch for table in tables for branch in _branches(table, tables)]
    return f"""SELECT revision, opened, table_name, id, owner_id, root_table, root_id
                 FROM ({" UNION ALL ".join(branches)}) touched{SO_FAR[window]}"""


@contextmanager
def rebuilt(cursor: Any) -> Iterator[None]:
    """Around a change of twins: PostgreSQL alters no column that a view shows, and a new twin is to be shown too."""
    shown = is_shown(cursor)
    if shown:
        drop(cursor)
    yield
    if shown:
        create(cursor)


def mirrored_tables(cursor: Any) -> dict[str, dict[str, str]]:
    """The twins there are, each with its columns that lead to what it is a part of, and the tables these lead to."""
    from negotiations.ledger import (
        aggregates,
    )  # which needs the models, and those a database backend, and that the mirror

    cursor.execute(
        """SELECT c.relname, array_agg(a.attname::text) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
            GROUP BY c.relname"""
    )
    twins = dict(cursor.fetchall())
    found: dict[str, dict[str, str]] = {}
    for model in aggregates.tables():
        table = model._meta.db_table
        if "revisions" not in twins.get(table, ()):
            continue
        owners = aggregates.owners(model) if model in aggregates.parts() else {}
        found[table] = {
            column: owner._meta.db_table
            for column, owner in owners.items()
            if column in twins[table] and owner._meta.db_table in twins
        }
    return found


def wanted_indexes(table: str, owners: list[str]) -> dict[str, str]:
    """By name: both bounds; the id, by which GiST finds no list of rows; the owner, where it may be several."""
    wanted = {
        "opened_in": "(lower(revisions))",
        "closed_in": "(upper(revisions)) WHERE upper(revisions) IS NOT NULL",
        "by_id": "(id)",
    }
    if len(owners) > 1:
        wanted["belongs_to"] = f"(({_first('', owners)}))"
    return {f"{table}_{purpose}": index for purpose, index in wanted.items()}


def _index(cursor: Any, table: str, owners: list[str]) -> None:
    """Makes those that are missing, and those anew whose owners have become others."""
    twin = f"ledger.{quote(table)}"
    there = indexes_there(cursor, table)
    for name, index in wanted_indexes(table, owners).items():
        if name in there and is_same_sql(there[name], index):
            continue
        if name in there:
            cursor.execute(f"DROP INDEX ledger.{quote(name)}")
        cursor.execute(f"CREATE INDEX {quote(name)} ON {twin} {index}")


def _first(prefix: str, columns: list[str]) -> str:
    """SQL of the one among `columns` that is given."""
    named = [f"{prefix}{quote(column)}" for column in columns]
    return named[0] if len(named) == 1 else f"coalesce({', '.join(named)})"


def _branches(table: str, tables: dict[str, dict[str, str]]) -> list[str]:
    """SQL of the rows of `table` that revisions opened, and of those they closed."""
    owners = list(tables[table])
    owner = _first("l.", owners) if owners else "NULL::uuid"
    columns = (
        f"{literal(table)}::text AS table_name, l.id, {owner} AS owner_id,"
        f" {_root(table, 'l', tables, name=True)} AS root_table, {_root(table, 'l', tables, name=False)} AS root_id"
    )
    twin = f"ledger.{quote(table)} l"
    return [
        f"SELECT lower(l.revisions) AS revision, true AS opened, {columns} FROM {twin}",
        f"SELECT upper(l.revisions) AS upper, false, {columns} FROM {twin} WHERE upper(l.revisions) IS NOT NULL",
    ]


def _root(table: str, row: str, tables: dict[str, dict[str, str]], *, name: bool) -> str:
    """SQL of the record that `row` of `table` belongs to: the name of its table, or its id."""
    if not tables[table]:
        return f"{literal(table)}::text" if name else f"{row}.id"
    cases = []
    for column, owner in tables[table].items():
        key = f"{row}.{quote(column)}"
        if tables[owner]:
            above = f"{row}_"
            found = _root(owner, above, tables, name=name)
            # Any version tells; an aggregate would read them all.
            root = f'(SELECT {found} AS "case" FROM ledger.{quote(owner)} {above} WHERE {above}.id = {key} LIMIT 1)'
        else:
            root = f"{literal(owner)}::text" if name else key
        cases.append(f"WHEN {key} IS NOT NULL THEN {root}")
    return f"CASE {' '.join(cases)} ELSE NULL::{'text' if name else 'uuid'} END"


class ShowWhatRevisionsTouch(Operation):
    """Makes the views `touched`, anew if they are there; the mirror keeps them in step with the twins from then on."""

    reduces_to_sql = False
    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            drop(cursor)
            create(cursor)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            drop(cursor)
            for table in mirrored_tables(cursor):
                for purpose in INDEXES:
                    cursor.execute(f"DROP INDEX IF EXISTS ledger.{quote(f'{table}_{purpose}')}")

    def describe(self) -> str:
        return "Show what each revision touched"


class ShowMoreOfWhatRevisionsTouch(ShowWhatRevisionsTouch):
    """Makes the views and indexes anew as they are wanted since; taken back, they stay and do no harm."""

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """An older release reads the same views."""
