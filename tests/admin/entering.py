"""How a curator enters the article, step by step: talks in one sitting each, and pages of single records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from negotiations.models import Actor, Assertion, Delegation, Event, Position, Process, Statement, Talk
from negotiations.vocabulary import (
    AssertionField,
    Attribution,
    DelegationRole,
    EventKind,
    LinkRelation,
    Modality,
    OutcomeKind,
    Setting,
    TalkKind,
    TalkRelation,
    TalkStatus,
    TextKind,
    Unit,
)
from tests.admin import article
from tests.admin.article import SAID, Held, Said
from tests.admin.browser import Desk

ADDRESS_OF_TALKS = "/admin/negotiations/talk/"
MANDATE = "seek possible solutions"
TITLE = "Istanbul talks, 16 May 2025"
PROCESS, EARLIER = "Russia–Ukraine direct talks, 2025", "Russia–Ukraine negotiations of 2022"


# One sitting


def enter_process(desk: Desk, title: str, start: str, values: Iterable[tuple[AssertionField, str]]) -> Process:
    desk.open("/admin/negotiations/process/add/")
    desk.type("title", title)
    desk.type("start_edtf", start)
    for field, word in values:
        row = f"assertions-{desk.add_row('assertions')}"
        desk.choose(f"{row}-field", str(field.label))
        desk.type(f"{row}-word", word)
        desk.type(f"{row}-held_on_edtf", "2025-05-16")
    desk.save()
    return Process.objects.get(title=title)


def a_row(desk: Desk, prefix: str, number: int) -> str:
    """The row of this number, added by its key where the page has no spare one left."""
    if number >= desk.rows(prefix):
        desk.shortcut("Alt+n")
    return f"{prefix}-{number}"


def enter_delegation(desk: Desk, number: int, party: str, role: DelegationRole, passage: str, people: str = "") -> None:
    row = a_row(desk, "delegations", number)
    desk.choose(f"{row}-party", party)
    desk.choose(f"{row}-roles", str(role.label))
    if people:
        desk.type(f"{row}-people", people)
    desk.quote(f"{row}-excerpt", SAID[passage])


def enter_position(desk: Desk, number: int, held: Held) -> None:
    row = a_row(desk, "positions", number)
    desk.choose(f"{row}-party", held.party)
    desk.choose(f"{row}-issue", held.issue)
    desk.choose(f"{row}-stance", str(held.stance.label))
    if held.taken:
        desk.fill_in(f"{row}-label", held.taken)
    else:
        desk.type(f"{row}-label", held.label)
    desk.choose(f"{row}-ascription", str(held.ascription.label))
    if held.is_headline:
        desk.tick(f"{row}-is_headline")
    desk.quote(f"{row}-excerpt", SAID[held.passage])
    if held.condition:
        desk.more(f"{row}-condition")
        desk.fill_in(f"{row}-condition", held.condition)


def enter_statement(desk: Desk, number: int, said: Said) -> None:
    row = a_row(desk, "statements", number)
    desk.choose(f"{row}-attribution", str(said.attribution.label))
    if said.speaker:
        desk.look_up(f"{row}-speaker", said.speaker)
    desk.choose(f"{row}-act", str(said.act.label))
    if said.described:
        desk.fill_in(f"{row}-descriptor", said.described)
    elif said.descriptor:
        desk.type(f"{row}-descriptor", said.descriptor)
    if said.behalf:
        desk.choose(f"{row}-on_behalf_of", said.behalf)
    desk.type(f"{row}-text", said.text)
    if said.this_talk:
        desk.choose(f"{row}-this_talk", said.this_talk)
    for typed, found in said.about:
        desk.choose_many(f"{row}-about", typed, found)
    if said.person:
        desk.look_up(f"{row}-about_person", said.person)
    desk.quote(f"{row}-excerpt", SAID[said.passage])
    if said.quote:
        desk.more(f"{row}-quote")
        desk.fill_in(f"{row}-quote", said.quote)
        desk.choose(f"{row}-text_kind", str(TextKind.PARTIAL_QUOTE.label))
    if said.condition:
        desk.more(f"{row}-condition")
        desk.type(f"{row}-condition", said.condition)


def enter_value(
    desk: Desk, number: int, field: AssertionField, amount: str, unit: Unit, passage: str, about: bool = False
) -> None:
    row = a_row(desk, "assertions", number)
    desk.choose(f"{row}-field", str(field.label))
    desk.type(f"{row}-amount", amount)
    desk.choose(f"{row}-unit", str(unit.label))
    if about:
        desk.tick(f"{row}-approximate")
    desk.quote(f"{row}-excerpt", SAID[passage])


def paste_source(desk: Desk) -> None:
    desk.paste("source_url", article.ADDRESS)
    desk.look_up("source_publisher", "Niger")
    desk.paste("article_text", article.text())


def enter_main_talk(desk: Desk, process: Process) -> Talk:
    desk.open(f"{ADDRESS_OF_TALKS}add/?process={process.pk}")
    paste_source(desk)
    desk.type("title", TITLE)
    desk.choose("kind", str(TalkKind.ROUND.label))
    desk.choose("status", str(TalkStatus.HELD.label))
    desk.choose("modality", str(Modality.IN_PERSON.label))
    desk.choose("setting", str(Setting.DIRECT.label))
    desk.look_up("place", "Dolma")
    desk.type("start_edtf", "2025-05-16")
    desk.fill_in("purpose", "address the ongoing conflict")
    desk.quote("excerpt", SAID["first"])
    for number, (party, role) in enumerate(
        [("Türkiye", DelegationRole.HOST), ("Ukraine", DelegationRole.PARTY), ("Russia", DelegationRole.PARTY)]
    ):
        enter_delegation(desk, number, party, role, "delegations")
    for number, held in enumerate(article.POSITIONS):
        enter_position(desk, number, held)
    for number, said in enumerate(article.STATEMENTS):
        enter_statement(desk, number, said)
    row = a_row(desk, "outcomes", 0)
    desk.choose(f"{row}-kind", str(OutcomeKind.NO_AGREEMENT.label))
    desk.type(f"{row}-title", "No substantial progress")
    desk.quote(f"{row}-excerpt", SAID["progress"])
    enter_value(desk, 0, AssertionField.GAP_SINCE_PREVIOUS, "(3,)", Unit.YEARS, "first")
    enter_value(desk, 1, AssertionField.DURATION, "(,120)", Unit.MINUTES, "under two")
    enter_value(desk, 2, AssertionField.DURATION, "(90,)", Unit.MINUTES, "length", about=True)
    desk.shot("talk-being-entered")
    desk.save()
    desk.shot("talk-entered")
    return Talk.objects.get(title=TITLE)


def enter_more_of_the_main_talk(desk: Desk, talk: Talk) -> None:
    """The same page again: what the article says besides, where it was held, who was not there."""
    desk.quote("excerpt", SAID["palace"])
    russians = next(number for number in range(3) if desk.box(f"delegations-{number}-party").input_value() == str(
        Actor.objects.get(slug="russia").pk))  # fmt: skip
    desk.type(f"delegations-{russians}-people", "Absent: Vladimir Putin")
    for number, said in enumerate(article.MORE_STATEMENTS):
        enter_statement(desk, number, said)
    row = f"citations-{desk.add_row('citations')}"
    cite(desk, row, "aimed")
    desk.save()


def cite(desk: Desk, row: str, passage: str, *, typed: str = "") -> None:
    """A row for a citation, on pages without an article: the words are pasted from the page read."""
    desk.look_up(f"{row}-source", typed or "nigeria", "Nigeria Today Magazine")
    desk.paste(f"{row}-excerpt", SAID[passage])
    desk.choose(f"{row}-attribution", str(Attribution.OUTLET.label))


def enter_summit(desk: Desk, process: Process, main: Talk) -> None:
    desk.open(f"{ADDRESS_OF_TALKS}add/?process={process.pk}")
    desk.type("title", "European summit in Albania")
    desk.choose("relation", str(TalkRelation.CONTEXT.label))
    desk.look_up("related_talk", "Istanbul talks")
    desk.choose("kind", str(TalkKind.SUMMIT.label))
    desk.choose("status", str(TalkStatus.HELD.label))
    desk.look_up("place", "Albania")
    desk.quote("excerpt", "At a European summit in Albania")
    enter_delegation(desk, 0, "Ukraine", DelegationRole.PARTICIPANT, "summit", "Attended: Volodymyr Zelensky")
    enter_position(desk, 0, article.SUMMIT_POSITION)
    desk.more("positions-0-in_force_edtf")
    desk.type("positions-0-in_force_edtf", "2025-05-16/..")
    enter_statement(desk, 0, article.SUMMIT_STATEMENT)
    desk.save()


def enter_consultation(desk: Desk, process: Process, main: Talk) -> None:
    desk.open(f"{ADDRESS_OF_TALKS}add/?process={process.pk}")
    desk.type("title", "Ukrainian officials meet senior US representatives")
    desk.choose("relation", str(TalkRelation.PREPARATORY.label))
    desk.look_up("related_talk", "Istanbul talks")
    desk.choose("kind", str(TalkKind.CONSULTATION.label))
    desk.choose("status", str(TalkStatus.HELD.label))
    desk.quote("excerpt", SAID["ahead"])
    enter_delegation(desk, 0, "Ukraine", DelegationRole.PARTY, "ahead", "Attended: * Ukrainian officials")
    enter_delegation(desk, 1, "United States", DelegationRole.SUPPORTER, "ahead",
                     "Attended: Marco Rubio\nAttended: * high-level US representatives")  # fmt: skip
    enter_position(desk, 0, article.RUBIO_POSITION)
    desk.more("positions-0-in_force_edtf")
    desk.type("positions-0-in_force_edtf", "2025-05-16/..")
    enter_statement(desk, 0, article.RUBIO_STATEMENT)
    desk.save()


# Pages of single records


def entered_as(slug: str) -> Any:
    """The statement or position that the claims know by this slug."""
    if slug in article.SAID_AS:
        return Statement.objects.get(text=article.SAID_AS[slug].text)
    held = article.HELD_AS[slug]
    process = EARLIER if held in article.POSITIONS_OF_2022 else PROCESS
    return Position.objects.get(label=held.label or held.taken, process__title=process)


def page_of(row: Any) -> str:
    return f"/admin/negotiations/{row._meta.model_name}/{row.pk}/change/"


def cite_on_its_page(desk: Desk, row: Any, *passages: str) -> None:
    desk.open(page_of(row))
    for passage in passages:
        cite(desk, f"citations-{desk.add_row('citations')}", passage)
    desk.save("_save")


def enter_office(desk: Desk, person: str, organisation: str, title: str, passage: str) -> None:
    actor = Actor.objects.get(slug=person)
    desk.open(page_of(actor))
    row = f"affiliations-{desk.add_row('affiliations')}"
    desk.look_up(f"{row}-organisation", organisation)
    desk.type(f"{row}-title", title)
    desk.save()
    cite_on_its_page(desk, actor.affiliations.get(title=title), passage)


def enter_war(desk: Desk) -> Event:
    desk.open("/admin/negotiations/event/add/")
    desk.type("title", "War between Russia and Ukraine")
    desk.choose("kind", str(EventKind.ARMED_CONFLICT.label))
    cite(desk, f"citations-{desk.add_row('citations')}", "roots")
    desk.save("_save")
    return Event.objects.get()


def finish_process(desk: Desk, process: Process, passage: str, values: dict[str, str]) -> None:
    desk.open(page_of(process))
    desk.look_up("conflict", "War between")
    cite(desk, f"citations-{desk.add_row('citations')}", passage)
    desk.save("_save")
    for word, cited in values.items():
        cite_on_its_page(desk, Assertion.objects.get(process=process, word=word), cited)


def enter_position_alone(desk: Desk, held: Held, process: str, in_force: str) -> None:
    desk.open("/admin/negotiations/position/add/")
    desk.type("label", held.label)
    desk.look_up("process", process)
    desk.look_up("party", held.party)
    desk.look_up("issue", held.issue)
    desk.choose("stance", str(held.stance.label))
    desk.type("text", f"{held.label}.")
    desk.type("in_force_edtf", in_force)
    desk.choose("ascription", str(held.ascription.label))
    row = f"citations-{desk.add_row('citations')}"
    if held is article.CEASEFIRE_URGENT:
        desk.look_up(f"{row}-testimony", "ground for diplomacy")
    else:
        cite(desk, row, held.passage)
    desk.save("_save")


def link(desk: Desk, slug: str, relation: LinkRelation, column: str, typed: str) -> None:
    desk.open(page_of(entered_as(slug)))
    row = f"links-{desk.add_row('links')}"
    desk.choose(f"{row}-relation", str(relation.label))
    desk.look_up(f"{row}-{column}", typed)
    desk.save("_save")


def finish_russian_delegation(desk: Desk) -> None:
    """Its mandate, which it claims itself; and who says that Putin was not among them."""
    delegation = Delegation.objects.get(party__slug="russia", talk__title=TITLE)
    desk.open(page_of(delegation))
    row = f"assertions-{desk.add_row('assertions')}"
    desk.choose(f"{row}-field", str(AssertionField.MANDATE.label))
    desk.type(f"{row}-word", MANDATE)
    desk.look_up(f"{row}-giver", "Putin")
    desk.type(f"{row}-held_on_edtf", "2025-05-16")
    desk.save("_save")

    desk.open(page_of(Assertion.objects.get(field="mandate")))
    row = f"citations-{desk.add_row('citations')}"
    desk.look_up(f"{row}-testimony", "mandate from")
    desk.save("_save")

    desk.open(page_of(delegation.members.get()))
    row = f"citations-{desk.add_row('citations')}"
    desk.look_up(f"{row}-testimony", "reluctant to come")
    desk.save("_save")
