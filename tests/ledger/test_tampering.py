"""Whoever owns the database can change the ledger behind its triggers; verify_ledger says what, and where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from negotiations import publication
from negotiations.ledger.kept_heads import KeptHead
from negotiations.ledger.verification import Fault, Verification
from negotiations.models import Actor, Issue, Name, Talk
from tests.factories import make_delegation, make_member, make_talk
from tests.factories import published as published_with_all
from tests.ledger.rehashing import rehash
from tests.scenery import editor, public_scenery, published

pytestmark = pytest.mark.django_db


def story() -> SimpleNamespace:
    """Nine revisions with every act: what the tampering below changes. Each name is a row."""
    scenery = public_scenery()  # 1
    istanbul, antalya, ukraine = scenery.istanbul, scenery.antalya, scenery.ukraine
    Talk.objects.filter(pk=istanbul.pk).update(title="Direct talks, “Istanbul”")
    published(istanbul, kind="correction", note="Called by its name.")  # 2
    issue = Issue.objects.create(slug="ceasefire", name="Ceasefire")
    other = Actor.objects.create(slug="ukraina", name="Ukraina", kind="state")
    third = make_talk("Third talks", process=scenery.process)
    delegation = make_delegation(third, other)
    published_with_all(third, other, issue)  # 3
    publication.retract([antalya], by=editor(), note="Another meeting.", successor=istanbul)  # 4
    publication.merge(other, ukraine, by=editor(), note="One state.")  # 5
    person = Actor.objects.create(slug="person", name="Secret Person", kind="person")
    alias = Name.objects.create(actor=person, text="Тайна Особа", kind="alias")
    member = make_member(scenery.delegation, person)
    published(istanbul, person)  # 6
    Actor.objects.filter(pk=person.pk).update(description="A witness")
    published(person, kind="correction")  # 7
    member.delete()
    person_id = SimpleNamespace(pk=person.pk)
    publication.suppress(person, by=editor(), note="For safety.", republishing=[istanbul])  # 8
    Talk.objects.filter(pk=istanbul.pk).update(purpose="To talk")
    published(istanbul, kind="editorial")  # 9
    return SimpleNamespace(
        istanbul=istanbul, antalya=antalya, ukraine=ukraine, other=other, third=third, delegation=delegation,
        issue=issue, person=person_id, alias=alias, member=member, source=scenery.source,
    )  # fmt: skip


@contextmanager
def behind_the_triggers() -> Iterator[None]:
    """As the owner with triggers switched off; afterwards all is as before."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SELECT format('%I', relname) FROM pg_class WHERE relnamespace = 'ledger'::regnamespace"
                       " AND relkind = 'r'")  # fmt: skip
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER USER")
        yield
        transaction.set_rollback(True)


def verified(*kept: KeptHead) -> tuple[list[Fault], KeptHead | None]:
    verification = Verification(kept)
    return list(verification.faults()), verification.head


def run(statement: str, rows: SimpleNamespace) -> None:
    """`{name}` in the statement stands for the id of that row of the story."""
    ids = {name: f"'{row.pk}'" for name, row in vars(rows).items()}
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**ids))
        assert cursor.rowcount != 0, "the tampering must change something"


@dataclass(frozen=True)
class Tampering:
    """What is done; the first fault expected by its revision, its row and a piece of its words."""

    name: str
    does: str
    revision: int | None
    row: str | None  # a name of the story, a table of a form, or None where only the revision can be named
    says: str


TALK, ACTOR, ISSUE = "ledger.negotiations_talk", "ledger.negotiations_actor", "ledger.negotiations_issue"
HASH = "its hash is not that of"
KEPT = "its hash is not the one that was kept"
DIGEST = "is not what its digest says"
COPY = """INSERT INTO ledger.negotiations_actor (id, slug, name, kind, description, revisions, form, salt, digest)
          SELECT gen_random_uuid(), 'intruder', name, kind, description, int8range({bounds}), form, salt, digest
            FROM ledger.negotiations_actor WHERE id = {{ukraine}}"""
WITHHELD = "UPDATE ledger.negotiations_talk SET title = '[withheld]', salt = NULL WHERE id = {antalya}"

