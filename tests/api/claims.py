"""The article's claims as rows, and how a row is asked for and judged.

`article_claims.csv` was written by hand from a reading of the article. A row is a claim, or a part of one that says
several things. `request` is a path under /api/v1/; a list is read to its last page. `where` says where in the answer
the value stands: names of fields, divided by dots; a list stands for each of its items in turn. Conditions in
brackets choose among these:

    results[slug=istanbul-2025-05-16].delegations[party.slug=turkiye][attendance=attended].roles[=host]

`[PATH=TEXT]` holds where the value at PATH reads TEXT, `[=TEXT]` where the item itself does. A value reads as it
stands, null, true and false as these words, a range of numbers as PostgreSQL writes it: `(,120)` is under 120. A row
is answered when `where` finds exactly one value, it reads as the row has it, and the evidence beside it holds.

The evidence is the citations of the innermost thing around the value that has any. One of them must quote the row's
excerpt, from the row's source, in the voice of the row's attribution. The voice of a statement, and of what rests on
one, is the statement's. `rests_on` is for test_article_claims_rest_on_records.py.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CLAIMS = Path(__file__).with_name("article_claims.csv")
ROOT = "/api/v1/"


@dataclass(frozen=True)
class Row:
    """A claim, or a part of one."""

    claim: int
    says: str
    request: str
    where: str
    value: str
    attribution: str
    source: str
    excerpt: str
    rests_on: tuple[str, ...]


def _rows() -> list[Row]:
    with CLAIMS.open(encoding="utf-8", newline="") as file:
        return [_row(**cells) for cells in csv.DictReader(file)]


def _row(claim: str, rests_on: str, **texts: str) -> Row:
    return Row(claim=int(claim), rests_on=tuple(rests_on.split(";")), **texts)


ROWS = _rows()


# The language of `where`


@dataclass(frozen=True)
class Found:
    """A value, and the things it stands in, the innermost last."""

    value: Any
    around: tuple[dict[str, Any], ...] = ()


STEP = re.compile(r"(?P<name>[a-z_]+)(?P<conditions>(?:\[[^\[\]]+\])*)(?:\.|$)")
CONDITION = re.compile(r"\[(?P<path>[a-z_.]*)=(?P<text>[^\[\]]+)\]")


def found_at(where: str, answer: Any) -> list[Found]:
    """Every value at `where`; a field that the answer does not know is a KeyError."""
    steps = list(STEP.finditer(where))
    assert "".join(step[0] for step in steps) == where, f"{where} is not readable"
    found = [Found(answer)]
    for step in steps:
        conditions = CONDITION.findall(step["conditions"])
        found = [
            Found(item, (*holder.around, holder.value))
            for holder in found
            if holder.value is not None
            for item in _items(holder.value[step["name"]])
            if all(_reads(path, item) == text for path, text in conditions)
        ]
    return found


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _reads(path: str, item: Any) -> str:
    for name in filter(None, path.split(".")):
        item = None if item is None else item[name]
    return spelled(item)


def spelled(value: Any) -> str:
    """A value of an answer, as the file has it."""
    if isinstance(value, dict) and value.keys() == {"lower", "upper", "lower_included", "upper_included"}:
        brackets = ("(", "[")[value["lower_included"]], (")", "]")[value["upper_included"]]
        return f"{brackets[0]}{value['lower'] or ''},{value['upper'] or ''}{brackets[1]}"
    return value if isinstance(value, str) else json.dumps(value)


# Asking


class Asking:
    """Asks with `get`, which gives the JSON at a path or None where there is nothing; asks nothing twice."""

    def __init__(self, get: Callable[[str], Any]) -> None:
        self.get = get
        self.answers: dict[str, Any] = {}
        self.met: dict[str, Any] = {}  # records in lists, by their paths

    def __call__(self, path: str) -> Any:
        """The answer at a path below /api/v1/, or at a whole address as the API gives them; of a list, all pages."""
        parts = urlsplit(path if "://" in path else f"{ROOT}{path}")
        whole = parts.path + (f"?{parts.query}" if parts.query else "")
        if whole not in self.answers:
            answer = self.answers[whole] = self.get(whole)
            for record in (answer or {}).get("results", []):
                if "url" in record:
                    self.met[urlsplit(record["url"]).path] = record
            if answer and answer.get("next"):
                answer["results"] += self(answer["next"])["results"]
        return self.answers[whole]

    def record(self, url: str) -> Any:
        """The record at the address by which another refers to it; one met in a list is not fetched."""
        return self.met.get(urlsplit(url).path) or self(url)


def fault_of(row: Row, ask: Asking) -> str | None:
    """What keeps the row from being answered; None when nothing does."""
    place = f"claim {row.claim} ({row.says}): {ROOT}{row.request} {row.where}"
    answer = ask(row.request)
    if answer is None:
        return f"{place}: there is no such address"
    found = found_at(row.where, answer)
    if [spelled(each.value) for each in found] != [row.value]:
        return f"{place}: is {[spelled(each.value) for each in found]}, not {row.value!r}"
    told = list(evidence_of(found[0], ask))
    if not any(
        (voice, source) == (row.attribution, row.source) and row.excerpt in excerpt for voice, source, excerpt in told
    ):
        return f"{place}: rests on {told}, not on {(row.attribution, row.source, row.excerpt)}"
    return None


def evidence_of(found: Found, ask: Asking) -> Iterator[tuple[str, str, str]]:
    """Attribution, source and excerpt of each passage that a value rests on."""
    things = [thing for thing in reversed(found.around) if "citations" in thing]
    voice = next((thing["attribution"] for thing in things if "attribution" in thing), None)
    yield from _passages(next((thing["citations"] for thing in things if thing["citations"]), []), voice, ask)


def _passages(citations: list[Any], voice: str | None, ask: Asking) -> Iterator[tuple[str, str, str]]:
    for citation in citations:
        if citation["statement"]:
            statement = ask.record(citation["statement"]["url"])
            yield from _passages(statement["citations"], statement["attribution"], ask)
        else:
            yield voice or citation["attribution"], citation["source"]["slug"], citation["excerpt"]
