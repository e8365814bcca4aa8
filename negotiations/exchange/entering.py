"""Records as the API shows them, turned into rows of a dossier: what is written has the shape of what is read.

A dossier only adds and sets. A record that is entered here is stated whole, or in some of its keys: a list of parts
that is stated is the whole list, and each part in it is stated whole, so what is not there goes. Everything behind the
rows, from resolving references to PostgreSQL's rules, is the dossiers'.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from negotiations import publication
from negotiations.exchange import writing
from negotiations.exchange.dossiers import plans_of
from negotiations.exchange.namesakes import warn_of_namesakes
from negotiations.exchange.planning import Plan
from negotiations.exchange.reading import Address, Document
from negotiations.exchange.rows import Dossier, Entry, Row, check_word
from negotiations.exchange.shape import PAIRS, Key, Kind, Parts, Shape, shape_of
from negotiations.exchange.values import NUMBER, value_of, with_article
from negotiations.models.records import Record

# Where the API's word differs from a dossier's.
SHOWN_AS = {"cite": "citations"}
AMOUNT = ("lower", "upper", "lower_included", "upper_included")


@dataclass
class Entered:
    """What entering wrote: the records in the order in which they were stated, and what a human should look at."""

    records: list[Record]
    plan: Plan
    warnings: list[str] = field(default_factory=list)


class Unfit(ValueError):
    """What was to be entered does not fit; its `document` says all of what is wrong, and where."""

    def __init__(self, document: Document) -> None:
        self.document = document
        super().__init__(f"{len(document.problems)} problems")


def shown_parts(shape: Shape) -> dict[str, Parts]:
    """The parts of a row by the words of the API."""
    return {SHOWN_AS.get(name, name): parts for name, parts in shape.parts.items()}


def rows_entered(model: type[Record], stated: Iterable[tuple[Address, dict[str, Any]]]) -> Dossier:
    """New records of one kind, each with the place where it is stated."""
    dossier = Dossier(Document(Path("body")))
    for at, values in stated:
        row = Row(dossier.document, at, shape_of(model), entry=Entry.NEW, is_whole=True)
        _fill(row, values)
        row.stated_id = row.stated_id or uuid.uuid4()
        dossier.records.append(row)
    return dossier


def row_changed(record: Record, values: dict[str, Any], *, is_whole: bool) -> Dossier:
    """The record as it is to be: all of it, or only the keys that `values` has."""
    dossier = Dossier(Document(Path("body")))
    row = Row(dossier.document, (), shape_of(type(record)), entry=Entry.CHANGE, is_whole=is_whole)
    _fill(row, values)
    row.stated_id = record.pk
    dossier.records.append(row)
    return dossier


def enter(dossier: Dossier, *, by: AbstractBaseUser, permit: Callable[[Plan], None] = lambda _: None) -> Entered:
    """Write the rows of `dossier`, all or none, as work of `by`; `permit` may raise when it sees what would be written.

    Needs a transaction, which the caller rolls back when Unfit is raised. Nothing becomes public. Each record that is
    made or changed counts one version.
    """
    document = dossier.document
    (plan,) = plans_of([dossier], {})
    if not document.problems:
        permit(plan)
    writing.try_out(plan)
    writing.check_let_go(plan)
    writing.check_rows(plan)
    if document.problems:
        raise Unfit(document)
    warn_of_namesakes(plan)
    publication.record_versions(writing.records_of(plan.records([*plan.new, *plan.changed])), by=by)
    written = {record.pk: record for record in writing.records_of(plan.records(dossier.records))}
    records = [written[plan.ids[row]] for row in dossier.records]
    return Entered(records, plan, [f"{told.path}: {told.message}" for told in document.warnings])


def rights_for(plan: Plan) -> list[str]:
    """The rights that writing `plan` takes, to each kind of row: `add_talk`, `change_citation`."""
    needed = {("add" if change.is_new else "change", change.model) for change in plan.changes.values()}
    needed |= {("delete", model) for model in plan.going()}
    return sorted(f"{act}_{model._meta.model_name}" for act, model in needed)


def _fill(row: Row, stated: dict[str, Any]) -> None:
    parts = shown_parts(row.shape)
    for name, value in stated.items():
        row.document.lines[(*row.at, name)] = 1  # that it was stated, whether or not it can be read
        if name == "id":
            _take_id(row, value)
        elif name in row.shape.keys:
            _take_value(row, row.shape.keys[name], value)
        else:
            _take_parts(row, name, parts[name], value)
    row.whole_parts = frozenset(part.name for name, part in parts.items() if row.is_whole or name in stated)
    check_word(row)


def _take_id(row: Row, stated: Any) -> None:
    if (found := _id(stated)) is None:
        row.complain(f"is not an id; a fresh one: {uuid.uuid4()}", "id")
    row.stated_id = found


def _id(stated: Any) -> uuid.UUID | None:
    try:
        found = uuid.UUID(stated)
    except (ValueError, AttributeError, TypeError):
        return None
    return found if str(found) == stated else None


def _take_value(row: Row, key: Key, stated: Any) -> None:
    try:
        if stated is None or stated in ("", []):
            row.given[key.name] = _emptied(row, key, stated)
        elif key.is_list:
            row.given[key.name] = _values(row, key, stated)
        elif key.kind in REFERENCES:
            row.given[key.name] = _reference(key, stated)
        else:
            row.given[key.name] = value_of(key, _text(key, stated))
    except ValueError as error:
        row.complain(str(error), key.name)


def _emptied(row: Row, key: Key, stated: Any) -> Any:
    """The value of the key's column that says nothing."""
    if key.kind == Kind.TARGET:
        raise ValueError("must point at something")
    column: Any = next(each for each in row.shape.model._meta.concrete_fields if each.attname == key.column)
    if key.is_list and stated != "":
        return []
    if stated == [] or (stated == "" and column.null):
        raise ValueError("is empty; null says that nothing is known")
    if column.null:
        return None
    if column.blank and column.empty_strings_allowed and not key.words:
        return ""
    raise ValueError("cannot be left empty")


