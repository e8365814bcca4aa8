"""The page at `/` in a real browser: it shows what the API says, by keyboard too, and asks nobody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.dashboard.reader import Reader, needs_a_browser

pytestmark = needs_a_browser

DAY = "/?process=istanbul-2025&on=2025-05-16"
BLOCKS = ["matrix", "timeline", "delegations", "outcomes", "statements", "disputes", "venues", "sources"]
MOST = 60_000  # bytes of the page itself, as sent, without the map


def cell(reader: Reader, name: str) -> str:
    return reader.page.locator(f"[data-cell='{name}']").inner_text()


def test_the_matrix_of_16_may_shows_both_sides_in_their_words(reader: Reader) -> None:
    reader.open(DAY)

    ukraine, russia = cell(reader, "ukraine ceasefire"), cell(reader, "russia root-causes")
    assert re.search(r"Demands\s+Unconditional ceasefire", ukraine)
    assert "Kyiv is seeking an ‘unconditional ceasefire’" in ukraine
    assert re.search(r"Demands\s+Address the root causes", russia)
    assert "aims to tackle the ‘root causes’ of the war" in russia
    assert "‘present their vision’ of a possible ceasefire" in cell(reader, "russia ceasefire")
    assert "No record" in cell(reader, "united-states ceasefire")
    quotes = reader.page.locator("q, blockquote")
    assert quotes.count() > 20
    assert (
        quotes.evaluate_all("all => all.filter((each) => !/^[a-z]{2}/.test(each.lang) || each.lang === 'und').length")
        == 0
    )
    assert reader.page.locator("main section h2").evaluate_all("all => all.map((each) => each.id)") == [
        f"{name}-title" for name in BLOCKS
    ]
    assert "not named in source" in reader.page.locator("#delegations").inner_text()


def test_each_number_on_the_page_is_the_apis(reader: Reader) -> None:
    reader.open(DAY)
    [covered] = reader.site.get("/api/v1/coverage/?id=istanbul-2025")["results"]
    matrix = reader.site.get(reader.request_of("matrix"))
    talk = reader.site.get(reader.request_of("delegations"))["results"][0]
    features = reader.site.get(reader.request_of("venues"))["features"]

    def shown(of: str, within: str = "main") -> list[Any]:
        return [
            int(each)
            for each in reader.page.locator(f"{within} data[data-of='{of}']").evaluate_all(
                "all => all.map((each) => each.value)"
            )
        ]

    assert {name: shown(f"records.{name}") for name in covered["records"]} == {
        name: [count] for name, count in covered["records"].items()
    }
    assert set(shown("meta.revision")) == {matrix["meta"]["revision"]}
    assert reader.page.locator("[data-cell]").count() == len(matrix["cells"])
    recorded = [each for each in matrix["cells"] if each["state"] == "recorded"]
    assert reader.page.locator("[data-cell]:not(.no-record)").count() == len(recorded)
    assert shown("range", "#delegations") == [
        int(each["size"]["lower"]) for each in talk["delegations"] if each["size"]
    ]
    assert sum(shown("venue")) == len(features)
    cited = {each["source"]["slug"] for row in recorded for each in row["position"]["passages"] if each["source"]}
    assert cited <= set(
        reader.page.locator(".sources li").evaluate_all("all => all.map((each) => each.id.replace('source-', ''))")
    )


def test_it_asks_nobody_else_weighs_little_and_the_console_stays_silent(reader: Reader) -> None:
    reader.open(DAY)

    policy = reader.site.ask("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert reader.hosts == {reader.site.address}
    assert reader.said == []
    weight = sum(
        size for url, size in reader.weights.items() if not url.endswith(("coastlines.svg", "map.js", "map.css"))
    )
    assert 10_000 < weight < MOST, reader.weights


def test_nobody_is_kept_out(reader: Reader) -> None:
    reader.open(DAY)
    found = {}

    for width, scheme in [(1280, "light"), (360, "dark"), (360, "light"), (1280, "dark")]:
        reader.look_at(width, scheme)
        found[width, scheme] = reader.faults()
        reader.shot(f"dashboard-{scheme}-{width}")
    reader.look_at(2560)

    assert not any(found.values()), found
    assert not reader.is_too_wide()
    assert reader.said == []


@pytest.mark.parametrize("language", ["uk", "ru", "tr"])
def test_it_speaks_other_languages_and_says_that_nobody_checked_them(reader: Reader, language: str) -> None:
    reader.open(f"{DAY}&lang={language}")

    assert reader.page.locator("html").get_attribute("lang") == language
    expect(reader.page.locator(".unreviewed")).to_be_visible()
    assert reader.page.locator("[data-cell='ukraine ceasefire'] q").first.get_attribute("lang") == "en"
    left = re.findall(
        r"\b[a-z_]+\.[a-z_]+(?:\.[a-z_]+)?\b",
        reader.page.locator("h2, .intro, label, summary").all_inner_texts().__str__(),
    )
    assert left == []
    assert reader.faults() == []
    reader.shot(f"dashboard-{language}")


def test_by_keyboard_alone_a_reader_chooses_day_and_revision_and_goes_back(reader: Reader) -> None:
    reader.open(DAY)
    page = reader.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
        if reached[-1] == "on_slider":
            page.keyboard.press("ArrowRight")
            page.wait_for_url("**on=2025-05-17**")
            reader.settle()
        if reached[-1] == "as_of":
            page.keyboard.press("Control+A")
            page.keyboard.type("1")
            page.keyboard.press("Enter")
            page.wait_for_url("**as_of=1")
            reader.settle()
            break
    assert [each for each in reached if each in ("process", "on", "on_slider", "as_of")][-1] == "as_of"
    assert {"process", "on", "on_slider"} <= set(reached)
    assert reader.request_of("matrix").endswith("as_of=1")
    assert "on=2025-05-17" in reader.request_of("matrix")

    page.go_back()
    page.go_back()
    reader.settle()
    expect(page.locator("#on")).to_have_value("2025-05-16")
    assert "as_of" not in reader.request_of("matrix")


def test_a_day_tells_nothing_of_later_ones_and_everything_leads_to_its_source(reader: Reader) -> None:
    reader.open(DAY)
    page = reader.page

    expect(page.locator("#outcomes")).to_contain_text("No substantial progress")
    expect(page.locator("#outcomes")).not_to_contain_text("2 June 2025")
    expect(page.locator("#disputes")).not_to_contain_text("package adopted")
    expect(page.locator("#delegations li", has_text="Rustem Umerov").first).to_contain_text("sources differ: 12")
    stated = page.locator("[data-statement]")
    assert stated.count() > 5
    assert page.locator("[data-statement]:not(:has(a.cite))").count() == 0
    assert page.locator(".speaker").evaluate_all("all => all.filter((each) => !each.textContent).length") == 0
    links = page.locator(".sources li > a").all_inner_texts()
    assert len(set(links)) == len(links) > 10


def test_one_kind_of_the_timeline_is_chosen_by_keyboard_and_keeps_the_focus(reader: Reader) -> None:
    reader.open(DAY)
    page = reader.page

    page.locator("#timeline").get_by_role("link", name="Talk", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=talk**")
    reader.settle()

    assert page.evaluate("document.activeElement.textContent") == "Talk"
    assert set(page.locator(".timeline > li").evaluate_all("all => all.map((each) => each.className)")) == {"talk"}
    assert "Istanbul talks, 16 May 2025" in page.locator(".timeline > li strong").all_inner_texts()


def test_paper_says_what_it_is_of_and_opens_what_is_closed(reader: Reader) -> None:
    reader.open("/?process=istanbul-2025&on=2025-06-10")
    revision = reader.site.get(reader.request_of("matrix"))["meta"]["revision"]
    closed = reader.page.locator("#matrix .evidence details li").first
    expect(closed).to_be_hidden()

    reader.page.emulate_media(media="print")

    expect(reader.page.locator(".status .printed")).to_contain_text(
        f"{reader.site.address}/?process=istanbul-2025&on=2025-06-10&as_of={revision}"
    )
    expect(closed).to_be_visible()
    expect(reader.page.locator("#timeline .foot")).to_contain_text("16 of")
    expect(reader.page.locator("#controls")).to_be_hidden()


def test_as_of_the_first_revision_one_article_is_all_there_is(reader: Reader) -> None:
    reader.open(f"{DAY}&as_of=1")
    first = cell(reader, "ukraine ceasefire"), reader.page.locator(".sources li").count()
    duration = reader.page.locator("#disputes .card", has_text="Duration").inner_text()

    reader.open(DAY)

    assert "Unconditional ceasefire" in first[0]
    assert first[1] == 1
    assert "What they have in common: 91 to 119 minutes" in duration
    assert "under two hours" in duration
    assert reader.page.locator(".sources li").count() > 10
    assert "No record" not in cell(reader, "russia ceasefire")


def test_an_api_that_is_away_is_said_and_what_came_before_stays(reader: Reader) -> None:
    reader.open(DAY)
    calls = []

    def away(route: Route) -> None:
        calls.append(route.request.url)
        route.abort()

    reader.page.route("**/matrix/**", away)
    reader.page.get_by_role("link", name="2 June 2025", exact=True).first.click()
    reader.page.wait_for_url("**on=2025-06-02**")
    reader.settle()

    trouble = reader.page.locator("#matrix .trouble")
    expect(trouble).to_contain_text("The API cannot be reached.")
    expect(trouble).to_contain_text("What is shown below is what came before")
    assert "Unconditional ceasefire" in cell(reader, "ukraine ceasefire")
    assert "on=2025-05-16" in reader.request_of("matrix")
    expect(reader.page.locator("#status")).to_contain_text("1 block could not be loaded.")

    reader.page.unroute("**/matrix/**")
    trouble.get_by_role("button", name="Try again").click()
    expect(trouble).to_be_hidden()
    assert "on=2025-06-02" in reader.request_of("matrix")
