"""Statements entered on the page of a talk: what they are about, and what rests on them."""

from __future__ import annotations

from typing import Any

import pytest

from negotiations.models import Assertion, Citation, Position, Statement, Talk
from tests import factories as make
from tests.admin.test_sitting import ADD, a_talk, fill, page_of, with_source


@pytest.fixture
def talk(db: None) -> Talk:
    return make.make_talk()


def a_statement(form: dict[str, Any], number: int = 0, **wanted: Any) -> dict[str, Any]:
    usual = {"attribution": "background", "descriptor": "a diplomat", "act": "rejection", "text": "Rejects it."}
    return fill(form, "statements", number, **{**usual, **wanted})


def test_a_statement_is_about_what_was_chosen_and_said_at_the_talk_only_if_the_row_says_so(
    curator: Any, talk: Talk
) -> None:
    issue, person = make.make_issue("Territory"), make.make_actor("Vladimir Putin", kind="person")
    party = make.make_delegation(talk).party
    about = [f"delegation:{party.pk}", f"issue:{issue.pk}", f"actor:{party.pk}"]

    form = a_statement(curator.form_of(page_of(talk)), about=about, about_person=person)
    curator.send(page_of(talk), a_statement(form, 1, text="Said it there.", this_talk="occasion"))

    elsewhere, there = Statement.objects.order_by("text")
    links = [(link.relation, link.target) for link in elsewhere.links.all()]
    assert sorted(links, key=str) == sorted(
        [("about", talk), ("about", person), ("about", talk.delegations.get()), ("about", issue), ("about", party)],
        key=str,
    )
    assert elsewhere.occasion is None
    assert (there.occasion, there.links.count()) == (talk, 0)


def test_a_statement_may_be_about_a_delegation_entered_on_the_same_page(curator: Any) -> None:
    party = make.make_actor("Russia")

    form = fill(a_talk(curator.form_of(ADD)), "delegations", party=party, roles=["party"])
    curator.send(ADD, a_statement(form, about=[f"delegation:{party.pk}"]))

    talk = Talk.objects.get()
    assert {link.target for link in Statement.objects.get().links.all()} == {talk, talk.delegations.get()}


def test_a_statement_about_a_delegation_that_nobody_entered_is_refused_by_name(curator: Any, talk: Talk) -> None:
    party = make.make_actor("Georgia")

    shown = curator.send(page_of(talk), a_statement(curator.form_of(page_of(talk)), about=[f"delegation:{party.pk}"]))

    assert "This talk has no delegation of Georgia: add it above, or choose the party itself." in shown
    assert "Rejects it." in shown
    assert Statement.objects.count() == 0


def test_a_position_and_a_value_in_the_words_of_a_statement_rest_on_it(curator: Any, talk: Talk) -> None:
    words = "the demands are unacceptable"
    form = with_source(curator.form_of(page_of(talk)))
    position = {"party": make.make_actor("Ukraine"), "stance": "rejects", "ascription": "self_stated"}
    for number, (label, quote) in enumerate([("Rejects them", words), ("Wants peace", "wants peace")]):
        issue = make.make_issue(label)
        form = fill(form, "positions", number, issue=issue, label=label, excerpt=quote, **position)
    form = fill(form, "assertions", field="duration", amount="90", unit="minutes", excerpt=words)
    curator.send(page_of(talk), a_statement(form, excerpt=words))

    statement = Statement.objects.get()
    source = statement.citations.get().source
    assert source is not None
    rests = {
        each.label: (each.citations.get().testimony, each.citations.get().source) for each in Position.objects.all()
    }
    assert rests == {"Rejects them": (statement, None), "Wants peace": (None, source)}
    assert Assertion.objects.get().citations.get().testimony == statement


@pytest.mark.parametrize(
    ("of_statement", "of_position"),
    [
        ({"attribution": "outlet", "descriptor": ""}, {}),
        ({}, {"voice": "background", "voice_described": "another diplomat"}),
    ],
    ids=["the statement is the outlet's own", "the row has a voice of its own"],
)
def test_a_position_rests_on_the_page_itself_where_another_voice_speaks(
    curator: Any, talk: Talk, of_statement: dict[str, Any], of_position: dict[str, Any]
) -> None:
    form = a_statement(with_source(curator.form_of(page_of(talk))), excerpt="nothing was agreed", **of_statement)
    form = fill(form, "positions", party=make.make_actor(), issue=make.make_issue(), label="A stance", stance="demands",
                ascription="ascribed_by_media", excerpt="nothing was agreed", **of_position)  # fmt: skip
    curator.send(page_of(talk), form)

    citation = Citation.objects.get(position__isnull=False)
    assert (citation.testimony, citation.excerpt) == (None, "nothing was agreed")


def test_members_are_marked_as_having_come_or_not(curator: Any) -> None:
    for name in ("Marco Rubio", "Vladimir Putin", "Rustem Umerov", "Andrii Yermak"):
        make.make_actor(name, kind="person")

    form = fill(a_talk(curator.form_of(ADD)), "delegations", party=make.make_actor(), roles=["party"],
                people="Attended: Marco Rubio\nabsent: Vladimir Putin\nHead: Rustem Umerov\nAndrii Yermak")  # fmt: skip
    curator.send(ADD, form)

    members = Talk.objects.get().delegations.get().members.values_list("person__name", "attendance", "capacity")
    assert set(members) == {
        ("Marco Rubio", "attended", "member"),
        ("Vladimir Putin", "absent", "member"),
        ("Rustem Umerov", "unknown", "head"),
        ("Andrii Yermak", "unknown", "member"),
    }
