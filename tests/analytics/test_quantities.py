"""How much was promised and how much was done: each rule of counting, direction and sums in docs/analytics.md."""

from __future__ import annotations

from typing import Any

import pytest

from negotiations.analytics.quantities import Deed, Done, done, promised
from negotiations.models import Assertion
from tests.analytics.asserted import actor, asserted

RUSSIA, UKRAINE, TURKIYE = map(actor, ("Russia", "Ukraine", "Turkiye"))
OUT, BACK = {"giver": RUSSIA, "receiver": UKRAINE}, {"giver": UKRAINE, "receiver": RUSSIA}


def bodies(amount: str, counting: str, **given: Any) -> Assertion:
    return asserted("quantity", amount=amount, unit="bodies", counting=counting, **given)


def deed(*assertions: Assertion, parties: Any = (RUSSIA, UKRAINE)) -> Deed:
    return Deed(list(parties), list(assertions))


def written(found: Any) -> str | None:
    if found.amount is None:
        return None
    lower, upper = ("" if bound is None else str(bound) for bound in (found.amount.lower, found.amount.upper))
    return f"{'[' if found.amount.lower_included else '('}{lower},{upper}{']' if found.amount.upper_included else ')'}"


def told(*deeds: Deed) -> dict[tuple[str, str], tuple[str | None, Any, Any]]:
    def key(each: Done) -> tuple[str, str]:
        return str(each.basis), f"{each.giver or ''}>{each.receiver or ''}"

    return {key(each): (written(each), each.counted, each.uncounted) for each in done(deeds)}


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("[1,1]", "[2,3]", "[3,4]"),
        ("[1,1]", "(2,3]", "(3,4]"),
        ("[1,2)", "[2,3]", "[3,5)"),
        ("[1,]", "[2,3]", "[3,)"),
        ("(,5]", "[2,3]", "(,8]"),
    ],
)
def test_ranges_are_added_bound_by_bound(one: str, other: str, both: str) -> None:
    assert told(deed(bodies(one, "in_all")), deed(bodies(other, "in_all"))) == {("sum", ">"): (both, 2, 0)}


def test_what_each_side_did_counts_both_ways_where_just_two_are_named() -> None:
    each = bodies("[5,5]", "each_side")

    assert told(deed(each, parties=(RUSSIA, UKRAINE, RUSSIA))) == {
        ("sum", "Russia>Ukraine"): ("[5,5]", 1, 0), ("sum", "Ukraine>Russia"): ("[5,5]", 1, 0),
    }  # fmt: skip
    assert told(deed(each, parties=(RUSSIA, UKRAINE, TURKIYE))) == {}
    assert told(deed(each, parties=(RUSSIA,))) == {}


@pytest.mark.parametrize("turn", [1, -1])
def test_what_is_said_of_one_direction_goes_before_what_each_side_did(turn: int) -> None:
    said = [bodies("[5,5]", "each_side"), bodies("[6,6]", "one_way", **OUT)][::turn]

    assert told(deed(*said), deed()) == {
        ("sum", "Russia>Ukraine"): ("[6,6]", 1, 1), ("sum", "Ukraine>Russia"): ("[5,5]", 1, 1),
    }  # fmt: skip


def test_units_and_directions_are_kept_apart_and_deeds_in_dispute_are_not_counted() -> None:
    people = asserted("quantity", amount="[7,7]", unit="people", counting="one_way", **OUT)
    disputed = deed(bodies("[5,5]", "one_way", **BACK), bodies("[6,6]", "one_way", **BACK))

    assert [(each.unit, written(each), each.uncounted) for each in done([deed(people), disputed])] == [
        ("people", "[7,7]", 1)
    ]


def test_a_running_total_is_the_latest_and_no_part_of_a_sum() -> None:
    earlier, later = (
        bodies(amount, "running_total", held_on=day, **OUT)
        for amount, day in (("[10,10]", "2025-06-11"), ("[20,20]", "2025-06-15"))
    )
    wrong = bodies("[99,99]", "running_total", held_on="2025-06-16", rank="deprecated", **OUT)

    for deeds in ([deed(earlier), deed(later, wrong)], [deed(wrong, later), deed(earlier)]):
        [total] = done(deeds)
        assert (str(total.basis), written(total), total.held_on) == ("running_total", "[20,20]", "2025-06-15")
    [both] = done([deed(later, bodies("[21,21]", "running_total", held_on="2025-06-15", **OUT))])
    assert both.amount is None


def test_a_promise_is_told_once_for_each_way_of_counting_and_not_where_it_is_disputed() -> None:
    kept = [bodies("[6000,6000]", "each_side"), bodies("[12000,12000]", "in_all")]
    wrong = bodies("[1,1]", "in_all", rank="deprecated")
    differing = [bodies("[5,5]", "one_way", **OUT), bodies("[6,6]", "one_way", **OUT)]

    found = {each.counting: (written(each), len(each.assertions)) for each in promised([*kept, wrong, *differing])}

    assert found == {"each_side": ("[6000,6000]", 1), "in_all": ("[12000,12000]", 1), "one_way": (None, 2)}
    assert list(promised([asserted("quantity", state="unknown", unit="bodies")])) == []
    assert list(promised([asserted("due", date_edtf="2025-06-07")])) == []
