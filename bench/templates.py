"""The statements of our own answers, with places for what a request brings: what peers with the same SQL run.

`python -m bench.templates` in the environment of a public process reads examples from its input and writes templates.
"""

from __future__ import annotations

import datetime
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from bench.peers.cursors import place, written

PLACE = re.compile(r"%(?:\((\w+)\))?([s%])")
# What only a window needs: a peer has its search path once for each connection, and knows no revision.
OF_THE_WINDOW = re.compile(r"set_config|SET TRANSACTION|^\s*(BEGIN|COMMIT|LISTEN)|FROM (window_now\.)?\"?head\b", re.I)

CASTS: dict[type, str] = {UUID: "::text::uuid", datetime.date: "::text::date", bool: "", int: "::int"}


@dataclass(frozen=True)
class Template:
    """A statement with $1, $2, … and for each of these what it stands for.

    `["input", NAME]` is what a request brings, `["ids"]` what the statement before found, `["constant", VALUE]` is the
    same for all.
    """

    sql: str
    values: list[list[Any]]


def writes_documents(templates: Sequence[Template]) -> bool:
    """Whether PostgreSQL writes JSON for an answer, so that others can run the same statements."""
    return any("json" in each.sql for each in templates)


def inputs_of(path: str) -> dict[str, str]:
    """What a request brings: its parameters, the id or slug in its path, and what its cursor holds."""
    parts = urlsplit(path)
    found = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if address := re.search(r"/api/v1/\w+/([\w-]+)/", parts.path):
        found["address"] = address[1]
    if cursor := found.pop("cursor", None):
        days, id = place(cursor)
        found |= {"during": written(days), "id": id}
    return found


def template(sql: str, values: Any, inputs: dict[str, str], found: Sequence[Any]) -> Template:
    """The template of a statement as psycopg was given it; `found` are the ids that the one before told."""
    bound: list[list[Any]] = []
    numbers: dict[str, int] = {}

    def place(match: re.Match[str]) -> str:
        name, kind = match.groups()
        if kind == "%":
            return "%"
        if name in numbers:
            return f"${numbers[name]}{_cast(values[name])}"
        value = values[name] if name else values[len(bound)]
        bound.append(_bound(value, inputs, found))
        if name:
            numbers[name] = len(bound)
        return f"${len(bound)}{_cast(value)}"

    text = PLACE.sub(place, sql) if values else sql
    return Template(text, bound)


def _bound(value: Any, inputs: dict[str, str], found: Sequence[Any]) -> list[Any]:
    if isinstance(value, list | tuple) and value and list(map(str, value)) == list(map(str, found)):
        return ["ids"]
    for name, brought in inputs.items():
        if _plain(value) == brought:
            return ["input", name]
    return ["constant", _plain(value)]


def _plain(value: Any) -> Any:
    """A value as JSON has it, ranges of days as PostgreSQL writes them."""
    if hasattr(value, "lower_inc"):
        return f"[{value.lower or ''},{value.upper or ''})"
    if isinstance(value, list | tuple):
        return list(map(_plain, value))
    return str(value) if isinstance(value, UUID | datetime.date) else value


def _cast(value: Any) -> str:
    """All values are given as text, and PostgreSQL reads them."""
    if hasattr(value, "lower_inc"):
        return "::text::daterange"
    if isinstance(value, list | tuple):
        return "::text[]::uuid[]" if value and isinstance(value[0], UUID) else ""
    return next((cast for kind, cast in CASTS.items() if isinstance(value, kind)), "")


def served(path: str) -> Iterator[Template]:
    """The templates of what is run to answer `path`, in order."""
    import psycopg
    from django.test import Client

    said: list[tuple[str, Any]] = []
    execute = psycopg.Cursor.execute

    def listening(cursor: Any, query: Any, params: Any = None, **options: Any) -> Any:
        said.append((query if isinstance(query, str) else str(query), params))
        return execute(cursor, query, params, **options)

    client = Client(headers={"host": "127.0.0.1"})
    client.get(path)  # for what is asked once only, as of types
    psycopg.Cursor.execute = listening  # type: ignore[method-assign]
    try:
        answer = client.get(path)
    finally:
        psycopg.Cursor.execute = execute  # type: ignore[method-assign]
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answers {answer.status_code}")
    body = answer.json()
    ids = [row["id"] for row in body.get("results", ())]
    inputs = inputs_of(path) | ({"process_id": body["process"]["id"]} if "cells" in body else {})
    for sql, values in said:
        if sql and not OF_THE_WINDOW.search(sql):  # nothing at all is asked to see whether a connection lives
            yield template(sql, values, inputs, ids)


def main() -> None:
    import django

    django.setup()
    examples: dict[str, list[str]] = json.load(sys.stdin)
    found = {name: [[asdict(each) for each in served(path)] for path in paths] for name, paths in examples.items()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
