"""Twins: each public desk table mirrored in schema `ledger`, with temporal keys, indexes, triggers, views and grants.

`MirrorInLedger("Talk")` in a migration gives a table its twin. From then on the schema editor of the database backend
(tracker.postgresql) keeps it in step by `reshaping`, so that an ordinary migration changes both. All of it reads
PostgreSQL's catalogue (`catalogue`), never the models. What a twin has is defined here once, for those who build it and
for `drift`, which compares.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.migrations.operations.base import Operation

from negotiations.ledger import listing, searching, touched
from negotiations.ledger.catalogue import (
    OPEN,
    Column,
    columns_of,
    facts_of,
    has_twin,
    is_same_sql,
    knows_acts,
    knows_withdrawals,
    references_of,
    references_there,
)
from negotiations.ledger.digests import forms_of, quote
from negotiations.ledger.repeated_rules import follow_rules
from negotiations.ledger.window_views import create_address_views, create_views, drop_views

OWN = {"revisions": "int8range", "form": "integer", "salt": "bytea", "digest": "bytea"}
TEMPORAL_KEY = "PRIMARY KEY (id, revisions WITHOUT OVERLAPS)"
INDEX_OF_OPEN_ROWS = f"(id) WHERE {OPEN}"
STATISTICS = "(upper_inf(revisions)), (lower(revisions))"


def create_twin(cursor: Any, table: str) -> None:
    """The table, its temporal key, statistics, index on open rows, triggers and rights; no foreign keys yet."""
    public = [column for column in columns_of(cursor, table) if not column.private]
    lines = [_definition(column) for column in public]
    lines += [f"{name} {kind}{' NOT NULL' if name != 'salt' else ''}" for name, kind in OWN.items()]
    twin = f"ledger.{quote(table)}"
    cursor.execute(f"CREATE TABLE {twin} ({', '.join(lines)}, CHECK (NOT isempty(revisions)), {TEMPORAL_KEY})")
    cursor.execute(f"CREATE STATISTICS ON {STATISTICS} FROM {twin}")
    # Not unique: beside a unique index the planner takes the GiST key, and reads every version of a row.
    cursor.execute(f"CREATE INDEX ON {twin} {INDEX_OF_OPEN_ROWS}")
    for trigger in triggers_at_birth(table).values():
        cursor.execute(trigger)
    cursor.execute(f"GRANT SELECT, INSERT, UPDATE (revisions) ON {twin} TO tracker_desk")
    add_form(cursor, table)


def _definition(column: Column) -> str:
    generated = f" GENERATED ALWAYS AS ({column.generated}) STORED" if column.generated else ""
    return f"{quote(column.name)} {column.kind}{generated}{' NOT NULL' if column.required else ''}"


def triggers_at_birth(table: str) -> dict[str, str]:
    """SQL of the triggers, by name, that keep a twin append-only."""
    twin = f"ledger.{quote(table)}"
    return {
        "refuse_rewriting": f"CREATE TRIGGER refuse_rewriting AFTER DELETE OR UPDATE ON {twin}"
        " FOR EACH ROW EXECUTE FUNCTION ledger.refuse_rewriting()",
        "refuse_truncating": f"CREATE TRIGGER refuse_truncating BEFORE TRUNCATE ON {twin}"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_truncating()",
    }


def guards(table: str) -> dict[tuple[str, str], str]:
    """SQL of the triggers, by schema and name, that keep away what is merged or suppressed."""
    return {
        (schema, f"refuse_what_is_{what}"): (
            f"CREATE TRIGGER refuse_what_is_{what} AFTER INSERT ON {schema}.{quote(table)}"
            f" REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_what_is_{what}()"
        )
        for schema, what in (("ledger", "gone"), ("public", "suppressed"))
    }


def guard_twin(cursor: Any, table: str) -> None:
    """What is merged or suppressed never comes back."""
    for trigger in guards(table).values():
        cursor.execute(trigger)


def unguard_twin(cursor: Any, table: str) -> None:
    for schema, trigger in guards(table):
        cursor.execute(f"DROP TRIGGER {trigger} ON {schema}.{quote(table)}")


def triggers_of_acts(table: str) -> dict[str, str]:
    """SQL of the triggers, by name, that let a twin's rows open and close in the revision being made alone."""
    return {
        f"refuse_{what}_amiss": f"CREATE TRIGGER refuse_{what}_amiss AFTER {event} ON ledger.{quote(table)}"
        f" REFERENCING NEW TABLE AS {rows} FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_{what}_amiss()"
        for what, event, rows in (("opening", "INSERT", "fresh"), ("closing", "UPDATE", "changed"))
    }