FOUND_ALONE = [
    # Rows
    Tampering("text of a past row", f"UPDATE {TALK} SET title = 'x' WHERE id = {{istanbul}} AND upper(revisions) = 2",
              1, "istanbul", DIGEST),
    Tampering("text of an open row", f"UPDATE {TALK} SET title = 'x' WHERE id = {{istanbul}} AND upper_inf(revisions)",
              9, "istanbul", DIGEST),
    Tampering("null for an empty text", f"UPDATE {ACTOR} SET iso3 = NULL WHERE id = {{ukraine}}", 1, "ukraine", DIGEST),
    Tampering("a reference", "UPDATE ledger.negotiations_delegation SET party_id = {other}"
              " WHERE id = {delegation} AND upper_inf(revisions)", 5, "delegation", DIGEST),
    Tampering("another id", "UPDATE ledger.negotiations_issue SET id = gen_random_uuid()", 3, "a new one", DIGEST),
    Tampering("a digest", f"UPDATE {TALK} SET digest = sha256('x') WHERE id = {{third}}", 3, "third", DIGEST),
    Tampering("two salts swapped", f"""UPDATE {TALK} t SET salt = o.salt FROM {TALK} o WHERE o.id <> t.id
              AND t.id IN ({{third}}, {{antalya}}) AND o.id IN ({{third}}, {{antalya}})""", 1, "antalya", DIGEST),
    Tampering("a past version deleted", f"DELETE FROM {TALK} WHERE id = {{istanbul}} AND upper(revisions) = 2",
              1, None, HASH),
    Tampering("an open row deleted", "DELETE FROM ledger.negotiations_issue WHERE id = {issue}", 3, None, HASH),
    Tampering("a row inserted", COPY.format(bounds="2, NULL"), 2, "a new one", DIGEST),
    Tampering("a row inserted in an empty past", COPY.format(bounds="NULL, 2"), 0, "a new one", "no such revision"),
    Tampering("a row inserted in the future", COPY.format(bounds="77, NULL"), 77, "a new one", "no such revision"),
    # Ranges
    Tampering("opened earlier", "UPDATE ledger.negotiations_issue SET revisions = int8range(2, NULL)",
              2, "issue", "is opened there, which is not what was sealed"),
    Tampering("opened later", "UPDATE ledger.negotiations_issue SET revisions = int8range(4, NULL)", 3, None, HASH),
    Tampering("closed earlier", f"UPDATE {TALK} SET revisions = int8range(1, 3) WHERE id = {{antalya}}",
              3, "antalya", "ceased to be public, and no withdrawal says so"),
    Tampering("closed later", f"UPDATE {TALK} SET revisions = int8range(1, 5) WHERE id = {{antalya}}",
              4, "antalya", "was withdrawn, and stays public"),
    Tampering("reopened", f"UPDATE {TALK} SET revisions = int8range(1, NULL) WHERE id = {{antalya}}",
              4, "antalya", "was withdrawn, and stays public"),
    Tampering("closed without a word", f"UPDATE {TALK} SET revisions = int8range(3, 9)"
              " WHERE id = {third} AND upper_inf(revisions)", 9, "third", "no withdrawal says so"),
    Tampering("closed beyond the head", f"UPDATE {TALK} SET revisions = int8range(3, 10)"
              " WHERE id = {third} AND upper_inf(revisions)", 10, "third", "is closed there, and there is no such"),
    # Forms
    Tampering("a form's key", "UPDATE ledger.form SET keys = array_replace(keys, 'title', 'head')"
              " WHERE table_name = 'negotiations_source'", None, "negotiations_source", "newest form"),
    Tampering("a form's columns exchanged", """UPDATE ledger.form SET columns =
              array_replace(array_replace(array_replace(columns, 'name', '#'), 'definition', 'name'), '#', 'definition')
              WHERE table_name = 'negotiations_issue'""", None, "negotiations_issue", "newest form"),
    Tampering("a form's column that is not there", "UPDATE ledger.form SET"
              " columns = array_replace(columns, 'title', 'x') WHERE table_name = 'negotiations_talk'",
              None, "negotiations_talk", "columns that the twin has not"),
    Tampering("a key twice", "UPDATE ledger.form SET keys = keys || keys[1], columns = columns || columns[1]"
              " WHERE table_name = 'negotiations_place'", None, "negotiations_place", "doubled keys"),
    Tampering("a form deleted", "DELETE FROM ledger.form WHERE table_name = 'negotiations_issue'",
              None, "negotiations_issue", "not numbered from 1"),
    Tampering("a form of no twin", "INSERT INTO ledger.form VALUES ('negotiations_x', 1, '{{id}}', '{{id}}')",
              None, "negotiations_x", "no twin of that name"),
    Tampering("a row's form", f"UPDATE {TALK} SET form = 99 WHERE id = {{third}}", 3, "third", "its form 99 is not in"),
    # Revisions
    Tampering("a revision's note", "UPDATE ledger.revision SET note = 'x' WHERE number = 2", 2, None, HASH),
    Tampering("a revision's kind", "UPDATE ledger.revision SET kind = 'editorial' WHERE number = 2", 2, None, HASH),
    Tampering("a revision's moment", "UPDATE ledger.revision SET at = at + interval '1 ms' WHERE number = 9",
              9, None, HASH),
    Tampering("a moment before the last", "UPDATE ledger.revision SET at = at - interval '9 days' WHERE number = 3",
              3, None, "its moment is not after"),
    Tampering("a revision's hash", "UPDATE ledger.revision SET hash = sha256('x') WHERE number = 4", 4, None, HASH),
    Tampering("a revision's previous hash", "UPDATE ledger.revision SET previous = sha256('x') WHERE number = 4",
              4, None, "does not follow upon"),
    Tampering("a revision deleted", "DELETE FROM ledger.revision WHERE number = 2",
              2, "istanbul", "is opened there, and there is no such revision"),
    Tampering("the last revision deleted", "DELETE FROM ledger.revision WHERE number = 9",
              9, "istanbul", "and there is no such revision"),
    Tampering("an empty revision", "INSERT INTO ledger.revision"
              " SELECT 10, at + interval '1 s', kind, note, hash, hash, 1 FROM ledger.revision WHERE number = 9",
              10, None, "changes nothing"),
    Tampering("the head's number", "UPDATE ledger.head SET number = 8", 9, None, "ledger.head says otherwise"),
    Tampering("the head's hash", "UPDATE ledger.head SET hash = sha256('x')", 9, None, "ledger.head says otherwise"),
    Tampering("the head's moment", "UPDATE ledger.head SET at = at + interval '1 ms'", 9, None, "ledger.head says"),
    Tampering("the head deleted", "DELETE FROM ledger.head", 9, None, "has not one row"),
    Tampering("the epoch", "UPDATE ledger.head SET epoch = 0", 9, None, "epoch"),
    # Withdrawals
    Tampering("a successor", "UPDATE ledger.withdrawal SET successor = {third} WHERE id = {antalya}", 4, None, HASH),
    Tampering("a successor that never was", "UPDATE ledger.withdrawal SET successor = {issue} WHERE id = {antalya}",
              4, "antalya", "a successor that was not public"),
    Tampering("an act", "UPDATE ledger.withdrawal SET act = 'merge' WHERE id = {antalya}", 4, None, HASH),
    Tampering("a withdrawal deleted", "DELETE FROM ledger.withdrawal WHERE id = {antalya}",
              4, "antalya", "no withdrawal says so"),
    Tampering("a withdrawal invented", "INSERT INTO ledger.withdrawal VALUES (9, 'negotiations_talk', {third},"
              " 'retraction')", 9, "third", "was withdrawn, and stays public"),
    Tampering("a withdrawal of what was gone", "INSERT INTO ledger.withdrawal"
              " VALUES (9, 'negotiations_talk', {antalya}, 'retraction')", 9, "antalya", "was not public before"),
    Tampering("a withdrawal from no table", "INSERT INTO ledger.withdrawal VALUES (9, 'negotiations_x', {antalya},"
              " 'retraction')", 9, "antalya", "a table that has no twin"),
    Tampering("a withdrawal moved to no revision", "UPDATE ledger.withdrawal SET number = 77 WHERE id = {antalya}",
              4, "antalya", "no withdrawal says so"),
    Tampering("back after a merge", COPY.format(bounds="9, NULL").replace("gen_random_uuid()", "{other}"),
              5, "other", "withdrawn for ever, and is public again"),
    # Suppressions
    Tampering("what is left of a suppressed row", f"UPDATE {ACTOR} SET name = 'Libel' WHERE id = {{person}}"
              " AND lower(revisions) = 6", 8, None, HASH),
    Tampering("a suppressed row's digest", f"UPDATE {ACTOR} SET digest = sha256('x') WHERE id = {{person}}"
              " AND lower(revisions) = 6", 6, None, HASH),
    Tampering("a suppressed row with a salt", "UPDATE ledger.negotiations_name SET salt = 'x' WHERE id = {alias}",
              6, "alias", "has its salt all the same"),
    Tampering("a suppressed row deleted", "DELETE FROM ledger.negotiations_name WHERE id = {alias}",
              6, None, HASH),
    Tampering("a suppression invented", WITHHELD, 1, "antalya", "no revision has suppressed it"),
    Tampering("a suppression deleted", "DELETE FROM ledger.withdrawal WHERE id = {alias}",
              6, "alias", "no revision has suppressed it"),
]  # fmt: skip


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[SimpleNamespace]:
    """The story, told once for the whole module and taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]  # pytest-django's
        yield story()
        transaction.set_rollback(True)


def names(tampering: Tampering, faults: list[Fault], rows: SimpleNamespace) -> bool:
    """Whether the first of the faults is the one expected."""
    return bool(
        faults
        and faults[0].revision == tampering.revision
        and expected(tampering.row, faults[0], rows)
        and tampering.says in faults[0].what
    )


def kept_heads() -> list[tuple[int, str, str]]:
    """Every revision's head as it was kept while all was well."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, '2025-05-16T00:00:00.000Z', encode(hash, 'hex') FROM ledger.revision ORDER BY 1")
        return cursor.fetchall()


