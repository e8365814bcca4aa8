"""References in drafts: by id or slug, to parts by id; what else they say is held against what is meant."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories as make
from tests.desk_api.conftest import Program
from tests.scenery import Scenery, drafted


def cited(source: str = "page") -> list[dict[str, Any]]:
    return [{"source": source, "excerpt": "they met", "attribution": "outlet"}]


@pytest.fixture
def scenery(db: None) -> Scenery:
    return drafted()


def test_references_are_by_id_or_slug_and_to_parts_by_id(curator: Program, scenery: Scenery) -> None:
    minister = make.make_actor("Rustem Umerov", slug="umerov", kind="person")
    office = curator.patch("actors/umerov/", {"affiliations": [{"title": "Minister"}]}, seen=1)["affiliations"][0]
    member = {"person": {"id": str(minister.pk)}, "affiliation": {"id": office["id"]}, "citations": cited()}
    russia = make.make_actor("Russia", slug="russia")
    delegation = curator.get("talks/istanbul/")["delegations"][0]
    chair = {"party": {"id": str(russia.pk)}, "roles": ["party"], "sits_with": {"id": delegation["id"]}}

    answer = curator.patch("talks/istanbul/", {"delegations": [{**delegation, "members": [member]}, chair]}, seen=1)

    first, second = sorted(answer["delegations"], key=lambda each: each["id"] != delegation["id"])
    assert first["members"][0]["affiliation"]["id"] == office["id"]
    assert second["sits_with"]["id"] == delegation["id"]
    links = [{"relation": "about", "to": {"kind": "delegation", "id": delegation["id"]}}]
    statement = {
        "slug": "said",
        "text": "They came.",
        "act": "appeal",
        "attribution": "reported",
        "said_on": "2025-05-16",
    }
    said = curator.post("statements/", {**statement, "links": links})
    assert (said["links"][0]["to"]["kind"], said["links"][0]["to"]["id"]) == ("delegation", delegation["id"])


def test_a_link_is_turned_to_another_record_or_refused(curator: Program, scenery: Scenery) -> None:
    make.make_issue(slug="ceasefire")
    link = {"relation": "about", "to": {"kind": "talk", "slug": "istanbul"}}
    statement = {"slug": "said", "text": "They came.", "act": "appeal", "attribution": "reported", "links": [link]}
    [kept] = curator.post("statements/", statement)["links"]

    turned = {**kept, "to": {"kind": "issue", "slug": "ceasefire"}}
    answer = curator.patch("statements/said/", {"links": [turned]}, seen=1)

    assert (answer["links"][0]["id"], answer["links"][0]["to"]["slug"]) == (kept["id"], "ceasefire")
    problem = curator.patch("statements/said/", {"links": [{**kept, "to": None}]}, seen=2, expect=400)
    assert any(place.startswith("links[0]") for place in curator.faults(problem))


@pytest.mark.parametrize("wrong", [
    {"label": "Russia"}, {"slug": "russia"}, {"url": "http://testserver/api/v1/actors/russia/"}, {"kind": "actor"},
    {"iso3": "UKR"},
])  # fmt: skip
def test_what_a_reference_says_besides_its_id_is_held_against_the_record(
    curator: Program, scenery: Scenery, wrong: dict[str, str]
) -> None:
    ally = curator.post("actors/", {"slug": "ally", "name": "An ally", "kind": "state"})
    named = {name: ally[name] for name in ("id", "slug", "label", "url")}
    there = curator.get("talks/istanbul/")["delegations"]

    refused = curator.patch(
        "talks/istanbul/",
        {"delegations": [*there, {"roles": ["party"], "party": {**named, **wrong}}]},
        seen=1,
        expect=400,
    )
    by_slug = {"delegations": [*there, {"roles": ["party"], "party": {"slug": "ally", **wrong}}]}
    curator.patch("talks/istanbul/", by_slug, seen=1, expect=400)

    (place,) = curator.faults(refused)
    assert place == f"delegations[{len(there)}].party.{next(iter(wrong))}"


def test_a_reference_as_it_is_read_elsewhere_is_taken_in_a_new_part(curator: Program, scenery: Scenery) -> None:
    ally = curator.post("actors/", {"slug": "ally", "name": "An ally", "kind": "state"})
    named = {name: ally[name] for name in ("id", "slug", "label")}
    there = curator.get("talks/istanbul/")["delegations"]

    for seen, url in enumerate((ally["url"], "https://elsewhere.example/api/v1/actors/ally/"), 1):
        body = {"delegations": [*there, {"roles": ["party"], "party": {**named, "url": url}}]}
        answer = curator.patch("talks/istanbul/", body, seen=seen)
        assert ally["id"] in {each["party"]["id"] for each in answer["delegations"]}


def test_a_name_that_a_renaming_made_stale_is_refused_with_what_it_is_now(curator: Program, scenery: Scenery) -> None:
    ally = curator.post("actors/", {"slug": "ally", "name": "An ally", "kind": "state"})
    curator.patch(f"actors/{ally['id']}/", {"name": "A friend"}, seen=1)
    there = curator.get("talks/istanbul/")["delegations"]
    body = {"delegations": [*there, {"roles": ["party"], "party": {"id": ally["id"], "label": "An ally"}}]}

    refused = curator.patch("talks/istanbul/", body, seen=1, expect=400)

    (fault,) = refused["errors"]
    assert (fault["parameter"], fault["code"]) == (f"delegations[{len(there)}].party.label", "misnamed")
    assert "A friend" in fault["detail"]


def test_the_owner_of_a_new_part_is_the_record_it_is_written_in(curator: Program, scenery: Scenery) -> None:
    ally = curator.post("actors/", {"slug": "ally", "name": "An ally", "kind": "state"})
    ukraine = curator.get("actors/ukraine/")

    for actor, status in ((ukraine, 400), (ally, 200)):
        body = {"affiliations": [{"actor": {"id": actor["id"]}, "title": "Member"}]}
        curator.patch("actors/ally/", body, seen=1, expect=status)
