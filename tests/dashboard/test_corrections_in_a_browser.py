"""What was corrected, withdrawn or merged by real acts, as the pages of a real server tell it in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from negotiations import publication
from negotiations.models import Talk
from tests import factories as make
from tests.api.test_problems import on_two_connections
from tests.dashboard.reader import Reader, needs_a_browser
from tests.scenery import editor
from tests.sites import Site

pytestmark = [*on_two_connections, needs_a_browser]


@pytest.fixture
def reader(browser: object, live_server: Any, committed: None) -> Iterator[Reader]:
    """Before the public door of this process, whose desk does what the test tells it."""
    with Reader.at(browser, Site(live_server.thread.port, "")) as found:
        yield found


def publish_three_talks() -> list[Talk]:
    process = make.make_process("Direct talks")
    talks = [make.make_talk(f"Talk {name}", slug=name, process=process) for name in ("kept", "wrong", "twice")]
    make.published(*talks)
    return talks


def test_a_correction_a_retraction_and_a_merge_are_told_and_lead_on(reader: Reader) -> None:
    kept, wrong, twice = publish_three_talks()
    kept.start_edtf = "2025-05-17"
    kept.save()
    publication.publish([kept], by=editor(), kind="correction", note="It began a day later.")
    publication.retract([wrong], by=editor(), note="It never took place.", successor=kept)
    publication.merge(twice, into=kept, by=editor(), note="Both are one meeting.")

    reader.open("/about/")
    log = reader.page.locator("#corrections .log > li")
    assert [each.split("\n")[0].split(" · ")[0] for each in log.all_inner_texts()] == [
        "Merge", "Retraction", "Correction",
    ]  # fmt: skip
    expect(log.last).to_contain_text("It began a day later.")
    log.last.locator("summary").click()
    expect(log.last.locator("details")).to_contain_text("2025-05-16 → 2025-05-17")
    assert log.last.locator("details a").first.get_attribute("href") == "/talks/kept/"
    assert reader.faults() == []
    reader.shot("corrections", full_page=True)

    reader.open("/talks/wrong/")
    expect(reader.page.locator("h1")).to_have_text("This record was withdrawn")
    expect(reader.page.locator("#status")).to_contain_text("It never took place.")
    assert reader.faults() == []
    reader.page.get_by_role("link", name="in its place").click()
    reader.page.wait_for_url("**/talks/kept/")
    expect(reader.page.locator("#overview")).not_to_contain_text("new address")
    reader.open("/talks/wrong/")
    reader.page.get_by_role("link", name="as it was last").click()
    reader.page.wait_for_url("**/talks/*/?as_of=2")
    reader.settle()
    expect(reader.page.locator("h1")).to_have_text("Talk wrong")
    expect(reader.page.locator(".note").last).to_contain_text("It was withdrawn in revision 3")
    assert reader.faults() == []

    reader.open("/talks/twice/?lang=en")
    expect(reader.page.locator("h1")).to_have_text("Talk kept")
    reader.page.wait_for_url("**/talks/kept/?lang=en")
    expect(reader.page.locator("#overview .note")).to_contain_text("new address")
    assert [each for each in reader.said if "410" not in each] == []
