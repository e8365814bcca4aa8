"""A small talk entered by one sitting in a real browser, by keyboard and shortcuts; no fault of access on the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from negotiations.models import Citation, Outcome, Position, Process, Source, Statement, Talk
from tests import factories as make
from tests.admin.browser import Desk, needs_a_browser

pytestmark = needs_a_browser
ARTICLE = (
    "Kyiv is seeking an “unconditional ceasefire” in the conflict, said our reporter in the city.\n"
    "The meeting brought together Turkish, Russian, and Ukrainian delegations. It lasted under two hours.\n"
    "At a summit, Zelensky called for a “strong reaction” from the international community.\n"
    "Despite the lack of substantial progress, the meeting took place.\n"
)


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
    assert desk.page.evaluate("document.activeElement.name") == "source_url"
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
    desk.choose_many("statements-0-about", "Cease", "Ceasefire")
    desk.type("statements-0-text", "The world should react strongly.")
    desk.quote("statements-0-excerpt", "called for a “strong reaction”")
    desk.choose("outcomes-0-kind", "No agreement")
    desk.type("outcomes-0-title", "No substantial progress")
    desk.quote("outcomes-0-excerpt", "lack of substantial progress")
    desk.shortcut("Alt+n")
    desk.choose("outcomes-1-kind", "Next meeting agreed")
    desk.type("outcomes-1-title", "They meet again")
    desk.type("outcomes-1-excerpt", "a second meeting was agreed")
    for name in ("source_url", "delegations-0-excerpt", "positions-1-label", "statements-1-text", "outcomes-1-title"):
        desk.page.locator(f"[name={name}]").scroll_into_view_if_needed()
        desk.shot(name)
    too_wide = desk.is_too_wide()
    desk.save()
    desk.shot("saved", full_page=True)
    desk.shot("saved-top")

    expect(desk.page.locator(".desk-entered .desk-not_found")).to_contain_text("a second meeting was agreed")
    assert not too_wide
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
    print(f"\n{desk.costs}")
    assert desk.costs.clicks <= 3
    assert desk.costs.loads <= 2