def expected(row: str | None, fault: Fault, rows: SimpleNamespace) -> bool:
    """Whether the fault names that row: of the story, one that was not there, a table of a form, or none."""
    if row is None:
        return fault.id is None
    if row == "a new one":
        return fault.id is not None and fault.id not in {known.pk for known in vars(rows).values()}
    return row == fault.table or bool(fault.id == vars(rows)[row].pk)


# Whoever hashes anew what was changed leaves nothing to find in these, unless a head was kept elsewhere.
FOUND_WITH_A_HEAD = [
    Tampering("a text", f"UPDATE {TALK} SET title = 'x' WHERE id = {{istanbul}} AND upper(revisions) = 2",
              1, None, KEPT),
    Tampering("a reference", "UPDATE ledger.negotiations_delegation SET party_id = {ukraine} WHERE id = {delegation}",
              3, None, KEPT),
    Tampering("an open row deleted", "DELETE FROM ledger.negotiations_issue WHERE id = {issue}", 3, None, KEPT),
    Tampering("a row inserted", COPY.format(bounds="2, NULL"), 2, None, KEPT),
    Tampering("opened earlier", "UPDATE ledger.negotiations_issue SET revisions = int8range(2, NULL)", 2, None, KEPT),
    Tampering("opened later", "UPDATE ledger.negotiations_issue SET revisions = int8range(4, NULL)", 3, None, KEPT),
    Tampering("a revision's note", "UPDATE ledger.revision SET note = 'x' WHERE number = 5", 5, None, KEPT),
    Tampering("a revision's kind", "UPDATE ledger.revision SET kind = 'editorial' WHERE number = 2", 2, None, KEPT),
    Tampering("a revision's moment", "UPDATE ledger.revision SET at = at + interval '1 ms' WHERE number = 9",
              9, None, KEPT),
    Tampering("a successor", "UPDATE ledger.withdrawal SET successor = {third} WHERE id = {antalya}", 4, None, KEPT),
    Tampering("what is left of a suppressed row", f"UPDATE {ACTOR} SET name = 'Libel' WHERE id = {{person}}",
              8, None, KEPT),
    Tampering("an early revision emptied into the next", """WITH moved AS (UPDATE ledger.negotiations_issue
              SET revisions = int8range(4, NULL) RETURNING 1), gone AS (UPDATE ledger.withdrawal SET act = 'merge'
              WHERE id = {antalya} RETURNING 1) SELECT FROM moved, gone""", 3, None, KEPT),
    Tampering("the end cut off", f"""DELETE FROM ledger.revision WHERE number = 9;
              DELETE FROM {TALK} WHERE id = {{istanbul}} AND lower(revisions) = 9;
              UPDATE {TALK} SET revisions = int8range(lower(revisions), NULL) WHERE upper(revisions) = 9""",
              9, None, "its end was cut off"),
]  # fmt: skip

