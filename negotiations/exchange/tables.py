"""Tables in: what a table would change, said by row and cell; then the same, all or none, by the dossiers' writer.

Whoever brings a table in sees first what would become of it. What is written is what was seen, or nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from negotiations import publication
from negotiations.exchange import writing
from negotiations.exchange.entering import Unfit, enter
from negotiations.exchange.planning import Change, Plan
from negotiations.exchange.rows import Row
from negotiations.exchange.sheets import Fault, Sheet
from negotiations.exchange.table_rows import Texts, cell_text, texts_by_id
from negotiations.exchange.table_shapes import ID, OF, Table
from negotiations.exchange.tabled import Tabled
from negotiations.ledger.stages import PUBLISHED, stages
from negotiations.models import Submission
from negotiations.models.records import Record

Permit = Callable[[Plan], None]


@dataclass(frozen=True)
class Difference:
    """A cell that says another thing than the desk."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """A row of the table that makes or changes something."""

    row: int
    label: str
    is_new: bool
    differences: tuple[Difference, ...]


@dataclass
class Examined:
    """What a table would do: what is wrong with it, what deserves a look, and which rows make or change something."""

    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    unchanged: int = 0

    @property
    def new(self) -> int:
        return sum(line.is_new for line in self.lines)

    @property
    def changed(self) -> int:
        return len(self.lines) - self.new

    @property
    def digest(self) -> str:
        """Of what would change: another one when the table, or the desk meanwhile, is another."""
        return hashlib.sha256(repr(self.lines).encode()).hexdigest()


@dataclass
class BroughtIn:
    """What a table did: the records that it made or changed, and the submission in which they wait for review."""

    examined: Examined
    made: list[Record]
    changed: list[Record]
    submission: Submission | None


class NotAsSeen(Exception):
    """What would be written is not what was seen; nothing was. `examined` says what would be written now."""

    def __init__(self, examined: Examined) -> None:
        self.examined = examined
        super().__init__("The table would do something else by now.")


def examine(table: Table, sheet: Sheet, *, by: AbstractBaseUser, permit: Permit) -> Examined:
    """What bringing in `sheet` would do. Nothing remains of it; everything behind it is tried, PostgreSQL's rules too.

    `permit` may raise when it sees what would be written. Cost: about 30 statements and one for each changed row; where
    PostgreSQL refuses, three for each row.
    """
    with writing.rolled_back():
        return _entered(table, sheet, by, permit)[0]


def bring_in(
    table: Table, sheet: Sheet, *, by: AbstractBaseUser, permit: Permit, seen: str, note: str | None
) -> BroughtIn:
    """Write all of `sheet` as drafts and pending edits of `by`, and with a `note` send them for review together.

    `seen` is the digest of what was seen; raises NotAsSeen when something else would be written by now, and
    publication.Refused when it cannot be sent. Then nothing is written. Opens its own transaction.
    """
    try:
        with transaction.atomic():
            examined, plan = _entered(table, sheet, by, permit)
            if plan is None or examined.digest != seen:
                raise NotAsSeen(examined)
            made, changed = (writing.records_of(plan.records(rows)) for rows in (plan.new, plan.changed))
            to_send = _not_public([*made, *changed]) if note is not None else []
            submission = publication.submit(to_send, by=by, note=note) if note is not None and to_send else None
    except IntegrityError as error:
        words = publication.words_of(error) or str(error).splitlines()[0]
        raise publication.Refused([f"The database refuses it, so nothing was written: {words}"]) from error
    return BroughtIn(examined, made, changed, submission)


def _entered(table: Table, sheet: Sheet, by: AbstractBaseUser, permit: Permit) -> tuple[Examined, Plan | None]:
    """Write it inside the caller's transaction, which is rolled back if there are faults and so no plan."""
    tabled = Tabled(table, sheet)
    document = tabled.document
    comparison = _Comparison(table, tabled)

    def look(plan: Plan) -> None:
        permit(plan)
        comparison.read(plan)

    plan = None
    if tabled.dossier.records:
        try:
            plan = enter(tabled.dossier, by=by, permit=look).plan
            writing.check_deferred()
        except Unfit:
            pass
        except IntegrityError as error:
            message = publication.words_of(error) or str(error).splitlines()[0]
            document.faults.append(Fault(0, 0, message))
    examined = comparison.examined()
    return examined, None if examined.faults else plan


def _not_public(records: list[Record]) -> list[Record]:
    """Those that differ from what is public, so that there is something to review."""
    found: dict[Any, str] = {}
    for model in {type(record) for record in records}:
        found |= stages(model, [record.pk for record in records if type(record) is model])
    return [record for record in records if found[record.pk] != PUBLISHED]


class _Comparison:
    """What the rows of a table change, told in the words of its cells."""

    def __init__(self, table: Table, tabled: Tabled) -> None:
        self.table, self.tabled = table, tabled
        self.changes: dict[Row, Change] = {}
        self.before: dict[str, Texts] = {}

    def read(self, plan: Plan) -> None:
        """Note what `plan` changes, and what stands there before it is written."""
        self.changes = {row: plan.changes[row] for row in self.tabled.texts if row in plan.changes}
        known = [change.id for change in self.changes.values() if not change.is_new]
        self.before = texts_by_id(self.table.model, known) if known else {}

    def examined(self) -> Examined:
        document = self.tabled.document
        if document.faults:
            return Examined(sorted(set(document.faults)), sorted(document.doubts))
        lines = [self._line(row, change) for row, change in self.changes.items()]
        unchanged = len(self.tabled.texts) - len(lines)
        return Examined([], sorted(document.doubts), sorted(lines, key=lambda line: line.row), unchanged)

    def _line(self, row: Row, change: Change) -> Line:
        texts = self.tabled.texts[row]
        label = texts.get("slug") or texts.get(OF) or texts.get(ID, "")
        if change.is_new:
            said = [Difference(name, "", self._after(row, name)) for name in row.given]
            told = tuple(difference for difference in said if difference.after)
        else:
            before = self.before[str(change.id)]
            told = tuple(
                Difference(key.name, before[key.name], self._after(row, key.name))
                for key in row.shape.keys.values()
                if change.values.keys() & {key.column, *(column for column, _model in key.targets.values())}
            )
        return Line(int(row.at[0]), label, change.is_new, told)

    def _after(self, row: Row, name: str) -> str:
        text = self.tabled.texts[row].get(name, "")
        return text or cell_text(row.given.get(name))
