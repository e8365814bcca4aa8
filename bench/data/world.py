"""What talks stand in: countries and towns, parties and their people, outlets, issues and processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import pycountry

from bench.data.rows import Rows
from bench.data.texts import Texts, in_cyrillic
from negotiations.models import Actor, Affiliation, Identifier, Issue, Name, Place, Process

PROCESSES, PARTIES, ISSUES, OUTLETS = 20, 40, 200, 30
STATES = 20  # of the parties
PEOPLE_OF_A_PARTY = 50
PARTIES_AT_ONE, ISSUES_IN_ONE = 8, 40  # process
COUNTRIES, TOWNS, VENUES = 20, 60, 120
OTHER_KINDS = ("armed_organisation", "intergovernmental", "non_governmental", "government_body")


@dataclass
class Person:
    id: UUID
    affiliation: UUID


@dataclass
class World:
    """Ids of what is there before the first talk."""

    processes: list[UUID] = field(default_factory=list)
    parties: list[UUID] = field(default_factory=list)
    people: list[list[Person]] = field(default_factory=list)  # of each party
    outlets: list[UUID] = field(default_factory=list)
    issues: list[UUID] = field(default_factory=list)
    towns: list[str] = field(default_factory=list)
    venues: list[UUID] = field(default_factory=list)

    def party_of(self, process: int, place: int) -> int:
        """The number of one of the parties at a process."""
        return (process * 3 + place % PARTIES_AT_ONE * 5) % PARTIES

    def issue_of(self, process: int, place: int) -> UUID:
        return self.issues[(process * 10 + place % ISSUES_IN_ONE * 5) % ISSUES]


def make_world(rows: Rows, texts: Texts, chance: Random) -> World:
    world = World()
    _add_places(world, rows, texts, chance)
    _add_parties(world, rows, texts)
    for number in range(OUTLETS):
        name = f"{texts.name()} News"
        world.outlets.append(rows.add(Actor, slug=f"outlet-{number}", name=name, kind="media"))
    for number in range(ISSUES):
        parent = world.issues[number // 10 * 10] if number % 10 else None
        facts = {"slug": f"issue-{number}", "name": texts.line(2), "definition": texts.prose(1)}
        world.issues.append(rows.add(Issue, parent_id=parent, **facts))
    for number in range(PROCESSES):
        facts = {"slug": f"process-{number}", "title": f"{texts.line(3)}, process {number}", "summary": texts.prose()}
        above = world.processes[0] if number in (1, 2, 3) else None
        world.processes.append(rows.add(Process, part_of_id=above, start_edtf="2000", **facts))
    return world


def _add_places(world: World, rows: Rows, texts: Texts, chance: Random) -> None:
    countries = sorted(pycountry.countries, key=lambda country: country.alpha_3)[:COUNTRIES]
    codes = [country.alpha_3 for country in countries]
    above = [
        rows.add(Place, slug=f"country-{code.lower()}", name=country.name, kind="country", country=code)
        for code, country in zip(codes, countries, strict=True)
    ]
    towns = []
    for number in range(TOWNS):
        name, country = texts.name(), number % COUNTRIES
        where = {"lat": round(chance.uniform(-60, 60), 5), "lon": round(chance.uniform(-180, 180), 5)}
        facts = {"slug": f"town-{number}", "name": name, "kind": "city", "country": codes[country], **where}
        towns.append(rows.add(Place, parent_id=above[country], **facts))
        rows.add(Name, place_id=towns[-1], text=in_cyrillic(name), language="uk", kind="transliteration")
        world.towns.append(name)
    for number in range(VENUES):
        facts = {"slug": f"venue-{number}", "name": f"{texts.name()} Palace", "kind": "venue"}
        facts["country"] = codes[number % TOWNS % COUNTRIES]
        world.venues.append(rows.add(Place, parent_id=towns[number % TOWNS], **facts))


def _add_parties(world: World, rows: Rows, texts: Texts) -> None:
    countries = sorted(pycountry.countries, key=lambda country: country.alpha_3)[:STATES]
    for number in range(PARTIES):
        is_state = number < STATES
        name = countries[number].name if is_state else f"{texts.name()} {texts.line(2)}"
        facts = {"kind": "state", "iso3": countries[number].alpha_3} if is_state else {"kind": OTHER_KINDS[number % 4]}
        world.parties.append(rows.add(Actor, slug=f"party-{number}", name=name, **facts))
        world.people.append([_person(world, rows, texts, number, place) for place in range(PEOPLE_OF_A_PARTY)])


def _person(world: World, rows: Rows, texts: Texts, party: int, place: int) -> Person:
    number = party * PEOPLE_OF_A_PARTY + place
    name = f"{texts.name()} {texts.name()}"
    id = rows.add(Actor, slug=f"person-{number}", name=name, kind="person", description=texts.line(5))
    rows.add(Name, actor_id=id, text=in_cyrillic(name), language="uk", kind="transliteration")
    rows.add(Identifier, actor_id=id, scheme="wikidata", value=f"Q{10_000 + number}")
    title = texts.line(2) if place % 2 else ""
    facts = {"organisation_id": world.parties[party], "title": title, "during_edtf": f"{1995 + place % 20}/.."}
    return Person(id, rows.add(Affiliation, actor_id=id, **facts))
