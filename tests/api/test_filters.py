"""Filters find what they say, and refuse what they cannot read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations.api.filters import ReferenceFilter
from negotiations.api.urls import RESOURCES
from negotiations.models import Identifier, Name, OutcomeIssue, StatementLink
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world
from tests.factories import (
    cite,
    make_actor,
    make_delegation,
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


@pytest.mark.parametrize("by", ["slug", "pk"])
def test_talks_are_found_by_process_party_person_and_place(dashboard: Dashboard, by: str) -> None:
    turkey = make_place("Türkiye", kind="country")
    city = make_place("Istanbul", parent=turkey)
    core = make_talk(slug="core")
    palace = make_place("Palace", kind="venue", parent=city)
    talk = make_talk(slug="istanbul", place=palace, related_talk=core, relation="context")
    delegation = make_delegation(talk, make_actor("Ukraine"))
    member = make_member(delegation)
    published(talk, make_talk(slug="antalya"))

    wanted = {
        "process": talk.process, "party": delegation.party, "person": member.person, "place": turkey,
        "related_talk": core,
    }  # fmt: skip

    for name, record in wanted.items():
        assert dashboard.slugs(f"talks/?{name}={getattr(record, by)}") == ["istanbul"], name


def test_a_talk_is_found_once_by_an_issue_of_several_positions(dashboard: Dashboard) -> None:
    issue, talk = make_issue(slug="ceasefire"), make_talk(slug="istanbul")
    ours = make_position(talk=talk, process=talk.process, issue=issue)
    theirs = make_position(talk=talk, process=talk.process, issue=issue)
    outcome = make_outcome(talk=make_talk(slug="antalya"))
    OutcomeIssue.objects.create(outcome=outcome, issue=issue)
    published(ours, theirs, outcome, make_talk(slug="tirana"))

    page = dashboard.get("talks/?issue=ceasefire&ordering=title")

    assert page["count"] == 2
    assert {talk["slug"] for talk in page["results"]} == {"istanbul", "antalya"}


def test_statements_are_found_by_what_they_are_about_and_on_whose_behalf(dashboard: Dashboard) -> None:
    issue, ukraine = make_issue(slug="sanctions"), make_actor(slug="ukraine")
    about = make_statement(slug="about-sanctions")
    StatementLink.objects.create(statement=about, relation="about", to_issue=issue)
    published(about, make_statement(slug="for-ukraine", on_behalf_of=ukraine))

    assert dashboard.slugs("statements/?issue=sanctions") == ["about-sanctions"]
    assert dashboard.slugs("statements/?party=ukraine") == ["for-ukraine"]


def test_several_values_are_alternatives_and_several_filters_conditions(dashboard: Dashboard) -> None:
    for stance in ("demands", "rejects", "unclear"):
        published(make_position(slug=stance, stance=stance, process=make_process(slug=f"in-{stance}")))

    assert set(dashboard.slugs("positions/?stance=demands,rejects")) == {"demands", "rejects"}
    assert dashboard.slugs("positions/?stance=demands,rejects&process=in-rejects,in-unclear") == ["rejects"]


@pytest.mark.parametrize(
    ("during", "found"),
    [
        ("2025-05-16", {"may", "open"}),
        ("2025-05", {"may", "open"}),
        ("2025-05-10/2025-05-15", {"may"}),
        ("2025-06", {"open"}),
        ("../2024-12-31", {"old", "unknown"}),
        ("2022-03-10", {"old", "unknown"}),
        ("2022-03-11", {"old"}),
        ("2030/..", {"open"}),
        ("1900", set()),
    ],
)
def test_during_finds_positions_in_force_on_any_of_the_days(dashboard: Dashboard, during: str, found: set[str]) -> None:
    for slug, days in (("may", "2025-05"), ("open", "2025-05-16/.."), ("old", "2022"), ("unknown", "2022-03-10/")):
        published(make_position(slug=slug, in_force_edtf=days))

    assert set(dashboard.slugs(f"positions/?during={during}")) == found


def test_a_record_without_a_date_is_not_found_by_during(dashboard: Dashboard) -> None:
    published(make_talk(slug="undated", start_edtf=None), make_talk(slug="dated"))

    assert dashboard.slugs("talks/?during=0001/..") == ["dated"]


@pytest.mark.parametrize("text", ["зеленський", "ЗЕЛЕНСЬКИЙ", "zelensk"])
def test_q_finds_names_in_any_script_whatever_their_capitals(dashboard: Dashboard, text: str) -> None:
    person = make_actor("Volodymyr Zelensky", slug="zelensky", kind="person")
    for spelling in ("Володимир Зеленський", "Зеленський"):
        Name.objects.create(actor=person, text=spelling, language="uk", kind="official")
    published(person, make_actor("Putin", kind="person"))

    assert dashboard.slugs(f"actors/?q={text}") == ["zelensky"]


@pytest.mark.parametrize("text", ["%25", "_", "\\", "100%25"])
def test_q_takes_every_sign_as_it_is(dashboard: Dashboard, text: str) -> None:
    published(make_talk("Plain talks"))

    assert dashboard.slugs(f"talks/?q={text}") == []


def test_a_slug_that_does_not_exist_finds_nothing(dashboard: Dashboard) -> None:
    published(make_talk())

    assert dashboard.slugs("talks/?process=no-such-process") == []


def test_a_draft_finds_nothing_either(dashboard: Dashboard) -> None:
    talk = published(make_talk())
    draft = make_actor(slug="a-draft")
    make_delegation(talk, draft)

    assert dashboard.slugs("talks/?party=a-draft") == dashboard.slugs(f"talks/?party={draft.pk}") == []


def test_headlines_can_be_asked_for(dashboard: Dashboard) -> None:
    published(make_position(slug="headline", is_headline=True), make_position(slug="other"))

    assert dashboard.slugs("positions/?is_headline=true") == ["headline"]
    assert dashboard.slugs("positions/?is_headline=false") == ["other"]


# Filters that ask for something other than the world's own: the umbrella of a process, what a place lies in, …
ELSEWHERE = {
    ("processes", "process"): "umbrella", ("sources", "party"): None, ("issues", "issue"): None,
    ("talks", "related_talk"): None,
}  # fmt: skip


def test_every_filter_finds_what_it_names_and_nothing_of_another_world(dashboard: Dashboard) -> None:
    world, other = publish_a_world(), publish_a_world()

    for name, view in RESOURCES.items():
        for parameter, chosen in view.filterset_class.base_filters.items():
            key = ELSEWHERE.get((name, parameter), parameter)
            if not isinstance(chosen, ReferenceFilter) or key in (
                None,
                "id",
                "source",
            ):  # these have tests of their own
                continue
            found, of_other, of_both = (
                {record["id"] for record in dashboard.get(f"{name}/?{parameter}={slugs}")["results"]}
                for slugs in (world[key].slug, other[key].slug, f"{world[key].slug},{other[key].slug}")
            )
            assert found, (name, parameter)
            assert not found & of_other, (name, parameter)
            assert found | of_other == of_both, (name, parameter)


def test_each_row_says_whether_its_days_are_certain(dashboard: Dashboard) -> None:
    published(
        make_talk("On the day", start_edtf="2025-05-16"),
        make_talk("That month", start_edtf="2025-05"),
        make_talk("About then", start_edtf="2025-05-16~"),
        make_talk("Another year", start_edtf="2024"),
    )

    for asked in ("during=2025-05-10/2025-05-20", "on=2025-05-16"):
        found = dashboard.get(f"talks/?{asked}&fields=title")["results"]
        assert {row["title"]: row["certainty"] for row in found} == {
            "On the day": "certain", "That month": "possible", "About then": "possible",
        }  # fmt: skip
    assert "certainty" not in dashboard.get("talks/")["results"][0]
    table = bytes(dashboard.ask("talks.csv?on=2025-05-16&fields=title").getvalue()).decode()
    assert "title,certainty" in table
    assert "That month,possible" in table


def test_certainty_is_of_the_rows_of_the_list_not_of_what_they_include(dashboard: Dashboard) -> None:
    talk = published(make_talk(start_edtf="2025-05-16"))

    found = dashboard.get("talks/?on=2025-05-16&include=process")["results"]

    assert ("certainty" in found[0], "certainty" in found[0]["process"]) == (True, False)
    delegation = make_delegation(talk)
    published(talk, delegation.party)
    assert dashboard.get("delegations/?on=2025-05-16")["results"][0]["certainty"] == "certain"


@pytest.mark.parametrize("value", ["2025-05", "2025-05-16/2025-05-17", "2025-05-16~", "today", "2025-02-30"])
def test_on_takes_one_day(dashboard: Dashboard, value: str) -> None:
    dashboard.refused(f"talks/?on={value}", "on")


def test_records_are_found_by_ids_and_slugs(dashboard: Dashboard) -> None:
    one, two, three = make_talk(slug="one"), make_talk(slug="two"), make_talk(slug="three")
    published(one, two, three)

    assert sorted(dashboard.slugs(f"talks/?id={one.pk},two,none")) == ["one", "two"]
    delegation = make_delegation(one)
    published(one, delegation.party)
    assert dashboard.get(f"delegations/?party={delegation.party_id}")["count"] == 1


def test_what_changed_after_a_revision_is_found_parts_included(dashboard: Dashboard) -> None:
    one, two = make_talk(slug="one"), make_talk(slug="two")
    published(one, two)
    delegation = make_delegation(one)
    published(one, delegation.party)

    assert sorted(dashboard.slugs("talks/?changed_after=0")) == ["one", "two"]
    assert dashboard.slugs("talks/?changed_after=1") == ["one"]
    assert dashboard.slugs("talks/?changed_after=2") == []
    assert dashboard.slugs("talks/?changed_after=0&as_of=1") != []
    assert dashboard.slugs("talks/?changed_after=1&as_of=1") == []
    dashboard.refused("talks/?changed_after=-1", "changed_after")


def test_identifiers_countries_and_sources_find_records(dashboard: Dashboard) -> None:
    turkiye = make_place("Türkiye", kind="country", country="TUR")
    inside = make_talk(
        "In Istanbul", slug="inside", place=make_place("Palace", kind="venue", parent=turkiye, country="TUR")
    )
    ukraine = make_actor("Ukraine", slug="ukraine")
    Identifier.objects.create(actor=ukraine, scheme="wikidata", value="Q212")
    source = make_source("Another page", slug="another-page")
    cited = make_talk("Cited", slug="cited")
    cite(cited, source=source)
    published(inside, ukraine, cited)

    assert dashboard.slugs("talks/?country=TUR") == ["inside"]
    assert sorted(dashboard.slugs("places/?country=TUR")) == sorted([turkiye.slug, inside.place.slug])  # type: ignore[union-attr]
    assert dashboard.slugs("actors/?identifier=wikidata:Q212,wikidata:Q1") == ["ukraine"]
    assert dashboard.slugs("actors/?identifier=wikidata:Q2") == []
    assert dashboard.slugs("talks/?source=another-page") == ["cited"]
    assert "wikidata" in dashboard.refused("actors/?identifier=wikidatta:Q2", "identifier")["nearest"]
    for wrong in ("talks/?country=TR", "talks/?country=tur", "talks/?country=XXX"):
        dashboard.refused(wrong, "country")
    dashboard.refused("actors/?identifier=wikidata", "identifier")


def test_what_came_of_a_talk_is_found_by_its_country_and_by_the_voice_it_is_told_in(dashboard: Dashboard) -> None:
    there = make_talk("There", slug="there", place=make_place("Palace", country="TUR"))
    elsewhere = make_talk("Elsewhere", slug="elsewhere", place=make_place("Geneva", country="CHE"))
    told = make_position("Told", slug="told", talk=there, process=there.process)
    quoted = make_position("Quoted", slug="quoted", talk=elsewhere, process=elsewhere.process)
    cite(told, attribution="reported")
    signed = make_outcome("Signed", slug="signed", talk=there, process=there.process)
    delegation = make_delegation(there, make_actor("Ukraine"))
    published(there, elsewhere, told, quoted, signed)

    assert dashboard.slugs("positions/?country=TUR") == ["told"]
    assert dashboard.slugs("outcomes/?country=CHE") == []
    assert dashboard.slugs("outcomes/?country=TUR") == ["signed"]
    assert dashboard.slugs("processes/?country=TUR") == [there.process.slug]
    assert dashboard.slugs("positions/?attribution=reported") == ["told"]
    for asked in ("talk=there", "country=TUR", f"id={delegation.pk}"):
        assert [each["id"] for each in dashboard.get(f"delegations/?{asked}")["results"]] == [str(delegation.pk)]
    assert dashboard.get("delegations/?talk=elsewhere")["results"] == []


def test_an_issue_finds_what_stands_under_it(dashboard: Dashboard) -> None:
    security = make_issue("Security", slug="security")
    ceasefire = make_issue("Ceasefire", parent=security, slug="ceasefire")
    published(make_position(slug="on-ceasefire", issue=make_issue("Truce at sea", parent=ceasefire)))

    assert dashboard.slugs("positions/?issue=security") == ["on-ceasefire"]
    assert sorted(dashboard.slugs("issues/?issue=security"))[0] == "ceasefire"
    assert dashboard.get("issues/?issue=security")["count"] == 2


def test_the_count_can_be_left_out(dashboard: Dashboard) -> None:
    published(make_talk())

    with CaptureQueriesContext(connection) as with_count:
        counted = dashboard.get("talks/")
    with CaptureQueriesContext(connection) as without:
        page = dashboard.get("talks/?count=none")

    assert (counted["count"], page["count"]) == (1, None)
    assert counted["results"] == page["results"]
    assert len(without) == len(with_count) - 1
    dashboard.refused("talks/?count=all", "count")
