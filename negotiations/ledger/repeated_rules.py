"""The desk's unique and exclusion rules, repeated on the twins for what is public at the same time.

A rule that names a private column is the desk's alone. One that takes nulls for equal is repeated for rows without
null: no exclusion rule of PostgreSQL knows nulls as equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError

from negotiations.ledger.catalogue import is_in_twin, is_same_sql
from negotiations.ledger.digests import quote

SLUG_RULE = "_slug_belongs_to_its_record"
# A condition that each row of a twin fulfils and no query states, so that the planner looks for no row by this index. It
# takes GiST for as cheap as a B-tree, also of an `id` that comes second, by which most of the index is read.
OF_ALL = "NOT isempty(revisions)"


def wanted_rules(cursor: Any, table: str) -> dict[str, str]:
    """SQL of each rule that the twin of `table` is to have, by name; and that of slugs."""
    wanted = dict(_repeated(cursor, table))
    if is_in_twin(cursor, table, "slug"):  # once public it belongs to its record for ever
        wanted[table + SLUG_RULE] = f"EXCLUDE USING gist (slug WITH =, id WITH <>) WHERE ({OF_ALL})"
    return wanted


def _repeated(cursor: Any, table: str) -> Iterator[tuple[str, str]]:
    cursor.execute(
        """SELECT i.relname, pg_get_constraintdef(x.oid),
                  ARRAY(SELECT CASE u.indkey[k - 1] WHEN 0 THEN '(' || pg_get_indexdef(u.indexrelid, k, false) || ')'
                                    ELSE pg_get_indexdef(u.indexrelid, k, false) END
                          FROM generate_series(1, u.indnkeyatts) AS k),
                  pg_get_expr(u.indpred, u.indrelid)
             FROM pg_index u JOIN pg_class i ON i.oid = u.indexrelid
             LEFT JOIN pg_constraint x ON x.conindid = u.indexrelid AND x.contype = 'x'
            WHERE u.indrelid = format('public.%%I', %s::text)::regclass
              AND (u.indisunique OR u.indisexclusion) AND NOT u.indisprimary
              AND NOT EXISTS (  -- a column of it that is none of the twin's
                  SELECT FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                   WHERE d.refobjid = u.indrelid AND d.refobjsubid > 0
                     AND (d.objid = u.indexrelid OR d.objid IN (
                         SELECT oid FROM pg_constraint WHERE conindid = u.indexrelid AND contype IN ('u', 'x')))
                     AND NOT EXISTS (SELECT FROM pg_attribute t WHERE t.attname = a.attname AND NOT t.attisdropped
                                        AND t.attrelid = format('ledger.%%I', %s::text)::regclass))
            ORDER BY i.relname""",
        [table, table],
    )
    for name, exclusion, keys, predicate in cursor.fetchall():
        if exclusion:  # EXCLUDE USING gist (a WITH =, b WITH &&) WHERE (…) DEFERRABLE
            rule = re.sub(r" DEFERRABLE( INITIALLY DEFERRED)?$", "", exclusion)
            rule, is_gist = re.subn(r"^(EXCLUDE USING gist \()", r"\1revisions WITH &&, ", rule)
            if not is_gist:
                raise RuntimeError(f"{name} of {table} cannot be repeated with revisions: write it USING gist.")
        else:
            same = ", ".join(f"{key} WITH =" for key in keys)
            rule = f"EXCLUDE USING gist ({same}, revisions WITH &&)" + (f" WHERE ({predicate})" if predicate else "")
        yield name, _unless_withheld(rule)


def _unless_withheld(rule: str) -> str:
    """The exclusion rule without the rows whose texts a suppression has made equal: those have no salt."""
    what, where, predicate = rule.partition(" WHERE ")
    return f"{what} WHERE ({predicate} AND salt IS NOT NULL)" if where else f"{what} WHERE (salt IS NOT NULL)"


def rules_there(cursor: Any, table: str) -> dict[str, str]:
    """The rules that the twin has, by name, as PostgreSQL writes them."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('x', 'u') ORDER BY conname",
        [f"ledger.{quote(table)}"],
    )
    return dict(cursor.fetchall())


def follow_rules(cursor: Any, table: str) -> None:
    """Gives the twin the rules that it is to have; refused when what was ever public contradicts one."""
    there, wanted = rules_there(cursor, table), wanted_rules(cursor, table)
    for name, rule in there.items():
        if name not in wanted or not is_same_sql(rule, wanted[name]):
            cursor.execute(f"ALTER TABLE ledger.{quote(table)} DROP CONSTRAINT {quote(name)}")
    for name, rule in wanted.items():
        if name not in there or not is_same_sql(there[name], rule):
            try:
                cursor.execute(f"ALTER TABLE ledger.{quote(table)} ADD CONSTRAINT {quote(name)} {rule}")
            except IntegrityError as error:
                raise RuntimeError(
                    f"{name} of {table} contradicts what was public ({_detail(error)}). Give it a condition that leaves"
                    " those rows out, or make it a Rule with a trigger, which holds on the desk alone."
                ) from error


def _detail(error: Exception) -> str:
    """Which rows contradict each other, in PostgreSQL's words."""
    return str(getattr(getattr(error.__cause__, "diag", None), "message_detail", None) or error).rstrip(".")
