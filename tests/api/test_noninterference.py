"""Nothing on the desk changes a byte of a public answer, and what was suppressed cannot be told from anything else.

World A holds only what is public. The other worlds have the same ledger and a desk that Hypothesis furnished: drafts,
pending edits, lost parts, submissions and private texts. All are asked the same requests, in the demo's configuration:
both doors in one process, on two connections, with committed data.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import yaml

from negotiations.api.references import RESOURCES
from negotiations.api.root import CONTRACT
from negotiations.models import Identifier
from negotiations.models.records import Record
from tests.api import stories, suppressed
from tests.api.asking import Asker
from tests.api.doors import Answer, Door, Request, door
from tests.api.noninterference import API, differences, look_around
from tests.api.plans import plans
from tests.api.test_contract import at_the_public_door
from tests.api.worlds import Desk, Tables, desk, draft_of, draft_slug, renamed

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "public"]),
    pytest.mark.two_connections,
    pytest.mark.usefixtures("committed"),
]

Answers = dict[Request, Answer]
AT_ONCE = 2  # processes
GONE = {"talks": ["extra-wrong", "antalya-talk"], "actors": ["extra-namesake"], "statements": ["extra-told"]}


@contextmanager
def doors() -> Iterator[list[Door]]:
    """New processes that answer at the same time."""
    with door() as first, door() as second:
        yield [first, second]


def ask(processes: list[Door], requests: list[Request]) -> Answers:
    shares = [requests[number :: len(processes)] for number in range(len(processes))]
    found: Answers = {}
    with ThreadPoolExecutor(len(processes)) as pool:
        for answers in pool.map(Door.ask, processes, shares):
            found |= answers
    return found


def assert_nothing_asked_of_the_desk(processes: list[Door]) -> None:
    """A second net: what goes to the desk's connection may tell something of it that these worlds have alike."""
    asked = [sql for door in processes for sql in door.of_the_desk]
    assert not asked, f"Public requests asked the desk's connection {len(asked)} times: {asked[:5]}"


def hidden_addresses(public: Tables) -> dict[str, list[str]]:
    """Addresses that drafts have in some worlds, or that records are to have, by resource."""
    found = {
        "identifiers": [f"wikidata:{draft_of(row['id'], outer)}" for row in public[Identifier] for outer in (1, 0)]
    }
    for model, rows in public.items():
        resources: dict[Any, str] = RESOURCES
        names = found.setdefault(resources.get(model, ""), [])
        for row in rows:
            names += [str(draft_of(row["id"], outer)) for outer in (True, False)]
            if issubclass(model, Record):
                names += [draft_slug(row["slug"], True), draft_slug(row["slug"], False), renamed(row["slug"])]
    return found


def answers_of_world_a(public: Tables) -> tuple[Answers, list[Request]]:
    """Every request with its answer, asked of processes that never saw a draft; and those that ask a path plainly."""
    contract = at_the_public_door(yaml.safe_load(CONTRACT.read_text("utf-8")))
    with doors() as processes:
        asker = Asker(contract, look_around(processes[0], contract), hidden_addresses(public), GONE)
        plain = asker.plain()
        known = ask(processes, [*plain, *asker.rest()])
        known |= ask(processes, asker.following(known))
    unanswered = {str(request): known[request].status for request in plain if known[request].status not in (200, 303)}
    assert not unanswered, f"teach tests/api/noninterference.py to ask these: {unanswered}"
    return known, plain


@pytest.mark.parametrize(
    ("worlds", "share"),
    [(50, 5), pytest.param(1000, 1, marks=pytest.mark.long)],
    ids=["50 worlds, every path and a fifth of the rest", "1000 worlds, every request"],
)
def test_no_desk_changes_a_byte_of_any_public_answer(worlds: int, share: int) -> None:
    stories.publish_all()
    public = desk()
    known, plain = answers_of_world_a(public)
    rest = sorted(known.keys() - set(plain))
    random.Random(4).shuffle(rest)  # noqa: S311

    statuses: list[int] = []
    never_made = set(known)
    with doors() as processes:
        for number, plan in enumerate(plans(worlds)):
            Desk(public, plan).furnish()
            answers = ask(processes, [*plain, *rest[number % share :: share]])
            found = differences(f"world {number} ({plan})", answers, known)
            assert not found, "\n".join([f"{len(found)} of {len(answers)} answers differ from world A's:", *found[:9]])
            never_made -= answers.keys()
            statuses += [answer.status for answer in answers.values()]
        assert_nothing_asked_of_the_desk(processes)

    good = sum(200 <= status < 300 or status == 303 for status in statuses)  # an identifier leads to its record
    print(f"{worlds} worlds, {len(known)} requests, {len(statuses)} times asked, {good / len(statuses):.1%} 2xx")
    assert not never_made
    assert good >= 0.9 * len(statuses)


