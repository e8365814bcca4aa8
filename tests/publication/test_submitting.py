"""Submissions: what was pinned is published, or it is sent back or withdrawn; and giving up what is not public."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from negotiations import publication
from negotiations.ledger.stages import stages
from negotiations.ledger.window import open_window
from negotiations.models import Actor, Affiliation, Delegation, DelegationMember, Edit, Pin, Revision, Submission, Talk
from negotiations.models.records import Record
from tests.factories import cite, make_actor, make_delegation, make_issue, make_member, make_talk
from tests.factories import published as published_with_all
from tests.scenery import Scenery, editor, public_scenery, published

pytestmark = pytest.mark.django_db


def curator() -> User:
    return User.objects.get_or_create(username="curator", defaults={"is_staff": True})[0]


def edited(record: Any, by: User | None = None, **values: Any) -> Any:
    """The record with other values, which `by` (a curator) wrote as its next version."""
    type(record).objects.filter(pk=record.pk).update(**values)
    publication.count_version(record, by=by or curator())
    return type(record).objects.get(pk=record.pk)


def submitted(*records: Record) -> Submission:
    return publication.submit(records, by=curator(), note="Please look.")


def decide(submission: Submission, **wanted: Any) -> Revision:
    usual = {"by": editor(), "kind": "correction", "note": "Corrected."}
    return publication.publish_submission(submission, **{**usual, **wanted})


def refusal(act: Any, *args: Any, **wanted: Any) -> str:
    with pytest.raises(publication.Refused) as refused:
        act(*args, **wanted)
    return str(refused.value)


def stage_of(record: Record) -> str:
    return stages(type(record), [record.pk])[record.pk]


def test_a_submission_pins_versions_and_its_records_are_submitted() -> None:
    scenery = public_scenery()
    talk, draft = edited(scenery.istanbul, title="Renamed"), make_issue()

    submission = submitted(talk, draft)

    assert (submission.status, submission.note, submission.sent_by) == ("open", "Please look.", curator())
    assert {(pin.table_name, pin.record_id, pin.version) for pin in submission.pins.all()} == {
        ("negotiations_talk", talk.pk, 2),
        ("negotiations_issue", draft.pk, 1),
    }
    assert (stage_of(talk), stage_of(draft), stage_of(scenery.antalya)) == ("submitted", "submitted", "published")


def test_what_was_pinned_becomes_public_as_one_revision() -> None:
    scenery = public_scenery()
    submission = submitted(edited(scenery.istanbul, title="Renamed"), edited(scenery.antalya, title="Also"))

    revision = decide(submission)

    with open_window():
        assert {talk.title for talk in Talk.objects.all()} == {"Renamed", "Also"}
    submission.refresh_from_db()
    assert (submission.status, submission.revision, submission.decided_by) == ("published", revision.number, editor())
    assert submission.alone_because == ""
    assert not Pin.objects.filter(is_open=True).exists()
    assert set(Edit.objects.values_list("revision", "publisher__username")) == {(revision.number, "editor")}
    assert stage_of(scenery.istanbul) == "published"


def test_a_record_that_changed_since_it_was_sent_is_refused_by_name() -> None:
    scenery = public_scenery()
    submission = submitted(edited(scenery.istanbul, title="Reviewed"), edited(scenery.antalya, title="Fine"))
    edited(scenery.istanbul, title="Unread")

    said = refusal(decide, submission)

    assert "“Unread” (istanbul) was changed after it was sent (version 2 then, 3 now)" in said
    assert "antalya" not in said
    with open_window():
        assert Talk.objects.get(slug="istanbul").title == "Istanbul talks"


def test_a_touched_part_counts_as_a_change_of_what_was_sent() -> None:
    scenery = public_scenery()
    submission = submitted(edited(scenery.istanbul, title="Reviewed"))
    Delegation.objects.filter(pk=scenery.delegation.pk).update(styled="Another name")
    publication.count_version(scenery.istanbul, by=curator())

    assert "was changed after it was sent" in refusal(decide, submission)


def test_a_record_is_in_one_open_submission_at_most() -> None:
    scenery = public_scenery()
    talk = edited(scenery.istanbul, title="Renamed")
    first = submitted(talk)

    said = refusal(submitted, talk)
    assert "“Renamed” (istanbul) is in the open submission of curator" in said
    assert "is in the open submission of curator" in refusal(published, talk, kind="correction")
    publication.withdraw(first, by=curator())

    assert submitted(talk).status == "open"


def test_postgresql_refuses_a_second_open_pin_whatever_is_written_into_it() -> None:
    scenery = public_scenery()
    talk = edited(scenery.istanbul, title="Renamed")
    submitted(talk)
    other = Submission.objects.create(note="Mine", sent_by=curator())
    columns = {"table_name": "negotiations_talk", "record_id": talk.pk, "version": 2, "is_open": False}

    with pytest.raises(IntegrityError, match="pin_is_in_one_open_submission"), transaction.atomic():
        Pin.objects.create(submission=other, **columns)


@pytest.mark.parametrize("note", ["", "  ", "a\x07b"])
def test_a_submission_says_something_to_whoever_reviews_it(note: str) -> None:
    talk = make_talk()

    assert "note" in refusal(publication.submit, [talk], by=curator(), note=note)
    assert not Submission.objects.exists()


def test_there_must_be_something_to_submit() -> None:
    scenery = public_scenery()
    twin = make_actor("Ukraine again")
    published(twin)
    publication.merge(twin, scenery.ukraine, by=editor(), note="One state.")

    assert "There is nothing to submit" in refusal(submitted)
    assert "“Istanbul talks” (istanbul) is public as it is" in refusal(submitted, scenery.istanbul)
    assert "was merged into another record" in refusal(submitted, twin)


def test_sending_back_says_why_and_frees_the_records() -> None:
    talk = edited(public_scenery().istanbul, title="Renamed")
    submission = submitted(talk)

    assert "Say why" in refusal(publication.send_back, submission, by=editor(), note=" ")
    publication.send_back(submission, by=editor(), note="¶4 does not say so.")

    submission.refresh_from_db()
    assert (submission.status, submission.decision_note) == ("sent_back", "¶4 does not say so.")
    assert stage_of(talk) == "changed"
    assert "not open any more: sent back" in refusal(decide, submission)
    assert "not open any more" in refusal(publication.withdraw, submission, by=curator())


def test_only_the_sender_withdraws_and_only_others_send_back() -> None:
    submission = submitted(make_talk())

    assert "Only whoever sent" in refusal(publication.withdraw, submission, by=editor())
    assert "withdraw it instead" in refusal(publication.send_back, submission, by=curator(), note="No.")
    publication.withdraw(submission, by=curator())

    submission.refresh_from_db()
    assert submission.status == "withdrawn"


def test_drafts_that_are_needed_are_named_and_found_in_review_or_not() -> None:
    talk = make_talk()
    cited = talk.citations.get().source
    first = submitted(talk)

    said = refusal(decide, first, kind="new")
    assert "is still a draft and is referred to; publish it too" in said
    needed = publication.drafts_needed_by([talk])
    assert {talk.process, cited, cited.publisher} == set(needed)
    submitted(talk.process)
    assert talk.process in publication.drafts_needed_by([talk])


def test_a_submission_in_which_nothing_differs_any_more_is_not_published() -> None:
    scenery = public_scenery()
    submission = submitted(edited(scenery.istanbul, title="Renamed"))
    Talk.objects.filter(pk=scenery.istanbul.pk).update(title="Istanbul talks")

    assert "send it back" in refusal(decide, submission)


def test_what_is_in_review_is_neither_retracted_nor_merged_nor_republished() -> None:
    scenery = public_scenery()
    submitted(edited(scenery.istanbul, title="Renamed"))

    for act, args in (
        (publication.retract, ([scenery.istanbul],)),
        (publication.merge, (scenery.istanbul, scenery.antalya)),
    ):
        assert "is in the open submission" in refusal(act, *args, by=editor(), note="Wrong.")
    said = refusal(publication.retract, [scenery.antalya], by=editor(), note="Wrong.", republishing=[scenery.istanbul])
    assert "is in the open submission" in said


def test_suppressing_takes_the_record_out_of_its_submissions() -> None:
    person = make_actor("Secret Person", kind="person")
    published(person)
    person = edited(person, description="A witness")
    alone = publication.submit([person], by=curator(), note="Secret Person is named.")
    publication.withdraw(alone, by=curator())
    shared = submitted(person, make_issue())
    Edit.objects.filter(version=2).update(
        author=superuser(), publisher=superuser(), revision=1, alone_because="Secret Person asked."
    )

    publication.suppress(person, by=editor(), note="For safety.")

    assert [pin.table_name for pin in shared.pins.all()] == ["negotiations_issue"]
    assert not Submission.objects.filter(pk=alone.pk).exists()
    assert "Secret Person" not in str(list(Edit.objects.values()) + list(Submission.objects.values()))


def superuser() -> User:
    return User.objects.get_or_create(username="root", defaults={"is_superuser": True})[0]


def swap_the_heads(scenery: Scenery) -> None:
    first, second = scenery.delegation.members.order_by("descriptor")
    DelegationMember.objects.filter(pk=first.pk).update(capacity="member")
    DelegationMember.objects.filter(pk=second.pk).update(capacity="head")


def with_members() -> Scenery:
    scenery = public_scenery()
    for name, capacity in (("A head", "head"), ("B member", "member")):
        DelegationMember.objects.create(delegation=scenery.delegation, descriptor=name, capacity=capacity)
    cite(scenery.delegation.members.get(capacity="head"), source=scenery.source)
    published(scenery.istanbul, kind="new_fact")
    return scenery


def desk_of(scenery: Scenery) -> dict[str, Any]:
    """Everything that is public of the talk, as the desk has it."""
    talk = Talk.objects.filter(pk=scenery.istanbul.pk)
    members = DelegationMember.objects.filter(delegation__talk=scenery.istanbul)
    return {
        "talk": talk.values("title", "slug", "summary").get(),
        "delegations": list(Delegation.objects.filter(talk=scenery.istanbul).order_by("pk").values()),
        "members": list(members.order_by("pk").values()),
        "citations": [list(member.citations.values()) for member in members.order_by("pk")],
    }


def test_discarding_returns_the_desk_to_what_is_public() -> None:
    scenery = with_members()
    before = desk_of(scenery)
    edited(scenery.istanbul, title="Renamed", slug="renamed", summary="Typed")
    make_delegation(scenery.istanbul, scenery.outlet)
    swap_the_heads(scenery)
    scenery.delegation.members.get(descriptor="A head").citations.get().delete()

    publication.discard(scenery.istanbul, by=curator())

    assert desk_of(scenery) == before
    assert stage_of(scenery.istanbul) == "published"
    assert Talk.objects.get(pk=scenery.istanbul.pk).version == 3, "who saw the edits must not save over this"
    scenery.istanbul.refresh_from_db()
    assert published(scenery.istanbul, kind="editorial") is None


def test_discarding_brings_back_a_part_that_was_removed() -> None:
    scenery = with_members()
    before = desk_of(scenery)
    scenery.delegation.delete()
    publication.count_version(scenery.istanbul, by=curator())

    publication.discard(scenery.istanbul, by=editor())

    assert desk_of(scenery) == before


def test_what_was_discarded_keeps_nobody_from_publishing() -> None:
    scenery = public_scenery()
    edited(scenery.istanbul, by=editor(), title="Mine")
    publication.discard(scenery.istanbul, by=editor())
    edited(scenery.istanbul, title="A curator's")

    scenery.istanbul.refresh_from_db()
    assert published(scenery.istanbul, kind="correction") is not None


def test_a_draft_and_what_is_in_review_are_not_discarded() -> None:
    talk = edited(public_scenery().istanbul, title="Renamed")
    submitted(talk)

    assert "is in the open submission" in refusal(publication.discard, talk, by=curator())
    assert "is not public" in refusal(publication.discard, make_issue(), by=curator())


def test_discarding_a_part_that_others_name_is_refused_by_name() -> None:
    scenery = public_scenery()
    person = make_actor("Rustem Umerov", kind="person")
    published(person)
    office = Affiliation.objects.create(actor=person, title="Minister")
    make_member(scenery.delegation, person, affiliation=office)

    said = refusal(publication.discard, person, by=curator())

    assert "“Istanbul talks” (istanbul) refers to the affiliation" in said


def test_discarding_what_needs_anothers_lost_part_is_refused_by_name() -> None:
    scenery = public_scenery()
    person = make_actor("Rustem Umerov", kind="person")
    office = Affiliation.objects.create(actor=person, title="Minister")
    member = make_member(scenery.delegation, person, affiliation=office)
    published_with_all(scenery.istanbul, person)
    member.delete()
    office.delete()

    said = refusal(publication.discard, scenery.istanbul, by=curator())

    assert "removed from the actor “Rustem Umerov”" in said
    assert not scenery.delegation.members.exists()


def test_a_slug_that_another_has_taken_is_said_in_words() -> None:
    scenery = public_scenery()
    edited(scenery.istanbul, slug="renamed")
    make_talk("Another", slug="istanbul")

    assert "slug" in refusal(publication.discard, scenery.istanbul, by=curator()).lower()


def test_a_draft_is_deleted_with_what_was_known_of_its_versions() -> None:
    talk = make_talk()
    make_delegation(talk)
    publication.record_versions([talk], by=curator())

    publication.delete_draft(talk, by=curator())

    assert not Talk.objects.exists()
    assert not Edit.objects.exists()


def test_a_draft_whose_parts_refer_to_one_another_is_deleted() -> None:
    talk = make_talk()
    make_delegation(talk, sits_with=make_delegation(talk))

    publication.delete_draft(talk, by=curator())

    assert not Talk.objects.exists()


def test_what_others_need_or_was_public_or_is_in_review_is_not_deleted() -> None:
    scenery = public_scenery()
    talk = make_talk()
    submitted(talk)

    assert f"“{talk}” ({talk.slug}) refers to the process" in refusal(
        publication.delete_draft, talk.process, by=curator()
    )
    assert "is in the open submission" in refusal(publication.delete_draft, talk, by=curator())
    assert "was published once" in refusal(publication.delete_draft, scenery.istanbul, by=curator())
    publication.retract([scenery.antalya], by=editor(), note="Wrong.")
    assert "was published once" in refusal(publication.delete_draft, scenery.antalya, by=curator())


def test_the_desks_role_can_do_all_of_it() -> None:
    scenery = public_scenery()
    curator(), editor()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE tracker_desk")

    edited(scenery.antalya, title="Dropped")
    publication.discard(scenery.antalya, by=curator())
    publication.delete_draft(make_issue(), by=curator())
    revision = decide(submitted(edited(scenery.istanbul, title="Renamed")))

    assert revision.number == 2
    assert Actor.objects.exists()
