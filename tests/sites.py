"""A server as production runs it: a process of its own, over its own database; the public one knows no desk."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests import contract
from tracker.environment import ROOT

START_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Site:
    """A server's address, asked over HTTP; what its API answers is what the contract says."""

    port: int
    database_url: str  # the owner's, for looking behind

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers=dict(headers or {}))
            response = connection.getresponse()
            answer = Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()
        found = contract.faults(method, path, answer.status, answer.headers, answer.body)
        assert found == [], f"{method} {path}: {answer.status}"
        return answer

    def get(self, path: str) -> Any:
        """The JSON at `path`, which may be a whole address as the API gives them; fails unless it is a 200."""
        parts = urlsplit(path)
        answer = self.ask(parts.path + (f"?{parts.query}" if parts.query else ""))
        assert answer.status == 200, f"{path}: {answer.status} {answer.body[:500]!r}"
        return answer.json


@contextmanager
def database(name: str) -> Iterator[tuple[str, str]]:
    """A new database on the tests' server: the owner's address and the public role's; dropped afterwards."""
    owner = make_conninfo(os.environ["DATABASE_URL"], dbname=name)
    public = make_conninfo(os.environ["PUBLIC_DATABASE_URL"], dbname=name)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield owner, public
        finally:
            server.execute(drop)


def manage(owner: str, *arguments: str) -> str:
    """Runs `manage.py` on the database of `owner`; fails with what it printed."""
    environment = {**os.environ, "DATABASE_URL": owner}
    environment.pop("TRACKER_SERVES", None)
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def public_site(owner: str, public: str) -> AbstractContextManager[Site]:
    """The public door over `public`, in two worker processes."""
    environment = {**os.environ, "TRACKER_SERVES": "public", "PUBLIC_DATABASE_URL": public}
    environment.pop("DATABASE_URL")
    return _served(owner, environment, "/api/v1/")


def desk_site(owner: str, pepper: str) -> AbstractContextManager[Site]:
    """The desk's door over `owner`, where the digests of tokens are made with `pepper`."""
    environment = {**os.environ, "TRACKER_SERVES": "desk", "DATABASE_URL": owner}
    environment |= {"TRACKER_SECRET_KEY": "of the tests" * 5, "TRACKER_TOKEN_PEPPER": pepper}
    return _served(owner, environment, "/api/v1/desk/talks/")


@contextmanager
def _served(owner: str, environment: dict[str, str], path: str) -> Iterator[Site]:
    """A server with this environment, once it answers at `path`."""
    environment["TRACKER_REQUESTS_PER_MINUTE"] = "1000000"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
    server = subprocess.Popen(
        [sys.executable, *command, "--blocking-threads", "2", "--log-level", "warning", "tracker.wsgi:application"],
        cwd=ROOT, env=environment,
    )  # fmt: skip
    try:
        site = Site(port, owner)
        _wait_for(site, server, path)
        yield site
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(site: Site, server: subprocess.Popen[bytes], path: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            site.ask(path)
            return
        except OSError:
            assert server.poll() is None, "The server has ended before it answered."
            assert time.monotonic() < deadline, f"No answer within {START_SECONDS} s."
            time.sleep(0.1)
