"""Verifying the ledger: every digest and hash anew from what the tables hold, from the first revision to the head.

It reads the catalogue, the twins and the four tables beside them, and mends nothing. It trusts no list of ours of which
tables there are: a twin whose model is gone is verified like any other. PostgreSQL computes digests and sorts what each
revision did; Python walks along the revisions, so memory does not grow with the ledger.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from negotiations.ledger import aggregates
from negotiations.ledger.digests import CANONICAL_SETTINGS
from negotiations.ledger.kept_heads import KeptHead
from negotiations.ledger.row_events import Twin, faults_of_forms, row_events, twins
from negotiations.ledger.writing import MOMENT

CHUNK = 2_000  # rows fetched at a time
FEW = 2_000  # up to so many events of a revision, the one that does not belong is looked for by trying
NOTHING = bytes(32)  # what the first revision calls the hash before it


@dataclass(frozen=True)
class Fault:
    """What is not as it was sealed: of a revision, or of a row; a form belongs to no revision."""

    revision: int | None
    what: str
    table: str = ""
    id: UUID | None = None

    def __str__(self) -> str:
        revision = "" if self.revision is None else f"revision {self.revision}"
        row = f"{self.table} {self.id}" if self.id else self.table
        return f"{', '.join(filter(None, [revision, row]))}: {self.what}"


class RowEvent(NamedTuple):
    """One thing a revision did to one row; `covered` is what the revision's hash covers of it."""

    number: int
    table: str
    id: UUID
    sign: str
    covered: bytes
    fault: str | None


class Sealed(NamedTuple):
    """A row of ledger.revision; `covered` is what its hash covers of its words."""

    number: int
    moment: str
    is_later: bool
    previous: bytes
    hash: bytes
    covered: bytes


REVISIONS = f"""
SELECT number, {MOMENT % "at"}, coalesce(at > lag(at) OVER (ORDER BY number), true), previous, hash,
       convert_to(jsonb_build_array(number, {MOMENT % "at"}, kind, note::text)::text, 'UTF8')
  FROM ledger.revision ORDER BY number"""


@contextmanager
def snapshot() -> Iterator[None]:
    """One read-only, repeatable-read transaction: acts go on meanwhile and are not seen. Inside another, that one."""
    is_ours = not connection.in_atomic_block
    with transaction.atomic():
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


