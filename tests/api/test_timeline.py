"""`/processes/{id}/timeline/` and `/actors/{id}/record/`: what happened in which order, and who took part as what."""

from __future__ import annotations

import csv
import io
import json
from itertools import chain
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from negotiations import publication
from negotiations.models import Affiliation, EventParty, OutcomeParty, Process, StatementLink
from tests.api.client import Dashboard
from tests.api.test_paging import walk
from tests.factories import (
    cite,
    make_actor,
    make_delegation,
    make_event,
    make_issue,
    make_member,
    make_outcome,
    make_place,
    make_position,
    make_process,
    make_statement,
    make_talk,
    published,
)
from tests.scenery import editor


def timeline(dashboard: Dashboard, process: Process, query: str = "") -> list[dict[str, Any]]:
    results = dashboard.get(f"processes/{process.slug}/timeline/{query}")["results"]
    assert isinstance(results, list)
    return results


def publish_a_story() -> Process:
    """One item of each kind, in May and June 2025, and one without a date."""
    process, ukraine, issue = make_process(), make_actor("Ukraine"), make_issue("Prisoners")
    talk = make_talk(
        slug="talk", process=process, start_edtf="2025-05-16", start_time="13:30", zone="Europe/Istanbul",
        place=make_place(),
    )  # fmt: skip
    make_delegation(talk, ukraine)
    outcome = make_outcome(slug="outcome", process=process, talk=talk, agreed_edtf="2025-05-16")
    event = make_event(slug="event", process=process, start_edtf="2025-06")
    EventParty.objects.create(event=event, actor=ukraine, role="actor")
    published(
        make_statement(slug="statement", occasion=talk, said_on_edtf="2025-05-17", speaker=ukraine,
                       attribution="on_record", quote="We agree.", language="en"),
        make_position(slug="position", process=process, party=ukraine, issue=issue, in_force_edtf="2025-05-10/.."),
        make_event(slug="step", start_edtf="2025-05-23/2025-05-25", carries_out=outcome),
        make_event(slug="undated", process=process), event, talk,
    )  # fmt: skip
    return process


def test_it_holds_each_kind_in_order_with_its_date_parties_and_sources(dashboard: Dashboard) -> None:
    process = publish_a_story()

    items = timeline(dashboard, process)

    assert [(item["kind"], item["slug"]) for item in items] == [
        ("position", "position"), ("talk", "talk"), ("outcome", "outcome"), ("statement", "statement"),
        ("step", "step"), ("event", "event"), ("event", "undated"),
    ]  # fmt: skip
    position, talk, outcome, statement, step, event, undated = items
    assert (position["ending"], position["earliest"], position["latest"]) == ("open", "2025-05-10", "2025-05-10")
    assert (talk["start_time"], talk["zone"], talk["place"]["label"]) == ("13:30", "Europe/Istanbul", "Istanbul")
    assert talk["parties"][0]["attendance"] == "attended"
    assert outcome["talk"]["slug"] == statement["talk"]["slug"] == "talk"
    assert statement["process"]["slug"] == process.slug
    assert (statement["quote"], statement["parties"][0]["roles"]) == ("We agree.", ["speaker"])
    assert (step["until"], step["carries_out"]["slug"]) == ("2025-05-25", "outcome")
    assert (event["earliest"], event["latest"], event["precision"]) == ("2025-06-01", "2025-06-30", "month")
    assert (undated["date"], undated["earliest"], undated["precision"]) == (None, None, None)
    for item in items:
        whole = dashboard.get(item["url"])
        assert item["citations"] == whole["citations"] != []
        assert "certainty" not in item


def test_it_pages_forward_and_backward_without_loss(dashboard: Dashboard) -> None:
    process = publish_a_story()

    for ordering in ("date", "-date"):
        start = f"processes/{process.slug}/timeline/?ordering={ordering}&page_size="
        [whole] = walk(dashboard, f"{start}200", "next")
        forward = walk(dashboard, f"{start}2", "next")
        last = f"{start}2"
        while following := dashboard.get(last)["next"]:
            last = following

        assert list(chain.from_iterable(forward)) == whole
        assert walk(dashboard, last, "previous")[::-1] == forward
        assert len(set(whole)) == dashboard.get(f"{start}2")["count"] == 7