def asked_about(story: stories.Story, staying: stories.Story, door: Door, most: int | None) -> list[Request]:
    """Requests for the past and the present of both stories, and as many of the others as are wanted."""
    contract = at_the_public_door(yaml.safe_load(CONTRACT.read_text("utf-8")))
    places = suppressed.addresses(story)
    asker = Asker(contract, look_around(door, contract), {}, places)
    diff = "versions/2/diff/3/"
    past = [
        Request(f"{API}{resource}/{name}/{end}")
        for resource, names in [*places.items(), *suppressed.addresses(staying).items()]
        for name in names
        for end in ("", "?as_of=2", "?as_of=3", "versions/", "versions/?as_of=2", diff, f"{diff}?as_of=3")
        if end in ("", "?as_of=3") or name == names[0]
    ]
    lists = [Request(f"{request.target}?as_of=2") for request in asker.plain()]
    rest = [request for request in asker.rest() if "as_of" in request.target or "ordering" in request.target]
    dated = [request._replace(target=f"{request.target}&as_of=3") for request in rest if "as_of" not in request.target]
    random.Random(4).shuffle(dated)  # noqa: S311
    found = dict.fromkeys([*asker.plain(), *past, *lists, *dated[:most]])
    return [request for request in found if not suppressed.READS_WHAT_WAS_CORRECTED.search(request.target)]


def as_a_cache_shows(processes: list[Door], kept: Answers, fresh: Answers) -> Answers:
    """What a cache shows that has kept some answers and asks whether they still hold: where they do, these."""
    found = {request._replace(method="GET, kept,"): answer for request, answer in fresh.items()}
    asked = {
        request._replace(headers=(*request.headers, ("If-None-Match", etag))): request
        for request, answer in kept.items()
        if (etag := answer.header("ETag"))
    }
    for conditional, answer in ask(processes, list(asked)).items():
        request = asked[conditional]
        found[request._replace(method="GET, kept,")] = kept[request] if answer.status == 304 else answer
    return found


def without_hashes(answers: Answers) -> Answers:
    """Digests cover what was withheld: a revision's hash is all that may tell two such worlds apart."""
    return {
        request: answer._replace(body=re.sub(rb"\b[0-9a-f]{64}\b", b"", answer.body))
        for request, answer in answers.items()
    }


@pytest.mark.parametrize("most", [40, pytest.param(None, marks=pytest.mark.long)], ids=["some", "every request"])
def test_worlds_that_differ_in_what_was_withdrawn_answer_alike(most: int | None) -> None:
    requests: list[Request] = []
    before: dict[str, Answers] = {}
    after: dict[str, Answers] = {}
    asked: list[Door] = []
    with suppressed.stopped_clock():
        for world in suppressed.WORLDS:
            suppressed.begin_anew()
            story, staying = suppressed.publish_what_will_be_hidden(world)
            with doors() as processes:
                requests = requests or asked_about(story, staying, processes[0], most)
                before[world] = ask(processes, requests)
                suppressed.suppress(story, staying)
                fresh = ask(processes, requests)
                after[world] = fresh | as_a_cache_shows(processes, before[world], fresh)
                asked += processes

    one, other = suppressed.WORLDS
    told_apart = differences("before", before[one], before[other])
    assert len(told_apart) > len(requests) / 2
    assert after[one].keys() >= set(requests)
    found = differences(f"world {one!r}", without_hashes(after[one]), without_hashes(after[other]))
    assert not found, "\n".join([f"{len(found)} of {len(after[one])} answers differ from the other's:", *found[:9]])
    assert_nothing_asked_of_the_desk(asked)
    print(f"{len(requests)} requests, {len(told_apart)} told the worlds apart before the suppression")
