"""In a real browser: from a one-time link to the desk, and a form that outlives its session; axe finds no fault.

TRACKER_SHOTS names a folder for pictures of the pages; without it none are taken.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from negotiations.accounts.links import make_link
from negotiations.models import Issue
from tests.accounts.conftest import PASSWORD, account_of, code_of, signed_in, with_factor
from tests.admin.browser import Desk, needs_a_browser, window

__all__ = ["window"]
pytestmark = [needs_a_browser, pytest.mark.usefixtures("committed", "groups")]
ADD = "/admin/negotiations/issue/add/"


@pytest.fixture
def desk(window: Page, live_server: Any) -> Desk:
    window.context.clear_cookies()
    return Desk(window, live_server.url)


def look(desk: Desk, name: str) -> None:
    """The page has no fault of access and does not scroll sideways; its picture is taken."""
    assert desk.said == [], name
    desk.shot(name, full_page=True)
    assert "\n".join(desk.serious()) == "", name
    assert not desk.is_too_wide(), name
    desk.said.clear()  # whoever takes the picture puts a style of its own into the page, which is refused


def fill(page: Page, button: str, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(value)
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name=button).click()


def test_from_a_link_to_the_desk_with_a_second_factor(desk: Desk) -> None:
    account_of("administrator", "Administrators")
    olena = account_of("olena", "Editors")
    page = desk.page

    desk.open(make_link(olena))
    look(desk, "link")
    fill(page, "Set the password", new_password1=PASSWORD, new_password2=PASSWORD)
    look(desk, "sign-in")
    fill(page, "Sign in", login="olena", password="wrong")
    look(desk, "sign-in-refused")
    fill(page, "Sign in", login="olena", password=PASSWORD)
    secret = page.locator(".desk-steps code").inner_text()
    look(desk, "second-factor-set-up")
    fill(page, "Set up", code=code_of(secret))
    look(desk, "recovery-codes")
    codes = page.locator(".desk-codes code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("#user-tools")).to_contain_text("olena")
    page.get_by_role("link", name="Second factor").click()
    look(desk, "second-factor")
    desk.open("/admin/account/second-factor/take-away/")
    look(desk, "second-factor-take-away")
    desk.open("/admin/account/recovery-codes/new/")
    look(desk, "recovery-codes-new")
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="Log out").click()
    desk.open("/admin/login/")
    fill(page, "Sign in", login="olena", password=PASSWORD)
    look(desk, "code")
    fill(page, "Sign in", code=codes[0])

    expect(page.locator("#user-tools")).to_contain_text("olena")
    desk.open("/admin/account/link/MQ/x-y/")
    look(desk, "link-ended")


def test_an_administrators_pages(desk: Desk, window: Page) -> None:
    account_of("administrator", "Administrators")
    second = account_of("second", "Administrators")
    with_factor(second)
    olena = account_of("olena", "Curators", "Editors")
    with_factor(olena)
    cookie = signed_in(second).cookies["sessionid"].value
    window.context.add_cookies([{"name": "sessionid", "value": cookie, "url": desk.address}])
    at = f"/admin/negotiations/account/{olena.pk}"

    for name, path in (
        ("accounts", "/admin/negotiations/account/"),
        ("account", f"{at}/change/"),
        ("account-deactivate", f"{at}/deactivate/"),
        ("account-link", f"{at}/link/"),
        ("invite", "/admin/negotiations/account/add/"),
    ):
        desk.open(path)
        look(desk, name)
    page = desk.page
    page.locator("[name=username]").fill("andriy")
    page.get_by_label("Curators").check()
    with page.expect_navigation(wait_until="load"):
        page.locator("[name=_save]").click()
    look(desk, "invited")

    expect(page.locator("#link")).to_contain_text("/admin/account/link/")
    assert desk.said == []


def test_what_was_typed_outlives_the_session(desk: Desk) -> None:
    account_of("olena", "Curators")
    account_of("andriy", "Curators")
    page = desk.page
    desk.open(f"/admin/login/?next={ADD}")
    fill(page, "Sign in", login="olena", password=PASSWORD)
    page.locator("[name=name]").fill("Ceasefire")
    Session.objects.all().delete()
    page.locator("[name=_save]").first.click()
    dialog = page.locator("dialog.desk-session")
    expect(dialog).to_contain_text("Your session has ended")
    look(desk, "session-ended")

    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Sign in").click()
    other = opened.value
    fill(other, "Sign in", login="andriy", password=PASSWORD)
    expect(dialog).to_contain_text("You are signed in as andriy")
    assert not Issue.objects.exists()
    other.goto(f"{desk.address}/admin/")
    with other.expect_navigation(wait_until="load"):
        other.get_by_role("button", name="Log out").click()
    other.goto(f"{desk.address}/admin/login/?next=/admin/account/signed-in/")
    with page.expect_navigation(wait_until="load"):
        fill(other, "Sign in", login="olena", password=PASSWORD)
    desk.page = other
    look(desk, "signed-in-again")
    other.close()

    expect(page.locator(".messagelist")).to_contain_text("was added successfully")
    assert Issue.objects.get().name == "Ceasefire"
    assert desk.said == []


def test_without_javascript_the_answer_keeps_what_was_typed(desk: Desk) -> None:
    account_of("olena", "Curators")
    page = desk.page
    page.route("**/session.js", lambda route: route.fulfill(body=""))
    desk.open(f"/admin/login/?next={ADD}")
    fill(page, "Sign in", login="olena", password=PASSWORD)
    page.locator("[name=name]").fill("Ceasefire")
    page.locator("[name=definition]").fill("One line\nand another “quoted”")
    Session.objects.all().delete()
    with page.expect_navigation(wait_until="load"):
        page.locator("[name=_save]").first.click()
    page.locator("summary").click()
    assert [said for said in desk.said if "403" not in said] == []
    desk.said.clear()
    look(desk, "held")

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in, in a new window").click()
    fill(opened.value, "Sign in", login="olena", password=PASSWORD)
    opened.value.close()
    fill(page, "Send it now")
    desk.said.clear()  # the answer is a 403
    look(desk, "held-signed-in")
    fill(page, "Send it now")
    page.unroute("**/session.js")

    assert Issue.objects.get().definition.splitlines() == ["One line", "and another “quoted”"]
