"""What django-ninja answers: schemas by which pydantic reads our models' rows."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from negotiations.analytics.current import amount_of, current_amount, current_text
from negotiations.api.evidence import shown_amount
from negotiations.api.references import RESOURCES
from negotiations.models import Delegation

ADDRESS = "http://127.0.0.1/api/v1/"


def address(record: Any) -> str:
    return f"{ADDRESS}{RESOURCES[type(record)]}/{getattr(record, 'slug', None) or record.pk}/"


class Reference(Schema):
    id: UUID
    slug: str
    label: str
    url: str

    @staticmethod
    def resolve_url(record: Any) -> str:
        return address(record)


class DelegationReference(Schema):
    id: UUID
    label: str
    url: str

    @staticmethod
    def resolve_label(record: Delegation) -> str:
        return str(record)

    @staticmethod
    def resolve_url(record: Delegation) -> str:
        return address(record)


class CitationOut(Schema):
    id: UUID
    source: Reference | None
    statement: Reference | None
    excerpt: str
    locator: str
    supports: str
    attribution: str | None
    speaker: Reference | None
    descriptor: str
    on_behalf_of: Reference | None
    credited_to: Reference | None
    excerpt_check: str

    @staticmethod
    def resolve_statement(record: Any) -> Any:
        return record.testimony


class Cited(Schema):
    id: UUID
    citations: list[CitationOut]

    @staticmethod
    def resolve_citations(record: Any) -> Any:
        return record.citations.all()


class Amount(Schema):
    lower: str | None
    upper: str | None
    lower_included: bool
    upper_included: bool


class Measure(Amount):
    unit: str | None


class AssertionOut(Cited):
    field: str
    state: str
    word: str | None
    amount: Amount | None
    date: str | None
    time: str | None
    zone: str | None
    value_actor: Reference | None
    value_place: Reference | None
    approximate: bool
    held_on: str | None
    unit: str | None
    counting: str | None
    giver: Reference | None
    receiver: Reference | None
    rank: str
    rank_reason: str

    @staticmethod
    def resolve_amount(record: Any) -> Any:
        amount = amount_of(record)
        return shown_amount(amount) if amount else None

    @staticmethod
    def resolve_date(record: Any) -> str | None:
        return record.date_edtf

    @staticmethod
    def resolve_time(record: Any) -> str | None:
        return clock(record.time)

    @staticmethod
    def resolve_held_on(record: Any) -> str | None:
        return record.held_on_edtf


class Asserted(Cited):
    assertions: list[AssertionOut]

    @staticmethod
    def resolve_assertions(record: Any) -> Any:
        return record.assertions.all()


class Office(Schema):
    id: UUID
    actor: Reference
    organisation: Reference | None
    title: str
    during: str | None

    @staticmethod
    def resolve_during(record: Any) -> str | None:
        return record.during_edtf


class MemberOut(Cited):
    person: Reference | None
    descriptor: str
    number: int | None
    affiliation: Office | None
    capacity: str
    attendance: str
    present: str


class DelegationOut(Asserted):
    talk: Reference
    party: Reference
    styled: str
    roles: list[str]
    sits_with: DelegationReference | None
    attendance: str
    present: str
    level: str
    place: Reference | None
    list_basis: str | None
    list_is_complete: bool | None
    size: Measure | None
    mandate: str | None
    members: list[MemberOut]

    @staticmethod
    def resolve_size(record: Any) -> Any:
        return measure(record, "size")

    @staticmethod
    def resolve_mandate(record: Any) -> str | None:
        return current_text(record.assertions.all(), "mandate")

    @staticmethod
    def resolve_members(record: Any) -> Any:
        return record.members.all()


class AgendaItemOut(Asserted):
    issue: Reference | None
    text: str
    discussed: str


class TalkOut(Asserted, Reference):
    title: str
    process: Reference
    relation: str
    related_talk: Reference | None
    kind: str
    round_number: int | None
    status: str
    modality: str
    setting: str
    track: str
    place: Reference | None
    start: str | None
    end: str | None
    start_time: str | None
    end_time: str | None
    zone: str | None
    carries_out: Reference | None
    languages: list[str]
    purpose: str
    summary: str
    duration: Measure | None
    scheduled: str | None
    agenda: list[AgendaItemOut]
    delegations: list[DelegationOut]

    @staticmethod
    def resolve_start(record: Any) -> str | None:
        return record.start_edtf

    @staticmethod
    def resolve_end(record: Any) -> str | None:
        return record.end_edtf

    @staticmethod
    def resolve_start_time(record: Any) -> str | None:
        return clock(record.start_time)

    @staticmethod
    def resolve_end_time(record: Any) -> str | None:
        return clock(record.end_time)

    @staticmethod
    def resolve_duration(record: Any) -> Any:
        return measure(record, "duration")

    @staticmethod
    def resolve_scheduled(record: Any) -> str | None:
        return current_text(record.assertions.all(), "scheduled")

    @staticmethod
    def resolve_agenda(record: Any) -> Any:
        return record.agenda.all()

    @staticmethod
    def resolve_delegations(record: Any) -> Any:
        return record.delegations.all()


class PositionOut(Cited, Reference):
    process: Reference
    party: Reference
    issue: Reference
    stance: str
    text: str
    condition: str
    tied_to: Reference | None
    in_force: str
    talk: Reference | None
    ascription: str
    is_headline: bool
    supersedes: Reference | None

    @staticmethod
    def resolve_in_force(record: Any) -> str:
        return record.in_force_edtf


class Talks(Schema):
    count: None = None
    results: list[TalkOut]


class Positions(Schema):
    count: None = None
    results: list[PositionOut]


def clock(time: datetime.time | None) -> str | None:
    return f"{time:%H:%M}" if time else None


def measure(record: Any, field: Any) -> Any:
    found = current_amount(record.assertions.all(), field)
    return {**shown_amount(found.amount), "unit": found.unit} if found else None
