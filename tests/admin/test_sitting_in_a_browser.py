"""A small talk entered by one sitting in a real browser, by keyboard and shortcuts, and no fault of access on the page.

TRACKER_SHOTS names a folder for pictures of the page; without it none are taken.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, User
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from negotiations.models import Citation, Outcome, Position, Process, Source, Statement, Talk
from tests import factories as make

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed.")
ARTICLE = (
    "Kyiv is seeking an “unconditional ceasefire” in the conflict, said our reporter in the city.\n"
    "The meeting brought together Turkish, Russian, and Ukrainian delegations. It lasted under two hours.\n"
    "At a summit, Zelensky called for a “strong reaction” from the international community.\n"
    "Despite the lack of substantial progress, the meeting took place.\n"
)


class Desk:
    """The page as a curator works on it, with what it costs them."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.clicks = self.shortcuts = self.typed = self.pastes = self.loads = 0
        self.said: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            self.said.append(message.text)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")
        self.loads += 1

    def paste(self, name: str, words: str) -> None:
        self.page.locator(f"[name={name}]").fill(words)
        self.pastes += 1

    def type(self, name: str, words: str) -> None:
        self.page.locator(f"[name={name}]").focus()
        self.page.keyboard.type(words)
        self.typed += len(words)

    def choose(self, name: str, *labels: str) -> None:
        """By the keyboard: the first letters of the word are typed."""
        self.page.locator(f"[name={name}]").focus()
        self.page.locator(f"[name={name}]").select_option(label=list(labels))
        self.typed += 3 * len(labels)

    def look_up(self, name: str, words: str) -> None:
        self.page.locator(f"[name={name}] + .select2 .select2-selection").focus()
        self.page.keyboard.press("Enter")
        self.page.locator(".select2-container--open .select2-search__field").press_sequentially(words)
        option = self.page.locator(".select2-results__option--highlighted", has_text=words)
        option.wait_for()
        self.page.keyboard.press("Enter")
        self.typed += len(words)

    def quote(self, name: str, words: str) -> None:
        """Selects `words` in the article and presses the shortcut; the row is the one worked on last."""
        self.page.locator(f"[name={name}]").focus()
        self.page.evaluate(SELECT, words)
        self.page.keyboard.press("Alt+q")
        expect(self.page.locator(f"[name={name}]")).to_have_value(words, timeout=60_000)
        self.shortcuts += 1

    def shot(self, name: str, **options: Any) -> None:
        if folder := os.environ.get("TRACKER_SHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", **options)

    def save(self) -> None:
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator("[name=_continue]").first.click()
        self.clicks += 1
        self.loads += 1

    def serious(self) -> list[str]:
        """What axe finds serious or critical on the page."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{each['id']}: {node['html'][:150]}"
            for each in found
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]


SELECT = """words => {
  const article = document.querySelector(".desk-article-words");
  for (const paragraph of article.querySelectorAll("p")) {
    const start = paragraph.textContent.indexOf(words);
    if (start < 0) continue;
    article.focus();
    document.getSelection().setBaseAndExtent(paragraph.firstChild, start, paragraph.firstChild, start + words.length);
    return;
  }
  throw new Error(`Not in the article: ${words}`);
}"""


@pytest.fixture(scope="module")
def window() -> Iterator[Page]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "true"  # Playwright runs a loop in this thread; Django asks no more than that
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)  # a busy machine is no fault
        yield page
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def desk(window: Page, live_server: Any, groups: None) -> Desk:
    user = User.objects.create_user("curator-in-a-browser", is_staff=True)
    user.groups.add(Group.objects.get(name="Curators"))
    client = Client()
    client.force_login(user)
    cookie = {"name": django_settings.SESSION_COOKIE_NAME, "value": client.cookies["sessionid"].value}
    window.context.add_cookies([{**cookie, "url": live_server.url}])
    return Desk(window, live_server.url)


def a_world() -> Process:
    """What the tracker brings: actors, places, issues and a process that has begun."""
    process = make.make_process("Direct talks")
    for name in ("Ukraine", "Russia"):
        make.make_delegation(make.make_talk("An earlier talk", process=process), make.make_actor(name))
    make.make_actor("Volodymyr Zelensky", kind="person")
    make.make_actor("The Outlet Today", kind="media")
    make.make_issue("Ceasefire")
    make.make_place("Istanbul")
    return process


@pytest.mark.usefixtures("committed")
def test_a_small_talk_is_entered_in_one_sitting(desk: Desk) -> None:
    process = a_world()

    desk.open(f"/admin/negotiations/talk/add/?process={process.pk}")
    desk.paste("source_url", "https://outlet.example/istanbul")
    desk.look_up("source_publisher", "The Outlet Today")
    desk.paste("source_title", "Talks end in Istanbul")
    desk.paste("article_text", ARTICLE)
    desk.type("title", "Istanbul talks")
    desk.choose("kind", "Round of negotiations")
    desk.choose("status", "Held")
    desk.look_up("place", "Istanbul")
    desk.type("start_edtf", "2025-05-16")
    desk.choose("delegations-0-party", "Ukraine")
    desk.choose("delegations-0-roles", "Party (its consent is sought)")
    desk.quote("delegations-0-excerpt", "brought together Turkish, Russian, and Ukrainian delegations")
    desk.choose("delegations-1-party", "Russia")
    desk.choose("delegations-1-roles", "Party (its consent is sought)")
    desk.quote("delegations-1-excerpt", "brought together Turkish, Russian, and Ukrainian delegations")
    desk.choose("positions-0-party", "Ukraine")
    desk.choose("positions-0-issue", "Ceasefire")
    desk.choose("positions-0-stance", "Demands")
    desk.type("positions-0-label", "Unconditional ceasefire")
    desk.choose("positions-0-ascription", "Ascribed by media (own voice or unplaced sources)")
    desk.quote("positions-0-excerpt", "seeking an “unconditional ceasefire”")
    desk.choose("statements-0-attribution", "On the record")
    desk.look_up("statements-0-speaker", "Volodymyr Zelensky")
    desk.choose("statements-0-act", "Appeal")
    desk.type("statements-0-text", "The world should react strongly.")
    desk.quote("statements-0-excerpt", "called for a “strong reaction”")
    desk.choose("outcomes-0-kind", "No agreement")
    desk.type("outcomes-0-title", "No substantial progress")
    desk.quote("outcomes-0-excerpt", "lack of substantial progress")
    desk.page.keyboard.press("Alt+n")
    desk.shortcuts += 1
    desk.choose("outcomes-1-kind", "Next meeting agreed")
    desk.type("outcomes-1-title", "They meet again")
    desk.type("outcomes-1-excerpt", "a second meeting was agreed")
    for name in ("source_url", "delegations-0-excerpt", "positions-1-label", "statements-1-text", "outcomes-1-title"):
        desk.page.locator(f"[name={name}]").scroll_into_view_if_needed()
        desk.shot(name)
    width = desk.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    desk.save()
    desk.shot("saved", full_page=True)
    desk.shot("saved-top")

    expect(desk.page.locator(".desk-entered .desk-not_found")).to_contain_text("a second meeting was agreed")
    assert width[0] <= width[1]
    talk = Talk.objects.get(title="Istanbul talks")
    assert (talk.slug, talk.process, talk.place and talk.place.name) == ("istanbul-talks", process, "Istanbul")
    assert Source.objects.get(page_url="https://outlet.example/istanbul").article_text.text == ARTICLE.strip()
    assert {row.party.name for row in talk.delegations.all()} == {"Ukraine", "Russia"}
    entered = (*talk.delegations.all(), Position.objects.get(), Statement.objects.get())
    assert [row.citations.get().locator for row in entered] == ["¶2", "¶2", "¶1", "¶3"]
    assert dict(Citation.objects.filter(outcome__in=Outcome.objects.all()).values_list("excerpt", "excerpt_check")) == {
        "lack of substantial progress": "found",
        "a second meeting was agreed": "not_found",
    }
    assert desk.said == []
    assert "\n".join(desk.serious()) == ""
    print(f"\n{desk.clicks} clicks, {desk.shortcuts} shortcuts, {desk.typed} characters, {desk.pastes} pastes, "
          f"{desk.loads} page loads")  # fmt: skip
    assert desk.clicks <= 3
    assert desk.loads <= 2
