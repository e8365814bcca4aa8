"""`/talks/{id}/compare/{other}/`: who was in the room then and now, and what had changed."""

from __future__ import annotations

import csv
import io
from typing import Any

from negotiations.models import Affiliation, AgendaItem, Assertion, Delegation
from tests.api.client import Dashboard
from tests.factories import (
    cite,
    make_actor,
    make_delegation,
    make_issue,
    make_member,
    make_position,
    make_process,
    make_statement,
    make_talk,
    published,
)
from tests.sites import Site

COMPARED = "talks/first/compare/second/"


def publish_two_rounds() -> None:
    process = make_process(slug="direct-talks")
    ukraine, russia, turkiye = (make_actor(name, slug=name.lower()) for name in ("Ukraine", "Russia", "Turkiye"))
    umerov, yermak = (make_actor(name, kind="person", slug=name.lower()) for name in ("Umerov", "Yermak"))
    minister, secretary = (
        Affiliation.objects.create(actor=umerov, organisation=ukraine, title=title)
        for title in ("Minister of Defence", "Secretary of the Council")
    )
    ceasefire, prisoners = make_issue("Ceasefire", slug="ceasefire"), make_issue("Prisoners", slug="prisoners")
    first = make_talk("First", slug="first", process=process, start_edtf="2025-05-16")
    second = make_talk("Second", slug="second", process=process, start_edtf="2025-06-02")
    theirs = make_delegation(first, ukraine)
    make_member(theirs, umerov, capacity="head", affiliation=minister)
    make_member(theirs, yermak)
    make_delegation(first, turkiye, roles=["host"])
    make_member(make_delegation(second, ukraine), umerov, capacity="head", affiliation=secretary)
    make_delegation(second, russia)
    AgendaItem.objects.create(talk=first, issue=ceasefire, discussed="discussed")
    AgendaItem.objects.create(talk=second, issue=prisoners)
    old = make_position("Unconditional", process=process, party=ukraine, issue=ceasefire, is_headline=True,
                        in_force_edtf="2025-05-16/2025-06-01")  # fmt: skip
    new = make_position("For 30 days", process=process, party=ukraine, issue=ceasefire, is_headline=True,
                        in_force_edtf="2025-06-02/..", supersedes=old)  # fmt: skip
    published(first, second, new)


def test_what_rests_on_a_statement_leads_on_to_the_statements_own_source(dashboard: Dashboard) -> None:
    publish_two_rounds()
    said = make_statement("A ceasefire is item one of the mandate.")
    delegation = Delegation.objects.get(talk__slug="first", party__slug="ukraine")
    mandate = Assertion.objects.create(delegation=delegation, field="mandate", word="a ceasefire first")
    for target in (delegation, delegation.members.get(person__slug="umerov"), mandate):
        cite(target, testimony=said, excerpt="")
    published(delegation.talk)

    found = dashboard.get(COMPARED)

    [shown] = [each["before"] for each in found["delegations"] if each["party"]["slug"] == "ukraine"]
    [member] = [each for each in shown["members"] if each["person"]["slug"] == "umerov"]
    for citations in (shown["citations"], member["citations"], shown["assertions"][0]["citations"]):
        [testimony] = [each["statement"] for each in citations if each["statement"]]
        assert testimony["slug"] == said.slug
        assert testimony["citations"][0]["source"]["url"].startswith("http://testserver/api/v1/sources/")


def told(found: list[Any], of: str) -> dict[str, tuple[str, list[str]]]:
    return {each[of]["slug"]: (each["change"], each["differing"]) for each in found}


