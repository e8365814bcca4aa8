"""Entering and editing drafts: what is written has the shape of what is read, and counts a version as in the admin."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from negotiations.api.desk.urls import RESOURCES
from negotiations.models import Actor, Citation, Delegation, Edit, Process, Talk
from tests import factories as make
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world
from tests.desk_api.conftest import Program
from tests.scenery import Scenery, drafted, public_scenery

TALK = {"slug": "antalya-2026", "title": "Antalya talks", "process": "direct-talks", "kind": "round", "status": "held",
        "start": "2026-01-10"}  # fmt: skip

OVER_90 = {"lower": "90", "upper": None, "lower_included": False, "upper_included": False}


def cited(source: str = "page") -> list[dict[str, Any]]:
    return [{"source": source, "excerpt": "they met", "attribution": "outlet"}]


@pytest.fixture
def scenery(db: None) -> Scenery:
    return drafted()


def test_a_record_is_entered_with_its_parts_and_answered_as_it_reads(curator: Program, scenery: Scenery) -> None:
    parts = {"delegations": [{"party": {"slug": "ukraine"}, "roles": ["party"], "citations": cited()}]}

    made = curator.post("talks/", {**TALK, **parts, "citations": cited()})

    talk = Talk.objects.get(slug="antalya-2026")
    assert (made["title"], made["desk"]["version"], made["desk"]["stage"]) == ("Antalya talks", 1, "draft")
    assert made["delegations"][0]["party"]["slug"] == "ukraine"
    assert made["delegations"][0]["citations"][0]["source"]["slug"] == "page"
    assert {name: made[name] for name in made if name != "meta"} == {
        name: value for name, value in curator.get("talks/antalya-2026/").items() if name != "meta"
    }
    edit = Edit.objects.get(record_id=talk.pk)
    assert (edit.version, edit.author, edit.table_name) == (1, curator.user, "negotiations_talk")


def test_what_was_made_says_where_it_is(curator: Program, scenery: Scenery) -> None:
    answer = curator.ask("POST", "talks/", TALK)

    assert (answer.status_code, answer["ETag"]) == (201, '"1"')
    assert answer["Location"] == "http://testserver/api/v1/desk/talks/antalya-2026/"


def test_what_is_read_can_be_written_back_and_changes_nothing(curator: Program) -> None:
    publish_a_world()

    for name, view in RESOURCES.items():
        if not hasattr(view, "right"):
            continue
        for row in curator.get(f"{name}/")["results"]:
            body = curator.get(f"{name}/{row['id']}/")
            again = curator.put(f"{name}/{row['id']}/", body, seen=body["desk"]["version"])
            assert {**again, "meta": 0} == {**body, "meta": 0}, (name, row["slug"])
    assert not Edit.objects.filter(author=curator.user).exists()


def test_put_says_all_of_a_record(curator: Program, scenery: Scenery) -> None:
    curator.patch("talks/istanbul/", {"summary": "They met.", "start_time": "13:30", "zone": "Europe/Istanbul"}, seen=1)

    whole = {**TALK, "slug": "istanbul", "citations": cited()}
    answer = curator.put("talks/istanbul/", whole, seen=2)

    assert (answer["title"], answer["summary"], answer["start_time"], answer["zone"]) == (
        "Antalya talks",
        "",
        None,
        None,
    )
    assert (answer["delegations"], answer["desk"]["version"]) == ([], 3)
    assert not Delegation.objects.filter(talk=scenery.istanbul).exists()
    assert Citation.objects.filter(talk=scenery.istanbul).count() == 1
    assert [edit.version for edit in Edit.objects.filter(record_id=scenery.istanbul.pk)] == [2, 3]


def test_patch_leaves_what_it_does_not_say(curator: Program, scenery: Scenery) -> None:
    before = curator.get("talks/istanbul/")

    answer = curator.patch("talks/istanbul/", {"title": "Renamed", "slug": "istanbul-2025"}, seen=1)

    assert (answer["title"], answer["slug"]) == ("Renamed", "istanbul-2025")
    assert [each["id"] for each in answer["delegations"]] == [each["id"] for each in before["delegations"]]
    assert answer["citations"] == before["citations"]


def test_a_list_of_parts_that_is_said_is_the_whole_list(curator: Program, scenery: Scenery) -> None:
    russia = make.make_actor("Russia", slug="russia")
    (kept,) = curator.get("talks/istanbul/")["delegations"]

    added = curator.patch(
        "talks/istanbul/",
        {"delegations": [{**kept, "styled": "Kyiv"}, {"party": "russia", "roles": ["party"]}]},
        seen=1,
    )
    (other,) = [each for each in added["delegations"] if each["id"] != kept["id"]]
    swapped = curator.patch("talks/istanbul/", {"delegations": [other]}, seen=2)

    assert {each["id"] for each in added["delegations"]} > {kept["id"]}
    assert [each["styled"] for each in added["delegations"] if each["id"] == kept["id"]] == ["Kyiv"]
    assert [each["party"]["id"] for each in swapped["delegations"]] == [str(russia.pk)]
    assert Citation.objects.filter(delegation=scenery.delegation).count() == 0


def test_values_of_every_kind_are_written_as_they_are_read(curator: Program, scenery: Scenery) -> None:
    ceasefire = make.make_issue(slug="ceasefire")
    assertions = [
        {"field": "quantity", "amount": OVER_90, "unit": "prisoners", "citations": cited()},
    ]
    outcome = {"slug": "exchange", "title": "Exchange", "process": "direct-talks", "kind": "exchange_agreed"}

    made = curator.post("outcomes/", {**outcome, "assertions": assertions, "issues": ["ceasefire"]})
    place = curator.post(
        "places/", {"slug": "here", "name": "Here", "kind": "city", "lat": "41.00820", "lon": "28.97840"}
    )
    talk = curator.patch("talks/istanbul/", {"round_number": 2, "languages": ["ru", "tr"], "end_time": None}, seen=1)

    assert made["assertions"][0]["amount"] == OVER_90
    assert made["issues"][0]["id"] == str(ceasefire.pk)
    assert place["lat"].startswith("41.0082")
    assert (talk["round_number"], talk["languages"]) == (2, ["ru", "tr"])
    emptied = curator.patch("outcomes/exchange/", {"issues": [], "assertions": []}, seen=1)
    assert (emptied["issues"], emptied["assertions"]) == ([], [])


@pytest.mark.parametrize(
    ("body", "place", "says"),
    [
        ({"titel": "x"}, "titel", "Did you mean title?"),
        ({"duration": {"lower": "1"}}, "duration", "cannot be written"),
        ({"kind": "sumit"}, "kind", 'did you mean "summit"'),
        ({"process": "direct-talk"}, "process", 'did you mean "direct-talks"'),
        ({"process": {"id": str(uuid.uuid4())}}, "process", "No process has the id"),
        ({"process": {"id": "direct-talks"}}, "process", "is not an id"),
        ({"process": 5}, "process", "Must be a slug"),
        ({"title": None}, "title", "Cannot be left empty"),
        ({"title": 5}, "title", "Must be a text"),
        ({"title": "a\x00b"}, "title", "control"),
        ({"round_number": "two"}, "round_number", "a whole number"),
        ({"round_number": -1}, "round_number", "not a whole number"),
        ({"start": "2025-02-30"}, "start", "date"),
        ({"start": None, "start_time": "13:30"}, "", "A clock time needs a start date"),
        ({"languages": "ru"}, "languages", "Must be a list"),
        ({"delegations": {}}, "delegations", "Must be a list"),
        ({"delegations": [{"roles": ["party"]}]}, "delegations[0]", "lacks: party"),
        ({"delegations": [{"party": "ukraine", "rolls": []}]}, "delegations[0].rolls", "Did you mean roles?"),
        ({"citations": [{"source": "page", "attribution": "outlet"}]}, "citations[0].source", "where on the page"),
        ({"slug": "antalya"}, "slug", "Another talk has this slug"),
        ({"id": str(uuid.uuid4())}, "id", "never changes"),
        ({"relation": "session"}, "relation", "names another talk"),
    ],
)
def test_a_bad_value_is_refused_at_its_place(
    curator: Program, scenery: Scenery, body: Any, place: str, says: str
) -> None:
    problem = curator.patch("talks/istanbul/", body, seen=1, expect=400)

    faults = curator.faults(problem)
    assert says in " ".join(faults.values()), problem
    assert not place or place in faults, problem
    assert Talk.objects.get(slug="istanbul").version == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"\xff", b'{"slug": "\\ud800"}', b"[" * 100_000, b"null",
     b'"x"', b'{"round_number": ' + b"9" * 5000 + b"}", b"[[]]", b"[5]",
     b"{" + b", ".join(b'"k%d": 1' % number for number in range(100_000)) + b"}", b'{"title": {"a": [1e999]}}'],
    ids=range(15),
)  # fmt: skip
def test_no_body_breaks_the_desk(editor: Program, scenery: Scenery, body: bytes) -> None:
    for method, path in (("POST", "talks/"), ("PATCH", "talks/istanbul/"), ("POST", "dossiers/"), ("POST", "publish/")):
        answer = editor.ask(method, path, body, If_Match='"1"')

        expected = {400} if (method, body) != ("PATCH", b"") else {200}
        assert answer.status_code in expected, (method, path, answer.content[:500])


def test_a_body_too_large_or_of_another_type_is_refused(curator: Program) -> None:
    assert curator.ask("POST", "talks/", b" " * 2_000_001).status_code == 413
    answer = curator.client.post(
        "/api/v1/desk/talks/", "slug=x", content_type="application/x-www-form-urlencoded",
        headers={"Authorization": f"Bearer {curator.text}"},
    )  # fmt: skip
    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")


def test_many_are_entered_at_once(curator: Program) -> None:
    answer = curator.post("processes/", [{"slug": f"process-{n}", "title": f"Process {n}"} for n in range(3)])

    assert [row["slug"] for row in answer["results"]] == ["process-0", "process-1", "process-2"]
    assert Process.objects.count() == 3
    assert Edit.objects.filter(author=curator.user).count() == 3


def test_all_are_entered_or_none_and_every_error_is_told_by_row(curator: Program) -> None:
    rows = [
        {"slug": "good", "title": "Good"},
        {"slug": "good", "title": "Again"},
        {"slug": "Not plain", "title": "x"},
        {"slug": "no-title", "titel": "x"},
        {"slug": "part", "title": "Part", "part_of": "nothing"},
    ]

    problem = curator.post("processes/", rows, expect=400)

    faults = curator.faults(problem)
    assert [each["parameter"][:3] for each in problem["errors"]] == ["[1]", "[2]", "[3]", "[3]", "[4]"]
    assert set(faults) == {"[1].slug", "[2].slug", "[3]", "[3].titel", "[4].part_of"}
    assert "already at [0].slug" in faults["[1].slug"]
    assert not Process.objects.exists()
    assert not Edit.objects.exists()


def test_what_others_refer_to_is_not_left_out(curator: Program, scenery: Scenery) -> None:
    minister = make.make_actor("Rustem Umerov", slug="umerov", kind="person")
    office = curator.patch("actors/umerov/", {"affiliations": [{"title": "Minister"}]}, seen=1)["affiliations"][0]
    make.make_member(scenery.delegation, minister, affiliation_id=office["id"])

    problem = curator.patch("actors/umerov/", {"affiliations": []}, seen=2, expect=400)

    says = "The talk “Istanbul talks” (istanbul) refers to an affiliation that is left out here: take that reference"
    assert problem["detail"].startswith(says)
    assert Actor.objects.get(slug="umerov").affiliations.count() == 1


def test_drafts_are_deleted_and_what_was_public_is_not(curator: Program) -> None:
    talk = public_scenery().istanbul
    make.make_issue(slug="secret")

    refused = curator.send("DELETE", f"talks/{talk.pk}/", expect=409, If_Match='"1"')
    curator.send("DELETE", "issues/secret/", expect=204, If_Match='"1"')

    assert "was published once" in refused["errors"][0]["detail"]
    assert curator.get("issues/secret/", expect=404)


def test_nothing_of_it_is_public_before_it_is_published(curator: Program, dashboard: Dashboard) -> None:
    public_scenery()
    before = dashboard.ask("talks/istanbul/").content

    curator.patch("talks/istanbul/", {"title": "Secret"}, seen=1)
    curator.post("issues/", {"slug": "secret", "name": "Secret"})

    assert dashboard.ask("talks/istanbul/").content == before
    assert dashboard.get("issues/secret/", expect=404)


@pytest.mark.parametrize(("method", "path"), [("PUT", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "discard/"),
                                              ("POST", "retract/"), ("POST", "merge/")])  # fmt: skip
def test_who_changes_a_record_says_which_version_they_saw(
    editor: Program, scenery: Scenery, method: str, path: str
) -> None:
    body = {"title": "Renamed", "note": "x", "into": "antalya"}

    missing = editor.send(method, f"talks/istanbul/{path}", body, expect=428)
    anything = editor.send(method, f"talks/istanbul/{path}", body, expect=428, If_Match="*")
    stale = editor.send(method, f"talks/istanbul/{path}", body, expect=412, If_Match='"7"')

    assert 'If-Match: "1"' in missing["detail"]
    assert anything["status"] == 428
    assert (stale["given"], stale["current"]) == ('"7"', '"1"')
    assert Talk.objects.get(slug="istanbul").version == 1


@pytest.mark.parametrize(("said", "place"), [
    ({"desk": {"version": 7}}, "desk.version"), ({"desk": 5}, "desk"), ({"meta": []}, "meta"),
    ({"meta": {"revision": 1}}, "meta"),
])  # fmt: skip
def test_what_the_desk_adds_is_sent_back_as_it_was_or_not_at_all(
    curator: Program, scenery: Scenery, said: dict[str, Any], place: str
) -> None:
    refused = curator.patch("talks/istanbul/", said, seen=1, expect=400)

    assert list(curator.faults(refused)) == [place]
