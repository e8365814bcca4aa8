"""What no program sends by mistake is refused at the desk, or stands in the answer: no 5xx, nothing half-done.

A 2xx is silent when the bad value could have been left out with the same answer.
"""

from __future__ import annotations

import copy
import json
import random
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse

from negotiations.api.desk.bodies import AROUND
from negotiations.api.desk.urls import RESOURCES
from tests.api.test_lists import publish_a_world
from tests.contract import contract, takes
from tests.desk_api.conftest import Program, program_of
from tests.desk_api.hostile_bodies import BODIES, CREDENTIALS, KEYS, MEDIA, VALUES, VERSIONS, Path

Body = dict[str, Any]
Place = tuple[str, str, Path]  # a kind of record, the id of one, and a key somewhere in it
Door = tuple[str, str, str, Body, dict[str, str]]  # method, path, address, a body that it takes, and headers
WRITTEN = [name for name, view in RESOURCES.items() if hasattr(view, "right")]
REFUSED = {400, 409}
# Values that say nothing: whoever empties what is empty, or names no part where there is none, is answered the same.
NOTHING: list[Any] = [None, "", [], {}]


@pytest.fixture
def program(groups: None) -> Program:
    """Of a superuser, so that nothing is refused for the want of a right; over one record of each kind."""
    publish_a_world()
    return program_of("root-at-work", None)


def draft_of(resource: str) -> Body:
    described: Body = contract()["paths"][f"/api/v1/desk/{resource}/{{id}}/"]["put"]["requestBody"]
    return described["content"]["application/json"]["schema"]


def properties(schema: Body) -> Body:
    if "$ref" in schema:
        schema = contract()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    found: Body = schema.get("properties", {})
    return found


def places_in(schema: Body, body: Body, at: Path = ()) -> Iterator[Path]:
    """Each key that can be written of what `body` holds, with those of the first of each kind of part."""
    for name, described in properties(schema).items():
        if name in AROUND:  # tests/desk_api/test_writing_drafts.py
            continue
        yield (*at, name)
        rows = body.get(name)
        if described.get("type") == "array" and rows and isinstance(rows[0], dict):
            yield (*at, name, 0)
            yield from places_in(described["items"], rows[0], (*at, name, 0))
        elif isinstance(rows, dict):
            yield from ((*at, name, key) for key in rows)


def read(program: Program, resource: str, record: str) -> Body:
    body: Body = program.get(f"{resource}/{record}/")
    return body


def fullest(program: Program, resource: str) -> Body:
    """Of a kind the record of most parts."""
    rows = program.get(f"{resource}/")["results"]
    return max((read(program, resource, row["id"]) for row in rows), key=lambda body: len(json.dumps(body)))


def all_places(program: Program) -> list[Place]:
    """Each place in the fullest record of every kind; of parts that several kinds have, such as citations, one."""
    found: dict[Path, Place] = {}
    for resource in WRITTEN:
        body = fullest(program, resource)
        for place in places_in(draft_of(resource), body):
            names = tuple(step for step in place if isinstance(step, str))
            found.setdefault(names[-2:] if len(names) > 1 else (resource, *names), (resource, body["id"], place))
    return list(found.values())


def put_in(body: Body, place: Path, value: Any) -> Body:
    spoilt = copy.deepcopy(body)
    holder: Any = spoilt
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    return spoilt


def without_state(body: Body) -> Body:
    return {name: value for name, value in body.items() if name not in ("meta", "desk")}


def same(response: HttpResponse, body: Body) -> bool:
    return without_state(json.loads(response.content)) == without_state(body)


def everything() -> str:
    """A digest of every row of the desk's tables and of the ledger, but for when the tokens were last used."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
                WHERE schemaname IN ('public', 'ledger') AND tablename <> 'negotiations_token' ORDER BY 1"""
        )
        digests = " || ".join(
            f"(SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {table} t)"
            for (table,) in cursor.fetchall()
        )
        cursor.execute(f"SELECT md5({digests})")
        return str(cursor.fetchone()[0])


