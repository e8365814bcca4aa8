"""From the ledger back to the desk: rows become again what is public. Called by publication/ inside its transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection

from negotiations.ledger.aggregates import Ids, parts, records
from negotiations.ledger.catalogue import OPEN, facts_of, references_of
from negotiations.ledger.digests import quote

OPEN_ROW = OPEN.replace("revisions", "l.revisions")


def restore_rows(desk: Ids, public: Ids) -> None:
    """Makes the desk's rows `desk`, which are records with their parts, what the open rows `public` are.

    A record is updated, so that what is private of it stays. A part that differs is deleted and entered anew under its
    id, since two parts may have exchanged what only one may have; parts have no private columns. PostgreSQL looks at
    references and rules over several rows at the end of the transaction. Cost: at most two statements a table.
    """
    with connection.cursor() as cursor:
        for record in records():
            if desk.get(record):
                _update(cursor, record._meta.db_table, desk[record])
        for part in reversed(parts()):
            if desk.get(part):
                _delete(cursor, part._meta.db_table, desk[part])
        for part in parts():
            if public.get(part):
                _insert(cursor, part._meta.db_table, public[part])


def _update(cursor: Any, table: str, ids: list[UUID]) -> None:
    """The desk's rows get the facts of the open ones."""
    settings = ", ".join(f"{quote(fact)} = l.{quote(fact)}" for fact in facts_of(cursor, table) if fact != "id")
    cursor.execute(
        f"""UPDATE public.{quote(table)} d SET {settings} FROM ledger.{quote(table)} l
             WHERE d.id = ANY (%s) AND l.id = d.id AND {OPEN_ROW}""",
        [ids],
    )


def _delete(cursor: Any, table: str, ids: list[UUID]) -> None:
    """Those of the desk's rows go that no open row equals, fact for fact."""
    theirs, ours = (", ".join(f"{row}.{quote(fact)}" for fact in facts_of(cursor, table)) for row in "dl")
    cursor.execute(
        f"""DELETE FROM public.{quote(table)} d WHERE d.id = ANY (%s) AND NOT EXISTS (
                SELECT FROM ledger.{quote(table)} l WHERE l.id = d.id AND {OPEN_ROW}
                   AND ROW ({theirs}) IS NOT DISTINCT FROM ROW ({ours}))""",
        [ids],
    )


def _insert(cursor: Any, table: str, ids: list[UUID]) -> None:
    """The open rows that the desk lacks come back."""
    facts = ", ".join(map(quote, facts_of(cursor, table)))
    cursor.execute(
        f"""INSERT INTO public.{quote(table)} ({facts}) SELECT {facts} FROM ledger.{quote(table)} l
             WHERE l.id = ANY (%s) AND {OPEN_ROW}
               AND NOT EXISTS (SELECT FROM public.{quote(table)} d WHERE d.id = l.id)""",
        [ids],
    )


def missing_on_desk(public: Ids) -> list[tuple[str, UUID]]:
    """The rows, as (table, id), that the desk's rows `public` refer to and the desk does not hold."""
    found: list[tuple[str, UUID]] = []
    with connection.cursor() as cursor:
        for model, ids in public.items():
            for column, target in references_of(cursor, model._meta.db_table) if ids else ():
                cursor.execute(
                    f"""SELECT DISTINCT d.{quote(column)} FROM public.{quote(model._meta.db_table)} d
                         WHERE d.id = ANY (%s) AND d.{quote(column)} IS NOT NULL
                           AND NOT EXISTS (SELECT FROM public.{quote(target)} t WHERE t.id = d.{quote(column)})""",
                    [ids],
                )
                found += [(target, row[0]) for row in cursor.fetchall()]
    return found
