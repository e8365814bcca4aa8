"""What all analyses share: the day they take, addresses that lead elsewhere, files, and what they refuse."""

import csv
import datetime
import io
import json

import pytest
from django.test import RequestFactory

from negotiations import publication
from negotiations.api.caching import day_taken, validator
from negotiations.ledger.window import Window
from tests.api.client import Dashboard
from tests.factories import make_position, make_process, published
from tests.scenery import editor

MATRIX = "processes/direct-talks/matrix/"


@pytest.fixture(autouse=True)
def _ceasefire(db: None) -> None:
    published(make_position(process=make_process(slug="direct-talks"), is_headline=True))


def today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def test_without_a_day_today_is_taken_and_the_answer_says_so(dashboard: Dashboard) -> None:
    before = today()
    found = dashboard.get(MATRIX)

    assert before <= found["on"] <= today()
    assert found["meta"]["permalink"].endswith(f"matrix/?on={found['on']}&as_of=1")
    assert {**dashboard.get(found["meta"]["permalink"]), "meta": None} == {
        **dashboard.get(f"{MATRIX}?as_of=1&on={found['on']}"), "meta": None,
    }  # fmt: skip


def test_a_day_that_is_named_is_taken(dashboard: Dashboard) -> None:
    found = dashboard.get(f"{MATRIX}?on=2025-05-16")

    assert found["on"] == "2025-05-16"
    assert found["meta"]["permalink"].endswith("matrix/?on=2025-05-16&as_of=1")


def test_the_validator_of_an_answer_for_today_is_another_tomorrow() -> None:
    window = Window(1, None, 0)
    today_s, named, of_list = (
        RequestFactory().get(f"/api/v1/{path}") for path in (MATRIX, f"{MATRIX}?on=2025-05-16", "talks/")
    )

    assert day_taken(today_s) == datetime.datetime.now(datetime.UTC).date()
    assert day_taken(named) is None
    assert day_taken(of_list) is None
    days = [datetime.date(2026, 11, 23), datetime.date(2026, 11, 24)]
    assert validator(today_s, window, days[0]) != validator(today_s, window, days[1])


def test_only_an_answer_that_stays_the_same_may_be_kept(dashboard: Dashboard) -> None:
    def may_be_kept(query: str) -> str:
        return dashboard.ask(f"{MATRIX}?{query}")["Cache-Control"]

    assert may_be_kept("as_of=1") == may_be_kept("on=2025-05-16") == "public, max-age=0, must-revalidate"
    assert may_be_kept("as_of=1&on=2025-05-16") == "public, max-age=86400"


def test_what_the_client_has_is_not_sent_again(dashboard: Dashboard) -> None:
    etag = dashboard.ask(MATRIX)["ETag"]

    assert dashboard.ask(MATRIX, **{"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("on=2025-05", "on"), ("on=2025-02-30", "on"), ("on=2025-05-16~", "on"), ("on=soon", "on"), ("day=1", "day"),
     ("ordering=title", "ordering"), ("page_size=1", "page_size"), ("fields=id", "fields"), ("during=soon", "during"),
     ("stance=demand", "stance"), ("party=A", "party")],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(dashboard: Dashboard, query: str, parameter: str) -> None:
    for address in (MATRIX, "processes/direct-talks/matrix.csv", "processes/nothing/matrix/"):
        dashboard.refused(f"{address}?{query}", parameter)


def test_a_record_that_is_elsewhere_is_found_there(dashboard: Dashboard) -> None:
    process = make_process(slug="old")
    published(process)
    process.slug = "new"
    process.save()
    published(process)

    moved = dashboard.ask("processes/old/matrix.csv?on=2025-05-16")

    assert moved.status_code == 301
    assert moved["Location"] == "http://testserver/api/v1/processes/new/matrix.csv?on=2025-05-16"
    assert dashboard.get("processes/old/matrix/?as_of=2")["parties"] == []


def test_a_record_that_is_gone_or_never_was_public_says_so(dashboard: Dashboard) -> None:
    wrong = published(make_process(slug="wrong"))
    publication.retract([wrong], by=editor(), note="No such process.")
    make_process(slug="draft")

    assert dashboard.get("processes/wrong/matrix/", expect=410)["reason"] == "No such process."
    for address in ("matrix/", "matrix.csv", "timeline/", "timeline.jsonl", "implementation/"):
        then = dashboard.ask(f"processes/wrong/{address}?as_of=2")
        assert (then.status_code, then["Withdrawn-In-Revision"]) == (200, "3"), address
    assert "Withdrawn-In-Revision" not in dashboard.ask("processes/direct-talks/matrix/?as_of=2")
    draft, nothing = (dashboard.get(f"processes/{name}/matrix/", expect=404) for name in ("draft", "nothing"))
    assert draft["detail"] == nothing["detail"]


def test_the_suffix_or_accept_chooses_the_file(dashboard: Dashboard) -> None:
    by_suffix = dashboard.ask("processes/direct-talks/matrix.csv?on=2025-05-16")
    by_accept = dashboard.ask(f"{MATRIX}?on=2025-05-16", Accept="text/csv")

    assert by_suffix.content == by_accept.content
    assert by_suffix["Content-Type"] == "text/csv; charset=utf-8"
    assert by_suffix["Content-Disposition"] == 'inline; filename="processes-matrix-1.csv"'
    assert "matrix.csv?on=2025-05-16&as_of=1" in by_suffix["Link"]
    assert dashboard.get("processes/direct-talks/matrix.json?on=2025-05-16")["on"] == "2025-05-16"
    assert ".json, .csv, .jsonl" in dashboard.get("processes/direct-talks/matrix.xml", expect=404)["detail"]
    assert dashboard.ask("processes/direct-talks/matrix.csv", "OPTIONS")["Content-Type"] == "application/json"
    assert dashboard.ask("processes/direct-talks/matrix.csv", "HEAD").status_code == 200


def test_lines_of_a_file_are_the_rows_of_the_table(dashboard: Dashboard) -> None:
    lines = dashboard.ask("processes/direct-talks/matrix.jsonl?on=2025-05-16")
    table = dashboard.ask("processes/direct-talks/matrix.csv?on=2025-05-16").content.decode("utf-8-sig")

    assert lines["Content-Type"] == "application/jsonl; charset=utf-8"
    assert "matrix.jsonl?on=2025-05-16&as_of=1" in lines["Link"]
    [line], [row] = map(json.loads, lines.content.decode().splitlines()), csv.DictReader(io.StringIO(table))
    assert line["position"]["label"] == row["position.label"]
    assert {name.partition(".")[0] for name in row} == line.keys()


def test_a_cell_of_a_file_is_no_formula(dashboard: Dashboard) -> None:
    published(make_position(process=make_process(slug="second"), label="=1+1", is_headline=True))

    response = dashboard.ask("processes/second/matrix.csv?on=2025-05-16")
    [row] = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))

    assert row["position.label"] == "'=1+1"
    assert (row["on"], row["party.label"], row["position.stance"]) == ("2025-05-16", "Ukraine", "demands")