class Verification:
    """One walk along the ledger, inside `snapshot()`. After `faults()` is through, it knows what it has seen."""

    def __init__(self, kept: Iterable[KeptHead] = (), tell: Callable[[int, int], None] = lambda *_: None) -> None:
        """`kept` are heads to compare with; `tell` hears of progress: the revision and the rows so far."""
        self.revisions = 0
        self.rows = 0
        self.newest: Sealed | None = None
        self._kept: dict[int, list[KeptHead]] = defaultdict(list)
        for head in kept:
            self._kept[head.number].append(head)
        self._tell = tell
        self._records = {model._meta.db_table for model in aggregates.records()}

    @property
    def head(self) -> KeptHead | None:
        """The newest revision as a head to be kept; None before the first."""
        newest = self.newest
        return KeptHead(newest.number, newest.moment, newest.hash.hex()) if newest else None

    def faults(self) -> Iterator[Fault]:
        """Every fault, by revision; those of forms come first, those of the head and of what was cut off last.

        Reads each row once; PostgreSQL sorts two events a row, on its disk if they are many.
        """
        with connection.cursor() as cursor:
            cursor.execute(CANONICAL_SETTINGS)
            found = twins(cursor)
            for table, what in faults_of_forms(cursor, found):
                yield Fault(None, what, table)
        done = groupby(_row_events(found), key=lambda event: event.number)
        for number, sealed, its_events in _side_by_side(_revisions(), done):
            if sealed is None:
                for event in its_events:
                    yield Fault(number, f"{_did(event)} there, and there is no such revision", event.table, event.id)
                continue
            yield from self._faults_of_link(sealed)
            yield from self._faults_of_events(sealed, its_events)
            self.revisions += 1
            self.newest = sealed
            self._tell(number, self.rows)
        yield from self._faults_of_end()

    def _faults_of_link(self, sealed: Sealed) -> Iterator[Fault]:
        """The revision as a link of the chain, and against the heads kept elsewhere."""
        last, before = (self.newest.number, self.newest.hash) if self.newest else (0, NOTHING)
        if sealed.number != last + 1:
            yield Fault(last + 1, f"is missing; the next one is {sealed.number}")
        if not sealed.is_later:
            yield Fault(sealed.number, "its moment is not after that of the revision before")
        if sealed.previous != before:
            yield Fault(sealed.number, "it does not follow upon the hash of the revision before")
        for kept in self._kept.get(sealed.number, ()):
            if kept.hash != sealed.hash.hex():
                yield Fault(sealed.number, f"its hash is not the one that was kept ({kept.hash})")

    def _faults_of_events(self, sealed: Sealed, its_events: Iterable[RowEvent]) -> Iterator[Fault]:
        """What the revision did: each row by its own digest, all of them by the revision's hash."""
        computed = hashlib.sha256(sealed.previous + sealed.covered)
        few: list[RowEvent] = []
        count = 0
        for (table, id), of_one in groupby(its_events, key=lambda event: (event.table, event.id)):
            signs = set()
            for event in of_one:
                count += 1
                self.rows += event.sign == "+"
                signs.add(event.sign)
                computed.update(event.covered)
                if len(few) <= FEW:
                    few.append(event)
                if event.fault:
                    yield Fault(sealed.number, event.fault, table, id)
            if table in self._records and "-" in signs and not signs & {"+", "!"}:
                yield Fault(sealed.number, "ceased to be public, and no withdrawal says so", table, id)
        if not count:
            yield Fault(sealed.number, "it changes nothing")
        if computed.digest() != sealed.hash:
            yield _mismatch(sealed, few if count <= FEW else [])

    def _faults_of_end(self) -> Iterator[Fault]:
        """The head, and what was kept of revisions that are there no more."""
        last, hash = (self.newest.number, self.newest.hash) if self.newest else (0, NOTHING)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT number, CASE WHEN isfinite(at) THEN {MOMENT % "at"} END, hash,
                           epoch >= (SELECT count(DISTINCT number) FROM ledger.withdrawal WHERE act = 'suppression')
                      FROM ledger.head"""
            )
            rows = cursor.fetchall()
        if len(rows) != 1:
            yield Fault(last, "ledger.head has not one row")
        for number, moment, head_hash, counts_suppressions in rows:
            if (number, bytes(head_hash), moment) != (last, hash, self.newest and self.newest.moment):
                yield Fault(last, f"the newest revision is {last}, and ledger.head says otherwise (number {number})")
            if not counts_suppressions:
                yield Fault(last, "the epoch of ledger.head is lower than the number of suppressions")
        for number in sorted(self._kept):
            if number > last:
                yield Fault(number, f"was kept as a head, and the ledger ends at {last}: its end was cut off")


def _mismatch(sealed: Sealed, its_events: list[RowEvent]) -> Fault:
    """The hash does not fit; if it fits without one of the events, that is the one which does not belong."""
    prefix = hashlib.sha256(sealed.previous + sealed.covered)
    for place, event in enumerate(its_events):
        without = prefix.copy()
        for later in its_events[place + 1 :]:
            without.update(later.covered)
        if without.digest() == sealed.hash:
            return Fault(sealed.number, f"{_did(event)} there, which is not what was sealed", event.table, event.id)
        prefix.update(event.covered)
    return Fault(
        sealed.number, "its hash is not that of its words and of what it opened, closed, withheld and withdrew"
    )


def _did(event: RowEvent) -> str:
    return {"+": "is opened", "-": "is closed", "x": "is withheld", "!": "is withdrawn"}[event.sign[0]]


def _side_by_side(
    revisions: Iterator[Sealed], groups: Iterator[tuple[int, Iterator[RowEvent]]]
) -> Iterator[tuple[int, Sealed | None, Iterable[RowEvent]]]:
    """Both in the order of their numbers: a revision may have no events, and events no revision."""
    sealed, group = next(revisions, None), next(groups, None)
    while sealed or group:
        if sealed and (group is None or sealed.number < group[0]):
            yield sealed.number, sealed, ()
            sealed = next(revisions, None)
        elif group and (sealed is None or group[0] < sealed.number):
            yield group[0], None, group[1]
            group = next(groups, None)
        elif sealed and group:
            yield sealed.number, sealed, group[1]
            sealed, group = next(revisions, None), next(groups, None)


def _revisions() -> Iterator[Sealed]:
    for number, moment, is_later, previous, hash, covered in _rows(REVISIONS):
        yield Sealed(number, moment, is_later, bytes(previous), bytes(hash), bytes(covered))


def _row_events(found: Iterable[Twin]) -> Iterator[RowEvent]:
    for number, table, id, sign, covered, fault in _rows(row_events(found)):
        yield RowEvent(number, table, id, sign, bytes(covered), fault)


def _rows(statement: str) -> Iterator[Any]:
    """The rows of `statement`, from a cursor on the server, a chunk at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows
