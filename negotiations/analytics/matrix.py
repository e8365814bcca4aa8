"""The matrix: what each party held on each issue of a process on one day, and how that changed over others.

A cell is a party and an issue; it shows the headline position that is recorded as in force on the day, of which there
is one at most (`position_has_one_headline_at_a_time`). Parties are the actors that ever had a headline position in the
process, issues those on which somebody ever had one: so the table keeps its form from day to day.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from negotiations.ledger.window import window_connection
from negotiations.models.edtf import days_covered, overlaps_for_certain
from negotiations.vocabulary import Certainty, PositionChange

OPEN_END = ".."
# A process has no order of its own for its parties and issues. What stands for it are its core talks: who sat at them
# as a party, and what stood on their agendas; each counted by talks. What occurs nowhere there follows by name.
#
# `party` and `issue`: the two axes, each in its order. For each pair one probe finds the latest position that had begun
# by the day: since no two are in force at once, it is the one in force, or else the last before. Another finds those in
# force during the days asked for, and on the day after: what takes a position's place then is no end of it.
MATRIX = """
    WITH RECURSIVE core AS (
        SELECT id FROM negotiations_talk WHERE process_id = %(process)s AND relation = 'core'
    ), wanted AS (
        SELECT id FROM negotiations_issue WHERE slug = ANY (%(issues)s) OR id::text = ANY (%(issues)s)
        UNION SELECT i.id FROM negotiations_issue i JOIN wanted w ON i.parent_id = w.id
    ), headline AS (
        SELECT party_id, issue_id FROM negotiations_position WHERE process_id = %(process)s AND is_headline
    ), party AS (
        SELECT a.id, row_number() OVER (ORDER BY coalesce(talks, 0) DESC, a.name, a.id) AS place
          FROM negotiations_actor a
          LEFT JOIN (SELECT d.party_id, count(*) AS talks
                       FROM core JOIN negotiations_delegation d ON d.talk_id = core.id
                      WHERE 'party' = ANY (d.roles) GROUP BY d.party_id) sat ON sat.party_id = a.id
         WHERE a.id IN (SELECT party_id FROM headline)
           AND (%(parties)s::text[] IS NULL OR a.slug = ANY (%(parties)s) OR a.id::text = ANY (%(parties)s))
    ), issue AS (
        SELECT i.id, row_number() OVER (ORDER BY coalesce(talks, 0) DESC, i.name, i.id) AS place
          FROM negotiations_issue i
          LEFT JOIN (SELECT t.issue_id, count(DISTINCT t.talk_id) AS talks
                       FROM core JOIN negotiations_agendaitem t ON t.talk_id = core.id
                      GROUP BY t.issue_id) listed ON listed.issue_id = i.id
         WHERE i.id IN (SELECT issue_id FROM headline)
           AND (%(issues)s::text[] IS NULL OR i.id IN (SELECT id FROM wanted))
    )
    SELECT party.id, issue.id, CASE WHEN latest.is_held THEN latest.found END,
           CASE WHEN NOT latest.is_held THEN latest.found END, near.found
      FROM party CROSS JOIN issue
      LEFT JOIN LATERAL ({latest}) latest ON true
      LEFT JOIN LATERAL ({near}) near ON %(during)s::daterange IS NOT NULL
     ORDER BY party.place, issue.place
