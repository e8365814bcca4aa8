"""What an answer costs in SQL statements: pinned for each list, plain and opened; 200 rows cost no more than 2."""

from __future__ import annotations

from typing import Any

import pytest

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

# The list; what it costs as it is; and with every include of its first level.
PINNED = {
    "processes": (13, 53),
    "talks": (18, 42),
    "delegations": (13, 33),
    "actors": (15, 28),
    "affiliations": (9, 21),
    "places": (11, 14),
    "issues": (8, 8),
    "positions": (9, 30),
    "statements": (12, 37),
    "outcomes": (16, 31),
    "events": (15, 31),
    "sources": (8, 13),
    "revisions": (8, 8),
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


# The analyses; {0} is how many of everything there is to tell.
ANALYSED = {
    "processes/process-{0}/matrix/?on=2025-06-10&during=2025": 12,
    "processes/process-{0}/timeline/?page_size=200": 7,
    "processes/process-{0}/implementation/?on=2025-06-10": 7,
    "disputes/?process=process-{0}&verdict=disputed,settled,agreed,compatible&page_size=200": 14,
    "talks/before-{0}/compare/after-{0}/": 28,
    "talks/after-{0}/context/": 20,
    "actors/person-{0}/record/?page_size=200": 7,
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
