"""Whoever takes part: each can be asked once, to compare what it answers, and for some seconds, to measure it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg.conninfo import make_conninfo

from bench import load
from bench.load import Asked, Load
from bench.peers.cursors import WINDOW
from bench.servers import Running
from bench.templates import Template, inputs_of

A_PAGE = 50
NOT_ASKED = 0  # in place of a status
INPUT = re.compile(r"\$(\d+)")


class Contender(Protocol):
    """`pid` is the root of the processes that answer, where they are not PostgreSQL's.

    `in_order` is false where records come as PostgreSQL finds them: whoever serves them puts them in order.
    """

    pid: int | None
    in_order: bool

    def answer(self, asked: Asked, place: int) -> tuple[int, bytes]:
        """Status and body for the request that is at `place` among those asked."""

    def bear(self, asked: Sequence[Asked], seconds: float) -> Load:
        """The load of all of them, over and over."""


@dataclass(frozen=True)
class Served:
    """A server that answers the addresses themselves."""

    running: Running
    in_order = True

    @property
    def pid(self) -> int:
        return self.running.pid

    def answer(self, asked: Asked, place: int) -> tuple[int, bytes]:
        status, body, _ = self.running.get(asked.path, asked.etag)
        return status, body

    def bear(self, asked: Sequence[Asked], seconds: float) -> Load:
        return load.ask(self.running.port, asked, seconds)


@dataclass(frozen=True)
class Files:
    """A server of files: what we answer to each request lies in one, numbered as they are asked."""

    running: Running
    in_order = True

    @property
    def pid(self) -> int:
        return self.running.pid

    def answer(self, asked: Asked, place: int) -> tuple[int, bytes]:
        status, body, _ = self.running.get(self._path(place))
        return status, body

    def bear(self, asked: Sequence[Asked], seconds: float) -> Load:
        return load.ask(self.running.port, [Asked(self._path(place)) for place in range(len(asked))], seconds)

    @staticmethod
    def _path(place: int) -> str:
        return f"/{place}.json"


def write_files(folder: Path, bodies: Sequence[bytes]) -> None:
    """The files that `Files` serves."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    for place, body in enumerate(bodies):
        (folder / "files" / f"{place}.json").write_bytes(body)


@dataclass(frozen=True)
class Statements:
    """pgbench with the statements of an answer put together as one: no server at all, so none can be faster."""

    database: str
    templates: tuple[Template, ...]
    pid = None
    in_order = False

    def answer(self, asked: Asked, place: int) -> tuple[int, bytes]:
        statement, numbers = together(self.templates, [asked])
        if not numbers:
            return NOT_ASKED, b""  # a page without a cursor, which has statements of its own
        with psycopg.connect(self.database, options=WINDOW) as connection:
            rows: list[Any] = connection.execute(statement.replace(":n", "1").encode()).fetchall()
        documents = [next(each for each in row if isinstance(each, str) and each[:1] == "{") for row in rows]
        if "address" in inputs_of(asked.path):
            return 200, documents[0].encode()
        return 200, f'{{"count":null,"results":[{",".join(documents)}]}}'.encode()

    def bear(self, asked: Sequence[Asked], seconds: float) -> Load:
        statement, numbers = together(self.templates, asked)
        return load.run_statement(make_conninfo(self.database, options=WINDOW), statement, numbers, seconds)


def together(templates: Sequence[Template], asked: Sequence[Asked]) -> tuple[str, int]:
    """One statement for all of `asked`, which the number :n tells apart; and how many of them have all it needs."""
    needed = {value[1] for each in templates for value in each.values if value[0] == "input"}
    brought = [inputs for each in asked if needed <= (inputs := inputs_of(each.path)).keys()]
    *before, last = (each for each in templates if each is templates[0] or ["ids"] in each.values)

    def written(each: Template, ids: str) -> str:
        def place(match: re.Match[str]) -> str:
            match each.values[int(match[1]) - 1]:
                case ["ids"]:
                    return f"ARRAY(SELECT id FROM ({ids}) picked(id) LIMIT {A_PAGE})"
                case ["input", name]:
                    return f"(ARRAY[{', '.join(_literal(inputs[name]) for inputs in brought)}])[:n]"
                case [_, constant]:
                    return _literal(constant)
            raise AssertionError(each.values)

        return INPUT.sub(place, each.sql)

    return written(last, written(before[0], "") if before else ""), len(brought)


def _literal(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case bool() | int():
            return str(value).lower()
        case list():
            return f"ARRAY[{', '.join(map(_literal, value))}]"
        case _:
            return "'" + str(value).replace("'", "''") + "'"
