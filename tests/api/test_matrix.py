"""`/processes/{id}/matrix/`: what each party held on each issue on a day, and how that changed."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations.models import Actor, AgendaItem, Issue, Process
from tests.api.client import Dashboard
from tests.factories import (
    cite,
    make_actor,
    make_delegation,
    make_issue,
    make_position,
    make_process,
    make_statement,
    make_talk,
    published,
)
from tests.sites import Site

MATRIX = "processes/direct-talks/matrix/"
Cell = dict[str, Any]


class Table:
    """A process with two sides and two issues, whose positions a test fills in."""

    def __init__(self) -> None:
        self.process: Process = make_process(slug="direct-talks")
        self.ukraine: Actor = make_actor("Ukraine", slug="ukraine")
        self.russia: Actor = make_actor("Russia", slug="russia")
        self.ceasefire: Issue = make_issue("Ceasefire", slug="ceasefire")
        self.territory: Issue = make_issue("Territory", slug="territory")

    def hold(self, party: Actor, issue: Issue, in_force: str, **wanted: Any) -> Any:
        wanted = {"is_headline": True, "process": self.process, **wanted}
        return make_position(party=party, issue=issue, in_force_edtf=in_force, **wanted)


@pytest.fixture
def table(db: None) -> Table:
    return Table()


def cell(answer: Any, party: str, issue: str) -> Cell:
    [found] = [
        each for each in answer["cells"] if (each["party"]["slug"], each["issue"]["slug"]) == (party, issue)
    ]  # fmt: skip
    assert isinstance(found, dict)
    return found


def slugs(found: Any) -> list[str]:
    return [each["slug"] for each in found]


def test_every_pair_has_a_cell_and_what_is_not_recorded_says_so(dashboard: Dashboard, table: Table) -> None:
    published(
        table.hold(table.ukraine, table.ceasefire, "2025-05-16/..", label="Unconditional ceasefire"),
        table.hold(table.russia, table.territory, "2025-05-16/2025-06-01"),
    )

    found = dashboard.get(f"{MATRIX}?on=2025-06-02")

    assert (len(found["cells"]), len(found["parties"]), len(found["issues"])) == (4, 2, 2)
    held, over, never = (
        cell(found, *pair) for pair in [("ukraine", "ceasefire"), ("russia", "territory"), ("russia", "ceasefire")]
    )
    assert (held["state"], held["certainty"], held["position"]["label"]) == (
        "recorded", "certain", "Unconditional ceasefire",
    )  # fmt: skip
    assert (over["state"], over["position"], over["last_recorded"]["in_force"]) == (
        "no_record", None, "2025-05-16/2025-06-01",
    )  # fmt: skip
    assert (never["state"], never["certainty"], never["last_recorded"]) == ("no_record", None, None)


@pytest.mark.parametrize(
    ("in_force", "on", "certainty"),
    [
        ("2025-05-16/..", "2025-05-16", "certain"),
        ("2025-05-16/..", "2025-05-15", None),
        ("2025-05/..", "2025-05-10", "possible"),
        ("2025-05/..", "2025-06-01", "certain"),
        ("2022~", "2022-07-01", "possible"),
        ("2022-03-10/", "2022-03-10", "certain"),
        ("2022-03-10/", "2022-03-11", None),
    ],
)
def test_a_day_is_covered_for_certain_possibly_or_not(
    dashboard: Dashboard, table: Table, in_force: str, on: str, certainty: str | None
) -> None:
    published(table.hold(table.ukraine, table.ceasefire, in_force))

    [found] = dashboard.get(f"{MATRIX}?on={on}")["cells"]

    assert found["certainty"] == certainty
    assert found["state"] == ("recorded" if certainty else "no_record")


def test_a_cell_names_what_its_position_replaced_and_every_change_in_order(dashboard: Dashboard, table: Table) -> None:
    first = table.hold(table.russia, table.ceasefire, "2025-05-16/2025-06-01", stance="rejects", label="No")
    second = table.hold(
        table.russia, table.ceasefire, "2025-06-02/2025-07", stance="accepts_if", condition="Two options",
        label="On conditions", supersedes=first,
    )  # fmt: skip
    published(first, second)

    found = dashboard.get(f"{MATRIX}?on=2025-06-02&during=2025-05-16/2025-12-31")

    [held] = found["cells"]
    assert held["position"]["supersedes"]["label"] == "No"
    assert (held["position"]["condition"], held["position"]["since"]) == ("Two options", "2025-06-02")
    assert [(each["change"], each["on"], each["certainty"], each["position"]["label"]) for each in held["changes"]] == [
        ("taken_up", "2025-05-16", "certain", "No"),
        ("taken_up", "2025-06-02", "certain", "On conditions"),
        ("ended", "2025-07", "certain", "On conditions"),
    ]
    assert found["during"] == "2025-05-16/2025-12-31"


def test_a_change_outside_the_days_is_left_out_and_one_that_may_lie_in_them_is_possible(
    dashboard: Dashboard, table: Table
) -> None:
    first = table.hold(table.russia, table.ceasefire, "2025-05/2025-06-01")
    published(first, table.hold(table.russia, table.ceasefire, "2025-06-02/.."))

    def changes(during: str) -> list[tuple[str, str]]:
        [found] = dashboard.get(f"{MATRIX}?during={during}")["cells"]
        return [(each["change"], each["certainty"]) for each in found["changes"]]

    assert changes("2025-05-10/2025-05-20") == [("taken_up", "possible")]
    assert changes("2025-05-31/2025-06-01") == [("taken_up", "possible")], "it is replaced the day after: no end"
    assert changes("2026") == []


def test_without_during_nothing_is_said_of_changes(dashboard: Dashboard, table: Table) -> None:
    published(table.hold(table.ukraine, table.ceasefire, "2025-05-16/.."))

    assert [each["changes"] for each in dashboard.get(MATRIX)["cells"]] == [None]


def test_the_sides_of_core_talks_and_their_agenda_come_first(dashboard: Dashboard, table: Table) -> None:
    coalition = make_actor("A coalition", slug="coalition")
    talk = make_talk(process=table.process)
    for party in (table.russia, table.ukraine):
        make_delegation(talk, party)
    AgendaItem.objects.create(talk=talk, issue=table.territory)
    published(
        *(table.hold(party, table.ceasefire, "2025-05-16/..") for party in (table.ukraine, coalition, table.russia)),
        table.hold(table.ukraine, table.territory, "2022/.."),
        talk,
    )

    found = dashboard.get(f"{MATRIX}?on=1990-01-01")

    assert slugs(found["parties"]) == ["russia", "ukraine", "coalition"]
    assert slugs(found["issues"]) == ["territory", "ceasefire"]
    assert {each["state"] for each in found["cells"]} == {"no_record"}


def test_filters_narrow_the_axes_and_choose_cells(dashboard: Dashboard, table: Table) -> None:
    below = make_issue("Crimea", slug="crimea", parent=table.territory)
    published(
        table.hold(table.ukraine, below, "2025-05-16/..", stance="rejects"),
        table.hold(table.ukraine, table.ceasefire, "2025-05-16/.."),
        table.hold(table.russia, table.ceasefire, "2025-05-16/2025-05-31", stance="rejects"),
    )

    def axes(query: str) -> tuple[list[str], list[str], int]:
        found = dashboard.get(f"{MATRIX}?on=2025-06-02&{query}")
        return slugs(found["parties"]), slugs(found["issues"]), len(found["cells"])

    assert axes("party=russia") == (["russia"], ["ceasefire", "crimea"], 2)
    assert axes(f"party={table.russia.pk}") == axes("party=russia")
    assert axes("issue=territory") == (["russia", "ukraine"], ["crimea"], 2)
    assert axes("stance=rejects") == (["ukraine"], ["crimea"], 1)
    assert axes("stance=rejects&during=2025-05") == (["russia", "ukraine"], ["ceasefire", "crimea"], 2)
    assert axes("ascription=self_stated") == ([], [], 0)
    assert axes("party=nobody") == ([], [], 0)


def test_words_of_a_named_speaker_come_before_those_of_the_page(dashboard: Dashboard, table: Table) -> None:
    speaker = make_actor("Volodymyr Zelensky", kind="person", slug="zelensky")
    said = make_statement(
        speaker=speaker, attribution="on_record", quote="A full ceasefire", language="en", text_kind="verbatim",
        on_behalf_of=table.ukraine,
    )  # fmt: skip
    position = table.hold(table.ukraine, table.ceasefire, "2025-05-16/..")
    cite(position, testimony=said, excerpt="")
    published(position)

    [found] = dashboard.get(f"{MATRIX}?on=2025-05-16")["cells"]

    held = found["position"]
    assert held["quote"] == {"text": "A full ceasefire", "language": "en"}
    said_it, printed = held["passages"]
    assert (said_it["speaker"]["slug"], said_it["on_behalf_of"]["slug"]) == ("zelensky", "ukraine")
    assert (said_it["statement"]["slug"], printed["statement"]) == (said.slug, None)
    assert (printed["attribution"], printed["quote"]["text"]) == ("outlet", "they met")
    assert all(passage["source"]["url"] for passage in held["passages"])


def test_a_speakers_words_stand_once_and_other_pages_keep_what_they_print(dashboard: Dashboard, table: Table) -> None:
    said = make_statement(
        speaker=make_actor("Volodymyr Zelensky", kind="person"), attribution="on_record", quote="strong reaction",
        language="en", text_kind="partial_quote",
    )  # fmt: skip
    cite(said, excerpt="including new sanctions")
    cite(said, excerpt="called for a “strong reaction”")
    position = table.hold(table.ukraine, table.ceasefire, "2025-05-16/..")
    position.citations.all().delete()
    cite(position, testimony=said, excerpt="")
    published(position)

    [found] = dashboard.get(f"{MATRIX}?on=2025-05-16")["cells"]

    first, *others = [each["quote"]["text"] for each in found["position"]["passages"]]
    assert (first, sorted(others)) == ("strong reaction", ["including new sanctions", "they met"])
    assert found["position"]["quote"]["text"] == "strong reaction"


def test_drafts_other_processes_and_what_is_no_headline_are_left_out(dashboard: Dashboard, table: Table) -> None:
    shown = published(table.hold(table.ukraine, table.ceasefire, "2025-05-16/.."))
    published(
        table.hold(table.ukraine, table.territory, "2025-05-16/..", is_headline=False),
        table.hold(table.ukraine, table.territory, "2025-05-16/..", process=make_process(slug="other")),
    )
    before = dashboard.get(f"{MATRIX}?on=2025-05-16")

    table.hold(table.russia, table.territory, "2025-05-16/..", label="A draft")
    shown.label = "Pending"
    shown.save()

    assert dashboard.get(f"{MATRIX}?on=2025-05-16") == before
    assert len(before["cells"]) == 1


def test_the_file_has_a_row_for_each_cell_and_with_during_for_each_change(dashboard: Dashboard, table: Table) -> None:
    published(
        table.hold(table.ukraine, table.ceasefire, "2025-05-16/.."),
        table.hold(table.russia, table.territory, "2025-05-16/2025-06-01"),
    )

    def rows(query: str) -> list[dict[str, str]]:
        text = dashboard.ask(f"processes/direct-talks/matrix.csv?{query}").content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    cells, changes = rows("on=2025-05-16"), rows("on=2025-05-16&during=2025")

    assert sorted(row["state"] for row in cells) == ["no_record", "no_record", "recorded", "recorded"]
    assert [(row["party.slug"], row["change"], row["on"]) for row in changes] == [
        ("russia", "taken_up", "2025-05-16"), ("russia", "ended", "2025-06-01"), ("ukraine", "taken_up", "2025-05-16"),
    ]  # fmt: skip


def test_a_matrix_costs_the_same_statements_however_large(dashboard: Dashboard, table: Table) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as made:
            assert dashboard.get(f"{MATRIX}?on=2025-05-16&during=2025")["cells"]
        return len(made)

    published(table.hold(table.ukraine, table.ceasefire, "2025-05-16/.."))
    few = cost()
    published(*(table.hold(table.russia, make_issue(f"Issue {number}"), "2025-05-16/..") for number in range(20)))

    assert cost() == few == 10


# The bundled dossiers


def test_on_16_may_2025_ukraine_demands_a_ceasefire_and_russia_the_root_causes(bundled: Site) -> None:
    for revision in (1, 10):
        found = bundled.get(f"/api/v1/processes/istanbul-2025/matrix/?on=2025-05-16&as_of={revision}")

        ceasefire = cell(found, "ukraine", "ceasefire")["position"]
        causes = cell(found, "russia", "root-causes")["position"]
        assert (ceasefire["stance"], ceasefire["label"]) == ("demands", "Unconditional ceasefire")
        assert "Kyiv is seeking an “unconditional ceasefire”" in [
            each["quote"]["text"] for each in ceasefire["passages"]
        ]
        assert (causes["stance"], causes["label"]) == ("demands", "Address the root causes")
        assert "“root causes” of the war" in causes["quote"]["text"]
        assert {each["source"]["slug"] for each in causes["passages"]} >= {"nigeria-today-2025-05-16"}


def test_revision_1_and_the_newest_differ_as_the_dossiers_say(bundled: Site) -> None:
    def recorded(revision: int) -> set[tuple[str, str]]:
        found = bundled.get(f"/api/v1/processes/istanbul-2025/matrix/?on=2025-05-16&as_of={revision}")
        cells = [each for each in found["cells"] if each["state"] == "recorded"]
        return {(each["party"]["slug"], each["issue"]["slug"]) for each in cells}

    first, newest = recorded(1), recorded(10)

    assert ("russia", "ceasefire") not in first
    assert first < newest
    assert {("russia", "ceasefire"), ("russia", "reparations"), ("ukraine", "prisoners")} <= newest - first
