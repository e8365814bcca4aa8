"""Publishing from the desk: editors may, with a note; a refusal is said on the page, and what was read is published."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection

from negotiations import publication
from negotiations.admin.going_along import as_shown
from negotiations.ledger.stages import stages
from negotiations.ledger.window import open_window
from negotiations.models import Affiliation, Citation, Issue, Revision, Talk
from negotiations.models.records import Record
from tests import factories as make
from tests.scenery import drafted, public_scenery, published

TALK = "/admin/negotiations/talk"
PUBLISH = f"{TALK}/publish/"


def seen(*records: Record) -> str:
    return " ".join(f"{record.pk}:{record.version}" for record in records)


def needed(*records: Record) -> str:
    """The value of the box that takes the drafts along which `records` refer to."""
    return " ".join(map(as_shown, publication.drafts_needed_by(records)))


def asked(*records: Record, **more: Any) -> dict[str, Any]:
    return {"seen": seen(*records), "kind": "new", "note": "Two talks.", **more}


def test_the_action_shows_what_will_be_published_and_then_publishes_it(editor: Any) -> None:
    scenery = drafted()
    published(scenery.ukraine, scenery.outlet, scenery.source, scenery.process)
    chosen = {"action": "publish_selected", "_selected_action": [scenery.istanbul.pk, scenery.antalya.pk], "index": "0"}

    page = editor.send(f"{TALK}/", chosen)
    assert "Publish 2 talks" in page
    assert "1 delegation, 3 citations" in page
    assert page.count("new to the public") == 2
    assert Revision.objects.count() == 1
    landed = editor.send(PUBLISH, asked(scenery.istanbul, scenery.antalya))

    revision = Revision.objects.get(number=2)
    assert (revision.kind, revision.note, revision.by.username) == ("new", "Two talks.", "editor-at-work")
    assert '<a href="/admin/negotiations/revision/2/change/">Revision 2</a> makes public: ' in landed
    with open_window():
        assert Talk.objects.count() == 2
    assert LogEntry.objects.filter(change_message__contains="revision 2").count() == 2


def test_the_page_of_a_record_leads_to_publishing_it(editor: Any, curator: Any) -> None:
    talk = make.make_talk()
    link = f"{PUBLISH}?record={talk.pk}"

    assert link in editor.page(f"{TALK}/{talk.pk}/change/")
    assert link not in curator.page(f"{TALK}/{talk.pk}/change/")
    assert "Istanbul talks" in editor.page(link)
    assert "No record is chosen" in editor.page(f"{PUBLISH}?record=nonsense")
    assert "No record is chosen" in editor.page(PUBLISH)


def test_a_talk_without_citation_is_refused_on_the_page_that_keeps_what_was_typed(editor: Any) -> None:
    scenery = drafted()
    published(scenery.ukraine, scenery.outlet, scenery.source, scenery.process)
    Citation.objects.filter(talk=scenery.istanbul).delete()

    page = editor.send(PUBLISH, asked(scenery.istanbul, note="My long note."))

    assert "“Istanbul talks” (istanbul) has no citation" in page
    assert "My long note." in page
    assert f'value="{seen(scenery.istanbul)}"' in page
    assert Revision.objects.count() == 1


def test_drafts_that_a_record_refers_to_are_named_and_published_with_it_if_wanted(editor: Any) -> None:
    scenery = drafted()

    refused = editor.send(PUBLISH, asked(scenery.istanbul))
    assert "is still a draft and is referred to" in refused
    for record in (scenery.ukraine, scenery.outlet, scenery.source, scenery.process):
        assert f"/{record.pk}/change/" in refused
    assert not Revision.objects.exists()
    editor.send(PUBLISH, asked(scenery.istanbul, with_drafts=needed(scenery.istanbul)))

    with open_window():
        assert [str(talk) for talk in Talk.objects.all()] == ["Istanbul talks"]
        assert Talk.objects.get().delegations.get().party.name == "Ukraine"


def test_an_actor_needed_only_through_an_office_is_named_too(editor: Any) -> None:
    scenery = public_scenery()
    person = make.make_actor("Rustem Umerov", kind="person")
    ministry = make.make_actor("Ministry of Defence", kind="government_body")
    office = Affiliation.objects.create(actor=person, organisation=ministry)
    make.make_member(scenery.delegation, person, affiliation=office)
    scenery.istanbul.refresh_from_db()

    page = editor.send(PUBLISH, asked(scenery.istanbul, kind="new_fact"))

    assert "Rustem Umerov" in page
    assert "Ministry of Defence" in page
    editor.send(PUBLISH, asked(scenery.istanbul, kind="new_fact", with_drafts=needed(scenery.istanbul)))
    assert stages(Talk, [scenery.istanbul.pk]) == {scenery.istanbul.pk: "published"}


@pytest.mark.parametrize("missing", ["kind", "note", "seen"])
def test_kind_and_note_are_required(missing: str, editor: Any) -> None:
    scenery = drafted()

    editor.send(PUBLISH, asked(scenery.istanbul) | {missing: ""})

    assert not Revision.objects.exists()


@pytest.mark.parametrize("kind", ["retraction", "merge", "suppression", "nonsense"])
def test_other_acts_do_not_pass_for_publishing(kind: str, editor: Any) -> None:
    scenery = drafted()

    editor.send(PUBLISH, asked(scenery.istanbul, with_drafts=needed(scenery.istanbul), kind=kind))

    assert not Revision.objects.exists()


@pytest.mark.parametrize("broken", ["nonsense", "1:2:3", "x:y", ":"])
def test_a_broken_choice_is_refused_and_is_no_error(broken: str, editor: Any) -> None:
    make.make_talk()

    assert "No record is chosen" in editor.send(PUBLISH, {"seen": broken, "kind": "new", "note": "n"})


def test_what_was_edited_since_the_page_was_shown_is_not_published_unread(editor: Any, curator: Any) -> None:
    scenery = public_scenery()
    Talk.objects.filter(pk=scenery.istanbul.pk).update(title="Read", version=2)
    scenery.istanbul.refresh_from_db()
    looked_at = asked(scenery.istanbul, kind="correction")

    form = curator.form_of(f"{TALK}/{scenery.istanbul.pk}/change/")
    curator.send(f"{TALK}/{scenery.istanbul.pk}/change/", {**form, "title": "Unread"})
    page = editor.send(PUBLISH, looked_at)

    assert "was edited after this page was shown" in page
    assert f'value="{scenery.istanbul.pk}:3"' in page
    with open_window():
        assert Talk.objects.get(slug="istanbul").title == "Istanbul talks"


def test_a_record_deleted_meanwhile_is_said(editor: Any) -> None:
    talk = make.make_talk()
    looked_at = asked(talk)
    talk.delete()

    assert "No record is chosen" in editor.send(PUBLISH, looked_at)
    assert not Revision.objects.exists()


def test_publishing_what_has_not_changed_says_so(editor: Any) -> None:
    scenery = public_scenery()

    assert "nothing has changed" in editor.page(f"{PUBLISH}?record={scenery.istanbul.pk}")
    landed = editor.send(PUBLISH, asked(scenery.istanbul, kind="editorial"))

    assert "Nothing differs from what is public" in landed
    assert Revision.objects.count() == 1


def test_nobody_publishes_what_they_entered_but_a_superuser_who_says_why(editor: Any, administrator: Any) -> None:
    issue = "/admin/negotiations/issue"
    for browser, name in ((editor, "first"), (administrator, "second")):
        browser.send(f"{issue}/add/", {**browser.form_of(f"{issue}/add/"), "name": name, "slug": name})
    first, second = (Issue.objects.get(slug=slug) for slug in ("first", "second"))

    assert "You wrote what is not yet public of the issue “first” (first)" in editor.send(
        f"{issue}/publish/", asked(first, alone_because="I may")
    )
    assert "say why" in administrator.send(f"{issue}/publish/", asked(second))
    assert not Revision.objects.exists()
    administrator.send(f"{issue}/publish/", asked(second, alone_because="All are on leave."))
    editor.send(f"{issue}/publish/", asked(second))
    administrator.send(f"{issue}/publish/", asked(first))

    with open_window():
        assert {row.slug for row in Issue.objects.all()} == {"first", "second"}


def test_curators_cannot_publish(curator: Any) -> None:
    scenery = drafted()
    chosen = {"action": "publish_selected", "_selected_action": [scenery.istanbul.pk], "index": "0"}

    assert "Publish…" not in curator.page(f"{TALK}/")
    curator.send(f"{TALK}/", chosen)
    curator.send(PUBLISH, asked(scenery.istanbul, with_drafts=needed(scenery.istanbul)), expect=403)
    curator.page(PUBLISH, expect=403)

    assert not Revision.objects.exists()


def test_a_stranger_cannot_publish(stranger: Any) -> None:
    scenery = drafted()

    answer = stranger.post(PUBLISH, asked(scenery.istanbul, with_drafts=needed(scenery.istanbul)))

    assert answer.status_code == 403
    assert not Revision.objects.exists()


def test_publishing_from_another_site_is_refused(editor: Any) -> None:
    scenery = drafted()
    editor.handler.enforce_csrf_checks = True

    assert editor.post(PUBLISH, asked(scenery.istanbul, with_drafts=needed(scenery.istanbul))).status_code == 403
    assert not Revision.objects.exists()


def test_the_desk_works_with_the_rights_of_its_own_role(editor: Any, curator: Any) -> None:
    scenery = drafted()
    page = f"{TALK}/{scenery.istanbul.pk}/change/"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE tracker_desk")

    curator.send(page, {**curator.form_of(page), "title": "Renamed"})
    scenery.istanbul.refresh_from_db()
    editor.send(PUBLISH, asked(scenery.istanbul, with_drafts=needed(scenery.istanbul)))
    editor.send(f"{TALK}/{scenery.antalya.pk}/delete/", {"post": "yes"})

    assert "published</td>" in editor.page(f"{TALK}/")
    assert "Two talks." in editor.page("/admin/negotiations/revision/")
    assert [str(talk) for talk in Talk.objects.all()] == ["Renamed"]
