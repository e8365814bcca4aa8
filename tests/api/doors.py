"""The tracker as the demo runs it, desk and public API in one process, asked without a network between.

Run as a module it is that process: it answers the lists of requests that come in on its standard input. Each `door()`
is a new one, so that what a process remembers of one world is never taken for an answer in another.
"""

from __future__ import annotations

import gc
import io
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, NamedTuple
from urllib.parse import unquote_to_bytes

from django.db import connections
from psycopg.conninfo import make_conninfo

from tracker.environment import ROOT

# Django itself looks this up on the first connection of each database, whoever needs it for whatever.
LOOKED_UP_ON_CONNECTING = "SELECT oid, typarray FROM pg_type WHERE typname = %s"


class Request(NamedTuple):
    target: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return " ".join([self.method, self.target, *(f"[{name}: {value}]" for name, value in self.headers)])


class Answer(NamedTuple):
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for found, value in self.headers if found == name), None)


class Door:
    """A running process, which answers one list of requests after the other.

    `of_the_desk` holds what was asked of the desk's connection meanwhile, which should be nothing.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin
        assert process.stdout
        self.process, self.to, self.back = process, process.stdin, process.stdout
        self.of_the_desk: list[str] = []

    def ask(self, requests: Sequence[Request]) -> dict[Request, Answer]:
        pickle.dump([tuple(request) for request in requests], self.to)
        self.to.flush()
        answers, of_the_desk = pickle.load(self.back)  # noqa: S301  # our own process
        self.of_the_desk += of_the_desk
        return {request: Answer(*answer) for request, answer in zip(requests, answers, strict=True)}


@contextmanager
def door() -> Iterator[Door]:
    """A new process over the test's own database; it is ended with the block."""
    name = connections["default"].settings_dict["NAME"]
    environment = os.environ | {
        "DATABASE_URL": make_conninfo(os.environ["DATABASE_URL"], dbname=name),
        "PUBLIC_DATABASE_URL": make_conninfo(os.environ["PUBLIC_DATABASE_URL"], dbname=name),
        "TRACKER_SERVES": "both",
        "TRACKER_REQUESTS_PER_MINUTE": "1000000",
        "TRACKER_CACHE_MEGABYTES": "0",  # an answer from memory would hide what another desk changes
        "TRACKER_DEMO": "1",
        "TRACKER_SECRET_KEY": "a key for these tests only",
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "PYTHONHASHSEED": "4",  # a policy's parts come in the order of a set: the same in every process
    }
    environment.pop("TRACKER_HOSTS", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.api.doors"],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Door(process)
    finally:
        process.communicate()  # closes its input, upon which it ends


def _serve(asked: IO[bytes], told: IO[bytes]) -> None:
    """Answers lists of requests until there are no more, each with what was asked of the desk's connection."""
    from tracker.wsgi import application

    of_the_desk: list[str] = []
    gc.freeze()  # what is imported stays: to look through it again and again takes a tenth of the time

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql != LOOKED_UP_ON_CONNECTING:
            of_the_desk.append(sql)
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(note):
        while True:
            try:
                requests = pickle.load(asked)  # noqa: S301
            except EOFError:
                return
            of_the_desk.clear()
            answers = [_answer(application, Request(*request)) for request in requests]
            pickle.dump((answers, of_the_desk), told)
            told.flush()


def _answer(application: Any, request: Request) -> tuple[Any, ...]:
    """As a server asks over WSGI, down to a body that is only made while it is sent."""
    path, _, query = request.target.partition("?")
    environ = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers},
    }
    began: list[Any] = []
    body = application(environ, lambda status, headers, exc_info=None: began.append((status, headers)))
    try:
        whole = b"".join(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    status, headers = began[-1]
    return int(status.split()[0]), tuple(headers), whole


if __name__ == "__main__":
    import django

    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed is no answer
    django.setup()
    _serve(sys.stdin.buffer, replies)
