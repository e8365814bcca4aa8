"""Assertions as they are read from the database, made without one: for rules that only look at them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from psycopg.types.range import DateRange, NumericRange

from negotiations.models import Actor, Assertion
from negotiations.models.edtf import days_covered


def asserted(field: str, *, held_on: str | None = None, amount: str | None = None, **given: Any) -> Assertion:
    """An assertion of `field`; `amount` is a range as PostgreSQL writes it."""
    found = Assertion(field=field, held_on_edtf=held_on, **given)
    found.held_on = days(held_on)
    found.amount = None if amount is None else numbers(amount)
    return found


def numbers(written: str) -> Any:
    lower, upper = (Decimal(each) if each else None for each in written[1:-1].split(","))
    return NumericRange(lower, upper, written[0] + written[-1])


def days(written: str | None) -> Any:
    if written is None:
        return None
    first, last = days_covered(written)
    return DateRange(first, last and last + datetime.timedelta(days=1))


def actor(name: str) -> Actor:
    return Actor(name=name, slug=name.lower())
