"""The current value of a field that is asserted: not deprecated, preferred, else of the latest day.

Where several values hold at once, ranges are narrowed to what they have in common, and everything else counts only if
all say the same. Values are never chosen between, and nothing is read from the database: pass assertions with their
`value_actor`, `giver` and `receiver` at hand.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from negotiations.models import Actor, Assertion
from negotiations.vocabulary import AssertionField, AssertionState, Rank


@dataclass(frozen=True)
class Amount:
    """A range of numbers; a bound of None is open."""

    lower: Decimal | None
    upper: Decimal | None
    lower_included: bool
    upper_included: bool

    @property
    def is_empty(self) -> bool:
        if self.lower is None or self.upper is None:
            return False
        if self.lower == self.upper:
            return not (self.lower_included and self.upper_included)
        return self.lower > self.upper

    def narrowed(self, other: Amount) -> Amount:
        """What this range and `other` have in common; empty when that is nothing."""
        lower, lower_excluded = max(
            (self._from(), other._from()), key=lambda bound: (bound[0] is not None, bound[0] or 0, bound[1])
        )
        upper, upper_included = min(
            (self._to(), other._to()), key=lambda bound: (bound[0] is None, bound[0] or 0, bound[1])
        )
        return Amount(lower, upper, not lower_excluded, upper_included)

    def _from(self) -> tuple[Decimal | None, bool]:
        return self.lower, not self.lower_included

    def _to(self) -> tuple[Decimal | None, bool]:
        return self.upper, self.upper_included


@dataclass(frozen=True)
class Quantity:
    """How much of one unit, counted in one way, from whom to whom."""

    amount: Amount
    unit: str | None
    counting: str | None
    giver: Actor | None
    receiver: Actor | None


def amount_of(assertion: Assertion) -> Amount | None:
    """The range that an assertion gives, if it gives one."""
    found = assertion.amount
    if found is None or found.isempty:
        return None
    return Amount(found.lower, found.upper, found.lower_inc, found.upper_inc)


def current(assertions: Iterable[Assertion], field: AssertionField) -> list[Assertion]:
    """The assertions of `field` that hold at present and give a value; several when several voices hold at once.

    None where one gives a value and another says that there is none: they are in dispute.
    """
    standing = [found for found in assertions if found.field == field and found.rank != Rank.DEPRECATED]
    preferred = [found for found in standing if found.rank == Rank.PREFERRED]
    latest = max(map(_day, preferred or standing), default=None)
    holding = [found for found in preferred or standing if _day(found) == latest]
    if any(found.state == AssertionState.NONE for found in holding):
        return []
    return [found for found in holding if found.state == AssertionState.GIVEN]


def _day(assertion: Assertion) -> tuple[datetime.date, datetime.date]:
    """The days it held on, for comparing; undated comes before every day, an open end after."""
    days = assertion.held_on
    if days is None:
        return datetime.date.min, datetime.date.min
    return days.upper or datetime.date.max, days.lower or datetime.date.min


def current_text(assertions: Iterable[Assertion], field: AssertionField) -> str | None:
    """The word, date (as written) or time that `field` has at present; None when there is none or voices differ."""
    values = {found.word or found.date_edtf or found.clock for found in current(assertions, field)}
    return values.pop() if len(values) == 1 else None


def current_amount(assertions: Iterable[Assertion], field: AssertionField) -> Quantity | None:
    """What the ranges of `field` have in common at present; None when there are none, nothing, or units differ."""
    quantities = current_quantities(assertions, field)
    return quantities[0] if len(quantities) == 1 else None


def current_quantities(assertions: Iterable[Assertion], field: AssertionField) -> list[Quantity]:
    """For each unit, way of counting and direction, the amount that holds at present; those in dispute are left out."""
    kinds: dict[tuple[str | None, ...], list[Assertion]] = defaultdict(list)
    for found in assertions:
        if found.field == field:
            kinds[found.unit, found.counting, _id(found.giver), _id(found.receiver)].append(found)
    quantities = []
    for alike in kinds.values():
        amount = _common(current(alike, field))
        one = alike[0]
        if amount is not None:
            quantities.append(Quantity(amount, one.unit, one.counting, one.giver, one.receiver))
    return quantities


def _common(holding: list[Assertion]) -> Amount | None:
    """What the ranges have in common; those only about right give way where nothing would be left (as in facts.py)."""
    exact = [found for found in holding if not found.approximate]
    return _narrowed(holding) or _narrowed(exact)


def _narrowed(holding: list[Assertion]) -> Amount | None:
    common: Amount | None = None
    for amount in filter(None, map(amount_of, holding)):
        common = common.narrowed(amount) if common else amount
    return None if common is None or common.is_empty else common


def _id(actor: Actor | None) -> str | None:
    return None if actor is None else str(actor.pk)
