"""How much was promised, and how much was done: unit by unit, and from whom to whom.

What is counted otherwise is never compared: that prisoners are people, the code cannot know of any one figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from negotiations.analytics.current import Amount, amount_of, current, current_amount
from negotiations.models import Actor, Assertion
from negotiations.vocabulary import AssertionField, Counting, DoneBasis

Direction = tuple[Actor | None, Actor | None]
Key = tuple[str | None, UUID | None, UUID | None]  # unit, giver and receiver


@dataclass(frozen=True)
class Deed:
    """Something that was done: the actors that it names, and the quantities that sources give of it."""

    parties: list[Actor]
    assertions: list[Assertion]


@dataclass(frozen=True)
class Promised:
    """How much was promised, counted in one way; `amount` is None where values cannot all be true."""

    unit: str | None
    counting: str | None
    giver: Actor | None
    receiver: Actor | None
    amount: Amount | None
    assertions: list[Assertion]


@dataclass(frozen=True)
class Done:
    """How much was done by recorded deeds, or by a running total that a source gives for a day."""

    unit: str | None
    basis: DoneBasis
    giver: Actor | None
    receiver: Actor | None
    amount: Amount | None
    held_on: str | None = None
    counted: int | None = None
    uncounted: int | None = None


def _alike(assertions: Iterable[Assertion]) -> dict[tuple[Any, ...], list[Assertion]]:
    """Quantities by unit, way of counting and direction."""
    found: dict[tuple[Any, ...], list[Assertion]] = defaultdict(list)
    for each in assertions:
        if each.field == AssertionField.QUANTITY:
            found[each.unit, each.counting, each.giver_id, each.receiver_id].append(each)
    return found


def promised(held: Iterable[Assertion]) -> Iterator[Promised]:
    for alike in _alike(held).values():
        given = [each for each in current(alike, AssertionField.QUANTITY) if amount_of(each)]
        if given:
            one, agreed = given[0], current_amount(given, AssertionField.QUANTITY)
            yield Promised(
                one.unit, one.counting, one.giver, one.receiver, agreed.amount if agreed else None, given
            )  # fmt: skip


def done(happened: Sequence[Deed]) -> Iterator[Done]:
    """What deeds that happened add up to, and the latest running totals, by unit and direction."""
    sums: dict[Key, list[Amount]] = defaultdict(list)
    totals: dict[Key, list[Assertion]] = defaultdict(list)
    actors: dict[UUID | None, Actor | None] = {None: None}
    for deed in happened:
        for (unit, one, other), amount in _amounts(deed).items():
            actors |= {_id(each): each for each in (one, other)}
            sums[unit, _id(one), _id(other)].append(amount)
        for each in deed.assertions:
            if each.counting == Counting.RUNNING_TOTAL:
                actors |= {each.giver_id: each.giver, each.receiver_id: each.receiver}
                totals[each.unit, each.giver_id, each.receiver_id].append(each)
    for (unit, giver, receiver), amounts in sums.items():
        yield Done(
            unit, DoneBasis.SUM, actors[giver], actors[receiver], _added(amounts), None, len(amounts),
            len(happened) - len(amounts),
        )  # fmt: skip
    for (unit, giver, receiver), alike in totals.items():
        if latest := current(alike, AssertionField.QUANTITY):
            total = current_amount(latest, AssertionField.QUANTITY)
            held = total.amount if total else None
            held_on = latest[0].held_on_edtf
            yield Done(unit, DoneBasis.RUNNING_TOTAL, actors[giver], actors[receiver], held, held_on)


def _amounts(deed: Deed) -> dict[tuple[str | None, Actor | None, Actor | None], Amount]:
    """What one deed says of itself, once a unit and direction; said for one way it goes before what each side did."""
    found: dict[tuple[str | None, Actor | None, Actor | None], Amount] = {}
    alike = sorted(_alike(deed.assertions).values(), key=lambda each: each[0].counting != Counting.ONE_WAY)
    for assertions in alike:
        quantity = current_amount(assertions, AssertionField.QUANTITY)
        if quantity is None:
            continue
        for one, other in _directions(deed, assertions[0]):
            found.setdefault((assertions[0].unit, one, other), quantity.amount)
    return found


def _id(actor: Actor | None) -> UUID | None:
    return None if actor is None else actor.pk


def _directions(deed: Deed, quantity: Assertion) -> list[Direction]:
    """From whom to whom a deed's quantity counts; of each side both ways, where the deed names two actors."""
    if quantity.counting == Counting.ONE_WAY:
        return [(quantity.giver, quantity.receiver)]
    if quantity.counting == Counting.IN_ALL:
        return [(None, None)]
    actors = list({actor.pk: actor for actor in deed.parties}.values())
    if quantity.counting == Counting.EACH_SIDE and len(actors) == 2:
        return [(actors[0], actors[1]), (actors[1], actors[0])]
    return []


def _added(amounts: Sequence[Amount]) -> Amount:
    """The sum of ranges, bound by bound; an open bound leaves the sum's open."""
    lower, upper = ([getattr(each, bound) for each in amounts] for bound in ("lower", "upper"))
    return Amount(
        None if None in lower else sum(lower),
        None if None in upper else sum(upper),
        None not in lower and all(each.lower_included for each in amounts),
        None not in upper and all(each.upper_included for each in amounts),
    )
