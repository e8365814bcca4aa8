"""Promised against done: the outcomes of a process on a day, the deeds that carry them out, quantities and deadlines.

Nothing is set off against anything that is counted otherwise: what is computed is what deeds that happened add up to,
unit by unit and direction by direction, and how each deadline stands. docs/analytics.md has the rules.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from negotiations.analytics.current import current_text
from negotiations.analytics.deadlines import Deadline, deadlines
from negotiations.analytics.quantities import Deed, Done, Promised, done, promised
from negotiations.analytics.rows import Document, all_cited, all_made, citations, document, made, reference, row, rows
from negotiations.analytics.stream import BOTH_ENDS, EARLIEST, LATEST
from negotiations.analytics.written import WrittenDate
from negotiations.ledger.window import window_connection
from negotiations.models import Actor, Assertion, Citation, Event, Outcome, OutcomeParty, Talk
from negotiations.vocabulary import AssertionField, Certainty, EventStatus

_ASSERTION = row(
    "x", giver=reference(Actor, "x.giver_id"), receiver=reference(Actor, "x.receiver_id"),
    citations=citations("assertion", "x.id"),
)  # fmt: skip


def _asserted(owner: str, id: str) -> str:
    source = f"negotiations_assertion x WHERE x.{owner}_id = {id} AND x.field IN ('quantity', 'implementation', 'due')"
    return rows(_ASSERTION, source, "x.field, x.held_on NULLS FIRST, x.id")


def _deeds(table: str, kind: str, parties: str, asserted: str, cited: str) -> str:
    """SQL: the deeds of `table` that carry out the outcome `o`, each with the date by which it is placed."""
    days = (
        f"(SELECT {EARLIEST} AS earliest, {LATEST} AS latest FROM (VALUES ({BOTH_ENDS}, s.during)) w (written, days))"
    )
    told = (
        f"jsonb_build_object('kind', '{kind}', 'record', to_jsonb(s), 'written', {BOTH_ENDS}, 'earliest', d.earliest,"
        f" 'latest', d.latest, 'parties', {parties}, 'assertions', {asserted}, 'citations', {cited})"
    )
    source = f"{table} s CROSS JOIN LATERAL {days} d WHERE s.carries_out_id = o.id"
    return rows(told, source, "d.earliest NULLS LAST, d.latest, s.id")


_OFFICE = row(
    "f", actor=reference(Actor, "f.actor_id"), organisation=reference(Actor, "f.organisation_id")
)  # fmt: skip
_PARTY = row(
    "p", actor=reference(Actor, "p.actor_id"), person=reference(Actor, "p.person_id"),
    affiliation=f"(SELECT {_OFFICE} FROM negotiations_affiliation f WHERE f.id = p.affiliation_id)",
    citations=citations("outcome_party", "p.id"),
)  # fmt: skip
_PARTIES = rows(
    _PARTY, "negotiations_outcomeparty p JOIN negotiations_actor a ON a.id = p.actor_id WHERE p.outcome_id = o.id",
    "a.name, p.role, p.id",
)  # fmt: skip
_EVENTS = _deeds(
    "negotiations_event", "event",
    rows(reference(Actor, "p.actor_id"), "negotiations_eventparty p WHERE p.event_id = s.id", "p.actor_id"),
    _asserted("event", "s.id"), citations("event", "s.id"),
)  # fmt: skip
_TALKS = _deeds("negotiations_talk", "talk", "'[]'::jsonb", "'[]'::jsonb", citations("talk", "s.id"))
_OUTCOME = row(
    "o", part_of=reference(Outcome, "o.part_of_id"), depends_on=reference(Outcome, "o.depends_on_id"),
    talk=reference(Talk, "o.talk_id"),
)  # fmt: skip
# The day of agreement, else of the talk: its first and last possible day.
_AGREED = f"""
    SELECT {EARLIEST} AS earliest, {LATEST} AS latest, written
      FROM (SELECT coalesce(o.agreed_edtf, t.written) AS written, coalesce(o.agreed, t.during) AS days
              FROM (SELECT 1) one LEFT JOIN (SELECT {BOTH_ENDS} AS written, during FROM negotiations_talk
                                              WHERE id = o.talk_id) t ON true) w
"""
_STATEMENT = """
    SELECT {outcome}, agreed.written, agreed.earliest, agreed.latest,
           {parties}, {asserted}, {events}, {talks}, {cited}
      FROM negotiations_outcome o CROSS JOIN LATERAL ({agreed}) agreed
     WHERE o.id IN ({chosen})
     ORDER BY agreed.earliest NULLS LAST, agreed.latest, o.id
