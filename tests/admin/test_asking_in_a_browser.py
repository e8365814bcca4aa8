"""What waits, and what the desk asks before it saves, in a real browser: by keyboard, and without faults of access."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Dialog, expect

from negotiations import publication
from negotiations.models import Assertion, Place, Talk
from tests import factories as make
from tests.admin.browser import Desk, needs_a_browser

pytestmark = needs_a_browser


def focused(desk: Desk) -> str:
    return str(desk.page.evaluate("document.activeElement.name || document.activeElement.className"))


def look(desk: Desk, name: str) -> None:
    """The page is no wider than the window, its console silent, and axe content."""
    # No window opened the page for a new record by itself, which ends without an icon.
    said = [each for each in desk.said if "_popup=1" not in each]
    assert (name, desk.is_too_wide(), said, desk.serious()) == (name, False, [], [])
    desk.shot(name, full_page=True)
    desk.said.clear()  # a picture is taken with styles that the page's rules forbid


def save(desk: Desk) -> None:
    """Presses the button, whatever comes of it."""
    with desk.page.expect_navigation(wait_until="load"):
        desk.page.locator("[name=_continue]").first.press("Enter")


@pytest.mark.usefixtures("committed")
def test_work_is_found_and_asked_about_in_a_browser(desk: Desk) -> None:
    talk = make.make_talk("Istanbul talks", purpose="Peace")
    make.make_place("Istanbul")
    for length in ("[90,90]", "[100,100]"):
        Assertion.objects.create(talk=talk, field="duration", amount=length, unit="minutes")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    desk.page.on("dialog", leave)

    desk.open("/admin/")
    look(desk, "index")
    desk.page.get_by_role("link", name="Disputes").press("Enter")
    desk.page.wait_for_url(lambda url: url.endswith("/disputes/"))
    look(desk, "work-list")
    desk.open("/admin/work/sent-back/")
    look(desk, "work-list-empty")

    desk.open("/admin/negotiations/place/add/?_popup=1&_to_field=id")
    desk.page.locator("[name=name]").fill("Стамбул, Istanbul")
    desk.page.locator("[name=kind]").select_option("city")
    with desk.page.expect_navigation(wait_until="load"):
        desk.page.keyboard.press("Enter")
    assert focused(desk) == "module desk-similar"
    look(desk, "similar-names")
    desk.page.get_by_label("It is another one").press("Space")
    with desk.page.expect_navigation(wait_until="load"):
        desk.page.keyboard.press("Enter")
    expect(desk.page.locator("form")).to_have_count(0)  # the answer to a window that was opened for it
    assert Place.objects.filter(name="Стамбул, Istanbul").exists()

    desk.open("/admin/negotiations/talk/add/")
    desk.said.clear()  # that page closes its window, and finds none
    assert asked == []
    save(desk)
    assert focused(desk) == "title"

    desk.open(f"/admin/negotiations/talk/{talk.pk}/change/")
    assert asked == ["beforeunload"], "what was refused is not saved"
    desk.page.locator("[name=title]").fill("Talks in Istanbul")
    Talk.objects.filter(pk=talk.pk).update(title="Direct talks", purpose="A truce")
    publication.count_version(talk, by=User.objects.create_user("olena"))
    save(desk)
    assert focused(desk) == "module desk-conflict"
    look(desk, "conflict")
    desk.page.locator("[name='take:title'][value=theirs]").press("Space")
    save(desk)
    talk.refresh_from_db()
    assert (talk.title, talk.purpose, asked) == ("Direct talks", "A truce", ["beforeunload"])

    desk.open(f"/admin/negotiations/talk/{talk.pk}/change/")
    assert asked == ["beforeunload"], "what was saved is left without a question"
    desk.page.locator("[name=purpose]").fill("Typed and left")
    desk.open("/admin/")
    assert asked == ["beforeunload", "beforeunload"]
    desk.page.remove_listener("dialog", leave)


@pytest.mark.usefixtures("committed")
def test_the_review_page_leads_to_what_is_missing_and_keeps_a_typed_note(desk: Desk) -> None:
    sender = User.objects.create_user("olena", is_superuser=True)
    submission = publication.submit([make.make_talk("Istanbul talks")], by=sender, note="Please look.")
    page = f"/admin/negotiations/submission/{submission.pk}/change/"
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    desk.page.on("dialog", leave)

    desk.sign_in("reviewer", "Editors")
    desk.open(page)
    for button, box in (("Publish", "note"), ("Send back", "decision_note")):
        with desk.page.expect_navigation(wait_until="load"):
            desk.page.get_by_role("button", name=button).press("Enter")
        assert focused(desk) == box
        assert desk.page.locator(".errornote li").first.is_visible()

    desk.open(page)
    asked.clear()
    desk.page.locator("[name=decision_note]").fill("Typed and left")
    desk.open("/admin/")
    assert asked == ["beforeunload"]

    desk.open(page)
    desk.page.locator("[name=decision_note]").fill("Typed, then published")
    with desk.page.expect_navigation(wait_until="load"):
        desk.page.get_by_role("button", name="Publish").press("Enter")
    assert desk.page.locator(".errornote").first.inner_text().count("why to send it back") == 1
    assert desk.page.locator("[name=decision_note]").input_value() == "Typed, then published"
    desk.page.remove_listener("dialog", leave)


@pytest.mark.usefixtures("committed")
def test_all_that_goes_along_is_ticked_by_one_key(desk: Desk) -> None:
    talk = make.make_talk("Istanbul talks")
    curator = User.objects.get(username="curator-in-a-browser")
    publication.record_versions([make.make_issue(name) for name in ("Corridors", "Mines")], by=curator)
    every, each = desk.page.locator(".desk-tick-all"), desk.page.locator("[name=along]")

    desk.open(f"/admin/negotiations/talk/submit/?record={talk.pk}")
    assert [box.is_checked() for box in each.all()] == [False, False]
    for ticked in (True, False):
        every.press("Space")
        assert [box.is_checked() for box in each.all()] == [ticked, ticked]
    each.first.press("Space")

    assert every.evaluate("box => box.indeterminate")
    look(desk, "submit")
