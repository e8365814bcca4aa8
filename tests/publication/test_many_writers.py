"""Many writers and readers at once, each a process or an HTTP client of its own, over a real server's public door."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.sites import Site, database, manage, public_site
from tracker.environment import ROOT

WRITERS = 8
TIMES = 5
SCENERY = """
from tests.factories import make_process, make_talk, published
process = make_process()
talks = [make_talk("Round", process=process, slug=f"talk-{number}-{half}") for number in range(8) for half in "ab"]
published(*talks)
"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    name = f"tracker_many_writers_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"  # the tests run in processes too
    with database(name) as (owner, public):
        manage(owner, "set_up_database")
        manage(owner, "migrate", "--verbosity", "0")
        manage(owner, "shell", "--verbosity", "0", "--command", SCENERY)
        with public_site(owner, public) as site:
            yield site


class Writer:
    """A process that waits for its word."""

    def __init__(self, site: Site, act: str, number: int, times: int) -> None:
        slugs = f"talk-{number}-a,talk-{number}-b"
        environment = {**os.environ, "DATABASE_URL": site.database_url}
        environment.pop("TRACKER_SERVES", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.publication.writer", act, slugs, str(times)],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def start(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def end(self) -> str:
        said = self.line()
        assert self.process.wait(60) == 0
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe
            pipe.close()
        return said


@contextmanager
def held_head(site: Site) -> Iterator[psycopg.Connection[Any]]:
    """Holds the ledger's head, so that whoever publishes now waits."""
    with psycopg.connect(site.database_url) as holder:
        holder.execute("SELECT FROM ledger.head FOR UPDATE")
        yield holder


def waiting_on_locks(site: Site) -> int:
    with psycopg.connect(site.database_url, autocommit=True) as watcher:
        found = watcher.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
    assert found
    return int(found[0])


class Reader(threading.Thread):
    """Polls changes and lists until it is told to stop; keeps what it saw wrong."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site = site
        self.stop = threading.Event()
        self.wrong: list[Any] = []
        self.last = 1
        self.newest = 0

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self.poll()
            self.poll()
        except Exception as error:  # whatever it is, the test must see it
            self.wrong.append(error)

    def poll(self) -> None:
        for change in self.site.get(f"/api/v1/changes/?after={self.last}")["results"]:
            if change["number"] != self.last + 1:
                self.wrong.append(f"{change['number']} after {self.last}")
            if len(change["records"]) != 2:
                self.wrong.append(f"{change['number']} touches {len(change['records'])} records")
            self.last = change["number"]
        page = self.site.get("/api/v1/talks/?page_size=200")
        titles: dict[str, set[str]] = {}
        for talk in page["results"]:
            titles.setdefault(talk["slug"][:-2], set()).add(talk["title"])
        self.wrong += [
            f"half of a revision at {page['meta']['revision']}: {both}" for both in titles.values() if len(both) > 1
        ]
        if page["meta"]["revision"] < self.newest:
            self.wrong.append(f"revision {page['meta']['revision']} after {self.newest}")
        self.newest = page["meta"]["revision"]


def test_many_writers_leave_no_gap_and_no_half_of_a_revision(site: Site) -> None:
    first = site.get("/api/v1/revisions/head/")["number"]
    writers = [Writer(site, "publish", number, TIMES) for number in range(WRITERS)]
    assert [writer.line() for writer in writers] == ["ready"] * WRITERS
    readers = [Reader(site) for _ in range(2)]
    for reader in readers:
        reader.last = first
        reader.start()
    with held_head(site):
        for writer in writers:
            writer.start()
        deadline = time.monotonic() + 30
        while waiting_on_locks(site) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert waiting_on_locks(site) >= 2, "nobody waited: nothing was at once"
    assert [writer.end() for writer in writers] == ["done"] * WRITERS
    for reader in readers:
        reader.stop.set()
        reader.join(60)

    assert [reader.wrong for reader in readers] == [[], []]
    assert [reader.last for reader in readers] == [first + WRITERS * TIMES] * 2


@pytest.mark.parametrize("number", range(3))
def test_publish_against_retract_ends_as_the_log_says(site: Site, number: int) -> None:
    first = site.get("/api/v1/revisions/head/")["number"]
    writers = [Writer(site, "publish", number, 1), Writer(site, "retract", number, 1)]
    assert [writer.line() for writer in writers] == ["ready"] * 2
    with held_head(site):
        for writer in writers:
            writer.start()
        time.sleep(0.3)
    published, retracted = (writer.end() for writer in writers)

    kinds = [change["kind"] for change in site.get(f"/api/v1/changes/?after={first}")["results"]]
    assert retracted == "done"
    assert site.ask(f"/api/v1/talks/talk-{number}-a/").status == 410, "retracted, whoever came first"
    if published == "done":
        assert kinds == ["editorial", "retraction"]
    else:
        assert kinds == ["retraction"]
        assert "changed since it was read" in published
    assert "revisions" in manage(site.database_url, "verify_ledger")
