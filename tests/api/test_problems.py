"""Every error under /api/ is one shape: a problem document that says what went wrong and gives nothing away."""

import json
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client

from negotiations.api.talks import TalkViewSet
from tests.api.client import Dashboard
from tests.factories import make_talk, published

on_two_connections = [
    pytest.mark.django_db(transaction=True, databases=["default", "public"]),
    pytest.mark.two_connections,
    pytest.mark.usefixtures("committed"),
]


def problem_of(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = json.loads(response.content)
    assert set(problem) - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert problem["status"] == status
    assert problem["type"].startswith("urn:negotiation-tracker:problem:")
    return problem


@pytest.mark.parametrize("path", ["/api/", "/api/v2/", "/api/v1/nothing/", "/api/v1/talks/a/b/", "/api/v1/talks//"])
def test_an_unknown_path_is_a_404(dashboard: Dashboard, path: str) -> None:
    assert problem_of(dashboard.ask(path), 404)["instance"] == path


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/talks", "/api/v1/talks/istanbul", "/api/v1/docs"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_missing_slash_is_a_404_that_names_the_right_address(dashboard: Dashboard, path: str, method: str) -> None:
    response = dashboard.ask(path, method)

    assert response.status_code == 404
    assert method == "HEAD" or problem_of(response, 404)["detail"] == f"Every path ends in a slash: {path}/"


@pytest.mark.parametrize("path", ["", "talks/", "talks/istanbul/", "nothing/", "docs/", "openapi.yaml"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_every_method_but_reading_is_refused(dashboard: Dashboard, path: str, method: str) -> None:
    response = dashboard.ask(path, method)

    problem_of(response, 405)
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "nonsense"])
def test_a_media_type_that_is_not_served_is_refused(dashboard: Dashboard, accept: str) -> None:
    problem_of(dashboard.ask("talks/", accept=accept), 406)


def test_another_host_is_refused_without_being_named(dashboard: Dashboard) -> None:
    response = dashboard.ask("talks/", host="evil.example")

    assert "evil" not in json.dumps(problem_of(response, 400))


def test_a_fault_of_ours_says_nothing_of_what_happened(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TalkViewSet, "orders", None)

    problem = problem_of(dashboard.ask("talks/"), 500)

    assert "Error" not in problem["detail"]
    assert "talks.py" not in json.dumps(problem)


def test_outside_the_api_errors_are_plain_pages(dashboard: Dashboard) -> None:
    response = dashboard.ask("/nothing/")

    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")


class TestWithoutDatabase:
    pytestmark = on_two_connections

    @pytest.fixture
    def unreachable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        connections["public"].close()
        monkeypatch.setitem(connections["public"].settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connections["public"].settings_dict, "PORT", "1")

    @pytest.mark.parametrize("path", ["", "talks/", "talks/istanbul/", "talks/?kind=sumit"])
    def test_a_database_that_is_gone_is_a_503_that_says_when_to_come_back(
        self, dashboard: Dashboard, unreachable: None, path: str
    ) -> None:
        response = dashboard.ask(path)

        problem_of(response, 503)
        assert response["Retry-After"] == "5"

    @pytest.mark.parametrize("path", ["docs/", "openapi.yaml"])
    def test_the_contract_can_be_read_without_it(self, dashboard: Dashboard, unreachable: None, path: str) -> None:
        assert dashboard.ask(path).status_code == 200

    def test_the_desk_says_so_on_a_page(self, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        connections["default"].close()
        with monkeypatch.context() as elsewhere:
            elsewhere.setitem(connections["default"].settings_dict, "HOST", "127.0.0.1")
            elsewhere.setitem(connections["default"].settings_dict, "PORT", "1")

            answer = Client(raise_request_exception=False).post(
                "/admin/login/", {"login": "nobody", "password": "wrong"}
            )

        connections["default"].close()
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert "reload this page" in answer.content.decode()

    def test_a_query_that_takes_too_long_is_a_503(self, dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
        published(make_talk())
        public = connections["public"]
        options = {**public.settings_dict["OPTIONS"]}
        options["options"] += " -c statement_timeout=300"
        public.close()
        monkeypatch.setitem(public.settings_dict, "OPTIONS", options)

        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("LOCK TABLE ledger.negotiations_talk IN ACCESS EXCLUSIVE MODE")
            waited = dashboard.ask("talks/")
        again = dashboard.ask("talks/")
        public.close()

        problem_of(waited, 503)
        assert again.status_code == 200
