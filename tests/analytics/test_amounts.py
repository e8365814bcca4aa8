"""Ranges in words: whole numbers where only these make sense, and never a narrower range than was said."""

from decimal import Decimal

import pytest

from negotiations.analytics.amounts import in_words
from negotiations.analytics.current import Amount


def amount(written: str) -> Amount:
    lower, upper = (Decimal(each) if each else None for each in written[1:-1].split(","))
    return Amount(lower, upper, written[0] == "[", written[-1] == "]")


@pytest.mark.parametrize(
    ("written", "unit", "words"),
    [
        ("(90,120)", "minutes", "91 to 119 minutes"),
        ("[90,120]", "minutes", "90 to 120 minutes"),
        ("[90.5,120.5]", "minutes", "91 to 120 minutes"),
        ("(90,)", "minutes", "at least 91 minutes"),
        ("(,120)", "minutes", "at most 119 minutes"),
        ("[1000,1000]", "prisoners", "1,000 prisoners"),
        ("(90,91)", "minutes", "more than 90 and less than 91 minutes"),
        ("(3,)", "years", "more than 3 years"),
        ("[0,21)", "days", "at least 0 and less than 21 days"),
        ("[15,15]", "percent", "15 percent"),
        ("(15,)", "percent", "more than 15 percent"),
        ("(,60)", "usd_per_barrel", "less than 60 usd per barrel"),
        ("[2,2]", None, "2"),
        ("[12,12]", "service_members", "12 service members"),
    ],
)
def test_a_range_is_said_in_words(written: str, unit: str | None, words: str) -> None:
    assert in_words(amount(written), unit) == words


def test_what_is_only_about_right_says_so() -> None:
    assert in_words(amount("[90,90]"), "minutes", about=True) == "about 90 minutes"