def test_filters_are_those_of_the_lists(dashboard: Dashboard) -> None:
    process = publish_a_story()

    def slugs(query: str) -> list[str]:
        return [item["slug"] for item in timeline(dashboard, process, query)]

    assert slugs("?kind=talk,step") == ["talk", "step"]
    ukraine = timeline(dashboard, process)[0]["parties"][0]["actor"]["slug"]
    assert slugs(f"?party={ukraine}") == ["position", "talk", "statement", "event"]
    assert slugs("?talk=talk") == ["outcome", "statement"]
    assert slugs("?q=step&kind=step") == slugs("?on=2025-05-24&kind=step") == ["step"]
    assert slugs("?issue=none-such") == []
    found = {item["slug"]: item["certainty"] for item in timeline(dashboard, process, "?during=2025-06-05/2025-06-10")}
    assert found == {"event": "possible", "position": "certain"}


def test_what_it_does_not_know_is_refused(dashboard: Dashboard) -> None:
    address = f"processes/{publish_a_story().slug}/timeline/"

    dashboard.refused(f"{address}?kinds=talk", "kinds")
    dashboard.refused(f"{address}?kind=talks", "kind")
    dashboard.refused(f"{address}?kind=position&person=somebody", "kind")
    dashboard.refused(f"{address}?ordering=start", "ordering")
    dashboard.refused(f"{address}?cursor=nonsense", "cursor")
    dashboard.refused(f"{address[:-1]}.csv?page_size=5", "page_size")
    page = dashboard.get(f"{address}?page_size=1")
    cursor = page["next"].rpartition("cursor=")[2]
    dashboard.refused(f"{address}?ordering=-date&cursor={cursor}", "cursor")
    dashboard.get("processes/none-such/timeline/", expect=404)
    dashboard.get(f"{address[:-1]}.geojson", expect=404)


def test_a_spoilt_cursor_is_refused(dashboard: Dashboard) -> None:
    from negotiations.api.keyset import encoded

    address = f"processes/{publish_a_story().slug}/timeline/"
    id = "00000000-0000-0000-0000-000000000000"
    for values in ([None, None, None, 9, id], [None, None, None, True, id], [5, None, None, 0, id],
                   [None, None, "25:00", 0, id], [None, None, None, 0, None], [None], "text", {}):  # fmt: skip
        dashboard.refused(f"{address}?cursor={encoded('date', False, values)}", "cursor")  # type: ignore[arg-type]


def test_files_hold_the_whole_of_it(dashboard: Dashboard) -> None:
    process = publish_a_story()
    items = timeline(dashboard, process)

    def text(suffix: str) -> str:
        response = dashboard.ask(f"processes/{process.slug}/timeline.{suffix}")
        assert response.status_code == 200
        return b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # of a stream

    lines = [json.loads(line) for line in text("jsonl").splitlines()]
    table = list(csv.DictReader(io.StringIO(text("csv"))))
    calendar = Calendar.from_ical(text("ics"))

    assert lines == items
    assert [(row["slug"], row["earliest"], row["place.label"]) for row in table] == [
        (item["slug"], item["earliest"] or "", (item["place"] or {"label": ""})["label"]) for item in items
    ]
    found = {str(each["uid"]).partition("@")[0]: each for each in calendar.subcomponents}
    assert set(found) == {item["id"] for item in items}
    by_slug = {item["slug"]: found[item["id"]] for item in items}
    assert by_slug["event"].name == by_slug["undated"].name == "VJOURNAL"
    assert [str(by_slug["step"].decoded(name)) for name in ("dtstart", "dtend")] == ["2025-05-23", "2025-05-26"]
    assert "2025-06" in by_slug["event"]["description"]


def test_it_reads_the_past_and_never_a_draft(dashboard: Dashboard) -> None:
    process = make_process()
    published(make_talk(slug="held", process=process))
    wrong = published(make_talk(slug="wrong", process=process))
    publication.retract([wrong], by=editor(), note="It was another meeting.")
    make_talk(slug="secret", process=process)

    now, then = timeline(dashboard, process), timeline(dashboard, process, "?as_of=2")

    assert [item["slug"] for item in now] == ["held"]
    assert {item["slug"] for item in then} == {"held", "wrong"}
    assert all(item["url"].endswith("?as_of=2") for item in then)


