"""Reading the desk: drafts in the shapes of the public API, their versions, and texts that never leave the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations.api.desk.urls import RESOURCES
from negotiations.models import ArticleText
from tests import factories as make
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world
from tests.desk_api.conftest import Program
from tests.scenery import public_scenery

VALUES = {"during": "2025", "on": "2025-05-16", "q": "a", "is_headline": "true", "country": "TUR",
          "identifier": "wikidata:Q212"}  # fmt: skip


def test_a_draft_reads_as_it_would_in_public_with_what_the_desk_knows_besides(curator: Program) -> None:
    talk = make.make_talk(slug="istanbul")

    answer = curator.get("talks/istanbul/")

    assert answer["title"] == "Istanbul talks"
    assert answer["citations"][0]["excerpt"] == "they met"
    assert answer["url"] == "http://testserver/api/v1/desk/talks/istanbul/"
    assert answer["process"]["url"].startswith("http://testserver/api/v1/desk/processes/")
    assert (answer["desk"]["version"], answer["desk"]["stage"]) == (1, "draft")
    assert curator.ask("GET", f"talks/{talk.pk}/")["ETag"] == '"1"'


def test_what_is_public_reads_the_same_at_both_doors(curator: Program, dashboard: Dashboard) -> None:
    publish_a_world()

    for name in RESOURCES:
        desk = str([{k: v for k, v in row.items() if k != "desk"} for row in curator.get(f"{name}/")["results"]])
        assert desk.replace("/api/v1/desk/", "/api/v1/") == str(dashboard.get(f"{name}/")["results"]), name


@pytest.mark.parametrize("name", RESOURCES)
def test_every_list_filters_orders_and_pages_drafts(reader: Program, name: str) -> None:
    view = RESOURCES[name]
    for parameter, chosen in view.filterset_class.base_filters.items():
        words = getattr(chosen, "vocabulary", None)
        reader.get(f"{name}/?{parameter}={words.values[0] if words else VALUES.get(parameter, 'a,b')}")
    for order in view.orders:
        reader.get(f"{name}/?ordering=-{order}&page_size=1")

    assert "changed_after" not in view.filterset_class.base_filters


def test_what_a_list_does_not_know_is_refused_with_the_nearest_name(reader: Program) -> None:
    problem = reader.get("talks/?proces=x&as_of=1", expect=400)

    assert [fault["parameter"] for fault in problem["errors"]] == ["proces", "as_of"]
    assert problem["errors"][0]["nearest"] == "process"
    assert reader.get("talks/nothing/", expect=404)["detail"] == "The desk has no talk of this id or slug."
    assert reader.get("talks", expect=404)["detail"].endswith("/api/v1/desk/talks/")


# With the token, its owner's rights (two), the count, the page's ids, its rows, and the stages of records.
STATEMENTS = {
    "processes": 18, "talks": 24, "delegations": 11, "actors": 21, "affiliations": 7, "places": 15, "issues": 9,
    "positions": 11, "statements": 16, "outcomes": 23, "events": 22, "sources": 9,
}  # fmt: skip


def test_a_list_costs_the_same_queries_for_more_rows(reader: Program) -> None:
    publish_a_world()
    reader.get("talks/")

    found = {}
    for name in RESOURCES:
        with CaptureQueriesContext(connection) as few:
            reader.get(f"{name}/?page_size=1")
        with CaptureQueriesContext(connection) as many:
            reader.get(f"{name}/")
        # Where a kind of part is on none of a page's rows, a query less is asked.
        assert len(few) <= len(many), name
        found[name] = len(many)

    assert found == STATEMENTS


def test_versions_say_who_wrote_them(curator: Program, editor: Program) -> None:
    talk = public_scenery().istanbul
    curator.patch(f"talks/{talk.pk}/", {"title": "Renamed"}, seen=1)

    (version,) = editor.get("talks/istanbul/versions/")["results"]

    assert (version["version"], version["author"], version["revision"]) == (2, "curator-at-work", None)


def test_article_texts_are_read_at_the_desk(reader: Program) -> None:
    source = make.make_source(slug="page")
    ArticleText.objects.create(source=source, text="They met.")
    ArticleText.objects.create(source=make.make_source(), text="They did not.")

    page: Any = reader.get("article-texts/?source=page")

    assert [row["text"] for row in page["results"]] == ["They met."]
    assert reader.get(f"article-texts/{page['results'][0]['id']}/")["source"]["slug"] == "page"
