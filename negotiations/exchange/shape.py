"""What a dossier may hold: kinds of records, their keys and parts, and by what a part is known.

Nearly all of it is read off the models: a new field of a model is a new key here without another word. What the models
cannot tell stands in the few constants below. The JSON Schema and the loader both work from `SHAPES`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.ranges import RangeField
from django.db import models

from negotiations.models import (
    Actor,
    Affiliation,
    AgendaItem,
    Assertion,
    Citation,
    Delegation,
    DelegationMember,
    Event,
    EventParty,
    EventPlace,
    Identifier,
    Issue,
    Name,
    Outcome,
    OutcomeIssue,
    OutcomeParty,
    Place,
    Position,
    Process,
    Source,
    Statement,
    StatementLink,
    Talk,
)
from negotiations.models.assertions import VALUES
from negotiations.models.records import DESK_ONLY, EdtfField, Identified, Part, Record
from negotiations.models.statements import LINKED

# The sections of a dossier, in the order in which they are worked through: affiliations before the members who hold
# them, delegations before the statements about them.
RECORDS: tuple[type[Record], ...] = (
    Actor, Place, Issue, Source, Process, Talk, Statement, Position, Outcome, Event,
)  # fmt: skip

# By which of its columns a part is found again, and from which its id is derived where the file states none. Never add
# to a line here: the ids of bundled parts are public.
KNOWN_BY: dict[type[Part], tuple[str, ...]] = {
    Affiliation: ("organisation", "title"),
    Name: ("text",),
    Identifier: ("scheme", "value"),
    Delegation: ("party",),
    DelegationMember: ("person", "descriptor"),
    AgendaItem: ("issue", "text"),
    OutcomeIssue: ("issue",),
    OutcomeParty: ("actor", "role"),
    EventParty: ("actor", "role"),
    EventPlace: ("place",),
    StatementLink: ("relation", *LINKED),
    Assertion: (
        "field", "state", "word", "amount", "date_edtf", "value_actor", "approximate", "held_on_edtf", "unit",
        "counting", "giver", "receiver",
    ),
    Citation: ("source", "testimony", "locator", "excerpt"),
}  # fmt: skip

# Columns that came later. Two parts that differ in one of them are two, but it enters an id only where it is filled, so
# that the ids of before stay as they are.
KNOWN_BY_TOO: dict[type[Part], tuple[str, ...]] = {Assertion: ("time", "zone", "value_place")}

# Columns of which a row fills one: stating one empties the others, so that a value can be said in a better way.
ALTERNATIVES: dict[type[Identified], tuple[str, ...]] = {Assertion: VALUES, StatementLink: LINKED}
# What qualifies one of these and goes when it goes.
GOES_WITH: dict[type[Identified], dict[str, str]] = {Assertion: {"unit": "amount", "zone": "time"}}

# Parts that are no more than a reference, and the column that holds it: in a dossier the slug is the whole part.
PAIRS: dict[type[Part], str] = {OutcomeIssue: "issue", EventPlace: "place"}

# Where a dossier's word differs from the model's.
KEYS: dict[Any, str] = {(Citation, "testimony"): "statement", "citations": "cite", "outcome_issues": "issues",
                        "event_places": "places"}  # fmt: skip
LEFT_OUT = {(Citation, "excerpt_check")}  # found out by the tracker, never stated
# Several columns of which a row fills one: `to: actor vladimir-putin` fills `to_actor`.
TARGET_PREFIX: dict[type[Identified], tuple[str, str]] = {StatementLink: ("to", "to_")}
# Whose affiliation a row's `affiliation` is: the first of these columns that the row has.
HOLDERS = ("person", "speaker")


class Kind(StrEnum):
    """How a key's text is read."""

    TEXT = "text"
    WORD = "word"
    EDTF = "date as the source gives it"
    DAY = "day"
    TIME = "time"
    WHOLE = "whole number"
    NUMBER = "number"
    RANGE = "range of numbers"
    TRUTH = "true or false"
    REFERENCE = "slug"
    AFFILIATION = "affiliation"
    SIBLING = "party of another delegation"
    TARGET = "kind and slug"


@dataclass(frozen=True)
class Key:
    """One key of a row: how its text is read, and the column it fills (`TARGET` fills one of several)."""

    name: str
    kind: Kind
    field: Any  # the model's field; of a list, that of its items
    column: str = ""
    is_list: bool = False
    is_required: bool = False  # of a new row
    words: tuple[str, ...] = ()
    to: type[Identified] | None = None
    targets: dict[str, tuple[str, type[Identified]]] = field(default_factory=dict)  # kind → column and model

    @property
    def help_text(self) -> str:
        return str(getattr(self.field, "help_text", ""))

    @property
    def is_slug(self) -> bool:
        """Whether it says what a record is called in addresses, its own or another one."""
        return self.name == "slug" or self.kind in (Kind.REFERENCE, Kind.SIBLING)

    @property
    def is_free_text(self) -> bool:
        """Whether people write it in their own words; of codes, slugs and addresses the model checks more."""
        return self.kind == Kind.TEXT and self.field.validators == self.field.default_validators


@dataclass(frozen=True)
class Parts:
    """A key under which a row holds parts."""

    name: str
    model: type[Part]
    parent: str  # the part's column that points at the row


