"""The catalogue: what PostgreSQL itself says of desk tables and of their twins. It asks, and changes nothing.

A column whose comment begins with "desk only" is private: it has no twin and shows null in the window. Names of
tables and columns come from the catalogue or from models, never from a request; `format` (%I) or `quote` quotes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from negotiations.ledger.digests import quote

DESK_ONLY = "desk only"
OPEN = "upper_inf(revisions) IS TRUE"  # spelled so everywhere: only so do the extended statistics apply
OWN_COLUMNS = ("revisions", "form", "salt", "digest")
WINDOWS = ("window_now", "window_then")


def standing(at: int | None, row: str = "") -> str:
    """SQL of whether a twin's row (`row` is its name in the query, if it has one) is public now, or was at `at`."""
    column = f"{row}.revisions" if row else "revisions"
    return OPEN.replace("revisions", column) if at is None else f"{column} @> {int(at)}::bigint"


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
    return _columns(cursor, f"public.{quote(table)}")


def twin_columns_of(cursor: Any, table: str) -> list[Column]:
    """The twin's columns, those of its own and retired ones (`name~form`) among them."""
    return _columns(cursor, f"ledger.{quote(table)}")


def _columns(cursor: Any, table: str) -> list[Column]:
    cursor.execute(
        """SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                  CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
                  coalesce(col_description(a.attrelid, a.attnum) LIKE %s, false)
             FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum""",
        [DESK_ONLY + "%", table],
    )
    return [Column(*row) for row in cursor.fetchall()]


def facts_of(cursor: Any, table: str) -> list[str]:
    """The columns that are compared, published and hashed: neither private nor computed."""
    return [column.name for column in columns_of(cursor, table) if not column.private and not column.generated]


def references_there(cursor: Any, table: str) -> dict[tuple[str, str], tuple[str, str]]:
    """The foreign keys that the twin has: (column, table it refers to), with name and definition."""
    cursor.execute(
        """SELECT a.attname, target.relname, c.conname, pg_get_constraintdef(c.oid)
             FROM pg_constraint c
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
             JOIN pg_class target ON target.oid = c.confrelid
            WHERE c.contype = 'f' AND c.conrelid = %s::regclass ORDER BY a.attnum""",
        [f"ledger.{quote(table)}"],
    )
    return {(column, target): (name, definition) for column, target, name, definition in cursor.fetchall()}


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


def is_in_twin(cursor: Any, table: str, name: str, kind: str | None = None) -> bool:
    """Whether the twin has the column, and of that type if one is named."""
    cursor.execute(
        """SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s AND NOT attisdropped
                             AND format_type(atttypid, atttypmod) = coalesce(%s, format_type(atttypid, atttypmod)))""",
        [f"ledger.{quote(table)}", name, kind],
    )
    return bool(cursor.fetchone()[0])


def indexes_there(cursor: Any, table: str) -> dict[str, str]:
    """The twin's indexes but those of keys and rules, by name: what they are over, as PostgreSQL writes it."""
    cursor.execute(
        """SELECT c.relname, substring(pg_get_indexdef(c.oid) FROM 'USING (?:btree )?(.*)$') FROM pg_index i
             JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = %s::regclass AND i.indisvalid
              AND NOT EXISTS (SELECT FROM pg_constraint x WHERE x.conindid = i.indexrelid)""",
        [f"ledger.{quote(table)}"],
    )
    return dict(cursor.fetchall())


def knows_withdrawals(cursor: Any) -> bool:
    """Whether the ledger has them yet: a migration before the one that brings them makes twins without."""
    cursor.execute("SELECT to_regclass('ledger.withdrawal') IS NOT NULL")
    return bool(cursor.fetchone()[0])


def knows_acts(cursor: Any) -> bool:
    """Whether the ledger holds its rows to the revision being made: from migration 0012 on."""
    cursor.execute("SELECT to_regprocedure('ledger.begin_revision()') IS NOT NULL")
    return bool(cursor.fetchone()[0])


def is_same_sql(one: str, other: str) -> bool:
    """Whether two definitions are one but for what PostgreSQL writes in another way: blanks, parentheses, quotes of
    names, the schema `extensions`, and the casts to text that it adds."""
    return _bare(one) == _bare(other)


def _bare(sql: str) -> str:
    bare = re.sub(r"""[\s()";]""", "", sql).replace("COALESCE", "coalesce").replace("extensions.", "")
    return re.sub(r"::(text|charactervarying)(\[\])?", "", bare)
