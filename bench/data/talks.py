"""Talks one after another, each with all that stands on it: people, statements, positions, outcomes, citations."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from uuid import UUID

from bench.data.rows import Rows
from bench.data.texts import Texts
from bench.data.world import ISSUES_IN_ONE, OUTLETS, PARTIES_AT_ONE, PEOPLE_OF_A_PARTY, PROCESSES, Person, World
from negotiations.models import (
    AgendaItem,
    Assertion,
    Citation,
    Delegation,
    DelegationMember,
    Event,
    EventParty,
    Outcome,
    OutcomeIssue,
    OutcomeParty,
    Position,
    Source,
    Statement,
    StatementLink,
    Talk,
)

TALKS = 20_000
FIRST_DAY, DAYS = date(2000, 1, 1), 9_600
POSITIONS_OF_A_TALK = 10
CELLS = PARTIES_AT_ONE * ISSUES_IN_ONE  # of a process's matrix
KINDS = ("round", "round", "round", "consultation", "ministerial", "working_group", "summit", "call")
STANCES = ("demands", "offers", "favours", "accepts", "noncommittal", "rejects", "red_line", "unclear")
ACTS = ("demand", "proposal", "commitment", "rejection", "appeal", "assessment", "announcement")
STANDINGS = ("pending", "under_way", "implemented", "not_implemented", "lapsed")
LANGUAGES = ("en", "ru", "uk", "tr")


def day(talk: int) -> date:
    return FIRST_DAY + timedelta(days=talk * DAYS // TALKS)


class Talks:
    """Adds one talk after another to `rows`."""

    def __init__(self, world: World, rows: Rows, texts: Texts, chance: Random) -> None:
        self.world, self.rows, self.texts, self.chance = world, rows, texts, chance
        self._latest: dict[tuple[int, int], UUID] = {}  # position of a cell
        self._appointed: dict[int, UUID] = {}  # outcome of a process by which it meets again

    def add(self, number: int) -> None:
        """The talk of this number, and everything on it."""
        process = number % PROCESSES
        source, talk = self._source(number), self._talk(number, process)
        self._cite(source, talk_id=talk)
        parties = [self.world.party_of(process, number // PROCESSES + place) for place in range(2 + number % 2)]
        for party in parties:
            self._delegation(number, talk, party, source)
        issue = self.world.issue_of(process, number // PROCESSES)
        self.rows.add(AgendaItem, talk_id=talk, issue_id=issue, discussed="discussed")
        self._duration(number, talk, source)
        said = [self._statement(number, talk, party, issue, source) for party in parties[:2]]
        for place in range(POSITIONS_OF_A_TALK):
            self._position(number, place, talk, source, said)
        self._outcomes(number, process, talk, parties, source)

    def add_alone(self, number: int) -> UUID:
        """A talk that nothing else refers to, so that it can be retracted."""
        source = self._source(number)
        facts = {"slug": f"unconfirmed-{number}", "title": self.texts.line(3), "kind": "other", "status": "unconfirmed"}
        process = self.world.processes[number % PROCESSES]
        talk = self.rows.add(Talk, process_id=process, start_edtf=day(number).isoformat(), **facts)
        self._cite(source, talk_id=talk)
        return talk

    def _source(self, number: int) -> UUID:
        facts = {"slug": f"page-{number}", "title": self.texts.line(6), "kind": "news" if number % 4 else "wire"}
        facts |= {"published_edtf": day(number).isoformat(), "language": LANGUAGES[number % len(LANGUAGES)]}
        facts |= {"page_url": f"https://outlet-{number % OUTLETS}.example/{number}", "accessed_on": "2026-01-01"}
        return self.rows.add(Source, publisher_id=self.world.outlets[number % OUTLETS], **facts)

    def _talk(self, number: int, process: int) -> UUID:
        venue = number * 7 % len(self.world.venues)
        town = self.world.towns[venue % len(self.world.towns)]
        facts = {
            "slug": f"talk-{number}", "title": f"{town} {self.texts.words(2)}, {day(number):%-d %B %Y}",
            "kind": KINDS[number % len(KINDS)], "status": "held", "modality": "in_person", "setting": "direct",
            "round_number": number // PROCESSES + 1, "start_edtf": day(number).isoformat(), "languages": ["ru", "en"],
            "purpose": self.texts.prose(1), "summary": self.texts.prose(), "track": "1",
        }  # fmt: skip
        facts["carries_out_id"] = self._appointed.pop(process, None)
        return self.rows.add(Talk, process_id=self.world.processes[process], place_id=self.world.venues[venue], **facts)

    def _delegation(self, number: int, talk: UUID, party: int, source: UUID) -> None:
        facts = {"roles": ["party"], "level": "senior_officials", "list_basis": "press", "list_is_complete": False}
        id = self.rows.add(Delegation, talk_id=talk, party_id=self.world.parties[party], **facts)
        self._cite(source, delegation_id=id)
        for place, capacity in enumerate(("head", "member")):
            person = self._person(party, number + place)
            facts = {"person_id": person.id, "affiliation_id": person.affiliation, "capacity": capacity}
            member = self.rows.add(DelegationMember, delegation_id=id, attendance="attended", **facts)
            if number % 5 == 0 and not place:
                self._cite(source, member_id=member)

    def _person(self, party: int, number: int) -> Person:
        return self.world.people[party][number % PEOPLE_OF_A_PARTY]

    def _duration(self, number: int, talk: UUID, source: UUID) -> None:
        """Of every tenth talk two that cannot both be true."""
        for minutes in (60 + number % 90, 200)[: 1 + (number % 10 == 0)]:
            value = {"field": "duration", "amount": f"[{minutes},{minutes}]", "unit": "minutes"}
            id = self.rows.add(Assertion, talk_id=talk, **value)
            if number % 3 == 0:
                self._cite(source, assertion_id=id)

    def _statement(self, number: int, talk: UUID, party: int, issue: UUID, source: UUID) -> UUID:
        person = self._person(party, number)
        facts = {
            "slug": f"statement-{number}-{party}", "text": self.texts.prose(1), "quote": self.texts.line(8),
            "act": ACTS[number % len(ACTS)], "attribution": "on_record", "text_kind": "partial_quote",
            "said_on_edtf": day(number).isoformat(), "language": "en", "channel": "press_conference",
        }  # fmt: skip
        who = {"speaker_id": person.id, "affiliation_id": person.affiliation}
        id = self.rows.add(Statement, on_behalf_of_id=self.world.parties[party], occasion_id=talk, **who, **facts)
        self._cite(source, statement_id=id)
        self.rows.add(StatementLink, statement_id=id, relation="about", to_issue_id=issue)
        return id

    def _position(self, number: int, place: int, talk: UUID, source: UUID, said: list[UUID]) -> None:
        """The next of its cell, in force until the one after it; of ten the last is another's view of the ninth."""
        process, count = number % PROCESSES, number // PROCESSES * POSITIONS_OF_A_TALK + place
        is_another_view = place == POSITIONS_OF_A_TALK - 1
        cell = (count - is_another_view) % CELLS
        party = self.world.party_of(process, cell // ISSUES_IN_ONE)
        later = number + CELLS // POSITIONS_OF_A_TALK * PROCESSES
        end = (day(later) - timedelta(days=1)).isoformat() if later < TALKS else ".."
        stance = STANCES[(count // CELLS * 3 + cell + 5 * is_another_view) % len(STANCES)]
        facts = {
            "slug": f"position-{number}-{place}", "stance": stance, "label": self.texts.line(4)[:80].strip(),
            "text": self.texts.prose(1), "in_force_edtf": f"{day(number).isoformat()}/{end}",
            "ascription": "ascribed_by_counterparty" if is_another_view else "self_stated",
            "is_headline": not place % 2,
            "supersedes_id": None if is_another_view else self._latest.get((process, cell)),
        }  # fmt: skip
        whose = {"party_id": self.world.parties[party], "process_id": self.world.processes[process]}
        issue = self.world.issue_of(process, cell % ISSUES_IN_ONE)
        id = self.rows.add(Position, issue_id=issue, talk_id=talk, **whose, **facts)
        if is_another_view:
            self._rest(said[0], position_id=id)
        else:
            self._latest[process, cell] = id
            self._cite(source, person=self._person(party, number), position_id=id)

    def _outcomes(self, number: int, process: int, talk: UUID, parties: list[int], source: UUID) -> None:
        """An agreement, a term of it, and another outcome: of every second talk that they meet again."""
        agreed, whole = day(number), None
        meets_again = number // PROCESSES % 2 == 0
        for place, kind in enumerate(
            ("agreement_in_principle", "provision", "next_meeting_agreed" if meets_again else "exchange_agreed")
        ):
            facts = {
                "slug": f"outcome-{number}-{place}", "kind": kind, "title": self.texts.line(5),
                "text": self.texts.prose(1), "agreed_edtf": agreed.isoformat(),
                "part_of_id": whole if kind == "provision" else None,
                "due_edtf": (agreed + timedelta(days=30)).isoformat() if place else None,
            }  # fmt: skip
            id = self.rows.add(Outcome, process_id=self.world.processes[process], talk_id=talk, **facts)
            self._cite(source, outcome_id=id)
            party = self.world.parties[parties[place % 2]]
            self.rows.add(OutcomeParty, outcome_id=id, actor_id=party, role="party", stance="confirms")
            issue = self.world.issue_of(process, number // PROCESSES + place)
            self.rows.add(OutcomeIssue, outcome_id=id, issue_id=issue)
            whole = whole or id
        if meets_again:
            self._appointed[process] = id
        standing = {"field": "implementation", "word": STANDINGS[number % len(STANDINGS)]}
        held_on = (agreed + timedelta(days=40)).isoformat()
        assertion = self.rows.add(Assertion, outcome_id=id, held_on_edtf=held_on, **standing)
        if number % 2:
            self._cite(source, assertion_id=assertion)
        if number % 10 == 1:
            self._event(number, process, id, parties, source)

    def _event(self, number: int, process: int, outcome: UUID, parties: list[int], source: UUID) -> None:
        """A deed that carries out the outcome."""
        facts = {
            "slug": f"event-{number}",
            "title": self.texts.line(5),
            "text": self.texts.prose(1),
            "kind": "handover",
        }
        facts |= {"start_edtf": (day(number) + timedelta(days=20)).isoformat(), "carries_out_id": outcome}
        place = self.world.venues[number % len(self.world.venues)]
        id = self.rows.add(Event, process_id=self.world.processes[process], place_id=place, **facts)
        self._cite(source, event_id=id)
        for party, role in zip(parties, ("actor", "recipient"), strict=False):
            self.rows.add(EventParty, event_id=id, actor_id=self.world.parties[party], role=role)

    def _cite(self, source: UUID, *, person: Person | None = None, **of: UUID) -> None:
        """A citation in the voice of `person`, else in the outlet's own."""
        voice = {"attribution": "on_record", "speaker_id": person.id} if person else {"attribution": "outlet"}
        facts = {"excerpt": self.texts.line(14), "locator": f"¶{self.chance.randrange(1, 30)}"}
        self.rows.add(Citation, source_id=source, **voice, **facts, **of)

    def _rest(self, statement: UUID, **of: UUID) -> None:
        """A citation of a statement recorded here."""
        self.rows.add(Citation, testimony_id=statement, **of)
