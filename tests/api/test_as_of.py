"""`as_of`: every answer can be asked as it was at a revision, and what it said then it says for ever."""

import datetime
import json
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations.api.urls import RESOURCES
from negotiations.models import Revision, Talk
from tests.api.client import Dashboard
from tests.api.test_lists import found_addresses, publish_a_world
from tests.factories import make_delegation, make_talk, published
from tests.scenery import published as publish

LONG_AGO = "2000-01-01T00:00:00Z"


def rename(talk: Talk, title: str) -> None:
    """Publishes `talk` with another title."""
    talk.title = title
    talk.save(update_fields=["title"])
    publish(talk, kind="correction", note="Renamed.")


def moment(number: int, later: float = 0) -> str:
    """When revision `number` was published, and seconds `later`, as a query string has it."""
    at = Revision.objects.get(pk=number).at + datetime.timedelta(seconds=later)
    return quote(at.isoformat().replace("+00:00", "Z"))


def test_a_record_is_read_as_it_was(dashboard: Dashboard) -> None:
    talk = published(make_talk("First title", slug="istanbul"))
    rename(talk, "Second title")

    assert dashboard.get("talks/istanbul/?as_of=1")["title"] == "First title"
    assert dashboard.get("talks/istanbul/?as_of=2")["title"] == "Second title"
    assert dashboard.get("talks/istanbul/")["title"] == "Second title"


def test_what_was_not_yet_public_is_not_found(dashboard: Dashboard) -> None:
    published(make_talk(slug="first"))
    published(make_talk(slug="second"))

    assert dashboard.slugs("talks/?as_of=1") == ["first"]
    dashboard.get("talks/second/?as_of=1", expect=404)
    assert [found["number"] for found in dashboard.get("revisions/?as_of=1")["results"]] == [1]


def test_parts_filters_and_counts_are_of_the_past_too(dashboard: Dashboard) -> None:
    talk = published(make_talk(slug="istanbul"))
    party = make_delegation(talk).party
    published(talk)

    assert dashboard.get("talks/istanbul/?as_of=1")["delegations"] == []
    assert dashboard.get(f"talks/?party={party.slug}&as_of=1")["count"] == 0
    assert dashboard.get(f"talks/?party={party.slug}&as_of=2")["count"] == 1


def test_at_the_newest_revision_it_says_what_is_said_now(dashboard: Dashboard) -> None:
    publish_a_world()

    for name in RESOURCES:
        now, then = dashboard.get(f"{name}/"), json.loads(dashboard.ask(f"{name}/?as_of=1").content)
        assert then["meta"] == {**now["meta"], "url": f"{now['meta']['url']}?as_of=1"}, name
        stripped = json.loads(json.dumps(then["results"]).replace("?as_of=1", ""))
        assert stripped == now["results"], name


def test_bytes_of_the_past_never_change(dashboard: Dashboard) -> None:
    world = publish_a_world()
    paths = [""]
    for name in RESOURCES:
        records = dashboard.get(f"{name}/")["results"]
        paths += [f"{name}/", f"{name}/?page_size=1", *(f"{name}/{found.get('id', 1)}/" for found in records)]
    asked = [f"{path}{'&' if '?' in path else '?'}as_of=1" for path in paths]
    before = [dashboard.ask(path).content for path in asked]

    publish_a_world()
    talk = world["talk"]
    assert isinstance(talk, Talk)
    talk.slug = "renamed"
    talk.save(update_fields=["slug"])
    rename(talk, "Another title")

    assert [dashboard.ask(path).content for path in asked] == before


def test_every_link_stays_in_the_past(dashboard: Dashboard) -> None:
    publish_a_world()
    publish_a_world()

    for name in RESOURCES:
        response = dashboard.ask(f"{name}/?page_size=1&as_of=2")
        page = json.loads(response.content)
        addresses = found_addresses(page["results"]) | ({page["next"]} - {None})
        for address in addresses:
            assert "as_of=2" in address, (name, address)
            assert dashboard.get(address)["meta"]["revision"] == 2
        assert "as_of=2" in response["Link"]
    for found in dashboard.get("?as_of=1")["resources"]:
        assert dashboard.get(found["url"])["meta"]["revision"] == 1


def test_meta_names_the_revision_and_a_permalink(dashboard: Dashboard) -> None:
    published(make_talk())
    published(make_talk())

    now, then = dashboard.get("talks/?kind=round")["meta"], dashboard.get("talks/?kind=round&as_of=1")["meta"]

    assert (now["revision"], then["revision"]) == (2, 1)
    assert now["url"] == "http://testserver/api/v1/talks/?kind=round"
    assert now["cite_as"].endswith(", http://testserver/api/v1/talks/?kind=round&as_of=2")
    assert then["cite_as"].endswith(", http://testserver/api/v1/talks/?kind=round&as_of=1")
    for meta in (now, then):
        assert meta["cite_as"].endswith(f", {meta['permalink']}")
        assert dashboard.get(meta["permalink"])["meta"]["permalink"] == meta["permalink"]


