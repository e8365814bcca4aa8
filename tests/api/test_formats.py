"""The same query in every format: the same records, whole, at one revision; and nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from negotiations import publication
from negotiations.api import exporting
from negotiations.api.formats import formats_of
from negotiations.api.tables import cell
from negotiations.api.urls import RESOURCES
from negotiations.models import Talk
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world
from tests.api.test_problems import on_two_connections
from tests.factories import make_place, make_talk, published
from tests.scenery import editor

ATOM = "{http://www.w3.org/2005/Atom}"
FILES = [(name, renderer) for name in RESOURCES for renderer in formats_of(name)]


def text(dashboard: Dashboard, path: str, **headers: str) -> str:
    response = dashboard.ask(path, **headers)
    body = bytes(response.getvalue())
    assert response.status_code == 200, body
    return body.decode()


def table(dashboard: Dashboard, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(dashboard, path).removeprefix("\ufeff"))))


def ids_in(suffix: str, written: str) -> list[str]:
    """The ids (of revisions the numbers) that a file holds, in its order."""
    if suffix == "csv":
        rows = csv.DictReader(io.StringIO(written.removeprefix("\ufeff")))
        return [row.get("id") or row["number"] for row in rows]
    if suffix == "jsonl":
        records = [json.loads(line) for line in written.splitlines()]
        return [str(record.get("id") or record["number"]) for record in records]
    if suffix == "geojson":
        return [feature["id"] for feature in json.loads(written)["features"]]
    if suffix == "ics":
        return [str(each["uid"]).partition("@")[0] for each in Calendar.from_ical(written).subcomponents]
    entries = ElementTree.fromstring(written).findall(f"{ATOM}entry")  # noqa: S314  # our own
    return [str(entry.findtext(f"{ATOM}id")).rpartition(":")[2] for entry in entries]


def test_every_format_holds_the_records_of_the_list_in_its_order(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "BATCH", 2)
    for _ in range(2):
        publish_a_world()

    for name, view in RESOURCES.items():
        for query in ["", *(f"?ordering={sign}{order}" for order in view.orders for sign in ("", "-"))]:
            ids = [str(record.get("id") or record["number"]) for record in dashboard.get(f"{name}/{query}")["results"]]
            assert len(ids) >= 2
            for suffix in (str(renderer.format) for renderer in formats_of(name)):
                assert ids_in(suffix, text(dashboard, f"{name}.{suffix}{query}")) == ids, (name, suffix, query)


def test_a_file_costs_the_same_number_of_queries_for_more_records(dashboard: Dashboard) -> None:
    files = [f"{name}.{renderer.format}" for name, renderer in FILES]

    def queries_of(file: str) -> int:
        with CaptureQueriesContext(connection) as made:
            text(dashboard, file)
        return len(made)

    publish_a_world()
    few = {file: queries_of(file) for file in files}
    for _ in range(3):
        publish_a_world()

    assert {file: queries_of(file) for file in files} == few


def test_a_format_can_be_asked_for_by_suffix_or_accept(dashboard: Dashboard) -> None:
    publish_a_world()

    for name, renderer in FILES:
        by_suffix = dashboard.ask(f"{name}.{renderer.format}")
        by_accept = dashboard.ask(f"{name}/", accept=str(renderer.media_type))

        assert by_suffix["Content-Type"] == by_accept["Content-Type"] == f"{renderer.media_type}; charset=utf-8"
        if renderer.format in ("csv", "jsonl"):
            assert by_suffix.getvalue() == by_accept.getvalue()
        permalink = f"http://testserver/api/v1/{name}.{renderer.format}?as_of=1"
        assert by_suffix["Link"].startswith(f'<{permalink}>; rel="cite-as"')


def test_json_has_a_suffix_too(dashboard: Dashboard) -> None:
    publish_a_world()

    assert dashboard.get("talks.json?page_size=1")["results"] == dashboard.get("talks/?page_size=1")["results"]


@pytest.mark.parametrize("path", ["talks.xml", "places.ics", "revisions.geojson", "actors.xlsx"])
def test_a_format_that_is_not_there_is_a_404_that_names_those_there_are(dashboard: Dashboard, path: str) -> None:
    assert ".json, .csv, .jsonl" in dashboard.get(path, expect=404)["detail"]


@pytest.mark.parametrize("query", ["cursor=x", "page_size=10"])
def test_a_whole_set_has_no_pages(dashboard: Dashboard, query: str) -> None:
    dashboard.refused(f"talks.csv?{query}", query.partition("=")[0])


def test_filters_and_shapes_hold_in_files(dashboard: Dashboard) -> None:
    known = publish_a_world()

    rows = table(dashboard, f"positions.csv?party={known['party'].slug}&fields=label,party&include=party")

    assert {row["party.name"] for row in rows} == {"Ukraine"}
    assert next(iter(rows[0])) == "label"
    dashboard.refused("positions.csv?fields=lable", "fields")
    dashboard.refused("positions.csv?kind=x", "kind")


def test_the_columns_of_a_table_follow_from_its_shape_alone(dashboard: Dashboard) -> None:
    talk = published(make_talk("Alone"))
    empty = text(dashboard, "talks.csv?place=nowhere").strip()

    header, row = text(dashboard, "talks.csv").splitlines()

    assert header == empty
    names = header.removeprefix("\ufeff").split(",")
    assert {"process.slug", "place.slug", "duration.lower", "duration.unit", "delegations"} <= set(names)
    assert row.startswith(f"{talk.pk},{talk.slug},")


@pytest.mark.parametrize(("value", "written"), [
    ("=1+1", "'=1+1"), ("+49 30", "'+49 30"), ("-cmd", "'-cmd"), ("@sum", "'@sum"), ("\tx", "'\tx"), ("-3.5", "-3.5"),
    (None, ""), (True, "true"), (["ru", "tr"], "ru; tr"), ({"a": 1}, '{"a":1}'), (7, "7"), ("plain", "plain"),
    (["=1"], "'=1"),
])  # fmt: skip
def test_no_cell_begins_like_a_formula(value: Any, written: str) -> None:
    assert cell(value) == written


def test_a_title_that_begins_like_a_formula_is_text(dashboard: Dashboard) -> None:
    published(make_talk('=HYPERLINK("https://evil.example","Talks")'))

    assert table(dashboard, "talks.csv?fields=title") == [{"title": '\'=HYPERLINK("https://evil.example","Talks")'}]


def test_lines_are_the_records_of_the_list(dashboard: Dashboard) -> None:
    publish_a_world()

    lines = [json.loads(line) for line in text(dashboard, "statements.jsonl").splitlines()]

    assert lines == dashboard.get("statements/")["results"]


def test_a_map_shows_the_nearest_place_that_has_a_point(dashboard: Dashboard) -> None:
    city = make_place("Istanbul", lat="41.0", lon="29.0")
    palace = make_place("Palace", kind="venue", parent=city)
    published(make_talk("Inside", place=palace), make_talk("Nowhere"))

    features = {each["properties"]["title"]: each for each in json.loads(text(dashboard, "talks.geojson"))["features"]}

    assert features["Inside"]["geometry"] == {"type": "Point", "coordinates": [29.0, 41.0]}
    assert features["Inside"]["properties"]["point_of"] == city.slug
    assert features["Nowhere"]["geometry"] is None
    assert json.loads(text(dashboard, "places.geojson"))["meta"]["revision"] == 1


def test_a_calendar_pads_nothing(dashboard: Dashboard) -> None:
    published(
        make_talk("By day", start_edtf="2025-05-16", end_edtf="2025-05-17"),
        make_talk("By clock", start_edtf="2025-05-16", start_time="13:30", end_time="15:00", zone="Europe/Istanbul"),
        make_talk("Floating", start_edtf="2025-05-16", start_time="13:30"),
        make_talk("Some month", start_edtf="2025-05"),
        make_talk("About then", start_edtf="2025-05-16~"),
        make_talk("Off", start_edtf="2025-05-16", status="cancelled"),
        make_talk("Perhaps", start_edtf="2025-05-16", status="tentative"),
    )

    calendar = Calendar.from_ical(text(dashboard, "talks.ics"))

    found = {str(each["summary"]): each for each in calendar.subcomponents}
    shown = {
        title: (each.name, each["status"], each["dtstart"].to_ical().decode() if "dtstart" in each else None)
        for title, each in found.items()
    }
    assert shown == {
        "By day": ("VEVENT", "CONFIRMED", "20250516"),
        "By clock": ("VEVENT", "CONFIRMED", "20250516T103000Z"),
        "Floating": ("VEVENT", "CONFIRMED", "20250516T133000"),
        "Some month": ("VJOURNAL", "DRAFT", None),
        "About then": ("VJOURNAL", "DRAFT", None),
        "Off": ("VEVENT", "CANCELLED", "20250516"),
        "Perhaps": ("VEVENT", "TENTATIVE", "20250516"),
    }
    assert found["By day"]["dtend"].to_ical() == b"20250518"
    assert found["By clock"]["dtend"].to_ical() == b"20250516T120000Z"
    assert "2025-05~" not in str(found["Some month"]["description"])
    assert "2025-05." in str(found["Some month"]["description"])
    assert {each["sequence"] for each in found.values()} == {1}


def test_the_feed_tells_what_each_revision_was(dashboard: Dashboard) -> None:
    talk = published(make_talk())
    publication.retract([talk], by=editor(), note="It was another meeting & more.")

    feed = ElementTree.fromstring(text(dashboard, "revisions.atom"))  # noqa: S314  # our own

    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}summary") for entry in entries] == [
        "It was another meeting & more.", "Entered.",
    ]  # fmt: skip


def test_a_feed_without_entries_says_the_same_at_any_time(dashboard: Dashboard) -> None:
    published(make_talk())
    at = dashboard.get("revisions/1/")["at"]

    feed = ElementTree.fromstring(text(dashboard, "revisions.atom?kind=merge"))  # noqa: S314  # our own

    assert str(feed.findtext(f"{ATOM}updated"))[:22] == at[:22]


def test_more_rows_than_a_file_holds_are_refused_with_a_way_out(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)
    published(make_talk(), make_talk())

    problem = dashboard.get("talks.csv", expect=400)

    assert "narrow it" in problem["detail"]
    assert "during" in problem["errors"][0]["allowed"]
    assert len(table(dashboard, f"talks.csv?process={Talk.objects.first().process.slug}")) == 1  # type: ignore[union-attr]


def test_an_unchanged_file_is_a_304(dashboard: Dashboard) -> None:
    publish_a_world()
    etag = dashboard.ask("talks.csv")["ETag"]

    assert dashboard.ask("talks.csv", **{"if-none-match": etag}).status_code == 304
    assert dashboard.ask("talks.jsonl")["ETag"] != etag
    assert dashboard.ask("talks.csv", "HEAD").status_code == 200


class TestOnTwoConnections:
    pytestmark = on_two_connections

    def test_a_file_is_of_one_revision_whatever_is_published_meanwhile(
        self, dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exporting, "BATCH", 1)
        talks = [make_talk(f"Talk {number}", start_edtf=f"2025-05-1{number}") for number in range(3)]
        published(*talks)
        response = dashboard.ask("talks.jsonl?fields=title&ordering=start")
        assert isinstance(response, StreamingHttpResponse)
        pieces = iter(response.streaming_content)
        read = next(pieces) + next(pieces)

        publication.retract([talks[1]], by=editor(), note="It was another meeting.")
        published(make_talk("Talk 9", start_edtf="2025-05-19"))
        read += b"".join(pieces)
        response.close()

        assert [json.loads(line)["title"] for line in read.splitlines()] == ["Talk 0", "Talk 1", "Talk 2"]
        assert len(text(dashboard, "talks.jsonl").splitlines()) == 3


def test_changes_and_versions_come_as_files_too(dashboard: Dashboard) -> None:
    publish_a_world()

    for name in ("changes", f"talks/{dashboard.slugs('talks/')[0]}/versions"):
        numbers = [str(each["number"]) for each in dashboard.get(f"{name}/")["results"]]
        lines = [json.loads(each) for each in text(dashboard, f"{name}.jsonl").splitlines()]
        table = list(csv.DictReader(io.StringIO(text(dashboard, f"{name}.csv").removeprefix("\ufeff"))))

        assert [str(each["number"]) for each in lines] == numbers, name
        assert [each["number"] for each in table] == numbers, name
        assert lines == dashboard.get(f"{name}/")["results"], name
