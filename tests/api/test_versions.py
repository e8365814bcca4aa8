"""`versions/` of a record, and what differs between two of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations import publication
from negotiations.api.differences import differences
from negotiations.models import Assertion
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world
from tests.factories import cite, make_delegation, make_member, make_source, make_talk, published
from tests.scenery import editor
from tests.scenery import published as publish


def test_versions_are_the_revisions_that_changed_the_record_or_a_part(dashboard: Dashboard) -> None:
    talk = published(make_talk(slug="istanbul"))  # 1
    published(make_talk())  # 2, of another
    member = make_member(make_delegation(talk))
    published(talk)  # 3
    source = published(make_source())  # 4
    cite(member, source=source)
    publish(talk, kind="new_fact", note="A source.")  # 5
    cite(Assertion.objects.create(talk=talk, field="duration", amount="(,120)", unit="minutes"), source=source)
    publish(talk, kind="new_fact", note="A duration.")  # 6

    found = dashboard.get("talks/istanbul/versions/")

    assert [version["number"] for version in found["results"]] == [6, 5, 3, 1]
    assert [version["change"] for version in found["results"]] == ["changed", "changed", "changed", "added"]
    assert list(found["results"][0]) == ["number", "at", "kind", "note", "change", "url"]
    assert found["results"][1]["note"] == "A source."
    for version in found["results"]:
        assert dashboard.get(version["url"])["meta"]["revision"] == version["number"]
    assert found["results"] == dashboard.get(f"talks/{talk.pk}/versions/")["results"]
    oldest = dashboard.get("talks/istanbul/versions/?ordering=number&page_size=1&as_of=3")
    assert (oldest["count"], [version["number"] for version in oldest["results"]]) == (2, [1])


def test_versions_tell_when_it_was_away(dashboard: Dashboard) -> None:
    talk = published(make_talk(slug="istanbul"))
    publication.retract([talk], by=editor(), note="Never held.")
    talk.refresh_from_db()
    publish(talk)

    versions = dashboard.get("talks/istanbul/versions/")["results"]

    assert [(version["number"], version["change"]) for version in versions] == [
        (3, "added"), (2, "withdrawn"), (1, "added"),
    ]  # fmt: skip
    for version in versions:
        assert dashboard.get(version["url"])["id"] == str(talk.pk)


def test_every_record_of_a_world_has_its_version(dashboard: Dashboard) -> None:
    publish_a_world()

    for entry in dashboard.get("revisions/1/?page_size=200")["records"]:
        [version] = dashboard.get(f"{entry['resource']}/{entry['id']}/versions/")["results"]
        assert (version["number"], version["change"]) == (1, "added")
        same = dashboard.get(f"{entry['resource']}/{entry['id']}/versions/1/diff/1/")
        assert same["differences"] == []


def test_two_versions_differ_in_what_was_changed_between_them(dashboard: Dashboard) -> None:
    talk = published(make_talk("One", slug="istanbul"))
    for title in ("Two", "Three"):
        talk.title = title
        talk.save(update_fields=["title"])
        publish(talk, kind="correction", note=title)

    found = dashboard.get("talks/istanbul/versions/1/diff/3/")
    back = dashboard.get("talks/istanbul/versions/3/diff/1/")

    assert found["differences"] == [
        {"path": "label", "before": "One", "after": "Three"},
        {"path": "title", "before": "One", "after": "Three"},
    ]
    assert back["differences"][1] == {"path": "title", "before": "Three", "after": "One"}
    assert (found["before"]["revision"], found["after"]["revision"]) == (1, 3)
    assert [dashboard.get(found[side]["url"])["title"] for side in ("before", "after")] == ["One", "Three"]
    assert dashboard.get("talks/istanbul/versions/1/diff/2/?as_of=2")["differences"][1]["after"] == "Two"


@pytest.mark.parametrize("pair", ["0/diff/1", "1/diff/0", "1/diff/4", f"{'9' * 18}/diff/1", "1/diff/2"])
def test_a_revision_without_the_record_is_a_404(dashboard: Dashboard, pair: str) -> None:
    talk = published(make_talk(slug="istanbul"))
    publication.retract([talk], by=editor(), note="Never held.")
    talk.refresh_from_db()
    publish(talk)

    problem = dashboard.get(f"talks/istanbul/versions/{pair}/", expect=404)

    assert "was not public at revision" in problem["detail"]


@pytest.mark.parametrize("path", [f"{'9' * 19}/diff/1/", "x/diff/1/", "1/diff/-1/", "1/", "1/diff/"])
def test_no_other_address_is_there(dashboard: Dashboard, path: str) -> None:
    published(make_talk(slug="istanbul"))

    assert dashboard.get(f"talks/istanbul/versions/{path}", expect=404)["title"] == "Not Found"


def test_versions_cost_the_same_for_two_and_for_twenty(dashboard: Dashboard) -> None:
    talk = make_talk(slug="istanbul")
    make_member(make_delegation(talk))
    published(talk)

    def queries_of(path: str) -> int:
        with CaptureQueriesContext(connection) as made:
            dashboard.get(path)
        return len(made)

    few = queries_of("talks/istanbul/versions/")
    for number in range(6):
        talk.title = f"Title {number}"
        talk.save(update_fields=["title"])
        publish(talk, kind="correction", note=talk.title)

    assert queries_of("talks/istanbul/versions/") == few <= 14


def part(id: str, **fields: object) -> dict[str, object]:
    return {"id": id, **fields}


A, B = part("a", url="u"), part("b", url="u")
CALLED, RENAMED = part("a", label="1"), part("a", label="2")


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        (1, 1, []),
        (None, 1, ["x"]),
        ([1, 2], [2, 1], ["x"]),
        (CALLED, RENAMED, []),
        (A, B, ["x"]),
        ([A, B], [B, A], []),
        ([A], [B], ["x[a]", "x[b]"]),
        ([], [A], ["x[a]"]),
        ([part("p", y=[part("q", z=1)])], [part("p", y=[part("q", z=2)])], ["x[p].y[q].z"]),
        ([{"lower": 1, "giver": CALLED}], [{"lower": 1, "giver": RENAMED}], []),
        ([{"lower": 1}], [{"lower": 2}], ["x"]),
    ],
)
def test_documents_are_compared_by_what_they_say(before: object, after: object, paths: list[str]) -> None:
    found = differences({"x": before, "url": "before"}, {"x": after, "url": "after"})

    assert [difference["path"] for difference in found] == paths
