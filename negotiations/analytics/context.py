"""One talk beside the others: how long ago the sides last met, the how-manieth it is, and what sources say of that.

Every figure is a range where the dates leave it open, and names the talks that it was computed from. Which talks count
is told in docs/analytics.md: core talks that were held before this one, and of the same parties or the same process.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from negotiations.analytics.current import Amount, amount_of
from negotiations.ledger.window import window_connection
from negotiations.models import Assertion
from negotiations.models.edtf import days_covered
from negotiations.vocabulary import STAYED_AWAY, AssertionState, ClaimCheck, Modality, Setting, TalkStatus, Unit

DIRECT = {Setting.DIRECT, Setting.MIXED}
DOUBTS = "~?%"
ONE_YEAR = 365

# `this`: the talk and its parties. Then core talks, held or perhaps held, that share its process or all its parties, of
# which the first party sat at all.
OTHER_TALKS = """
    WITH this AS (
        SELECT t.*, (SELECT coalesce(array_agg(DISTINCT d.party_id), '{}') FROM negotiations_delegation d
                      WHERE d.talk_id = t.id AND 'party' = ANY (d.roles) AND d.attendance <> ALL (%(away)s)) AS parties
          FROM negotiations_talk t WHERE t.id = %(talk)s
    ), other AS (
        SELECT t.*, t.process_id = this.process_id AS of_process,
               cardinality(this.parties) > 1 AND NOT EXISTS (
                    SELECT FROM unnest(this.parties) party
                     WHERE NOT EXISTS (SELECT FROM negotiations_delegation d
                                        WHERE d.talk_id = t.id AND d.party_id = party AND 'party' = ANY (d.roles)
                                          AND d.attendance <> ALL (%(away)s))) AS of_parties
          FROM this JOIN negotiations_talk t ON t.id = ANY (ARRAY(
                    SELECT p.id FROM negotiations_talk p WHERE p.process_id = this.process_id
                    UNION SELECT d.talk_id FROM negotiations_delegation d WHERE d.party_id = this.parties[1]))
         WHERE t.id <> this.id AND t.relation = 'core' AND t.status IN ('held', 'unconfirmed')
    )
    SELECT this.parties, this.start_edtf, this.end_edtf, this.start_time, this.zone, other.id, other.of_process,
           other.of_parties, other.status, other.setting, other.modality, other.start_edtf, other.end_edtf,
           other.start_time, other.zone
      FROM this LEFT JOIN other ON of_process OR of_parties
     ORDER BY other.during DESC NULLS LAST, other.id
