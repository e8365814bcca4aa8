"""Drift: where desk, twins, windows and rights are not what the schema editor would have made of them.

An ordinary migration leaves none; statements by hand do, and so does a restore that lost something. Each difference is
named with the SQL that mends it. It reads the catalogue and `ledger.form`, as the owner or the desk's role, and mends
nothing. Not compared: functions in plain SQL, and what else the migrations' SQL files write but triggers and views.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from negotiations.ledger import listing, mirror, searching, touched, window_views, written
from negotiations.ledger.catalogue import (
    DESK_ONLY,
    WINDOWS,
    Column,
    columns_of,
    indexes_there,
    is_same_sql,
    references_there,
    twin_columns_of,
)
from negotiations.ledger.digests import quote
from negotiations.ledger.drifted_rights import differing_rights
from negotiations.ledger.repeated_rules import rules_there, wanted_rules
from negotiations.ledger.row_events import faults_of_forms, twins

BY_OPERATIONS = "Undo it, then change columns by Django's operations only, which carry the twin along."
REBUILD = "Build both anew in a migration, with ShowWhatRevisionsTouch()."  # their SQL fills pages
DJANGOS_OWN = ("django_", "auth_", "account_", "mfa_")  # and allauth's
BESIDE = {"head", "revision", "form", "withdrawal"}


class Difference(NamedTuple):
    """`kind` is the number of the system check."""

    kind: str
    what: str
    remedy: str


def differences(cursor: Any) -> Iterator[Difference]:
    """Every difference, table by table; then those of the views over all twins, and of rights."""
    for table, has_desk, has_twin, is_private in _tables(cursor):
        if has_desk and has_twin:
            yield from _of_mirrored(cursor, table)
            if is_private:
                yield Difference("E010", f"{table} is said to be desk only, and is public", "Take away its comment.")
        elif has_desk and not is_private and not table.startswith(DJANGOS_OWN):
            model = "MirrorInLedger in its migration, or db_table_comment=desk_only(reason)"
            yield Difference("E010", f"{table} has no twin, and nothing says that it is desk only", f"Write {model}.")
    twin_tables = twins(cursor)
    for table, what in faults_of_forms(cursor, twin_tables):
        yield Difference("E010", f"forms of {table}: {what}", BY_OPERATIONS)
    yield from _of_triggers(cursor)
    yield from _of_functions(cursor)
    yield from _of_views(cursor)
    yield from _of_named_indexes(cursor)
    there = [twin.table for twin in twin_tables if twin.is_there]
    for what, remedy in differing_rights(cursor, there, list(_wanted_views(cursor))):
        yield Difference("E014", what, f"As the owner: {remedy}")


def _tables(cursor: Any) -> list[tuple[str, bool, bool, bool]]:
    """(name, whether the desk has it, whether it has a twin, whether its comment says that it is private)."""
    cursor.execute(
        """SELECT c.relname, bool_or(n.nspname = 'public'), bool_or(n.nspname = 'ledger'),
                  bool_or(coalesce(obj_description(c.oid), '') LIKE %s)
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND (n.nspname = 'public' OR n.nspname = 'ledger' AND c.relname <> ALL (%s))
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
            GROUP BY 1 ORDER BY 1""",
        [DESK_ONLY + "%", list(BESIDE)],
    )
    return list(cursor.fetchall())


def mirrored(cursor: Any) -> list[str]:
    """The tables that desk and ledger have."""
    return [table for table, has_desk, has_twin, _ in _tables(cursor) if has_desk and has_twin]


def _of_mirrored(cursor: Any, table: str) -> Iterator[Difference]:
    yield from _of_columns(cursor, table)
    twin = f"ledger.{quote(table)}"
    there = rules_there(cursor, table)
    wanted = wanted_rules(cursor, table)
    keys = dict(references_there(cursor, table).values())
    yield from _of_constraints(twin, there, wanted)
    yield from _of_keys(twin, keys, list(mirror.wanted_references(cursor, table).values()))
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'p'",
        [twin],
    )
    yield from _of_keys(twin, dict(cursor.fetchall()), [mirror.TEMPORAL_KEY])
    yield from _of_indexes(cursor, table)


def _of_columns(cursor: Any, table: str) -> Iterator[Difference]:
    desk = {column.name: column for column in columns_of(cursor, table) if not column.private}
    twin = {column.name: column for column in twin_columns_of(cursor, table) if "~" not in column.name}
    own = {name: Column(name, kind, name != "salt", None, False) for name, kind in mirror.OWN.items()}
    for name in sorted({*desk, *own} | twin.keys()):
        wanted, there = desk.get(name) or own.get(name), twin.get(name)
        if there is None or wanted is None:
            what = "is missing in the twin" if wanted else "is in the twin, and not public on the desk"
        elif there.kind != wanted.kind:
            what = f"is {there.kind} in the twin and {wanted.kind} on the desk"
        elif there.required > wanted.required or (name in own and there.required < wanted.required):
            what = f"is{'' if there.required else ' not'} required in the twin, and else on the desk"
        elif not is_same_sql(there.generated or "", wanted.generated or ""):
            what = f"is computed as {there.generated} in the twin and as {wanted.generated} on the desk"
        else:
            continue
        yield Difference("E010", f"column {name} of {table} {what}", BY_OPERATIONS)


def _of_constraints(twin: str, there: dict[str, str], wanted: dict[str, str]) -> Iterator[Difference]:
    """Rules, by name."""
    for name in sorted(there.keys() | wanted.keys()):
        if name in there and name in wanted and is_same_sql(there[name], wanted[name]):
            continue
        what = "is missing" if name not in there else "is not the desk's" if name not in wanted else "is another"
        drop = f"ALTER TABLE {twin} DROP CONSTRAINT {quote(name)}; " if name in there else ""
        add = f"ALTER TABLE {twin} ADD CONSTRAINT {quote(name)} {wanted[name]};" if name in wanted else ""
        yield Difference("E011", f"rule {name} on {twin} {what}", f"As the owner: {drop}{add}".rstrip())


def _of_keys(twin: str, there: dict[str, str], wanted: list[str]) -> Iterator[Difference]:
    """Temporal keys, whose names do not matter."""
    for key in wanted:
        if not any(is_same_sql(key, definition) for definition in there.values()):
            yield Difference("E011", f"{twin} lacks {key}", f"As the owner: ALTER TABLE {twin} ADD {key};")
    for name, definition in there.items():
        if not any(is_same_sql(key, definition) for key in wanted):
            drop = f"ALTER TABLE {twin} DROP CONSTRAINT {quote(name)};"
            yield Difference("E011", f"{twin} has {definition}, which is not the desk's", f"As the owner: {drop}")


def _of_indexes(cursor: Any, table: str) -> Iterator[Difference]:
    twin = f"ledger.{quote(table)}"
    there = list(indexes_there(cursor, table).values())
    wanted = [mirror.INDEX_OF_OPEN_ROWS]
    for column, _ in mirror.wanted_references(cursor, table):
        wanted += mirror.indexes_of_reference(column)
    for index in wanted:
        if not any(is_same_sql(index, other) for other in there):
            yield Difference("E015", f"{twin} has no index {index}", f"As the owner: CREATE INDEX ON {twin} {index};")
    cursor.execute("SELECT EXISTS (SELECT FROM pg_statistic_ext WHERE stxrelid = %s::regclass)", [twin])
    if not cursor.fetchone()[0]:
        mend = f"CREATE STATISTICS ON {mirror.STATISTICS} FROM {twin};"
        yield Difference("E015", f"{twin} has no statistics of its open rows", f"As the owner: {mend}")


def _of_triggers(cursor: Any) -> Iterator[Difference]:
    """Those of the ledger and the desk's guards: there, as they were made, and at work."""
    cursor.execute(
        """SELECT n.nspname, c.relname, t.tgname, t.tgenabled = 'O', t.tgisinternal, pg_get_triggerdef(t.oid)
             FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('ledger', 'public') ORDER BY 1, 2, 3"""
    )
    there = {}
    for schema, table, name, is_at_work, is_internal, definition in cursor.fetchall():
        there[schema, table, name] = definition
        if not is_at_work:
            what = "a foreign key's trigger" if is_internal else f"trigger {name}"
            mend = f"ALTER TABLE {schema}.{quote(table)} ENABLE TRIGGER {'ALL' if is_internal else quote(name)};"
            yield Difference("E012", f"{what} on {schema}.{table} is switched off", f"As the owner: {mend}")
    for (schema, table, name), trigger in _wanted_triggers(cursor).items():
        definition = there.get((schema, table, name))
        if definition is None or not is_same_sql(definition, trigger):
            what = "is missing" if definition is None else "is another"
            drop = f"DROP TRIGGER {name} ON {schema}.{quote(table)}; " if definition else ""
            yield Difference("E012", f"trigger {name} on {schema}.{table} {what}", f"As the owner: {drop}{trigger};")


