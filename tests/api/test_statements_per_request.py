"""What an answer costs in SQL statements: pinned for each list, plain and opened; 200 rows cost no more than 2."""

from __future__ import annotations

import pytest

from negotiations.api.urls import RESOURCES
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world
from tests.api.test_shaping import level, shapes, statements
from tests.ledger.growing import multiply

# The list; what it costs as it is; and with every include of its first level.
PINNED = {
    "processes": (12, 52),
    "talks": (17, 41),
    "delegations": (12, 32),
    "actors": (14, 27),
    "affiliations": (8, 20),
    "places": (10, 13),
    "issues": (7, 7),
    "positions": (8, 29),
    "statements": (11, 36),
    "outcomes": (15, 30),
    "events": (14, 30),
    "sources": (7, 12),
    "revisions": (7, 7),
}


def including(name: str) -> str:
    brought = sorted(level(name).brought())
    return f"{name}/?page_size=200&include={','.join(brought)}" if brought else f"{name}/?page_size=200"


def costs(dashboard: Dashboard) -> dict[str, tuple[int, int]]:
    return {name: (statements(dashboard, f"{name}/?page_size=200"), statements(dashboard, including(name)))
            for name in RESOURCES}  # fmt: skip


def test_a_page_of_200_costs_no_more_than_the_pinned_statements_of_a_page_of_two(dashboard: Dashboard) -> None:
    publish_a_world()
    publish_a_world()
    assert costs(dashboard) == PINNED

    multiply(99)

    many = costs(dashboard)
    # Fewer where none of the page's 200 rows has parts: actors by name begin with those that are only named.
    assert {name: found for name, found in many.items() if found != PINNED[name]}.keys() <= {"actors"}
    assert many["actors"] <= PINNED["actors"]
    for name in set(RESOURCES) - {"revisions"}:
        assert len(dashboard.get(f"{name}/?page_size=200&fields=id")["results"]) == 200, name


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(set(RESOURCES)))
def test_200_rows_cost_no_more_than_two_in_any_shape(dashboard: Dashboard, name: str) -> None:
    publish_a_world()
    publish_a_world()
    asked = [f"{name}/?page_size=200&{shape}" for shape in shapes(name) if "page_size" not in shape]
    few = {path: statements(dashboard, path) for path in asked}

    multiply(99)

    assert [path for path in asked if statements(dashboard, path) > few[path]] == []