def _values(row: Row, key: Key, stated: Any) -> list[Any]:
    if not isinstance(stated, list):
        raise ValueError("must be a list")
    values = []
    for index, each in enumerate(stated):
        try:
            values.append(value_of(key, _text(key, each)))
        except ValueError as error:
            row.complain(str(error), key.name, index)
    return values


def _text(key: Key, stated: Any) -> str:
    """One value of JSON as the text that a dossier would say; ValueError says what is expected instead."""
    if isinstance(stated, bool):
        if key.kind == Kind.TRUTH:
            return "true" if stated else "false"
    elif key.kind == Kind.TRUTH:
        raise ValueError("must be true or false")
    elif _is_whole(stated) and key.kind in (Kind.WHOLE, Kind.NUMBER, Kind.RANGE):
        return str(int(stated))
    elif key.kind == Kind.RANGE:
        return _range(stated)
    elif isinstance(stated, str) and key.kind != Kind.WHOLE:
        return stated
    raise ValueError("must be a text" if key.kind != Kind.WHOLE else "must be a whole number")


def _is_whole(stated: Any) -> bool:
    """JSON has one kind of number: 3.0 is 3."""
    is_integer = isinstance(stated, int) and not isinstance(stated, bool)
    return is_integer or (isinstance(stated, float) and stated.is_integer())


def _range(stated: Any) -> str:
    """A range as PostgreSQL writes it, of the object that the API shows."""
    advice = f"must be a number, or an object with {', '.join(AMOUNT)}"
    if not (isinstance(stated, dict) and set(stated) <= set(AMOUNT)):
        raise ValueError(advice)
    lower, upper = _bound(stated.get("lower"), advice), _bound(stated.get("upper"), advice)
    if not (lower or upper) or not all(isinstance(stated.get(name, False), bool) for name in AMOUNT[2:]):
        raise ValueError(advice)
    opening = "[" if stated.get("lower_included", lower != "") else "("
    closing = "]" if stated.get("upper_included", upper != "") else ")"
    return f"{opening}{lower},{upper}{closing}"


def _bound(stated: Any, advice: str) -> str:
    if stated is None:
        return ""
    if _is_whole(stated):
        return str(int(stated))
    if isinstance(stated, str) and re.fullmatch(NUMBER, stated, re.ASCII):
        return stated
    raise ValueError(advice)


REFERENCES = (Kind.REFERENCE, Kind.AFFILIATION, Kind.SIBLING, Kind.TARGET)


def _reference(key: Key, stated: Any) -> Any:
    """What is referred to: a text as in dossiers, or the id in the object by which the API refers to it.

    The id leads, since a slug may have changed; without one the slug does.
    """
    if isinstance(stated, str):
        return value_of(key, stated)
    if not isinstance(stated, dict):
        raise ValueError('must be a slug, or an object with "id" or "slug"')
    id, slug, kind = stated.get("id"), stated.get("slug"), stated.get("kind")
    if key.kind == Kind.TARGET and not (isinstance(kind, str) and kind in key.targets):
        raise ValueError(f'"kind" must be one of: {", ".join(key.targets)}')
    if "id" in stated:
        if (found := _id(id)) is None:
            raise ValueError(f'"{str(id)[:40]}" is not an id')
        return (kind, found) if key.kind == Kind.TARGET else found
    if not isinstance(slug, str) or key.kind in (Kind.AFFILIATION, Kind.SIBLING):
        raise ValueError('must have an "id"' if key.kind != Kind.REFERENCE else 'must have an "id" or a "slug"')
    return f"{kind} {slug}" if key.kind == Kind.TARGET else value_of(key, slug)


def _take_parts(row: Row, name: str, parts: Parts, stated: Any) -> None:
    shape = shape_of(parts.model)
    if not isinstance(stated, list):
        row.complain(f"must be a list; each {shape.name} stands in it", name)
        return
    for index, each in enumerate(stated):
        part = Row(row.document, (*row.at, name, index), shape, row, parts, is_whole=True)
        row.children.append(part)
        values = {PAIRS[parts.model]: each} if parts.model in PAIRS else each
        if isinstance(values, dict):
            _fill(part, values)
        else:
            part.complain(f"{with_article(shape.name)} is an object")
