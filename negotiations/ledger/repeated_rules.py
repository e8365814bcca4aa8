"""The desk's unique and exclusion rules, repeated on the twins for what is public at the same time."""

from __future__ import annotations

import re
from typing import Any

from negotiations.ledger.catalogue import is_in_twin
from negotiations.ledger.digests import quote

SLUG_RULE = "_slug_belongs_to_its_record"


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
    if is_in_twin(cursor, table, "slug"):  # once public it belongs to its record for ever
        cursor.execute(
            f"ALTER TABLE ledger.{quote(table)} ADD CONSTRAINT {quote(table + SLUG_RULE)}"
            " EXCLUDE USING gist (slug WITH =, id WITH <>)"
        )


def _unless_withheld(rule: str) -> str:
    """The exclusion rule without the rows whose texts a suppression has made equal: those have no salt."""
    what, where, predicate = rule.partition(" WHERE ")
    return f"{what} WHERE ({predicate} AND salt IS NOT NULL)" if where else f"{what} WHERE (salt IS NOT NULL)"


def rebuild_rules(cursor: Any, table: str) -> None:
    """The repeated unique and exclusion rules as they are written today."""
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'x'", [f"ledger.{quote(table)}"]
    )
    for (rule,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE ledger.{quote(table)} DROP CONSTRAINT {quote(rule)}")
    add_rules(cursor, table)
