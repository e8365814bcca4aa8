"""Plans what a dossier changes: finds again what is there and compares it, value by value, with what is stated.

The plan of a file stands on the database and on the files planned before it. Nothing is written here.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from negotiations.exchange.holdings import Holdings, Model, Values
from negotiations.exchange.references import resolved
from negotiations.exchange.rows import Dossier, Entry, Row
from negotiations.exchange.values import spelled_in_key, with_article
from negotiations.models.records import Record


@dataclass(eq=False)
class Change:
    """One row to be made, or to be changed in some columns."""

    row: Row
    id: uuid.UUID
    is_new: bool
    values: Values  # of a new row every column that a dossier can fill, else the changed ones
    whole: Values  # every column that a dossier can fill, as it will be

    @property
    def model(self) -> Model:
        return self.row.shape.model


Stated = dict[tuple[Model, uuid.UUID], set[str]]  # columns by row


@dataclass(eq=False)
class Plan:
    """What one file changes, and which records it makes, changes or leaves as they are."""

    dossier: Dossier
    changes: dict[Row, Change] = field(default_factory=dict)
    new: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    unchanged: list[Row] = field(default_factory=list)
    ids: dict[Row, uuid.UUID] = field(default_factory=dict)
    stated: Stated = field(default_factory=dict)
    left_alone: Stated = field(default_factory=dict)  # of rows that are there: others have the last word on these
    gone: dict[Row, dict[Model, list[uuid.UUID]]] = field(default_factory=dict)  # parts that a row does not keep

    def records(self, rows: Iterable[Row]) -> list[tuple[type[Record], uuid.UUID]]:
        """Kind and id of the records among `new`, `changed` or `unchanged`."""
        return [(row.shape.model, self.ids[row]) for row in rows]  # type: ignore[misc]  # rows of records only

    def going(self) -> dict[Model, list[uuid.UUID]]:
        """All parts that go, by kind."""
        found: dict[Model, list[uuid.UUID]] = defaultdict(list)
        for parts in self.gone.values():
            for model, ids in parts.items():
                found[model] += ids
        return found


class Planner:
    """Plans one file after another on the same holdings, which afterwards hold what the files will have made."""

    def __init__(self, holdings: Holdings) -> None:
        self.holdings = holdings
        self.seen: dict[Any, Row] = {}  # ids and slugs that stand in the file, and where first

    def plan(self, dossier: Dossier, left_alone: Stated | None = None) -> Plan:
        """The changes that a file makes; what cannot be resolved is told to its document, and its row left unfit."""
        plan = Plan(dossier, left_alone=left_alone or {})
        self.seen = {}
        for row in dossier.records:
            self._identify_record(plan, row)
        for row in dossier.records:
            self._compare(plan, row)
        self._conclude(plan)
        return plan

    # Records: known by their id

    def _identify_record(self, plan: Plan, row: Row) -> None:
        """Find the record or enter it as new, so that everything in the file can refer to it."""
        slug, model, ids = row.given.get("slug"), row.shape.model, self.holdings.ids[row.shape.model]
        is_first = self._is_first(row, row.stated_id, "id") & self._is_first(row, slug and (model, slug), "slug")
        if row.entry is not Entry.EITHER:
            if is_first and row.stated_id is not None:
                self._identify_entered(plan, row, row.stated_id, slug)
            return
        if slug is None or row.stated_id is None or not is_first:
            if slug is not None:
                ids.setdefault(slug, uuid.uuid4())  # so that references to it do not fail as well
            return
        there = self.holdings.rows.get((model, row.stated_id))
        if there is not None:
            plan.ids[row] = row.stated_id
            if there["slug"] != slug:
                row.complain(
                    f'this id belongs to the {row.shape.name} "{there["slug"]}"; a new record needs an id of its own'
                    " (a dossier renames nothing)",
                    "id",
                    code="taken",
                )
        elif ids.get(slug) in self.holdings.slugs:
            row.complain(f'the {row.shape.name} "{slug}" has the id {ids[slug]}; write that one', "id", code="taken")
        else:
            plan.ids[row] = row.stated_id
            if row.stated_id.version != 4:
                row.complain(f"is not a random UUID of version 4; a fresh one: {uuid.uuid4()}", "id", code="rule")
            self._enter(plan, row, _defaults(row) | {"id": row.stated_id, "version": 1, "slug": slug})

    def _identify_entered(self, plan: Plan, row: Row, id: uuid.UUID, slug: str | None) -> None:
        """As above, of a record that is known to be new, or known to be there and may get another slug."""
        model, ids = row.shape.model, self.holdings.ids[row.shape.model]
        if slug is None and row.entry is Entry.NEW:
            if missing := _missing(row):
                row.complain(f"this is a new {row.shape.name}, and it lacks: {', '.join(missing)}", code="required")
        elif slug is not None and ids.setdefault(slug, id) != id:
            row.complain(f"another {row.shape.name} has this slug; choose another", "slug", code="taken")
        elif row.entry is Entry.CHANGE:
            plan.ids[row] = id
        elif (model, id) in self.holdings.rows:
            row.complain(
                f'this id belongs to the {row.shape.name} "{self.holdings.slugs[id]}"; leave it out', "id", code="taken"
            )
        else:
            plan.ids[row] = id
            if id.version != 4:
                row.complain(f"is not a random UUID of version 4; a fresh one: {uuid.uuid4()}", "id", code="rule")
            self._enter(plan, row, _defaults(row) | {"id": id, "version": 1, "slug": slug})

    def _is_first(self, row: Row, value: Any, *keys: str) -> bool:
        """Whether the id or slug stands in the file for the first time; told when it does not."""
        first = self.seen.setdefault(value, row) if value else row
        if first is not row:
            row.complain(
                f"stands {first.document.place_of((*first.at, *keys))}; put both together", *keys, code="taken"
            )
        return first is row

    # Parts: known by their id, or by what they say

    def _identify_part(self, plan: Plan, row: Row) -> None:
        """Find the part again, or give it the id that follows from its parent and from what it is known by."""
        assert row.parent is not None
        assert row.parts is not None
        parent = plan.ids.get(row.parent)
        stated = resolved(self.holdings, row, parent, late=False)
        if parent is None or not row.is_fit:
            self.holdings.unread.add(row.shape.model)
            return
        values = _defaults(row) | stated | {row.parts.parent: parent}
        there = self.holdings.parts[row.parts.model, row.parts.parent, parent].get(row.shape.known(values))
        is_held = (row.parts.model, row.stated_id) in self.holdings.rows
        if row.stated_id and there and there != row.stated_id and not (row.is_whole and is_held):
            row.complain(
                f"this {row.shape.name} is there already, with the id {there}; write that one", "id", code="taken"
            )
            return
        entering = (*row.shape.known_by, *(name for name in row.shape.known_by_too if values[name] is not None))
        spelled = "\n".join(f"{column}={spelled_in_key(values[column])}" for column in entering)
        derived = uuid.uuid5(parent, f"{row.parts.model._meta.model_name}\n{spelled}")
        found = row.stated_id or there or (uuid.uuid4() if row.is_whole else derived)
        if not self._is_first(row, found):
            self.holdings.unread.add(row.shape.model)
            return
        plan.ids[row] = found
        at_home = self.holdings.rows.get((row.parts.model, found))
        if at_home is None:
            self._enter(plan, row, {"id": found} | values)
        elif at_home[row.parts.parent] != parent:
            row.complain(f"this id belongs to {with_article(row.shape.name)} of another record", "id", code="taken")

    def _enter(self, plan: Plan, row: Row, values: Values) -> None:
        """Add a row that will be made; `values` is filled further when the row is compared."""
        if missing := _missing(row):
            row.complain(f"this is a new {row.shape.name}, and it lacks: {', '.join(missing)}", code="required")
        if row.parts:
            self.holdings.add_part(row.parts, values[row.parts.parent], values)
        else:
            self.holdings.add_record(row.shape.model, values)
        plan.changes[row] = Change(row, values["id"], True, values, values)

    # Values

    def _compare(self, plan: Plan, row: Row) -> None:
        """Note which of a row's values differ from those that are there, then do the same for its parts."""
        parent = plan.ids.get(row.parent) if row.parent else None
        stated = resolved(self.holdings, row, parent, late=True)
        filled = [column for column, value in stated.items() if value is not None]
        stated = (_defaults(row) if row.is_whole else dict.fromkeys(row.shape.emptied_by(filled))) | stated
        if row.is_whole and row in plan.ids and row not in plan.changes and (missing := _missing(row)):
            row.complain(
                f"{with_article(row.shape.name)} is stated whole, and this one lacks: {', '.join(missing)}",
                code="required",
            )
        if id := plan.ids.get(row):
            there = self.holdings.rows[row.shape.model, id]
            plan.stated[row.shape.model, id] = set(stated)
            alone = set() if row in plan.changes else plan.left_alone.get((row.shape.model, id), set())
            differing = {
                column: value for column, value in stated.items() if there[column] != value and column not in alone
            }
            if row.parts and parent:
                self.holdings.change_part(row.parts, parent, there, differing)
            else:
                there.update(differing)
            if differing and row not in plan.changes:
                plan.changes[row] = Change(row, id, False, differing, dict(there))
        for part in row.children:
            self._identify_part(plan, part)
        for part in row.children:
            self._compare(plan, part)
        if id:
            self._let_go(plan, row, id)

    def _let_go(self, plan: Plan, row: Row, id: uuid.UUID) -> None:
        """Note the parts that the database has under a key of which all are stated, and that are not among these."""
        kept = {plan.ids.get(part) for part in row.children}
        gone: dict[Model, list[uuid.UUID]] = defaultdict(list)
        for name in row.whole_parts:
            parts = row.shape.parts[name]
            for part in self.holdings.held[parts.model, parts.parent, id] - kept:
                for model, each in [(parts.model, part), *self.holdings.under(parts.model, part)]:
                    gone[model].append(each)
        if gone:
            plan.gone[row] = gone

    def _conclude(self, plan: Plan) -> None:
        """Sort the records under new, changed or unchanged; count up the version of each that is changed."""
        of_record: dict[Row, int] = defaultdict(int)
        for change in plan.changes.values():
            of_record[change.row.root] += 1
            if change.is_new:  # as it is now: later files change what the holdings hold
                change.values = change.whole = dict(change.whole)
        for row in plan.gone:
            of_record[row.root] += 1
        for row in plan.dossier.records:
            id, own = plan.ids.get(row), plan.changes.get(row)
            if id is None:
                continue
            if own and own.is_new:
                plan.new.append(row)
            elif not of_record[row]:
                plan.unchanged.append(row)
            else:
                plan.changed.append(row)
                there = self.holdings.rows[row.shape.model, id]
                there["version"] += 1
                own = plan.changes.setdefault(row, Change(row, id, False, {}, dict(there)))
                own.values["version"] = own.whole["version"] = there["version"]


def _missing(row: Row) -> list[str]:
    """The keys that the row has to state and does not; what it states and nobody can read has been told already."""
    lines = row.document.lines
    return [name for name in row.shape.required if name not in row.given and (*row.at, name) not in lines]


def _defaults(row: Row) -> Values:
    """The values that a new row has where nothing is stated."""
    columns = set(row.shape.columns)
    return {
        column.attname: column.get_default()
        for column in row.shape.model._meta.concrete_fields
        if column.attname in columns
    }
