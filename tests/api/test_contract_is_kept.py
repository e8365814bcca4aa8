"""Every answer that the tests receive is held against openapi.yaml (tests/contract.py): what differs is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse

from negotiations.api.talks import TalkSerializer, TalkViewSet
from tests import contract
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world
from tests.factories import make_talk, published

TALKS = "/api/v1/talks/"
Document = dict[str, Any]


def faults(target: str, response: HttpResponse, body: Document | None = None, **headers: str) -> list[str]:
    told = {**response.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
    content = response.content if body is None else json.dumps(body).encode()
    return contract.faults("GET", target, response.status_code, told, content)


SPOILT: list[tuple[Callable[[Document], Any], str]] = [
    (lambda page: page.update(secret=1), "'secret' was unexpected"),
    (lambda page: page["meta"].update(secret=1), "'secret' was unexpected"),
    (lambda page: page["results"][0].update(secret=1), "'secret' was unexpected"),
    (lambda page: page["results"][0]["citations"][0].update(secret=1), "'secret' was unexpected"),
    (lambda page: page["results"][0]["process"].update(secret=1), "anyOf"),
    (lambda page: page["results"][0].pop("title"), '"title" is a required property'),
    (lambda page: page["results"][0].update(kind="sumit"), '"sumit" is not one of'),
    (lambda page: page["results"][0].update(id="1"), 'is not a "uuid"'),
    (lambda page: page["meta"].update(at="yesterday"), 'is not a "date-time"'),
    (lambda page: page["results"][0].update(title=None), 'null is not of type "string"'),
    (lambda page: page.pop("count"), '"count" is a required property'),
]


def test_a_body_that_the_contract_does_not_describe_is_found(dashboard: Dashboard) -> None:
    publish_a_world()
    response = dashboard.ask("talks/")

    for spoil, named in SPOILT:
        page = json.loads(response.content)
        assert faults(TALKS, response, page) == []
        spoil(page)
        [fault] = faults(TALKS, response, page)
        assert named in fault


def test_what_was_chosen_may_lack_members_and_has_none_besides(dashboard: Dashboard) -> None:
    published(make_talk())
    response = dashboard.ask("talks/?fields=id")
    page = json.loads(response.content)

    assert faults(TALKS, response, page), "without fields or omit all of it must be there"
    assert faults(f"{TALKS}?fields=id", response, page) == []
    page["results"][0]["secret"] = 1
    assert faults(f"{TALKS}?fields=id", response, page)
    del page["results"][0]["secret"], page["meta"]["licence"]
    assert faults(f"{TALKS}?fields=id", response, page), "nobody can leave out what is no member of a record"


def test_a_header_that_is_not_described_or_lacking_is_found(dashboard: Dashboard) -> None:
    response = dashboard.ask("talks/")

    assert faults(TALKS, response, X_Secret="1") == [f"{TALKS} does not name the header x-secret."]
    assert faults(TALKS, response, ETag="weak")[0].startswith('etag: "weak" does not match')
    del response.headers["ETag"]
    assert faults(TALKS, response) == [f"{TALKS} lacks the header etag."]


def test_a_status_or_media_type_that_is_not_described_is_found(dashboard: Dashboard) -> None:
    response = dashboard.ask("talks/")

    assert "is none of" in faults(TALKS, response, content_type="text/html")[0]
    response.status_code = 418
    assert faults(TALKS, response) == [f"GET {TALKS} does not say that it answers 418."]


@pytest.mark.parametrize("path", ["nothing/", "talks/a/b/", "../other/"])
def test_what_is_no_address_may_only_be_refused(dashboard: Dashboard, path: str) -> None:
    refused, answered = dashboard.ask("nothing/"), dashboard.ask("talks/")

    assert faults(f"/api/v1/{path}", refused) == []
    assert faults(f"/api/v1/{path}", answered)


def test_every_client_of_the_tests_is_told(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    published(make_talk())
    monkeypatch.setattr(TalkViewSet, "is_compiled", False)
    monkeypatch.setattr(TalkSerializer, "to_representation", lambda *_: {"secret": 1})

    with pytest.raises(AssertionError, match="is a required property"):
        dashboard.ask("talks/")
