"""Whether what a source dates as it does surely touched the days that somebody asks for."""

from __future__ import annotations

import datetime

import pytest

from negotiations.models.edtf import days_covered, exact_day, overlaps_for_certain


@pytest.mark.parametrize(("texts", "asked", "is_certain"), [
    (["2025-05-16"], "2025-05-16", True),
    (["2025-05"], "2025-05", True),
    (["2025-05"], "2025", True),
    (["2025-05"], "2025-05-10/2025-05-20", False),
    (["2025"], "2025-05", False),
    (["2025-05-16~"], "2025", False),
    (["2025-05-16?"], "2025-05-16", False),
    (["2025-05-16/.."], "2031", True),
    (["2025-05/.."], "2025-05-10", False),
    (["2025-05/.."], "2025-06-01", True),
    (["../2025-05"], "2020", True),
    (["2025-05/2025-07"], "2025-06", True),
    (["2025-05/2025-07"], "2025-05-10", False),
    (["2025-05/2025-07"], "2025-05/2025-07", True),
    (["2025-05/2025-06"], "2025-05-31/2025-06-01", True),
    (["2022-03-10/"], "2022-03-10", True),
    (["2025-05-16", None], "2025-05-16", True),
    (["2025-05-16", "2025-05-20"], "2025-05-18", True),
    (["2025-05", "2025-05-20"], "2025-05-10", False),
    (["2025-05-16", "2025-06~"], "2025-05-18", False),
])  # fmt: skip
def test_overlaps_are_certain_or_possible(texts: list[str | None], asked: str, is_certain: bool) -> None:
    assert overlaps_for_certain(texts, *days_covered(asked)) is is_certain


@pytest.mark.parametrize(("text", "day"), [
    ("2025-05-16", datetime.date(2025, 5, 16)), ("2025-05-16/..", datetime.date(2025, 5, 16)), ("2025-05", None),
    ("2025-05-16~", None), ("../2025-05-16", None), (None, None),
])  # fmt: skip
def test_a_day_is_exact_or_none(text: str | None, day: datetime.date | None) -> None:
    assert exact_day(text) == day