def undone(program: Program, method: str, path: str, body: Any, **headers: str) -> HttpResponse:
    """The answer to a request of which nothing stays if it succeeded; what a refused one left behind would."""
    with transaction.atomic():
        response = program.ask(method, path, body, **headers)
        transaction.set_rollback(response.status_code < 400)
    return response


def faults_of_values(program: Program, asked: list[tuple[Place, Any]]) -> list[str]:
    wrong: list[str] = []
    bodies: dict[str, Body] = {}
    for number, ((resource, record, place), value) in enumerate(asked):
        body = bodies.setdefault(record, read(program, resource, record))
        spoilt = put_in(without_state(body), place, value)
        if spoilt == without_state(body):
            continue
        is_whole = number % 2 == 0
        said = spoilt if is_whole else {place[0]: spoilt[place[0]]}
        version = f'"{body["desk"]["version"]}"'
        what = f"{resource} {place} {json.dumps(value)[:80]}"
        try:
            response = undone(program, ("PATCH", "PUT")[is_whole], f"{resource}/{record}/", said, If_Match=version)
        except AssertionError as error:  # not what the contract says
            wrong.append(f"{what}: {str(error)[:500]}")
            continue
        what += f": {response.status_code}"
        if response.status_code not in (200, *REFUSED):
            wrong.append(f"{what} {response.content[:300]!r}")
        elif response.status_code == 200 and value not in NOTHING and same(response, body):
            wrong.append(f"{what} is silent")
    return wrong


def test_a_hostile_value_is_refused_or_stands_in_the_answer(program: Program) -> None:
    chance = random.Random(4)  # noqa: S311
    asked = [(place, chance.choice(VALUES)) for place in all_places(program)]
    before = everything()

    wrong = faults_of_values(program, asked)

    assert wrong == [], "\n".join(wrong)
    assert everything() == before


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_every_hostile_value_at_one_place_in_ten(program: Program, part: int) -> None:
    places = all_places(program)
    asked = [(place, value) for first, place in enumerate(places) for value in VALUES[first % 10 :: 10]]
    before = everything()

    wrong = faults_of_values(program, asked[part::8])

    assert wrong == [], "\n".join(wrong)
    assert everything() == before


def doors(program: Program) -> Iterator[tuple[str, str, dict[str, str]]]:
    """A write of each kind: its method, its address, and the version that it must say."""
    talk = program.get("talks/")["results"][0]
    version = {"If_Match": f'"{talk["desk"]["version"]}"'}
    sent = [{"resource": "talks", "id": talk["id"], "version": talk["desk"]["version"] + 1}]
    program.patch(f"talks/{talk['id']}/", {"title": "Renamed"}, seen=talk["desk"]["version"])
    version = {"If_Match": f'"{talk["desk"]["version"] + 1}"'}
    submission = program.post("submissions/", {"records": sent, "note": "Please look."})["id"]
    yield from (("POST", f"{name}/", {}) for name in (*WRITTEN, "dossiers", "submissions", "publish"))
    yield from (("POST", f"submissions/{submission}/{act}/", {}) for act in ("publish", "send-back"))
    yield from (("POST", f"talks/{talk['id']}/{act}/", version) for act in ("merge", "retract", "suppress"))
    yield from ((method, f"talks/{talk['id']}/", version) for method in ("PUT", "PATCH"))


def test_a_hostile_body_is_refused(program: Program) -> None:
    chance = random.Random(4)  # noqa: S311
    every = list(doors(program))
    before = everything()

    for number, (name, body) in enumerate(BODIES.items()):
        for method, path, headers in (every[number % len(every)], chance.choice(every)):
            refused = undone(program, method, path, body, **headers)
            is_too_large = refused.status_code == 413 and len(body) > 2_000_000
            assert refused.status_code == 400 or is_too_large, (name, method, path, refused.content[:500])

    assert everything() == before


