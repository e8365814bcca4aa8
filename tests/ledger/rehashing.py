"""Every digest and hash taken anew, as a tamperer would who knows how: written from docs/architecture.md, apart from
the code that seals and the code that verifies."""

import hashlib
import json
from typing import Any

from django.db import connection

AS_SEALED = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex'"


def rehash() -> None:
    """Makes digests, hashes and head fit whatever the tables hold now."""
    with connection.cursor() as cursor:
        cursor.execute(AS_SEALED)
        events = [*_rows(cursor), *_withdrawals(cursor)]
        cursor.execute(
            """SELECT number, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), kind, note
                 FROM ledger.revision ORDER BY number"""
        )
        hash, at = bytes(32), None
        for number, at, kind, note in cursor.fetchall():
            covered = hash + _spelled([number, at, kind, note])
            for _, *names, said in sorted(event for event in events if event[0] == number):
                covered += _spelled(names) + said
            previous, hash = hash, hashlib.sha256(covered).digest()
            cursor.execute(
                "UPDATE ledger.revision SET previous = %s, hash = %s WHERE number = %s", [previous, hash, number]
            )
        cursor.execute(
            """UPDATE ledger.head SET hash = %s, at = coalesce(%s::timestamptz, '-infinity'),
                      number = (SELECT coalesce(max(number), 0) FROM ledger.revision)""",
            [hash, at],
        )


def _rows(cursor: Any) -> list[Any]:
    events = []
    cursor.execute("SELECT table_name, form, keys, columns FROM ledger.form")
    for table, form, keys, columns in cursor.fetchall():
        texts = ", ".join(f'"{column}"::text' for column in columns)
        cursor.execute(
            f"""SELECT id, lower(revisions), upper(revisions), salt, digest, {texts}
                  FROM ledger.{table} WHERE form = %s""",
            [form],
        )
        for id, opened, closed, salt, digest, *values in cursor.fetchall():
            anew = _digest(table, form, dict(zip(keys, values, strict=True)), bytes(salt or b""))
            said = anew if salt else bytes(digest)
            if salt:
                change = f"UPDATE ledger.{table} SET digest = %s WHERE id = %s AND lower(revisions) = %s"
                cursor.execute(change, [anew, id, opened])
            else:
                cursor.execute("SELECT number FROM ledger.withdrawal WHERE id = %s AND act = 'suppression'", [id])
                events += [(number, table, str(id), f"x{opened}", said + anew) for (number,) in cursor.fetchall()]
            events.append((opened, table, str(id), "+", said))
            if closed:
                events.append((closed, table, str(id), "-", said))
    return events


def _withdrawals(cursor: Any) -> list[Any]:
    cursor.execute("SELECT number, table_name, id::text, act, successor::text FROM ledger.withdrawal")
    return [(*names, "!", _spelled([act, to])) for *names, act, to in cursor.fetchall()]


def _digest(table: str, form: int, facts: dict[str, str], salt: bytes) -> bytes:
    ordered = {key: facts[key] for key in sorted(facts, key=lambda key: (len(key.encode()), key.encode()))}
    return hashlib.sha256(salt + f"{table} {form} ".encode() + _spelled(ordered)).digest()


def _spelled(value: Any) -> bytes:
    """JSON as PostgreSQL writes jsonb."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": ")).encode()