def test_what_came_went_and_changed_is_told_of_everything(dashboard: Dashboard) -> None:
    publish_two_rounds()

    found = dashboard.get(COMPARED)

    assert (found["before"]["on"], found["after"]["on"]) == ("2025-05-16", "2025-06-02")
    assert told(found["delegations"], "party") == {
        "russia": ("added", []), "turkiye": ("dropped", []), "ukraine": ("unchanged", []),
    }  # fmt: skip
    assert told(found["people"], "person") == {"umerov": ("changed", ["title"]), "yermak": ("dropped", [])}
    assert told(found["issues"], "issue") == {"ceasefire": ("dropped", []), "prisoners": ("added", [])}
    [position] = found["positions"]
    assert (position["change"], position["differing"]) == ("changed", ["label"])
    assert (position["before"]["label"], position["after"]["label"]) == ("Unconditional", "For 30 days")
    assert position["after"]["supersedes"]["label"] == "Unconditional"


def test_titles_heads_and_sources_stand_on_both_sides(dashboard: Dashboard) -> None:
    publish_two_rounds()

    found = dashboard.get(COMPARED)

    umerov = next(each for each in found["people"] if each["person"]["slug"] == "umerov")
    assert [umerov[side]["title"] for side in ("before", "after")] == [
        "Minister of Defence",
        "Secretary of the Council",
    ]
    ukraine = next(each for each in found["delegations"] if each["party"]["slug"] == "ukraine")
    heads = [member for member in ukraine["before"]["members"] if member["capacity"] == "head"]
    assert [head["id"] for head in heads] == [umerov["before"]["member"]]
    assert all(each[side]["passages"] for each in found["positions"] for side in ("before", "after"))


def test_the_other_way_round_what_came_has_gone(dashboard: Dashboard) -> None:
    publish_two_rounds()

    found = dashboard.get("talks/second/compare/first/")

    assert told(found["delegations"], "party")["russia"] == ("dropped", [])
    assert {each["change"] for each in dashboard.get("talks/first/compare/first/")["people"]} == {"unchanged"}


def test_the_file_has_a_line_for_each_thing_compared(dashboard: Dashboard) -> None:
    publish_two_rounds()

    text = dashboard.ask("talks/first/compare/second.csv").content.decode("utf-8-sig")
    rows = {(row["compared"], row["party.slug"] or row["person.slug"] or row["issue.slug"]): row
            for row in csv.DictReader(io.StringIO(text))}  # fmt: skip

    assert rows["people", "umerov"]["after"] == "head; unknown; Secretary of the Council"
    assert rows["positions", "ukraine"]["before"] == "demands: Unconditional"
    assert rows["delegations", "russia"]["before"] == ""
    assert len(rows) == 8


def test_another_address_of_either_talk_leads_here_and_a_draft_is_nothing(dashboard: Dashboard) -> None:
    talk, other = make_talk(slug="old"), published(make_talk(slug="other"))
    published(talk)
    talk.slug = "new"
    talk.save()
    published(talk)
    make_talk(slug="draft")

    first, second = dashboard.ask("talks/old/compare/other/"), dashboard.ask("talks/other/compare/old.csv")

    assert (first.status_code, first["Location"]) == (301, "http://testserver/api/v1/talks/new/compare/other/")
    assert (second.status_code, second["Location"]) == (301, "http://testserver/api/v1/talks/other/compare/new.csv")
    drafts = [
        dashboard.get(f"talks/{path}", expect=404)["detail"] for path in ("other/compare/draft/", "x/compare/other/")
    ]
    assert len(set(drafts)) == 1
    assert other.slug == "other"


def test_a_comparison_takes_no_day(dashboard: Dashboard) -> None:
    publish_two_rounds()

    dashboard.refused(f"{COMPARED}?on=2025-05-16", "on")
    assert dashboard.ask(f"{COMPARED}?as_of=1")["Cache-Control"] == "public, max-age=86400"


def test_the_two_istanbul_rounds_of_2025(bundled: Site) -> None:
    found = bundled.get("/api/v1/talks/istanbul-2025-05-16/compare/istanbul-2025-06-02/")

    people, positions = told(found["people"], "person"), found["positions"]
    assert people["rustem-umerov"][0] in ("changed", "unchanged")
    moved = {(each["party"]["slug"], each["issue"]["slug"]): each["change"] for each in positions}
    assert moved["russia", "ceasefire"] == "changed"
