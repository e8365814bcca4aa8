"""Facts of which there are several versions: what each of them is, whether all can be true, and what they agree on.

Which versions exclude one another is said once, in analytics/disputes.py. Here the facts are listed with their verdict,
filtered and a page at a time, each with the ids of its versions; nothing is weighed, averaged or chosen.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from negotiations.analytics.disputes import OF_ONE_FIELD, OWNERS, SIDES_DIFFER, cannot_all_be_true, weighed
from negotiations.ledger.window import window_connection
from negotiations.vocabulary import Verdict


def _common(ranges: str) -> str:
    """SQL of what the ranges in a column have in common; those only about right give way to emptiness."""
    every = f"range_intersect_agg({ranges}) FILTER (WHERE counts)"
    exact = f"range_intersect_agg({ranges}) FILTER (WHERE counts AND NOT approximate)"
    return f"CASE WHEN NOT isempty({every}) THEN {every} WHEN NOT isempty({exact}) THEN {exact} END"


def _same(value: str, given: str = "counts") -> str:
    """SQL of the one value that all versions give in a column; null where they do not."""
    only = (
        f"count(DISTINCT {value}) FILTER (WHERE {given}) = 1 AND bool_and({value} IS NOT NULL) FILTER (WHERE {given})"
    )
    return f"CASE WHEN {only} THEN (array_agg({value}) FILTER (WHERE {given}))[1] END"


# How many different words are given: free ones exclude nothing, but where a rank leaves one out, not all agree.
_WORDS = "count(DISTINCT word) FILTER (WHERE {} AND word <> 'unknown')"
# The assertions, each with the talk that it is of, whether itself or in a delegation or an item of the agenda.
ASSERTED = """
    SELECT a.*, coalesce(a.talk_id, d.talk_id, i.talk_id) AS of_talk
      FROM negotiations_assertion a LEFT JOIN negotiations_delegation d ON d.id = a.delegation_id
           LEFT JOIN negotiations_agendaitem i ON i.id = a.agenda_item_id
"""
VALUES = f"""
    SELECT fact AS id, 'values' AS kind, {OWNERS}, of_talk, field, unit, counting, giver_id, receiver_id, held_on,
           array_agg(id) AS versions, coalesce(array_agg(id) FILTER (WHERE counts), '{{}}') AS counted,
           {cannot_all_be_true("counts")} AS is_disputed,
           {cannot_all_be_true("weighs")} OR {_WORDS.format("weighs")} > {_WORDS.format("counts")} AS is_settled,
           {_same("state")} AS state, {_common("amount")} AS amount, {_common("days")} AS days,
           {_same("word", "counts AND word IS DISTINCT FROM 'unknown'")} AS word,
           CASE WHEN count(DISTINCT coalesce(zone, '')) FILTER (WHERE counts) = 1 THEN {_same('"time"')} END AS clock,
           {_same("zone")} AS zone, {_same("value_actor_id")} AS same_actor, {_same("value_place_id")} AS same_place,
           coalesce(bool_and(approximate) FILTER (WHERE counts), false) AS approximate
      FROM ({weighed("asserted")}) w
     GROUP BY fact, of_talk, {OF_ONE_FIELD} HAVING count(*) > 1
"""
# What all stances come to: that they confirm it, confirm it at least in part, or deny it.
STANCES = f"""
    SELECT o.id, 'stances', {", ".join("o.id" if "outcome_id" in each else "NULL" for each in OWNERS.split(", "))},
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, array_agg(p.id), array_agg(p.id), {SIDES_DIFFER}, {SIDES_DIFFER},
           NULL, NULL, NULL,
           CASE WHEN bool_and(p.stance = 'confirms') THEN 'confirms' WHEN bool_and(p.stance = 'denies') THEN 'denies'
                WHEN bool_and(p.stance IN ('confirms', 'confirms_in_part')) THEN 'confirms_in_part' END,
           NULL, NULL, NULL, NULL, false
      FROM negotiations_outcome o JOIN negotiations_outcomeparty p ON p.outcome_id = o.id AND p.stance IS NOT NULL
     GROUP BY o.id HAVING count(DISTINCT p.actor_id) > 1
"""
# `told`: each fact with its record, the process and talk under which it is found, its record's days, and the verdict.
TOLD = f"""
    WITH asserted AS ({ASSERTED}), fact AS ({VALUES} UNION ALL {STANCES}), told AS (
        SELECT f.id, f.kind, f.field, f.unit, f.counting, f.giver_id, f.receiver_id, f.held_on,
               CASE WHEN f.process_id IS NOT NULL THEN 'processes' WHEN f.actor_id IS NOT NULL THEN 'actors'
                    WHEN f.of_talk IS NOT NULL THEN 'talks' WHEN f.statement_id IS NOT NULL THEN 'statements'
                    WHEN f.outcome_id IS NOT NULL THEN 'outcomes' ELSE 'events' END AS resource,
               coalesce(f.process_id, f.actor_id, f.of_talk, f.statement_id, f.outcome_id, f.event_id) AS record_id,
               f.delegation_id, f.agenda_item_id, f.statement_id,
               coalesce(f.process_id, t.process_id, o.process_id, e.process_id, at.process_id) AS process_id,
               coalesce(f.of_talk, o.talk_id, s.occasion_id) AS talk_id,
               coalesce(p.during, t.during, o.agreed, e.during, s.said_on) AS record_days, versions, counted,
               CASE WHEN is_disputed THEN 'disputed' WHEN f.is_settled THEN 'settled'
                    WHEN f.state = 'none' OR num_nonnulls(amount, days, word, clock, same_actor, same_place) > 0
                    THEN 'agreed' ELSE 'compatible' END AS verdict,
               f.state, amount, days, word, clock, f.zone, same_actor, same_place, approximate
          FROM fact f LEFT JOIN negotiations_process p ON p.id = f.process_id
               LEFT JOIN negotiations_talk t ON t.id = f.of_talk
               LEFT JOIN negotiations_outcome o ON o.id = f.outcome_id
               LEFT JOIN negotiations_event e ON e.id = f.event_id
               LEFT JOIN negotiations_statement s ON s.id = f.statement_id
               LEFT JOIN negotiations_talk at ON at.id = s.occasion_id)
