"""Which records each revision touched, and in which revisions a record changed: reads `touched`, inside the window.

The desk asks the same of one record outside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL

from negotiations.ledger.digests import quote
from negotiations.ledger.window import window_connection
from negotiations.models.records import Record
from negotiations.vocabulary import Change


@dataclass(frozen=True)
class Touch:
    """What one revision did to one record, by the name of its table."""

    table: str
    id: UUID
    change: Change


def records_touched(revisions: Iterable[int]) -> dict[int, list[Touch]]:
    """For each of `revisions`, the records that it touched, parts included, ordered by table and id. One query."""
    found: dict[int, list[Touch]] = defaultdict(list)
    with window_connection().cursor() as cursor:
        cursor.execute(
            """SELECT revision, root_table, root_id,
                      coalesce(bool_or(opened) FILTER (WHERE id = root_id), false),
                      coalesce(bool_or(NOT opened) FILTER (WHERE id = root_id), false)
                 FROM touched WHERE revision = ANY (%s)
                GROUP BY revision, root_table, root_id ORDER BY root_table COLLATE "C", root_id""",
            [list(revisions)],
        )
        for revision, table, id, opened, closed in cursor.fetchall():
            found[revision].append(Touch(table, id, _change(opened, closed)))
    return found


def revisions_of(model: type[Record], id: UUID, *, on_desk: bool = False) -> dict[int, Change]:
    """The revisions that changed the record or one of its parts, and how. A query for each level of parts, up to 5.

    With `on_desk` it is asked outside the window, of all revisions there are.
    """
    own: dict[int, set[bool]] = defaultdict(set)
    found: set[int] = set()
    touched = "window_now.touched" if on_desk else "touched"
    with (connection if on_desk else window_connection()).cursor() as cursor:
        cursor.execute(
            f"SELECT revision, opened FROM {touched} WHERE table_name = %s AND id = %s", [model._meta.db_table, id]
        )
        for revision, opened in cursor.fetchall():
            own[revision].add(opened)
        owners = [id]
        while owners:
            cursor.execute(f"SELECT revision, id FROM {touched} WHERE owner_id = ANY (%s)", [owners])
            rows = cursor.fetchall()
            found.update(revision for revision, _ in rows)
            owners = list({part for _, part in rows})
    return {
        revision: _change(True in own.get(revision, ()), False in own.get(revision, ()))
        for revision in sorted(found | set(own))
    }


@dataclass(frozen=True)
class Kept:
    """The revisions at which the ledger still says what a record said: it was public then, and is not withheld."""

    ranges: tuple[tuple[int, int | None], ...]  # from, and up to but without; None: to this day

    def __contains__(self, revision: int) -> bool:
        return any(first <= revision and (end is None or revision < end) for first, end in self.ranges)


def kept(model: type[Record], id: UUID) -> Kept:
    """At which revisions the record can be read. One query, outside the window; what was suppressed is kept at none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT lower(revisions), upper(revisions) FROM ledger.{quote(model._meta.db_table)}
                 WHERE id = %s AND salt IS NOT NULL""",
            [id],
        )
        return Kept(tuple(cursor.fetchall()))


def changed_after(model: type[Record], revision: int) -> RawSQL:
    """The ids of the records of `model` of which a later revision than `revision` changed anything; for a condition."""
    sql = "SELECT root_id FROM touched WHERE root_table = %s AND revision > %s"
    return RawSQL(sql, [model._meta.db_table, revision])


def withdrawn_by_now(model: type[Record], id: UUID) -> int | None:
    """The revision that withdrew the record, wherever the window looks; None while it is public. One query."""
    with window_connection().cursor() as cursor:
        cursor.execute(
            f"""SELECT max(number) FROM window_now.negotiations_withdrawal WHERE table_name = %s AND record_id = %s
                   AND NOT EXISTS (SELECT FROM window_now.{quote(model._meta.db_table)} WHERE id = %s)""",
            [model._meta.db_table, id, id],
        )
        found: int | None = cursor.fetchone()[0]
    return found


def _change(opened: bool, closed: bool) -> Change:
    """What became of a record whose own row was opened or closed in a revision; neither when only parts were."""
    if opened == closed:
        return Change.CHANGED
    return Change.ADDED if opened else Change.WITHDRAWN
