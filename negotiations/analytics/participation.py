"""What an actor took part in, over all processes: talks, statements, positions, outcomes and events, and how it did."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from negotiations.analytics.rows import citations, object_of, reference, referred, row, rows
from negotiations.models import (
    Actor,
    Delegation,
    DelegationMember,
    Event,
    EventParty,
    Outcome,
    OutcomeParty,
    Position,
    Statement,
    Talk,
)
from negotiations.models.records import Record

# How the actor took part: what each kind of part leaves out is null.
_NOTHING = {
    "party": "NULL", "roles": "'[]'::jsonb", "styled": "''", "capacity": "NULL", "attendance": "NULL", "present": "''",
    "affiliation": "NULL", "person": "NULL", "stance": "NULL",
}  # fmt: skip


def _part(part: str, cited: str, **said: str) -> str:
    """SQL: one `part`, whose citations are `cited`."""
    members = {"part": part, **_NOTHING, **said, "citations": cited}
    return object_of(members)


def _affiliation(id: str) -> str:
    relations = {name: reference(Actor, f"o.{name}_id") for name in ("actor", "organisation")}
    return f"(SELECT {row('o', **relations)} FROM negotiations_affiliation o WHERE o.id = {id})"


_MEMBER = {
    "party": reference(Actor, "d.party_id"), "roles": "to_jsonb(d.roles)", "styled": "d.styled",
    "capacity": "m.capacity", "attendance": "m.attendance", "present": "m.present",
    "affiliation": _affiliation("m.affiliation_id"),
}  # fmt: skip
_MEMBERS = "asked, negotiations_delegationmember m JOIN negotiations_delegation d ON d.id = m.delegation_id"
_IN_AN_OFFICE_OF_IT = "SELECT o.id FROM negotiations_affiliation o WHERE o.organisation_id = asked.actor"
_CITES_OUTCOME_PARTY = citations("outcome_party", "p.id")
_SIGNED = {
    "roles": "jsonb_build_array(p.role)", "styled": "p.styled", "stance": "p.stance",
    "affiliation": _affiliation("p.affiliation_id"),
}  # fmt: skip
_SAID = {"affiliation": _affiliation("s.affiliation_id")}
_PARTS = [
    rows(
        _part(
            "'delegation'", citations("delegation", "d.id"), roles="to_jsonb(d.roles)", styled="d.styled",
            attendance="d.attendance", present="d.present",
        ),
        "asked, negotiations_delegation d WHERE d.talk_id = page.id AND d.party_id = asked.actor", "d.id",
    ),
    rows(
        _part("'member'", citations("member", "m.id"), **_MEMBER),
        f"{_MEMBERS} WHERE d.talk_id = page.id AND m.person_id = asked.actor", "m.id",
    ),
    rows(
        _part("'through_member'", citations("member", "m.id"), **_MEMBER, person=referred(Actor, "who")),
        f"{_MEMBERS} JOIN negotiations_actor who ON who.id = m.person_id"
        f" WHERE d.talk_id = page.id AND m.affiliation_id IN ({_IN_AN_OFFICE_OF_IT})", "who.name, m.id",
    ),
    rows(
        _part("'speaker'", "'[]'::jsonb", **_SAID),
        "asked, negotiations_statement s WHERE s.id = page.id AND s.speaker_id = asked.actor", "s.id",
    ),
    rows(
        _part("'on_behalf_of'", "'[]'::jsonb", **_SAID, person=reference(Actor, "s.speaker_id")),
        "asked, negotiations_statement s WHERE s.id = page.id AND s.on_behalf_of_id = asked.actor", "s.id",
    ),
    rows(
        _part("'holder'", "'[]'::jsonb"),
        "asked, negotiations_position h WHERE h.id = page.id AND h.party_id = asked.actor", "h.id",
    ),
    rows(
        _part("'outcome_party'", _CITES_OUTCOME_PARTY, **_SIGNED, person=reference(Actor, "p.person_id")),
        "asked, negotiations_outcomeparty p WHERE p.outcome_id = page.id AND p.actor_id = asked.actor", "p.role, p.id",
    ),
    rows(
        _part("'signatory'", _CITES_OUTCOME_PARTY, **_SIGNED, party=reference(Actor, "p.actor_id")),
        "asked, negotiations_outcomeparty p WHERE p.outcome_id = page.id AND p.person_id = asked.actor", "p.role, p.id",
    ),
    rows(
        _part("'event_party'", citations("event_party", "p.id"), roles="jsonb_build_array(p.role)"),
        "asked, negotiations_eventparty p WHERE p.event_id = page.id AND p.actor_id = asked.actor", "p.role, p.id",
    ),
]  # fmt: skip
# SQL of how the actor `asked.actor` took part in the row `page`, for `stream.stretch`.
PARTS = " || ".join(_PARTS)


def of_actor(actor: UUID) -> dict[type[Record], QuerySet[Any]]:
    """The records in which an actor took part, or was to, to be narrowed, and read by `stream.stretch` with `PARTS`.

    An organisation also took part in a talk through those who sat there in an office of it.
    """
    members = DelegationMember.objects.order_by()
    sat = (
        Delegation.objects.order_by()
        .filter(party=actor)
        .values("talk")
        .union(
            members.filter(person=actor).values("delegation__talk"),
            members.filter(affiliation__organisation=actor).values("delegation__talk"),
        )
    )
    settled = OutcomeParty.objects.order_by().filter(Q(actor=actor) | Q(person=actor)).values("outcome")
    did = EventParty.objects.order_by().filter(actor=actor).values("event")
    return {
        Talk: Talk.objects.filter(pk__among=sat),
        Statement: Statement.objects.filter(Q(speaker=actor) | Q(on_behalf_of=actor)),
        Position: Position.objects.filter(party=actor),
        Outcome: Outcome.objects.filter(pk__among=settled),
        Event: Event.objects.filter(pk__among=did),
    }
