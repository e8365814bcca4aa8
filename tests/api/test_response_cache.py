"""Answers from memory: never another revision's, never another asker's, never more than there is room for."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from psycopg.conninfo import make_conninfo

from negotiations import publication
from negotiations.api.caching import day_taken, validator
from negotiations.api.response_cache import BESIDES, SHARE, ResponseCache
from negotiations.ledger.window import Window
from negotiations.models import Talk
from tests import sites
from tests.api.noninterference import SET_ASIDE
from tests.scenery import editor, public_scenery, published
from tests.sites import Answer, Site
from tracker.environment import ROOT

TALK, TALKS = "/api/v1/talks/istanbul/", "/api/v1/talks/"
LISTENING = "application_name = 'tracker listening' AND datname = current_database()"


on_a_site = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("committed", "two_talks"),
]


@pytest.fixture(scope="module")
def site(django_db_setup: None) -> Iterator[Site]:
    """The public door in two processes over the tests' own database."""
    name = connections["default"].settings_dict["NAME"]
    owner, public = (make_conninfo(os.environ[url], dbname=name) for url in ("DATABASE_URL", "PUBLIC_DATABASE_URL"))
    with sites.public_site(owner, public) as running:
        yield running


@pytest.fixture
def two_talks(committed: None) -> None:
    public_scenery()


def rename() -> int:
    """Publishes istanbul under another title; the number of that revision, which the title says too."""
    talk = Talk.objects.get(slug="istanbul")
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT number + 1 FROM ledger.head")
        talk.title = f"Renamed in {cursor.fetchone()[0]}"
    talk.save(update_fields=["title"])
    revision = published(talk, kind="correction", note="Renamed.")
    assert revision
    return revision.number


def many(site: Site, path: str, **headers: str) -> list[Answer]:
    """The answers to eight connections, which the two processes share among them."""
    return [site.ask(path, headers=headers) for _ in range(8)]


def behind(answers: list[Answer], number: int) -> int:
    return sum(answer.json["meta"]["revision"] < number for answer in answers)


def listeners(owner: str) -> int:
    with psycopg.connect(owner) as connection:
        connection.execute("SET ROLE tracker_public")
        found = connection.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {LISTENING}").fetchone()
    assert found
    return int(found[0])


