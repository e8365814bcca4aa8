"""Rows for the desk's tables as COPY reads them, each with what its model gives where nothing is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

from negotiations.models.records import Identified

Model = type[Identified]
ENTERED_AT = datetime(2026, 1, 1, tzinfo=UTC)


class Rows:
    """Rows made and not yet copied, table by table; ids are of the seed."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._made: dict[Model, list[str]] = defaultdict(list)
        self._ids: dict[Model, list[UUID]] = defaultdict(list)
        self._usual: dict[Model, dict[str, str]] = {}

    def add(self, model: Model, **facts: Any) -> UUID:
        """Notes a row with these values by column; returns its id."""
        id = UUID(int=self._chance.getrandbits(128), version=4)
        usual = self._usual.get(model) or self._usual.setdefault(model, _usual(model))
        row = {**usual, "id": str(id), **{column: _copied(value) for column, value in facts.items()}}
        if len(row) != len(usual):
            raise KeyError(f"{model.__name__} has no {', '.join(row.keys() - usual.keys())}.")
        self._made[model].append("\t".join(row.values()))
        self._ids[model].append(id)
        return id

    def columns(self, model: Model) -> list[str]:
        return list(self._usual[model])

    def take(self) -> Iterable[tuple[Model, list[UUID], str]]:
        """Each table's rows that were added since, with their ids."""
        for model, lines in self._made.items():
            yield model, self._ids[model], "\n".join(lines) + "\n"
        self._made, self._ids = defaultdict(list), defaultdict(list)


def _usual(model: Model) -> dict[str, str]:
    """What COPY reads for each column of which nothing is said."""
    usual = {}
    for field in model._meta.concrete_fields:
        if not field.generated:
            value = ENTERED_AT if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False) else None
            usual[str(field.column)] = _copied(value or (None if field.primary_key else field.get_default()))
    return usual


def _copied(value: Any) -> str:
    """In COPY's text format; texts of ours hold no backslash, tab or line break."""
    match value:
        case None:
            return "\\N"
        case bool():
            return "t" if value else "f"
        case list():
            return "{" + ",".join(value) + "}"
        case _:
            return str(value)
