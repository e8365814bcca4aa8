"""Revision 4, written by hand: the statements of whoever has the desk's password and none of our code.

Each function writes one lawful step; an argument makes it another. The story before: revision 1 published the issues
Ceasefire, Gone and Kept, 2 corrected the first, 3 retracted the second.
"""

from __future__ import annotations

from django.db import Error, connection, transaction

from negotiations import publication
from negotiations.models import Issue
from tests.scenery import editor, published

ISSUE = "ledger.negotiations_issue"
STEPS = ("close", "open", "withdraw", "seal", "move")


def tell_the_story() -> None:
    ceasefire, gone, kept = (
        Issue.objects.create(slug=slug, name=slug.title(), definition=f"About {slug}.")
        for slug in ("ceasefire", "gone", "kept")
    )
    published(ceasefire, gone, kept)
    Issue.objects.filter(pk=ceasefire.pk).update(name="Truce")
    published(Issue.objects.get(pk=ceasefire.pk), kind="correction")
    publication.retract([gone], by=editor(), note="It was none.")


def close(upper: str = "4", which: str = "slug = 'ceasefire'") -> str:
    return f"""UPDATE {ISSUE} SET revisions = int8range(lower(revisions), {upper})
                WHERE upper_inf(revisions) AND {which}"""


def open_row(
    revisions: str = "int8range(4, NULL)",
    *,
    id: str = "id",
    slug: str = "slug",
    form: str = "form",
    salt: str = "uuid_send(gen_random_uuid())",
    digest: str = "sha256('x')",
) -> str:
    return f"""INSERT INTO {ISSUE} (id, slug, name, definition, pax_group, revisions, form, salt, digest)
               SELECT {id}, {slug}, 'By hand', definition, pax_group, {revisions}, {form}, {salt}, {digest}
                 FROM {ISSUE} WHERE slug = 'ceasefire' AND lower(revisions) = 2"""


def id_of(slug: str) -> str:
    return f"(SELECT id FROM {ISSUE} WHERE slug = '{slug}' LIMIT 1)"


def withdraw(slug: str, act: str = "retraction", *, number: int = 4, to: str = "NULL", table: str = ISSUE[7:]) -> str:
    id = id_of(slug) if slug else "gen_random_uuid()"
    return f"INSERT INTO ledger.withdrawal SELECT {number}, '{table}', {id}, '{act}', {to}"


def suppress(slug: str) -> str:
    return f"SELECT ledger.suppress('{ISSUE[7:]}', ARRAY[{id_of(slug) if slug else 'gen_random_uuid()'}])"


def seal(
    kind: str = "editorial",
    *,
    number: str = "number + 1",
    at: str = "at + interval '1 millisecond'",
    previous: str = "hash",
    hash: str = "sha256('y')",
) -> str:
    return f"""INSERT INTO ledger.revision (number, at, kind, note, previous, hash, by_id)
               SELECT {number}, {at}, '{kind}', 'By hand.', {previous}, {hash}, 1 FROM ledger.head"""


def move(*, number: str = "r.number", at: str = "r.at", hash: str = "r.hash", epoch: str = "epoch") -> str:
    return f"""UPDATE ledger.head h SET number = {number}, at = {at}, hash = {hash}, epoch = {epoch}
                 FROM ledger.revision r WHERE r.number = (SELECT max(number) FROM ledger.revision)"""


def by_hand(**instead: str) -> str:
    """A correction of Ceasefire, lawful but for the steps given; an empty one is left out."""
    steps = {"close": close(), "open": open_row(), "seal": seal(), "move": move(), **instead}
    return ";\n".join(steps[step] for step in STEPS if steps.get(step))


def as_the_desk(statement: str) -> str:
    """What PostgreSQL says when the desk's own role runs `statement` and commits; nothing of it stays."""
    return _said(f"SET LOCAL ROLE tracker_desk; {statement}")


def as_the_owner(statement: str) -> str:
    return _said(statement)


def _said(statements: str) -> str:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(statements)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except Error as error:
        return f"{type(error).__name__}: {error}"
    return "done"
