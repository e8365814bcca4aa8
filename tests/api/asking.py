"""Requests made from the contract, with values drawn from what is public.

Whatever path or parameter `openapi.yaml` gains is asked as well. Nearly every request is one that is answered; the rest
are addresses of drafts, of what was withdrawn, and faults. What only says how an answer is shown rides on requests that
choose what is in it; and what a list and its files can be asked alike is asked broadly of the one, narrowly of the
others.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, zip_longest
from operator import add
from urllib.parse import quote, urlencode, urlsplit

from tests.api.doors import Answer, Request
from tests.api.noninterference import API, Public
from tests.api.plans import CANARY
from tests.api.test_contract import Schema, parameters_of

MOST_VALUES = 50
# What parameters of these names are asked, beside what the contract lists.
WORDS: dict[str, list[str]] = {
    "q": [CANARY, "ceasefire", "a"],
    "during": ["2025-05-16", "1000-01-01/.."],
    "cursor": [],  # drawn from answers
    "as_of": [],  # asked with everything else
}
# They say how an answer is shown: what of each row, and which of the rows first.
SHAPING = ("fields", "omit", "include")
PAGING = ("ordering", "page_size", "count")
FAULTS = ("proces=istanbul", "page_size=0", "cursor=nonsense", "as_of=99", "as_of=2000-01-01T00:00:00Z")
Pair = tuple[str, str]


@dataclass
class Asker:
    """All requests of one run: every path plainly, and the rest."""

    contract: Schema
    public: Public
    hidden: dict[str, list[str]]  # by resource: addresses of drafts, and ones to come
    gone: dict[str, list[str]]  # by resource: addresses that lead elsewhere, or to what was withdrawn
    chance: random.Random = field(default_factory=lambda: random.Random(4))  # noqa: S311
    faults: int = 0

    def plain(self) -> list[Request]:
        """Each path once; files in their first format."""
        return [
            self._with_what_is_required(path, Request(next(self._addresses(path)))) for path in self.contract["paths"]
        ]

    def rest(self) -> list[Request]:
        found: dict[Request, None] = {}
        for path, operations in self.contract["paths"].items():
            for request in self._of_path(path, operations["get"]):
                found[self._with_what_is_required(path, request)] = None
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
            is_page = answer.header("Content-Type") == "application/json" and "page_size=" in request.target
            if number % 3 == 0 and is_page and (address := json.loads(answer.body).get("next")):
                parts = urlsplit(address)
                found[Request(f"{parts.path}?{parts.query}")] = None
            etag = answer.header("ETag")
            if etag and number % 32 == 0:
                found[request._replace(headers=(("If-None-Match", etag),))] = None
            elif etag and number % 32 == 16:
                found[request._replace(headers=(("If-None-Match", f'"other", W/{etag}'),))] = None
        return list(found)

    def _addresses(self, path: str) -> Iterator[str]:
        """`path` with its blanks filled, over and over; of files in one format after the other."""
        parameters = parameters_of(self.contract, self.contract["paths"][path]["get"])
        suffix = next((each for each in parameters if each["name"] == "suffix"), None)
        for each in cycle(suffix["schema"]["enum"] if suffix else [""]):
            yield self._address(path.replace("{suffix}", each))

    def _address(self, path: str, address: str | None = None) -> str:
        """`path` with its blanks filled; of a kind that is not known here, with any public address."""
        resource = path.split("/")[3]
        if resource == "identifiers":
            return path.replace("{scheme}:{value}", address or self.public.lasting[resource][0])

        def value(blank: re.Match[str]) -> str:
            name = blank[1]
            if name in ("m", "n"):
                return "1" if name == "m" else self.public.revisions[-1]
            if name in ("id", "name"):
                return address or self.public.lasting[resource][0]
            own = next((found for kind, found in self.public.lasting.items() if kind.startswith(name[:5])), None)
            return address or (own or self.public.lasting["talks"])[1]

        return re.sub(r"\{(\w+)\}", value, path)

    def _with_what_is_required(self, path: str, request: Request) -> Request:
        """The same with the parameters without which there is no answer."""
        parameters = parameters_of(self.contract, self.contract["paths"][path]["get"])
        for name in (each["name"] for each in parameters if each["in"] == "query" and each.get("required")):
            if f"{name}=" not in request.target:
                joint = "&" if "?" in request.target else "?"
                request = request._replace(target=f"{request.target}{joint}{name}={WORDS[name][1]}")
        return request

    def _of_path(self, path: str, operation: Schema) -> Iterator[Request]:
        addresses, is_file, is_one = self._addresses(path), "{suffix}" in path, "{" in path.replace("{suffix}", "")
        described = parameters_of(self.contract, operation)
        parameters = [each for each in described if each["in"] == "query"]
        formats = next((each["schema"]["enum"] for each in described if each["name"] == "suffix"), [""])
        for _ in formats:
            yield Request(next(addresses))
        if self.chance.random() < 0.4:
            yield Request(f"{next(addresses)}?as_of={self._revision(path)}")
        yield Request(next(addresses), "OPTIONS")
        if self.chance.random() < 0.3:
            yield Request(next(addresses), "HEAD")
            if not is_file:
                media = self._media(path)
                yield Request(next(addresses), headers=(("Accept", self.chance.choice(media)),))
        if is_one:
            yield from self._at_other_addresses(path)
        elif not is_file and self.chance.random() < 0.5:
            self.faults += 1
            yield Request(f"{next(addresses)}?{FAULTS[self.faults % len(FAULTS)]}")
        for query in self._queries(path, parameters):
            yield Request(f"{next(addresses)}?{query}")

    def _media(self, path: str) -> list[str]:
        """The media types in which `path` can be had; those of a list's files too."""
        paths = [path, f"{path.removesuffix('/')}.{{suffix}}"]
        found = [self.contract["paths"][each]["get"] for each in paths if each in self.contract["paths"]]
        answered = [operation["responses"]["200"]["content"] for operation in found if "200" in operation["responses"]]
        return [media for content in answered for media in content] or ["application/json"]

    def _at_other_addresses(self, path: str) -> Iterator[Request]:
        """Other public addresses, and some where nothing public is (any more)."""
        resource = path.split("/")[3]
        known = self.public.lasting.get(resource, [])
        is_record_itself = path.endswith(("/{id}/", "/{scheme}:{value}/"))
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

    def _queries(self, path: str, parameters: list[Schema]) -> Iterator[str]:
        """Each parameter with some values; every other query that chooses takes along some of what shows."""
        resource = path.split("/")[3].partition(".")[0]
        is_file, has_files = "{suffix}" in path, f"{path.removesuffix('/')}.{{suffix}}" in self.contract["paths"]
        choosing: list[list[Pair]] = []
        broad: list[Pair] = []
        shaping: list[Pair] = []
        paging: list[Pair] = []
        for parameter in parameters:
            pairs = [(parameter["name"], value) for value in self._values(parameter, resource)]
            if parameter["name"] in (*SHAPING, *PAGING):
                (shaping if parameter["name"] in SHAPING else paging).extend(pairs)
            elif is_file:
                choosing += [[pair] for pair in pairs[1:2] or pairs]
            elif has_files and "items" in parameter["schema"]:
                broad += pairs[:1]
                choosing += [[pair] for pair in pairs[2:]]
            else:
                choosing += [[pair] for pair in (pairs[:1] + pairs[2:] if has_files else pairs)]
        choosing += [broad[number : number + 2] for number in range(0, len(broad), 2)]
        showing = [[pair for pair in pairs if pair] for pairs in zip_longest(shaping, paging)]
        shown = [showing.pop() if showing and number % 2 else [] for number in range(len(choosing))]
        can_be_paged = any(parameter["name"] == "page_size" for parameter in parameters)
        for number, pairs in enumerate([*map(add, choosing, shown), *showing]):
            yield self._query(path, pairs, can_be_paged=can_be_paged, in_the_past=number % 6 == 0)

    def _query(self, path: str, pairs: list[Pair], *, can_be_paged: bool, in_the_past: bool) -> str:
        """Of an order a small page is asked: what comes first and last shows there."""
        if "ordering" in dict(pairs) and can_be_paged:
            pairs = [*pairs, ("page_size", "1")]
        if in_the_past:
            pairs = [*pairs, ("as_of", self._revision(path))]
        return urlencode(pairs, quote_via=quote)

    def _revision(self, path: str) -> str:
        known = self.public.revisions
        return self.chance.choice(known[-1:] if "{n}" in path else known)  # a difference is up to the last one

    def _values(self, parameter: Schema, resource: str) -> Iterator[str]:
        """Values that a parameter takes: first what lets most through, then what lets little."""
        schema, name = parameter["schema"], parameter["name"]
        one = schema.get("items", schema)
        if "enum" in one:
            yield from self._words_of(name, [str(word) for word in one["enum"]], is_list="items" in schema)
        elif name in WORDS:
            yield from WORDS[name][:1]
            yield from self.chance.sample(WORDS[name][1:], min(len(WORDS[name][1:]), 1))
        elif "examples" in one:
            most = 2 if name in SHAPING else MOST_VALUES
            yield ",".join(
                self.chance.sample(one["examples"], min(len(one["examples"]), most if one is not schema else 1))
            )
            if name == "include":
                yield self.chance.choice(one["examples"])
        elif "items" in schema:
            yield from self._addresses_for(resource if name == "id" else _plural(name, self.public.addresses))
        elif one.get("type") == "boolean":
            yield from ("true", "false")
        else:
            yield "2" if one.get("type") == "integer" else "istanbul"

    def _addresses_for(self, resource: str) -> Iterator[str]:
        """All public addresses of one resource, filled up with others; one of them alone, or those of its drafts."""
        public = self.public.all_addresses
        own = self.public.addresses.get(resource) or public
        yield ",".join(list(dict.fromkeys([*own, *self.chance.sample(public, len(public))]))[:MOST_VALUES])
        hidden = self.hidden.get(resource) or [address for found in self.hidden.values() for address in found]
        several = ",".join(self.chance.sample(hidden, min(len(hidden), MOST_VALUES)))
        yield self.chance.choice([self.chance.choice(own), several])

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


def _plural(name: str, resources: Iterable[str]) -> str:
    """The resource whose records a parameter names, as far as its name tells; persons and parties are actors."""
    if name in ("person", "party"):
        return "actors"
    return next((resource for resource in resources if resource.startswith(name)), "")
