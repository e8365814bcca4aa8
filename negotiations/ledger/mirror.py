"""Twins: each public desk table mirrored in schema `ledger`, with temporal keys, indexes, triggers, views and grants.

`MirrorInLedger("Talk")` in a migration gives a table its twin. From then on the schema editor of the database backend
(tracker.postgresql) keeps it in step by `reshaping`, so that an ordinary migration changes both. All of it reads
PostgreSQL's catalogue (`catalogue`), never the models.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.migrations.operations.base import Operation

from negotiations.ledger import touched
from negotiations.ledger.catalogue import OPEN, Column, columns_of, facts_of, knows_withdrawals, references_of
from negotiations.ledger.digests import quote
from negotiations.ledger.repeated_rules import add_rules
from negotiations.ledger.window_views import create_address_views, create_views, drop_views


def create_twin(cursor: Any, table: str) -> None:
    """The table, its temporal key, statistics, index on open rows, triggers and rights; no foreign keys yet."""
    public = [column for column in columns_of(cursor, table) if not column.private]
    lines = [_definition(column) for column in public]
    lines += [
        "revisions int8range NOT NULL CHECK (NOT isempty(revisions))",
        "form integer NOT NULL",
        "salt bytea",
        "digest bytea NOT NULL",
        "PRIMARY KEY (id, revisions WITHOUT OVERLAPS)",
    ]
    twin = f"ledger.{quote(table)}"
    cursor.execute(f"CREATE TABLE {twin} ({', '.join(lines)})")
    cursor.execute(f"CREATE STATISTICS ON (upper_inf(revisions)), (lower(revisions)) FROM {twin}")
    # Not unique: beside a unique index the planner takes the GiST key, and reads every version of a row.
    cursor.execute(f"CREATE INDEX ON {twin} (id) WHERE {OPEN}")
    cursor.execute(
        f"CREATE TRIGGER refuse_rewriting AFTER UPDATE OR DELETE ON {twin}"
        " FOR EACH ROW EXECUTE FUNCTION ledger.refuse_rewriting()"
    )
    cursor.execute(
        f"CREATE TRIGGER refuse_truncating BEFORE TRUNCATE ON {twin} EXECUTE FUNCTION ledger.refuse_truncating()"
    )
    cursor.execute(f"GRANT SELECT, INSERT, UPDATE (revisions) ON {twin} TO tracker_desk")
    add_form(cursor, table)


def _definition(column: Column) -> str:
    generated = f" GENERATED ALWAYS AS ({column.generated}) STORED" if column.generated else ""
    return f"{quote(column.name)} {column.kind}{generated}{' NOT NULL' if column.required else ''}"


def add_form(cursor: Any, table: str) -> None:
    """A new form: the set of columns that digests are taken over from now on."""
    facts = facts_of(cursor, table)
    cursor.execute(
        """INSERT INTO ledger.form (table_name, form, keys, columns)
           SELECT %s, coalesce(max(form), 0) + 1, %s, %s FROM ledger.form WHERE table_name = %s""",
        [table, facts, facts, table],
    )


def add_references(cursor: Any, table: str, only: str | None = None) -> None:
    """Temporal foreign keys with their two indexes: all rows for the key's own checks, open rows for reading."""
    twin = f"ledger.{quote(table)}"
    for column, target in references_of(cursor, table):
        if only is None or column == only:
            cursor.execute(
                f"ALTER TABLE {twin} ADD FOREIGN KEY ({quote(column)}, PERIOD revisions)"
                f" REFERENCES ledger.{quote(target)} (id, PERIOD revisions) DEFERRABLE INITIALLY DEFERRED"
            )
            cursor.execute(f"CREATE INDEX ON {twin} ({quote(column)})")
            cursor.execute(f"CREATE INDEX ON {twin} ({quote(column)}) WHERE {OPEN}")


def guard_twin(cursor: Any, table: str) -> None:
    """What is merged or suppressed never comes back."""
    for target, function in ((f"ledger.{quote(table)}", "gone"), (f"public.{quote(table)}", "suppressed")):
        cursor.execute(
            f"CREATE TRIGGER refuse_what_is_{function} AFTER INSERT ON {target} REFERENCING NEW TABLE AS fresh"
            f" FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_what_is_{function}()"
        )


def unguard_twin(cursor: Any, table: str) -> None:
    for target, function in ((f"ledger.{quote(table)}", "gone"), (f"public.{quote(table)}", "suppressed")):
        cursor.execute(f"DROP TRIGGER refuse_what_is_{function} ON {target}")


def mirror(cursor: Any, tables: Iterable[str]) -> None:
    """Twins for `tables`, which may refer to each other."""
    tables = list(tables)
    with touched.rebuilt(cursor):
        for table in tables:
            create_twin(cursor, table)
        for table in tables:
            add_references(cursor, table)
            add_rules(cursor, table)
            if knows_withdrawals(cursor):
                guard_twin(cursor, table)
            create_views(cursor, table)


def unmirror(cursor: Any, tables: Iterable[str]) -> None:
    """Takes the twins away; refused when one holds a row, since the past must not be dropped."""
    tables = list(tables)
    for table in tables:
        cursor.execute(f"SELECT EXISTS (SELECT FROM ledger.{quote(table)})")
        if cursor.fetchone()[0]:
            raise RuntimeError(f"ledger.{table} holds published rows, which are never dropped.")
    with touched.rebuilt(cursor):
        for table in tables:
            drop_views(cursor, table)
            cursor.execute(f"DROP TABLE ledger.{quote(table)} CASCADE")
            cursor.execute(f"DROP TRIGGER IF EXISTS refuse_what_is_suppressed ON public.{quote(table)}")
            cursor.execute("DELETE FROM ledger.form WHERE table_name = %s", [table])
    if knows_withdrawals(cursor):
        create_address_views(cursor)


class MirrorInLedger(Operation):
    """Gives the tables of `models` (of the migration's app) their twins; backwards only while these are empty."""

    reduces_to_sql = False
    reversible = True

    def __init__(self, *models: str) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def _tables(self, app_label: str, state: Any) -> list[str]:
        return [state.apps.get_model(app_label, model)._meta.db_table for model in self.models]

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        flush_deferred(schema_editor)
        with schema_editor.connection.cursor() as cursor:
            mirror(cursor, self._tables(app_label, to_state))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            unmirror(cursor, self._tables(app_label, from_state))

    def describe(self) -> str:
        return f"Mirror {', '.join(self.models)} in the ledger"


def flush_deferred(schema_editor: Any) -> None:
    """Runs what the schema editor keeps for the end; until then the desk's foreign keys are not in the catalogue."""
    for statement in schema_editor.deferred_sql:
        schema_editor.execute(statement, None)
    schema_editor.deferred_sql.clear()
