"""From rows on the desk to revisions of the ledger: copied, published and retracted as acts would, in bulk.

The ledger's own functions close, open and seal rows. Triggers and foreign keys are asleep meanwhile, since waking them
for each of a million rows takes minutes; `owed` asks what they would have asked, once for all rows, at the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from bench.data.rows import Model, Rows
from negotiations.ledger import aggregates, catalogue, writing
from negotiations.ledger.digests import quote
from negotiations.models import AgendaItem, Citation, Event, Outcome, Position, Statement, Talk
from negotiations.models.records import Record

CITED: tuple[Any, ...] = (Talk, Statement, Position, Outcome, Event)
# What is amended in a revision: of which table, how many rows, and how.
AMENDED: tuple[tuple[Model, int, str], ...] = (
    (Talk, 100, "summary = summary || ' Corrected.'"),
    (Talk, 10, "slug = slug || '-moved'"),
    (Position, 400, "text = text || ' Corrected.'"),
    (Outcome, 100, "text = text || ' Corrected.'"),
    (Citation, 400, "locator = locator || ', corrected'"),
)
DROPPED = 50  # agenda items that a revision takes out


class Desk:
    """The desk of the one who enters it all, and what was published from it."""

    def __init__(self, rows: Rows, chance: Random, editor: int) -> None:
        self._rows, self._chance, self._editor = rows, chance, editor
        self._public: dict[Model, list[UUID]] = defaultdict(list)

    def publish(self, note: str, *, amends: bool = True) -> int:
        """The rows made since, and corrections of what was public before, as one revision; its number."""
        with asleep():
            changed = self._amend() if amends else {}
            gone = self._drop() if amends else []
            made = {model: ids for model, ids, _ in self._copy()}
            desk = {model: [*made.get(model, []), *changed.get(model, [])] for model in {**made, **changed}}
            ledger = {**changed, AgendaItem: gone}
            number = self._write(desk, ledger, "new", note)
        for model, ids in made.items():
            self._public[model] += ids
        return number

    def retract(self, talks: list[UUID], note: str) -> int:
        with asleep():
            rows = aggregates.rows_under({Talk: talks}, "ledger")
            for model, ids in rows.items():
                self._forget(model, ids)
            return self._write({}, rows, "retraction", note, {Talk: talks})

    def _write(
        self, desk: Any, ledger: Any, kind: str, note: str, leaving: dict[type[Record], list[UUID]] | None = None
    ) -> int:
        head = writing.lock_head()
        writing.close_rows(head.number + 1, desk, ledger)
        writing.open_rows(head.number + 1, desk)
        if leaving:
            writing.withdraw(head.number + 1, leaving, "retraction", None)
        number = writing.seal(head, desk=desk, ledger=ledger, kind=kind, note=note, by=self._editor)
        _execute("UPDATE ledger.head SET begun = number")  # as a trigger says that is asleep
        return number

    def _copy(self) -> Iterator[tuple[Model, list[UUID], str]]:
        with connection.cursor() as cursor:
            for model, ids, lines in self._rows.take():
                columns = ", ".join(map(quote, self._rows.columns(model)))
                with cursor.copy(f"COPY public.{quote(model._meta.db_table)} ({columns}) FROM STDIN") as copying:
                    copying.write(lines)
                yield model, ids, lines

    def _amend(self) -> dict[Model, list[UUID]]:
        changed: dict[Model, set[UUID]] = defaultdict(set)
        for model, count, change in AMENDED:
            ids = self._some(model, count)
            _execute(f"UPDATE public.{quote(model._meta.db_table)} SET {change} WHERE id = ANY (%s)", [ids])
            changed[model].update(ids)
        return {model: sorted(ids) for model, ids in changed.items()}

    def _drop(self) -> list[UUID]:
        gone = self._some(AgendaItem, DROPPED)
        self._forget(AgendaItem, gone)
        _execute(f"DELETE FROM public.{quote(AgendaItem._meta.db_table)} WHERE id = ANY (%s)", [gone])
        return gone

    def _forget(self, model: Model, ids: list[UUID]) -> None:
        """These are not amended any more."""
        gone = set(ids)
        self._public[model] = [id for id in self._public[model] if id not in gone]

    def _some(self, model: Model, count: int) -> list[UUID]:
        public = self._public[model]
        return self._chance.sample(public, min(count, len(public)))


@contextmanager
def asleep() -> Iterator[None]:
    """A transaction in which no trigger and no foreign key wakes; PostgreSQL's other rules hold."""
    with transaction.atomic():
        _execute("SET LOCAL session_replication_role = replica")
        yield


@contextmanager
def without_indexes() -> Iterator[None]:
    """The desk's and the twins' indexes are dropped and made anew afterwards, but for what publishing looks up by."""
    with connection.cursor() as cursor:
        cursor.execute(
            r"""SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
                 JOIN pg_class c ON c.oid = i.indrelid
                WHERE c.relnamespace IN ('public'::regnamespace, 'ledger'::regnamespace) AND NOT i.indisunique
                  AND NOT EXISTS (SELECT FROM pg_constraint x WHERE x.conindid = i.indexrelid)
                  AND pg_get_indexdef(i.indexrelid) !~ ' USING btree \((id|lower|upper)'"""
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _, making in found:
            cursor.execute(making)


def owed() -> Iterable[str]:
    """A sentence for each rule of the ledger that some row breaks, of those that were asleep."""
    with connection.cursor() as cursor:
        for model in aggregates.tables():
            yield from _without_target(cursor, model._meta.db_table)
        for model in CITED:
            table, column = model._meta.db_table, f"{model._meta.model_name}_id"
            cursor.execute(
                f"""SELECT count(*) FROM window_now.{quote(table)} r WHERE NOT EXISTS (
                        SELECT FROM window_now.negotiations_citation c WHERE c.{quote(column)} = r.id)"""
            )
            if count := cursor.fetchone()[0]:
                yield f"{count} rows of {table} are public without a citation."
        cursor.execute(OWN_VOICE)
        if count := cursor.fetchone()[0]:
            yield f"{count} positions are self-stated and cited in no voice of their party's."


def _without_target(cursor: Any, table: str) -> Iterator[str]:
    """References to what was not public in every revision of the row that refers."""
    for column, target in catalogue.references_of(cursor, table):
        cursor.execute(
            f"""WITH there AS (SELECT id, range_agg(revisions) AS revisions FROM ledger.{quote(target)} GROUP BY id)
                SELECT count(*) FROM ledger.{quote(table)} l LEFT JOIN there ON there.id = l.{quote(column)}
                 WHERE l.{quote(column)} IS NOT NULL AND l.revisions <@ there.revisions IS NOT TRUE"""
        )
        if count := cursor.fetchone()[0]:
            yield f"{count} rows of {table} refer by {column} to what is not public in each of their revisions."


OWN_VOICE = """
SELECT count(*) FROM window_now.negotiations_position p
 WHERE ascription = 'self_stated' AND NOT EXISTS (
       SELECT FROM window_now.negotiations_citation c
         JOIN window_now.negotiations_affiliation a ON a.actor_id = c.speaker_id
        WHERE c.position_id = p.id AND a.organisation_id = p.party_id)"""


def _execute(statement: str, values: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