class TestOnASite:
    pytestmark = on_a_site

    @pytest.mark.parametrize("times", [25, pytest.param(200, marks=pytest.mark.long)])
    def test_a_tenth_of_a_second_after_publishing_nobody_is_told_what_was_before(
        self, site: Site, times: int, record_property: Any
    ) -> None:
        at_once = later = 0
        for _ in range(times):
            number = rename()
            at_once += behind([site.ask(TALK)], number)
            time.sleep(0.1)
            later += behind(many(site, TALK), number)

        record_property("behind at once", at_once)
        print(f"of {times} asked at once {at_once} were behind")
        assert later == 0
        assert listeners(site.database_url) == 2

    def test_the_validator_is_that_of_the_bodys_revision_while_others_publish(self, site: Site) -> None:
        read: list[Answer] = []
        with ThreadPoolExecutor(4) as pool:
            for _ in range(8):
                asked = [pool.submit(many, site, TALK) for _ in range(2)]
                rename()
                read += [answer for found in asked for answer in found.result()]

        request = RequestFactory(headers={"Host": f"127.0.0.1:{site.port}"}).get(TALK)
        numbers = set()
        for answer in read:
            number = answer.json["meta"]["revision"]
            numbers.add(number)
            assert answer.headers["etag"] == validator(request, Window(number, None, 0), day_taken(request))
            assert answer.json["title"] in (f"Renamed in {number}", "Istanbul talks")
        assert len(numbers) > 2

    def test_an_answer_at_hand_asks_the_database_nothing(self, site: Site) -> None:
        def last_asked() -> list[Any]:
            with psycopg.connect(site.database_url) as connection:
                connection.execute("SET ROLE tracker_public")
                doors = f"usename = 'tracker_public' AND datname = current_database() AND NOT ({LISTENING})"
                return connection.execute(
                    f"SELECT pid, state_change FROM pg_stat_activity WHERE {doors} ORDER BY pid"
                ).fetchall()

        for path in (TALK, f"{TALKS}?page_size=1", f"{TALKS}?as_of=1"):
            etag = many(site, path)[0].headers["etag"]
            for headers in ({}, {"If-None-Match": etag}):
                for _ in range(20):  # on a machine that lets the listener wait, one or the other asks for the revision
                    before = last_asked()
                    asked = many(site, path, **headers)
                    if last_asked() == before:
                        break
                assert last_asked() == before, path
                assert {(answer.status, answer.headers["etag"]) for answer in asked} == {
                    (304 if headers else 200, etag)
                }

    def test_an_answer_from_memory_is_what_was_answered_first(self, site: Site) -> None:
        for path, headers in (
            (f"{TALKS}?page_size=2", {}),
            (f"{TALKS}?page_size=2", {"Accept-Encoding": "gzip"}),
            (f"{TALK}?as_of=1", {"Origin": "https://dashboard.example"}),
            ("/api/v1/", {}),
        ):
            answers = [site.ask(path, method, headers) for method in ("GET",) * 8 + ("HEAD",)]
            first = answers[0]
            for answer in answers[1:]:
                for name in (found.lower() for found in SET_ASIDE):
                    assert name == "date" or (name in answer.headers) == (name in first.headers)
                kept = [
                    {k: v for k, v in each.headers.items() if k not in map(str.lower, SET_ASIDE)}
                    for each in (first, answer)
                ]
                assert {**kept[0], **kept[1]} == kept[0]  # to HEAD the server does not say how the body would come
                assert answer.body in (first.body, b"")
            assert len({answer.headers["x-request-id"] for answer in answers}) == 9
            unchanged = many(site, path, **headers, **{"If-None-Match": first.headers["etag"]})
            for answer in unchanged:
                assert (answer.status, answer.body) == (304, b"")
                for name in ("etag", "vary", "cache-control"):
                    assert answer.headers[name] == first.headers[name]

    def test_what_one_asks_for_nobody_else_is_given(self, site: Site) -> None:
        here, there = f"127.0.0.1:{site.port}", f"localhost:{site.port}"
        ways: list[dict[str, str]] = [
            {},
            {"Host": there},
            {"Accept-Encoding": "gzip"},
            {"Accept": "application/json"},
            {"X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "1", "Forwarded": "host=evil.example"},
            {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"},
            {"X-Original-URL": "/admin/", "X-HTTP-Method-Override": "DELETE"},
        ]
        answers = [(way, answer) for _ in range(4) for way in ways for answer in [site.ask(TALKS, headers=way)]]

        for way, answer in answers:
            assert answer.headers["vary"].split(", ")[:2] == ["Accept", "Accept-Encoding"]
            assert (answer.headers.get("content-encoding") == "gzip") == ("Accept-Encoding" in way)
            if "Accept-Encoding" not in way:
                host = way.get("Host", here)
                assert answer.json["results"][0]["url"].startswith(f"http://{host}/api/v1/talks/")
                assert b"evil" not in answer.body
        assert len({answer.headers["etag"] for _, answer in answers}) == 4
        for _ in range(4):
            assert site.ask(TALKS, headers={"Host": "evil.example"}).status == 400
            assert site.ask(f"{TALKS}?colour=red").status == 400

    def test_what_is_suppressed_is_gone_from_memory_too(self, site: Site) -> None:
        talk = Talk.objects.get(slug="antalya")
        paths = [f"{TALKS}?as_of=1", f"/api/v1/talks/{talk.pk}/?as_of=1"]
        before = {answer.headers["etag"] for path in paths for answer in many(site, path) if b"Antalya" in answer.body}
        assert len(before) == 2

        publication.suppress(talk, by=editor(), note="Withheld.")
        time.sleep(0.1)

        for path in paths:
            for answer in many(site, path) + [site.ask(path, headers={"If-None-Match": each}) for each in before]:
                assert answer.status == 200
                assert b"Antalya" not in answer.body
                assert answer.headers["etag"] not in before

    def test_when_nobody_listens_any_more_nothing_is_behind(self, site: Site) -> None:
        many(site, TALK)
        assert listeners(site.database_url) == 2
        with psycopg.connect(site.database_url, autocommit=True) as owner:
            name = owner.info.dbname
            there = owner.execute(
                "SELECT count(*) - 3 FROM pg_stat_activity WHERE datname = current_database()"
            ).fetchone()  # without the two listeners and this one
            assert there
            owner.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT {max(there[0], 0)}')
            try:
                owner.execute("SET ROLE tracker_public")
                owner.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {LISTENING}")
                for _ in range(10):
                    number = rename()
                    answers = [answer for answer in many(site, TALK) if answer.status == 200]
                    assert answers
                    assert behind(answers, number) == 0
                left = owner.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {LISTENING}").fetchone()
                assert left == (0,)
            finally:
                owner.execute("RESET ROLE")
                owner.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')


# Without a server


def answer(etag: str, body: bytes = b"x") -> HttpResponse:
    return HttpResponse(body, headers={"ETag": etag})


def size_of(response: HttpResponse) -> int:
    """Of what is kept: headers are as long as the addresses that strangers ask."""
    return len(response.content) + sum(len(name + value) for name, value in response.headers.items()) + BESIDES


NOON = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)
FIRST, SECOND = Window(1, NOON, 0), Window(2, NOON + datetime.timedelta(milliseconds=1), 0)


def test_there_is_no_more_kept_than_there_is_room_for_and_what_was_used_last_stays() -> None:
    cache = ResponseCache(10 * size_of(answer('"00"', b"x" * 100)))
    for number in range(30):
        cache.keep(FIRST, answer(f'"{number:02}"', b"x" * 100))
        assert cache.find(FIRST, '"00"')
        assert cache.size <= cache.room
    assert [number for number in range(30) if cache.find(FIRST, f'"{number:02}"')] == [0, *range(21, 30)]

    cache.keep(FIRST, answer('"00"', b"y"))
    cache.keep(FIRST, answer('"large"', b"x" * (cache.room // SHARE)))

    assert cache.size == cache.room - 99
    assert cache.find(FIRST, '"large"') is None


def test_a_newer_revision_empties_it_and_an_older_one_finds_and_leaves_nothing() -> None:
    cache = ResponseCache(10**6)
    cache.keep(FIRST, answer('"a"'))
    assert cache.find(SECOND, '"a"') is None

    cache.keep(SECOND, answer('"b"'))
    cache.keep(FIRST, answer('"c"'))

    assert [cache.find(FIRST, etag) for etag in ('"a"', '"b"', '"c"')] == [None] * 3
    assert cache.find(SECOND, '"a"') is None
    assert cache.find(SECOND, '"b"')
    assert cache.size == size_of(answer('"b"'))


def test_errors_and_what_is_sent_in_pieces_are_not_kept() -> None:
    cache = ResponseCache(10**6)
    for status in (204, 303, 304, 400, 404, 410, 500, 503):
        cache.keep(FIRST, HttpResponse(b"x", status=status, headers={"ETag": '"a"'}))
    cache.keep(FIRST, HttpResponse(b"no validator"))
    cache.keep(FIRST, StreamingHttpResponse([b"x"], headers={"ETag": '"a"'}))

    assert cache.size == 0


FORKING = """
import os
import django
django.setup()
from django.http import HttpResponse
from negotiations.api.response_cache import CACHE
from negotiations.ledger import listening
from negotiations.ledger.window import Window
first, answer = Window(1, None, 0), HttpResponse(b"x", headers={"ETag": '"a"'})
CACHE.keep(first, answer)
listening._listener = object()
CACHE._lock.acquire(), listening._starting.acquire()
if child := os.fork():
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
assert listening._listener is None and listening._starting.acquire(blocking=False)
assert CACHE.find(first, '"a"') is None
CACHE.keep(first, answer)
assert CACHE.find(first, '"a"')
os._exit(0)
"""


def test_a_process_that_is_forked_off_begins_anew() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tracker.settings", "TRACKER_SERVES": "public"}
    environment.pop("DATABASE_URL")

    done = subprocess.run([sys.executable, "-c", FORKING], cwd=ROOT, env=environment, check=False, timeout=60)

    assert done.returncode == 0
