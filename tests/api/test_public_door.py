"""What passes the public door: reads through the window, the same for everyone, without a trace of the visitor."""

import json

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test.utils import CaptureQueriesContext

from negotiations.api.formats import formats_of
from negotiations.api.urls import RESOURCES
from tests.api.client import Dashboard
from tests.api.noninterference import SET_ASIDE
from tests.api.test_lists import found_addresses, publish_a_world
from tests.factories import make_delegation, make_talk, published

EVERYWHERE = ["", "docs/", "openapi.yaml", "nothing/", *(f"{name}/" for name in RESOURCES)]
VALUES = {
    "during": "2025", "on": "2025-05-16", "q": "a", "is_headline": "true", "changed_after": "0", "country": "TUR",
    "identifier": "wikidata:Q212", "after": "0",
}  # fmt: skip


class TestOnTwoConnections:
    pytestmark = [
        pytest.mark.django_db(transaction=True, databases=["default", "public"]),
        pytest.mark.two_connections,
        pytest.mark.usefixtures("committed"),
    ]

    def test_no_address_filter_or_order_asks_the_desk_anything(self, dashboard: Dashboard) -> None:
        publish_a_world()

        with CaptureQueriesContext(connections["default"]) as on_the_desk:
            pages = [dashboard.get(f"{name}/") for name in RESOURCES]
            for address in found_addresses([page["results"] for page in pages]):
                dashboard.get(address)
            for name, view in RESOURCES.items():
                for parameter, chosen in view.filterset_class.base_filters.items():
                    words = getattr(chosen, "vocabulary", None)
                    value = words.values[0] if words else VALUES.get(parameter, "a,b")
                    dashboard.get(f"{name}/?{parameter}={value}")
                for suffix in (renderer.format for renderer in formats_of(name)):
                    dashboard.ask(f"{name}.{suffix}").getvalue()
                for branch in view.serializer_class.level().brought():
                    dashboard.get(f"{name}/?include={branch}")
                for order in view.orders:
                    dashboard.get(f"{name}/?ordering={order}&page_size=1")
            for address in ("", "coverage/", "vocabularies/", "vocabularies/stance/"):
                dashboard.get(address)
            dashboard.get("identifiers/wikidata:Q212/", expect=404)

        assert on_the_desk.captured_queries == []

    def test_a_draft_in_a_published_talk_changes_no_byte(self, dashboard: Dashboard) -> None:
        talk = published(make_talk(slug="istanbul"))
        before = [dashboard.ask(path).content for path in ("talks/", "talks/istanbul/", "delegations/", "actors/")]

        make_delegation(talk)
        talk.summary = "A secret."
        talk.save(update_fields=["summary"])

        after = [dashboard.ask(path).content for path in ("talks/", "talks/istanbul/", "delegations/", "actors/")]
        assert after == before


@pytest.mark.parametrize("path", EVERYWHERE)
def test_nothing_public_sets_a_cookie_or_varies_by_one(dashboard: Dashboard, path: str) -> None:
    response = dashboard.ask(path)

    assert not response.cookies
    assert "cookie" not in response.get("Vary", "").lower()
    assert "Set-Cookie" not in response.headers


def test_who_asks_makes_no_difference(dashboard: Dashboard) -> None:
    published(make_talk())
    stranger = dashboard.ask("talks/").content

    with_a_token = dashboard.ask("talks/", authorization="Bearer nonsense").content
    dashboard.client.force_login(User.objects.create(username="curator", is_staff=True, is_superuser=True))
    signed_in = dashboard.ask("talks/")

    assert with_a_token == stranger == signed_in.content
    assert not signed_in.cookies


def test_any_site_may_read_and_see_the_links(dashboard: Dashboard) -> None:
    response = dashboard.ask("talks/", origin="https://dashboard.example")

    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Link" in response["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_page_of_any_site_may_send_the_validator_it_holds(dashboard: Dashboard) -> None:
    headers = {"origin": "https://dashboard.example", "access-control-request-method": "GET"}
    asked = dashboard.ask("talks/", "OPTIONS", **headers, **{"access-control-request-headers": "if-none-match"})

    assert "if-none-match" in asked["Access-Control-Allow-Headers"].split(", ")


@pytest.mark.parametrize("path", ["", "talks/", "talks/istanbul/", "revisions/1/"])
def test_head_answers_as_get_without_a_body(dashboard: Dashboard, path: str) -> None:
    published(make_talk(slug="istanbul"))

    got, headed = dashboard.ask(path), dashboard.ask(path, "HEAD")

    assert (headed.status_code, headed.content) == (200, b"")
    assert headed["Content-Type"] == got["Content-Type"] == "application/json"
    assert headed.get("Link") == got.get("Link")


def test_a_cookie_that_is_sent_changes_nothing(dashboard: Dashboard) -> None:
    plain, with_cookie = dashboard.ask("talks/"), dashboard.ask("talks/", Cookie="sessionid=abc; csrftoken=def")

    for response in (plain, with_cookie):
        for name in SET_ASIDE:
            response.headers.pop(name, None)
    assert (with_cookie.content, dict(with_cookie.headers)) == (plain.content, dict(plain.headers))
    assert not with_cookie.cookies


def test_options_names_the_methods(dashboard: Dashboard) -> None:
    response = dashboard.ask("talks/", "OPTIONS")

    assert (response.status_code, response["Allow"]) == (200, "GET, HEAD, OPTIONS")


def test_the_root_lists_every_resource_with_a_line_about_each(dashboard: Dashboard) -> None:
    root = dashboard.get("")

    assert [found["name"] for found in root["resources"]] == list(RESOURCES)
    for found in root["resources"]:
        assert found["description"]
        assert dashboard.get(found["url"])["results"] == []
    for name in ("documentation", "contract", "changes", "coverage", "vocabularies"):
        assert dashboard.ask(root[name]).status_code == 200
    assert "wikidata" in dashboard.get(root["identifiers"], expect=404)["detail"]


def test_the_start_page_asks_no_database_and_leads_to_the_documentation(dashboard: Dashboard) -> None:
    with CaptureQueriesContext(connections["default"]) as asked:
        response = dashboard.ask("/")

    assert response.status_code == 200
    assert b'href="/api/v1/docs/"' in response.content
    assert "default-src 'self';" in response["Content-Security-Policy"] + ";"
    assert asked.captured_queries == []


def test_answers_are_json_in_utf_8_as_written(dashboard: Dashboard) -> None:
    published(make_talk("Зустріч у Стамбулі"))

    content = dashboard.ask("talks/").content

    assert "Зустріч" in content.decode()
    assert json.loads(content)["count"] == 1
