"""Writing a revision: lock the head, close rows, open rows, seal. Called by publication/ inside its transaction.

Cost: a few statements for each table touched, whatever the number of rows. Isolation must be READ COMMITTED, since a
snapshot taken before the lock would not see what the writer before us published.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from negotiations.ledger.aggregates import Ids, Model, tables
from negotiations.ledger.catalogue import OPEN, facts_of
from negotiations.ledger.digests import CANONICAL_SETTINGS, digest_of, forms_of, quote, withheld_digest_of
from negotiations.models.records import Record

MOMENT = "to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"


@dataclass(frozen=True)
class Head:
    """The newest revision, whose row is locked until the transaction ends."""

    number: int
    hash: bytes


def lock_head() -> Head:
    """Waits for every other editorial act, then returns the newest revision."""
    with connection.cursor() as cursor:
        cursor.execute(CANONICAL_SETTINGS)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # whatever the transaction has set before
        cursor.execute("SELECT number, hash FROM ledger.head FOR NO KEY UPDATE")
        number, previous = cursor.fetchone()
    return Head(number, bytes(previous))


def close_rows(number: int, desk: Ids, ledger: Ids) -> int:
    """Ends at `number` the open rows among `ledger` that are gone from `desk` or differ; returns how many."""
    closed = 0
    with connection.cursor() as cursor:
        for model in reversed(tables()):
            if not ledger.get(model):
                continue
            table = model._meta.db_table
            facts = facts_of(cursor, table)
            theirs = ", ".join(f"d.{quote(column)}" for column in facts)
            ours = ", ".join(f"l.{quote(column)}" for column in facts)
            cursor.execute(
                f"""UPDATE ledger.{quote(table)} l SET revisions = int8range(lower(l.revisions), %s)
                     WHERE l.id = ANY (%s) AND {OPEN.replace("revisions", "l.revisions")}
                       AND NOT EXISTS (SELECT FROM public.{quote(table)} d WHERE d.id = l.id AND d.id = ANY (%s)
                                          AND ROW ({theirs}) IS NOT DISTINCT FROM ROW ({ours}))""",
                [number, ledger[model], desk.get(model, [])],
            )
            closed += cursor.rowcount
    return closed


def open_rows(number: int, desk: Ids) -> int:
    """Copies from the desk, as public from `number` on, the rows among `desk` that are not open; returns how many."""
    opened = 0
    with connection.cursor() as cursor:
        for model in tables():
            if desk.get(model):
                table = model._meta.db_table
                source = f"""(SELECT * FROM public.{quote(table)} p WHERE p.id = ANY (%s)
                                 AND NOT EXISTS (SELECT FROM ledger.{quote(table)} l
                                                  WHERE l.id = p.id AND {OPEN.replace("revisions", "l.revisions")}))"""
                opened += _insert(cursor, number, table, source, [desk[model]])
    return opened


def replace_reference(
    number: int, model: Model, columns: list[str], old: UUID, new: UUID, but: list[UUID]
) -> list[UUID]:
    """Ends each open row of `model` that names `old` in one of `columns`, and opens it again naming `new`.

    Rows among `but` are left alone. What the desk holds is not looked at. Returns the ids of the rows.
    """
    table = model._meta.db_table
    naming = " OR ".join(f"{quote(column)} = %(old)s" for column in columns)
    values: dict[str, Any] = {"old": old, "new": new, "number": number, "but": but}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE ledger.{quote(table)} SET revisions = int8range(lower(revisions), %(number)s)
                 WHERE {OPEN} AND ({naming}) AND id <> ALL (%(but)s) RETURNING id""",
            values,
        )
        ids = [row[0] for row in cursor.fetchall()]
        if ids:
            chosen = ", ".join(
                f"CASE WHEN {quote(fact)} = %s THEN %s ELSE {quote(fact)} END AS {quote(fact)}"
                if fact in columns
                else quote(fact)
                for fact in facts_of(cursor, table)
            )
            source = f"(SELECT {chosen} FROM ledger.{quote(table)} WHERE id = ANY (%s) AND upper(revisions) = %s)"
            _insert(cursor, number, table, source, [*(old, new) * len(columns), ids, number])
    return ids


def _insert(cursor: Any, number: int, table: str, source: str, values: list[Any]) -> int:
    """Opens at `number` the rows of the subquery `source`, each with a new salt; returns how many."""
    facts = facts_of(cursor, table)
    cursor.execute(
        f"""INSERT INTO ledger.{quote(table)} ({", ".join(map(quote, facts))}, revisions, form, salt, digest)
            SELECT {", ".join(f"d.{quote(fact)}" for fact in facts)}, int8range(%s, NULL), f.form, s.salt,
                   {digest_of("d", table, "f.form", "s.salt", facts, facts)}
              FROM {source} d
             CROSS JOIN (SELECT max(form) AS form FROM ledger.form WHERE table_name = %s) f
             CROSS JOIN LATERAL (SELECT uuid_send(gen_random_uuid()) AS salt WHERE d.id IS NOT NULL) s""",
        [number, *values, table],
    )
    count: int = cursor.rowcount
    return count


