"""Every order of every list can be walked forward and backward: nothing is lost, nothing is seen twice."""

import base64
import json
from itertools import chain
from typing import Any

import pytest

from negotiations.api.urls import RESOURCES
from negotiations.models import Affiliation
from tests.api.client import Dashboard
from tests.factories import (
    make_actor,
    make_delegation,
    make_event,
    make_issue,
    make_outcome,
    make_place,
    make_position,
    make_process,
    make_source,
    make_statement,
    make_talk,
    published,
)

DAYS = ["2025-05-16", None, "2025-05", "2025-05-16", None, "2022", "2025-05-16", None]
ORDERS = [(name, f"{sign}{order}") for name, view in RESOURCES.items() for order in view.orders for sign in ("", "-")]


def publish_ties_and_gaps() -> None:
    """Eight of each record: some of the same day or name, some without a day, one with an open beginning."""
    process, party, publisher = make_process(), make_actor("Same name"), make_actor("Outlet", kind="media")
    source = make_source(publisher=publisher)
    for number, day in enumerate(DAYS):
        title = "Same title" if number % 2 else f"Title {number}"
        talk = make_talk(title, process=process, start_edtf=day)
        make_delegation(talk, party)
        Affiliation.objects.create(actor=party, title=title, during_edtf=day)
        published(
            talk,
            make_process(title, start_edtf=day),
            make_statement(title=title, said_on_edtf=day),
            make_position(title, process=process, party=party, in_force_edtf=day or "../2025-01-01"),
            make_outcome(title, process=process, agreed_edtf=day),
            make_event(title, start_edtf=day),
            make_source(title, publisher=publisher, published_edtf=day),
            make_actor(title), make_place(title), make_issue(title), source,
        )  # fmt: skip


def walk(dashboard: Dashboard, address: str | None, link: str) -> list[list[Any]]:
    """The ids on each page from `address` on, following `link`."""
    pages = []
    while address:
        page = dashboard.get(address)
        pages.append([identity(record) for record in page["results"]])
        address = page[link]
        assert len(pages) < 100
    return pages


def test_pages_forward_and_backward_hold_the_whole_list_once(dashboard: Dashboard) -> None:
    publish_ties_and_gaps()

    for name, ordering in ORDERS:
        start = f"{name}/?ordering={ordering}&page_size="
        [whole] = walk(dashboard, f"{start}200", "next")
        forward = walk(dashboard, f"{start}3", "next")
        last = f"{start}3"
        while following := dashboard.get(last)["next"]:
            last = following

        assert list(chain.from_iterable(forward)) == whole, (name, ordering)
        assert walk(dashboard, last, "previous")[::-1] == forward, (name, ordering)
        assert len(set(whole)) == len(whole) >= len(DAYS), (name, ordering)


def test_what_is_published_on_the_way_moves_nothing_and_stands_in_its_place(dashboard: Dashboard) -> None:
    publish_ties_and_gaps()
    starts = {order: f"{order[0]}/?ordering={order[1]}&page_size=" for order in ORDERS}
    first = {order: dashboard.get(f"{start}5") for order, start in starts.items()}
    second = {order: dashboard.get(page["next"]) for order, page in first.items()}

    publish_ties_and_gaps()

    for order, start in starts.items():
        [whole] = walk(dashboard, f"{start}200", "next")
        read, before = ([identity(record) for record in page["results"]] for page in (first[order], second[order]))
        forward = chain.from_iterable(walk(dashboard, first[order]["next"], "next"))
        backward = chain.from_iterable(walk(dashboard, second[order]["previous"], "previous")[::-1])
        assert list(forward) == whole[whole.index(read[-1]) + 1 :], order
        assert list(backward) == whole[: whole.index(before[0])], order
        assert len(set(whole)) == len(whole) > 8, order


def identity(record: dict[str, Any]) -> Any:
    return record.get("id", record.get("number"))


def test_records_without_a_day_come_last_in_both_directions(dashboard: Dashboard) -> None:
    published(
        *(make_talk(slug=slug, start_edtf=day) for slug, day in (("old", "2022"), ("new", "2025"), ("never", None)))
    )

    assert dashboard.slugs("talks/?ordering=start") == ["old", "new", "never"]
    assert dashboard.slugs("talks/?ordering=-start") == dashboard.slugs("talks/") == ["new", "old", "never"]