def _wanted_triggers(cursor: Any) -> dict[tuple[str, str, str], str]:
    wanted = dict(written.triggers())
    for twin in twins(cursor):
        if not twin.is_there:
            continue
        triggers = mirror.triggers_at_birth(twin.table) | mirror.triggers_of_acts(twin.table)
        for name, trigger in triggers.items():
            wanted["ledger", twin.table, name] = trigger
        wanted["ledger", twin.table, "refuse_what_is_gone"] = mirror.guards(twin.table)["ledger", "refuse_what_is_gone"]
    for table in mirrored(cursor):
        guard = mirror.guards(table)["public", "refuse_what_is_suppressed"]
        wanted["public", table, "refuse_what_is_suppressed"] = guard
    return wanted


def _of_functions(cursor: Any) -> Iterator[Difference]:
    """Those in PL/pgSQL, which is what triggers call: there, and worded as the SQL files have them."""
    cursor.execute(
        "SELECT proname, prosrc, prosecdef, proconfig FROM pg_proc WHERE pronamespace = 'ledger'::regnamespace"
    )
    there = {
        name: written.Function(body, is_definer, tuple(settings or ()))
        for name, body, is_definer, settings in cursor.fetchall()
    }
    for name, wordings in sorted(written.functions().items()):
        if there.get(name) not in wordings:
            what = "is another" if name in there else "is missing"
            mend = "As the owner: CREATE OR REPLACE it as negotiations/ledger/sql/ has it."
            yield Difference("E012", f"function ledger.{name} {what}", mend)


