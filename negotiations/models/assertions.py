"""What ties the columns of an assertion together: whose field it is, in which unit, how counted, from whom to whom."""

from functools import reduce
from operator import or_

from django.db.models import CheckConstraint, F, Q

from negotiations.vocabulary import (
    ASSERTED_OF,
    UNITS_OF,
    WORDS_OF,
    AssertionField,
    AssertionState,
    Counting,
    asserted_fields,
)

VALUES = ("word", "amount", "date_edtf", "time", "value_actor", "value_place")
# Amounts are counted and measured, so never negative; the most is what a dossier can write, and no infinity.
MORE_THAN_ANY = 10**12


def owners() -> list[str]:
    """The kinds of records and parts of which something is asserted."""
    return sorted({owner for of in ASSERTED_OF.values() for owner in of})


def of_its_record() -> CheckConstraint:
    """The field is one of the record or part that the assertion belongs to."""
    fits = (Q(**{f"{owner}__isnull": False}, field__in=asserted_fields(owner)) for owner in owners())
    advice = "; ".join(f"{owner}: {', '.join(asserted_fields(owner))}" for owner in owners())
    return CheckConstraint(
        name="assertion_field_is_one_of_its_record",
        condition=reduce(or_, fits),
        violation_error_message=f"This field is not asserted of that. What is asserted of each: {advice}.",
    )


def in_its_unit() -> CheckConstraint:
    """The unit, where there is one, measures what the field is about."""
    fits = [Q(unit__isnull=True), ~Q(field__in=list(UNITS_OF))]
    fits += [Q(field=field, unit__in=units) for field, units in UNITS_OF.items()]
    advice = "; ".join(f"{field}: {', '.join(units)}" for field, units in UNITS_OF.items())
    return CheckConstraint(
        name="assertion_unit_fits_its_field",
        condition=reduce(or_, fits),
        violation_error_message=f"The unit does not measure this field. The units of each: {advice}.",
    )


def with_its_kind_of_value() -> list[CheckConstraint]:
    """A field with a closed list has a word of it and nothing else; a unit goes with an amount, told or not."""
    lists = ", ".join(WORDS_OF)
    return [
        CheckConstraint(
            name="assertion_of_a_closed_list_is_a_word",
            condition=~Q(field__in=list(WORDS_OF))
            | Q(**{f"{column}__isnull": True for column in VALUES if column != "word"}),
            violation_error_message=f"These fields are said with a word of their lists: {lists}.",
        ),
        CheckConstraint(
            name="assertion_unit_measures_an_amount",
            condition=Q(unit__isnull=True) | Q(amount__isnull=False) | ~Q(state=AssertionState.GIVEN),
            violation_error_message="Only an amount has a unit: leave it out beside any other value.",
        ),
    ]


def an_amount() -> CheckConstraint:
    """Some numbers from 0 on, though perhaps without a least or a most."""
    has_least, has_most = Q(amount__startswith__isnull=False), Q(amount__endswith__isnull=False)
    from_zero = (has_least & Q(amount__startswith__gte=0)) | (~has_least & has_most & Q(amount__endswith__gt=0))
    finite = (has_most & Q(amount__endswith__lt=MORE_THAN_ANY)) | (
        ~has_most & has_least & Q(amount__startswith__lt=MORE_THAN_ANY)
    )
    return CheckConstraint(
        name="assertion_amount_is_some_numbers_from_0_on",
        condition=Q(amount__isnull=True) | (Q(amount__isempty=False) & from_zero & finite),
        violation_error_message=(
            "An amount holds a number, none below 0 and less than 10^12: [12,12] is 12, (,120) is under 120, (90,) is "
            "over 90."
        ),
    )


def one_direction() -> list[CheckConstraint]:
    """Who gives and who receives is said where it goes one way, may be of a running total, and of nothing else.

    A mandate has a giver, and is not counted.
    """
    neither, both = Q(giver__isnull=True, receiver__isnull=True), Q(giver__isnull=False, receiver__isnull=False)
    is_counted = Q(counting__isnull=False)  # a comparison with null would let everything pass
    mandate = Q(field=AssertionField.MANDATE, receiver__isnull=True)
    return [
        CheckConstraint(
            name="assertion_direction_fits_its_counting",
            condition=(is_counted & Q(counting=Counting.ONE_WAY) & both)
            | (is_counted & Q(counting=Counting.RUNNING_TOTAL) & (both | neither))
            | (is_counted & Q(counting__in=[Counting.IN_ALL, Counting.EACH_SIDE, Counting.BELOW_MARKET]) & neither)
            | (~is_counted & (neither | mandate)),
            violation_error_message=(
                "one_way has a giver and a receiver, a running_total both or neither, a mandate perhaps a giver, and "
                "everything else has neither."
            ),
        ),
        CheckConstraint(
            name="assertion_giver_is_not_the_receiver",
            condition=Q(giver__isnull=True) | Q(receiver__isnull=True) | ~Q(giver=F("receiver")),
            violation_error_message="Giver and receiver are two: change one of them.",
        ),
        CheckConstraint(
            name="assertion_counts_a_quantity",
            condition=Q(counting__isnull=True) | Q(field=AssertionField.QUANTITY),
            violation_error_message="Only a quantity says how it is counted: leave counting out.",
        ),
    ]
