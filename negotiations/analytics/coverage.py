"""How far each process is covered: the days of which its public records tell, how many there are, what last changed.

A process's records are those that lists show under `process=`: what names it, and statements at its talks or about it.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from negotiations.ledger.window import window_connection

KINDS = ("talks", "statements", "positions", "outcomes", "events")
# `covered`: each record of a process once, with the days it is of; UNION without ALL, since a statement may belong to
# it in two ways.
COVERED = """
    covered AS (
        SELECT process_id, 'talks' AS kind, id, during AS days FROM {window}negotiations_talk
        UNION ALL SELECT process_id, 'positions', id, in_force FROM {window}negotiations_position
        UNION ALL SELECT process_id, 'outcomes', id, agreed FROM {window}negotiations_outcome
        UNION ALL SELECT process_id, 'events', id, during FROM {window}negotiations_event
        UNION ALL (
            SELECT t.process_id, 'statements', s.id, s.said_on
              FROM {window}negotiations_statement s JOIN {window}negotiations_talk t ON t.id = s.occasion_id
            UNION SELECT l.to_process_id, 'statements', s.id, s.said_on
              FROM {window}negotiations_statement s JOIN {window}negotiations_statementlink l ON l.statement_id = s.id)
    )
"""
# The newest revision that opened or closed a row of the process, of such a record, or of a part of either.
CHANGED = """
    SELECT process_id, max(revision) AS revision
      FROM (SELECT process_id, id FROM covered UNION ALL SELECT id, id FROM {window}negotiations_process) whole
      JOIN {window}touched ON root_id = whole.id GROUP BY process_id
"""
# `extent`: of each kind how many, and the first and last day; of what has no end, the day it begins.
COVERAGE = f"""
    WITH {COVERED.format(window="")}, extent AS (
        SELECT process_id, kind, count(*) AS records, min(coalesce(lower(days), upper(days) - 1)) AS first,
               max(coalesce(upper(days) - 1, lower(days))) AS last
          FROM covered GROUP BY process_id, kind
    ), changed AS ({CHANGED.format(window="")})
    SELECT process_id, revision, kind, records, first, last FROM changed LEFT JOIN extent USING (process_id)
     WHERE process_id = ANY (%s)
"""


def changes(window: str) -> str:
    """SQL of the newest revision of each public process (`process_id`, `revision`), read in the schema `window`."""
    return f"WITH {COVERED.format(window=window)} {CHANGED.format(window=window)}"


@dataclass
class Coverage:
    """What is public of one process. `since` and `until` are None where no record has a date."""

    last_revision: int
    since: datetime.date | None = None
    until: datetime.date | None = None
    records: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))


def coverage_of(processes: Collection[UUID]) -> dict[UUID, Coverage]:
    """The coverage of each of `processes` at the revision that the open window looks at. One query."""
    found: dict[UUID, Coverage] = {}
    with window_connection().cursor() as cursor:
        cursor.execute(COVERAGE, [list(processes)])
        for process, revision, kind, records, first, last in cursor.fetchall():
            covered = found.setdefault(process, Coverage(revision))
            if kind is None:
                continue
            covered.records[kind] = records
            covered.since = min(filter(None, (covered.since, first)), default=None)
            covered.until = max(filter(None, (covered.until, last)), default=None)
    return found
