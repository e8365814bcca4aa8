"""Addresses last: a renamed record is found, a withdrawn one says what became of it, a draft's says nothing."""

from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse

from negotiations import publication
from negotiations.models import Actor, Talk
from tests.api.client import Dashboard
from tests.api.noninterference import SET_ASIDE
from tests.factories import make_actor, make_delegation, make_talk, published
from tests.scenery import editor
from tests.scenery import published as publish

REASON = "It was another meeting."
ROOT = "http://testserver/api/v1/"


def rename(record: Talk | Actor, slug: str) -> None:
    record.slug = slug
    record.save(update_fields=["slug"])
    publish(record, kind="editorial", note="Another address.")


def retract(*records: Talk, **wanted: Any) -> None:
    publication.retract(records, by=editor(), note=REASON, **wanted)


def merge(record: Actor, into: Actor) -> None:
    publication.merge(record, into, by=editor(), note="The same.")


def suppress(record: Actor) -> None:
    publication.suppress(record, by=editor(), note="Withheld for protection.")


def leads_to(dashboard: Dashboard, path: str, status: int = 301) -> str:
    response = dashboard.ask(path)
    assert (response.status_code, response.content) == (status, b""), path
    return response["Location"].removeprefix(ROOT)


def gone(dashboard: Dashboard, path: str) -> Any:
    response = dashboard.ask(path)
    assert response["Content-Type"] == "application/problem+json"
    return dashboard.get(path, expect=410)


class TestAChangedSlug:
    def test_leads_to_the_new_one_with_the_rest_of_the_question(self, dashboard: Dashboard) -> None:
        talk = published(make_talk(slug="first"))
        rename(talk, "second")
        rename(talk, "third")

        for slug in ("first", "second"):
            assert leads_to(dashboard, f"talks/{slug}/") == "talks/third/"
            assert leads_to(dashboard, f"talks/{slug}/?as_of=3") == "talks/third/?as_of=3"
            assert leads_to(dashboard, f"talks/{slug}/versions/?page_size=1") == "talks/third/versions/?page_size=1"
            assert leads_to(dashboard, f"talks/{slug}/versions/1/diff/2/") == "talks/third/versions/1/diff/2/"
        assert dashboard.ask("talks/first/", "HEAD").status_code == 301

    def test_is_asked_at_its_revision(self, dashboard: Dashboard) -> None:
        talk = published(make_talk(slug="first"))
        rename(talk, "second")

        assert dashboard.get("talks/first/?as_of=1")["slug"] == "first"
        dashboard.get("talks/second/?as_of=1", expect=404)
        assert leads_to(dashboard, "talks/first/?as_of=2") == "talks/second/?as_of=2"

    def test_is_the_address_of_one_kind_of_record_only(self, dashboard: Dashboard) -> None:
        rename(published(make_talk(slug="first")), "second")

        dashboard.get("processes/first/", expect=404)

    def test_that_is_only_planned_on_the_desk_is_not_known(self, dashboard: Dashboard) -> None:
        talk = published(make_talk(slug="first"))
        Talk.objects.filter(pk=talk.pk).update(slug="planned")

        dashboard.get("talks/planned/", expect=404)
        assert dashboard.get("talks/first/")["slug"] == "first"


class TestARetractedRecord:
    def test_is_gone_with_reason_date_and_where_it_can_still_be_read(self, dashboard: Dashboard) -> None:
        talk = published(make_talk(slug="istanbul"))
        retract(talk)

        by_slug, by_id = gone(dashboard, "talks/istanbul/"), gone(dashboard, f"talks/{talk.pk}/")

        assert {**by_slug, "instance": ""} == {**by_id, "instance": ""}
        assert (by_slug["type"], by_slug["reason"]) == ("urn:negotiation-tracker:problem:retracted", REASON)
        assert (by_slug["revision"], by_slug["successor"]) == (2, None)
        assert by_slug["at"] == dashboard.get("revisions/2/")["at"]
        assert dashboard.get(by_slug["url"])["slug"] == "istanbul"
        for path in ("versions/", "versions/1/diff/1/"):
            assert gone(dashboard, f"talks/istanbul/{path}")["reason"] == REASON

    def test_names_its_successor(self, dashboard: Dashboard) -> None:
        wrong, right = make_talk(slug="wrong"), make_talk(slug="right")
        published(wrong, right)
        retract(wrong, successor=right)

        successor = gone(dashboard, "talks/wrong/")["successor"]

        assert successor["id"] == str(right.pk)
        assert dashboard.get(successor["url"])["slug"] == "right"

    def test_reads_as_it_was_and_only_a_header_tells(self, dashboard: Dashboard) -> None:
        talk = published(make_talk(slug="istanbul"))
        before = dashboard.ask("talks/istanbul/?as_of=1")
        retract(talk)

        after = dashboard.ask("talks/istanbul/?as_of=1")

        assert after.content == before.content
        assert "Withdrawn-In-Revision" not in before.headers
        assert after["Withdrawn-In-Revision"] == "2"
        assert gone(dashboard, "talks/istanbul/?as_of=2")["revision"] == 2

    def test_that_was_published_again_is_there_and_no_longer_marked(self, dashboard: Dashboard) -> None:
        talk = published(make_talk(slug="istanbul"))
        retract(talk)
        talk.refresh_from_db()
        publish(talk)

        assert dashboard.get("talks/istanbul/")["slug"] == "istanbul"
        assert "Withdrawn-In-Revision" not in dashboard.ask("talks/istanbul/?as_of=1").headers
        gone(dashboard, "talks/istanbul/?as_of=2")

    def test_is_gone_under_the_slugs_it_had_before_too(self, dashboard: Dashboard) -> None:
        talk = published(make_talk(slug="first"))
        rename(talk, "second")
        retract(talk)

        assert gone(dashboard, "talks/first/")["url"] == gone(dashboard, "talks/second/")["url"]


