"""Twins: each public desk table mirrored in schema `ledger`, with temporal keys, indexes, triggers, views and grants.

`MirrorInLedger("Talk")` in a migration gives a table its twin. From then on the schema editor of the database backend
(tracker.postgresql) calls `add_column`, `retire_column`, `rename_column` and `alter_column` here, so that an ordinary
migration changes both. All of it reads PostgreSQL's catalogue, never the models: a column whose comment begins with
"desk only" has no twin and shows null in the window. Names of tables and columns come from the catalogue or from
models, never from a request; they are quoted by `format` with %I or by `quote`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.migrations.operations.base import Operation

from negotiations.ledger import touched
from negotiations.ledger.digests import broken_rows, left_of_withheld, literal, quote

DESK_ONLY = "desk only"
OPEN = "upper_inf(revisions) IS TRUE"  # spelled so everywhere: only so do the extended statistics apply
OWN_COLUMNS = ("revisions", "form", "salt", "digest")
SLUG_RULE = "_slug_belongs_to_its_record"
WINDOWS = ("window_now", "window_then")
ADDRESSES = "negotiations_address"  # the table name of the model Address


@dataclass(frozen=True)
class Column:
    """A column of a desk table, as the catalogue has it."""

    name: str
    kind: str  # the type, as PostgreSQL writes it
    required: bool
    generated: str | None  # the expression it is computed by
    private: bool


def has_twin(cursor: Any, table: str) -> bool:
    cursor.execute("SELECT to_regclass(format('ledger.%%I', %s::text)) IS NOT NULL", [table])
    return bool(cursor.fetchone()[0])


def columns_of(cursor: Any, table: str) -> list[Column]:
    """The desk's columns in their order."""
    cursor.execute(
        """SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                  CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
                  coalesce(col_description(a.attrelid, a.attnum) LIKE %s, false)
             FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = format('public.%%I', %s::text)::regclass AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum""",
        [DESK_ONLY + "%", table],
    )
    return [Column(*row) for row in cursor.fetchall()]


def facts_of(cursor: Any, table: str) -> list[str]:
    """The columns that are compared, published and hashed: neither private nor computed."""
    return [column.name for column in columns_of(cursor, table) if not column.private and not column.generated]


def references_of(cursor: Any, table: str) -> list[tuple[str, str]]:
    """(column, table it refers to) for each foreign key of a public column."""
    cursor.execute(
        """SELECT a.attname, target.relname
             FROM pg_constraint c
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
             JOIN pg_class target ON target.oid = c.confrelid
            WHERE c.contype = 'f' AND c.conrelid = format('public.%%I', %s::text)::regclass
              AND coalesce(col_description(a.attrelid, a.attnum) NOT LIKE %s, true)
            ORDER BY a.attnum""",
        [table, DESK_ONLY + "%"],
    )
    return [(column, target) for column, target in cursor.fetchall()]


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


def add_rules(cursor: Any, table: str) -> None:
    """Each unique and exclusion rule of the desk once more, for what is public at the same time; and that of slugs."""
    cursor.execute(
        """SELECT i.relname, pg_get_constraintdef(x.oid),
                  (SELECT array_agg(a.attname::text ORDER BY k.place)
                     FROM unnest(u.indkey::smallint[]) WITH ORDINALITY AS k (number, place)
                     JOIN pg_attribute a ON a.attrelid = u.indrelid AND a.attnum = k.number),
                  pg_get_expr(u.indpred, u.indrelid)
             FROM pg_index u JOIN pg_class i ON i.oid = u.indexrelid
             LEFT JOIN pg_constraint x ON x.conindid = u.indexrelid AND x.contype = 'x'
            WHERE u.indrelid = format('public.%%I', %s::text)::regclass
              AND (u.indisunique OR u.indisexclusion) AND NOT u.indisprimary
            ORDER BY i.relname""",
        [table],
    )
    for name, exclusion, columns, predicate in cursor.fetchall():
        if exclusion:  # EXCLUDE USING gist (a WITH =, b WITH &&) WHERE (…)
            rule = re.sub(r"^(EXCLUDE USING gist \()", r"\1revisions WITH &&, ", exclusion)
        else:
            same = ", ".join(f"{quote(column)} WITH =" for column in columns)
            rule = f"EXCLUDE USING gist ({same}, revisions WITH &&)" + (f" WHERE ({predicate})" if predicate else "")
        cursor.execute(f"ALTER TABLE ledger.{quote(table)} ADD CONSTRAINT {quote(name)} {_unless_withheld(rule)}")
    if _is_in_twin(cursor, table, "slug"):  # once public it belongs to its record for ever
        cursor.execute(
            f"ALTER TABLE ledger.{quote(table)} ADD CONSTRAINT {quote(table + SLUG_RULE)}"
            " EXCLUDE USING gist (slug WITH =, id WITH <>)"
        )


def _unless_withheld(rule: str) -> str:
    """The exclusion rule without the rows whose texts a suppression has made equal: those have no salt."""
    what, where, predicate = rule.partition(" WHERE ")
    return f"{what} WHERE ({predicate} AND salt IS NOT NULL)" if where else f"{what} WHERE (salt IS NOT NULL)"


def knows_withdrawals(cursor: Any) -> bool:
    """Whether the ledger has them yet: a migration before the one that brings them makes twins without."""
    cursor.execute("SELECT to_regclass('ledger.withdrawal') IS NOT NULL")
    return bool(cursor.fetchone()[0])


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


def rebuild_rules(cursor: Any, table: str) -> None:
    """The repeated unique and exclusion rules as they are written today."""
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'x'", [f"ledger.{quote(table)}"]
    )
    for (rule,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE ledger.{quote(table)} DROP CONSTRAINT {quote(rule)}")
    add_rules(cursor, table)


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


def _is_in_twin(cursor: Any, table: str, name: str, kind: str | None = None) -> bool:
    """Whether the twin has the column, and of that type if one is named."""
    cursor.execute(
        """SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s AND NOT attisdropped
                             AND format_type(atttypid, atttypmod) = coalesce(%s, format_type(atttypid, atttypmod)))""",
        [f"ledger.{quote(table)}", name, kind],
    )
    return bool(cursor.fetchone()[0])


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
    mirrored = _is_in_twin(cursor, table, name)
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
        if not _is_in_twin(cursor, table, name, column.kind):  # nor could PostgreSQL write a temporal key anew
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