def hold_to_acts(cursor: Any, table: str) -> None:
    """The twin's rows open and close in the revision being made alone."""
    for trigger in triggers_of_acts(table).values():
        cursor.execute(trigger)


def let_go_of_acts(cursor: Any, table: str) -> None:
    for name in triggers_of_acts(table):
        cursor.execute(f"DROP TRIGGER {name} ON ledger.{quote(table)}")


def add_form(cursor: Any, table: str) -> None:
    """A new form, if the desk publishes other columns than the newest says: what digests are taken over from now on."""
    facts = facts_of(cursor, table)
    forms = forms_of(cursor, table)
    if forms and forms[-1][1] == forms[-1][2] and set(forms[-1][1]) == set(facts):
        return
    cursor.execute(
        "INSERT INTO ledger.form (table_name, form, keys, columns) VALUES (%s, %s, %s, %s)",
        [table, len(forms) + 1, facts, facts],
    )


def wanted_references(cursor: Any, table: str) -> dict[tuple[str, str], str]:
    """SQL of each temporal foreign key that the twin is to have, by column and table it refers to."""
    return {
        (column, target): f"FOREIGN KEY ({quote(column)}, PERIOD revisions)"
        f" REFERENCES ledger.{quote(target)} (id, PERIOD revisions) DEFERRABLE INITIALLY DEFERRED"
        for column, target in references_of(cursor, table)
    }


def indexes_of_reference(column: str) -> tuple[str, str]:
    """All rows for the key's own checks, open rows for reading."""
    return f"({quote(column)})", f"({quote(column)}) WHERE {OPEN}"


def follow_references(cursor: Any, table: str) -> None:
    """Gives the twin the temporal foreign keys, with their indexes, that it is to have."""
    twin = f"ledger.{quote(table)}"
    there, wanted = references_there(cursor, table), wanted_references(cursor, table)
    for reference, (name, definition) in there.items():
        if reference not in wanted or not is_same_sql(definition, wanted[reference]):
            cursor.execute(f"ALTER TABLE {twin} DROP CONSTRAINT {quote(name)}")
    for (column, target), key in wanted.items():
        if (column, target) in there and is_same_sql(there[column, target][1], key):
            continue
        if not has_twin(cursor, target):
            raise RuntimeError(
                f"{table}.{column} would be public and refers to {target}, which has no twin: mirror that table first,"
                " or make the column private with db_comment=desk_only(reason)."
            )
        cursor.execute(f"ALTER TABLE {twin} ADD {key}")
        if not any(name == column for name, _ in there):
            for index in indexes_of_reference(column):
                cursor.execute(f"CREATE INDEX ON {twin} {index}")


def mirror(cursor: Any, tables: Iterable[str]) -> None:
    """Twins for `tables`, which may refer to each other. One kept from a model that was deleted is there already."""
    tables = [table for table in tables if not has_twin(cursor, table)]
    with touched.rebuilt(cursor):
        for table in tables:
            create_twin(cursor, table)
        for table in tables:
            follow_references(cursor, table)
            follow_rules(cursor, table)
            if knows_withdrawals(cursor):
                guard_twin(cursor, table)
            if knows_acts(cursor):
                hold_to_acts(cursor, table)
            create_views(cursor, table)
            listing.keep(cursor, table)
            searching.keep(cursor, table)


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
