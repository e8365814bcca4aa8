"""Dates as people write them, turned into the notation that is kept: `c. May 2025` becomes `2025-05~`.

Day, month and year may stand in any order that can be read in one way only; `5/6/2025` cannot, so it is left as it is.
"""

from __future__ import annotations

import re
from calendar import month_name

from negotiations.models.edtf import days_covered

MONTHS = {name.lower(): number for number, name in enumerate(month_name) if name}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
NAMED = "|".join(sorted(MONTHS, key=len, reverse=True))
ABOUT = re.compile(r"(?:c\.|ca\.|circa|about|around|~)\s*", re.IGNORECASE)
PERHAPS = re.compile(r"(?:perhaps|probably|possibly)\s+", re.IGNORECASE)
SINCE = re.compile(r"(?:since|from)\s+(.+)", re.IGNORECASE)
BETWEEN = re.compile(r"\s+(?:to|until|till)\s+|\s+[–—-]\s+|\s*[–—]\s*", re.IGNORECASE)
TH = r"(?:st|nd|rd|th)?"
DAY_FIRST = re.compile(rf"(?:(\d{{1,2}}){TH}\s+)?(?:of\s+)?({NAMED})\.?,?\s+(\d{{4}})", re.IGNORECASE | re.ASCII)
MONTH_FIRST = re.compile(rf"({NAMED})\.?\s+(\d{{1,2}}){TH},?\s+(\d{{4}})", re.IGNORECASE | re.ASCII)
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)


def read_date(text: str) -> str:
    """`text` in the notation that is kept, or unchanged where it cannot be read in one way: who validates says why."""
    text = " ".join(text.split())
    if _is_kept(text):
        return text
    if since := SINCE.fullmatch(text):
        return _or(text, f"{_one(since[1])}/..")
    ends = BETWEEN.split(text)
    if len(ends) == 2:
        return _or(text, "/".join(_one(end) for end in ends))
    return _or(text, _one(text))


def _or(text: str, read: str) -> str:
    return read if _is_kept(read) else text


def _is_kept(text: str) -> bool:
    try:
        days_covered(text)
    except ValueError:
        return False
    return True


def _one(text: str) -> str:
    """One date without interval, as far as it is understood."""
    about, perhaps = ABOUT.match(text), PERHAPS.match(text)
    words = text[(about or perhaps).end() :] if (about or perhaps) else text  # type: ignore[union-attr]
    doubt = words[-1:] if words[-1:] in ("?", "~", "%") else "~" if about else "?" if perhaps else ""
    words = words.rstrip("?~% ")
    if found := DAY_FIRST.fullmatch(words):
        return _written(found[3], MONTHS[found[2].lower()], found[1]) + doubt
    if found := MONTH_FIRST.fullmatch(words):
        return _written(found[3], MONTHS[found[1].lower()], found[2]) + doubt
    if found := DOTTED.fullmatch(words):
        return _written(found[3], int(found[2]), found[1]) + doubt
    return words + doubt


def _written(year: str, month: int, day: str | None) -> str:
    return f"{year}-{month:02d}" + (f"-{int(day):02d}" if day else "")
