"""`fields`, `omit`, `include`: an answer holds the branches that were asked for, and costs no more than they do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations.api.references import RESOURCES
from negotiations.api.shaping import Level
from negotiations.api.urls import RESOURCES as VIEWS
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world

NAMES = sorted(RESOURCES.values())


def level(name: str) -> Level:
    return VIEWS[name].serializer_class.level()


def first(dashboard: Dashboard, name: str) -> dict[str, Any]:
    found: dict[str, Any] = dashboard.get(f"{name}/")["results"][0]
    return found


def test_fields_are_all_there_is_of_a_record_in_lists_and_alone(dashboard: Dashboard) -> None:
    talk = publish_a_world()["talk"]

    one = dashboard.get(f"talks/{talk.slug}/?fields=id,title")
    listed = dashboard.get("talks/?fields=id,title")["results"]

    assert {name: one[name] for name in one if name != "meta"} == {"id": str(talk.pk), "title": "Istanbul talks"}
    assert listed == [{"id": str(talk.pk), "title": "Istanbul talks"}]


def test_dots_lead_into_parts_and_what_is_named_whole_is_whole(dashboard: Dashboard) -> None:
    publish_a_world()
    whole = first(dashboard, "talks")

    asked = dashboard.get("talks/?fields=delegations.party,delegations.members.id,citations,citations.id")["results"][0]

    assert asked == {
        "delegations": [
            {"party": each["party"], "members": [{"id": member["id"]} for member in each["members"]]}
            for each in whole["delegations"]
        ],
        "citations": whole["citations"],
    }


def test_what_is_omitted_is_missing_and_the_rest_as_it_was(dashboard: Dashboard) -> None:
    publish_a_world()
    whole = first(dashboard, "talks")

    asked = dashboard.get("talks/?omit=summary,delegations.members,assertions")["results"][0]

    for name in ("summary", "assertions"):
        del whole[name]
    for delegation in whole["delegations"]:
        del delegation["members"]
    assert asked == whole


@pytest.mark.parametrize("name", NAMES)
def test_an_included_reference_is_the_record_as_its_own_address_serves_it(dashboard: Dashboard, name: str) -> None:
    publish_a_world()
    records = dashboard.get(f"{name}/")["results"]

    for branch in level(name).references:
        opened = dashboard.get(f"{name}/?include={branch}")["results"]
        for record, shown in zip(records, opened, strict=True):
            if record[branch] is None:
                assert shown[branch] is None
            else:
                own = dashboard.get(record[branch]["url"])
                del own["meta"]
                assert shown.pop(branch) == own
                assert shown == {key: value for key, value in record.items() if key != branch}


@pytest.mark.parametrize(("name", "branch", "by"), [
    ("talks", "positions", "talk"), ("talks", "outcomes", "talk"), ("talks", "statements", "occasion"),
    ("processes", "talks", "process"), ("processes", "positions", "process"), ("processes", "outcomes", "process"),
    ("processes", "events", "process"), ("actors", "delegations", "party"), ("actors", "positions", "party"),
    ("actors", "statements", "speaker"),
])  # fmt: skip
def test_what_points_at_a_record_comes_whole(dashboard: Dashboard, name: str, branch: str, by: str) -> None:
    publish_a_world()
    theirs = dashboard.get(f"{branch}/")["results"]

    records = dashboard.get(f"{name}/?include={branch}")["results"]

    assert any(record[branch] for record in records)
    for record in records:
        expected = [other for other in theirs if other[by] and other[by]["id"] == record["id"]]
        assert sorted(record[branch], key=by_id) == sorted(expected, key=by_id)


def by_id(record: dict[str, Any]) -> str:
    return str(record["id"])


def test_every_branch_that_can_be_brought_is_tested_above() -> None:
    assert {name: sorted(level(name).brings) for name in NAMES if level(name).brings} == {
        "actors": ["delegations", "positions", "statements"],
        "processes": ["events", "outcomes", "positions", "talks"],
        "talks": ["outcomes", "positions", "statements"],
    }


def test_a_whole_dossier_comes_in_one_call(dashboard: Dashboard) -> None:
    talk = publish_a_world()["talk"]

    told = dashboard.get(f"talks/{talk.slug}/?include=positions,statements,outcomes,citations.source")

    assert [position["label"] for position in told["positions"]] == ["Unconditional ceasefire"]
    assert [outcome["title"] for outcome in told["outcomes"]] == ["Exchange of prisoners"]
    assert told["statements"][0]["quote"] == "no"
    assert told["citations"][0]["source"]["page_url"] == "https://outlet.example/page"


def test_what_is_included_can_be_chosen_from(dashboard: Dashboard) -> None:
    talk = publish_a_world()["talk"]

    told = dashboard.get(
        f"talks/{talk.slug}/?fields=title,positions.label,positions.party.name&include=positions.party"
    )

    del told["meta"]
    assert told == {
        "title": "Istanbul talks",
        "positions": [{"label": "Unconditional ceasefire", "party": {"name": "Ukraine"}}],
    }


def test_the_past_has_its_shapes_too(dashboard: Dashboard) -> None:
    publish_a_world()

    told = dashboard.get("talks/?as_of=1&include=positions&fields=title,positions.url")["results"][0]

    assert told["positions"][0]["url"].endswith("?as_of=1")


@pytest.mark.parametrize(("query", "parameter", "nearest"), [
    ("fields=titel", "fields", "title"),
    ("fields=delegations.partty", "fields", "delegations.party"),
    ("fields=title.words", "fields", "title"),
    ("fields=process.title", "fields", "process"),
    ("fields=positions", "fields", None),
    ("omit=sumary", "omit", "summary"),
    ("include=position", "include", "positions"),
    ("include=title", "include", None),
    ("include=citations", "include", None),
    ("include=citations.sorce", "include", "citations.source"),
    ("include=process.part_of.part_of.part_of", "include", None),
    ("include=positions&omit=positions", "include", None),
    ("fields=title,", "fields", None),
    ("include=" + ",".join(["process"] * 51), "include", None),
    ("fields=" + ".".join(["delegations"] * 9), "fields", None),
])  # fmt: skip
def test_what_no_answer_holds_is_refused(dashboard: Dashboard, query: str, parameter: str, nearest: str | None) -> None:
    for path in ("talks/", "talks/any/"):
        fault = dashboard.refused(f"{path}?{query}", parameter)

        if nearest:
            assert fault["nearest"] == nearest, fault


def test_a_refusal_says_what_would_bring_it(dashboard: Dashboard) -> None:
    assert "include=positions brings it" in dashboard.refused("talks/?fields=positions", "fields")["detail"]
    assert "include=process opens it" in dashboard.refused("talks/?fields=process.title", "fields")["detail"]


def shapes(name: str) -> Iterator[str]:
    """The whole record; each branch alone; all of them with the parts' own; and single fields, as little as can be."""
    found = level(name)
    yield "page_size=200"
    brought = sorted(found.brought())
    if brought:
        yield f"include={','.join(brought)}"
    for field in found.fields:
        yield f"fields={field}"
    for branch in found.brings:
        yield f"include={branch}.citations.source" if branch != "talks" else "include=talks.place"
    if "citations" in found.parts:
        yield "include=citations.source,citations.speaker"


def test_more_rows_cost_no_more_statements_in_any_shape(dashboard: Dashboard) -> None:
    publish_a_world()
    asked = [f"{name}/?{shape}" for name in NAMES for shape in shapes(name)]
    few = {path: statements(dashboard, path) for path in asked}
    for _ in range(3):
        publish_a_world()

    many = {path: statements(dashboard, path) for path in asked}

    assert {path: (few[path], many[path]) for path in asked if many[path] > few[path]} == {}
    assert max(many.values()) <= 60


def test_what_is_not_asked_for_is_not_fetched(dashboard: Dashboard) -> None:
    publish_a_world()

    with CaptureQueriesContext(connection) as made:
        dashboard.get("talks/?fields=id,title")

    assert [query for query in made.captured_queries if "negotiations_citation" in query["sql"]] == []
    assert any("negotiations_talk" in query["sql"] for query in made.captured_queries)


def statements(dashboard: Dashboard, path: str) -> int:
    with CaptureQueriesContext(connection) as made:
        dashboard.get(path)
    return len(made)
