"""The pages of a talk, of an actor and about the method in a real browser, and the map: they say what the API says."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.dashboard.reader import Reader, needs_a_browser

pytestmark = needs_a_browser

TALK = "/talks/istanbul-2025-05-16/"
LATER = "/talks/istanbul-2025-06-02/"
PERSON = "/actors/vladimir-medinsky/"
PAGES = {"talk": TALK, "actor": PERSON, "about": "/about/"}


def rows(reader: Reader, block: str) -> int:
    return reader.page.locator(f"#{block} [data-row]").count()


@pytest.mark.parametrize("name", PAGES)
def test_nobody_is_kept_out(reader: Reader, name: str) -> None:
    reader.look_at(360)
    reader.open(PAGES[name])
    found = {}
    for width, scheme in [(360, "light"), (1280, "dark"), (1280, "light")]:
        reader.look_at(width, scheme)
        found[width, scheme] = reader.faults()
        reader.shot(f"{name}-{scheme}-{width}", full_page=True)
    reader.look_at(2560)

    assert found == {each: [] for each in found}
    assert not reader.is_too_wide()
    assert reader.hosts == {reader.site.address}
    assert reader.said == []


@pytest.mark.parametrize(("name", "language"), [("talk", "uk"), ("actor", "ru"), ("about", "tr")])
def test_frames_are_in_other_languages_and_our_texts_are_marked_as_english(
    reader: Reader, name: str, language: str
) -> None:
    reader.open(f"{PAGES[name]}?lang={language}")

    expect(reader.page.locator(".unreviewed")).to_be_visible()
    assert reader.page.locator("h1").evaluate("each => each.closest('[lang]').lang") == "en"
    assert (
        reader.page.locator("main a[href^='/talks/']").evaluate_all(
            "(all, lang) => all.filter((each) => !each.href.includes(`lang=${lang}`)).length", language
        )
        == 0
    )
    assert reader.faults() == []


def test_a_talk_shows_who_was_there_what_was_said_every_duration_and_the_figures(reader: Reader) -> None:
    reader.open(TALK)
    [talk] = reader.site.get(reader.request_of("room"))["results"]
    [duration] = reader.site.get(
        "/api/v1/disputes/?talk=istanbul-2025-05-16&field=duration&verdict=disputed,settled,agreed"
    )["results"]

    shown = reader.page.locator("#room > .content > ul > li > h3").all_inner_texts()
    assert shown == [each["party"]["label"] for each in talk["delegations"]]
    assert reader.page.locator("#room .members > li").count() == sum(
        len(each["members"]) for each in talk["delegations"]
    )
    assert "not named in source" in reader.page.locator("#room").inner_text()
    for block in ("put_forward", "said_there", "came_of_it", "differing"):
        answer = reader.site.get(reader.request_of(block))
        assert rows(reader, block) == len(answer["results"]) > 0
    versions = reader.page.locator(f"#differing [data-row='{duration['id']}'] .versions > li")
    assert versions.count() == len(duration["versions"]) > 2
    asserted = reader.page.locator("#meeting .asserted > div", has_text="Duration").locator(".versions > li")
    assert asserted.count() == len(duration["versions"])
    said = [
        f"{each['amount'][end]}" for each in duration["versions"] for end in ("lower", "upper") if each["amount"][end]
    ]
    assert set(said) <= set(versions.locator("data").evaluate_all("all => all.map((each) => each.value)"))

    context = reader.site.get(reader.request_of("context"))

    numbers = [
        int(each)
        for each in reader.page.locator("#context .facts data").evaluate_all("all => all.map((each) => each.value)")
    ]
    figures = [context["since_previous"]["direct"]["days"], context["since_previous"]["in_person"]["days"]]
    told = [sorted({each["least"], each["most"]}) for each in [*figures, context["number_in_process"]]]
    assert numbers == [number for each in told for number in each]


def test_what_one_article_says_of_the_duration_agrees_and_it_is_said_on_what(reader: Reader) -> None:
    reader.open(f"{TALK}?as_of=1")

    shown = reader.page.locator("#differing [data-row]", has_text="Duration")
    expect(shown).to_contain_text("What they have in common: 91 to 119 minutes")
    assert shown.locator(".versions > li").count() == 2


def test_a_round_stands_beside_the_one_before(reader: Reader) -> None:
    reader.open(LATER)

    request = reader.request_of("comparison")
    assert "/talks/istanbul-2025-05-16/compare/istanbul-2025-06-02/" in request
    answer = reader.site.get(request)
    for name in ("delegations", "people", "issues", "positions"):
        told = reader.page.locator(f"table[aria-labelledby='comparison-{name}'] tbody tr")
        assert told.count() == len(answer[name]), name
    expect(reader.page.locator("#comparison .note")).to_contain_text("No agenda is recorded for Istanbul talks, 16 May")
    sides = reader.page.locator("table[aria-labelledby='comparison-people'] thead th:not(:first-child)")
    assert len(set(sides.evaluate_all("all => all.map((each) => Math.round(each.offsetWidth))"))) == 1
    assert rows(reader, "beside") == reader.site.get(reader.request_of("beside"))["count"] > 3
    process = reader.page.locator("#meeting .facts a[href^='/?']").get_attribute("href")
    assert process == "/?process=istanbul-2025&on=2025-06-02"
    moved = reader.page.locator("#comparison tr", has_text="Russia: Territory")
    assert moved.locator("td").all_inner_texts()[0].startswith("Red line")


def test_a_person_is_shown_in_every_script_with_title_and_capacity_at_each_talk(reader: Reader) -> None:
    reader.open(PERSON)
    answer = reader.site.get(reader.request_of("attended"))

    names = reader.page.locator(".names span[lang]").evaluate_all(
        "all => all.map((each) => [each.lang, each.textContent])"
    )
    assert ["ru", "Владимир Мединский"] in names
    assert rows(reader, "attended") == sum(len(each["parts"]) for each in answer["results"]) > 5
    first = reader.page.locator("#attended [data-row]", has_text="Istanbul talks, 16 May 2025").inner_text()
    assert "Head" in first
    assert "Aide to the President of Russia" in first
    assert rows(reader, "words") == len(reader.site.get(reader.request_of("words"))["results"])


def test_long_words_of_a_state_s_sources_do_not_widen_its_page(reader: Reader) -> None:
    reader.look_at(360)
    reader.open("/actors/ukraine/")
    wide = {360: reader.is_too_wide()}
    for width in (768, 1024):
        reader.look_at(width)
        wide[width] = reader.is_too_wide()

    assert not any(wide.values()), wide
    assert reader.page.locator(".speaker").evaluate_all("all => all.filter((each) => !each.textContent).length") == 0


def test_what_was_chosen_stays_in_the_address(reader: Reader) -> None:
    reader.open(f"{PERSON}?on=2022-12-31&as_of=7&lang=en")

    assert "as_of=7" in reader.request_of("who")
    assert "during=../2022-12-31" in reader.request_of("attended")
    assert "2025" not in reader.page.locator("#attended tbody").inner_text()
    assert "on=2022-12-31&as_of=7" in str(reader.page.locator("#attended th a").first.get_attribute("href"))
    reader.page.get_by_role("link", name="Show the newest").click()
    reader.page.wait_for_url("**/vladimir-medinsky/?on=2022-12-31&lang=en")


def test_what_is_not_there_is_said_in_words(reader: Reader) -> None:
    reader.open("/talks/no-such-talk/")

    expect(reader.page.locator("h1")).to_have_text("No such record")
    expect(reader.page.locator("#status")).to_contain_text("There is no public record at this address.")
    assert reader.faults() == []


def test_a_report_names_record_and_revision(reader: Reader) -> None:
    reader.open(TALK)
    revision = reader.site.get("/api/v1/revisions/head/")["number"]
    reader.page.get_by_role("link", name="Report a mistake").click()
    reader.page.wait_for_url("**/about/**")
    reader.settle()

    letter = reader.page.locator("#letter").input_value()
    assert "/api/v1/talks/istanbul-2025-05-16/" in letter
    assert f"Revision: {revision}" in letter
    assert "Ask whoever gave you its address" in reader.page.locator(".prose").last.inner_text()

    reader.open('/about/?record="><script>alert(1)</script>&revision=x')
    assert "script" not in reader.page.locator("#letter").input_value()
    assert reader.said == []


def test_map_and_table_of_venues_say_the_same_by_mouse_and_by_keyboard(reader: Reader) -> None:
    reader.open("/?process=istanbul-2025&on=2025-12-31")
    page = reader.page
    dots = page.locator(".map a")
    names = dots.evaluate_all("all => all.map((each) => each.getAttribute('aria-label')).sort()")
    table = page.locator("#venues tbody tr:has(button)")
    told = table.evaluate_all(
        "all => all.map((row) => `${row.querySelector('th span').textContent}, ${row.querySelector('data').value} "
        "talk${row.querySelector('data').value === '1' ? '' : 's'}`).sort()"
    )
    assert names == told
    assert len(names) > 5

    labels = page.locator(".map text").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect())"
        ".map(({left, top, right, bottom}) => [left, top, right, bottom])"
    )
    assert len(labels) > 5
    assert [
        (one, other)
        for index, one in enumerate(labels)
        for other in labels[:index]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ] == []

    dots.last.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('details').open")
    before = dots.first.locator("circle").get_attribute("cx")
    page.get_by_role("button", name="Closer").focus()
    page.keyboard.press("ArrowRight")
    assert dots.first.locator("circle").get_attribute("cx") != before
    expect(page.locator("#venues figcaption")).to_contain_text("no borders")
