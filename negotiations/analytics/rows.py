"""Rows of models out of the JSON of one statement: what several queries would fetch, told by one, and read as ever.

`row`, `reference` and `rows` write the SQL of a document, `made` reads it: each key is a column of the model, or a
relation with the document of what it leads to. What a document leaves out is deferred, as Django defers columns.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.postgres.fields import DateRangeField, DecimalRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange, NumericRange

from negotiations.ledger.window import window_connection
from negotiations.models import Actor, Citation, Issue, Outcome, Place, Process, Source, Statement, Talk

Document = dict[str, Any]
Made = TypeVar("Made", bound=models.Model)
RANGE = re.compile(r"([\[(])([^,]*),([^\])]*)([\])])")
# Of a record that is only referred to: the columns that its label is made of.
LABELLED_BY: dict[type[models.Model], tuple[str, ...]] = {
    Actor: ("name",),
    Issue: ("name",),
    Outcome: ("title",),
    Place: ("name",),
    Process: ("title",),
    Source: ("title",),
    Statement: ("title", "text"),
    Talk: ("title",),
}


def row(alias: str, **relations: str) -> str:
    """SQL: the document of the row `alias`, with that of each relation in place of its key."""
    return f"(to_jsonb({alias}) || {object_of(relations)})" if relations else f"to_jsonb({alias})"


def reference(model: type[models.Model], id: str) -> str:
    """SQL: the document of the record of `model` whose id is the expression `id`; null where there is none."""
    return f"(SELECT {referred(model, 'r')} FROM {model._meta.db_table} r WHERE r.id = {id})"


def referred(model: type[models.Model], alias: str) -> str:
    """SQL: the document of the record `alias` of `model`, as far as references need it."""
    columns = {name: f"{alias}.{name}" for name in ("id", "slug", *LABELLED_BY[model])}
    if model is Source:
        columns["publisher"] = (
            f"(SELECT {referred(Actor, 'p')} FROM negotiations_actor p WHERE p.id = {alias}.publisher_id)"
        )
    return object_of(columns)


def rows(document: str, source: str, order: str) -> str:
    """SQL: the list of the documents `document` of `source` (what follows FROM), in `order`."""
    return f"coalesce((SELECT jsonb_agg({document} ORDER BY {order}) FROM {source}), '[]')"


def citations(owner: str, id: str) -> str:
    """SQL: the list of the citations of the record or part `owner` (a key of Citation) whose id is `id`."""
    actors = {name: reference(Actor, f"c.{name}_id") for name in ("speaker", "on_behalf_of", "credited_to")}
    relations = {
        "source": reference(Source, "c.source_id"), "testimony": reference(Statement, "c.testimony_id"), **actors,
    }  # fmt: skip
    source = f"""negotiations_citation c LEFT JOIN negotiations_source cited ON cited.id = c.source_id
                 WHERE c.{owner}_id = {id}"""
    return rows(row("c", **relations), source, "cited.slug, c.locator, c.id")


def object_of(members: dict[str, str]) -> str:
    """SQL: an object of `members`, 50 pairs at most."""
    pairs = ", ".join(f"'{name}', {value}" for name, value in members.items())
    return f"jsonb_build_object({pairs})"


def document(text: str | None) -> Any:
    """What PostgreSQL's JSON `text` says; Django hands it over as text."""
    return None if text is None else json.loads(text, parse_float=Decimal)


def made(model: type[Made], told: Document | None) -> Made | None:
    """The instance of `model` that a document tells; None for none."""
    if told is None:
        return None
    names, values, relations = [], [], {}
    for field in model._meta.concrete_fields:
        if isinstance(told.get(field.name), dict):
            related: Any = field.related_model
            relations[field] = made(related, told[field.name])
        if field.column in told:
            names.append(field.attname)
            values.append(_value(field, told[field.column]))
    found = model.from_db(window_connection().alias, names, values)
    for field, related in relations.items():
        field.set_cached_value(found, related)  # type: ignore[attr-defined]  # of relations
    return found


def all_made(model: type[Made], told: Iterable[Document]) -> list[Made]:
    """The instances that a list of documents tells."""
    return [found for each in told if (found := made(model, each)) is not None]


def all_cited(model: type[Made], told: Iterable[Document]) -> list[Made]:
    """The instances that a list of documents tells, each with its citations."""
    found = []
    for each in told:
        one: Any = made(model, each)
        _fill(one, "citations", all_made(Citation, each["citations"]))
        found.append(one)
    return found


def _fill(whole: models.Model, relation: str, parts: list[Any]) -> None:
    """Gives `whole` the rows of a to-many `relation`, as prefetching would."""
    manager = getattr(whole, relation)
    queryset = manager.get_queryset()
    queryset._result_cache, queryset._prefetch_done = parts, True
    if not hasattr(whole, "_prefetched_objects_cache"):
        whole._prefetched_objects_cache = {}  # type: ignore[attr-defined]  # as Django names it
    whole._prefetched_objects_cache[relation] = queryset  # type: ignore[attr-defined]  # see above


def _value(field: models.Field[Any, Any], told: Any) -> Any:
    if isinstance(field, models.GeneratedField):
        field = field.output_field  # type: ignore[assignment]  # which ours all have
    if told is None:
        return None
    if isinstance(field, DateRangeField):
        return _range(told, DateRange, datetime.date.fromisoformat)
    if isinstance(field, DecimalRangeField):
        return _range(told, NumericRange, Decimal)
    return field.to_python(told)


def _range(told: str, kind: Any, bound: Callable[[str], Any]) -> Any:
    """A range as PostgreSQL writes it: [2025-05-16,2025-05-17), (90,), empty."""
    written = RANGE.fullmatch(told)
    if written is None:
        return kind(empty=True)
    opening, lower, upper, closing = written.groups()
    return kind(bound(lower) if lower else None, bound(upper) if upper else None, opening + closing)
