"""A rule over several rows is told of a dossier at the row and key that break it, and nothing is written."""

from pathlib import Path

import pytest

from negotiations.exchange.dossiers import load
from negotiations.models import Place, Talk
from tests.exchange.conftest import TALK_ID, Write

pytestmark = pytest.mark.django_db
ID = "0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f00{}"

PLACES = f"""places:
  - {{id: {ID.format("b1")}, slug: palace, name: Palace, kind: venue, parent: istanbul, country: GEO}}
  - {{id: {ID.format("b2")}, slug: istanbul, name: Istanbul, kind: city, country: TUR}}
"""
CIRCLE = f"""places:
  - {{id: {ID.format("b1")}, slug: palace, name: Palace, kind: venue, parent: istanbul}}
  - {{id: {ID.format("b2")}, slug: istanbul, name: Istanbul, kind: city, parent: palace}}
"""
SESSION = f"""talks:
  - {{id: {ID.format("b3")}, slug: morning, title: The morning, process: direct-talks, kind: plenary, status: held,
     relation: session, related_talk: meeting, start: 2025-05-17, cite: "page [¶1]"}}
"""
SHRUNK = f"""talks:
  - {{id: {TALK_ID}, slug: meeting, start: 2025-05-15}}
"""


def told(path: Path) -> list[str]:
    report = load([path], publish=True)
    assert report.files == []
    return [str(problem) for problem in report.problems]


def test_a_place_in_another_country_is_told_at_its_country(write: Write) -> None:
    problems = told(write("places", PLACES))

    assert problems == [
        "places.yaml:5 places[0].country: A place has the country of the place it lies in: change country or parent.",
        "places.yaml:6 places[1].country: A place has the country of the place it lies in: change country or parent.",
    ]
    assert not Place.objects.exists()


def test_a_circle_is_told_at_each_of_its_links(write: Write) -> None:
    problems = told(write("circle", CIRCLE))

    assert [problem.partition(":")[2][:20] for problem in problems] == ["5 places[0].parent: ", "6 places[1].parent: "]
    assert all("leads from this place back to itself" in problem for problem in problems)


def test_rows_that_keep_a_rule_may_come_in_any_order(write: Write) -> None:
    report = load([write("places", PLACES.replace("GEO", "TUR"))])

    assert report.is_ok
    assert Place.objects.get(slug="palace").parent == Place.objects.get(slug="istanbul")


def test_a_session_outside_its_talk_is_told_at_its_related_talk(small: Path, write: Write) -> None:
    load([small], publish=True)

    (problem,) = told(write("session", SESSION))

    assert problem.startswith("session.yaml:6 talks[0].related_talk: A session lies within the days")


def test_a_talk_that_leaves_its_session_outside_is_told_so_itself(small: Path, write: Write) -> None:
    load([small, write("session", SESSION.replace("05-17", "05-16"))], publish=True)

    (problem,) = told(write("shrunk", SHRUNK))

    assert problem.startswith("shrunk.yaml:5 talks[0]: A session lies within the days")
    assert Talk.objects.get(slug="meeting").start_edtf == "2025-05-16"
