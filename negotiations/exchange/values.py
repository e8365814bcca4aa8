"""Turns the texts of a dossier into values of the models' columns, and says what is wrong with those it cannot turn."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import NumericRange

from negotiations.exchange.shape import Key, Kind
from negotiations.models.records import HIDDEN, HIDDEN_BUT_NEWLINE, ProseField

NUMBER = r"-?\d{1,12}(?:\.\d{1,6})?"
# A bracket, perhaps a number, a comma, perhaps a number, a bracket: [60,90] (90,) (,120).
RANGE = re.compile(rf"([\[(])\s*({NUMBER})?\s*,\s*({NUMBER})?\s*([\])])")
# The slug of a source, perhaps [where on the page], perhaps "the words as printed".
CITATION = re.compile(r'(?P<source>[a-z0-9-]+)(?:\s+\[(?P<locator>[^\[\]]+)\])?(?:\s+"(?P<excerpt>.+)")?', re.DOTALL)
TESTIMONY = re.compile(r"statement\s+(?P<statement>[a-z0-9-]+)")
CITATION_ADVICE = (
    'a citation in one line is: SOURCE [where on the page] "words as printed" (one of the two may be missing), or: '
    "statement SLUG"
)


class Unquoted(str):
    """A number or a truth as JSON wrote it, which may stand for a text but is nobody's slug."""


def value_of(key: Key, text: str) -> Any:
    """The value of one text; a slug or other reference stays text. ValueError says what is expected instead.

    Blanks around what people wrote are no part of it; a code is taken as it is, and refused with blanks around it.
    """
    if isinstance(text, Unquoted) and key.is_slug:
        raise ValueError("must be a text")
    if key.is_free_text:
        text = _without_blanks_around(key, text)
    if text == "":
        raise ValueError("is empty; leave the key out (a dossier only adds or sets)")
    value = READERS[key.kind](text, key)
    if key.field is not None and not key.field.is_relation:
        try:
            key.field.run_validators(value)
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from None
    return value


def _without_blanks_around(key: Key, text: str) -> str:
    """The text as it is kept; a sign that hides something is refused there too."""
    hidden = HIDDEN_BUT_NEWLINE if isinstance(key.field, ProseField) else HIDDEN
    if hidden.search(text):
        raise ValueError("has control or direction-override characters, which no text may contain")
    return text.strip()


def nearest(text: str, right: Iterable[str]) -> str:
    """`; did you mean "ukraine"?`, or nothing when nothing is near."""
    near = difflib.get_close_matches(text, list(right), n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else ""


def with_article(name: object) -> str:
    """`an actor`, `a talk`."""
    return f"{'an' if str(name)[0] in 'aeiou' else 'a'} {name}"


def citation_in_one_line(text: str) -> dict[str, str]:
    """The keys that a citation in one line stands for; ValueError with advice when it is none."""
    if match := TESTIMONY.fullmatch(text):
        return match.groupdict()
    match = CITATION.fullmatch(text)
    if not match or not (match["locator"] or match["excerpt"]):
        raise ValueError(CITATION_ADVICE)
    return {"attribution": "outlet"} | {name: part.strip() for name, part in match.groupdict().items() if part}


def _text(text: str, _: Key) -> str:
    return text


def _word(text: str, key: Key) -> str:
    if text not in key.words:
        near, all_words = nearest(text, key.words), ", ".join(key.words)
        raise ValueError(f'"{text}" is not a word of its list{near} (the list: {all_words})')
    return text


def _day(text: str, _: Key) -> datetime.date:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return datetime.date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f'"{text}" is not a day; write it as 2025-05-16')


def _time(text: str, _: Key) -> datetime.time:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text, re.ASCII):
        raise ValueError(f'"{text}" is not a clock time; write it as 13:30')
    return datetime.time.fromisoformat(text)


def _whole(text: str, _: Key) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise ValueError(f'"{text}" is not a whole number')
    return int(text)


def _number(text: str, _: Key) -> Decimal:
    if not re.fullmatch(NUMBER, text, re.ASCII):
        raise ValueError(f'"{text}" is not a number; write it as 41.03917')
    return Decimal(text)


def _range(text: str, _: Key) -> NumericRange:
    if re.fullmatch(NUMBER, text, re.ASCII):
        return NumericRange(Decimal(text), Decimal(text), "[]")
    match = RANGE.fullmatch(text)
    if not match or not (match[2] or match[3]):
        raise ValueError(f'"{text}" is not a number or range; write 12, [60,90], (90,) for over 90 or (,120)')
    lower, upper = (Decimal(part) if part else None for part in (match[2], match[3]))
    # PostgreSQL spells an open end with a round bracket, whatever was typed.
    bounds = (match[1] if lower is not None else "(") + (match[4] if upper is not None else ")")
    if lower is not None and upper is not None and (lower > upper or (lower == upper and bounds != "[]")):
        raise ValueError(f'"{text}" holds no number')
    return NumericRange(lower, upper, bounds)


def _truth(text: str, _: Key) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f'"{text}" is neither true nor false')
    return text == "true"


READERS: dict[Kind, Callable[[str, Key], Any]] = {
    Kind.TEXT: _text,
    Kind.WORD: _word,
    Kind.EDTF: _text,
    Kind.DAY: _day,
    Kind.TIME: _time,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.RANGE: _range,
    Kind.TRUTH: _truth,
    Kind.REFERENCE: _text,
    Kind.AFFILIATION: _text,
    Kind.SIBLING: _text,
    Kind.TARGET: _text,
}


def spelled_in_key(value: Any) -> str:
    """A value as it enters the text from which a part's id is derived: the same for equal values."""
    if isinstance(value, NumericRange):
        lower, upper = (spelled_in_key(bound) for bound in (value.lower, value.upper))
        return f"{value.bounds[0]}{lower},{upper}{value.bounds[1]}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)