# Even so, what contradicts itself is found without one.
FOUND_ALTHOUGH_HASHED_ANEW = [
    Tampering("a revision left out", f"""DELETE FROM ledger.revision WHERE number = 2;
              DELETE FROM {TALK} WHERE id = {{istanbul}} AND upper(revisions) = 2;
              UPDATE {TALK} SET revisions = int8range(1, upper(revisions)) WHERE lower(revisions) = 2""",
              2, None, "is missing; the next one is 3"),
    Tampering("closed earlier", f"UPDATE {TALK} SET revisions = int8range(1, 3) WHERE id = {{antalya}}",
              3, "antalya", "no withdrawal says so"),
    Tampering("closed later", f"UPDATE {TALK} SET revisions = int8range(1, 5) WHERE id = {{antalya}}",
              4, "antalya", "was withdrawn, and stays public"),
    Tampering("a withdrawal deleted", "DELETE FROM ledger.withdrawal WHERE id = {antalya}",
              4, "antalya", "no withdrawal says so"),
    Tampering("a suppression invented", WITHHELD, 1, "antalya", "no revision has suppressed it"),
    Tampering("back after a merge", COPY.format(bounds="9, NULL").replace("gen_random_uuid()", "{other}"),
              5, "other", "withdrawn for ever, and is public again"),
]  # fmt: skip