"""


@dataclass(frozen=True)
class Days:
    """A number of days, or of talks, from the least to the most that the dates allow; None is not told."""

    least: int | None
    most: int | None


@dataclass(frozen=True)
class When:
    """The days on which a talk may have begun and ended, as its sources give them."""

    begun: tuple[datetime.date, datetime.date]
    ended: tuple[datetime.date, datetime.date]
    clock: datetime.time | None
    zone: str | None
    is_doubted: bool

    def precedes(self, other: When) -> bool | None:
        """Whether it began before `other`; None where the dates leave that open."""
        if self.begun == other.begun and self.begun[0] == self.begun[1]:
            if self.clock and other.clock and self.zone == other.zone and self.clock != other.clock:
                return self.clock < other.clock
            return None
        if self.begun[1] < other.begun[0]:
            return True
        return False if self.begun[0] > other.begun[1] else None

    def days_until(self, other: When) -> Days:
        """From its last day to the first day of `other`."""
        least, most = (other.begun[0] - self.ended[1]).days, (other.begun[1] - self.ended[0]).days
        return Days(max(least, 0), max(most, 0))


@dataclass(frozen=True)
class Counted:
    """A talk that a figure was computed from, whether it certainly counts, and how long before the talk it was."""

    talk: UUID
    is_certain: bool
    when: When
    days: Days


@dataclass
class Since:
    """How long before a talk the sides had last met, of all talks `counted`; None: never, in this tracker."""

    days: Days | None = None
    whole_years: int | None = None
    counted: list[Counted] = field(default_factory=list)
    undated: list[UUID] = field(default_factory=list)


@dataclass
class Context:
    """A talk beside the others."""

    when: When | None
    parties: list[UUID]
    direct: Since
    in_person: Since
    in_process: Since
    number: Days


def when_of(start: str | None, end: str | None, clock: datetime.time | None, zone: str | None) -> When | None:
    """The days of a talk; None where no source tells when it began."""
    begun = days_covered(start) if start else (None, None)
    if begun[0] is None or begun[1] is None:
        return None
    ended = days_covered(end) if end else begun
    first, last = ended[0] or begun[0], ended[1] or begun[1]
    is_doubted = any(mark in f"{start}{end or ''}" for mark in DOUBTS)
    return When((begun[0], begun[1]), (max(first, begun[0]), max(last, begun[0])), clock, zone, is_doubted)


def context_of(talk: UUID) -> Context:
    """The figures of `talk`, which is public. One statement; it needs an open window."""
    with window_connection().cursor() as cursor:
        cursor.execute(OTHER_TALKS, {"talk": talk, "away": [str(each) for each in STAYED_AWAY]})
        rows = cursor.fetchall()
    parties, *mine = rows[0][:5]
    when = when_of(*mine)
    found = Context(when, parties, Since(), Since(), Since(), Days(None, None))
    for id, of_process, of_parties, status, setting, modality, *dates in (row[5:] for row in rows if row[5]):
        is_held = status == TalkStatus.HELD
        direct = setting in DIRECT or (None if setting == Setting.UNKNOWN else False)
        near = modality == Modality.IN_PERSON or (None if modality in (Modality.UNKNOWN, Modality.HYBRID) else False)
        if of_parties and direct is not False:
            _add(found.direct, when, id, dates, is_certain=is_held and direct is True)
            if near is not False:
                _add(found.in_person, when, id, dates, is_certain=is_held and direct is True and near is True)
        if of_process:
            _add(found.in_process, when, id, dates, is_certain=is_held)
    for since in (found.direct, found.in_person):
        _measure(since, when)
    if when:
        certain = sum(each.is_certain for each in found.in_process.counted)
        found.number = Days(certain + 1, len(found.in_process.counted) + 1)
    return found


def _add(since: Since, when: When | None, talk: UUID, dates: list[Any], *, is_certain: bool) -> None:
    other = when_of(*dates)
    if other is None or when is None:
        since.undated.append(talk)
        return
    before = other.precedes(when)
    if before is not False:
        surely = is_certain and before is True and not other.is_doubted and not when.is_doubted
        since.counted.append(Counted(talk, surely, other, other.days_until(when)))


def _measure(since: Since, when: When | None) -> None:
    """The shortest time since any of the talks counted."""
    if when is None or not since.counted:
        return
    most = [each.days.most for each in since.counted if each.is_certain and each.days.most is not None]
    since.days = Days(min(each.days.least or 0 for each in since.counted), min(most, default=None))
    latest = min(max(each.when.ended[1] for each in since.counted), when.begun[0])
    since.whole_years = int(years_between(latest, when.begun[0]))


def years_between(first: datetime.date, last: datetime.date) -> Decimal:
    """Years from one day to another: anniversaries passed, and the part of a year since the latest."""
    years = last.year - first.year
    if _anniversary(first, years) > last:
        years -= 1
    return years + Decimal((last - _anniversary(first, years)).days) / (ONE_YEAR + 1)


def _anniversary(day: datetime.date, years: int) -> datetime.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return datetime.date(day.year + years, 3, 1)


def check(claim: Assertion, since: Since, when: When | None) -> ClaimCheck:
    """Whether what a source says of the time since the previous talks fits the talks counted."""
    if when is None or not since.counted or claim.state != AssertionState.GIVEN:
        return ClaimCheck.OPEN
    certain = [each.when.ended[0] for each in since.counted if each.is_certain]
    latest = max(each.when.ended[1] for each in since.counted)
    if claim.date_edtf and certain:
        first, last = days_covered(claim.date_edtf)
        fits = (first or datetime.date.min) <= max(certain) and latest <= (last or datetime.date.max)
        clash = latest < (first or datetime.date.min) or max(certain) > (last or datetime.date.max)
        return _checked(fits=fits, clashes=clash and not claim.approximate)
    said = amount_of(claim)
    if said is None or claim.unit not in (Unit.MINUTES, Unit.DAYS, Unit.YEARS):
        return ClaimCheck.OPEN
    shortest = _in_unit(min(latest, when.begun[0]), when.begun[0], claim.unit)
    longest = _in_unit(max(certain), when.begun[1], claim.unit) if certain else None
    measured = Amount(shortest, longest, lower_included=True, upper_included=longest is not None)
    return _checked(
        fits=said.narrowed(measured) == measured, clashes=said.narrowed(measured).is_empty and not claim.approximate
    )


def _in_unit(first: datetime.date, last: datetime.date, unit: str) -> Decimal:
    if unit == Unit.YEARS:
        return years_between(first, last)
    return Decimal((last - first).days * (24 * 60 if unit == Unit.MINUTES else 1))


def _checked(*, fits: bool, clashes: bool) -> ClaimCheck:
    if fits:
        return ClaimCheck.HOLDS
    return ClaimCheck.FAILS if clashes else ClaimCheck.OPEN


def whom(context: Context) -> Iterable[UUID]:
    """Every talk that the figures name."""
    for since in (context.direct, context.in_person, context.in_process):
        yield from (each.talk for each in since.counted)
        yield from since.undated
