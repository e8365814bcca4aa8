"""How often a network may ask: counted, said, refused with the remedy; what has not changed is free."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from negotiations.api import limits
from negotiations.api.request_ids import RequestIdFilter
from tests.api.client import Dashboard
from tests.api.test_problems import problem_of
from tests.factories import make_talk, published
from tracker import environment


@pytest.fixture(autouse=True)
def three_a_minute(settings: Any) -> Iterator[None]:
    settings.REQUESTS_PER_MINUTE = 3
    limits.limiter.cache_clear()
    yield
    limits.limiter.cache_clear()


def left(response: Any) -> int:
    found = re.fullmatch(r'"network";r=([0-9]+);t=([0-9]+)', response["RateLimit"])
    assert found, response["RateLimit"]
    assert 1 <= int(found[2]) <= 60
    return int(found[1])


def test_what_is_left_is_said_and_then_refused_with_the_time_to_wait(dashboard: Dashboard) -> None:
    asked = [dashboard.ask("talks/") for _ in range(3)]
    refused = dashboard.ask("talks/")

    assert [left(response) for response in asked] == [2, 1, 0]
    assert {response["RateLimit-Policy"] for response in [*asked, refused]} == {'"network";q=3;w=60'}
    problem = problem_of(refused, 429)
    assert "more than 3 times" in problem["detail"]
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert left(refused) == 0


def test_errors_count_too(dashboard: Dashboard) -> None:
    for _ in range(3):
        dashboard.get("nothing/", expect=404)

    problem_of(dashboard.ask("talks/"), 429)


def test_an_unchanged_answer_is_free(dashboard: Dashboard) -> None:
    published(make_talk())
    etag = dashboard.ask("talks/")["ETag"]

    for _ in range(9):
        again = dashboard.ask("talks/", **{"if-none-match": etag})
        assert (again.status_code, left(again)) == (304, 2)


def test_other_sites_may_read_what_is_left(dashboard: Dashboard) -> None:
    exposed = dashboard.ask("talks/", origin="https://dashboard.example")["Access-Control-Expose-Headers"]

    assert {"RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"} <= set(exposed.split(", "))


def asking(remote: str, forwarded: str = "") -> HttpRequest:
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}
    return request


@pytest.mark.parametrize(("remote", "network"), [
    ("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2:3::1", "2001:db8:1::/56"),
    ("::ffff:203.0.113.77", "203.0.113.0/24"), ("", "unknown"), ("unix:", "unknown"),
])  # fmt: skip
def test_networks_are_counted_not_addresses(remote: str, network: str) -> None:
    assert limits.network_of(asking(remote)) == network


@pytest.mark.parametrize("forged", ["198.51.100.1", "198.51.100.1, 192.0.2.1", "nonsense", ",,,"])
def test_nobody_is_believed_who_they_say_they_ask_for(forged: str) -> None:
    assert limits.network_of(asking("203.0.113.77", forged)) == "203.0.113.0/24"


@pytest.mark.parametrize(("told", "network"), [
    ("198.51.100.1", "198.51.100.0/24"),
    ("192.0.2.9, 198.51.100.1", "198.51.100.0/24"),
    ("192.0.2.9, 198.51.100.1, 10.0.0.2", "198.51.100.0/24"),
    ("192.0.2.9, nonsense", "192.0.2.0/24"),
    ("", "10.0.0.0/24"),
])  # fmt: skip
def test_a_trusted_proxy_is_believed_and_nobody_behind_it(settings: Any, told: str, network: str) -> None:
    settings.TRUSTED_PROXIES = (ip_network("10.0.0.0/30"),)

    assert limits.network_of(asking("10.0.0.1", told)) == network


def test_a_storage_that_is_away_stops_nobody(
    dashboard: Dashboard, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.LIMITS_STORAGE = "redis://127.0.0.1:1"
    limits.limiter.cache_clear()

    assert dashboard.ask("talks/").status_code == 200
    assert "not counted" in caplog.text


@pytest.mark.parametrize(("name", "value"), [
    ("TRACKER_REQUESTS_PER_MINUTE", "0"), ("TRACKER_REQUESTS_PER_MINUTE", "many"), ("TRACKER_TRUSTED_PROXIES", "proxy"),
    ("TRACKER_TRUSTED_PROXIES", "10.0.0.1/8"), ("TRACKER_CONTACT", "javascript:alert(1)"), ("TRACKER_CONTACT", "a b@c"),
])  # fmt: skip
def test_a_wrong_setting_ends_the_start_with_its_name(name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        environment.read({name: value})


def test_every_answer_has_a_name_of_its_own_that_no_client_chooses(dashboard: Dashboard) -> None:
    names = {dashboard.ask(path, **{"x-request-id": "mine"})["X-Request-ID"] for path in ("talks/", "nothing/", "/")}

    assert len(names) == 3
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in names)


def test_outside_a_request_the_log_has_no_name() -> None:
    record = logging.makeLogRecord({})

    assert RequestIdFilter().filter(record)
    assert record.__dict__["request_id"] == "-"
