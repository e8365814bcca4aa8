"""What PostgreSQL itself refuses, whoever asks."""

import pytest
from django.db import Error, connection, transaction

from tests.scenery import public_scenery, published

pytestmark = pytest.mark.django_db


def refused(statement: str) -> str:
    """Runs `statement`, expects PostgreSQL to refuse it, returns what it said."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except Error as error:
        return str(error)
    return "not refused"


def test_a_public_row_cannot_be_rewritten() -> None:
    public_scenery()

    assert "append-only" in refused("UPDATE ledger.negotiations_talk SET title = 'Other'")


def test_a_closed_row_stays_as_it_was_closed() -> None:
    scenery = public_scenery()
    scenery.istanbul.title = "Renamed"
    scenery.istanbul.save(update_fields=["title"])
    published(scenery.istanbul, kind="correction")

    closed = "WHERE NOT upper_inf(revisions)"
    assert "append-only" in refused(f"UPDATE ledger.negotiations_talk SET revisions = int8range(0, 2) {closed}")
    assert "conflicts with existing key" in refused(
        f"UPDATE ledger.negotiations_talk SET revisions = int8range(1, NULL) {closed}"
    )


def test_a_public_row_cannot_be_deleted_or_truncated() -> None:
    public_scenery()

    assert "append-only" in refused("DELETE FROM ledger.negotiations_citation")
    assert "append-only" in refused("TRUNCATE ledger.negotiations_talk CASCADE")
    assert "append-only" in refused("TRUNCATE ledger.revision")


def test_two_versions_of_a_row_cannot_be_public_at_once() -> None:
    public_scenery()

    copy = """INSERT INTO ledger.negotiations_actor (id, slug, name, kind, description, revisions, form, digest)
              SELECT id, 'other', name, kind, description, revisions, form, digest
                FROM ledger.negotiations_actor LIMIT 1"""
    assert "negotiations_actor_pkey" in refused(copy)


def test_what_is_still_referred_to_cannot_leave() -> None:
    public_scenery()

    assert "foreign key" in refused(
        "UPDATE ledger.negotiations_actor SET revisions = int8range(1, 2) WHERE slug = 'ukraine'"
    )


def test_two_public_records_cannot_share_a_slug() -> None:
    public_scenery()

    twin = """INSERT INTO ledger.negotiations_actor (id, slug, name, kind, description, revisions, form, digest)
              SELECT gen_random_uuid(), slug, name, kind, description, revisions, form, digest
                FROM ledger.negotiations_actor LIMIT 1"""
    assert "exclusion constraint" in refused(twin)


def as_the_desk(statement: str) -> str:
    """What PostgreSQL says when the desk's own role runs `statement`."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE tracker_desk")
            cursor.execute(statement)
    except Error as error:
        return str(error)
    return "done"


def test_the_desks_role_can_append_and_do_nothing_else_to_the_ledger() -> None:
    public_scenery()

    for statement in (
        "UPDATE public.negotiations_revision SET note = 'Other'",
        "DELETE FROM public.negotiations_revision",
        "UPDATE ledger.revision SET note = 'Other'",
        "DELETE FROM ledger.revision",
        "UPDATE ledger.negotiations_talk SET title = 'Other'",
        "DELETE FROM ledger.negotiations_talk",
        "TRUNCATE ledger.negotiations_talk",
        "UPDATE ledger.head SET epoch = 7",
        "UPDATE ledger.form SET keys = '{}'",
        "ALTER TABLE ledger.negotiations_talk DISABLE TRIGGER ALL",
    ):
        said = as_the_desk(statement)
        assert "permission denied" in said or "must be owner" in said, (statement, said)


def test_a_revision_cannot_be_changed_by_the_owner_either() -> None:
    public_scenery()

    assert "append-only" in refused("UPDATE ledger.revision SET note = 'Other'")
    assert "append-only" in refused("DELETE FROM ledger.revision")


def test_the_head_moves_on_by_one_and_never_back() -> None:
    public_scenery()

    for change in ("number = 5, at = now() + interval '1 day'", "number = 0", "number = 2, at = '2000-01-01'"):
        assert "moves on by one revision" in refused(f"UPDATE ledger.head SET {change}")
    assert "moves on by one revision" in refused("DELETE FROM ledger.head")


def test_the_desks_role_can_publish() -> None:
    scenery = public_scenery()
    scenery.istanbul.title = "Renamed"
    scenery.istanbul.save(update_fields=["title"])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL ROLE tracker_desk")

    revision = published(scenery.istanbul, kind="correction")

    assert revision is not None
    assert revision.number == 2
