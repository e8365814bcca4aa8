"""What a stranger can find out of a world, and how two worlds' answers are compared."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.api.doors import Answer, Door, Request
from tests.api.test_contract import Schema

# What may differ between two answers to one request: when it was asked, by whom, and how often before.
SET_ASIDE = ("Date", "X-Request-ID", "RateLimit", "RateLimit-Policy")
API = "/api/v1/"


@dataclass
class Public:
    """What a stranger can find out: addresses, revisions, words in use."""

    revisions: list[str] = field(default_factory=list)
    addresses: dict[str, list[str]] = field(default_factory=dict)  # by resource: ids and slugs, in turn
    lasting: dict[str, list[str]] = field(default_factory=dict)  # those of them that were there from the beginning
    words: dict[str, set[str]] = field(default_factory=dict)  # by field, wherever it stands

    @property
    def all_addresses(self) -> list[str]:
        return [address for resource, found in self.addresses.items() if resource != "revisions" for address in found]


def look_around(door: Door, contract: Schema) -> Public:
    """Reads every list, now and as of the first revision."""
    public = Public()
    lists = [path for path in contract["paths"] if "{" not in path and path.endswith("/")]
    now = door.ask([Request(path) for path in lists])
    then = door.ask([Request(f"{path}?as_of=1") for path in lists])
    for path in lists:
        rows = json.loads(now[Request(path)].body).get("results", [])
        before = {_name(row) for row in json.loads(then[Request(f"{path}?as_of=1")].body).get("results", [])}
        resource = path.split("/")[3]
        public.addresses.setdefault(resource, []).extend(_names(rows))
        lasting = [row for row in rows if _name(row) in before]
        public.lasting.setdefault(resource, []).extend(_names(lasting))
        public.lasting.setdefault("identifiers", []).extend(_identifiers(lasting))
        for row in rows:
            _collect(row, public.words)
    public.revisions = sorted(public.addresses["revisions"], key=int)
    return public


def _name(row: dict[str, Any]) -> str:
    return str(row.get("id", row.get("number", row.get("name"))))


def _names(rows: Iterable[dict[str, Any]]) -> list[str]:
    return [name for row in rows for name in (_name(row), row.get("slug")) if name]


def _identifiers(rows: Iterable[dict[str, Any]]) -> list[str]:
    return [f"{each['scheme']}:{each['value']}" for row in rows for each in row.get("identifiers", [])]


def _collect(tree: Any, words: dict[str, set[str]]) -> None:
    if isinstance(tree, list):
        for value in tree:
            _collect(value, words)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            if isinstance(value, str):
                words.setdefault(key, set()).add(value)
            _collect(value, words)


def differences(world: str, answers: dict[Request, Answer], others: dict[Request, Answer]) -> list[str]:
    """A sentence for each request that `world` answers otherwise: which, what differs, and how."""
    found = []
    for request, answer in answers.items():
        other = others[request]
        if what := _difference(answer, other):
            found.append(f"{world}: {request}: {what}")
    return found


def _difference(one: Answer, other: Answer) -> str:
    if one.status != other.status:
        return f"status {one.status} instead of {other.status}: {one.body[:300]!r}"
    ours, theirs = ([pair for pair in answer.headers if pair[0] not in SET_ASIDE] for answer in (one, other))
    if one.body != other.body:
        at = next((n for n, (a, b) in enumerate(zip(one.body, other.body, strict=False)) if a != b), len(other.body))
        around = slice(max(0, at - 120), at + 120)
        return f"body, from byte {at}: …{one.body[around]!r}… instead of …{other.body[around]!r}…"
    if ours != theirs:
        return f"headers {sorted(set(ours) - set(theirs))} instead of {sorted(set(theirs) - set(ours))}"
    return ""
