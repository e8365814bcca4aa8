"""Publishing makes the desk's state of records public as one revision, or refuses by name and changes nothing."""

from itertools import pairwise

import pytest
from django.db import IntegrityError, connection

from negotiations import publication
from negotiations.ledger.window import open_window
from negotiations.models import Actor, Citation, Delegation, Position, Revision, Talk
from tests.scenery import draft_issue, drafted, editor, public_scenery, published

pytestmark = pytest.mark.django_db


def test_a_draft_is_not_public() -> None:
    drafted()

    with open_window() as window:
        assert window.revision == 0
        assert not Talk.objects.exists()


def test_publishing_makes_records_and_parts_public_as_one_revision() -> None:
    scenery = drafted()

    revision = published(*scenery.records, note="The Istanbul talks.")

    assert revision is not None
    assert (revision.number, revision.kind, revision.note) == (1, "new", "The Istanbul talks.")
    with open_window() as window:
        assert window.revision == 1
        assert Talk.objects.get(slug="istanbul").delegations.get().citations.get().excerpt == "they met"


def test_an_edit_of_a_public_record_is_not_public_until_published() -> None:
    scenery = public_scenery()
    Talk.objects.filter(pk=scenery.istanbul.pk).update(title="Renamed")
    Delegation.objects.create(talk=scenery.istanbul, party=scenery.outlet, roles=["observer"])

    with open_window():
        assert Talk.objects.get(slug="istanbul").title == "Istanbul talks"
        assert Delegation.objects.count() == 1
    published(scenery.istanbul, kind="correction")
    with open_window():
        assert Talk.objects.get(slug="istanbul").title == "Renamed"
        assert Delegation.objects.count() == 2


def test_the_past_can_be_read_at_its_revision() -> None:
    scenery = public_scenery()
    Talk.objects.filter(pk=scenery.istanbul.pk).update(title="Renamed")
    published(scenery.istanbul, kind="correction")

    with open_window(1) as window:
        assert window.revision == 1
        assert Talk.objects.get(slug="istanbul").title == "Istanbul talks"
    with open_window(2):
        assert Talk.objects.get(slug="istanbul").title == "Renamed"


def test_a_part_removed_on_the_desk_leaves_with_the_next_publish_and_stays_in_the_past() -> None:
    scenery = public_scenery()
    scenery.delegation.delete()

    published(scenery.istanbul, kind="correction")

    with open_window():
        assert not Delegation.objects.exists()
    with open_window(1):
        assert Delegation.objects.count() == 1


def test_publishing_what_has_not_changed_makes_no_revision() -> None:
    scenery = public_scenery()

    assert published(*scenery.records) is None
    assert Revision.objects.count() == 1


def test_publishing_without_a_citation_is_refused_by_name() -> None:
    scenery = drafted()
    scenery.antalya.citations.all().delete()

    with pytest.raises(publication.Refused, match=r"The talk “Antalya talks” \(antalya\) has no citation"):
        published(*scenery.records)
    assert not Revision.objects.exists()


def test_a_rejected_source_alone_publishes_nothing() -> None:
    scenery = drafted()
    scenery.source.reliability, scenery.source.reliability_reason = "rejected", "A forgery."
    scenery.source.save(update_fields=["reliability", "reliability_reason"])

    with pytest.raises(publication.Refused, match="no citation of a source that is not rejected"):
        published(*scenery.records)


def test_publishing_what_refers_to_a_draft_names_the_draft() -> None:
    scenery = public_scenery()
    position = Position.objects.create(
        slug="p", process=scenery.process, party=scenery.ukraine, issue=draft_issue(), stance="demands",
        label="A truce", in_force_edtf="2025-05-16/..", ascription="ascribed_by_media",
    )  # fmt: skip
    Citation.objects.create(position=position, source=scenery.source, excerpt="x", attribution="outlet")

    with pytest.raises(publication.Refused, match=r"The issue “A secret issue” \(secret-issue\) is still a draft"):
        published(position)


def test_a_reference_from_a_part_to_a_draft_is_found_too() -> None:
    scenery = public_scenery()
    stranger = Actor.objects.create(slug="stranger", name="Stranger", kind="state")
    Delegation.objects.create(talk=scenery.istanbul, party=stranger, roles=["host"])

    with pytest.raises(publication.Refused, match=r"The actor “Stranger” \(stranger\) is still a draft"):
        published(scenery.istanbul)


@pytest.mark.parametrize("kind", ["news", "suppression", "retraction", ""])
def test_only_what_publishing_can_be_is_a_kind_of_it(kind: str) -> None:
    scenery = drafted()

    with pytest.raises(publication.Refused, match="is no kind of publishing; use one of new, new_fact"):
        published(*scenery.records, kind=kind)


@pytest.mark.parametrize("note", ["", "  ", "a\u202eb", "a\x07b"])
def test_the_public_note_says_something_and_hides_nothing(note: str) -> None:
    scenery = drafted()

    with pytest.raises(publication.Refused, match=r"note"):
        published(*scenery.records, note=note)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger.revision (number, at, kind, note, previous, hash, by_id)"
            " VALUES (9, now(), 'new', %s, '', '', 1)",
            [note.strip()],
        )


def test_postgresql_refuses_an_uncited_public_talk_whatever_the_way() -> None:
    scenery = public_scenery()
    Citation.objects.filter(talk=scenery.antalya).delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger.negotiations_citation SET revisions = int8range(lower(revisions), 2)")
        with pytest.raises(IntegrityError, match="without a citation"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_record_that_was_ever_public_is_known_as_such() -> None:
    scenery = public_scenery()

    assert publication.was_ever_public(scenery.istanbul)
    assert not publication.was_ever_public(draft_issue())


def test_numbers_are_gap_free_and_moments_never_run_backwards() -> None:
    scenery = public_scenery()
    for title in ("One", "Two", "Three"):
        Talk.objects.filter(pk=scenery.istanbul.pk).update(title=title)
        published(scenery.istanbul, kind="editorial")

    revisions = list(Revision.objects.order_by("number"))
    assert [revision.number for revision in revisions] == [1, 2, 3, 4]
    assert all(before.at < after.at for before, after in pairwise(revisions))


def test_who_published_stays_on_the_desk() -> None:
    public_scenery()

    assert Revision.objects.get().by == editor()
    with open_window():
        assert Revision.objects.get().by_id is None
