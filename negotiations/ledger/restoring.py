"""From the ledger back to the desk: rows become what is or was public. Called by publication/ in its transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection

from negotiations.ledger.aggregates import Ids, parts, records
from negotiations.ledger.catalogue import facts_of, standing
from negotiations.ledger.digests import quote


def restore_rows(desk: Ids, public: Ids, *, at: int | None = None) -> int:
    """Makes the desk's rows `desk`, which are records with their parts, what the rows `public` are.

    These are the ledger's open rows, or those at revision `at`. Returns how many rows of the desk that touched. A
    record is updated, so that what is private of it stays. A part that differs is deleted and entered anew under its
    id, since two parts may have exchanged what only one may have; parts have no private columns. PostgreSQL looks at
    references and rules over several rows at the end of the transaction. Cost: at most two statements a table.
    """
    row = standing(at, "l")
    with connection.cursor() as cursor:
        touched = 0
        for record in records():
            if desk.get(record):
                touched += _update(cursor, record._meta.db_table, desk[record], row)
        for part in reversed(parts()):
            if desk.get(part):
                touched += _delete(cursor, part._meta.db_table, desk[part], row)
        for part in parts():
            if public.get(part):
                touched += _insert(cursor, part._meta.db_table, public[part], row)
    return touched


def _update(cursor: Any, table: str, ids: list[UUID], row: str) -> int:
    """The desk's rows get the facts of the ledger's; `row` is the condition for these."""
    facts = [quote(fact) for fact in facts_of(cursor, table) if fact != "id"]
    theirs, ours = (", ".join(f"{side}.{fact}" for fact in facts) for side in "dl")
    cursor.execute(
        f"""UPDATE public.{quote(table)} d SET ({", ".join(facts)}) = ROW ({ours}) FROM ledger.{quote(table)} l
             WHERE d.id = ANY (%s) AND l.id = d.id AND {row} AND ROW ({theirs}) IS DISTINCT FROM ROW ({ours})""",
        [ids],
    )
    return int(cursor.rowcount)


def _delete(cursor: Any, table: str, ids: list[UUID], row: str) -> int:
    """Those of the desk's rows go that none of the ledger's equals, fact for fact."""
    theirs, ours = (", ".join(f"{side}.{quote(fact)}" for fact in facts_of(cursor, table)) for side in "dl")
    cursor.execute(
        f"""DELETE FROM public.{quote(table)} d WHERE d.id = ANY (%s) AND NOT EXISTS (
                SELECT FROM ledger.{quote(table)} l WHERE l.id = d.id AND {row}
                   AND ROW ({theirs}) IS NOT DISTINCT FROM ROW ({ours}))""",
        [ids],
    )
    return int(cursor.rowcount)


def _insert(cursor: Any, table: str, ids: list[UUID], row: str) -> int:
    """The ledger's rows that the desk lacks come back."""
    facts = ", ".join(map(quote, facts_of(cursor, table)))
    cursor.execute(
        f"""INSERT INTO public.{quote(table)} ({facts}) SELECT {facts} FROM ledger.{quote(table)} l
             WHERE l.id = ANY (%s) AND {row}
               AND NOT EXISTS (SELECT FROM public.{quote(table)} d WHERE d.id = l.id)""",
        [ids],
    )
    return int(cursor.rowcount)
