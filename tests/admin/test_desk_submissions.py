"""Sending for review and deciding on the desk, and the acts on one record: what each role may, and may not."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command

from negotiations import publication
from negotiations.ledger.stages import stages
from negotiations.ledger.window import open_window
from negotiations.models import Actor, Revision, Submission, Talk, Withdrawal
from negotiations.models.records import Record
from tests import factories as make
from tests.admin.conftest import Browser, signed_in
from tests.scenery import Scenery, public_scenery, published

TALK = "/admin/negotiations/talk"
SUBMISSION = "/admin/negotiations/submission"
WHY = {"kind": "correction", "note": "The title."}


def user(name: str) -> User:
    return User.objects.get(username=f"{name}-at-work")


def renamed(browser: Browser, talk: Talk, title: str = "Renamed") -> Talk:
    page = f"{TALK}/{talk.pk}/change/"
    browser.send(page, {**browser.form_of(page), "title": title})
    return Talk.objects.get(pk=talk.pk)


def submitted(*records: Record, by: str = "curator") -> Submission:
    return publication.submit(records, by=user(by), note="Please look.")


def page_of(submission: Submission) -> str:
    return f"{SUBMISSION}/{submission.pk}/change/"


def status_of(submission: Submission) -> str:
    return Submission.objects.get(pk=submission.pk).status


def test_a_curator_sends_records_for_review_and_an_editor_publishes_what_was_pinned(curator: Any, editor: Any) -> None:
    talk = renamed(curator, public_scenery().istanbul)

    chosen = {"action": "submit_selected", "_selected_action": [talk.pk], "index": "0"}
    page = curator.send(f"{TALK}/", chosen)
    assert "Submit 1 talk for review" in page
    assert "changed since it was published" in page
    curator.send(f"{TALK}/submit/", {"seen": f"{talk.pk}:2", "note": "Please look."})
    submission = Submission.objects.get()

    assert "submitted</td>" in editor.page(f"{TALK}/")
    page = editor.page(page_of(submission))
    assert "Please look." in page
    assert "submitted, version 2 (" in page
    landed = editor.send(page_of(submission), {"act": "publish", **WHY})

    assert "Revision 2 publishes what was pinned" in landed
    assert "Published by editor-at-work" in landed
    with open_window():
        assert Talk.objects.get(slug="istanbul").title == "Renamed"


def test_the_list_has_the_open_ones_first_and_costs_the_same_at_any_length(curator: Any, editor: Any) -> None:
    old = submitted(make.make_issue())
    publication.withdraw(submitted(make.make_issue()), by=user("curator"))

    page = editor.page(f"{SUBMISSION}/")

    assert page.index(str(old.pk)) < page.index("Withdrawn</td>")
    assert "2 submissions" in page


def test_what_changed_since_is_refused_by_name_and_shown(curator: Any, editor: Any) -> None:
    talk = renamed(curator, public_scenery().istanbul)
    submission = submitted(talk)
    renamed(curator, talk, "Unread")

    assert "changed since it was sent" in editor.page(page_of(submission))
    said = editor.send(page_of(submission), {"act": "publish", **WHY})

    assert "“Unread” (istanbul) was changed after it was sent" in said
    assert status_of(submission) == "open"


def test_an_editor_sends_back_with_a_note_which_the_curator_reads(curator: Any, editor: Any) -> None:
    submission = submitted(make.make_issue())

    assert "This field is required" in editor.send(page_of(submission), {"act": "send_back"})
    editor.send(page_of(submission), {"act": "send_back", "decision_note": "¶4 does not say so."})

    assert "¶4 does not say so." in curator.page(page_of(submission))
    assert status_of(submission) == "sent_back"


def test_the_sender_withdraws_and_nobody_else(curator: Any, editor: Any) -> None:
    submission = submitted(make.make_issue())

    assert "Only whoever sent" in editor.send(page_of(submission), {"act": "withdraw"})
    curator.send(page_of(submission), {"act": "withdraw"})

    assert status_of(submission) == "withdrawn"


def test_an_editor_does_not_decide_on_their_own_and_a_superuser_needs_a_reason(
    editor: Any, administrator: Any, curator: Any
) -> None:
    talk = renamed(editor, public_scenery().istanbul)
    submission = submitted(talk, by="administrator")

    assert "You wrote what is not yet public" in editor.send(page_of(submission), {"act": "publish", **WHY})
    assert "Why alone" not in editor.page(page_of(submission))
    assert "say why" in administrator.send(page_of(submission), {"act": "publish", **WHY})
    administrator.send(page_of(submission), {"act": "publish", **WHY, "alone_because": "All are on leave."})

    assert status_of(submission) == "published"


@pytest.mark.parametrize("act", ["publish", "send_back"])
def test_a_curator_does_not_decide(act: str, curator: Any) -> None:
    submission = submitted(make.make_issue())
    page = curator.page(page_of(submission))
    assert 'value="send_back"' not in page
    assert 'value="publish"' not in page

    curator.send(page_of(submission), {"act": act, **WHY, "decision_note": "No."}, expect=403)

    assert status_of(submission) == "open"


def test_a_submission_is_neither_added_nor_edited_nor_deleted_by_hand(editor: Any, curator: Any) -> None:
    submission = submitted(make.make_issue())

    editor.page(f"{SUBMISSION}/add/", expect=403)
    editor.send(f"{SUBMISSION}/{submission.pk}/delete/", {"post": "yes"}, expect=403)
    editor.send(page_of(submission), {"note": "x", "status": "published"}, expect=403)

    assert Submission.objects.get().note == "Please look."


@pytest.fixture
def of_administrators(groups: None) -> Browser:
    """Somebody in the group Administrators who is no superuser."""
    Group.objects.get_or_create(name="Administrators")
    return signed_in("suppressing-at-work", group="Administrators")


def asked_of(act: str, scenery: Scenery) -> tuple[str, dict[str, str]]:
    """The page of an act on the Antalya talks, and what it takes to do it."""
    forms = {
        "discard": {},
        "retract": {"note": "It was another meeting."},
        "merge": {"note": "One meeting.", "into": str(scenery.istanbul.pk)},
        "suppress": {"note": "For safety."},
    }
    return f"{TALK}/{scenery.antalya.pk}/{act}/", {"confirmed": "on", "seen_version": "1", **forms[act]}


ALLOWED = {
    ("curator", "discard"), ("editor", "discard"), ("editor", "retract"), ("editor", "merge"),
    ("of_administrators", "suppress"), ("administrator", "discard"), ("administrator", "retract"),
    ("administrator", "merge"), ("administrator", "suppress"),
}  # fmt: skip


@pytest.mark.parametrize("who", ["curator", "editor", "of_administrators", "administrator"])
@pytest.mark.parametrize("act", ["discard", "retract", "merge", "suppress"])
def test_each_role_is_offered_and_allowed_its_acts_and_no_other(
    act: str, who: str, request: pytest.FixtureRequest
) -> None:
    browser = request.getfixturevalue(who)
    scenery = public_scenery()
    Talk.objects.filter(pk=scenery.antalya.pk).update(summary="Typed")
    address, form = asked_of(act, scenery)
    is_allowed = (who, act) in ALLOWED

    assert (address in browser.page(f"{TALK}/{scenery.antalya.pk}/change/")) == is_allowed
    browser.page(address, expect=200 if is_allowed else 403)
    browser.send(address, form, expect=200 if is_allowed else 403)

    left = not Talk.objects.filter(pk=scenery.antalya.pk, summary="Typed").exists()
    assert (left or Revision.objects.count() == 2) == is_allowed


@pytest.mark.parametrize("act", ["discard", "retract", "merge", "suppress"])
def test_no_act_without_confirmation_nor_by_a_stranger(act: str, administrator: Any, stranger: Any) -> None:
    scenery = public_scenery()
    Talk.objects.filter(pk=scenery.antalya.pk).update(summary="Typed")
    address, form = asked_of(act, scenery)

    assert "This field is required" in administrator.send(address, {**form, "confirmed": ""})
    assert stranger.post(address, form).status_code == 403

    assert Revision.objects.count() == 1
    assert Talk.objects.get(pk=scenery.antalya.pk).summary == "Typed"


@pytest.mark.parametrize("who", ["of_administrators", "stranger"])
def test_who_may_not_submit_is_not_offered_it(who: str, request: pytest.FixtureRequest) -> None:
    browser = request.getfixturevalue(who)
    talk = make.make_talk()

    answer = browser.post(f"{TALK}/submit/", {"seen": f"{talk.pk}:1", "note": "n"})

    assert answer.status_code == 403
    assert not Submission.objects.exists()


def test_the_page_for_retracting_names_who_refers_and_republishes_who_let_go(editor: Any) -> None:
    scenery = public_scenery()
    page = f"/admin/negotiations/actor/{scenery.ukraine.pk}/retract/"
    form = {"note": "No such state.", "confirmed": "on", "with_referring": "on", "seen_version": "1"}

    shown = editor.page(page)
    assert "the talk “Istanbul talks” (istanbul) refers to the actor “Ukraine” (ukraine)." in shown
    assert "still refers to" in editor.send(page, form)
    scenery.delegation.delete()
    assert "Istanbul talks (istanbul)</li>" in editor.page(page)
    landed = editor.send(page, form)

    assert "Revision 2 retracts “Ukraine”." in landed
    with open_window():
        assert not Actor.objects.filter(slug="ukraine").exists()
        assert not Talk.objects.get(slug="istanbul").delegations.exists()


def test_the_page_for_retracting_takes_another_record_of_its_kind_as_the_successor(editor: Any) -> None:
    scenery = public_scenery()
    address, form = asked_of("retract", scenery)

    for other in (scenery.antalya, scenery.ukraine):
        assert "Choose another record, of the same kind." in editor.send(address, {**form, "successor": str(other.pk)})
    editor.send(address, {**form, "successor": str(scenery.istanbul.pk)})

    assert Withdrawal.objects.get().successor_id == scenery.istanbul.pk


def test_the_page_for_suppressing_shows_where_the_names_stand_and_says_none_itself(administrator: Any) -> None:
    scenery = public_scenery()
    person = make.make_actor("Secret Person", kind="person")
    published(person)
    Talk.objects.filter(pk=scenery.istanbul.pk).update(summary="Secret Person was there")
    page = f"/admin/negotiations/actor/{person.pk}/suppress/"

    shown = administrator.page(page)
    assert f'<a href="{TALK}/{scenery.istanbul.pk}/change/">Istanbul talks</a>: summary of a talk (desk)' in shown
    assert "name of a actor" not in shown
    landed = administrator.send(page, {"note": "For safety.", "confirmed": "on", "seen_version": "1"})

    assert "Revision 3 suppresses it." in landed
    assert f'href="{TALK}/{scenery.istanbul.pk}/change/"' in landed
    assert "Secret Person" not in landed
    assert not Actor.objects.filter(pk=person.pk).exists()


def test_discarding_on_the_desk_shows_whose_edits_go(curator: Any) -> None:
    scenery = public_scenery()
    talk = renamed(curator, scenery.antalya)

    page = f"{TALK}/{talk.pk}/discard/"

    assert "version 2 by curator-at-work" in curator.page(page)
    assert "was edited after this page was shown" in curator.send(page, {"confirmed": "on", "seen_version": "1"})
    curator.send(page, {**curator.form_of(page), "confirmed": "on"})

    assert Talk.objects.get(pk=talk.pk).title == "Antalya talks"
    assert stages(Talk, [talk.pk]) == {talk.pk: "published"}


def test_a_draft_in_review_is_not_deleted_and_the_page_says_why(curator: Any) -> None:
    issue = make.make_issue()
    submitted(issue)
    at = "/admin/negotiations/issue"

    assert "is in the open submission of curator-at-work" in curator.send(f"{at}/{issue.pk}/delete/", {"post": "yes"})
    bulk = {"action": "delete_selected", "_selected_action": [issue.pk], "post": "yes"}
    assert "is in the open submission of curator-at-work" in curator.send(f"{at}/", bulk)

    issue.refresh_from_db()


def test_the_groups_have_the_same_rights_from_the_migration_and_from_make_accounts(groups: None) -> None:
    def rights() -> dict[str, set[str]]:
        return {group.name: set(group.permissions.values_list("codename", flat=True)) for group in Group.objects.all()}

    by_migration = rights()
    for group in Group.objects.all():
        group.permissions.clear()
    call_command("make_accounts", verbosity=0, stdout=StringIO())

    assert rights() == by_migration
    assert "suppress_records" in by_migration["Administrators"]
    assert not {right for right in by_migration["Administrators"] if right.startswith(("add_", "change_", "delete_"))}


def test_a_records_page_says_how_it_stands_to_what_is_public(curator: Any, editor: Any) -> None:
    scenery = public_scenery()
    page = f"{TALK}/{scenery.antalya.pk}/change/"
    assert "Published: the public reads" in editor.page(page)
    talk = renamed(curator, scenery.antalya)
    assert "Changed: the public reads what was published last" in editor.page(page)
    submission = submitted(talk)
    assert f'In review: an edit now makes it look changed to whoever reviews it. <a href="{page_of(submission)}">' in (
        editor.page(page)
    )
    publication.withdraw(submission, by=user("curator"))
    assert "submit/?record" in editor.page(page)

    address, form = asked_of("merge", scenery)
    editor.send(address, {**form, "seen_version": str(talk.version)})

    shown = editor.page(page)
    assert "Merged: the public is led to the record in its place" in shown
    assert f'<a href="{TALK}/{scenery.istanbul.pk}/change/">Istanbul talks</a>' in shown
    assert ("submit/?record" in shown, "publish/?record" in shown) == (False, False)
