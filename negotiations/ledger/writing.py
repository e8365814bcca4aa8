"""Writing a revision: lock the head, close rows, open rows, seal. Called by publication.py inside its transaction.

Cost: a few statements for each table touched, whatever the number of rows. Isolation must be READ COMMITTED, since a
snapshot taken before the lock would not see what the writer before us published.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from negotiations.ledger.aggregates import Ids, tables
from negotiations.ledger.digests import CANONICAL_SETTINGS, digest_of, quote
from negotiations.ledger.mirror import OPEN, facts_of

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
            if not desk.get(model):
                continue
            table = model._meta.db_table
            facts = facts_of(cursor, table)
            columns = ", ".join(quote(column) for column in facts)
            values = ", ".join(f"d.{quote(column)}" for column in facts)
            cursor.execute(
                f"""INSERT INTO ledger.{quote(table)} ({columns}, revisions, form, salt, digest)
                    SELECT {values}, int8range(%s, NULL), f.form, s.salt,
                           {digest_of("d", table, "f.form", "s.salt", facts, facts)}
                      FROM public.{quote(table)} d
                     CROSS JOIN (SELECT max(form) AS form FROM ledger.form WHERE table_name = %s) f
                     CROSS JOIN LATERAL (SELECT uuid_send(gen_random_uuid()) AS salt WHERE d.id IS NOT NULL) s
                     WHERE d.id = ANY (%s)
                       AND NOT EXISTS (SELECT FROM ledger.{quote(table)} l
                                        WHERE l.id = d.id AND {OPEN.replace("revisions", "l.revisions")})""",
                [number, table, desk[model]],
            )
            opened += cursor.rowcount
    return opened


def seal(head: Head, *, desk: Ids, ledger: Ids, kind: str, note: str, by: int) -> int:
    """Writes the revision after `head` over what was opened and closed, moves the head there, returns its number.

    The hash covers the previous hash, the revision's public metadata, and every row opened (+) or closed (-) with its
    digest, ordered by table, id and sign. Moments are milliseconds and never run backwards.
    """
    number = head.number + 1
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT greatest(date_trunc('milliseconds', clock_timestamp()), at + interval '1 millisecond')
                 FROM ledger.head"""
        )
        at: datetime.datetime = cursor.fetchone()[0]
        events, values = _events(number, desk, ledger)
        cursor.execute(
            f"""SELECT sha256(%s || convert_to(jsonb_build_array(%s::bigint, {MOMENT % "%s::timestamptz"}, %s::text,
                                                                 %s::text)::text, 'UTF8')
                       || coalesce(string_agg(convert_to(jsonb_build_array(name, id, sign)::text, 'UTF8') || digest, ''
                                              ORDER BY name COLLATE "C", id, sign COLLATE "C"), ''))
                  FROM ({events}) AS event (name, id, sign, digest)""",
            [head.hash, number, at, kind, note, *values],
        )
        sealed = cursor.fetchone()[0]
        cursor.execute(
            """INSERT INTO ledger.revision (number, at, kind, note, previous, hash, by_id)
               VALUES (%s, %s, %s, %s, %s, %s, %s)""",
            [number, at, kind, note, head.hash, sealed, by],
        )
        cursor.execute("UPDATE ledger.head SET number = %s, at = %s, hash = %s", [number, at, sealed])
    return number


def _events(number: int, desk: Ids, ledger: Ids) -> tuple[str, list[Any]]:
    """SQL (and its values) of the rows that revision `number` opened or closed."""
    branches: list[str] = []
    values: list[Any] = []
    for model in tables():
        ids: list[UUID] = [*desk.get(model, []), *ledger.get(model, [])]
        if ids:
            table = model._meta.db_table
            for sign, bound in (("+", "lower"), ("-", "upper")):
                branches.append(
                    f"SELECT %s::text, id, %s::text, digest FROM ledger.{quote(table)}"
                    f" WHERE id = ANY (%s) AND {bound}(revisions) = %s"
                )
                values += [table, sign, ids, number]
    return " UNION ALL ".join(branches), values


def check_constraints_now() -> None:
    """Lets PostgreSQL check what it deferred, so that a violation belongs to this act and not to the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