def _of_views(cursor: Any) -> Iterator[Difference]:
    cursor.execute(
        """SELECT n.nspname, c.relname, pg_get_viewdef(c.oid)
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'v' AND n.nspname = ANY (%s) ORDER BY 1, 2""",
        [list(WINDOWS)],
    )
    there = {(window, name): definition for window, name, definition in cursor.fetchall()}
    wanted = _wanted_views(cursor)
    for window, name in sorted(there.keys() | wanted.keys()):
        view = f"{window}.{quote(name)}"
        definition, right = there.get((window, name)), wanted.get((window, name))
        if right is None:
            yield Difference("E013", f"{view} belongs to no twin", f"As the owner: DROP VIEW {view};")
        elif definition is None or not is_same_sql(definition, right):
            what = "is missing" if definition is None else "shows something else than it should"
            drop = f"DROP VIEW {view}; " if definition else ""
            mend = f"{drop}CREATE VIEW {view} AS {right}; GRANT SELECT ON {view} TO tracker_public, tracker_desk;"
            remedy = REBUILD if name == "touched" else f"As the owner: {mend}"
            yield Difference("E013", f"{view} {what}", remedy)


def _wanted_views(cursor: Any) -> dict[tuple[str, str], str]:
    """SQL of what each view of the windows is to show, by window and name."""
    wanted = dict(written.views())
    tables = touched.mirrored_tables(cursor)
    for window in WINDOWS:
        wanted |= {(window, table): window_views.definition(cursor, table, window) for table in mirrored(cursor)}
        wanted[window, window_views.ADDRESSES] = window_views.definition_of_addresses(cursor, window)
        wanted[window, "touched"] = touched.definition(tables, window)
    return wanted


def _of_named_indexes(cursor: Any) -> Iterator[Difference]:
    """Those that `touched` and lists are read by, and texts searched."""
    for table, owners in touched.mirrored_tables(cursor).items():
        wanted = touched.wanted_indexes(table, list(owners)) | listing.wanted_indexes(cursor, table)
        wanted |= searching.wanted_indexes(cursor, table)
        indexes = indexes_there(cursor, table)
        for name, index in wanted.items():
            if name not in indexes or not is_same_sql(indexes[name], index):
                mend = f"DROP INDEX IF EXISTS ledger.{quote(name)}; {listing.making(name, table, index)};"
                yield Difference("E015", f"index {name} is missing or another", f"As the owner: {mend}")