def test_it_is_one_statement_however_many_items(dashboard: Dashboard) -> None:
    process = publish_a_story()

    def statements(query: str) -> int:
        with CaptureQueriesContext(connection) as made:
            assert timeline(dashboard, process, query)
        return len([each for each in made if "negotiations_" in each["sql"]])

    assert statements("?page_size=1") == statements("?page_size=200") == 2  # the process by its slug, and the stream


def test_a_record_of_a_person_says_as_what_they_took_part(dashboard: Dashboard) -> None:
    process, russia = make_process(), make_actor("Russia")
    ministry = make_actor("Ministry", kind="government_body")
    person = make_actor("Vladimir Medinsky", kind="person")
    office = Affiliation.objects.create(actor=person, organisation=ministry, title="Aide to the President")
    talk = make_talk(slug="talk", process=process)
    delegation = make_delegation(talk, russia, styled="Russian side")
    member = make_member(delegation, person, capacity="head", affiliation=office, attendance="attended")
    cite(member)
    missed = make_talk(slug="missed", process=process, start_edtf="2025-06-02")
    make_delegation(missed, russia, attendance="declined", roles=[])
    outcome = make_outcome(slug="outcome", process=process, talk=talk, agreed_edtf="2025-05-16")
    signed = OutcomeParty.objects.create(
        outcome=outcome, actor=russia, role="party", person=person, affiliation=office, stance="confirms"
    )
    cite(signed)
    statement = make_statement(
        slug="said", speaker=person, on_behalf_of=russia, attribution="on_record", affiliation=office
    )
    published(talk, missed, outcome, statement, person, ministry)

    def record(actor: Any) -> dict[str, list[dict[str, Any]]]:
        return {item["slug"]: item["parts"] for item in dashboard.get(f"actors/{actor.slug}/record/")["results"]}

    his, its, theirs = record(person), record(russia), record(ministry)

    assert list(his) == ["talk", "said", "outcome"]
    [sat], [said], [put] = his["talk"], his["said"], his["outcome"]
    assert (sat["part"], sat["capacity"], sat["affiliation"]["title"]) == ("member", "head", "Aide to the President")
    assert (sat["party"]["slug"], sat["styled"], sat["roles"]) == (russia.slug, "Russian side", ["party"])
    assert [each["id"] for each in sat["citations"]] == [str(each.pk) for each in member.citations.all()]
    assert (said["part"], said["affiliation"]["title"]) == ("speaker", "Aide to the President")
    assert (put["part"], put["party"]["slug"], put["stance"]) == ("signatory", russia.slug, "confirms")
    assert list(its) == ["talk", "said", "outcome", "missed"]
    assert [part["attendance"] for part in its["missed"]] == ["declined"]
    assert (its["said"][0]["part"], its["said"][0]["person"]["slug"]) == ("on_behalf_of", person.slug)
    assert [(part["part"], part["person"]["slug"]) for part in theirs["talk"]] == [("through_member", person.slug)]


def test_a_record_pages_filters_and_is_served_as_files(dashboard: Dashboard) -> None:
    process, ukraine, other = make_process(), make_actor("Ukraine"), make_process()
    records = [make_position(process=process, party=ukraine, in_force_edtf=f"2025-0{month}") for month in range(1, 6)]
    records.append(make_position(slug="elsewhere", process=other, party=ukraine))
    published(*records)
    address = f"actors/{ukraine.slug}/record"

    [whole] = walk(dashboard, f"{address}/", "next")
    forward = walk(dashboard, f"{address}/?page_size=2", "next")

    assert list(chain.from_iterable(forward)) == whole
    assert len(whole) == 6
    assert dashboard.slugs(f"{address}/?process={other.slug}") == ["elsewhere"]
    response = dashboard.ask(f"{address}.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]  # of a stream
    assert [row["id"] for row in rows] == whole
    assert json.loads(rows[0]["parts"])[0]["part"] == "holder"


def test_a_statement_about_the_process_belongs_to_it(dashboard: Dashboard) -> None:
    process, issue = make_process(), make_issue()
    statement = make_statement(said_on_edtf=None)
    cite(StatementLink.objects.create(statement=statement, relation="about", to_process=process))
    cite(StatementLink.objects.create(statement=statement, relation="about", to_issue=issue))
    published(statement, process)

    [item] = timeline(dashboard, process)

    assert (item["process"], item["talk"], item["issues"][0]["slug"]) == (None, None, issue.slug)