class TestAMergedRecord:
    def test_leads_to_the_survivor_for_ever(self, dashboard: Dashboard) -> None:
        one, two, three = make_actor(slug="one"), make_actor(slug="two"), make_actor(slug="three")
        published(one, two, three)
        merge(one, two)
        assert leads_to(dashboard, "actors/one/") == "actors/two/"

        merge(two, three)
        rename(three, "survivor")

        for address in ("one", "two", str(one.pk), str(two.pk)):
            assert leads_to(dashboard, f"actors/{address}/") == "actors/survivor/"
        assert leads_to(dashboard, "actors/one/?as_of=2") == "actors/two/?as_of=2"
        assert dashboard.get("actors/one/?as_of=1")["slug"] == "one"

    def test_whose_survivor_was_retracted_leads_to_where_that_is_told(self, dashboard: Dashboard) -> None:
        one, two = make_actor(slug="one"), make_actor(slug="two")
        published(one, two)
        merge(one, two)
        publication.retract([two], by=editor(), note=REASON)

        assert leads_to(dashboard, "actors/one/") == f"actors/{two.pk}/"
        assert gone(dashboard, f"actors/{two.pk}/")["reason"] == REASON

    def test_of_the_past_is_marked(self, dashboard: Dashboard) -> None:
        one, two = make_actor(slug="one"), make_actor(slug="two")
        published(one, two)
        merge(one, two)

        assert dashboard.ask("actors/one/?as_of=1")["Withdrawn-In-Revision"] == "2"
        assert "Withdrawn-In-Revision" not in dashboard.ask("actors/two/?as_of=1").headers


class TestASuppressedRecord:
    def test_says_so_to_who_has_its_id_and_nothing_to_who_knows_its_slug(self, dashboard: Dashboard) -> None:
        person = published(make_actor("Protected Person", slug="protected-person", kind="person"))
        id = person.pk
        suppress(person)
        nothing = dashboard.get("actors/never/", expect=404)

        told = gone(dashboard, f"actors/{id}/")

        assert told["type"] == "urn:negotiation-tracker:problem:suppressed"
        assert (told["reason"], told["url"], told["successor"]) == ("Withheld for protection.", None, None)
        for slug in ("protected-person", f"withheld-{id}"):
            assert {**dashboard.get(f"actors/{slug}/", expect=404), "instance": ""} == {**nothing, "instance": ""}
            dashboard.get(f"actors/{slug}/versions/", expect=404)

    def test_after_a_retraction_is_told_as_suppressed(self, dashboard: Dashboard) -> None:
        person = published(make_actor("Protected Person", kind="person"))
        id = person.pk
        publication.retract([person], by=editor(), note=REASON)
        suppress(person)

        assert gone(dashboard, f"actors/{id}/")["revision"] == 3


def said(response: HttpResponse, address: str) -> tuple[int, dict[str, str], bytes]:
    """Everything of an answer, the address apart."""
    headers = {name: value for name, value in response.headers.items() if name not in (*SET_ASIDE, "Content-Length")}
    return response.status_code, headers, response.content.replace(address.encode(), b"")


@pytest.mark.parametrize("end", ["", "versions/", "versions/1/diff/1/", "?as_of=1"])
def test_a_draft_is_answered_like_what_never_existed(dashboard: Dashboard, end: str) -> None:
    draft = make_talk(slug="a-draft")
    published(make_talk(slug="public"))

    for its, other in ((draft.slug, "nothing"), (str(draft.pk), str(uuid4()))):
        assert said(dashboard.ask(f"talks/{its}/{end}"), its) == said(dashboard.ask(f"talks/{other}/{end}"), other)


def test_a_delegation_of_a_retracted_talk_is_found_in_the_past(dashboard: Dashboard) -> None:
    delegation = make_delegation(make_talk())
    published(delegation.talk)
    retract(delegation.talk)

    assert dashboard.get(f"delegations/{delegation.pk}/?as_of=1")["id"] == str(delegation.pk)
    dashboard.get(f"delegations/{delegation.pk}/", expect=404)
