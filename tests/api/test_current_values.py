"""The value that a field has at present, out of all that was ever asserted of it."""

from decimal import Decimal

import pytest

from negotiations.analytics.current import Amount, current_amount, current_quantities, current_text
from negotiations.models import Assertion
from negotiations.vocabulary import AssertionField
from tests.factories import make_actor, make_outcome, make_process, make_talk

DURATION, STAGE, QUANTITY = AssertionField.DURATION, AssertionField.STAGE, AssertionField.QUANTITY


def durations(*amounts: str, **wanted: object) -> list[Assertion]:
    talk = make_talk()
    for amount in amounts:
        Assertion.objects.create(talk=talk, field=DURATION, amount=amount, **{"unit": "minutes", **wanted})
    return list(talk.assertions.all())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amounts", "common"),
    [
        (["(,120)"], Amount(None, Decimal(120), False, False)),
        (["(,120)", "(90,)"], Amount(Decimal(90), Decimal(120), False, False)),
        (["(90,)", "[90,200]", "(,120]"], Amount(Decimal(90), Decimal(120), False, True)),
        (["[90,90]", "(,90]"], Amount(Decimal(90), Decimal(90), True, True)),
        (["[90,90]", "(,90)"], None),
        (["(,60)", "(90,)"], None),
        ([], None),
    ],
)
def test_ranges_are_narrowed_to_what_they_have_in_common(amounts: list[str], common: Amount | None) -> None:
    found = current_amount(durations(*amounts), DURATION)

    assert (found and found.amount) == common


@pytest.mark.django_db
def test_amounts_in_different_units_have_no_common_value() -> None:
    talk = make_talk()
    for unit in ("minutes", "days"):
        Assertion.objects.create(talk=talk, field=DURATION, amount="[2,2]", unit=unit)

    assert current_amount(talk.assertions.all(), DURATION) is None


@pytest.mark.django_db
def test_the_latest_day_counts_unless_a_value_is_preferred() -> None:
    process = make_process()
    for word, day in (("active", None), ("suspended", "2025-05-16"), ("stalled", "2025-06")):
        Assertion.objects.create(process=process, field=STAGE, word=word, held_on_edtf=day)

    latest = current_text(process.assertions.all(), STAGE)
    process.assertions.filter(word="active").update(rank="preferred")

    assert (latest, current_text(process.assertions.all(), STAGE)) == ("stalled", "active")


@pytest.mark.django_db
def test_a_deprecated_value_never_counts() -> None:
    process = make_process()
    for word, rank in (("active", "normal"), ("stalled", "deprecated")):
        Assertion.objects.create(process=process, field=STAGE, word=word, rank=rank, rank_reason="Mistaken.")

    assert current_text(process.assertions.all(), STAGE) == "active"


@pytest.mark.django_db
def test_words_of_one_day_that_differ_are_not_chosen_between() -> None:
    process = make_process()
    for word in ("active", "stalled"):
        Assertion.objects.create(process=process, field=STAGE, word=word, held_on_edtf="2025-05-16")

    assert current_text(process.assertions.all(), STAGE) is None


@pytest.mark.django_db
def test_a_value_that_became_unknown_is_not_the_old_one() -> None:
    process = make_process()
    Assertion.objects.create(process=process, field=STAGE, word="active", held_on_edtf="2025")
    Assertion.objects.create(process=process, field=STAGE, state="unknown", held_on_edtf="2026")

    assert current_text(process.assertions.all(), STAGE) is None


@pytest.mark.django_db
def test_quantities_are_told_apart_by_what_is_counted_and_its_direction() -> None:
    outcome, russia, ukraine = make_outcome(), make_actor("Russia"), make_actor("Ukraine")
    for unit, giver, amount in (
        ("bodies", russia, "[6000,)"),
        ("bodies", russia, "(,7000]"),
        ("bodies", ukraine, "[78,78]"),
    ):
        Assertion.objects.create(
            outcome=outcome, field=QUANTITY, unit=unit, counting="one_way", amount=amount, giver=giver,
            receiver=ukraine if giver == russia else russia,
        )  # fmt: skip

    found = current_quantities(outcome.assertions.select_related("giver", "receiver"), QUANTITY)

    assert {(quantity.giver, quantity.amount.lower, quantity.amount.upper) for quantity in found} == {
        (russia, Decimal(6000), Decimal(7000)),
        (ukraine, Decimal(78), Decimal(78)),
    }


@pytest.mark.django_db
def test_what_is_only_about_right_excludes_nothing() -> None:
    talk = make_talk()
    for amount, approximate in (("[100,100]", False), ("[90,90]", True)):
        Assertion.objects.create(talk=talk, field=DURATION, amount=amount, unit="minutes", approximate=approximate)

    found = current_amount(talk.assertions.all(), DURATION)

    assert found
    assert (found.amount.lower, found.amount.upper) == (100, 100)


@pytest.mark.django_db
def test_a_value_beside_none_is_not_chosen() -> None:
    process = make_process()
    Assertion.objects.create(process=process, field=STAGE, word="active")
    Assertion.objects.create(process=process, field=STAGE, state="none")

    assert current_text(process.assertions.all(), STAGE) is None
