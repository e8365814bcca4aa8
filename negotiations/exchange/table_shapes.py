"""Which tables there are, and their columns: one for each kind of record, and one for each kind of part in it.

A cell holds one value, so a part is a row of another table, which says to what it belongs: in `of` the record's slug,
and in `within` the part of that record, where it does not belong to the record itself. All else is read off the shapes
of dossiers: a new field of a model is a new column here without another word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from negotiations.exchange.shape import Key, Kind, Parts, shape_of
from negotiations.models import (
    Actor,
    Assertion,
    Citation,
    Delegation,
    Event,
    Issue,
    Outcome,
    Place,
    Position,
    Process,
    Source,
    Statement,
    Talk,
)
from negotiations.models.records import Identified, Part, Record

ID, OF, WITHIN = "id", "of", "within"
LIST = "; "  # between the values of a list
HELP = {
    ID: _("The row's id. Empty in a new row."),
    OF: _("The slug of the record that it belongs to: istanbul-2025-05-16"),
    WITHIN: _("The part that it belongs to, by kind and id, or empty: delegation russia, assertion 5f0c…"),
}
# What is written in a cell, by example, where the model's help does not tell.
EXAMPLES: dict[Kind, Any] = {
    Kind.TEXT: _("Text."),
    Kind.REFERENCE: _("The slug of one that is there: %(slug)s"),
    Kind.AFFILIATION: _("The title of an office that the person of this row has: Defence Minister"),
    Kind.SIBLING: _("The slug of another delegation's party: united-states"),
    Kind.TARGET: _("Kind and slug: actor vladimir-putin"),
    Kind.EDTF: _("A day, month or year, as the source gives it: 2025-05-16, 2025-05, 2025~"),
    Kind.DAY: _("A day: 2025-05-16"),
    Kind.TIME: _("A clock time: 13:30"),
    Kind.RANGE: _("A number or a range: 12, [60,90], (90,) for over 90"),
    Kind.TRUTH: _("true or false"),
    Kind.WHOLE: _("A whole number: 2"),
    Kind.NUMBER: _("A number: 41.03917"),
}


SLUGS: dict[Any, str] = {
    Actor: "ukraine", Place: "istanbul", Issue: "ceasefire", Source: "nigeriatoday", Process: "istanbul-2025",
    Talk: "istanbul-2025-05-16", Statement: "turkish-source-on-length", Position: "ukraine-ceasefire",
    Outcome: "exchange-of-1000", Event: "spiderweb",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of a table: of a key of its rows, or of what they are and where they belong (`key` is None)."""

    name: str
    key: Key | None
    is_required: bool = False  # of a new row
    said: str = ""  # by the model
    when_empty: str = ""  # the word that a new row has there

    @property
    def help_text(self) -> str:
        if self.key is None:
            return str(HELP[self.name])
        example = str(EXAMPLES.get(self.key.kind, "")) % {"slug": SLUGS.get(self.key.to, "")}
        return self.said or ("" if self.words else example)

    @property
    def words(self) -> tuple[str, ...]:
        return self.key.words if self.key else ()


@dataclass(frozen=True)
class Table:
    """One kind of row in one kind of record, itself included; `paths` are the keys that lead from there to the row."""

    root: type[Record]
    model: type[Identified]
    paths: tuple[tuple[Parts, ...], ...]

    @property
    def name(self) -> str:
        """Its name in addresses."""
        return str(self.model._meta.model_name)

    @property
    def title(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @property
    def is_of_records(self) -> bool:
        return self.model is self.root

    @property
    def columns(self) -> list[Column]:
        places = [Column(ID, None)]
        if not self.is_of_records:
            depths = {len(path) for path in self.paths}
            within = [Column(WITHIN, None, min(depths) > 1)] if max(depths) > 1 else []
            places = [Column(OF, None, True), *within, *places]
        fields = {field.attname: field for field in self.model._meta.concrete_fields}
        return [*places, *(_column(key, fields.get(key.column)) for key in shape_of(self.model).keys.values())]

    @property
    def kinds_within(self) -> dict[str, type[Part]]:
        """By its word in `within`, each kind of part that a row can belong to."""
        found: dict[str, type[Part]] = {}
        for path in self.paths:
            for parts in path[-2:-1]:
                found[path[-1].parent.removesuffix("_id")] = parts.model
        return found


@cache
def tables_of(root: type[Record]) -> dict[str, Table]:
    """The tables of a kind of record by name, that of the records themselves first."""
    paths: dict[type[Identified], list[tuple[Parts, ...]]] = {}
    for path in _paths(root, ()):
        paths.setdefault(path[-1].model if path else root, []).append(path)
    last = [Assertion, Citation]  # which any of the others may have
    models = sorted(paths, key=lambda model: last.index(model) if model in last else -1)
    tables = [Table(root, model, tuple(paths[model])) for model in models]
    return {table.name: table for table in tables}


def _column(key: Key, field: Any) -> Column:
    default = field.get_default() if field and key.words and not key.is_list else None
    return Column(key.name, key, key.is_required, str(field.help_text) if field else "", str(default or ""))


def _paths(model: type[Identified], before: tuple[Parts, ...]) -> Iterator[tuple[Parts, ...]]:
    yield before
    for parts in shape_of(model).parts.values():
        yield from _paths(parts.model, (*before, parts))


def within(kind: str, id: Any, party: str | None) -> str:
    """How `within` says a part: a delegation by its party, which a talk has but once, everything else by its id."""
    return f"{kind} {party if kind == _DELEGATION else id}"


_DELEGATION = str(Delegation._meta.model_name)
