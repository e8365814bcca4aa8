"""`/talks/{id}/context/`: one talk beside the others, each figure with the records that it was computed from."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from negotiations.models import Assertion, Talk
from tests import factories as make
from tests.api.client import Dashboard
from tests.api.test_shaping import statements
from tests.sites import Site


def meetings(*days: str) -> list[Talk]:
    process, parties = make.make_process(), [make.make_actor(name) for name in ("Russia", "Ukraine")]
    found = []
    for day in days:
        usual = {"process": process, "start_edtf": day, "modality": "in_person", "setting": "direct"}
        found.append(make.make_talk(f"Talks of {day}", **usual))
        for party in parties:
            make.cite(make.make_delegation(found[-1], party))
    return found


@pytest.fixture
def talk(db: None) -> Talk:
    earlier, talk = meetings("2022-03-29", "2025-05-16")
    said = Assertion.objects.create(talk=talk, field="gap_since_previous", amount="(3,)", unit="years")
    make.cite(said, excerpt="first in over three years")
    make.published(earlier, talk)
    return talk


def test_each_figure_names_what_it_was_computed_from(dashboard: Dashboard, talk: Talk) -> None:
    found = dashboard.get(f"talks/{talk.slug}/context/")

    direct = found["since_previous"]["direct"]
    assert (direct["days"], direct["whole_years"]) == ({"least": 1144, "most": 1144}, 3)
    assert [(each["label"], each["start"], each["is_certain"]) for each in direct["counted"]] == [
        ("Talks of 2022-03-29", "2022-03-29", True)
    ]
    assert [party["label"] for party in found["parties"]] == ["Russia", "Ukraine"]
    assert (found["number_in_process"]["least"], found["number_in_process"]["most"]) == (2, 2)
    (claim,) = found["claims"]
    assert (claim["direct"], claim["in_person"]) == ("holds", "holds")
    assert claim["assertion"]["citations"][0]["excerpt"] == "first in over three years"
    assert {fact["kind"]: fact["independent"] for fact in found["sources"]} == {
        kind: {"least": 1, "most": 1} for kind in ("talk", "delegation", "assertion")
    }
    assert all(fact["record"]["slug"] == talk.slug for fact in found["sources"])


def test_the_first_talk_says_so_and_a_draft_does_not_count(dashboard: Dashboard) -> None:
    first, _ = meetings("2022-03-29", "2022-03-28")
    make.published(first)

    found = dashboard.get(f"talks/{first.slug}/context/")

    assert found["since_previous"]["direct"] == {"days": None, "whole_years": None, "counted": [], "undated": []}
    assert found["number_in_process"]["least"] == 1


def test_as_of_a_revision_it_counts_what_was_known_then(dashboard: Dashboard) -> None:
    earlier, talk = meetings("2022-03-29", "2025-05-16")
    make.published(talk)
    make.published(earlier)

    def days(query: str) -> Any:
        return dashboard.get(f"talks/{talk.slug}/context/{query}")["since_previous"]["direct"]["days"]

    assert (days("?as_of=1"), days("")) == (None, {"least": 1144, "most": 1144})


def test_the_file_has_a_line_for_each_figure_and_input(dashboard: Dashboard, talk: Talk) -> None:
    answer = dashboard.ask(f"talks/{talk.slug}/context.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert [(row["figure"], row["least"], row["input.label"]) for row in rows][:3] == [
        ("direct", "1144", "Talks of 2022-03-29"),
        ("in_person", "1144", "Talks of 2022-03-29"),
        ("number_in_process", "2", "Talks of 2022-03-29"),
    ]
    assert {row["figure"] for row in rows[3:]} == {"sources"}


def test_what_is_not_asked_here_is_refused(dashboard: Dashboard, talk: Talk) -> None:
    dashboard.refused(f"talks/{talk.slug}/context/?on=2025-05-16", "on")
    dashboard.get("talks/nothing/context/", expect=404)


def test_the_number_of_statements_does_not_grow_with_talks(dashboard: Dashboard) -> None:
    few = meetings("2022-03-28", "2022-03-29")
    make.published(*few)
    many = meetings(*(f"2022-03-{day}" for day in range(10, 30)))
    make.published(*many)

    cost = statements(dashboard, f"talks/{many[-1].slug}/context/")

    assert cost == statements(dashboard, f"talks/{few[-1].slug}/context/") == 13


def test_over_the_dossiers_the_article_is_right_that_it_was_the_first_in_over_three_years(bundled: Site) -> None:
    found = bundled.get("/api/v1/talks/istanbul-2025-05-16/context/")

    in_person = found["since_previous"]["in_person"]
    assert in_person["days"] == {"least": 1144, "most": 1144}
    assert in_person["counted"][0]["slug"] == "istanbul-2022-03-29"
    assert in_person["counted"][0]["process"]["slug"] != found["talk"]["process"]["slug"]
    assert [claim["in_person"] for claim in found["claims"]] == ["holds"]
    assert all(fact["independent"]["least"] <= fact["independent"]["most"] for fact in found["sources"])
    assert any(len(origin["sources"]) > 1 for fact in found["sources"] for origin in fact["origins"])
