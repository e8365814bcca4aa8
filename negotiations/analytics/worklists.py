"""Work lists: what waits for somebody at the desk, each list one statement, to count it or to show a page of it.

Each list says in SQL which records (or submissions) of the desk wait: their table and id, since when, how many things
of them, and words that tell more. What was retracted or merged away waits for nothing. Where no moment is known since
when something waits, it is that at which its record was entered, or was last changed.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from negotiations.analytics.coverage import changes
from negotiations.analytics.disputes import DISPUTED_OUTCOMES, DISPUTED_VALUES
from negotiations.ledger import aggregates
from negotiations.ledger.digests import literal, quote
from negotiations.models import (
    Actor,
    Assertion,
    Citation,
    Event,
    Issue,
    Outcome,
    Place,
    Position,
    Process,
    Source,
    Statement,
    Submission,
    Talk,
)
from negotiations.models.records import Part

REVIEWED_WITHIN = datetime.timedelta(days=30)
STANCES = "stances"  # beside the fields that are in dispute: who confirms an outcome, and who denies it

# What each kind is called in a list, in SQL about its row `r`.
LABELS: dict[type[Any], str] = {
    Process: "r.title",
    Actor: "r.name",
    Place: "r.name",
    Issue: "r.name",
    Talk: "r.title",
    Statement: "coalesce(nullif(r.title, ''), left(r.text, 120))",
    Position: "(SELECT a.name FROM negotiations_actor a WHERE a.id = r.party_id) || ': ' || r.label",
    Outcome: "r.title",
    Event: "r.title",
    Source: "(SELECT a.name FROM negotiations_actor a WHERE a.id = r.publisher_id)"
    " || coalesce(': ' || nullif(r.title, ''), ', ' || r.slug)",
    Submission: "r.note",
}
RECORDS = tuple(model for model in LABELS if model is not Submission)


def _whole(part: type[Any], row: str, *, name: bool) -> str:
    """SQL of the record that `row` of a kind of part belongs to: the name of its table, or its id."""
    if not issubclass(part, Part):
        return literal(part._meta.db_table) if name else f"{row}.id"
    cases = []
    for column, owner in aggregates.owners(part).items():
        key, above = f"{row}.{quote(column)}", f"{row}_"
        found = _whole(owner, above, name=name)
        if issubclass(owner, Part):
            found = f"(SELECT {found} FROM {quote(owner._meta.db_table)} {above} WHERE {above}.id = {key})"
        elif not name:
            found = key
        cases.append(f"WHEN {key} IS NOT NULL THEN {found}")
    return f"CASE {' '.join(cases)} END"


PENDING = "{row}.revision IS NULL AND {row}.discarded_at IS NULL"
OF_SAME = "{one}.table_name = {other}.table_name AND {one}.record_id = {other}.record_id"

# What I wrote, and is neither public nor discarded nor in review.
DRAFTS = f"""
    SELECT e.table_name, e.record_id AS id, min(e.at) AS since, count(*) AS number, '' AS said
      FROM negotiations_edit e
     WHERE e.author_id = %(by)s AND {PENDING.format(row="e")}
       AND NOT EXISTS (SELECT FROM negotiations_pin p WHERE {OF_SAME.format(one="p", other="e")} AND p.is_open)
     GROUP BY e.table_name, e.record_id
"""
# Open submissions that others sent, and in which nothing is by me: four eyes would refuse me.
WAITING = f"""
    SELECT 'negotiations_submission' AS table_name, s.id, s.sent_at AS since,
           (SELECT count(*) FROM negotiations_pin p WHERE p.submission_id = s.id) AS number, u.username AS said
      FROM negotiations_submission s JOIN {quote(get_user_model()._meta.db_table)} u ON u.id = s.sent_by_id
     WHERE s.status = 'open' AND s.sent_by_id <> %(by)s
       AND NOT EXISTS (SELECT FROM negotiations_pin p JOIN negotiations_edit e ON {OF_SAME.format(one="e", other="p")}
                        WHERE p.submission_id = s.id AND e.author_id = %(by)s AND {PENDING.format(row="e")})
