"""Two talks side by side: who had a delegation, who was in it as what, what was on the agenda, what each side held."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from negotiations.ledger.window import window_connection
from negotiations.vocabulary import ComparedChange

Values = dict[str, Any]
BEFORE, AFTER = "before", "after"
# `side`: the two talks, each with its first day. What is held at a talk is held in its process on that day.
STATEMENT = """
    WITH side AS (
        SELECT s.name, t.id, t.process_id, lower(t.during) AS day
          FROM (VALUES ('before', %(before)s::uuid), ('after', %(after)s::uuid)) s (name, id)
          JOIN negotiations_talk t ON t.id = s.id
    )
    SELECT 'delegations', name, jsonb_build_object('key', d.party_id, 'id', d.id, 'attendance', d.attendance,
           'styled', d.styled, 'level', d.level, 'roles', d.roles)
      FROM side JOIN negotiations_delegation d ON d.talk_id = side.id
    UNION ALL
    SELECT 'people', name, jsonb_build_object('key', m.person_id, 'id', m.id, 'party', d.party_id,
           'capacity', m.capacity, 'attendance', m.attendance, 'title', coalesce(f.title, ''))
      FROM side JOIN negotiations_delegation d ON d.talk_id = side.id
      JOIN negotiations_delegationmember m ON m.delegation_id = d.id
      LEFT JOIN negotiations_affiliation f ON f.id = m.affiliation_id
     WHERE m.person_id IS NOT NULL
    UNION ALL
    SELECT 'issues', name, jsonb_build_object('key', jsonb_build_array(a.issue_id, a.text), 'id', a.id,
           'discussed', a.discussed)
      FROM side JOIN negotiations_agendaitem a ON a.talk_id = side.id
    UNION ALL
    SELECT 'positions', name, jsonb_build_object('key', jsonb_build_array(p.party_id, p.issue_id), 'id', p.id,
           'stance', p.stance, 'label', p.label, 'condition', p.condition)
      FROM side CROSS JOIN LATERAL (  -- each side's by itself, or PostgreSQL would read those of all processes
           SELECT * FROM negotiations_position held
            WHERE held.process_id = side.process_id AND held.is_headline AND held.in_force @> side.day OFFSET 0) p
"""


@dataclass(frozen=True)
class Pair:
    """One thing at the two talks: what `key` names, None where it was not there, and which of its values differ."""

    key: Any
    before: Values | None
    after: Values | None
    differing: list[str]

    @property
    def change(self) -> ComparedChange:
        if self.before is None:
            return ComparedChange.ADDED
        if self.after is None:
            return ComparedChange.DROPPED
        return ComparedChange.CHANGED if self.differing else ComparedChange.UNCHANGED


@dataclass(frozen=True)
class Comparison:
    """Delegations by party, people by person, agenda by issue and text, positions by party and issue; unordered.

    A person who sat in two delegations of one talk is there by the one that they sat in at the other talk too, if any.
    """

    delegations: list[Pair]
    people: list[Pair]
    issues: list[Pair]
    positions: list[Pair]


def compared(before: UUID, after: UUID) -> Comparison:
    """What differs between two talks. One query; needs an open window."""
    found: dict[str, dict[str, list[Values]]] = defaultdict(lambda: {BEFORE: [], AFTER: []})
    with window_connection().cursor() as cursor:
        cursor.execute(STATEMENT, {BEFORE: before, AFTER: after})
        for kind, side, values in cursor.fetchall():
            found[kind][side].append(json.loads(values))
    return Comparison(
        delegations=_pairs(found["delegations"]),
        people=_pairs(found["people"], by=lambda values: (values["key"], values["party"])),
        issues=_pairs(found["issues"]),
        positions=_pairs(found["positions"]),
    )


def _key(values: Values) -> Any:
    return tuple(values["key"]) if isinstance(values["key"], list) else values["key"]


def _pairs(sides: dict[str, list[Values]], by: Callable[[Values], Any] = _key) -> list[Pair]:
    """What the two sides have of each key; what they have only in other delegations is matched by the key alone."""
    left = {by(values): values for values in sides[BEFORE]}
    right = {by(values): values for values in sides[AFTER]}
    pairs = [_pair(left.pop(key), right.pop(key)) for key in [key for key in left if key in right]]
    rest = list(right.values())
    for values in left.values():
        match = next((each for each in rest if _key(each) == _key(values)), None)
        if match is not None:
            rest.remove(match)
        pairs.append(_pair(values, match))
    return pairs + [_pair(None, values) for values in rest]


def _pair(before: Values | None, after: Values | None) -> Pair:
    either = before or after or {}
    differing = [
        name for name in either if name not in ("id", "key") and before and after and _differs(name, before, after)
    ]
    return Pair(_key(either), before, after, differing)


def _differs(name: str, before: Values, after: Values) -> bool:
    if isinstance(before[name], list):
        return set(before[name]) != set(after[name])
    return bool(before[name] != after[name])
