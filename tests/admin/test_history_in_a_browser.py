"""The pages of a record's history in a real browser: no fault of access, nothing the policy stops, no scrolling."""

from __future__ import annotations

import pytest

from negotiations.models import Citation, Talk
from tests import factories as make
from tests.admin.browser import Desk, needs_a_browser
from tests.scenery import public_scenery, published

pytestmark = needs_a_browser


@pytest.mark.usefixtures("committed")
def test_a_past_state_is_found_compared_and_restored(desk: Desk) -> None:
    scenery = public_scenery()
    talk = scenery.istanbul
    long = "A_title_without_a_blank_" * 8
    Talk.objects.filter(pk=talk.pk).update(title=long, summary="They met & parted. " * 40)
    Citation.objects.filter(talk=talk).update(excerpt="they parted")
    make.make_delegation(talk, scenery.outlet, roles=["observer"])
    published(Talk.objects.get(pk=talk.pk), kind="correction", note="The title says more. " * 10)
    faults: list[str] = []

    def look(name: str) -> None:
        desk.shot(name, full_page=True)
        faults.extend([f"{name} is too wide"] if desk.is_too_wide() else [])
        faults.extend(f"{name}: {fault}" for fault in desk.serious())

    desk.open(f"/admin/negotiations/talk/{talk.pk}/history/")
    look("history")
    desk.follow("What Revision 2 changed")
    look("comparison")
    desk.page.locator("summary").first.focus()
    desk.press("Enter")
    look("unfolded")
    desk.follow("Restore Revision 1…")
    look("restore")
    desk.tick("confirmed")
    desk.press_button("Restore into the draft")
    desk.open(f"/admin/negotiations/source/{scenery.source.pk}/used/")
    look("used")

    assert faults == []
    assert desk.said == []
    assert Talk.objects.get(pk=talk.pk).title == "Istanbul talks"
