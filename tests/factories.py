"""Lawful records by the handful: each function makes what its record needs, unless the test names it itself.

`published(record, …)` makes records public with everything they refer to. Scenery for a whole story: tests/scenery.py.
"""

from __future__ import annotations

from itertools import count
from typing import Any, TypeVar

from django.db import models

from negotiations.models import (
    Actor,
    Citation,
    Delegation,
    DelegationMember,
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
from negotiations.models.records import Part, Record
from tests import scenery

Made = TypeVar("Made", bound=Record)
_numbers = count(1)


def slug(kind: str) -> str:
    """A slug that no other record of this run has."""
    return f"{kind}-{next(_numbers)}"


def _named(model: type[Made], kind: str, defaults: dict[str, Any], wanted: dict[str, Any]) -> Made:
    return model._default_manager.create(**{"slug": slug(kind), **defaults, **wanted})


def make_actor(name: str = "Ukraine", **wanted: Any) -> Actor:
    return _named(Actor, "actor", {"name": name, "kind": "state"}, wanted)


def make_place(name: str = "Istanbul", **wanted: Any) -> Place:
    return _named(Place, "place", {"name": name, "kind": "city"}, wanted)


def make_issue(name: str = "Ceasefire", **wanted: Any) -> Issue:
    return _named(Issue, "issue", {"name": name}, wanted)


def make_process(title: str = "Direct talks", **wanted: Any) -> Process:
    return _named(Process, "process", {"title": title}, wanted)


def make_source(title: str = "Talks end", **wanted: Any) -> Source:
    publisher = wanted.pop("publisher", None) or make_actor("The Outlet", kind="media")
    address = {"page_url": "https://outlet.example/page"}
    return _named(Source, "source", {"title": title, "kind": "news", "publisher": publisher, **address}, wanted)


def cite(target: models.Model, **wanted: Any) -> Citation:
    """A citation of `target`, whichever record or part it is, in the outlet's own voice."""
    wanted.setdefault("source", None if "testimony" in wanted else make_source())
    voice = {} if "testimony" in wanted else {"attribution": "outlet"}
    key = CITED_AS.get(type(target).__name__, type(target).__name__.lower())
    return Citation.objects.create(**{key: target, "excerpt": "they met", **voice, **wanted})


CITED_AS = {
    "AgendaItem": "agenda_item",
    "DelegationMember": "member",
    "StatementLink": "link",
    "OutcomeParty": "outcome_party",
    "EventParty": "event_party",
}


def make_talk(title: str = "Istanbul talks", **wanted: Any) -> Talk:
    process = wanted.pop("process", None) or make_process()
    usual = {"title": title, "process": process, "kind": "round", "status": "held", "start_edtf": "2025-05-16"}
    talk = _named(Talk, "talk", usual, wanted)
    cite(talk)
    return talk


def make_delegation(talk: Talk, party: Actor | None = None, **wanted: Any) -> Delegation:
    return Delegation.objects.create(**{"talk": talk, "party": party or make_actor(), "roles": ["party"], **wanted})


def make_member(delegation: Delegation, person: Actor | None = None, **wanted: Any) -> DelegationMember:
    somebody = person or make_actor("Rustem Umerov", kind="person")
    return DelegationMember.objects.create(**{"delegation": delegation, "person": somebody, **wanted})


def make_statement(text: str = "Called for a ceasefire.", **wanted: Any) -> Statement:
    usual = {"text": text, "act": "appeal", "attribution": "reported", "said_on_edtf": "2025-05-16"}
    statement = _named(Statement, "statement", usual, wanted)
    cite(statement)
    return statement


def make_position(label: str = "Unconditional ceasefire", **wanted: Any) -> Position:
    for name, make in (("process", make_process), ("party", make_actor), ("issue", make_issue)):
        if name not in wanted:
            wanted[name] = make()
    usual = {"label": label, "stance": "demands", "ascription": "ascribed_by_media", "in_force_edtf": "2025-05-16/.."}
    position = _named(Position, "position", usual, wanted)
    cite(position)
    return position


def make_outcome(title: str = "Exchange of prisoners", **wanted: Any) -> Outcome:
    process = wanted.pop("process", None) or make_process()
    outcome = _named(Outcome, "outcome", {"title": title, "process": process, "kind": "exchange_agreed"}, wanted)
    cite(outcome)
    return outcome


def make_event(title: str = "First exchange", **wanted: Any) -> Event:
    event = _named(Event, "event", {"title": title, "kind": "handover"}, wanted)
    cite(event)
    return event


def published(first: Made, *others: Record) -> Made:
    """Makes the records public with everything they refer to, as one revision; hands back the first."""
    whole: dict[Any, Record] = {}
    waiting: list[models.Model] = [first, *others]
    while waiting:
        row = waiting.pop()
        if row.pk in whole:
            continue
        if isinstance(row, Record):
            whole[row.pk] = row
        waiting += [*_named_by(row), *_parts_of(row)]
    scenery.published(*whole.values())
    return first


def _named_by(row: models.Model) -> list[models.Model]:
    """The records that `row` refers to; a delegation or an affiliation comes with the record that it is a part of."""
    found = []
    for column in row._meta.concrete_fields:
        if column.is_relation:
            named = getattr(row, column.name)
            while isinstance(named, Part):
                named = named.whole
            if isinstance(named, Record):
                found.append(named)
    return found


def _parts_of(row: models.Model) -> list[models.Model]:
    found: list[models.Model] = []
    for relation in row._meta.related_objects:
        part = relation.related_model
        if issubclass(part, Part) and relation.field.name in part.PART_OF:
            found += part._default_manager.filter(**{relation.field.name: row})
    return found