def test_a_body_of_another_media_type_is_refused(program: Program) -> None:
    body = b'{"slug": "minsk-process", "title": "Minsk process"}'
    before = everything()

    for media in MEDIA:
        refused = program.ask("POST", "processes/", body, Content_Type=media)
        assert refused.status_code == 415, (media, refused.content[:300])
    assert everything() == before


def test_a_forged_version_or_key_changes_nothing(program: Program) -> None:
    (path,) = {path for method, path, _ in doors(program) if method == "PUT"}
    before = everything()

    for number, version in enumerate(VERSIONS):
        method, address = (("PATCH", path), ("DELETE", path), ("POST", f"{path}discard/"))[number % 3]
        refused = program.ask(method, address, {"title": "Forged"} if method == "PATCH" else None, If_Match=version)
        assert refused.status_code in (412, 428), (version[:40], refused.status_code)
    for key in KEYS:
        refused = program.ask("POST", "processes/", {"slug": "forged", "title": "Forged"}, Idempotency_Key=key)
        assert refused.status_code == 400, (key[:40], refused.status_code)
    assert everything() == before


def test_forged_credentials_open_nothing(program: Program) -> None:
    good = program.text
    forged = [*CREDENTIALS, f"Bearer {good}a", f"Bearer {good[:-1]}", f"Bearer {good[:-1]}ё", f"Bearer {good}, {good}",
              f"Bearer {good.upper()}", f"Token {good}", f"Bearer {good.replace('ntdesk', 'NTDESK')}",
              f"Bearer {good}\x00", f"Bearer {good.replace('_', '＿')}", good]  # fmt: skip
    addresses = [("GET", "talks/"), ("POST", "processes/"), ("POST", "publish/"), ("DELETE", "talks/istanbul-talks/")]
    before = everything()

    for number, value in enumerate(forged):
        method, path = addresses[number % len(addresses)]
        refused = Program().ask(method, path, {} if method == "POST" else None, Authorization=value)
        assert refused.status_code == 401, (value[:60], refused.status_code)
    assert everything() == before


@pytest.mark.parametrize("field", ["stage", "due"])
def test_a_claim_without_a_word_is_refused_or_read(program: Program, field: str) -> None:
    claim = {"field": field, "state": "given", "word": None, "citations": []}

    answer = undone(program, "POST", "processes/", {"slug": "minsk", "title": "Minsk", "assertions": [claim]})

    assert answer.status_code == 400


def test_an_affiliation_by_its_title_needs_somebody_who_holds_it(program: Program) -> None:
    body = {"slug": "said", "speaker": None, "affiliation": "Minister", "text": "No.", "act": "statement"}

    assert undone(program, "POST", "statements/", body).status_code == 400


def whole_bodies(program: Program) -> list[Door]:
    """What enters, publishes, sends and acts, each with a body that it takes."""
    talk = program.get("talks/")["results"][0]
    talk = program.patch(f"talks/{talk['id']}/", {"title": "Renamed"}, seen=talk["desk"]["version"])
    version = talk["desk"]["version"]
    records = [{"resource": "talks", "id": talk["id"], "version": version}]
    told = {"note": "Both are the same.", "alone_because": "Nobody else is here."}
    acts: dict[str, Body] = {
        "merge": {**told, "into": talk["slug"]}, "retract": {**told, "successor": None, "with_referring": False},
        "suppress": {**told, "with_referring": False},
    }  # fmt: skip
    found: list[Door] = [
        ("POST", "publish/", "publish/", {**told, "kind": "correction", "records": records}, {}),
        ("POST", "submissions/", "submissions/", {"note": "Please look.", "records": records}, {}),
    ]
    for act, body in acts.items():
        found.append(("POST", f"talks/{{id}}/{act}/", f"talks/{talk['id']}/{act}/", body, {"If_Match": f'"{version}"'}))
    for resource in WRITTEN:
        new = as_new(draft_of(resource), fullest(program, resource))
        found.append(("POST", f"{resource}/", f"{resource}/", {**new, "slug": "entered-anew"}, {}))
    state = program.get("actors/?kind=state")["results"][0]["slug"]
    process = {"id": str(uuid.uuid4()), "slug": "minsk-process", "title": "Minsk process", "start": "2014"}
    meeting = {"id": str(uuid.uuid4()), "slug": "minsk", "title": "Minsk", "process": "minsk-process", "kind": "round",
               "status": "held", "track": "1", "delegations": [{"party": state, "roles": ["party"]}]}  # fmt: skip
    dossier = {"dossier": "minsk", "title": "Minsk", "talks": [meeting], "processes": [process],
               "revision": {"kind": "new", "note": "Entered."}}  # fmt: skip
    return [*found, ("POST", "dossiers/", "dossiers/", dossier, {})]


