"""Whether contenders answer the same: JSON is compared as parsed, member by member."""

from __future__ import annotations

import json
from typing import Any

# What tells of the server and not of the records, at the top of an answer. Everything else must be equal.
BESIDE_THE_RECORDS = ("meta", "next", "previous")


def difference(expected: bytes, found: bytes, *, in_order: bool = True) -> str | None:
    """The first place where two answers differ, as a sentence; None where they are equal."""
    try:
        told = json.loads(found)
    except ValueError:
        return f"no JSON: {found[:80]!r}"
    ours = json.loads(expected)
    if not in_order:
        ours, told = _by_id(ours), _by_id(told)
    return first_difference(records(ours), records(told), "")


def _by_id(answer: Any) -> Any:
    if "results" not in answer:
        return answer
    return {**answer, "results": sorted(answer["results"], key=lambda row: str(row["id"]))}


def records(answer: Any) -> Any:
    """An answer without what lies beside its records."""
    if not isinstance(answer, dict):
        return answer
    return {name: value for name, value in answer.items() if name not in BESIDE_THE_RECORDS}


def first_difference(expected: Any, found: Any, place: str) -> str | None:
    if type(expected) is not type(found):
        return f"{place or 'the answer'} is {_short(found)}, not {_short(expected)}"
    if isinstance(expected, dict):
        for name in [*expected, *found]:
            if name not in found or name not in expected:
                return f"{place}.{name} is {'missing' if name in expected else 'not in ours'}"
            if said := first_difference(expected[name], found[name], f"{place}.{name}"):
                return said
        return None
    if isinstance(expected, list):
        if len(expected) != len(found):
            return f"{place} has {len(found)} members, not {len(expected)}"
        pairs = enumerate(zip(expected, found, strict=True))
        return next((said for n, pair in pairs if (said := first_difference(*pair, f"{place}[{n}]"))), None)
    return None if expected == found else f"{place} is {_short(found)}, not {_short(expected)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"
