"""How the values of parameters are read, or refused with what would be right.

Form fields and functions alone: no filter, and nothing of the records that are asked for.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from negotiations.api.problems import printable
from negotiations.models.codes import validate_country
from negotiations.models.edtf import days_covered, exact_day, overlaps_for_certain
from negotiations.vocabulary import Certainty, IdentifierScheme

MOST_VALUES = 50
LONGEST_SEARCH, MOST_TERMS = 200, 10
# As OpenAPI describes them: what no text has (`HIDDEN`), words and the blanks between, and dates as sources give them.
UNSEEN = r"\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"
BLANK = r"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
TERM = rf"[^\s{UNSEEN}]+"
TERMS = rf"^{BLANK}*{TERM}({BLANK}+{TERM}){{0,{MOST_TERMS - 1}}}{BLANK}*$"
DAY = r"[0-2][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[~?%]?"
DATE = r"[0-2][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?[~?%]?"
DATES = rf"^({DATE}|{DATE}/({DATE}|\.\.)?|(\.\.)?/{DATE})$"
ADDRESS = "[-a-z0-9]{1,120}"  # a slug or an id
ONE_DAY_MORE = datetime.timedelta(days=1)


def not_allowed(text: str, allowed: list[str]) -> ValidationError:
    params = {"shown": repr(printable(text)), "allowed": allowed, "given": text}
    return ValidationError("%(shown)s is not a word of this list.", "not_allowed", params)


def given_again(words: list[str]) -> str | None:
    """The first of `words` that was there before; it could be left out with the same answer."""
    return next((word for place, word in enumerate(words) if word in words[:place]), None)


class Values(forms.CharField):
    """Several values separated by commas, each of which `check` has accepted."""

    def __init__(self, *, check: Callable[[str], str], **kwargs: Any) -> None:
        self.check = check
        super().__init__(strip=False, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return []
        found = text.split(",")
        if len(found) > MOST_VALUES:
            message = f"At most {MOST_VALUES} values may be given at once; these are {len(found)}."
            raise ValidationError(message, "too_many")
        if (again := given_again(found)) is not None:
            raise ValidationError(f"{printable(again)!r} is given more than once; name each value once.", "repeated")
        return [self.check(word) for word in found]


def as_address(text: str) -> str:
    if not re.fullmatch(ADDRESS, text):
        message = f"{printable(text)!r} is neither a slug nor an id; slugs have small letters, digits and hyphens."
        raise ValidationError(message, "invalid")
    return text


def address_id(text: str) -> uuid.UUID | None:
    """The id that `text` is; None for a slug."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def as_identifier(text: str) -> str:
    scheme, colon, value = text.partition(":")
    if scheme not in IdentifierScheme.values:
        raise not_allowed(scheme, IdentifierScheme.values)
    if not colon or not value:
        raise ValidationError(f"{printable(text)!r} is no scheme and value, such as wikidata:Q212.", "invalid")
    return text


def as_country(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise ValidationError(f"{printable(text, 40)!r} is not an ISO 3166-1 alpha-3 code, such as TUR.", "invalid")
    validate_country(text)
    return text


class ExactField(forms.CharField):
    """A text taken as it is: what stands around it is part of it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)


class DaysField(ExactField):
    """A day, month, year or interval of them, read into the range of days it covers."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            first, last = days_covered(text)
        except ValueError as error:
            raise ValidationError(str(error), "invalid") from None
        return DateRange(first, last + ONE_DAY_MORE if last else None, "[)" if first else "()")


class DayField(DaysField):
    """One day, read as a range."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if found and ("/" in value or not exact_day(value)):
            raise ValidationError(f"{printable(value, 40)!r} is not a day: write 2025-05-16.", "invalid")
        return found


class YesNoField(ExactField):
    """`true` or `false`."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and text not in ("true", "false"):
            raise not_allowed(text, ["true", "false"])
        return {"true": True, "false": False}.get(text)


class NumberField(ExactField):
    """The number of a revision, or 0 for before the first."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        if not re.fullmatch(r"0|[1-9][0-9]{0,17}", text):
            raise ValidationError(f"{printable(text, 40)!r} is not the number of a revision: 0, 1, 2, …", "invalid")
        return int(text)


def _has_a_sign(text: str) -> bool:
    """Whether anything of `text` can be seen by itself: not only accents, marks of direction and the like."""
    return any(unicodedata.category(sign)[0] in "LNPS" for sign in text)


class TermsField(forms.CharField):
    """A text of a few words."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and not _has_a_sign(text):  # it would be found in every text
            raise ValidationError("There is nothing in it to search for: give it a letter or a digit.", "invalid")
        if text and len(text.split()) > MOST_TERMS:
            message = f"At most {MOST_TERMS} words may be searched for at once; these are {len(text.split())}."
            raise ValidationError(message, "too_many")
        return text


def certainty(days: Sequence[str | None], asked: DateRange) -> Certainty:
    """Whether `days`, as the source gives them, surely overlap those `asked` for."""
    last = asked.upper - ONE_DAY_MORE if asked.upper else None
    return Certainty.CERTAIN if overlaps_for_certain(days, asked.lower, last) else Certainty.POSSIBLE


def of_all(found: Iterable[Certainty]) -> Certainty:
    """How certain it is that all of them are true."""
    return Certainty.POSSIBLE if Certainty.POSSIBLE in found else Certainty.CERTAIN
