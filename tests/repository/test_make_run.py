"""`make run` itself, in copies of the project at a path with spaces and Cyrillic letters: cut off, killed, at once.

Each test takes a minute, so they run in `make test-long`. The packages are linked from our own `.venv`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.repository.test_hard_starts import copy_of_the_project, link_or_copy, open_folder
from tests.repository.test_start import WITHOUT_DATABASE

pytestmark = pytest.mark.long
__all__ = ["open_folder"]
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")
BUNDLED = 10  # revisions
PATIENCE = 120


def checkout(folder: Path, name: str) -> Path:
    place = folder / "проба з пробілами" / name
    copy_of_the_project(place)
    shutil.copytree(sys.prefix, place / ".venv", symlinks=True, copy_function=link_or_copy)
    return place


def start(place: Path, *, port: int | None = None) -> subprocess.Popen[str]:
    options = [f"ARGS=--port {port}"] if port else []
    return subprocess.Popen(
        ["make", "run", *options], cwd=place, env=WITHOUT_DATABASE | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip


def family_of(pid: int) -> list[int]:
    """The process and all that came from it, by /proc."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found = [pid]
    for each in found:
        found += parents.get(each, [])
    return found


def kill_all(started: subprocess.Popen[str]) -> None:
    for pid in family_of(started.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    started.wait(30)
    assert started.stdout
    started.stdout.close()


def is_up(started: subprocess.Popen[str]) -> str:
    """The address that it says it serves at; fails with what it said when it ends before."""
    assert started.stdout
    said = []
    deadline = time.monotonic() + PATIENCE
    for line in started.stdout:
        said.append(line)
        found = ADDRESS.search(line)
        if found:
            address = f"http://127.0.0.1:{found[1]}"
            while time.monotonic() < deadline:
                try:
                    urlopen(f"{address}/api/v1/revisions/head/").close()  # our own server
                    return address
                except OSError:
                    time.sleep(0.2)
    pytest.fail(f"It never answered: {''.join(said)}")


def newest(address: str) -> int:
    with urlopen(f"{address}/api/v1/revisions/head/") as answer:  # our own server
        return int(json.load(answer)["number"])


@contextmanager
def running(place: Path, *, port: int | None = None) -> Iterator[str]:
    """`make run` until the block ends, then interrupted as Ctrl+C does; it must leave no process behind."""
    started = start(place, port=port)
    try:
        yield is_up(started)
        family = family_of(started.pid)
        os.killpg(started.pid, signal.SIGINT)
        started.wait(30)
        assert not [pid for pid in family if Path(f"/proc/{pid}").exists()], "something is left running"
    finally:
        kill_all(started)


@pytest.mark.parametrize("seconds", [0.7, 1.5, 3, 5, 8])
def test_a_first_start_that_was_cut_off_is_repeated_and_whole(open_folder: Path, seconds: float) -> None:
    """At these moments a first start makes the database, its tables, loads the dossiers, or serves."""
    place = checkout(open_folder, "x")
    cut = start(place)
    time.sleep(seconds)
    kill_all(cut)

    with running(place) as address:
        assert newest(address) == BUNDLED


def test_what_was_killed_altogether_starts_again(open_folder: Path) -> None:
    place = checkout(open_folder, "x")
    killed = start(place)
    assert newest(is_up(killed)) == BUNDLED
    kill_all(killed)

    with running(place) as address:
        assert newest(address) == BUNDLED


def test_two_checkouts_run_at_once_on_ports_of_their_own(open_folder: Path) -> None:
    one, other = checkout(open_folder, "one"), checkout(open_folder, "other")

    with running(one) as first, running(other) as second:
        assert first != second
        assert (newest(first), newest(second)) == (BUNDLED, BUNDLED)
