"""Somebody who reads the dashboard: what the page shows, what the browser asked for, and what it complained of.

TRACKER_SHOTS names a folder for pictures of the pages; without it none are taken.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.sites import Site

CHROMIUM = shutil.which("chromium")
needs_a_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium is not installed; on Debian: apt-get install chromium"
)
PATIENCE = 60_000  # milliseconds; a busy machine is no fault
DRAWN = "#status[data-settled]"


class Reader:
    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.site = page, site
        self.said: list[str] = []  # what the browser complained of
        self.hosts: set[str] = set()
        self.weights: dict[str, int] = {}  # bytes of the page's own files as they were sent
        page.on("console", lambda each: self.said.append(each.text) if each.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda each: self.hosts.add("/".join(each.url.split("/")[:3])))
        page.on("requestfinished", self._weigh)

    def _weigh(self, request: Any) -> None:
        if "/api/" not in request.url:
            self.weights[request.url] = request.sizes()["responseBodySize"]

    @classmethod
    @contextmanager
    def at(cls, browser: Any, site: Site, **options: Any) -> Iterator[Reader]:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        yield cls(page, site)
        context.close()

    def open(self, path: str) -> None:
        self.page.goto(f"{self.site.address}{path}")
        self.settle()

    def settle(self) -> None:
        """Until everything that was asked for has come, or has failed."""
        self.page.locator(DRAWN).wait_for(state="attached")

    def look_at(self, width: int, scheme: Any = "light") -> None:
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme)

    def faults(self) -> list[str]:
        """What axe finds wrong on the page, however small, and whether the page is wider than the window."""
        heard = len(self.said)
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        del self.said[heard:]  # axe measures with styles of its own, which the page's rules forbid
        wide = ["wider than the window"] if self.is_too_wide() else []
        return [f"{each['id']}: {node['html'][:150]}" for each in found for node in each["nodes"]] + wide

    def is_too_wide(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))

    def shot(self, name: str, **options: Any) -> None:
        if folder := os.environ.get("TRACKER_SHOTS"):
            heard = len(self.said)
            self.page.screenshot(path=Path(folder) / f"{name}.png", **options)
            del self.said[heard:]

    def request_of(self, block: str) -> str:
        """The address of the request that a block says it shows."""
        return str(self.page.locator(f"#{block} [data-way=api]").first.get_attribute("href"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright runs a loop in this thread; Django asks no more than that.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