def as_new(schema: Body, body: Body) -> Body:
    """What was read as it can be entered anew: without ids of its own, and what follows from the rest."""
    written = {name: described for name, described in properties(schema).items() if not described.get("readOnly")}
    return {
        name: [as_new(described["items"], row) for row in body[name]]
        if "$ref" in described.get("items", ()) and described["type"] == "array"
        else body[name]
        for name, described in written.items()
        # Another record has these identifiers, and another talk this delegation beside one.
        if name in body and name not in ("id", "identifiers", "sits_with")
    }


def steps_in(node: Any, at: Path = ()) -> Iterator[Path]:
    """Each key and place in a body."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, value in pairs:
        yield (*at, step)
        yield from steps_in(value, (*at, step))


def faults_of_fields(program: Program, asked: list[tuple[Door, Path, Any]]) -> list[str]:
    """What the contract forbids and the desk does, and what the desk fails on."""
    wrong: list[str] = []
    for (method, path, address, body, headers), place, value in asked:
        spoilt = put_in(body, place, value)
        what = f"{address} {place} {json.dumps(value)[:80]}"
        try:
            response = undone(program, method, address, spoilt, **headers)
        except AssertionError as error:  # not what the contract says
            wrong.append(f"{what}: {str(error)[:500]}")
            continue
        is_done = response.status_code in (200, 201)
        if not is_done and response.status_code not in REFUSED:
            wrong.append(f"{what}: {response.status_code} {response.content[:300]!r}")
        elif is_done and not takes(method, f"/api/v1/desk/{path}", spoilt):
            wrong.append(f"{what} is forbidden, and was done")
    return wrong


def test_each_whole_body_is_taken_as_it_is(program: Program) -> None:
    for method, path, address, body, headers in whole_bodies(program):
        done = undone(program, method, address, body, **headers)
        # 409: the body was read, and what refers to the record stands against the act.
        assert done.status_code in (200, 201, 409), (address, done.content[:1000])
        assert takes(method, f"/api/v1/desk/{path}", body), address


def test_what_the_contract_forbids_in_a_new_record_an_act_or_a_dossier_is_refused(program: Program) -> None:
    chance = random.Random(4)  # noqa: S311
    places = [(door, place) for door in whole_bodies(program) for place in steps_in(door[3])]
    before = everything()

    wrong = faults_of_fields(program, [(*each, chance.choice(VALUES)) for each in chance.sample(places, 150)])

    assert wrong == [], "\n".join(wrong)
    assert everything() == before


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
def test_what_the_contract_forbids_at_any_place_is_refused(program: Program, part: int) -> None:
    places = [(door, place) for door in whole_bodies(program) for place in steps_in(door[3])]
    asked = [(*each, value) for first, each in enumerate(places) for value in VALUES[first % 30 :: 30]]
    before = everything()

    wrong = faults_of_fields(program, asked[part::4])

    assert wrong == [], "\n".join(wrong)
    assert everything() == before
