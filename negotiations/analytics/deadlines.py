"""Deadlines of an outcome, each by itself, and how each stands on a day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from negotiations.analytics.current import current_text
from negotiations.models import Assertion, Citation
from negotiations.models.edtf import days_covered
from negotiations.vocabulary import AssertionField, AssertionState, DeadlineStanding, Implementation, Rank

UNDONE = {
    Implementation.PENDING, Implementation.UNDER_WAY, Implementation.PARTLY_IMPLEMENTED, Implementation.NOT_IMPLEMENTED,
    Implementation.LAPSED, Implementation.COLLAPSED,
}  # fmt: skip


@dataclass(frozen=True)
class Deadline:
    """One day by which the outcome was due, as the outcome or an asserted value has it, and how it stands."""

    date: str | None
    state: str
    latest: datetime.date | None
    standing: DeadlineStanding
    assertion: Assertion | None
    citations: list[Citation]


def deadlines(
    outcome: Any, held: Sequence[Assertion], sources: list[Citation], on: datetime.date
) -> Iterator[Deadline]:
    """The outcome's own day, and every asserted one that is not deprecated."""
    if outcome.due_edtf:
        latest = days_covered(outcome.due_edtf)[1]
        yield Deadline(outcome.due_edtf, AssertionState.GIVEN, latest, _standing(latest, held, on), None, sources)
    for each in held:
        if each.field != AssertionField.DUE or each.rank == Rank.DEPRECATED:
            continue
        latest = days_covered(each.date_edtf)[1] if each.date_edtf else None
        standing = _standing(latest, held, on) if each.date_edtf else DeadlineStanding.NONE
        yield Deadline(each.date_edtf, each.state, latest, standing, each, list(each.citations.all()))


def _standing(latest: datetime.date | None, held: Sequence[Assertion], on: datetime.date) -> DeadlineStanding:
    """How a deadline whose last day is `latest` (None: without an end) stands on the day."""
    if latest is None or latest >= on:
        return DeadlineStanding.AHEAD
    word = current_text(held, AssertionField.IMPLEMENTATION)
    if word == Implementation.IMPLEMENTED:
        return _when_done(latest, held)
    if word in UNDONE:
        return DeadlineStanding.LAPSED
    return DeadlineStanding.SUPERSEDED if word == Implementation.SUPERSEDED else DeadlineStanding.UNKNOWN


def _when_done(latest: datetime.date, held: Sequence[Assertion]) -> DeadlineStanding:
    """Whether it was said to be implemented by the last day; told by the earliest of those that say it with a day."""
    said = [
        each.held_on
        for each in held
        if each.field == AssertionField.IMPLEMENTATION and each.word == Implementation.IMPLEMENTED
        and each.rank != Rank.DEPRECATED and each.held_on is not None
    ]  # fmt: skip
    if any(days.upper is not None and days.upper - datetime.timedelta(days=1) <= latest for days in said):
        return DeadlineStanding.MET
    if said and all(days.lower is not None and days.lower > latest for days in said):
        return DeadlineStanding.LATE
    return DeadlineStanding.UNKNOWN
