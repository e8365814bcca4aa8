"""Resolves what a row refers to: a record by slug, an affiliation by title, a delegation by its talk and party."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from negotiations.exchange.holdings import Holdings, Values, target_of
from negotiations.exchange.rows import Row
from negotiations.exchange.shape import HOLDERS, Key, Kind
from negotiations.exchange.values import nearest
from negotiations.models import Actor, Affiliation, Delegation


class Told(ValueError):
    """It was not found because of a fault that has been told already; nothing need be said again."""


# Found only when all parts of the rows before are known.
LATE = (Kind.AFFILIATION, Kind.SIBLING)


def resolved(holdings: Holdings, row: Row, parent: uuid.UUID | None, *, late: bool) -> Values:
    """The columns that `row` states and their values; what cannot be found is told to the row.

    Early, references to other parts are left out, for those parts may not be known yet. Late, all are resolved, and
    only what was left out before (of a record: anything) can still be complained of.
    """
    values: Values = {}
    for name, given in row.given.items():
        key = row.shape.keys[name]
        if key.kind in LATE and not late:
            continue
        try:
            column, value = _column_and_value(holdings, row, parent, key, given)
        except Told:
            row.is_fit = False
        except ValueError as error:
            if not late or key.kind in LATE or row.shape.is_record:
                row.complain(str(error), name, code="not_found")
        else:
            values[column] = value
    return values


def _column_and_value(holdings: Holdings, row: Row, parent: uuid.UUID | None, key: Key, given: Any) -> tuple[str, Any]:
    """ValueError says why there is none."""
    if given is None:
        return key.column, None
    if isinstance(given, uuid.UUID):
        return key.column, _of_id(holdings, key.to, given)
    if isinstance(given, tuple):
        column, model = key.targets[given[0]]
        return column, _of_id(holdings, model, given[1])
    if key.kind == Kind.REFERENCE:
        return key.column, _record(holdings, row, key.to, given)
    if key.kind == Kind.AFFILIATION:
        return key.column, _affiliation(holdings, row, given)
    if key.kind == Kind.SIBLING:
        return key.column, _delegation(holdings, row, parent, given)
    if key.kind == Kind.TARGET:
        return _target(holdings, row, key, given)
    return key.column, given


def _of_id(holdings: Holdings, model: Any, id: uuid.UUID) -> uuid.UUID:
    if (model, id) not in holdings.rows:
        raise ValueError(f"no {model._meta.verbose_name} has the id {id}")
    return id


def _record(holdings: Holdings, row: Row, model: Any, slug: str) -> uuid.UUID:
    found = holdings.ids[model].get(slug)
    if found is None:
        raise ValueError(holdings.why_not(model, slug, row.document))
    return found


def _target(holdings: Holdings, row: Row, key: Key, text: str) -> tuple[str, uuid.UUID]:
    kind, slug = target_of(row, text)
    column, model = key.targets[kind]
    if model is not Delegation:
        return column, _record(holdings, row, model, slug)
    talk, slash, party = slug.partition("/")
    if not slash:
        raise ValueError(f'"{slug}" is not a talk and a party, such as: delegation istanbul-2025-05-16/russia')
    whole = Delegation._meta.get_field("talk").related_model
    return column, _delegation(holdings, row, _record(holdings, row, whole, talk), party)


def _delegation(holdings: Holdings, row: Row, talk: uuid.UUID | None, party: str) -> uuid.UUID:
    actor = _record(holdings, row, Actor, party)
    for delegation in holdings.siblings(Delegation, "talk_id", talk) if talk else ():
        if delegation["party_id"] == actor:
            found: uuid.UUID = delegation["id"]
            return found
    if talk is None or Delegation in holdings.unread:
        raise Told
    raise ValueError(f'"{party}" has no delegation at this talk')


def _affiliation(holdings: Holdings, row: Row, text: str) -> uuid.UUID:
    holder = next(name for name in HOLDERS if name in row.shape.keys)
    if row.given.get(holder) is None:
        raise ValueError(f'is an affiliation of the row\'s "{holder}": give that in the same row')
    given = row.given[holder]
    person = _of_id(holdings, Actor, given) if isinstance(given, uuid.UUID) else _record(holdings, row, Actor, given)
    held = holdings.siblings(Affiliation, "actor_id", person)
    found = [each for each in held if text in names_of(holdings.slugs, each)]
    bare = [each for each in found if not each["organisation_id"]]
    for choice in (found, bare):
        if len(choice) == 1:
            id: uuid.UUID = choice[0]["id"]
            return id
    if not found and Affiliation in holdings.unread:
        raise Told
    names = [name for each in found or held for name in names_of(holdings.slugs, each)]
    if found:
        longer = "; ".join(name for name in names if name != text)
        raise ValueError(f'"{text}" is the title of several affiliations; write one of: {longer}')
    has = f"it has: {'; '.join(names)}" if names else "it has none"
    raise ValueError(f'"{row.given[holder]}" has no affiliation "{text}"{nearest(text, names)} ({has})')


def names_of(slugs: Mapping[uuid.UUID, str], affiliation: Values) -> list[str]:
    """How a row may call an affiliation: by title, else by organisation; by both where both are there.

    `slugs` are those of organisations, by id.
    """
    title, organisation = affiliation["title"], slugs.get(affiliation["organisation_id"], "")
    return [title, f"{title} ({organisation})"] if title and organisation else [title or organisation]
