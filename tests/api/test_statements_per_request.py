"""What an answer costs in SQL statements: a record 1, a page 2, and 3 with its count; 200 rows cost no more than 2."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations.api.urls import RESOURCES
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world
from tests.api.test_shaping import level, shapes, statements
from tests.ledger.growing import multiply


def including(name: str) -> str:
    brought = sorted(level(name).brought())
    return f"{name}/?page_size=200&include={','.join(brought)}" if brought else f"{name}/?page_size=200"


def reading(dashboard: Dashboard, path: str) -> int:
    """How many statements read records for the answer; what opens and closes the window is left aside."""
    with CaptureQueriesContext(connection) as made:
        dashboard.get(path)
    return len([query for query in made.captured_queries if '"negotiations_' in query["sql"]])


def costs(dashboard: Dashboard) -> dict[str, tuple[int, int]]:
    """Of each list as it is, and with every include of its first level."""
    return {name: (reading(dashboard, f"{name}/?page_size=200"), reading(dashboard, including(name)))
            for name in RESOURCES}  # fmt: skip


def test_a_page_costs_the_ids_the_count_and_the_records_whatever_it_holds(dashboard: Dashboard) -> None:
    publish_a_world()
    publish_a_world()
    assert set(costs(dashboard).values()) == {(3, 3)}

    multiply(99)

    assert set(costs(dashboard).values()) == {(3, 3)}
    for name in set(RESOURCES) - {"revisions"}:
        assert len(dashboard.get(f"{name}/?page_size=200&fields=id")["results"]) == 200, name


def test_a_record_costs_one_statement_and_a_page_without_count_two(dashboard: Dashboard) -> None:
    for _ in range(3):
        publish_a_world()

    for name in set(RESOURCES) - {"revisions"}:
        page = dashboard.get(f"{name}/?page_size=1&count=none")
        [record] = page["results"]
        assert reading(dashboard, record["url"]) == 1, name
        assert reading(dashboard, f"{name}/{record['id']}/") == 1, name
        if page["next"]:
            assert reading(dashboard, page["next"]) == 2, name
            # One more where the rows with a value end, and those without one begin.
            assert reading(dashboard, dashboard.get(page["next"])["previous"]) <= 3, name


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(set(RESOURCES)))
def test_200_rows_cost_no_more_than_two_in_any_shape(dashboard: Dashboard, name: str) -> None:
    publish_a_world()
    publish_a_world()
    asked = [f"{name}/?page_size=200&{shape}" for shape in shapes(name) if "page_size" not in shape]
    few = {path: statements(dashboard, path) for path in asked}

    multiply(99)

    assert [path for path in asked if statements(dashboard, path) > few[path]] == []