@dataclass(frozen=True)
class Shape:
    """What a row of one model may hold."""

    model: type[Identified]
    keys: dict[str, Key]
    parts: dict[str, Parts]
    known_by: tuple[str, ...]  # columns; empty for records, which are known by their id
    known_by_too: tuple[str, ...]  # columns that tell parts apart where they are filled
    alternatives: tuple[str, ...]  # columns of which one is filled

    @property
    def name(self) -> str:
        """The model's name in words: `delegation member`."""
        return str(self.model._meta.verbose_name)

    @property
    def is_record(self) -> bool:
        return issubclass(self.model, Record)

    @property
    def columns(self) -> list[str]:
        """Every column that a dossier can fill."""
        targets = [column for key in self.keys.values() for column, _ in key.targets.values()]
        return [key.column for key in self.keys.values() if key.column] + targets

    def emptied_by(self, stated: Iterable[str]) -> set[str]:
        """The columns that stating these empties: the other alternatives, and what goes with those."""
        filled = set(stated)
        if filled.isdisjoint(self.alternatives):
            return set()
        others = set(self.alternatives) - filled
        return others | {column for column, value in GOES_WITH.get(self.model, {}).items() if value in others} - filled

    def known(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """What tells a part with these values from its siblings, as a dictionary's key."""
        found = (values[column] for column in (*self.known_by, *self.known_by_too))
        return tuple(tuple(value) if isinstance(value, list) else value for value in found)

    @property
    def required(self) -> list[str]:
        """The keys without which a new row cannot be made."""
        return [key.name for key in self.keys.values() if key.is_required]


@cache
def sections() -> dict[str, type[Record]]:
    """The keys of a dossier that hold records, in the order in which they are worked through."""
    return {str(model._meta.verbose_name_plural).replace(" ", "_"): model for model in RECORDS}


@cache
def shape_of(model: type[Identified]) -> Shape:
    """What a row of `model` may hold."""
    keys = {key.name: key for key in _keys(model)}
    parts = {part.name: part for part in _parts(model)}
    known_by = KNOWN_BY[model] if issubclass(model, Part) else ()
    too = KNOWN_BY_TOO.get(model, ()) if issubclass(model, Part) else ()
    alternatives = ALTERNATIVES.get(model, ())
    return Shape(model, keys, parts, *(_columns(model, names) for names in (known_by, too, alternatives)))


def _keys(model: type[Identified]) -> Iterator[Key]:
    name, prefix = TARGET_PREFIX.get(model, ("", ""))
    targets: dict[str, Any] = {}
    for column in model._meta.concrete_fields:
        if not _is_stated(model, column):
            continue
        if prefix and column.name.startswith(prefix):
            targets[column.name.removeprefix(prefix)] = (column.attname, column.related_model)
        else:
            yield _key(model, column)
    if targets:
        yield Key(name, Kind.TARGET, None, is_required=True, targets=targets)


def _is_stated(model: type[Identified], column: Any) -> bool:
    """Whether a dossier says it: not what the database derives, what never leaves the desk, or whose part it is."""
    return not (
        column.primary_key
        or column.generated
        or not column.editable
        or (column.db_comment or "").startswith(DESK_ONLY)
        or column.name in getattr(model, "PART_OF", ())
        or (model, column.name) in LEFT_OUT
    )


def _key(model: type[Identified], column: Any) -> Key:
    is_list = isinstance(column, ArrayField)
    item = column.base_field if is_list else column
    name = KEYS.get((model, column.name), column.name.removesuffix("_edtf"))
    words = tuple(str(value) for value, _ in item.choices) if item.choices else ()
    is_required = not (column.null or column.blank or column.has_default())
    to = item.related_model if item.is_relation else None
    return Key(name, _kind(item), item, column.attname, is_list, is_required, words, to)


def _kind(column: Any) -> Kind:
    if column.is_relation:
        return {Affiliation: Kind.AFFILIATION, Delegation: Kind.SIBLING}.get(column.related_model, Kind.REFERENCE)
    if column.choices:
        return Kind.WORD
    by_class: list[tuple[Any, Kind]] = [
        (EdtfField, Kind.EDTF),
        (models.DateField, Kind.DAY),
        (models.TimeField, Kind.TIME),
        (models.BooleanField, Kind.TRUTH),
        (models.DecimalField, Kind.NUMBER),
        (models.IntegerField, Kind.WHOLE),
        (RangeField, Kind.RANGE),
        ((models.CharField, models.TextField), Kind.TEXT),
    ]
    for classes, kind in by_class:
        if isinstance(column, classes):
            return kind
    raise NotImplementedError(f"A dossier cannot say a {type(column).__name__} yet: {column}.")


def _parts(model: type[Identified]) -> Iterator[Parts]:
    for part in apps.get_app_config("negotiations").get_models():
        if issubclass(part, Part):
            for name in part.PART_OF:
                column: Any = part._meta.get_field(name)
                if column.related_model is model:
                    related = column.remote_field.get_accessor_name()
                    yield Parts(KEYS.get(related, related), part, column.attname)


def _columns(model: type[Identified], names: tuple[str, ...]) -> tuple[str, ...]:
    # All of them are columns; only a reverse relation would have no attname.
    return tuple(model._meta.get_field(name).attname for name in names)  # type: ignore[union-attr]
