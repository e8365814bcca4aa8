"""Digests: what a published row was, in 32 bytes that show any later change of it.

digest = SHA-256(salt, then the UTF-8 text `table form canonical`). `canonical` is a JSON object of the form's keys and
the columns' texts, as PostgreSQL writes jsonb: keys ordered by length, then by bytes. The form is in it, so a digest
says over which columns it was taken, and columns added later break nothing. The salt keeps a digest from confirming a
guess once its row is suppressed and the salt destroyed.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

# Texts of values depend on these settings; digests are taken under them and under no others.
CANONICAL_SETTINGS = """
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO, YMD';
SET LOCAL intervalstyle = 'postgres';
SET LOCAL bytea_output = 'hex'
"""


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def digest_of(row: str, table: str, form: str, salt: str, keys: list[str], columns: list[str]) -> str:
    """SQL of the digest of `row` (an alias): `form` and `salt` are SQL too, `keys` and `columns` go together."""
    names = ", ".join(literal(key) for key in keys)
    values = ", ".join(f"{row}.{quote(column)}::text" for column in columns)
    canonical = f"jsonb_object(ARRAY[{names}], ARRAY[{values}]::text[])::text"
    return f"sha256({salt} || convert_to({literal(table)} || ' ' || {form} || ' ' || {canonical}, 'UTF8'))"


def forms_of(cursor: Any, table: str) -> list[tuple[int, list[str], list[str]]]:
    """(form, keys, columns as they are called now) of every form that rows of `table` were published in."""
    cursor.execute("SELECT form, keys, columns FROM ledger.form WHERE table_name = %s ORDER BY form", [table])
    found: list[tuple[int, list[str], list[str]]] = cursor.fetchall()
    return found


def withheld_digest_of(row: str, table: str, keys: list[str], columns: list[str]) -> str:
    """SQL of the digest of what is left of `row` once it is withheld: without salt, since there is nothing to guess."""
    return digest_of(row, table, f"{row}.form", "''::bytea", keys, columns)


def left_of_withheld(cursor: Any, table: str) -> set[tuple[UUID, int, bytes]]:
    """(id, first revision, digest of what is left) of each withheld row in `ledger.table`. Sets CANONICAL_SETTINGS."""
    cursor.execute(CANONICAL_SETTINGS)
    left: set[tuple[UUID, int, bytes]] = set()
    for form, keys, columns in forms_of(cursor, table):
        cursor.execute(
            f"""SELECT l.id, lower(l.revisions), {withheld_digest_of("l", table, keys, columns)}
                  FROM ledger.{quote(table)} l WHERE l.form = %s AND l.salt IS NULL""",
            [form],
        )
        left |= {(id, opened, bytes(digest)) for id, opened, digest in cursor.fetchall()}
    return left


def broken_rows(cursor: Any, table: str) -> list[tuple[UUID, int]]:
    """(id, first revision) of each row in `ledger.table` that is not what its digest says.

    A withheld row has no salt and is passed over: what is left of it (`left_of_withheld`) is covered by the revision
    that suppressed it. Sets CANONICAL_SETTINGS.
    """
    cursor.execute(CANONICAL_SETTINGS)
    broken: list[tuple[UUID, int]] = []
    for form, keys, columns in forms_of(cursor, table):
        cursor.execute(
            f"""SELECT l.id, lower(l.revisions) FROM ledger.{quote(table)} l
                 WHERE l.form = %s AND l.digest <> {digest_of("l", table, "l.form", "l.salt", keys, columns)}
                 ORDER BY 1, 2""",
            [form],
        )
        broken += cursor.fetchall()
    return broken