def test_a_moment_leads_to_the_revision_in_force_then(dashboard: Dashboard) -> None:
    published(make_talk())
    published(make_talk())

    def leads_to(written: str) -> str:
        response = dashboard.ask(f"talks/?as_of={written}&kind=round")
        assert response.status_code == 302, response.content
        assert response.content == b""
        return response["Location"].removeprefix("http://testserver/api/v1/")

    assert leads_to(moment(1)) == "talks/?kind=round&as_of=1"
    assert leads_to(moment(2)) == leads_to(moment(2, 0.0005)) == "talks/?kind=round&as_of=2"
    assert leads_to(moment(2, -0.001)) == "talks/?kind=round&as_of=1"


def test_a_moment_may_have_an_offset_even_with_its_plus_read_as_a_blank(dashboard: Dashboard) -> None:
    published(make_talk())
    there = Revision.objects.get(pk=1).at.astimezone(datetime.timezone(datetime.timedelta(hours=3))).isoformat()
    assert there.endswith("+03:00")

    for written in (quote(there), there, there.replace("T", "t")):
        assert dashboard.ask(f"talks/?as_of={written}")["Location"].endswith("/talks/?as_of=1")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_every_method_that_reads_takes_it(dashboard: Dashboard, method: str) -> None:
    published(make_talk())

    assert dashboard.ask("talks/?as_of=1", method).status_code == 200
    assert dashboard.ask("talks/?as_of=2", method).status_code == 400
    assert dashboard.ask(f"talks/?as_of={moment(1)}", method).status_code == 302


UNREADABLE = [
    "0", "2", "-1", "007", "1.0", "1e0", "abc", "newest", "9" * 18, "9" * 19, "9" * 3999, str(10**30), "%D9%A1", "1,2",
    LONG_AGO, "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00%2B23:59",
    "9999-12-31T23:59:59-23:59", "2025-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2025-05-16T24:61:00Z",
    "2025-05-16", "2025-05-16T10:00Z", "2025-05-16T10:00:00", "2025-05-16T10:00:00-19:45",
    "2025-05-16T10:00:00-99:99", "2025-05-16T10:00:60Z", "2025-W20-5T10:00:00Z", "20250516T100000Z",
    "2025-05-16T10:00:00.Z", "2025-05-16T10:00:00.1234567890Z", "١٢٣٤-05-16T10:00:00Z",
]  # fmt: skip


@pytest.mark.parametrize("value", UNREADABLE)
def test_what_no_revision_answers_is_refused_with_the_range(dashboard: Dashboard, value: str) -> None:
    published(make_talk(slug="istanbul"))

    for path in ("", "talks/", "talks/istanbul/", "revisions/1/"):
        fault = dashboard.refused(f"{path}?as_of={value}", "as_of")
        assert "1 to 1" in fault["detail"]
        assert fault["code"] in ("invalid", "out_of_range")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("as_of=", "empty"),
        ("as_of=%00", "invalid"),
        ("as_of=1%00", "invalid"),
        ("as_of=%FF", "not_utf8"),
        ("as_of=1&as_of=1", "repeated"),
        ("as_of=1&%61s_of=1", "repeated"),
        (f"as_of={'9' * 4001}", "too_long"),
    ],
)
def test_what_cannot_be_read_at_all_is_refused(dashboard: Dashboard, query: str, code: str) -> None:
    published(make_talk())

    assert dashboard.refused(f"talks/?{query}", "as_of")["code"] == code


def test_a_moment_later_than_now_is_refused(dashboard: Dashboard) -> None:
    published(make_talk())

    assert dashboard.refused(f"talks/?as_of={moment(1, 3600)}", "as_of")["code"] == "out_of_range"


def test_before_anything_is_published_there_is_no_past(dashboard: Dashboard) -> None:
    for value in ("1", LONG_AGO):
        assert "Nothing has been published" in dashboard.refused(f"talks/?as_of={value}", "as_of")["detail"]
    assert dashboard.get("talks/")["meta"]["cite_as"].endswith("/api/v1/talks/")


def test_other_faults_are_told_before_a_moment_leads_anywhere(dashboard: Dashboard) -> None:
    published(make_talk())

    dashboard.refused(f"talks/?as_of={moment(1)}&proces=1", "proces")
    dashboard.get(f"nothing/?as_of={moment(1)}", expect=404)
    dashboard.get("nothing/?as_of=99", expect=404)


def test_the_past_may_be_kept_for_a_day_and_what_leads_to_it_may_not(dashboard: Dashboard) -> None:
    published(make_talk(slug="istanbul"))

    then, leading, refused = (dashboard.ask(f"talks/?as_of={value}") for value in ("1", moment(1), "2"))
    published(make_talk())

    assert then["Cache-Control"] == "public, max-age=86400"
    assert dashboard.ask("talks/?as_of=1")["ETag"] == then["ETag"]
    assert dashboard.ask("talks/?as_of=1", **{"If-None-Match": then["ETag"]}).status_code == 304
    assert leading["Cache-Control"] == refused["Cache-Control"] == "no-store"


def test_the_past_costs_one_query_more_than_now_however_old(dashboard: Dashboard) -> None:
    publish_a_world()
    publish_a_world()

    def queries_of(path: str) -> int:
        with CaptureQueriesContext(connection) as made:
            dashboard.get(path)
        return len(made)

    for name in RESOURCES:
        now = queries_of(f"{name}/")
        assert {queries_of(f"{name}/?as_of={number}") for number in (1, 2)} == {now + 1}, name
