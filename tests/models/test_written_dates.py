"""Dates are read as people write them, never guessed, and what is kept already is left alone."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiations.models.edtf import days_covered
from negotiations.models.written_dates import read_date, why_unread


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
        ("16/5/2025", "2025-05-16"),
        ("5/16/2025", "2025-05-16"),
        ("16–17 May 2025", "2025-05-16/2025-05-17"),
        ("16-17 May 2025", "2025-05-16/2025-05-17"),
        ("16 to 17 May 2025", "2025-05-16/2025-05-17"),
        ("from 16th to 17th of May 2025", "2025-05-16/2025-05-17"),
        ("28 February – 1 March 2022", "2022-02-28/2022-03-01"),
        ("March to April 2022", "2022-03/2022-04"),
    ],
)
def test_a_date_is_read_as_people_write_it(written: str, kept: str) -> None:
    assert read_date(written) == kept


@pytest.mark.parametrize(
    "written", ["5/6/2025", "31 June 2025", "next week", "16 May", "2 June 2025 to May 2025", "~", ""]
)
def test_what_can_be_read_in_two_ways_or_none_is_left_as_it_is(written: str) -> None:
    assert read_date(written) == written


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("5/6/2025", "It can be read in two ways, as 5 June or as 6 May. Write 16 May 2025, "),
        ("31 February 2025", "There is no such day. Write 16 May 2025, "),
        ("2025-02-30", "There is no such day. Write 16 May 2025, "),
        ("c. 31 June 2025", "There is no such day. Write 16 May 2025, "),
        ("17–16 May 2025", "It ends before it begins. Write 16 May 2025, "),
        ("1/2/3", "Write 16 May 2025, "),
        ("16 to May 2025", "Write 16 May 2025, "),
        ("next week", "Write 16 May 2025, "),
        ("~", "Write 16 May 2025, "),
    ],
)
def test_what_is_not_read_is_told_why_and_how_to_write_it(written: str, said: str) -> None:
    assert why_unread(written).startswith(said)


@given(st.text() | st.from_regex(r"[0-9]{1,2}[/–-][0-9]{1,2}[/ ](May )?20[0-9]{2}", fullmatch=True))
def test_a_date_is_either_read_or_told_why_not(text: str) -> None:
    try:
        days_covered(read_date(text))
    except ValueError:
        assert why_unread(text)
    else:
        assert why_unread(text) == ""


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
