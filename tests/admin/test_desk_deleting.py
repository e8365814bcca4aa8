"""Drafts can be deleted on the desk; what was ever public cannot, by no way, and is named."""

from __future__ import annotations

from typing import Any

import pytest

from negotiations import publication
from negotiations.admin.records import RecordAdmin
from negotiations.models import Delegation, Talk
from tests import factories as make
from tests.scenery import draft_issue, drafted, editor, public_scenery, published

TALK = "/admin/negotiations/talk"
REFUSAL = "Not deleted, because it was published once and may be cited"


def bulk(*talks: Talk, **more: Any) -> dict[str, Any]:
    return {"action": "delete_selected", "_selected_action": [talk.pk for talk in talks], "index": "0", **more}


def test_a_draft_is_deleted_with_its_parts(curator: Any) -> None:
    scenery = drafted()

    assert "Are you sure" in curator.page(f"{TALK}/{scenery.istanbul.pk}/delete/")
    curator.send(f"{TALK}/{scenery.istanbul.pk}/delete/", {"post": "yes"})

    assert [talk.slug for talk in Talk.objects.all()] == ["antalya"]
    assert not Delegation.objects.exists()


@pytest.mark.parametrize("who", ["curator", "editor", "administrator"])
def test_what_is_public_is_not_deleted_on_its_page(who: str, request: pytest.FixtureRequest) -> None:
    browser = request.getfixturevalue(who)
    scenery = public_scenery()

    landed = browser.send(f"{TALK}/{scenery.istanbul.pk}/delete/", {"post": "yes"})

    assert f"{REFUSAL}: “Istanbul talks” (istanbul)" in landed
    assert "Change talk" in landed
    assert Talk.objects.filter(pk=scenery.istanbul.pk).exists()


def test_what_was_public_once_is_not_deleted_either(curator: Any) -> None:
    issue = draft_issue()
    published(issue)
    publication.retract([issue], by=editor(), note="It was none.")

    landed = curator.send(f"/admin/negotiations/issue/{issue.pk}/delete/", {"post": "yes"})

    assert REFUSAL in landed
    issue.refresh_from_db()


def test_of_a_mixed_choice_the_drafts_go_and_the_others_are_named(curator: Any) -> None:
    scenery = public_scenery()
    draft = make.make_talk("A draft")

    page = curator.send(f"{TALK}/", bulk(scenery.istanbul, draft))
    assert f"{REFUSAL}: “Istanbul talks” (istanbul)" in page
    assert "Are you sure" in page
    assert str(scenery.istanbul.pk) not in page
    curator.send(f"{TALK}/", {"action": "delete_selected", "_selected_action": [draft.pk], "post": "yes"})

    assert {talk.slug for talk in Talk.objects.all()} == {"istanbul", "antalya"}


def test_of_a_confirmed_choice_what_was_public_stays_as_well(curator: Any) -> None:
    scenery = public_scenery()

    landed = curator.send(f"{TALK}/", bulk(scenery.istanbul, scenery.antalya, post="yes"))

    assert REFUSAL in landed
    assert Talk.objects.count() == 2


def test_what_was_public_does_not_go_with_another_record(curator: Any, rf: Any, administrator: Any) -> None:
    from django.contrib import admin

    scenery = public_scenery()
    request = rf.get("/")
    request.user = administrator.get("/admin/").wsgi_request.user

    # No cascade leads from record to record today; the page for deleting asks about all that would go.
    page: Any = admin.site.get_model_admin(Talk)
    *_, protected = page.get_deleted_objects([scenery.istanbul], request)

    assert any(REFUSAL in reason for reason in protected)
    curator.send(f"/admin/negotiations/process/{scenery.process.pk}/delete/", {"post": "yes"})
    scenery.process.refresh_from_db()


def test_what_is_published_between_question_and_answer_stays(curator: Any) -> None:
    from django.contrib import admin

    scenery = public_scenery()
    page: Any = admin.site.get_model_admin(Talk)
    assert isinstance(page, RecordAdmin)
    request = curator.get("/admin/").wsgi_request

    with pytest.raises(publication.Refused, match="was published once"):
        page.delete_rows(request, [scenery.istanbul])

    scenery.istanbul.refresh_from_db()


def test_a_part_of_a_public_record_is_removed_on_the_desk_and_stays_public_until_published(curator: Any) -> None:
    from negotiations.ledger.window import open_window

    scenery = public_scenery()
    page = f"{TALK}/{scenery.istanbul.pk}/change/"

    curator.send(page, {**curator.form_of(page), "delegations-0-DELETE": "on"})

    assert not Delegation.objects.exists()
    with open_window():
        assert Delegation.objects.exists()
    assert "changed</td>" in curator.page(f"{TALK}/")