# What docs/operations.md says that no verification finds: here nothing of it is, hashed anew or not.
NOT_FOUND = [
    Tampering("who published", "UPDATE ledger.revision SET by_id = 77", None, None, ""),
    Tampering("an epoch too high", "UPDATE ledger.head SET epoch = 77", None, None, ""),
    Tampering("computed days", f"""ALTER TABLE {TALK} ALTER COLUMN during DROP EXPRESSION;
              UPDATE {TALK} SET during = 'empty'""", None, None, ""),
    Tampering("a column that came later", f"""ALTER TABLE {TALK} ADD COLUMN weight text DEFAULT 'light';
              UPDATE {TALK} SET weight = 'heavy'""", None, None, ""),
    Tampering("a view", """CREATE OR REPLACE VIEW window_now.head AS
              SELECT number + 1 AS number, at, epoch FROM ledger.head""", None, None, ""),
]  # fmt: skip


@pytest.mark.parametrize("tampering", FOUND_ALONE, ids=lambda tampering: tampering.name)
def test_tampering_is_found_and_named(tampering: Tampering, told: SimpleNamespace) -> None:
    with behind_the_triggers():
        run(tampering.does, told)
        faults, _ = verified()

    assert names(tampering, faults, told), faults


def test_what_nobody_touched_verifies(told: SimpleNamespace) -> None:
    faults, head = verified()

    assert faults == []
    assert head is not None
    assert head.number == 9
    assert verified(head) == ([], head)


def test_hashing_anew_what_nobody_touched_changes_nothing(told: SimpleNamespace) -> None:
    with behind_the_triggers():
        before = verified()
        rehash()
        after = verified()

    assert before == after


@pytest.mark.parametrize("tampering", FOUND_WITH_A_HEAD, ids=lambda tampering: tampering.name)
def test_hashing_anew_is_found_with_a_kept_head_only(tampering: Tampering, told: SimpleNamespace) -> None:
    heads = [KeptHead(*row) for row in kept_heads()]
    with behind_the_triggers():
        run(tampering.does, told)
        rehash()
        alone, _ = verified()
        with_newest, _ = verified(heads[-1])
        with_all, _ = verified(*heads)

    assert alone == []
    assert [fault.revision for fault in with_newest] == [9]
    assert names(tampering, with_all, told), with_all


@pytest.mark.parametrize("tampering", FOUND_ALTHOUGH_HASHED_ANEW, ids=lambda tampering: tampering.name)
def test_what_contradicts_itself_is_found_although_hashed_anew(tampering: Tampering, told: SimpleNamespace) -> None:
    with behind_the_triggers():
        run(tampering.does, told)
        rehash()
        faults, _ = verified()

    assert names(tampering, faults, told), faults


@pytest.mark.parametrize("tampering", NOT_FOUND, ids=lambda tampering: tampering.name)
def test_what_no_hash_covers_is_not_found(tampering: Tampering, told: SimpleNamespace) -> None:
    heads = [KeptHead(*row) for row in kept_heads()]
    with behind_the_triggers():
        run(tampering.does, told)
        faults, _ = verified(*heads)

    assert faults == []


def test_two_versions_at_once_are_found_where_the_key_was_dropped(told: SimpleNamespace) -> None:
    with behind_the_triggers(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {ISSUE} DROP CONSTRAINT negotiations_issue_pkey CASCADE")
        cursor.execute(f"ALTER TABLE {ISSUE} DROP CONSTRAINT negotiations_issue_slug_key")
        cursor.execute(
            f"""INSERT INTO {ISSUE} (id, slug, name, definition, pax_group, revisions, form, salt, digest)
               SELECT id, slug, name, definition, pax_group, int8range(5, NULL), form, salt, digest FROM {ISSUE}"""
        )
        rehash()
        faults, _ = verified()

    assert [(fault.revision, fault.id, fault.what) for fault in faults] == [
        (5, told.issue.pk, "is public twice at one revision")
    ]


def test_faults_come_in_the_order_of_the_revisions(told: SimpleNamespace) -> None:
    with behind_the_triggers():
        run("UPDATE ledger.revision SET note = 'x' WHERE number = 5", told)
        run(f"UPDATE {TALK} SET title = 'x'", told)
        faults, _ = verified()

    assert [fault.revision for fault in faults] == [1, 1, 2, 3, 5, 9]
