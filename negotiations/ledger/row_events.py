"""What each revision did, by what the twins say now: rows opened, closed and withheld, records withdrawn.

Read for verifying alone. Sealing (writing.py) asks the same of the few rows that it has just touched; that both agree
is what a verification shows. Along with each event comes what is wrong with its row, if anything is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from negotiations.ledger.catalogue import OWN_COLUMNS, facts_of
from negotiations.ledger.digests import digest_of, forms_of, literal, quote


@dataclass(frozen=True)
class Form:
    number: int
    keys: list[str]
    columns: list[str]


@dataclass(frozen=True)
class Twin:
    """A twin with its columns, as the catalogue has them (none when there is no such table), and its forms."""

    table: str
    columns: frozenset[str]
    forms: list[Form]

    @property
    def is_there(self) -> bool:
        return self.columns >= {"id", *OWN_COLUMNS}

    def is_sound(self, form: Form) -> bool:
        """Whether digests can be taken over `form` at all, and in one way only."""
        return (
            len(form.keys) == len(form.columns) > 0
            and len(set(form.keys)) == len(form.keys)
            and set(form.columns) <= self.columns - set(OWN_COLUMNS)
        )


def twins(cursor: Any) -> list[Twin]:
    """Every twin that the catalogue or ledger.form knows, by name."""
    cursor.execute(
        """SELECT coalesce(t.name, f.name), coalesce(t.columns, '{}')
             FROM (SELECT c.relname::text AS name, array_agg(a.attname::text) AS columns
                     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                    WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind IN ('r', 'p')
                      AND c.relname NOT IN ('head', 'revision', 'form', 'withdrawal') GROUP BY 1) t
             FULL JOIN (SELECT DISTINCT table_name AS name FROM ledger.form) f ON f.name = t.name ORDER BY 1"""
    )
    return [
        Twin(table, frozenset(columns), [Form(*form) for form in forms_of(cursor, table)])
        for table, columns in cursor.fetchall()
    ]


def faults_of_forms(cursor: Any, found: Iterable[Twin]) -> Iterator[tuple[str, str]]:
    """(table, what is wrong) of forms that no digest can be taken over, and of forms that are missing."""
    for twin in found:
        if not twin.is_there:
            yield twin.table, "it has forms in ledger.form, and there is no twin of that name"
            continue
        if [form.number for form in twin.forms] != list(range(1, len(twin.forms) + 1)) or not twin.forms:
            yield twin.table, "its forms in ledger.form are not numbered from 1 on without a gap"
        for form in twin.forms:
            if not twin.is_sound(form):
                yield twin.table, f"its form {form.number} has doubled keys, or columns that the twin has not"
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"public.{quote(twin.table)}"])
        if cursor.fetchone()[0] and twin.forms:
            newest = twin.forms[-1]
            if newest.keys != newest.columns or set(newest.keys) != set(facts_of(cursor, twin.table)):
                yield twin.table, f"its newest form, {newest.number}, is not the set of columns that the desk publishes"


def row_events(found: Iterable[Twin]) -> str:
    """SQL of (number, table, id, sign, what the hash covers, fault) of every event, in the order of the hash.

    The fault of a row comes with its opening, that of a withdrawal with itself. Needs CANONICAL_SETTINGS.
    """
    there = [twin for twin in found if twin.is_there]
    branches = [_of_rows(twin) for twin in there] + [_of_withdrawals(twin) for twin in there]
    known = ", ".join(literal(twin.table) for twin in there) or "NULL"
    branches.append(
        f"SELECT number, table_name, id, '!', {SAID}, 'is withdrawn from a table that has no twin'"
        f" FROM ledger.withdrawal w WHERE coalesce(table_name NOT IN ({known}), true)"
    )
    return f"""SELECT number, name, id, sign,
                      convert_to(jsonb_build_array(name, id, sign)::text, 'UTF8') || coalesce(said, ''::bytea), fault
                 FROM ({" UNION ALL ".join(branches)}) AS event (number, name, id, sign, said, fault)
                ORDER BY number, name COLLATE "C", id, sign COLLATE "C\""""


SAID = "convert_to(jsonb_build_array(w.act, w.successor)::text, 'UTF8')"

# One fault a row is enough; the first that holds. A row of an unsound form has no digest that could be taken anew.
FAULT_OF_ROW = """CASE WHEN r.anew IS NULL THEN 'its form ' || r.form || ' is not in ledger.form, or is unsound'
     WHEN r.overlaps THEN 'is public twice at one revision'
     WHEN r.is_bare AND r.suppressed IS NULL THEN 'has no salt, and no revision has suppressed it'
     WHEN NOT r.is_bare AND r.suppressed IS NOT NULL THEN 'was suppressed, and has its salt all the same'
     WHEN NOT r.is_bare AND r.anew <> r.digest THEN 'is not what its digest says' END"""


def _of_rows(twin: Twin) -> str:
    """A row without salt is covered by the revision that suppressed it: its digest, and that of what is left of it."""
    # Without salt this is the digest of what is left (digests.withheld_digest_of).
    anew = " ".join(
        f"WHEN {form.number} THEN "
        + digest_of("l", twin.table, "l.form", "coalesce(l.salt, ''::bytea)", form.keys, form.columns)
        for form in twin.forms
        if twin.is_sound(form)
    )
    return f"""
        SELECT e.number, {literal(twin.table)}::text, r.id, e.sign, e.said, e.fault
          FROM (SELECT l.id, l.form, l.digest, l.salt IS NULL AS is_bare, s.number AS suppressed,
                       coalesce(lower(l.revisions), 0) AS opened, upper(l.revisions) AS closed,
                       lag(l.revisions) OVER (PARTITION BY l.id ORDER BY lower(l.revisions)) && l.revisions AS overlaps,
                       {f"CASE l.form {anew} END" if anew else "NULL::bytea"} AS anew
                  FROM ledger.{quote(twin.table)} l
                  LEFT JOIN (SELECT id, min(number) AS number FROM ledger.withdrawal
                              WHERE table_name = {literal(twin.table)} AND act = 'suppression' GROUP BY id) s USING (id)
               ) r
         CROSS JOIN LATERAL (VALUES
               (r.opened, '+', r.digest, {FAULT_OF_ROW}),
               (r.closed, '-', r.digest, NULL),
               (CASE WHEN r.is_bare THEN r.suppressed END, 'x' || r.opened, r.digest || r.anew, NULL)
               ) AS e (number, sign, said, fault)
         WHERE e.number IS NOT NULL"""


def _of_withdrawals(twin: Twin) -> str:
    """Each withdrawal of the twin's records and parts, and where the rows do not bear it out."""
    row = f"SELECT FROM ledger.{quote(twin.table)} r WHERE r.id ="
    return f"""
        SELECT w.number, w.table_name, w.id, '!', {SAID},
               CASE WHEN EXISTS ({row} w.id AND r.revisions @> w.number) THEN 'was withdrawn, and stays public'
                    WHEN w.act <> 'retraction' AND EXISTS ({row} w.id AND lower(r.revisions) > w.number)
                    THEN 'was withdrawn for ever, and is public again later'
                    WHEN NOT EXISTS ({row} w.id AND (upper(r.revisions) = w.number OR w.act = 'suppression'))
                    THEN 'was withdrawn, and was not public before'
                    WHEN w.successor IS NOT NULL AND NOT EXISTS ({row} w.successor AND r.revisions @> w.number)
                    THEN 'was withdrawn for a successor that was not public' END
          FROM ledger.withdrawal w WHERE w.table_name = {literal(twin.table)}"""
