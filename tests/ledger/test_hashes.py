"""The hash of a revision covers its words and every row it opened or closed: recomputed here, apart from the code."""

import hashlib
import json
from typing import Any

import pytest
from django.db import connection

from negotiations.ledger import aggregates
from tests.scenery import public_scenery, published

pytestmark = pytest.mark.django_db


def events_of(number: int) -> list[tuple[str, str, str, bytes]]:
    """(table, id, sign, digest) of every row that revision `number` opened or closed, in the order of the hash."""
    found = []
    with connection.cursor() as cursor:
        for model in aggregates.tables():
            table = model._meta.db_table
            cursor.execute(f"SELECT id, digest, lower(revisions), upper(revisions) FROM ledger.{table}")
            for row_id, digest, opened, closed in cursor.fetchall():
                for sign, at in (("+", opened), ("-", closed)):
                    if at == number:
                        found.append((table, str(row_id), sign, bytes(digest)))
    return sorted(found, key=lambda event: event[:3])


def spelled(value: Any) -> bytes:
    """JSON as PostgreSQL writes jsonb."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": ")).encode()


def recomputed(number: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT previous, kind, note, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
                 FROM ledger.revision WHERE number = %s""",
            [number],
        )
        previous, kind, note, at = cursor.fetchone()
    covered = bytes(previous) + spelled([number, at, kind, note])
    for table, row_id, sign, digest in events_of(number):
        covered += spelled([table, row_id, sign]) + digest
    return hashlib.sha256(covered).digest()


def kept(number: int) -> tuple[bytes, bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT previous, hash FROM ledger.revision WHERE number = %s", [number])
        return tuple(map(bytes, cursor.fetchone()))  # type: ignore[return-value]  # two columns


def test_the_chain_can_be_recomputed_from_what_was_opened_and_closed() -> None:
    scenery = public_scenery()
    scenery.istanbul.title = "Стамбул, “Istanbul”"
    scenery.istanbul.save(update_fields=["title"])
    scenery.delegation.delete()
    published(scenery.istanbul, kind="correction", note="A line\nand another, “quoted”.")

    signs = {sign for _, _, sign, _ in events_of(2)}
    assert signs == {"+", "-"}, "the second revision must close rows and open one"
    for number in (1, 2):
        assert kept(number)[1] == recomputed(number)
    assert kept(1)[0] == bytes(32)
    assert kept(2)[0] == kept(1)[1]


def test_a_digest_is_of_the_salt_the_form_and_the_row() -> None:
    scenery = public_scenery()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.salt, t.digest, t.form, f.keys FROM ledger.negotiations_issue t, ledger.form f LIMIT 0"
        )
        cursor.execute(
            """SELECT t.salt, t.digest, t.form, f.keys, to_jsonb(t) FROM ledger.negotiations_actor t
                 JOIN ledger.form f ON f.table_name = 'negotiations_actor' AND f.form = t.form WHERE t.id = %s""",
            [scenery.ukraine.pk],
        )
        salt, digest, form, keys, row = cursor.fetchone()
    row = json.loads(row) if isinstance(row, str) else row
    facts = {key: row[key] for key in sorted(keys, key=lambda key: (len(key.encode()), key.encode()))}

    said = b"negotiations_actor " + str(form).encode() + b" " + spelled(facts)
    assert hashlib.sha256(bytes(salt) + said).digest() == bytes(digest)
