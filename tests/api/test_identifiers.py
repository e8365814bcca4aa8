"""`/identifiers/{scheme}:{value}/`: whoever knows a thing by another project's number finds the record of it here."""

from urllib.parse import quote

import pytest

from negotiations.models import Identifier
from tests.api.client import Dashboard
from tests.factories import make_actor, make_event, make_outcome, make_place, make_process, published
from tests.scenery import published as publish

ROOT = "http://testserver/api/v1/"


def leads_to(dashboard: Dashboard, path: str) -> str:
    response = dashboard.ask(f"identifiers/{path}")
    assert (response.status_code, response.content) == (303, b""), path
    return response["Location"].removeprefix(ROOT)


def test_it_leads_to_the_record_whatever_its_kind(dashboard: Dashboard) -> None:
    made = {
        "actor": make_actor(slug="one"), "place": make_place(slug="two"), "process": make_process(slug="three"),
        "outcome": make_outcome(slug="four"), "event": make_event(slug="five"),
    }  # fmt: skip
    for number, (kind, record) in enumerate(made.items()):
        Identifier.objects.create(**{kind: record}, scheme="wikidata", value=f"Q{number}")
    published(*made.values())

    found = [leads_to(dashboard, f"wikidata:Q{number}/") for number in range(len(made))]

    assert found == ["actors/one/", "places/two/", "processes/three/", "outcomes/four/", "events/five/"]
    assert dashboard.ask("identifiers/wikidata:Q0/", "HEAD").status_code == 303


def test_it_is_asked_at_its_revision_and_stays_there(dashboard: Dashboard) -> None:
    ukraine = published(make_actor(slug="ukraine"))
    Identifier.objects.create(actor=ukraine, scheme="wikidata", value="Q212")
    publish(ukraine, kind="new_fact")

    assert leads_to(dashboard, "wikidata:Q212/?as_of=2") == "actors/ukraine/?as_of=2"
    dashboard.get("identifiers/wikidata:Q212/?as_of=1", expect=404)


def test_a_draft_answers_as_nothing_does(dashboard: Dashboard) -> None:
    published(make_actor())
    Identifier.objects.create(actor=make_actor(), scheme="wikidata", value="Q1")

    draft, nothing = (dashboard.get(f"identifiers/wikidata:{value}/", expect=404) for value in ("Q1", "Q2"))

    assert {**draft, "instance": ""} == {**nothing, "instance": ""}


VALUES = ["a/b", "https://example.org/a/", "a b", "a:b", "100%", "a?b#c", "Україна", "a/../b", "%2F", "."]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_may_hold_any_printable_characters(dashboard: Dashboard, value: str) -> None:
    ukraine = make_actor(slug="ukraine")
    Identifier.objects.create(actor=ukraine, scheme="mend", value=value)
    published(ukraine)

    assert leads_to(dashboard, f"mend:{quote(value, safe='')}/") == "actors/ukraine/"


@pytest.mark.parametrize("value", ["%00", "a%0Ab", "%E2%80%AE", "%FF", "x" * 5000, "%ED%A0%80", "q212"])
def test_a_value_that_nothing_has_is_a_404(dashboard: Dashboard, value: str) -> None:
    ukraine = make_actor()
    Identifier.objects.create(actor=ukraine, scheme="wikidata", value="Q212")
    published(ukraine)

    dashboard.get(f"identifiers/wikidata:{value}/", expect=404)


@pytest.mark.parametrize(("scheme", "nearest"), [("wikidatta", "wikidata"), ("Wikidata", "wikidata"), ("paxx", "paax")])
def test_an_unknown_scheme_is_a_404_that_names_the_nearest(dashboard: Dashboard, scheme: str, nearest: str) -> None:
    detail = dashboard.get(f"identifiers/{scheme}:Q212/", expect=404)["detail"]

    assert f"Did you mean {nearest}?" in detail
    assert "geonames" in detail


def test_a_missing_slash_is_a_404_that_names_the_right_address(dashboard: Dashboard) -> None:
    detail = dashboard.get("identifiers/wikidata:Q212", expect=404)["detail"]

    assert detail == "Every path ends in a slash: /api/v1/identifiers/wikidata:Q212/"


def test_it_may_be_kept_as_long_as_other_answers(dashboard: Dashboard) -> None:
    ukraine = make_actor()
    Identifier.objects.create(actor=ukraine, scheme="wikidata", value="Q212")
    published(ukraine)

    now, then = (dashboard.ask(f"identifiers/wikidata:Q212/{query}") for query in ("", "?as_of=1"))
    missing = dashboard.ask("identifiers/wikidata:Q1/")

    assert now["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert then["Cache-Control"] == "public, max-age=86400"
    assert missing["Cache-Control"] == "no-store"
    assert "ETag" not in now.headers


def test_it_takes_as_of_and_nothing_else(dashboard: Dashboard) -> None:
    dashboard.refused("identifiers/wikidata:Q212/?fields=id", "fields")