"""
_NAMED = "(SELECT id FROM negotiations_{table} WHERE id::text = ANY (%({name})s) OR slug = ANY (%({name})s))"
_PROCESSES = _NAMED.format(table="process", name="process")
_RECORDS = " UNION ALL ".join(
    _NAMED.format(table=table, name="record") for table in ("process", "actor", "talk", "statement", "outcome", "event")
)
# Those asked for: as lists do, statements are found under a process also where they are about it.
ASKED = f"""
    asked AS (
        SELECT * FROM told
         WHERE (%(process)s::text[] IS NULL OR process_id IN {_PROCESSES} OR statement_id IN (
                    SELECT statement_id FROM negotiations_statementlink WHERE to_process_id IN {_PROCESSES}))
           AND (%(talk)s::text[] IS NULL OR talk_id IN {_NAMED.format(table="talk", name="talk")})
           AND (%(record)s::text[] IS NULL OR record_id IN ({_RECORDS}))
           AND (%(field)s::text[] IS NULL OR field = ANY (%(field)s))
           AND (%(kind)s::text[] IS NULL OR kind = ANY (%(kind)s))
           AND (%(verdict)s::text[] IS NULL OR verdict = ANY (%(verdict)s))
           AND coalesce(lower(record_days) <= %(on)s::date, true) AND coalesce(lower(held_on) <= %(on)s::date, true))
"""


@dataclass(frozen=True)
class Asked:
    """Which facts are wanted: slugs and ids of processes, talks and records, and words; None for any.

    `on` leaves out the facts of what had surely not begun by that day, and values held only later.
    """

    process: Sequence[str] | None = None
    talk: Sequence[str] | None = None
    record: Sequence[str] | None = None
    field: Sequence[str] | None = None
    kind: Sequence[str] | None = None
    verdict: Sequence[str] | None = (Verdict.DISPUTED,)
    on: datetime.date | None = None


@dataclass(frozen=True)
class Fact:
    """A fact of several versions: whose it is, the versions that are there and that count, and what these agree on.

    `giver` and `receiver`, `actor` and `place` are ids. Of stances the versions are parties of the outcome.
    """

    id: UUID
    kind: str
    field: str | None
    unit: str | None
    counting: str | None
    giver: UUID | None
    receiver: UUID | None
    held_on: Any
    resource: str
    record: UUID
    delegation: UUID | None
    agenda_item: UUID | None
    statement: UUID | None
    process: UUID | None
    talk: UUID | None
    during: Any  # the days of its record
    versions: list[UUID]
    counted: list[UUID]
    verdict: str
    state: str | None
    amount: Any
    days: Any
    word: str | None
    clock: datetime.time | None
    zone: str | None
    actor: UUID | None
    place: UUID | None
    approximate: bool


@dataclass(frozen=True)
class Order:
    """The order of the facts, by the days of their records, and where in it to begin: after `place`, days and id.

    Records without days come last. `backward` goes the other way, from `place` or the far end.
    """

    newest_first: bool = True
    place: tuple[Any, UUID] | None = None
    backward: bool = False

    def by(self) -> str:
        days = "DESC" if self.newest_first != self.backward else "ASC"
        return (
            f"record_days {days} NULLS {'FIRST' if self.backward else 'LAST'}, id {'DESC' if self.backward else 'ASC'}"
        )

    def after(self) -> str:
        """SQL of what comes after `place`."""
        if self.place is None:
            return "true"
        beyond = "<" if self.newest_first != self.backward else ">"
        further = "id < %(last_id)s" if self.backward else "id > %(last_id)s"
        if self.place[0] is None:
            return f"(record_days IS NULL AND {further}" + (" OR record_days IS NOT NULL)" if self.backward else ")")
        near = f"record_days {beyond} %(last_days)s::daterange OR record_days = %(last_days)s::daterange AND {further}"
        return f"({near})" if self.backward else f"({near} OR record_days IS NULL)"


def facts(asked: Asked, *, most: int, order: Order | None = None) -> tuple[list[Fact], int]:
    """The first `most` of the facts asked for beyond the order's place, and how many there are. One statement."""
    order = order or Order()
    days, id = order.place or (None, None)
    with window_connection().cursor() as cursor:
        cursor.execute(
            f"""{TOLD}, {ASKED}
                SELECT counted.every, shown.* FROM (SELECT count(*) AS every FROM asked) counted LEFT JOIN (
                    SELECT * FROM asked WHERE {order.after()} ORDER BY {order.by()} LIMIT %(most)s) shown ON true
                 ORDER BY {order.by()}""",
            {
                **{
                    name: list(value) if isinstance(value, Sequence) else value for name, value in asdict(asked).items()
                },
                "most": most,
                "last_days": days,
                "last_id": id,
            },
        )
        rows = cursor.fetchall()
    return [Fact(*row[1:]) for row in rows if row[1]], int(rows[0][0])
