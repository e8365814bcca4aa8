"""Requests made from the contract, with values drawn from what is public, and how two worlds' answers are compared.

Whatever path or parameter `openapi.yaml` gains is asked as well. Nearly every request is one that is answered; the rest
are addresses of drafts, of what was withdrawn, and faults.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from tests.api.doors import Answer, Door, Request
from tests.api.plans import CANARY
from tests.api.test_contract import Schema, parameters_of

# What may differ between two answers to one request: when it was asked, by whom, and how often before.
SET_ASIDE = ("Date", "X-Request-ID", "RateLimit", "RateLimit-Policy")
API = "/api/v1/"
MOST_VALUES = 50
# What else parameters of these names are asked, beside what the contract lists.
WORDS: dict[str, list[str]] = {
    "q": [CANARY, "ceasefire", "a"],
    "during": ["2025-05-16", "1000-01-01/.."],
    "on": ["2025-05-16"],
    "cursor": [],  # drawn from answers
    "as_of": [],  # asked with everything else
}
FAULTS = ("proces=istanbul", "page_size=0", "cursor=nonsense", "as_of=99", "as_of=2000-01-01T00:00:00Z")


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
        public.lasting.setdefault(resource, []).extend(_names(row for row in rows if _name(row) in before))
        for row in rows:
            _collect(row, public.words)
    public.revisions = sorted(public.addresses["revisions"], key=int)
    return public


def _name(row: dict[str, Any]) -> str:
    return str(row.get("id", row.get("number")))


def _names(rows: Iterable[dict[str, Any]]) -> list[str]:
    return [name for row in rows for name in (_name(row), row.get("slug")) if name]


def _collect(tree: Any, words: dict[str, set[str]]) -> None:
    if isinstance(tree, list):
        for value in tree:
            _collect(value, words)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            if isinstance(value, str):
                words.setdefault(key, set()).add(value)
            _collect(value, words)


@dataclass
class Asker:
    """All requests of one run: every path plainly, and the rest."""

    contract: Schema
    public: Public
    hidden: dict[str, list[str]]  # by resource: addresses of drafts, and ones to come
    gone: dict[str, list[str]]  # by resource: addresses that lead elsewhere, or to what was withdrawn
    chance: random.Random = field(default_factory=lambda: random.Random(4))  # noqa: S311
    faults: int = 0

    @cached_property
    def paths(self) -> Schema:
        """The contract's paths; one of files once for each of its suffixes."""
        found: Schema = {}
        for path, operations in self.contract["paths"].items():
            suffix = next((p for p in parameters_of(self.contract, operations["get"]) if p["name"] == "suffix"), None)
            for each in suffix["schema"]["enum"] if suffix else [""]:
                found[path.replace("{suffix}", each)] = operations
        return found

    def plain(self) -> list[Request]:
        return [Request(self._address(path)) for path in self.paths]

    def rest(self) -> list[Request]:
        found: dict[Request, None] = {}
        for path, operations in self.paths.items():
            for request in self._of_path(path, parameters_of(self.contract, operations["get"])):
                found[request] = None
        found.update(dict.fromkeys([Request(f"{API}talks"), Request(f"{API}nothing/"), Request(f"{API}talks/", "POST"),
                                    Request(f"{API}openapi.yaml"), Request(f"{API}docs/")]))  # fmt: skip
        plain = set(self.plain())
        return [request for request in found if request not in plain]

    def following(self, answers: dict[Request, Answer]) -> list[Request]:
        """What an answer leads to: the next page, and whether it is still the same."""
        found: dict[Request, None] = {}
        for number, (request, answer) in enumerate(answers.items()):
            if request.method != "GET" or answer.status != 200 or request.headers:
                continue
            if (
                number % 3 == 0
                and answer.header("Content-Type") == "application/json"
                and "page_size=" in request.target
            ):
                address = json.loads(answer.body).get("next")
                if address:
                    parts = urlsplit(address)
                    found[Request(f"{parts.path}?{parts.query}")] = None
            etag = answer.header("ETag")
            if etag and number % 32 == 0:
                found[request._replace(headers=(("If-None-Match", etag),))] = None
            elif etag and number % 32 == 16:
                found[request._replace(headers=(("If-None-Match", f'"other", W/{etag}'),))] = None
        return list(found)

    def _address(self, path: str, address: str | None = None, m: str = "1", n: str | None = None) -> str:
        """`path` with its blanks filled; of a kind that is not known here, with any public address."""
        resource = path.split("/")[3].partition(".")[0]

        def value(blank: re.Match[str]) -> str:
            name = blank[1]
            if name in ("m", "n"):
                return m if name == "m" else n or self.public.revisions[-1]
            if name == "id":
                return address or self.public.lasting[resource][0]
            own = next((found for kind, found in self.public.lasting.items() if kind.startswith(name[:5])), None)
            return address or (own or self.public.lasting["talks"])[1]

        return re.sub(r"\{(\w+)\}", value, path)

    def _of_path(self, path: str, parameters: list[Schema]) -> Iterator[Request]:
        whole = self._address(path)
        if "{" not in path or self.chance.random() < 0.5:
            known = self.public.revisions[-1:] if "{n}" in path else self.public.revisions  # it compares with the last
            yield Request(f"{whole}?as_of={self.chance.choice(known)}")
        yield Request(whole, "OPTIONS")
        if self.chance.random() < 0.3:
            yield Request(whole, "HEAD")
            if path.endswith("/"):  # a file is of its own type
                yield Request(whole, headers=(("Accept", "application/json"),))
        if "{" in path:
            yield from self._at_addresses(path)
        elif self.chance.random() < 0.5:
            self.faults += 1
            yield Request(f"{whole}?{FAULTS[self.faults % len(FAULTS)]}")
        queried = [p for p in parameters if p["in"] == "query"]
        for parameter in queried:
            for value in self._values(parameter):
                yield Request(f"{whole}?{self._query(parameter, value, is_paged=path.endswith('/'))}")
        yield from self._joined(whole, queried)

    def _at_addresses(self, path: str) -> Iterator[Request]:
        """Other public addresses, and some where nothing public is (any more)."""
        resource = path.split("/")[3]
        known = self.public.lasting.get(resource, [])
        is_record_itself = path.endswith("/{id}/")
        hidden, gone = self.hidden.get(resource, []), self.gone.get(resource, [])
        if not is_record_itself:
            for address in self.chance.choice([known[1:2], known[1:2], known[1:2], hidden[:1], gone[:1]]):
                yield Request(self._address(path, address))
            return
        drafts = self.chance.sample(hidden, min(len(hidden), 2))
        for address in [*known[1:3], *drafts, *gone]:
            yield Request(self._address(path, address))
        for address in [*(drafts[:1] if self.chance.random() < 0.3 else []), *gone]:
            yield Request(f"{self._address(path, address)}?as_of=1")

    def _values(self, parameter: Schema) -> Iterator[str]:
        schema, name = parameter["schema"], parameter["name"]
        one = schema.get("items", schema)
        if "enum" in one:
            yield from self._words_of(name, [str(word) for word in one["enum"]], is_list="items" in schema)
        elif name in WORDS:
            yield from WORDS[name][:1]
            yield from self.chance.sample(WORDS[name][1:], min(len(WORDS[name][1:]), 1))
        elif "examples" in one:
            yield ",".join(one["examples"][:MOST_VALUES])
            yield self.chance.choice(one["examples"])
        elif "items" in schema:
            public = self.public.all_addresses
            own = self.public.addresses.get(_plural(name, self.public.addresses)) or public
            yield ",".join([*own, *self.chance.sample(public, len(public))][:MOST_VALUES])
            everywhere = [address for found in self.hidden.values() for address in found]
            hidden = self.hidden.get(_plural(name, self.hidden)) or everywhere
            several = ",".join(self.chance.sample(hidden, min(len(hidden), MOST_VALUES)))
            yield self.chance.choice([self.chance.choice(own), several])
        elif one.get("type") == "boolean":
            yield from ("true", "false")
        elif one.get("type") == "integer":
            yield "2"
        else:
            yield "istanbul"

    def _words_of(self, name: str, words: list[str], *, is_list: bool) -> Iterator[str]:
        """All of a closed list at once, those in use, and one that only drafts may have; each of what is no list."""
        if not is_list:
            yield from words
            return
        yield ",".join(words[:MOST_VALUES])
        used = [word for word in words if word in self.public.words.get(name, ())]
        unused = [word for word in words if word not in used]
        yield self.chance.choice(self.chance.choice([used, used, unused]) or words)
        if self.chance.random() < 0.2:
            yield words[0][:-1] + "x"  # which is answered with the nearest

    def _query(self, parameter: Schema, value: str, *, is_paged: bool) -> str:
        """An order is asked in small pages: what comes first and last shows there."""
        pair = urlencode({parameter["name"]: value}, quote_via=quote)
        return f"{pair}&page_size=1" if is_paged and parameter["name"] == "ordering" else pair

    def _joined(self, whole: str, parameters: list[Schema]) -> Iterator[Request]:
        """Several parameters at once, in the past too."""
        names = [p for p in parameters if p["name"] not in ("as_of", "cursor", "page_size")]
        if len(names) < 2:
            return
        pairs = [(p["name"], next(self._values(p))) for p in self.chance.sample(names, 2)]
        query = urlencode([*pairs, ("page_size", "2")] if whole.endswith("/") else pairs, quote_via=quote)
        yield Request(f"{whole}?{query}&as_of={self.chance.choice(self.public.revisions)}")


def _plural(name: str, resources: Iterable[str]) -> str:
    """The resource whose records a parameter names, as far as its name tells; persons and parties are actors."""
    if name in ("person", "party"):
        return "actors"
    return next((resource for resource in resources if resource.startswith(name)), "")


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
