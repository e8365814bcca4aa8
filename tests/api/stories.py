"""What is public in the worlds that proofs compare: two stories with a part of each kind, under ids that stay."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID, uuid5

from django.contrib.auth.models import User
from django.db import models

from negotiations import publication
from negotiations.models import (
    Actor,
    Affiliation,
    AgendaItem,
    Assertion,
    Citation,
    Delegation,
    DelegationMember,
    Event,
    EventParty,
    EventPlace,
    Identifier,
    Issue,
    Name,
    Outcome,
    OutcomeIssue,
    OutcomeParty,
    Place,
    Position,
    Process,
    Source,
    Statement,
    StatementLink,
    Talk,
)
from negotiations.models.records import Record
from tests.factories import CITED_AS
from tests.scenery import editor

Made = TypeVar("Made", bound=models.Model)
OURS = UUID("0b9c6f0e-6f0c-4d0e-9b59-6d5f5a1f0c11")
EXCERPT = "they met for two hours"


class Story:
    """Records and parts of one talk and what came of it, each made with ids of `name` and its own key.

    Each record refers to earlier ones only, so that the last can be withdrawn first.
    """

    def __init__(self, name: str, source: Source | None = None) -> None:
        self.name, self.source = name, source
        self.records: list[Record] = []
        self.made = 0

    def make(self, model: type[Made], key: str = "", **values: Any) -> Made:
        """A row; a record has the slug STORY-KEY."""
        self.made += 1
        given: dict[str, Any] = {"id": uuid5(OURS, f"{self.name} {model.__name__} {key or self.made}"), **values}
        if issubclass(model, Record):
            given["slug"] = f"{self.name}-{key}"
        row = model._default_manager.create(**given)
        if isinstance(row, Record):
            self.records.append(row)
        return row

    def cite(self, *targets: models.Model, **voice: Any) -> None:
        for target in targets:
            key = CITED_AS.get(type(target).__name__, type(target).__name__.lower())
            words = {"excerpt": EXCERPT, "locator": "¶3", **(voice or {"attribution": "outlet"})}
            if "testimony" not in words:
                words.setdefault("source", self.source)
            self.make(Citation, **{key: target}, **words)


def tell(name: str, year: str, shared: Source | None = None) -> Story:
    """The story called `name`, of `year`, as drafts; it cites `shared`, else a source of its own."""
    story = Story(name, shared)
    _people(story)
    _talk(story, year)
    _what_was_said(story, year)
    _what_came_of_it(story, year)
    return story


def _people(story: Story) -> None:
    make = story.make
    story.party = make(Actor, "party", name=f"Republic of {story.name}", kind="state", description="One side.")
    story.other = make(Actor, "other", name=f"The {story.name} union", kind="coalition")
    outlet = make(Actor, "outlet", name=f"The {story.name} Post", kind="media")
    page = {"page_url": f"https://{story.name}.example/page", "archived_url": "https://archive.example/page"}
    own = make(
        Source, "page", kind="news", publisher=outlet, title="Talks end", published_edtf="2025-05-17", language="en",
        accessed_on="2025-06-01", note="Read twice.", reliability="caution", reliability_reason="In a hurry.", **page,
    )  # fmt: skip
    story.source = story.source or own
    story.person = make(Actor, "person", name=f"Envoy of {story.name}", kind="person", description="Deputy minister")
    story.office = make(
        Affiliation, "office", actor=story.person, organisation=story.party, title="Minister", during_edtf="2023/.."
    )
    name = make(Name, actor=story.person, text="Посланник", language="uk", kind="official")
    make(Identifier, actor=story.party, scheme="wikidata", value=f"Q{story.office.pk.int % 10**9}")
    make(Assertion, actor=story.person, field="mandate", word="to seek peace")
    country = make(Place, "country", name=f"Land of {story.name}", kind="country", country="TUR")
    story.place = make(
        Place, "palace", name="Dolmabahçe Palace", kind="venue", parent=country, country="TUR", lat="41.03917",
        lon="29.00056",
    )  # fmt: skip
    story.cite(story.person, story.office, name, story.place)


def _talk(story: Story, year: str) -> None:
    make = story.make
    security = make(Issue, "security", name=f"Security in {story.name}")
    story.issue = make(
        Issue, "ceasefire", name="Ceasefire", parent=security, definition="Fire stops.", pax_group="Security"
    )
    war = make(Event, "war", title="The war", kind="armed_conflict", start_edtf="2022-02-24/..", text="It goes on.")
    make(Name, event=war, text="Війна", language="uk", kind="short")
    umbrella = make(Process, "umbrella", title=f"Peace for {story.name}")
    story.process = make(
        Process, "process", title="Direct talks", part_of=umbrella, conflict=war, summary="They talk.", start_edtf=year
    )
    stage = make(Assertion, process=story.process, field="stage", word="active", held_on_edtf=f"{year}-05-16")
    earlier = make(
        Talk, "call", title="A call before", process=story.process, kind="call", status="held", start_edtf=year
    )
    story.talk = make(
        Talk, "talk", title=f"Talks of {story.name}", process=story.process, relation="follow_up", related_talk=earlier,
        kind="round", round_number=1, status="held", modality="in_person", place=story.place, languages=["ru", "tr"],
        start_edtf=f"{year}-05-16", start_time="13:30", end_time="15:00", zone="Europe/Istanbul",
        purpose="To end the war.", summary="They met and parted.",
    )  # fmt: skip
    delegation = make(Delegation, talk=story.talk, party=story.party, roles=["party"], styled="The republic",
                      present="all of it", place=story.place)  # fmt: skip
    make(Delegation, talk=story.talk, party=story.other, roles=["party"], sits_with=delegation)
    member = make(
        DelegationMember, delegation=delegation, person=story.person, affiliation=story.office, capacity="head"
    )
    make(DelegationMember, delegation=delegation, descriptor="Officials of the republic", number=3)
    asked = make(AgendaItem, talk=story.talk, issue=story.issue, text="next round", discussed="discussed")
    duration = make(Assertion, talk=story.talk, field="duration", amount="(,120)", unit="minutes")
    make(Assertion, talk=story.talk, field="venue", value_place=story.place)
    make(Assertion, delegation=delegation, field="size", amount="[12,12]", unit="people")
    story.delegation = delegation
    story.cite(story.process, stage, earlier, story.talk, delegation, member, asked, duration, war)


def _what_was_said(story: Story, year: str) -> None:
    make = story.make
    earlier = make(Statement, "earlier", text="Called for a ceasefire.", act="appeal", attribution="reported",
                   said_on_edtf=year, descriptor="a diplomat")  # fmt: skip
    older, story.position = (
        make(
            Position, key, process=story.process, party=story.party, issue=story.issue, stance="accepts_if",
            label="Unconditional ceasefire", text="At once and everywhere.", condition="if watched", in_force_edtf=days,
            talk=story.talk, ascription="ascribed_by_media", is_headline=key == "newer",
        )
        for key, days in [("older", "2022/2024"), ("newer", f"{year}-05-16/..")]
    )  # fmt: skip
    Position.objects.filter(pk=story.position.pk).update(supersedes=older)
    story.said = make(
        Statement, "said", title="Memorandum", speaker=story.person, affiliation=story.office, act="demand",
        on_behalf_of=story.party, attribution="on_record", text="Demands a ceasefire.", quote="Cease fire now.",
        text_kind="partial_quote", language="en", translated_from="uk", condition="if heard", place=story.place,
        said_on_edtf=f"{year}-05-16", channel="interview", occasion=story.talk,
    )  # fmt: skip
    for target in ({"to_statement": earlier}, {"to_talk": story.talk}, {"to_issue": story.issue},
                   {"to_position": story.position}, {"to_delegation": story.delegation}):  # fmt: skip
        link = make(StatementLink, statement=story.said, relation="about", **target)
    story.cite(earlier, older, link)
    story.cite(story.position, testimony=earlier, excerpt="", locator="")
    story.cite(story.position)
    story.cite(story.said, attribution="on_record", speaker=story.person, on_behalf_of=story.party)


def _what_came_of_it(story: Story, year: str) -> None:
    make = story.make
    outcome = make(
        Outcome, "exchange", process=story.process, talk=story.talk, kind="exchange_agreed", text="All for all.",
        title="Exchange of prisoners", agreed_edtf=f"{year}-05-16", effective_edtf=f"{year}-05", due_edtf=f"{year}-06",
        condition="if lists agree",
    )  # fmt: skip
    make(OutcomeIssue, outcome=outcome, issue=story.issue)
    signed = make(OutcomeParty, outcome=outcome, actor=story.party, role="party", styled="The republic",
                  person=story.person, affiliation=story.office, stance="confirms")  # fmt: skip
    count = make(
        Assertion, outcome=outcome, field="quantity", amount="[1000,1000]", unit="prisoners", counting="one_way",
        giver=story.other, receiver=story.party,
    )  # fmt: skip
    make(Name, outcome=outcome, text="The thousand", language="en", kind="short")
    event = make(
        Event, "handover", process=story.process, kind="handover", title="First exchange", text="Half of them.",
        place=story.place, start_edtf=f"{year}-05-23", carries_out=outcome,
    )  # fmt: skip
    took = make(EventParty, event=event, actor=story.other, role="actor")
    make(EventPlace, event=event, place=story.place)
    story.cite(outcome, signed, count, event, took)


def publish(*records: Record, kind: str = "new", note: str = "Entered.") -> None:
    publication.publish(records, by=editor(), kind=kind, note=note)


def publish_all() -> None:
    """World A: only what is public, with a past. Something was corrected, retracted, merged, suppressed, added."""
    first = tell("istanbul", "2025")
    second = tell("antalya", "2022", first.source)
    extra = Story("extra", first.source)
    wrong = extra.make(Talk, "wrong", title="Never held", process=first.process, kind="call", status="held")
    namesake = extra.make(Actor, "namesake", name="Envoy, again", kind="person")
    told = extra.make(Statement, "told", text="Named a protected person.", act="appeal", attribution="reported")
    extra.cite(wrong, told, namesake)
    publish(*first.records, *second.records, *extra.records)
    Talk.objects.filter(pk=second.talk.pk).update(slug="antalya-talks", title="Talks of Antalya", purpose="")
    Citation.objects.filter(member__delegation=second.delegation).delete()
    Actor.objects.filter(pk=second.person.pk).update(name="Envoy Antalya")
    publish(*Talk.objects.filter(pk=second.talk.pk), *Actor.objects.filter(pk=second.person.pk), kind="correction")
    publication.retract([wrong], by=editor(), note="It was never held.", successor=first.talk)
    publication.merge(namesake, into=first.person, by=editor(), note="The same person.")
    publication.suppress(told, by=editor(), note="Withheld.")
    late = extra.make(Event, "late", title="An appointment", kind="appointment", start_edtf="2025-07")
    extra.cite(late)
    publish(late, kind="new_fact")


def reviewer() -> User:
    return User.objects.get_or_create(username="reviewer", defaults={"is_staff": True})[0]
