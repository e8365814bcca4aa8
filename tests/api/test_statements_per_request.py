"""What an answer costs in SQL statements: a record 1, a page 2, and 3 with its count; 200 rows cost no more than 2."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations.api.urls import RESOURCES
from negotiations.models import AgendaItem, Assertion, EventParty, OutcomeParty
from negotiations.models.records import Record
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world
from tests.api.test_shaping import level, shapes, statements
from tests.factories import (
    cite,
    make_actor,
    make_delegation,
    make_event,
    make_issue,
    make_member,
    make_outcome,
    make_position,
    make_process,
    make_statement,
    make_talk,
    published,
)
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
        for address in {f"{name}/{record['id']}/", record.get("url", "")} - {""}:
            assert reading(dashboard, address) == 1, address
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


# The analyses; {0} is how many of everything there is to tell.
ANALYSED = {
    "processes/process-{0}/matrix/?on=2025-06-10&during=2025": 11,
    "processes/process-{0}/timeline/?page_size=200": 6,
    "processes/process-{0}/implementation/?on=2025-06-10": 6,
    "disputes/?process=process-{0}&verdict=disputed,settled,agreed,compatible&page_size=200": 13,
    "talks/before-{0}/compare/after-{0}/": 27,
    "talks/after-{0}/context/": 19,
    "actors/person-{0}/record/?page_size=200": 6,
}


def publish_what_is_analysed(many: int) -> None:
    """A process with `many` of everything that analyses tell, all of it resting on statements as well as pages."""
    process = make_process(slug=f"process-{many}")
    before, after = (
        make_talk(slug=f"{name}-{many}", process=process, start_edtf=day)
        for name, day in (("before", "2025-05-16"), ("after", "2025-06-02"))
    )
    person = make_actor("Rustem Umerov", kind="person", slug=f"person-{many}")
    records: list[Record] = [before, after]
    for number in range(many):
        party, other, issue = make_actor(), make_actor(), make_issue()
        said = make_statement(occasion=after, speaker=person, attribution="on_record")
        outcome = make_outcome(process=process, talk=after, agreed_edtf="2025-06-02", due_edtf="2025-06-07")
        deed = make_event(process=process, carries_out=outcome, start_edtf="2025-06-09")
        held = make_position(process=process, party=party, issue=issue, is_headline=True)
        parts: list[Any] = [
            OutcomeParty.objects.create(outcome=outcome, actor=each, role="party", stance=stance, person=person)
            for each, stance in ((party, "confirms"), (other, "denies"))
        ]
        EventParty.objects.create(event=deed, actor=party, role="actor")
        for talk in (before, after):
            make_delegation(talk, other)
            delegation = make_delegation(talk, party)
            parts += [make_member(delegation, person if number == 0 else make_actor(kind="person"), capacity="head")]
            parts += [AgendaItem.objects.create(talk=talk, issue=issue), delegation]
            parts += [Assertion.objects.create(delegation=delegation, field="size", unit="people", amount=f"[{size},]")
                      for size in (8, 11)]  # fmt: skip
        parts += [Assertion.objects.create(**{name: record}, field="quantity", amount="[9,9]", unit="bodies",
                                           counting="in_all")
                  for name, record in (("outcome", outcome), ("event", deed))]  # fmt: skip
        for each in (*parts, held, deed):
            cite(each, testimony=said, excerpt="")
        records += [said, outcome, deed, held]
    published(*records)


def test_an_analysis_costs_the_pinned_statements_however_much_it_tells(dashboard: Dashboard) -> None:
    publish_what_is_analysed(1)
    publish_what_is_analysed(5)

    few, many = ({path: statements(dashboard, path.format(number)) for path in ANALYSED} for number in (1, 5))

    assert (few, many) == (ANALYSED, ANALYSED)
