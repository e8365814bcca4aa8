"""What a list of the public API shows, and what it never shows."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations.api.urls import RESOURCES
from negotiations.models import (
    Affiliation,
    Assertion,
    EventParty,
    EventPlace,
    Identifier,
    Name,
    OutcomeIssue,
    OutcomeParty,
    StatementLink,
)
from negotiations.models.records import Record
from tests.api.client import Dashboard
from tests.factories import (
    cite,
    make_actor,
    make_delegation,
    make_event,
    make_issue,
    make_member,
    make_outcome,
    make_place,
    make_position,
    make_process,
    make_source,
    make_statement,
    make_talk,
    published,
)


def publish_a_world() -> dict[str, Record]:
    """One record of each kind, with a part of each kind; hands back those that filters may name."""
    war = make_event("The war", kind="armed_conflict")
    process = make_process("Direct talks", conflict=war, part_of=make_process("The umbrella"))
    ukraine, russia = make_actor("Ukraine"), make_actor("Russia")
    umerov = make_actor("Rustem Umerov", kind="person")
    office = Affiliation.objects.create(actor=umerov, organisation=ukraine, title="Minister of Defence")
    cite(office)
    palace = make_place("Dolmabahçe Palace", kind="venue", parent=make_place("Istanbul"))
    talk = make_talk("Istanbul talks", process=process, place=palace, start_time="13:30", languages=["ru", "tr"])
    ours, theirs = make_delegation(talk, ukraine), make_delegation(talk, russia)
    make_delegation(talk, make_actor("An ally"), sits_with=ours)
    cite(make_member(ours, umerov, affiliation=office, capacity="head"))
    spoken = make_statement(
        place=palace,
        speaker=umerov,
        affiliation=office,
        on_behalf_of=ukraine,
        attribution="on_record",
        occasion=talk,
        quote="no",
    )
    for target in ({"to_delegation": theirs}, {"to_talk": talk}, {"to_statement": make_statement("Earlier.")}):
        cite(StatementLink.objects.create(statement=spoken, relation="about", **target))
    issue = make_issue("Ceasefire", parent=make_issue("Security"))
    StatementLink.objects.create(statement=spoken, relation="about", to_issue=issue)
    older = make_position(process=process, party=ukraine, issue=issue, in_force_edtf="2022/2024")
    make_position(process=process, party=ukraine, issue=issue, talk=talk, supersedes=older, tied_to=make_issue("Land"))
    outcome = make_outcome(process=process, talk=talk, agreed_edtf="2025-05-16")
    OutcomeIssue.objects.create(outcome=outcome, issue=issue)
    OutcomeParty.objects.create(outcome=outcome, actor=ukraine, role="party", person=umerov, affiliation=office)
    event = make_event(process=process, carries_out=outcome, place=palace, start_edtf="2025-05-23")
    EventParty.objects.create(event=event, actor=russia, role="actor")
    EventPlace.objects.create(event=event, place=palace)
    EventParty.objects.create(event=event, actor=ukraine, role="recipient")
    EventParty.objects.create(event=event, actor=umerov, role="present")
    duration = Assertion.objects.create(talk=talk, field="duration", amount="(,120)", unit="minutes")
    cite(duration, source=None, testimony=spoken)
    Assertion.objects.create(process=process, field="stage", word="active", held_on_edtf="2025-05-16")
    Assertion.objects.create(
        outcome=outcome, field="quantity", amount="[1000,1000]", unit="prisoners", counting="one_way", giver=russia,
        receiver=ukraine,
    )  # fmt: skip
    Assertion.objects.create(delegation=ours, field="mandate", word="to seek peace")
    cite(Assertion.objects.create(talk=talk, field="start_time", time="13:30", zone="Europe/Istanbul"))
    cite(Assertion.objects.create(talk=talk, field="venue", value_place=palace))
    cite(Name.objects.create(actor=umerov, text="Рустем Умєров", language="uk", kind="official"))
    Identifier.objects.create(actor=ukraine, scheme="wikidata", value=f"Q{ukraine.pk.int % 10**9}")
    published(talk, spoken, event, *older.__class__.objects.filter(process=process))
    return {
        "process": process, "party": ukraine, "person": umerov, "issue": issue, "place": palace.parent or palace,
        "talk": talk, "russia": russia, "umbrella": process.part_of or process,
    }  # fmt: skip


def test_every_list_shows_what_is_published_and_every_address_in_it_answers(dashboard: Dashboard) -> None:
    publish_a_world()

    pages = {name: dashboard.get(f"{name}/") for name in RESOURCES}

    for name, page in pages.items():
        assert list(page) == ["meta", "count", "next", "previous", "results"], name
        assert page["count"] == len(page["results"]) > 0, name
    for address in found_addresses([page["results"] for page in pages.values()]):
        assert dashboard.get(address)["id"]


def found_addresses(node: object) -> set[str]:
    """Every `url` in an answer: of the record itself and of those it refers to."""
    if isinstance(node, list):
        return set().union(*map(found_addresses, node)) if node else set()
    if isinstance(node, dict):
        here = {node["url"]} if "url" in node else set()
        return here.union(*map(found_addresses, node.values()))
    return set()


def test_a_list_costs_the_same_number_of_queries_for_more_records(dashboard: Dashboard) -> None:
    publish_a_world()
    few = {name: queries_of(dashboard, name) for name in RESOURCES}
    for _ in range(3):
        publish_a_world()

    many = {name: queries_of(dashboard, name) for name in RESOURCES}

    assert many == few
    assert max(many.values()) <= 30


def queries_of(dashboard: Dashboard, name: str) -> int:
    with CaptureQueriesContext(connection) as made:
        dashboard.get(f"{name}/")
    return len(made)


def test_drafts_are_in_no_list(dashboard: Dashboard) -> None:
    make_delegation(make_talk())
    make_position(), make_statement(), make_outcome(), make_event(), make_place()
    Affiliation.objects.create(actor=make_actor(), title="President")

    for name in RESOURCES:
        page = dashboard.get(f"{name}/")
        assert (page["count"], page["results"]) == (0, []), name


def test_the_detail_is_the_record_of_the_list_behind_its_meta(dashboard: Dashboard) -> None:
    talk = published(make_talk("Istanbul talks"))

    by_slug, by_id = dashboard.get(f"talks/{talk.slug}/"), dashboard.get(f"talks/{talk.pk}/")

    assert next(iter(by_slug)) == "meta"
    assert by_slug.pop("meta")["revision"] == by_id.pop("meta")["revision"] == 1
    assert by_slug == by_id == dashboard.get("talks/")["results"][0]


def test_a_draft_answers_the_same_404_as_nothing_at_all(dashboard: Dashboard) -> None:
    draft = make_talk()

    of_draft = dashboard.get(f"talks/{draft.slug}/", expect=404)
    of_nothing = dashboard.get("talks/nothing/", expect=404)

    assert {**of_draft, "instance": ""} == {**of_nothing, "instance": ""}


def test_values_that_are_asserted_stand_beside_their_versions(dashboard: Dashboard) -> None:
    talk = make_talk()
    for amount in ("(,120)", "(90,)"):
        Assertion.objects.create(talk=talk, field="duration", amount=amount, unit="minutes")
    published(talk)

    shown = dashboard.get(f"talks/{talk.slug}/")

    assert shown["duration"] == {
        "lower": "90", "upper": "120", "lower_included": False, "upper_included": False, "unit": "minutes",
    }  # fmt: skip
    assert len(shown["assertions"]) == 2


def test_dates_and_times_are_as_the_source_gives_them(dashboard: Dashboard) -> None:
    talk = published(make_talk(start_edtf="2025-05~", start_time="13:30"))

    shown = dashboard.get(f"talks/{talk.slug}/")

    assert (shown["start"], shown["end"], shown["start_time"]) == ("2025-05~", None, "13:30")


def test_a_citation_that_rests_on_a_statement_names_it(dashboard: Dashboard) -> None:
    statement = make_statement(title="A paper")
    talk = make_talk()
    cite(talk, testimony=statement)
    published(talk)

    citations = dashboard.get(f"talks/{talk.slug}/")["citations"]

    assert {(bool(found["source"]), (found["statement"] or {}).get("label")) for found in citations} == {
        (True, None),
        (False, "A paper"),
    }


def test_a_link_says_what_kind_of_record_it_points_at(dashboard: Dashboard) -> None:
    statement = make_statement()
    delegation = make_delegation(make_talk(), make_actor("Russia"))
    StatementLink.objects.create(statement=statement, relation="about", to_delegation=delegation)
    published(statement)

    target = dashboard.get(f"statements/{statement.slug}/")["links"][0]["to"]

    assert (target["kind"], target["slug"], target["label"]) == ("delegation", None, "Delegation of Russia")


def test_a_revision_never_says_who_made_it(dashboard: Dashboard) -> None:
    published(make_source())

    revision = dashboard.get("revisions/1/")

    assert list(revision) == ["meta", "number", "at", "kind", "note", "hash", "count", "next", "records"]
    assert revision["at"] == revision["meta"]["at"]


def test_meta_says_which_revision_is_shown_and_how_to_cite_it(dashboard: Dashboard) -> None:
    before = dashboard.get("talks/")["meta"]
    published(make_talk())

    after = dashboard.get("talks/?kind=round")["meta"]

    assert (before["revision"], before["at"], after["revision"]) == (0, None, 1)
    assert after["licence"] == "CC BY 4.0 (quotations excepted)"
    assert after["url"] == "http://testserver/api/v1/talks/?kind=round"
    assert after["url"] in after["cite_as"]
    assert "revision 1" in after["cite_as"]
