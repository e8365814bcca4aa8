"""The desk in a real browser: what a curator does on a page, and what it costs them.

TRACKER_SHOTS names a folder for pictures of the pages; without it none are taken.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, User
from django.test import Client
from playwright.sync_api import ConsoleMessage, Locator, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium")
needs_a_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium is not installed; on Debian: apt-get install chromium"
)
PATIENCE = 60_000  # milliseconds; a busy machine is no fault
A_CHOICE = 3  # characters typed to choose a word in a closed list

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


@dataclass
class Costs:
    """Typed are the characters in boxes, and three for a choice in a list; keys are Enter, Space and their like."""

    clicks: int = 0
    loads: int = 0
    typed: int = 0
    keys: int = 0
    shortcuts: int = 0
    pastes: int = 0

    def __sub__(self, other: Costs) -> Costs:
        return Costs(*(mine - theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))

    def __str__(self) -> str:
        return (
            f"{self.clicks} clicks, {self.loads} page loads, {self.typed} typed characters, {self.keys} other keys, "
            f"{self.shortcuts} shortcuts, {self.pastes} pastes"
        )


class Desk:
    """A page of the desk as somebody works on it by keyboard, but for the buttons that save."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.costs = Costs()
        self.said: list[str] = []  # errors that the browser reports
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.said.append(f"{self.page.url}: {message.text}")

    def sign_in(self, name: str, group: str) -> User:
        user, _ = User.objects.get_or_create(username=name, defaults={"is_staff": True})
        user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        cookie = {"name": django_settings.SESSION_COOKIE_NAME, "value": client.cookies["sessionid"].value}
        self.page.context.clear_cookies()
        self.page.context.add_cookies([{**cookie, "url": self.address}])
        return user

    def box(self, name: str) -> Locator:
        return self.page.locator(f"[name={name}]")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")
        self.costs.loads += 1

    def follow(self, words: str) -> None:
        with self.page.expect_navigation(wait_until="load"):
            self.page.get_by_role("link", name=words, exact=True).first.click()
        self.costs.clicks += 1
        self.costs.loads += 1

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.costs.keys += times

    def shortcut(self, keys: str) -> None:
        self.page.keyboard.press(keys)
        self.costs.shortcuts += 1

    def paste(self, name: str, words: str) -> None:
        self.box(name).fill(words)
        self.costs.pastes += 1

    def type(self, name: str, words: str) -> None:
        self.box(name).focus()
        self.page.keyboard.type(words)
        self.costs.typed += len(words)

    def tick(self, name: str) -> None:
        self.box(name).focus()
        self.press("Space")

    def choose(self, name: str, *labels: str) -> None:
        """In a closed list: the first letters of the word are typed."""
        self.box(name).focus()
        self.box(name).select_option(label=list(labels))
        self.costs.typed += A_CHOICE * len(labels)

    def look_up(self, name: str, words: str, found: str | None = None) -> None:
        """In a type-ahead: `words` are typed until `found`, or they themselves, are offered first."""
        self.page.locator(f"[name={name}] + .select2 .select2-selection").focus()
        self.press("Enter")
        self._take(self.page.locator(".select2-container--open .select2-search__field"), words, found or words)

    def choose_many(self, name: str, words: str, found: str) -> None:
        """In a list of which several may be chosen, by typing."""
        box = self.page.locator(f"[name={name}] + .select2 .select2-search__field")
        self._take(box, words, re.compile(f"^{re.escape(found)}$"))

    def _take(self, search: Locator, words: str, found: str | re.Pattern[str]) -> None:
        search.press_sequentially(words)
        self.page.locator(".select2-results__option--highlighted", has_text=found).wait_for()
        self.press("Enter")
        self.costs.typed += len(words)

    def quote(self, name: str, words: str) -> None:
        """Selects `words` in the article and presses the shortcut; the row is the one worked on last."""
        self._from_article(name, words, "Alt+q")

    def fill_in(self, name: str, words: str) -> None:
        """Selects `words` in the article and puts them into a box other than the quote's."""
        self._from_article(name, words, "Alt+w")

    def _from_article(self, name: str, words: str, keys: str) -> None:
        self.box(name).focus()
        self.page.evaluate(SELECT, words)
        self.shortcut(keys)
        expect(self.box(name)).to_have_value(words, timeout=PATIENCE)

    def more(self, name: str) -> None:
        """Opens the folded line of a row, in which the box of this name stands."""
        summary = self.page.locator("details", has=self.box(name)).locator("summary")
        if summary.locator("..").get_attribute("open") is None:
            summary.focus()
            self.press("Enter")

    def add_row(self, prefix: str) -> int:
        """Adds a row of a kind, on a page without spare ones, and says its number."""
        self.page.locator(f"#{prefix}-group .add-row a").focus()
        self.press("Enter")
        return self.rows(prefix) - 1

    def rows(self, prefix: str) -> int:
        return int(self.box(f"{prefix}-TOTAL_FORMS").input_value())

    def save(self, button: str = "_continue") -> None:
        self._send(self.box(button).first)

    def press_button(self, words: str) -> None:
        self._send(self.page.get_by_role("button", name=words, exact=True))

    def _send(self, button: Locator) -> None:
        with self.page.expect_navigation(wait_until="load"):
            button.click()
        self.costs.clicks += 1
        self.costs.loads += 1
        wrong = self.page.locator(".errornote, .errorlist, .messagelist .error").all_inner_texts()
        assert wrong == [], f"{self.page.url}: {wrong}"

    def shot(self, name: str, **options: Any) -> None:
        if folder := os.environ.get("TRACKER_SHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", **options)

    def serious(self) -> list[str]:
        """What axe finds serious or critical on the page."""
        heard = len(self.said)
        found = Axe().run(self.page).response["violations"]
        self.page.evaluate("0")  # whatever it made the browser say is heard by now
        del self.said[heard:]  # axe measures with styles of its own, which the page's rules forbid
        return [
            f"{each['id']}: {node['html'][:150]}"
            for each in found
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]

    def is_too_wide(self) -> bool:
        width, window = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        return bool(width > window)


@pytest.fixture(scope="module")
def window() -> Iterator[Page]:
    # Playwright runs a loop in this thread; Django asks no more than that.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        yield page
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def desk(window: Page, live_server: Any, groups: None) -> Iterator[Desk]:
    found = Desk(window, live_server.url)
    found.sign_in("curator-in-a-browser", "Curators")
    yield found
    window.goto("about:blank")  # a page that asks before it is left asks here, and not in the next test
