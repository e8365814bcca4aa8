"""What references say besides the id or slug that leads: of a record that is there, it is what that is called now.

The past names of drafts are kept nowhere, so a name that has become stale cannot be told from a wrong one: both are
refused, and whoever meant the record leaves all but its id out.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

from negotiations.api.problems import Fault, fault, printable
from negotiations.api.records import ReadSerializer
from negotiations.api.references import LABELS_NEED, ROOT, Root, address, reference
from negotiations.exchange.reading import Address, spelled
from negotiations.exchange.shape import Key, Kind
from negotiations.models.records import Record

ROOT_OF_NAMES = Root(ROOT)


@dataclass(frozen=True)
class Mention:
    """An object in a body that refers to a row of `model`, and where it stands; `shown_by` reads such a row."""

    at: Address
    model: type[models.Model]
    said: dict[str, Any]
    shown_by: type[ReadSerializer] | None = None

    @property
    def leads(self) -> tuple[str, str] | None:
        """What leads, and its value; None where that cannot be read, which is told elsewhere."""
        name = "id" if "id" in self.said else "slug"
        value = self.said.get(name)
        if not isinstance(value, str) or (name == "slug" and not issubclass(self.model, Record)):
            return None
        try:
            return name, str(uuid.UUID(value)) if name == "id" else value
        except ValueError:
            return None


def mention_of(key: Key, value: Any, at: Address, shown_by: type[ReadSerializer] | None) -> Mention | None:
    """The mention that `value` under `key` is, if it says more than what leads."""
    if not isinstance(value, dict) or len(value) < 2:
        return None
    model: Any = key.to
    if key.kind == Kind.TARGET:
        kind = value.get("kind")
        _, model = key.targets.get(kind, ("", None)) if isinstance(kind, str) else ("", None)
        value = {name: said for name, said in value.items() if name != "kind"}
    return Mention(at, model, value, shown_by) if model else None


def misnamed(mentions: list[Mention]) -> Iterator[Fault]:
    """The faults in what `mentions` say of rows that are there; a query for each kind of row."""
    wanted: dict[type[models.Model], set[tuple[str, str]]] = defaultdict(set)
    for mention in mentions:
        if mention.leads:
            wanted[mention.model].add(mention.leads)
    found = {model: _rows(model, leads) for model, leads in wanted.items()}
    for mention in mentions:
        row = found[mention.model].get(mention.leads) if mention.leads else None
        if row is not None:
            yield from _faults(mention, _called(mention, row))


def _rows(model: type[models.Model], leads: set[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    wanted = models.Q(pk__in=[value for name, value in leads if name == "id"])
    if issubclass(model, Record):
        wanted |= models.Q(slug__in=[value for name, value in leads if name == "slug"])
    rows = model._default_manager.filter(wanted)
    found: dict[tuple[str, str], Any] = {}
    for row in rows.select_related(LABELS_NEED[model]) if model in LABELS_NEED else rows:
        found["id", str(row.pk)] = row
        if isinstance(row, Record):
            found["slug", row.slug] = row
    return found


def _called(mention: Mention, row: Any) -> dict[str, Any]:
    """How the desk reads the row where it is referred to."""
    if mention.shown_by:
        return dict(mention.shown_by(row, context={"root": ROOT_OF_NAMES}).data)
    if isinstance(row, Record):
        return reference(row, ROOT_OF_NAMES)
    return {"id": str(row.pk), "slug": None, "label": str(row), "url": address(row, ROOT_OF_NAMES)}


def _faults(mention: Mention, called: dict[str, Any]) -> Iterator[Fault]:
    for name, value in mention.said.items():
        place = spelled((*mention.at, name))
        if name not in called:
            yield fault(place, "unknown_key", f"A reference has no {printable(name)!r}.", called, name)
        elif name == "id" or _same(name, value, called[name]):
            continue
        else:
            is_now = printable(str(called[name]))
            detail = f"The {mention.model._meta.verbose_name} that is meant has another {name} now: {is_now}."
            yield fault(place, "misnamed", f"{detail} Write that, or leave all but the id out.")


def _same(name: str, said: Any, called: Any) -> bool:
    if isinstance(called, dict):  # a reference in a reference, as the organisation of an office: its id is enough
        return bool(isinstance(said, dict) and said.get("id") == called.get("id"))
    if name == "url" and isinstance(said, str):  # it may be that of another host, or of the public door
        return said.partition(ROOT)[2].removeprefix("desk/") == str(called).partition(ROOT)[2]
    return bool(said == called)
