"""Dates as people write them, turned into the notation that is kept: `c. May 2025` becomes `2025-05~`.

Day, month and year may stand in any order that can be read in one way only; `5/6/2025` cannot, so it is left as it is.
"""

from __future__ import annotations

import re
from calendar import month_name

from django.utils.translation import gettext

from negotiations.models.edtf import DATE, days_covered

MONTHS = {name.lower(): number for number, name in enumerate(month_name) if name}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
NAMED = "|".join(sorted(MONTHS, key=len, reverse=True))
ABOUT = re.compile(r"(?:c\.|ca\.|circa|about|around|~)\s*", re.IGNORECASE)
PERHAPS = re.compile(r"(?:perhaps|probably|possibly)\s+", re.IGNORECASE)
SINCE = re.compile(r"(?:since|from)\s+(.+)", re.IGNORECASE)
FROM = re.compile(r"from\s+(?=.*\s(?:to|until|till)\s)", re.IGNORECASE)
BETWEEN = re.compile(r"\s+(?:to|until|till)\s+|\s+[–—-]\s+|\s*[–—]\s*", re.IGNORECASE)
TH = r"(?:st|nd|rd|th)?"
DAY_FIRST = re.compile(rf"(?:(\d{{1,2}}){TH}\s+)?(?:of\s+)?({NAMED})\.?,?\s+(\d{{4}})", re.IGNORECASE | re.ASCII)
MONTH_FIRST = re.compile(rf"({NAMED})\.?\s+(\d{{1,2}}){TH},?\s+(\d{{4}})", re.IGNORECASE | re.ASCII)
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
# Kept so, were there such a day: one date or two, or one and an open end.
SHAPED = re.compile(rf"{DATE.pattern}(?:/(?:{DATE.pattern}|\.\.)?)?|(?:\.\.)?/{DATE.pattern}")
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
# Two days with a hyphen between them, before anything else: 16-17 May 2025.
HYPHENED = re.compile(rf"(\d{{1,2}}{TH})-(\d{{1,2}}{TH}\s)", re.IGNORECASE | re.ASCII)
# A start that leaves its year, or month and year, to the end.
DAY_ALONE = re.compile(rf"\d{{1,2}}{TH}", re.IGNORECASE | re.ASCII)
WITHOUT_YEAR = re.compile(rf"(?:\d{{1,2}}{TH}\s+)?(?:{NAMED})\.?", re.IGNORECASE | re.ASCII)


def read_date(text: str) -> str:
    """`text` in the notation that is kept, or unchanged where it cannot be read in one way: who validates says why."""
    text = " ".join(text.split())
    if _is_kept(text):
        return text
    read = _understood(text)
    return read if _is_kept(read) else text


def why_unread(text: str) -> str:
    """What is wrong with a date that `read_date` leaves as it is, and how to write one; "" when it can be read."""
    text = " ".join(text.split())
    if _is_kept(text) or _is_kept(read := _understood(text)):
        return ""
    slashed = SLASHED.fullmatch(text)
    if slashed and all(1 <= int(part) <= 12 for part in slashed.groups()[:2]):
        one, other = int(slashed[1]), int(slashed[2])
        ways = {"one": f"{one} {month_name[other]}", "other": f"{other} {month_name[one]}"}
        why = gettext("It can be read in two ways, as %(one)s or as %(other)s.") % ways
    elif SHAPED.fullmatch(read):
        ends_early = "/" in read and all(map(_is_kept, read.split("/")))
        why = gettext("It ends before it begins.") if ends_early else gettext("There is no such day.")
    else:
        why = ""
    advice = gettext(
        "Write 16 May 2025, May 2025, 2025, 16–17 May 2025, c. May 2025, since 16 May 2025, or 2025-05-16, 2025-05~,"
        " 2025-05-16/.. and, with an end that no source tells, 2025-05-16/"
    )
    return f"{why} {advice}".strip()


def _understood(text: str) -> str:
    """`text` in the notation that is kept, as far as it is understood, whether there is such a day or not."""
    ends = BETWEEN.split(HYPHENED.sub(r"\1–\2", FROM.sub("", text), count=1))
    if len(ends) == 2:
        return f"{_one(_completed(*ends))}/{_one(ends[1])}"
    if since := SINCE.fullmatch(text):
        return f"{_one(since[1])}/.."
    return _one(text)


def _completed(start: str, end: str) -> str:
    """The start of an interval with what it leaves to the end: 16 to 17 May 2025."""
    found = DAY_FIRST.fullmatch(end)
    if found and found[1] and DAY_ALONE.fullmatch(start):
        return f"{start} {found[2]} {found[3]}"
    return f"{start} {found[3]}" if found and WITHOUT_YEAR.fullmatch(start) else start


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
    if found := SLASHED.fullmatch(words):
        day, month = sorted((int(found[1]), int(found[2])), reverse=True)
        if day > 12 or day == month:
            return _written(found[3], month, str(day)) + doubt
    if found := DOTTED.fullmatch(words):
        return _written(found[3], int(found[2]), found[1]) + doubt
    return words + doubt


def _written(year: str, month: int, day: str | None) -> str:
    return f"{year}-{month:02d}" + (f"-{int(day):02d}" if day else "")
