"""Ranges in words: how much it is, as people say it."""

from __future__ import annotations

from decimal import Decimal
from math import ceil, floor

from negotiations.analytics.current import Amount
from negotiations.vocabulary import Unit

# What is told in whole numbers: people and things, and minutes. "Over three years" is not four.
NOT_WHOLE = {Unit.DAYS, Unit.YEARS, Unit.PERCENT, Unit.USD_PER_BARREL}


def in_words(amount: Amount, unit: str | None, *, about: bool = False) -> str:
    """`amount` in English, bounds included: more than 90 and less than 120 minutes are "91 to 119 minutes".

    Of what has no whole numbers the bounds are named: "more than 3 years".
    """
    whole = None if unit in NOT_WHOLE else _whole(amount)
    words = _named(amount) if whole is None else _told(*whole)
    return " ".join(filter(None, ["about" if about else "", words, (unit or "").replace("_", " ")]))


def _whole(amount: Amount) -> tuple[int | None, int | None] | None:
    """The least and the most whole number; None where there is none."""
    least = most = None
    if amount.lower is not None:
        least = ceil(amount.lower)
        least += int(least == amount.lower and not amount.lower_included)
    if amount.upper is not None:
        most = floor(amount.upper)
        most -= int(most == amount.upper and not amount.upper_included)
    return None if least is not None and most is not None and least > most else (least, most)


def _told(least: int | None, most: int | None) -> str:
    if least == most:
        return f"{least:,}" if least is not None else "any number of"
    if most is None:
        return f"at least {least:,}"
    return f"at most {most:,}" if least is None else f"{least:,} to {most:,}"


def _named(amount: Amount) -> str:
    lower, upper = _plain(amount.lower), _plain(amount.upper)
    if lower == upper and lower:
        return lower
    bounds = []
    if lower:
        bounds.append(f"{'at least' if amount.lower_included else 'more than'} {lower}")
    if upper:
        bounds.append(f"{'at most' if amount.upper_included else 'less than'} {upper}")
    return " and ".join(bounds) or "any number of"


def _plain(number: Decimal | None) -> str:
    if number is None:
        return ""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
