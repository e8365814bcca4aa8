"""Dates as the source gives them: a subset of the Extended Date/Time Format, levels 0 and 1 (ISO 8601-2:2019).

Allowed: `2022`, `2025-05`, `2025-05-16`, each with `~` (approximate), `?` (uncertain) or `%` (both) behind it, and
intervals of two such dates. In their place `..` is an open end, which covers every day: `2025-05-16/..`; nothing at all
is an unknown end, of which no source tells: `2022-03-10/`. What is unknown covers no day, so only those of the date
that is given are certain. Nothing is padded: `2025-05` stays a month. PostgreSQL derives the days they cover with
`extensions.edtf_range`, and refuses what that cannot read.
"""

import datetime
import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

# A year up to 2999, then perhaps a month, then perhaps a day, then perhaps one mark of doubt.
DATE = re.compile(r"([0-2][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?[~?%]?")
ADVICE = (
    "Write a date as the source gives it: 2025, 2025-05, 2025-05-16, 2025-05~, 2025-05-16/.. or, with an end that no"
    " source tells, 2025-05-16/"
)


def _bounds(text: str) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of one date without interval; ValueError when there is no such day."""
    match = DATE.fullmatch(text)
    if not match:
        raise ValueError(ADVICE)
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if day is not None:
        assert month is not None
        only = datetime.date(year, month, day)
        return only, only
    first = datetime.date(year, 1 if month is None else month, 1)
    if month is None:
        return first, datetime.date(year, 12, 31)
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return first, following - datetime.timedelta(days=1)


def days_covered(text: str) -> tuple[datetime.date | None, datetime.date | None]:
    """The first and last day that `text` covers, None for an open end; ValueError with advice when it is no EDTF."""
    try:
        if "/" not in text:
            return _bounds(text)
        if text.count("/") > 1:
            raise ValueError(ADVICE)
        start, end = text.split("/")
        if not start or not end:  # unknown, so only the days of the other are certain
            return _bounds(start or end)
        if start == end == "..":
            raise ValueError(ADVICE)
        first = None if start == ".." else _bounds(start)[0]
        last = None if end == ".." else _bounds(end)[1]
    except ValueError as error:
        raise ValueError(str(error) if str(error) == ADVICE else f"There is no such day. {ADVICE}") from None
    if first and last and first > last:
        raise ValueError("The interval ends before it begins.")
    return first, last


def overlaps_for_certain(texts: Sequence[str | None], first: datetime.date | None, last: datetime.date | None) -> bool:
    """Whether what happened on the days that `texts` give (one date, or a start and an end) surely touched these days.

    `first` to `last`, both included, None for an open end. One date is a day somewhere in what it covers, so all
    of that must lie inside; an interval surely covers what lies between its ends, however these are meant. A date
    with a mark of doubt is never certain.
    """
    asked = (first or datetime.date.min, last or datetime.date.max)
    start, end = _ends(texts)
    if any(mark in text for text in (start, end) for mark in "~?%"):
        return False
    outer = (_limit(start, datetime.date.min)[0], _limit(end, datetime.date.max)[1])
    if asked[0] <= outer[0] and outer[1] <= asked[1]:
        return True
    if start == end:
        return False
    core = (_limit(start, datetime.date.min)[1], _limit(end, datetime.date.max)[0])
    return core[0] <= core[1] and core[0] <= asked[1] and asked[0] <= core[1]


def _ends(texts: Sequence[str | None]) -> tuple[str, str]:
    """The start and the end that `texts` give; where no source tells one, the other stands for it."""
    start, end = texts if len(texts) > 1 else (*(texts[0] or "").split("/"), None)[:2]
    first = (start or "").partition("/")[0] or (end or "").partition("/")[0]
    return first, (end or "").rpartition("/")[2] or first


def _limit(text: str, open_end: datetime.date) -> tuple[datetime.date, datetime.date]:
    return (open_end, open_end) if text == ".." else _bounds(text)


def exact_day(text: str | None) -> datetime.date | None:
    """The first day of `text` where that is known to the day, beyond doubt; else None."""
    start = (text or "").partition("/")[0]
    return datetime.date.fromisoformat(start) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", start) else None


def validate_edtf(text: str) -> None:
    """Django validator: a ValidationError that says how to write it."""
    try:
        days_covered(text)
    except ValueError as error:
        raise ValidationError(
            "%(text)s is not a date we can read. %(why)s", "edtf", {"text": text, "why": error}
        ) from None


class Days(models.Func):
    """The days (`daterange`) that an EDTF column, or a start and an end column, cover; as a generated column."""

    def __init__(self, *columns: str, **extra: Any) -> None:
        super().__init__(*columns, function="extensions.edtf_range", **extra)