"""
# My submissions that were sent back, while a record of them is neither public nor discarded nor was sent again.
SENT_BACK = f"""
    SELECT 'negotiations_submission' AS table_name, s.id, s.decided_at AS since, count(*) AS number,
           s.decision_note AS said
      FROM negotiations_submission s JOIN negotiations_pin p ON p.submission_id = s.id
     WHERE s.status = 'sent_back' AND s.sent_by_id = %(by)s
       AND EXISTS (SELECT FROM negotiations_edit e
                    WHERE {OF_SAME.format(one="e", other="p")} AND {PENDING.format(row="e")})
       AND NOT EXISTS (SELECT FROM negotiations_pin q JOIN negotiations_submission again ON again.id = q.submission_id
                        WHERE {OF_SAME.format(one="q", other="p")} AND again.sent_at > s.sent_at
                          AND again.status <> 'withdrawn')
     GROUP BY s.id
"""
# Citations whose quote does not stand in the text of the article, by the record that they belong to.
NOT_FOUND = f"""
    SELECT table_name, id, NULL::timestamptz AS since, count(*) AS number, min(excerpt) AS said
      FROM (SELECT {_whole(Citation, "c", name=True)} AS table_name, {_whole(Citation, "c", name=False)} AS id,
                   c.excerpt
              FROM negotiations_citation c WHERE c.excerpt_check = 'not_found') lost
     GROUP BY table_name, id
"""
# Positions that no statement recorded here supports.
WITHOUT_BASIS = """
    SELECT 'negotiations_position' AS table_name, p.id, NULL::timestamptz AS since, 0 AS number, '' AS said
      FROM negotiations_position p
     WHERE NOT EXISTS (SELECT FROM negotiations_citation c
                        WHERE c.position_id = p.id AND c.testimony_id IS NOT NULL AND c.supports = 'supports')
"""
DISPUTES = f"""
    SELECT table_name, id, NULL::timestamptz AS since, count(*) AS number, string_agg(DISTINCT field, ' ') AS said
      FROM (SELECT {_whole(Assertion, "d", name=True)} AS table_name, {_whole(Assertion, "d", name=False)} AS id,
                   d.field
              FROM ({DISPUTED_VALUES}) d
            UNION ALL SELECT {literal(Outcome._meta.db_table)}, o.id, {literal(STANCES)} FROM ({DISPUTED_OUTCOMES}) o
           ) disputed
     GROUP BY table_name, id
"""
# Reviewed as /coverage/ says it: when a revision last put something of the process before the public.
NOT_REVIEWED = f"""
    SELECT 'negotiations_process' AS table_name, c.process_id AS id, r.at AS since, c.revision AS number, '' AS said
      FROM ({changes("window_now.")}) c JOIN ledger.revision r ON r.number = c.revision
     WHERE r.at < %(reviewed_since)s
