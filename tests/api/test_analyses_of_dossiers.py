"""The bundled dossiers, as timeline, implementation and record tell them."""

from __future__ import annotations

from typing import Any

from tests.sites import Site

PROCESS = "/api/v1/processes/istanbul-2025"


def exchange(bundled: Site, slug: str, on: str) -> dict[str, Any]:
    found = bundled.get(f"{PROCESS}/implementation/?on={on}&as_of=10")["results"]
    return next(each for each in found if each["slug"] == slug)


def test_bodies_promised_and_returned(bundled: Site) -> None:
    early, late = (exchange(bundled, "exchange-of-bodies", on) for on in ("2025-06-10", "2025-06-16"))

    assert [(each["date"], each["standing"]) for each in early["deadlines"]] == [
        ("2025-06-07", "lapsed"), (None, "none"),
    ]  # fmt: skip
    assert {each["date"]: each["standing"] for each in late["deadlines"]}["2025-06-07"] == "late"
    assert (early["implementation"], late["implementation"]) == ("pending", "implemented")
    [bodies] = late["quantities"]
    assert {(each["counting"], each["lower"]) for each in bodies["promised"]} == {
        ("each_side", "6000"), ("one_way", "6000"), ("in_all", "12000"),
    }  # fmt: skip
    done = {(each["basis"], each["giver"]["slug"]): (each["lower"], each["uncounted"]) for each in bodies["done"]}
    assert done == {
        ("sum", "russia"): ("2457", 1), ("sum", "ukraine"): ("27", 2),
        ("running_total", "russia"): ("6057", None), ("running_total", "ukraine"): ("78", None),
    }  # fmt: skip


def test_the_thousand_for_a_thousand_adds_up_one_way(bundled: Site) -> None:
    found = exchange(bundled, "exchange-1000-for-1000", "2025-05-25")

    people = next(each for each in found["quantities"] if each["unit"] == "people")
    sums = {each["giver"]["slug"]: (each["lower"], each["upper"]) for each in people["done"] if each["basis"] == "sum"}
    assert sums == {"russia": ("1000", "1000"), "ukraine": ("390", "390")}


def test_the_whole_timeline_is_in_order_and_each_item_has_a_source(bundled: Site) -> None:
    address, items = f"{PROCESS}/timeline/?page_size=50&as_of=10", []
    while address:
        page = bundled.get(address)
        items += page["results"]
        address = page["next"]

    placed = [item["earliest"] or item["latest"] or "9999" for item in items]
    assert placed == sorted(placed)
    kinds = ("talks", "statements", "positions", "outcomes", "events")
    listed = sum(bundled.get(f"/api/v1/{kind}/?process=istanbul-2025&page_size=1&as_of=10")["count"] for kind in kinds)
    assert len({item["id"] for item in items}) == len(items) == page["count"] == listed
    assert all(item["citations"] for item in items)
    assert {item["kind"] for item in items} == {"talk", "statement", "position", "outcome", "step", "event"}


def test_medinsky_led_the_delegation_as_an_aide_to_the_president(bundled: Site) -> None:
    found = bundled.get("/api/v1/actors/vladimir-medinsky/record/?kind=talk&as_of=10")["results"]

    [part] = next(item for item in found if item["slug"] == "istanbul-2025-05-16")["parts"]
    assert (part["part"], part["capacity"], part["party"]["slug"]) == ("member", "head", "russia")
    assert part["affiliation"]["title"] == "Aide to the President of Russia"