def test_a_record_published_meanwhile_moves_no_other_across_a_page(dashboard: Dashboard) -> None:
    published(*(make_talk(slug=f"talk-{day}", start_edtf=f"2025-05-{day}") for day in (16, 14, 12, 10)))
    first = dashboard.get("talks/?page_size=2")

    published(make_talk(slug="newest", start_edtf="2025-06-01"), make_talk(slug="between", start_edtf="2025-05-13"))

    assert [talk["slug"] for talk in first["results"]] == ["talk-16", "talk-14"]
    assert dashboard.slugs(first["next"]) == ["between", "talk-12"]


def test_a_page_that_was_emptied_meanwhile_leads_back(dashboard: Dashboard) -> None:
    published(make_talk(slug="first", start_edtf="2025"), make_talk(slug="second", start_edtf="2024"))
    page = dashboard.get("talks/?page_size=1")
    beyond = edited(page["next"], lambda parts: [*parts[:2], [["1900-01-01", "1900-01-02"], parts[2][1]]])

    empty = dashboard.get(beyond)

    assert (empty["results"], empty["next"]) == ([], None)
    assert dashboard.slugs(empty["previous"]) == ["second"]


def test_links_keep_the_filters_and_stand_in_the_header_too(dashboard: Dashboard) -> None:
    published(*(make_talk(slug=f"talk-{number}") for number in range(3)), make_talk(kind="summit"))

    response = dashboard.ask("talks/?kind=round&page_size=1")
    page = json.loads(response.content)
    middle = dashboard.ask(page["next"])

    assert "kind=round" in page["next"]
    assert page["count"] == 3
    assert f'<{page["next"]}>; rel="next"' in response["Link"]
    assert '<http://testserver/api/v1/talks/?kind=round&page_size=1>; rel="first"' in response["Link"]
    assert 'rel="prev"' in middle["Link"]


def edited(address: str, change: Any) -> str:
    """`address` with what its cursor holds changed."""
    start, _, cursor = address.partition("cursor=")
    cursor, ampersand, rest = cursor.partition("&")
    parts = change(json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))))
    text = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")
    return f"{start}cursor={text}{ampersand}{rest}"


@pytest.mark.parametrize(
    "forge",
    [
        lambda parts: [],
        lambda parts: {},
        lambda parts: [*parts, 1],
        lambda parts: ["slug", *parts[1:]],
        lambda parts: [parts[0], "sideways", parts[2]],
        lambda parts: [*parts[:2], []],
        lambda parts: [*parts[:2], "ab"],
        lambda parts: [*parts[:2], [parts[2][0], None]],
        lambda parts: [*parts[:2], [parts[2][0], "x"]],
        lambda parts: [*parts[:2], [parts[2][0], 7]],
        lambda parts: [*parts[:2], ["2025-05-16", parts[2][1]]],
        lambda parts: [*parts[:2], [["2025-05-16", "2025-05-01"], parts[2][1]]],
        lambda parts: [*parts[:2], [["0000-01-01", None], parts[2][1]]],
        lambda parts: [*parts[:2], [[1, 2], parts[2][1]]],
        lambda parts: [*parts[:2], [{"lower": 1}, parts[2][1]]],
        lambda parts: [parts[0], parts[1], [[["2025-05-16"]], parts[2][1]]],
        lambda parts: [[parts[0]], parts[1], parts[2]],
    ],
)
def test_a_forged_cursor_is_refused(dashboard: Dashboard, forge: Any) -> None:
    published(make_talk(), make_talk())
    following = dashboard.get("talks/?page_size=1")["next"]

    dashboard.refused(edited(following, forge), "cursor")


@pytest.mark.parametrize("forged", ["a\x00", "\ud800", 7, ["a"], {"a": 1}, True])
def test_a_forged_text_in_a_cursor_is_refused(dashboard: Dashboard, forged: Any) -> None:
    published(make_talk("One"), make_talk("Two"))
    following = dashboard.get("talks/?page_size=1&ordering=title")["next"]

    dashboard.refused(edited(following, lambda parts: [*parts[:2], [forged, parts[2][1]]]), "cursor")


@pytest.mark.parametrize("forged", [10**20, -(10**20), "7", 1.5, None, True])
def test_a_forged_number_in_a_cursor_is_refused(dashboard: Dashboard, forged: Any) -> None:
    published(make_talk())
    published(make_talk())
    following = dashboard.get("revisions/?page_size=1")["next"]

    dashboard.refused(edited(following, lambda parts: [*parts[:2], [forged]]), "cursor")


def test_a_cursor_of_another_ordering_is_refused(dashboard: Dashboard) -> None:
    published(make_talk(), make_talk())
    following = dashboard.get("talks/?page_size=1")["next"]

    fault = dashboard.refused(f"{following}&ordering=title", "cursor")

    assert fault["code"] == "other_ordering"
