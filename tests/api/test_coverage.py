"""`/coverage/`: how far each process is covered, so that nobody takes what is missing for what did not happen."""

import csv
import io
import json
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations import publication
from negotiations.models import Process, StatementLink
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world
from tests.factories import (
    cite,
    make_event,
    make_outcome,
    make_position,
    make_process,
    make_statement,
    make_talk,
    published,
)
from tests.scenery import editor

KINDS = ("talks", "statements", "positions", "outcomes", "events")


def coverage(dashboard: Dashboard, process: Process, query: str = "") -> dict[str, Any]:
    [found] = dashboard.get(f"coverage/?id={process.slug}{query}")["results"]
    assert isinstance(found, dict)
    return found


def streamed(dashboard: Dashboard, path: str) -> str:
    return b"".join(dashboard.ask(path)).decode()  # type: ignore[arg-type]  # of a streaming answer


def test_it_names_the_first_and_last_day_of_which_a_record_tells(dashboard: Dashboard) -> None:
    process = make_process()
    published(
        make_talk(process=process, start_edtf="2025-05-16"),
        make_position(process=process, in_force_edtf="2022-03"),
        make_outcome(process=process, agreed_edtf="2025-05-17"),
        make_event(process=process, start_edtf="2025-06", end_edtf=None),
        make_event(process=process, start_edtf=None),
    )

    found = coverage(dashboard, process)

    assert (found["since"], found["until"]) == ("2022-03-01", "2025-06-30")


def test_what_has_no_end_counts_with_the_day_it_begins(dashboard: Dashboard) -> None:
    process = make_process()
    published(make_position(process=process, in_force_edtf="2025-05-16/.."))

    found = coverage(dashboard, process)

    assert (found["since"], found["until"]) == ("2025-05-16", "2025-05-16")


def test_a_process_without_dated_records_says_so(dashboard: Dashboard) -> None:
    process = published(make_process())

    found = coverage(dashboard, process)

    assert (found["since"], found["until"]) == (None, None)
    assert set(found["records"].values()) == {0}
    assert found["last_changed"]["revision"] == 1


def test_it_counts_as_the_lists_do(dashboard: Dashboard) -> None:
    publish_a_world()

    for found in dashboard.get("coverage/")["results"]:
        counted = {kind: dashboard.get(f"{kind}/?process={found['slug']}")["count"] for kind in KINDS}
        assert found["records"] == counted, found["label"]
    assert any(all(found["records"].values()) for found in dashboard.get("coverage/")["results"])


def test_a_statement_at_a_talk_and_about_the_process_counts_once(dashboard: Dashboard) -> None:
    process = make_process()
    statement = make_statement(occasion=make_talk(process=process))
    for _ in range(2):
        cite(StatementLink.objects.create(statement=statement, relation="about", to_process=process))
    published(statement, process)

    assert coverage(dashboard, process)["records"]["statements"] == 1


def test_it_names_the_newest_revision_that_touched_the_process_or_a_record_of_it(dashboard: Dashboard) -> None:
    process, other = make_process(), make_process()
    talk = published(make_talk(process=process), make_talk(process=other))
    cite(talk)
    published(talk)

    mine, its = coverage(dashboard, process), coverage(dashboard, other)

    assert (mine["last_changed"]["revision"], its["last_changed"]["revision"]) == (2, 1)
    assert mine["last_reviewed"] == mine["last_changed"]["at"] == dashboard.get("revisions/2/")["at"]
    assert dashboard.get(mine["last_changed"]["url"])["number"] == 2


def test_drafts_and_pending_edits_are_not_covered(dashboard: Dashboard) -> None:
    process = make_process()
    talk = published(make_talk(process=process))
    before = coverage(dashboard, process)

    make_talk(process=process, start_edtf="2030-01-01")
    make_process("A draft")
    talk.start_edtf = "2020-01-01"
    talk.save()

    assert coverage(dashboard, process) == before
    assert dashboard.get("coverage/")["count"] == 1


def test_what_was_retracted_is_covered_no_more_and_as_of_then_it_is(dashboard: Dashboard) -> None:
    process = make_process()
    published(make_talk(process=process))
    wrong = published(make_talk(process=process, start_edtf="2026-01-01"))
    publication.retract([wrong], by=editor(), note="It was another meeting.")

    then, now = coverage(dashboard, process, "&as_of=2"), coverage(dashboard, process)

    assert (then["records"]["talks"], then["until"]) == (2, "2026-01-01")
    assert (now["records"]["talks"], now["until"]) == (1, "2025-05-16")
    assert then["last_changed"]["revision"] == 2
    assert then["last_changed"]["url"].endswith("?as_of=2")


def test_the_number_of_queries_does_not_grow_with_processes(dashboard: Dashboard) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            assert dashboard.get("coverage/?page_size=200")["results"]
        return len(made)

    published(make_talk(), make_talk())
    few = queries()
    published(*(make_talk() for _ in range(20)))

    assert queries() == few


def test_fields_choose_and_what_is_unknown_is_refused(dashboard: Dashboard) -> None:
    published(make_talk())

    assert list(dashboard.get("coverage/?fields=slug,since")["results"][0]) == ["slug", "since"]
    dashboard.refused("coverage/?process=istanbul", "process")
    dashboard.refused("coverage/?ordering=since", "ordering")


def test_files_hold_the_same_as_the_list(dashboard: Dashboard) -> None:
    publish_a_world()
    listed = dashboard.get("coverage/")["results"]

    lines = [json.loads(line) for line in streamed(dashboard, "coverage.jsonl").splitlines()]
    rows = list(csv.DictReader(io.StringIO(streamed(dashboard, "coverage.csv").removeprefix("\ufeff"))))

    assert lines == listed
    assert [(row["id"], row["since"], row["records.talks"], row["last_changed.revision"]) for row in rows] == [
        (each["id"], each["since"] or "", str(each["records"]["talks"]), str(each["last_changed"]["revision"]))
        for each in listed
    ]
    assert dashboard.get("coverage.ics", expect=404)["detail"].endswith("it is served as .json, .csv, .jsonl.")
