"""How often a token may ask: counted by token, strangers by network, refused with the time to wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from negotiations.api import limits
from tests.desk_api.conftest import Program, token_of


@pytest.fixture(autouse=True)
def three_a_minute(settings: Any) -> Iterator[None]:
    settings.REQUESTS_PER_MINUTE = 3
    limits.limiter.cache_clear()
    yield
    limits.limiter.cache_clear()


def left(response: Any) -> str:
    name, remaining, _ = response["RateLimit"].split(";")
    return f"{name} {remaining}"


def test_what_is_left_is_said_and_then_refused_with_the_time_to_wait(reader: Program) -> None:
    asked = [reader.ask("GET", "talks/") for _ in range(3)]
    refused = reader.ask("GET", "talks/")

    assert [left(response) for response in asked] == ['"token" r=2', '"token" r=1', '"token" r=0']
    assert {response["RateLimit-Policy"] for response in [*asked, refused]} == {'"token";q=3;w=60'}
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert "more than 3 times" in refused.content.decode()
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_a_refused_write_writes_nothing(curator: Program) -> None:
    for _ in range(3):
        curator.get("talks/")

    curator.post("processes/", {"slug": "minsk-process", "title": "Minsk process"}, expect=429)

    another = Program(token_of(curator.user))  # type: ignore[arg-type]
    assert another.get("processes/")["results"] == []


def test_each_token_counts_for_itself_and_strangers_together(reader: Program, editor: Program) -> None:
    for _ in range(4):
        reader.ask("GET", "talks/")
    strangers = [Program(text).ask("GET", "talks/") for text in ("", "nonsense", "", "ntdesk_0000000000_a")]

    assert editor.ask("GET", "talks/").status_code == 200
    assert [response.status_code for response in strangers] == [401, 401, 401, 429]
    assert [left(response) for response in strangers[:2]] == ['"network" r=2', '"network" r=1']


def test_the_public_door_counts_by_itself(reader: Program) -> None:
    for _ in range(4):
        Program().ask("GET", "talks/")

    assert reader.client.get("/api/v1/talks/").status_code == 200


def test_a_storage_that_is_away_stops_nobody(reader: Program, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.LIMITS_STORAGE = "redis://127.0.0.1:1"
    limits.limiter.cache_clear()

    assert reader.ask("GET", "talks/").status_code == 200
    assert "not counted" in caplog.text
