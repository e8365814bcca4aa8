"""How a deadline stands on a day: each word and each edge of the rule in docs/analytics.md."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from negotiations.analytics.deadlines import deadlines
from negotiations.models import Assertion
from tests.analytics.asserted import asserted

DUE = "2025-06-07"


def standings(due: str | None, *held: Assertion, on: str = "2025-06-30") -> list[str]:
    outcome: Any = SimpleNamespace(due_edtf=due)
    return [str(each.standing) for each in deadlines(outcome, held, [], datetime.date.fromisoformat(on))]


def said(word: str, held_on: str | None = None, **given: Any) -> Assertion:
    return asserted("implementation", word=word, held_on=held_on, **given)


@pytest.mark.parametrize(
    ("due", "on", "standing"),
    [
        (DUE, "2025-06-07", "ahead"),
        (DUE, "2025-06-08", "unknown"),
        ("2025-06", "2025-06-30", "ahead"),
        ("2025-06", "2025-07-01", "unknown"),
        ("2025-06-07/..", "2030-01-01", "ahead"),
    ],
)
def test_it_is_ahead_until_its_last_possible_day(due: str, on: str, standing: str) -> None:
    assert standings(due, on=on) == [standing]


@pytest.mark.parametrize(
    ("word", "standing"),
    [
        ("pending", "lapsed"), ("under_way", "lapsed"), ("partly_implemented", "lapsed"), ("not_implemented", "lapsed"),
        ("lapsed", "lapsed"), ("collapsed", "lapsed"), ("superseded", "superseded"), ("not_applicable", "unknown"),
        ("unknown", "unknown"),
    ],
)  # fmt: skip
def test_once_past_it_stands_as_the_last_word_has_it(word: str, standing: str) -> None:
    assert standings(DUE, said("pending", "2025-05-20"), said(word, "2025-06-20")) == [standing]


@pytest.mark.parametrize(
    ("said_on", "standing"),
    [
        (["2025-06-07"], "met"),
        (["2025-06-08"], "late"),
        (["2025-06"], "unknown"),  # perhaps before, perhaps after
        (["2025-06-07/.."], "unknown"),
        ([None], "unknown"),
        (["2025-06-16", "2025-06-07"], "met"),
        (["2025-06-16", "2025-06"], "unknown"),
        (["2025-06-16", "2025-06-20"], "late"),
    ],
)
def test_it_is_met_or_late_only_where_the_day_of_doing_is_known(said_on: list[str | None], standing: str) -> None:
    assert standings(DUE, *(said("implemented", day) for day in said_on)) == [standing]


def test_what_was_found_wrong_is_not_counted() -> None:
    early = said("implemented", "2025-06-01", rank="deprecated")

    assert standings(DUE, early, said("implemented", "2025-06-16")) == ["late"]
    assert standings(DUE, asserted("due", date_edtf="2025-06-01", rank="deprecated"), early) == ["unknown"]


def test_voices_that_differ_leave_it_unknown() -> None:
    assert standings(DUE, said("implemented", "2025-06-05"), said("pending", "2025-06-05")) == ["unknown"]