"""


@dataclass(frozen=True)
class Step:
    """A deed that carries out an outcome: an event, or a talk held for it."""

    record: Any
    when: WrittenDate
    certainty: Certainty
    parties: list[Actor]
    assertions: list[Assertion]
    citations: list[Citation]


@dataclass
class Fulfilment:
    """One outcome, and what had become of it on the day."""

    outcome: Any
    agreed: WrittenDate
    certainty: Certainty
    depth: int
    parties: list[OutcomeParty]
    implementation: str | None
    implementations: list[Assertion]
    deadlines: list[Deadline]
    promised: list[Promised]
    done: list[Done]
    assertions: list[Assertion]
    steps: list[Step]
    citations: list[Citation]


def implementation_of(outcomes: QuerySet[Outcome], on: datetime.date) -> list[Fulfilment]:
    """What had become on the day `on` of `outcomes`, provisions behind what they are part of. One statement."""
    connection = window_connection()
    try:
        chosen, values = outcomes.order_by().values_list("pk").query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return []
    sql = _STATEMENT.format(
        outcome=_OUTCOME, parties=_PARTIES,
        asserted=_asserted("outcome", "o.id"), events=_EVENTS, talks=_TALKS, cited=citations("outcome", "o.id"),
        agreed=_AGREED, chosen=chosen,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = [_fulfilment(told, on) for told in cursor.fetchall()]
    return list(_under_their_wholes([each for each in found if each is not None]))


def _fulfilment(told: Sequence[Any], on: datetime.date) -> Fulfilment | None:
    """None where it was agreed after the day, for certain."""
    whole, written, earliest, latest, *documents = told
    agreed = WrittenDate(written, earliest, latest)
    if agreed.has_begun(on) is False:
        return None
    outcome: Any = made(Outcome, document(whole))
    parties, asserted, events, talks, cited = map(document, documents)
    sources = all_made(Citation, cited)
    held = [each for each in all_cited(Assertion, asserted) if _held_by(each, on)]
    steps = [step for each in (*events, *talks) if (step := _step(each, on)) is not None]
    steps.sort(key=lambda step: (step.when.earliest or step.when.latest or datetime.date.max, str(step.record.pk)))
    happened = [
        Deed(step.parties, step.assertions)
        for step in steps
        if isinstance(step.record, Event) and step.record.status == EventStatus.HAPPENED
    ]
    return Fulfilment(
        outcome, agreed, _certainty(agreed, on), 0, all_cited(OutcomeParty, parties),
        current_text(held, AssertionField.IMPLEMENTATION),
        [each for each in held if each.field == AssertionField.IMPLEMENTATION],
        list(deadlines(outcome, held, sources, on)), list(promised(held)), list(done(happened)),
        [each for each in held if each.field == AssertionField.QUANTITY], steps, sources,
    )  # fmt: skip


def _under_their_wholes(found: list[Fulfilment]) -> Iterator[Fulfilment]:
    """Each after what it is part of, one deeper; what that is not among them stands for itself."""
    among = {each.outcome.pk for each in found}
    parts: dict[UUID | None, list[Fulfilment]] = defaultdict(list)
    for each in found:
        parts[each.outcome.part_of_id if each.outcome.part_of_id in among else None].append(each)

    def under(id: UUID | None, depth: int) -> Iterator[Fulfilment]:
        for each in parts[id]:
            each.depth = depth
            yield each
            yield from under(each.outcome.pk, depth + 1)

    return under(None, 0)


def _certainty(when: WrittenDate, on: datetime.date) -> Certainty:
    return Certainty.CERTAIN if when.has_begun(on) else Certainty.POSSIBLE


def _held_by(assertion: Assertion, on: datetime.date) -> bool:
    """Whether it may have held by the day: what has no day always may."""
    days = assertion.held_on
    return days is None or days.lower is None or days.lower <= on


def _step(told: Document, on: datetime.date) -> Step | None:
    """None where it began after the day, for certain."""
    bounds = (told[name] and datetime.date.fromisoformat(told[name]) for name in ("earliest", "latest"))
    when = WrittenDate(told["written"], *bounds)
    if when.has_begun(on) is False:
        return None
    record: Any = made(Event, told["record"]) if told["kind"] == "event" else made(Talk, told["record"])
    assertions = [each for each in all_cited(Assertion, told["assertions"]) if _held_by(each, on)]
    return Step(
        record, when, _certainty(when, on), all_made(Actor, told["parties"]),
        [each for each in assertions if each.field == AssertionField.QUANTITY], all_made(Citation, told["citations"]),
    )  # fmt: skip