def withdraw(number: int, roots: Mapping[type[Record], Iterable[UUID]], act: str, successor: UUID | None) -> None:
    """Puts on record that revision `number` withdraws `roots`: `act` is a retraction or a merge."""
    rows = [(number, model._meta.db_table, id, act, successor) for model, ids in roots.items() for id in ids]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO ledger.withdrawal VALUES (%s, %s, %s, %s, %s)", rows)


def suppress(rows: Ids) -> int:
    """Withholds every past version of `rows` in the revision being made; returns how many versions that were."""
    withheld = 0
    with connection.cursor() as cursor:
        for model, ids in rows.items():
            if ids:
                cursor.execute("SELECT ledger.suppress(%s, %s)", [model._meta.db_table, ids])
                withheld += cursor.fetchone()[0]
    return withheld


def seal(head: Head, *, desk: Ids, ledger: Ids, kind: str, note: str, by: int, suppressed: Ids | None = None) -> int:
    """Writes the revision after `head` over what was opened, closed and withdrawn, and moves the head; its number.

    The hash covers the previous hash, the revision's public metadata, and these events, ordered by table, id and sign:
    every row opened (+) or closed (-) with its digest; every row withheld (x and the revision it dates from) with its
    digest and that of what is left of it; every withdrawal (!) with its act and successor. Moments are milliseconds
    and never run backwards; a suppression begins a new epoch.
    """
    number = head.number + 1
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT greatest(date_trunc('milliseconds', clock_timestamp()), at + interval '1 millisecond')
                 FROM ledger.head"""
        )
        at: datetime.datetime = cursor.fetchone()[0]
        events, values = _events(cursor, number, desk, ledger, suppressed or {})
        cursor.execute(
            f"""SELECT sha256(%s || convert_to(jsonb_build_array(%s::bigint, {MOMENT % "%s::timestamptz"}, %s::text,
                                                                 %s::text)::text, 'UTF8')
                       || coalesce(string_agg(convert_to(jsonb_build_array(name, id, sign)::text, 'UTF8') || said, ''
                                              ORDER BY name COLLATE "C", id, sign COLLATE "C"), ''))
                  FROM ({events}) AS event (name, id, sign, said)""",
            [head.hash, number, at, kind, note, *values],
        )
        sealed = cursor.fetchone()[0]
        cursor.execute(
            """INSERT INTO ledger.revision (number, at, kind, note, previous, hash, by_id)
               VALUES (%s, %s, %s, %s, %s, %s, %s)""",
            [number, at, kind, note, head.hash, sealed, by],
        )
        cursor.execute(
            "UPDATE ledger.head SET number = %s, at = %s, hash = %s, epoch = epoch + %s",
            [number, at, sealed, int(bool(suppressed))],
        )
    return number


WITHDRAWN = """SELECT table_name, id, '!', convert_to(jsonb_build_array(act, successor)::text, 'UTF8')
                 FROM ledger.withdrawal WHERE number = %s"""


def _events(cursor: Any, number: int, desk: Ids, ledger: Ids, suppressed: Ids) -> tuple[str, list[Any]]:
    """SQL (and its values) of what revision `number` opened, closed, withheld and withdrew."""
    branches = [WITHDRAWN]
    values: list[Any] = [number]
    for model in tables():
        ids: list[UUID] = [*desk.get(model, []), *ledger.get(model, [])]
        table = model._meta.db_table
        if ids:
            for sign, bound in (("+", "lower"), ("-", "upper")):
                branches.append(
                    f"SELECT %s::text, id, %s::text, digest FROM ledger.{quote(table)}"
                    f" WHERE id = ANY (%s) AND {bound}(revisions) = %s"
                )
                values += [table, sign, ids, number]
        for form, keys, columns in forms_of(cursor, table) if suppressed.get(model) else []:
            left = withheld_digest_of("l", table, keys, columns)
            branches.append(
                f"SELECT %s::text, id, 'x' || lower(revisions), digest || {left}"
                f" FROM ledger.{quote(table)} l WHERE id = ANY (%s) AND form = %s"
            )
            values += [table, suppressed[model], form]
    return " UNION ALL ".join(branches), values


def check_constraints_now() -> None:
    """Lets PostgreSQL check what it deferred, so that a violation belongs to this act and not to the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
