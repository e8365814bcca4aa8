"""`/processes/{id}/implementation/`: promised against done on a day, deed by deed, and which deadlines have lapsed."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations.models import Actor, Assertion, Event, EventParty, Outcome, OutcomeParty, Process
from tests.api.client import Dashboard
from tests.factories import cite, make_actor, make_event, make_outcome, make_process, make_talk, published


def fulfilled(dashboard: Dashboard, process: Process, query: str) -> list[dict[str, Any]]:
    results = dashboard.get(f"processes/{process.slug}/implementation/?{query}")["results"]
    assert isinstance(results, list)
    return results


def assert_(target: Outcome | Event, field: str, **value: Any) -> Assertion:
    key = type(target).__name__.lower()
    found = Assertion.objects.create(**{key: target, "field": field, **value})
    cite(found)
    return found


def bodies(target: Outcome | Event, amount: str, counting: str, **more: Any) -> Assertion:
    return assert_(target, "quantity", amount=amount, unit="bodies", counting=counting, **more)


def deed(outcome: Outcome, day: str | None, *actors: Actor, **wanted: Any) -> Event:
    event = make_event(start_edtf=day, carries_out=outcome, **wanted)
    for actor in actors:
        EventParty.objects.create(event=event, actor=actor, role="actor")
    return event


def test_deeds_are_added_up_by_direction_and_running_totals_stand_beside(dashboard: Dashboard) -> None:
    russia, ukraine = make_actor("Russia"), make_actor("Ukraine")
    outcome = make_outcome(agreed_edtf="2025-06-02")
    bodies(outcome, "[6000,6000]", "each_side")
    first = deed(outcome, "2025-06-11", russia, ukraine)
    bodies(first, "[1212,1212]", "one_way", giver=russia, receiver=ukraine)
    second = deed(outcome, "2025-06-12", russia, ukraine)
    bodies(second, "(10,20]", "each_side")
    silent = deed(outcome, "2025-06-15", russia, ukraine)
    bodies(silent, "[4812,4812]", "running_total", giver=russia, receiver=ukraine, held_on_edtf="2025-06-15")
    later = deed(outcome, "2025-06-20", russia, ukraine)
    bodies(later, "[5,5]", "one_way", giver=russia, receiver=ukraine)
    called_off = deed(outcome, "2025-06-10", russia, ukraine, status="called_off")
    bodies(called_off, "[99,99]", "one_way", giver=russia, receiver=ukraine)
    published(first, second, silent, later, called_off)

    [found] = fulfilled(dashboard, outcome.process, "on=2025-06-16")

    [unit] = found["quantities"]
    [promise] = unit["promised"]
    assert (unit["unit"], promise["counting"], promise["lower"], promise["is_disputed"]) == (
        "bodies", "each_side", "6000", False,
    )  # fmt: skip
    done = {(each["basis"], each["giver"]["label"]): each for each in unit["done"]}
    out, back = done["sum", "Russia"], done["sum", "Ukraine"]
    assert (out["lower"], out["upper"], out["lower_included"], out["counted"], out["uncounted"]) == (
        "1222", "1232", False, 2, 1,
    )  # fmt: skip
    assert (back["lower"], back["upper"], back["counted"], back["uncounted"]) == ("10", "20", 1, 2)
    total = done["running_total", "Russia"]
    assert (total["lower"], total["held_on"], total["counted"]) == ("4812", "2025-06-15", None)
    assert len(done) == 3
    assert [step["status"] for step in found["steps"]] == ["called_off", "happened", "happened", "happened"]
    assert found["steps"][1]["assertions"][0]["citations"] != []


def test_a_deed_counts_once_and_disputed_ones_not_at_all(dashboard: Dashboard) -> None:
    russia, ukraine = make_actor("Russia"), make_actor("Ukraine")
    outcome = make_outcome(agreed_edtf="2025-06-02")
    both = deed(outcome, "2025-06-11", russia, ukraine)
    bodies(both, "[390,390]", "each_side")
    bodies(both, "[391,391]", "one_way", giver=russia, receiver=ukraine)
    disputed = deed(outcome, "2025-06-12", russia, ukraine)
    bodies(disputed, "[339,339]", "in_all")
    bodies(disputed, "(500,)", "in_all")
    published(both, disputed)

    [found] = fulfilled(dashboard, outcome.process, "on=2025-06-16")

    [unit] = found["quantities"]
    assert {(each["giver"]["label"], each["lower"], each["uncounted"]) for each in unit["done"]} == {
        ("Russia", "391", 1), ("Ukraine", "390", 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("on", "said", "standing"),
    [
        ("2025-06-07", [], "ahead"),
        ("2025-06-08", [], "unknown"),
        ("2025-06-08", [("pending", "2025-06-06")], "lapsed"),
        ("2025-06-30", [("pending", "2025-06-06"), ("implemented", "2025-06-16")], "late"),
        ("2025-06-10", [("pending", "2025-06-06"), ("implemented", "2025-06-16")], "lapsed"),
        ("2025-06-30", [("implemented", "2025-06-07")], "met"),
        ("2025-06-30", [("implemented", None)], "unknown"),
        ("2025-06-30", [("superseded", "2025-06-06")], "superseded"),
    ],
)
def test_a_deadline_lapses_when_its_day_is_past_and_nothing_says_it_was_met(
    dashboard: Dashboard, on: str, said: list[tuple[str, str | None]], standing: str
) -> None:
    outcome = make_outcome(agreed_edtf="2025-06-02", due_edtf="2025-06-07")
    for word, day in said:
        assert_(outcome, "implementation", word=word, held_on_edtf=day)
    published(outcome)

    [found] = fulfilled(dashboard, outcome.process, f"on={on}")

    assert [(each["date"], each["standing"]) for each in found["deadlines"]] == [("2025-06-07", standing)]
    assert found["deadlines"][0]["citations"] == found["citations"]


def test_sources_that_differ_on_the_deadline_each_have_theirs(dashboard: Dashboard) -> None:
    outcome = make_outcome(agreed_edtf="2025-06-02")
    dated, none = assert_(outcome, "due", date_edtf="2025-06-07"), assert_(outcome, "due", state="none")
    assert_(outcome, "implementation", word="under_way", held_on_edtf="2025-06-11")
    published(outcome)

    [found] = fulfilled(dashboard, outcome.process, "on=2025-06-12")

    assert {each["assertion"]: each["standing"] for each in found["deadlines"]} == {
        str(dated.pk): "lapsed", str(none.pk): "none",
    }  # fmt: skip
    assert found["implementation"] == "under_way"


def test_provisions_come_after_what_they_are_part_of_and_later_agreements_are_left_out(dashboard: Dashboard) -> None:
    process = make_process()
    whole = make_outcome(slug="whole", process=process, kind="agreement_signed", agreed_edtf="2025-06")
    term = make_outcome(slug="term", process=process, kind="provision", part_of=whole, agreed_edtf="2025-06")
    early = make_outcome(slug="early", process=process, agreed_edtf="2025-05-16")
    talk = make_talk(process=process, start_edtf="2025-07-01")
    published(
        whole, term, early,
        make_outcome(slug="later", process=process, talk=talk),
        make_outcome(slug="nothing", process=process, kind="no_agreement"),
        make_outcome(slug="undated", process=process),
    )  # fmt: skip

    found = fulfilled(dashboard, process, "on=2025-06-10")

    assert [(each["slug"], each["depth"], each["certainty"]) for each in found] == [
        ("early", 0, "certain"), ("whole", 0, "possible"), ("term", 1, "possible"), ("undated", 0, "possible"),
    ]  # fmt: skip
    assert [each["slug"] for each in fulfilled(dashboard, process, "on=2025-06-10&kind=provision")] == ["term"]
    nothing = fulfilled(dashboard, process, "on=2025-06-10&kind=no_agreement")
    assert [(each["slug"], each["implementation"], each["quantities"]) for each in nothing] == [("nothing", None, [])]


def test_it_is_one_statement_and_says_the_day(dashboard: Dashboard) -> None:
    outcome = make_outcome(agreed_edtf="2025-06-02", due_edtf="2025-06-07")
    person = make_actor("A negotiator", kind="person")
    cite(OutcomeParty.objects.create(outcome=outcome, actor=make_actor(), role="party", person=person))
    bodies(outcome, "[6000,6000]", "each_side")
    published(deed(outcome, "2025-06-11", make_actor("Russia")), make_outcome(process=outcome.process))

    with CaptureQueriesContext(connection) as made:
        body = dashboard.get(f"processes/{outcome.process.slug}/implementation/")

    assert len([each for each in made if "negotiations_" in each["sql"]]) == 2  # the process, and all the rest
    assert body["count"] == 2
    assert len(body["on"]) == 10


def test_a_file_has_a_line_for_each_outcome(dashboard: Dashboard) -> None:
    outcome = make_outcome(slug="exchange", agreed_edtf="2025-06-02")
    published(outcome)

    response = dashboard.ask(f"processes/{outcome.process.slug}/implementation.csv?on=2025-06-16")

    [line] = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    assert (line["slug"], line["agreed"], line["implementation"]) == ("exchange", "2025-06-02", "")


def test_drafts_are_not_in_it_and_what_is_unknown_is_refused(dashboard: Dashboard) -> None:
    outcome = published(make_outcome(agreed_edtf="2025-06-02"))
    deed(outcome, "2025-06-11", title="A secret")
    bodies(outcome, "[6000,6000]", "each_side")
    address = f"processes/{outcome.process.slug}/implementation/"

    [found] = dashboard.get(f"{address}?on=2025-06-16")["results"]

    assert (found["steps"], found["quantities"]) == ([], [])
    dashboard.refused(f"{address}?on=2025-06", "on")
    dashboard.refused(f"{address}?page_size=5", "page_size")
