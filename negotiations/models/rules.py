"""Rules over several rows: the words in which a form or a loader says them.

PostgreSQL keeps each by a deferred constraint trigger of the same name and the same words (sql/rules.sql), so they hold
whoever writes, and only at the end of a transaction. What is asked here is asked of one row before it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

LONGEST_CHAIN = 1000  # as in sql/rules.sql


@dataclass(frozen=True)
class Rule:
    """A fact that concerns more than one row, with what is said when it would not hold."""

    name: str  # of the constraint trigger
    message: str
    is_broken_by: Callable[[Any], bool]
    column: str | None = None  # the field at which a form shows the message, if the row fills it in

    def column_of(self, row: Any) -> str | None:
        """Where to say it of `row`; None where another row has come to be at odds with this one."""
        return self.column if self.column and getattr(row, row._meta.get_field(self.column).attname) else None


def snake(name: str) -> str:
    """`DelegationMember` as constraints spell it: `delegation_member`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def makes_no_circle(record: str, column: str) -> Rule:
    """Whoever follows the foreign key `column` from row to row never comes back. Asking costs a query a step."""

    def is_broken_by(row: Any) -> bool:
        id = getattr(row, f"{column}_id")
        if id == row.pk:
            return False  # of one row; a constraint of its own says so
        for _ in range(LONGEST_CHAIN):
            if id is None or id == row.pk:
                break
            id = type(row)._default_manager.filter(pk=id).values_list(f"{column}_id", flat=True).first()
        return id is not None

    return Rule(
        f"{record}_{column}_makes_no_circle",
        f"Following {column} leads from this {record} back to itself; choose another.",
        is_broken_by,
        column,
    )


def _leaves_its_parents_country(place: Any) -> bool:
    places = type(place)._default_manager
    parent = places.filter(pk=place.parent_id).exclude(country=None).first() if place.parent_id else None
    if parent is not None and parent.pk != place.pk and parent.country != place.country:
        return True
    inner = places.filter(parent=place.pk).exclude(pk=place.pk)
    return bool(place.country) and inner.exclude(country=place.country).exists()


SHARES_ITS_PARENTS_COUNTRY = Rule(
    "place_shares_its_parents_country",
    "A place has the country of the place it lies in: change country or parent.",
    _leaves_its_parents_country,
    "country",
)


def _leaves_its_talk(talk: Any) -> bool:
    """Days are compared by PostgreSQL, which alone derives them; days not known contradict none."""
    talks = type(talk)._default_manager
    sessions = talks.filter(related_talk=talk.pk, relation="session")
    if sessions.exclude(process=talk.process_id).exists():
        return True
    own = _days_of(talk)
    if own and sessions.filter(during__isnull=False).exclude(during__contained_by=own).exists():
        return True
    if talk.relation != "session" or not talk.related_talk_id:
        return False
    whole = talks.filter(pk=talk.related_talk_id)
    outside = ~Q(process=talk.process_id)
    if own:
        outside |= Q(during__isnull=False) & ~Q(during__contains=own)
    return bool(whole.filter(outside).exists())


def _days_of(talk: Any) -> Any:
    """The days that a talk, perhaps not yet written, covers; None when they are not known or cannot be read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extensions.edtf_range(%s::text, %s::text)", [talk.start_edtf, talk.end_edtf])
        return cursor.fetchone()[0]


LIES_WITHIN_ITS_TALK = Rule(
    "talk_session_lies_within_its_talk",
    "A session lies within the days and the process of its talk: change its dates, process or related talk.",
    _leaves_its_talk,
    "related_talk",
)


def _supersedes_another_kind(position: Any) -> bool:
    positions = type(position)._default_manager
    same = Q(process=position.process_id, party=position.party_id, issue=position.issue_id)
    return bool(positions.filter(Q(pk=position.supersedes_id) | Q(supersedes=position.pk)).exclude(same).exists())


SUPERSEDES_ITS_KIND = Rule(
    "position_supersedes_one_of_its_kind",
    "A position supersedes one of the same process, party and issue.",
    _supersedes_another_kind,
    "supersedes",
)


def _sits_elsewhere(delegation: Any) -> bool:
    if not delegation.sits_with_id:
        return False
    others = type(delegation)._default_manager.filter(talk=delegation.talk_id).exclude(pk=delegation.pk)
    return not others.filter(pk=delegation.sits_with_id).exists()


SITS_WITH_ANOTHER_OF_ITS_TALK = Rule(
    "delegation_sits_with_another_of_its_talk",
    "A delegation sits with another delegation of the same talk.",
    _sits_elsewhere,
    "sits_with",
)


def affiliation_is_of(record: str, actor: str) -> Rule:
    """The row's affiliation is one of the actor that its foreign key `actor` names."""

    def is_broken_by(row: Any) -> bool:
        if not row.affiliation_id:
            return False
        affiliations = row._meta.get_field("affiliation").related_model._default_manager
        return not affiliations.filter(pk=row.affiliation_id, actor=getattr(row, f"{actor}_id")).exists()

    return Rule(
        f"{record}_affiliation_is_its_{actor}s",
        f"The affiliation is not one of the {actor}'s: choose another, or none.",
        is_broken_by,
        "affiliation",
    )


def keeps_its_owner(part: type[Any]) -> Rule:
    """A part is never moved to another record or part: its past would be told of the wrong one."""

    def is_broken_by(row: Any) -> bool:
        if row._state.adding:
            return False
        columns = [f"{name}_id" for name in part.PART_OF]
        stored = part._default_manager.filter(pk=row.pk).values_list(*columns).first()
        return stored is not None and stored != tuple(getattr(row, column) for column in columns)

    return Rule(
        f"{snake(part.__name__)}_keeps_its_owner",
        "A part stays with what it belongs to: delete it there and add it anew.",
        is_broken_by,
    )