"""
OF_CELL = """FROM negotiations_position p
     WHERE p.process_id = %(process)s AND p.party_id = party.id AND p.issue_id = issue.id AND p.is_headline"""
HOLDING = "jsonb_build_array(p.id, p.in_force_edtf, p.stance, p.ascription, lower(p.in_force), upper(p.in_force))"
STATEMENT = MATRIX.replace(
    "{latest}",
    f"SELECT {HOLDING} AS found, p.in_force @> %(on)s::date AS is_held {OF_CELL}"
    " AND p.in_force < daterange(%(on)s::date + 1, %(on)s::date + 2) ORDER BY p.in_force DESC LIMIT 1",
).replace(
    "{near}",
    f"SELECT jsonb_agg({HOLDING} ORDER BY p.in_force) AS found {OF_CELL}"
    " AND p.in_force && daterange(lower(%(during)s::daterange), upper(%(during)s::daterange) + 1)",
)


@dataclass(frozen=True)
class Holding:
    """A headline position: when it is in force, as the source gives it, and the days that this covers."""

    position: UUID
    in_force: str
    stance: str
    ascription: str
    first: datetime.date | None
    after: datetime.date | None  # the day after the last


@dataclass(frozen=True)
class Change:
    """A position taken up, or ended with none in its place, on a date as the source gives it."""

    change: PositionChange
    on: str
    certainty: Certainty
    position: UUID


@dataclass(frozen=True)
class Cell:
    """What is recorded for a party on an issue. `last` is the position last in force before, where none is."""

    party: UUID
    issue: UUID
    held: Holding | None
    certainty: Certainty | None
    last: Holding | None
    changes: list[Change] | None


@dataclass(frozen=True)
class Matrix:
    """The parties and the issues, in order, and the cells: party by party, issue by issue."""

    parties: list[UUID] = field(default_factory=list)
    issues: list[UUID] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)

    @property
    def positions(self) -> set[UUID]:
        """Every position that a cell names."""
        held = {each.position for cell in self.cells for each in (cell.held, cell.last) if each}
        return held | {change.position for cell in self.cells for change in cell.changes or ()}


@dataclass(frozen=True)
class Days:
    """The days from the first to the last; None where there is no first, or no last."""

    first: datetime.date | None
    last: datetime.date | None

    def certainty(self, text: str) -> Certainty | None:
        """How surely what `text` dates lay on these days; None when it did not."""
        first, last = days_covered(text)
        if (self.last and first and first > self.last) or (self.first and last and last < self.first):
            return None
        return Certainty.CERTAIN if overlaps_for_certain([text], self.first, self.last) else Certainty.POSSIBLE

    def range(self) -> str:
        """As PostgreSQL writes it."""
        return f"[{self.first or ''},{self.last or ''}]"


def since(in_force: str) -> str | None:
    """The date from which a position is in force, as the source gives it; None where none does."""
    start = in_force.partition("/")[0]
    return start if start and start != OPEN_END else None


def until(in_force: str) -> str | None:
    """The last day, as the source gives it; None where it is not over, or nobody tells."""
    _, slash, end = in_force.partition("/")
    return end if slash and end and end != OPEN_END else None


def matrix_of(
    process: UUID,
    on: datetime.date,
    *,
    during: Days | None = None,
    parties: Collection[str] | None = None,
    issues: Collection[str] | None = None,
    stances: Collection[str] = (),
    ascriptions: Collection[str] = (),
) -> Matrix:
    """The matrix of `process` on a day, and with `during` what changed in each cell on these days. One query.

    `parties` and `issues` (by slug or id; issues with all under them) narrow the table. `stances` and `ascriptions`
    leave only cells in which such a position was in force on the day, or on one of the days of `during`. It needs an
    open window.
    """
    given = {
        "process": process,
        "on": on,
        "during": during and during.range(),
        "parties": None if parties is None else list(parties),
        "issues": None if issues is None else list(issues),
    }
    with window_connection().cursor() as cursor:
        cursor.execute(STATEMENT, given)
        rows = cursor.fetchall()
    cells = []
    for party, issue, *found in rows:
        now, before, around = (json.loads(each) if each else None for each in found)  # Django leaves JSON as text
        held, last = _holding(now), _holding(before)
        near = [each for each in map(_holding, around or ()) if each]
        if not _matches([held, *_within(near, during)], stances, ascriptions):
            continue
        certainty = Days(on, on).certainty(held.in_force) if held else None
        changes = None if during is None else sorted(_changes(near, during), key=_place)
        cells.append(Cell(party, issue, held, certainty, last, changes))
    return Matrix(
        parties=list(dict.fromkeys(cell.party for cell in cells)),
        issues=_in_order([issue for _, issue, *_ in rows], {cell.issue for cell in cells}),
        cells=cells,
    )


def _holding(found: list[Any] | None) -> Holding | None:
    if found is None:
        return None
    id, *words, first, after = found
    return Holding(
        UUID(id), *words, *(None if day is None else datetime.date.fromisoformat(day) for day in (first, after))
    )


def _within(near: list[Holding], during: Days | None) -> Iterator[Holding]:
    return (each for each in near if during and not (during.last and each.first and each.first > during.last))


def _matches(found: list[Holding | None], stances: Collection[str], ascriptions: Collection[str]) -> bool:
    if not stances and not ascriptions:
        return True
    return any(
        each and (not stances or each.stance in stances) and (not ascriptions or each.ascription in ascriptions)
        for each in found
    )


def _changes(near: list[Holding], during: Days) -> Iterator[Change]:
    begins = {each.first for each in near}
    for each in near:
        start, end = since(each.in_force), until(each.in_force)
        if start and (certainty := during.certainty(start)):
            yield Change(PositionChange.TAKEN_UP, start, certainty, each.position)
        if end and each.after not in begins and (certainty := during.certainty(end)):
            yield Change(PositionChange.ENDED, end, certainty, each.position)


def _place(change: Change) -> tuple[datetime.date, bool]:
    """By day; what begins on a day comes before what ends on it, as it may be the same."""
    first, _ = days_covered(change.on)
    return first or datetime.date.min, change.change == PositionChange.ENDED


def _in_order(issues: list[UUID], shown: set[UUID]) -> list[UUID]:
    return [issue for issue in dict.fromkeys(issues) if issue in shown]
