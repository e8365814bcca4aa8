"""Dates are read as people write them, never guessed, and what is kept already is left alone."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiations.models.edtf import days_covered
from negotiations.models.written_dates import read_date


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2025-05-16", "2025-05-16"),
        ("16 May 2025", "2025-05-16"),
        ("16th of May, 2025", "2025-05-16"),
        ("May 16, 2025", "2025-05-16"),
        ("16.5.2025", "2025-05-16"),
        ("May  2025", "2025-05"),
        ("sept. 2025", "2025-09"),
        ("c. 2022-03", "2022-03~"),
        ("circa March 2022", "2022-03~"),
        ("perhaps May 2025", "2025-05?"),
        ("May 2025?", "2025-05?"),
        ("2022", "2022"),
        ("since 16 May 2025", "2025-05-16/.."),
        ("May 2025 to 2 June 2025", "2025-05/2025-06-02"),
        ("May 2025 – June 2025", "2025-05/2025-06"),
        ("2025-05-16/", "2025-05-16/"),
    ],
)
def test_a_date_is_read_as_people_write_it(written: str, kept: str) -> None:
    assert read_date(written) == kept


@pytest.mark.parametrize(
    "written", ["5/6/2025", "31 June 2025", "next week", "16 May", "2 June 2025 to May 2025", "~", ""]
)
def test_what_can_be_read_in_two_ways_or_none_is_left_as_it_is(written: str) -> None:
    assert read_date(written) == written


@given(
    st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)),
    st.sampled_from(["%-d %B %Y", "%B %-d, %Y", "%d.%m.%Y", "%-d %b %Y"]),
)
def test_every_day_is_read_as_that_day(day: datetime.date, written: str) -> None:
    kept = read_date(day.strftime(written))

    assert kept == day.isoformat()
    assert days_covered(kept) == (day, day)


@given(st.text())
def test_what_was_read_is_read_the_same_again(text: str) -> None:
    assert read_date(read_date(text)) == read_date(text)
