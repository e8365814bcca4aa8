"""Where a record is used: the records, parts and citations that refer to it or to one of its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from negotiations.analytics.proposed import GONE, called, with_labels
from negotiations.ledger import aggregates
from negotiations.ledger.referring import Reference, references
from negotiations.models import Citation
from negotiations.models.records import Part, Record

PAGE = 50


@dataclass(frozen=True)
class Use:
    """One reference: what refers, by which of its columns, and the record on the desk that it belongs to."""

    kind: str
    label: str  # empty where it is a record, which has its own, or a part that the desk has lost
    column: str
    target: str  # the part that is referred to; empty where it is the record itself
    record: Record | None  # None where the desk has lost it
    on_desk: bool
    in_public: bool

    @property
    def of(self) -> str:
        """The kind of the record, where it is not what refers itself."""
        kind = str(self.record._meta.verbose_name) if self.record else ""
        return "" if kind == self.kind else kind


@dataclass(frozen=True)
class Uses:
    """How often each kind of row refers to a record, and one page of them."""

    counted: dict[Any, int]
    page: list[Use]

    @property
    def in_all(self) -> int:
        return sum(self.counted.values())


def uses(record: Record, model: Any = None, *, page: int = 1) -> Uses:
    """Who refers to `record` or its parts, on the desk or in public; with `model` rows of that kind only.

    `page` counts from 1, PAGE references each. Cost: two statements, and a few for each kind of row on the page and of
    what it belongs to, however many refer to it.
    """
    counted, found = references(record, model, start=(page - 1) * PAGE, length=PAGE)
    labels = _labels(found)
    records = _records(found)
    targets = _targets(record, {each.target for each in found} - {record.pk})
    told = [_use(each, labels.get(each.id, ""), records.get(each.id), targets.get(each.target, "")) for each in found]
    return Uses(counted, sorted(told, key=lambda use: (use.kind, use.column, str(use.record), use.label)))


def _use(found: Reference, label: str, record: Record | None, target: str) -> Use:
    field = next(field for field in found.model._meta.concrete_fields if field.column == found.column)
    kind = str(found.model._meta.verbose_name)
    return Use(kind, label, str(field.verbose_name), target, record, found.on_desk, found.in_public)


def _labels(found: Iterable[Reference]) -> dict[UUID, str]:
    """What the parts among them are called, as far as the desk has them; a citation after its words."""
    labels: dict[UUID, str] = {}
    for model, ids in _by_model((each.model, each.id) for each in found).items():
        if issubclass(model, Part):
            labels |= {
                row.pk: _quoted(row) if isinstance(row, Citation) else called(row) for row in with_labels(model, ids)
            }
    return labels


def _quoted(citation: Citation) -> str:
    return f"“{citation.excerpt}”" if citation.excerpt else str(citation.locator or "")


def _records(found: Iterable[Reference]) -> dict[UUID, Record]:
    """The desk's records that they are or belong to, by their ids: as the desk has it, or else as is public now."""
    roots: dict[UUID, tuple[Any, UUID]] = {}
    for model, ids in _by_model((each.model, each.id) for each in found).items():
        roots |= aggregates.roots(model, ids, "public")
        if lost := ids - roots.keys():
            roots |= aggregates.roots(model, lost, "ledger")
    records: dict[UUID, Record] = {}
    for model, ids in _by_model(roots.values()).items():
        records |= {row.pk: row for row in with_labels(model, ids)}
    return {id: records[root] for id, (_, root) in roots.items() if root in records}


def _by_model(rows: Iterable[tuple[Any, UUID]]) -> dict[Any, set[UUID]]:
    found: dict[Any, set[UUID]] = defaultdict(set)
    for model, id in rows:
        found[model].add(id)
    return found


def _targets(record: Record, ids: set[UUID]) -> dict[UUID, str]:
    """What the parts of `record` among `ids` are called."""
    if not ids:
        return {}
    found = dict.fromkeys(ids, GONE)
    for model, own in aggregates.rows_under({type(record): [record.pk]}, "public").items():
        if among := ids & set(own):
            found |= {row.pk: f"{model._meta.verbose_name} “{called(row)}”" for row in with_labels(model, among)}
    return found
