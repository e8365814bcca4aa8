"""What PostgreSQL itself refuses, whoever asks."""

import pytest
from django.db import Error, connection, transaction

from negotiations import publication
from negotiations.models import Citation, Issue, Position
from tests.ledger.by_hand import as_the_desk
from tests.scenery import editor, public_scenery, published

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
    assert "append-only" in refused("TRUNCATE ledger.revision, ledger.withdrawal")


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
        "DELETE FROM ledger.head",
        "UPDATE ledger.form SET keys = '{}'",
        "ALTER TABLE ledger.negotiations_talk DISABLE TRIGGER ALL",
    ):
        said = as_the_desk(statement)
        assert "permission denied" in said or "must be owner" in said, (statement, said)


def test_the_epoch_moves_with_a_revision_only() -> None:
    public_scenery()

    assert "one revision at a time" in as_the_desk("UPDATE ledger.head SET epoch = 7")


def test_a_withdrawal_is_of_the_revision_being_made_and_stays() -> None:
    scenery = public_scenery()
    publication.retract([scenery.istanbul], by=editor(), note="It was another meeting.")

    backdated = "INSERT INTO ledger.withdrawal VALUES (1, 'negotiations_talk', gen_random_uuid(), 'retraction')"
    assert "revision being made" in as_the_desk(backdated)
    assert "permission denied" in as_the_desk("UPDATE ledger.withdrawal SET act = 'merge'")
    assert "append-only" in refused("DELETE FROM ledger.withdrawal")


def test_texts_are_withheld_by_a_suppression_alone() -> None:
    scenery = public_scenery()
    publication.retract([scenery.istanbul], by=editor(), note="It was another meeting.")

    withhold = "UPDATE ledger.negotiations_talk SET title = '[withheld]', salt = NULL WHERE slug = 'istanbul'"
    assert "append-only" in refused(withhold)
    assert "permission denied" in as_the_desk(withhold)


def test_a_published_row_has_a_salt() -> None:
    public_scenery()

    assert "no salt" in refused(
        """INSERT INTO ledger.negotiations_issue (id, slug, name, definition, pax_group, revisions, form, digest)
           VALUES (gen_random_uuid(), 'issue', 'Issue', '', '', int8range(2, NULL), 1, sha256('x'))"""
    )


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


def test_the_desks_rules_of_uniqueness_hold_among_what_is_public_at_once() -> None:
    """Each unique and exclusion rule of a desk table stands again in its twin, with the revisions."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname, i.relname FROM pg_index u JOIN pg_class i ON i.oid = u.indexrelid
                 JOIN pg_class c ON c.oid = u.indrelid
                WHERE c.relnamespace = 'public'::regnamespace AND (u.indisunique OR u.indisexclusion)
                  AND NOT u.indisprimary AND to_regclass(format('ledger.%I', c.relname)) IS NOT NULL"""
        )
        desk = set(cursor.fetchall())
        cursor.execute(
            """SELECT conrelid::regclass::text, conname FROM pg_constraint
                WHERE contype = 'x' AND connamespace = 'ledger'::regnamespace
                  AND pg_get_constraintdef(oid) LIKE '%revisions WITH &&%'"""
        )
        ledger = {(table.removeprefix("ledger."), name) for table, name in cursor.fetchall()}
    assert len(desk) > 15
    assert desk - ledger == set()


def test_two_headlines_of_one_party_and_issue_cannot_be_public_on_one_day() -> None:
    scenery = public_scenery()
    issue = Issue.objects.create(slug="ceasefire", name="Ceasefire")
    common = {
        "process": scenery.process, "party": scenery.ukraine, "issue": issue, "stance": "demands",
        "ascription": "ascribed_by_media", "is_headline": True, "label": "A truce",
    }  # fmt: skip
    first = Position.objects.create(slug="first", in_force_edtf="2025-05-16/..", **common)
    Citation.objects.create(position=first, source=scenery.source, excerpt="x", attribution="outlet")
    published(issue, first)
    Position.objects.filter(pk=first.pk).update(in_force_edtf="2025-05-16/2025-05-31")  # not yet published
    second = Position.objects.create(slug="second", in_force_edtf="2025-05-20/..", supersedes=None, **{
        **common, "is_headline": False,
    })  # fmt: skip
    Position.objects.filter(pk=second.pk).update(in_force_edtf="2025-06-01/..", is_headline=True)
    Citation.objects.create(position=second, source=scenery.source, excerpt="x", attribution="outlet")

    with pytest.raises(publication.Refused, match="another headline position on this issue"):
        published(second)
    published(first, second, kind="correction")