"""
# Of outcomes and events only those kinds that others number: agreements, and armed conflicts.
WITHOUT_IDENTIFIER = " UNION ALL ".join(
    f"""SELECT {literal(model._meta.db_table)} AS table_name, r.id, NULL::timestamptz AS since, 0 AS number, '' AS said
          FROM {quote(model._meta.db_table)} r
         WHERE {which} AND NOT EXISTS (SELECT FROM negotiations_identifier i WHERE i.{column}_id = r.id)"""
    for model, column, which in (
        (Process, "process", "true"),
        (Actor, "actor", "true"),
        (Place, "place", "true"),
        (Outcome, "outcome", "r.kind = 'agreement_signed'"),
        (Event, "event", "r.kind = 'armed_conflict'"),
    )
)


@dataclass(frozen=True)
class WorkList:
    """Which rows wait, and where no moment is known since when: that at which the record was entered, or changed."""

    sql: str
    kinds: tuple[type[Any], ...]
    since: str = "changed"


LISTS: dict[str, WorkList] = {
    "drafts": WorkList(DRAFTS, RECORDS),
    "waiting": WorkList(WAITING, (Submission,)),
    "sent-back": WorkList(SENT_BACK, (Submission,)),
    "quotes": WorkList(NOT_FOUND, RECORDS),
    "without-basis": WorkList(WITHOUT_BASIS, (Position,), "entered"),
    "disputes": WorkList(DISPUTES, RECORDS),
    "not-reviewed": WorkList(NOT_REVIEWED, (Process,)),
    "without-identifier": WorkList(WITHOUT_IDENTIFIER, (Process, Actor, Place, Outcome, Event), "entered"),
}


@dataclass(frozen=True)
class Waits:
    """A record or submission that waits, since when, how many things of it do, and what tells more."""

    kind: type[Any]
    id: UUID
    label: str
    since: datetime.datetime
    number: int
    said: str


def count(name: str, *, by: Any, kinds: Collection[type[Any]], now: datetime.datetime | None = None) -> int:
    """How many wait in the list `name` for the user `by`, of those `kinds` that they may see. One statement."""
    asked = _asked(name, kinds)
    if not asked:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"{_waiting(name, asked)} SELECT count(*) FROM found", _given(by, now, ""))
        return int(cursor.fetchone()[0])


def page(
    name: str,
    *,
    by: Any,
    kinds: Collection[type[Any]],
    words: str = "",
    first: int = 0,
    most: int = 50,
    now: datetime.datetime | None = None,
) -> tuple[list[Waits], int]:
    """Those that have waited longest, from the `first` on, and how many there are in all. One statement.

    With `words`, those whose label or further words contain them, in whatever script or spelling.
    """
    asked = _asked(name, kinds)
    if not asked:
        return [], 0
    shown = f"""{_waiting(name, asked)}, counted AS (SELECT count(*) AS every FROM found)
        SELECT every, table_name, id, label, since, number, said
          FROM counted LEFT JOIN (SELECT * FROM found ORDER BY since, label, id LIMIT %(most)s OFFSET %(first)s) shown
            ON true
         ORDER BY since, label, id"""
    with connection.cursor() as cursor:
        cursor.execute(shown, {**_given(by, now, words), "most": most, "first": first})
        rows = cursor.fetchall()
    by_table = {model._meta.db_table: model for model in asked}
    return [Waits(by_table[table], *waits) for _, table, *waits in rows if table], int(rows[0][0])


def _asked(name: str, kinds: Collection[type[Any]]) -> list[type[Any]]:
    return [model for model in LISTS[name].kinds if model in kinds]


def _given(by: Any, now: datetime.datetime | None, words: str) -> dict[str, Any]:
    return {"by": by.pk, "reviewed_since": (now or timezone.now()) - REVIEWED_WITHIN, "words": words}


def _waiting(name: str, kinds: list[type[Any]]) -> str:
    """The start of a statement that names as `found` the rows that wait, each with what it is called."""
    records = " UNION ALL ".join(map(_labelled, kinds))
    return f"""WITH waiting AS ({LISTS[name].sql}), record AS ({records}), found AS (
        SELECT table_name, id, label, coalesce(w.since, r.{LISTS[name].since}) AS since, number, said
          FROM waiting w JOIN record r USING (table_name, id)
         WHERE %(words)s = ''
            OR strpos(extensions.folded(label || ' ' || said), extensions.folded(%(words)s::text)) > 0)"""


def _labelled(model: type[Any]) -> str:
    """The rows of a kind, under their labels; without those that were public once and are not."""
    table = model._meta.db_table
    if model is Submission:
        return f"""SELECT '{table}' AS table_name, r.id, {LABELS[model]} AS label, r.sent_at AS entered,
                          r.sent_at AS changed
                     FROM {table} r"""
    return f"""SELECT '{table}' AS table_name, r.id, {LABELS[model]} AS label, r.created_at AS entered,
                      r.updated_at AS changed
                 FROM {table} r
                WHERE NOT EXISTS (SELECT FROM ledger.withdrawal w WHERE w.id = r.id AND w.table_name = '{table}')
                   OR EXISTS (SELECT FROM window_now.{table} public WHERE public.id = r.id)"""
