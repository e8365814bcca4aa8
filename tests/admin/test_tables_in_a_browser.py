"""The page of tables in a real browser: tried out, mended, written; and no fault of access on any of its states."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from negotiations.models import Submission, Talk
from tests import factories as make
from tests.admin.browser import Desk, needs_a_browser

pytestmark = needs_a_browser


def faults_of(desk: Desk, name: str) -> list[str]:
    desk.shot(f"tables-{name}", full_page=True)
    desk.said.clear()  # a picture of the whole page brings styles of its own, which the policy refuses
    return [*desk.serious(), *(["wider than the window"] if desk.is_too_wide() else [])]


@pytest.mark.usefixtures("committed")
def test_a_list_goes_out_and_comes_back_mended(desk: Desk, tmp_path: Path) -> None:
    process = make.make_process("Direct talks")
    for number in (1, 2):
        make.make_talk(f"Round {number}", process=process, start_edtf=f"2025-05-{15 + number}")

    desk.open("/admin/negotiations/talk/?q=Round")
    desk.follow("Tables in and out")
    assert [desk.said, faults_of(desk, "out")] == [[], []]
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="CSV", exact=True).click()
    taken = Path(download.value.path()).read_text("utf-8-sig")
    desk.paste("text", taken.replace("Round 1", "The first round").replace("2025-05-17", "May"))
    desk.page.get_by_role("button", name="Try it out").click()

    expect(desk.page.locator(".desk-faults")).to_contain_text("N2 start")
    assert [desk.said, faults_of(desk, "faults")] == [[], []]
    mended = tmp_path / "talks.csv"
    mended.write_text(taken.replace("Round 1", "The first round"), "utf-8")
    desk.page.get_by_label("File").set_input_files(mended)
    desk.paste("text", "")
    desk.press_button("Try it out")
    expect(desk.page.locator(".desk-lines")).to_contain_text("The first round")
    assert [desk.said, faults_of(desk, "would-do")] == [[], []]
    desk.press_button("Write all of it")

    expect(desk.page.locator(".messagelist")).to_contain_text("1 record was written.")
    assert set(Talk.objects.values_list("title", flat=True)) == {"The first round", "Round 2"}
    assert Submission.objects.get().pins.count() == 1
    assert desk.said == []
