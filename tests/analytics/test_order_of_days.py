"""The timeline's order: uncertain dates stand where they are said to, and no item is lost or seen twice on the way."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from negotiations.analytics.stream import Asked, Page, stretch
from negotiations.analytics.timeline import of_process
from negotiations.analytics.written import WrittenDate
from negotiations.ledger.window import open_window
from negotiations.models import Process, StatementLink
from negotiations.vocabulary import ItemKind
from tests.factories import (
    cite,
    make_event,
    make_outcome,
    make_position,
    make_process,
    make_statement,
    make_talk,
    published,
)

DAY = datetime.date


def read(process: Process, **asked: Any) -> Page:
    with open_window():
        return stretch(of_process(process.pk), list(ItemKind), Asked(**asked))


def labels(page: Page) -> list[str]:
    return [item.record.slug for item in page.items]


def publish_ties_and_gaps() -> Process:
    """Several of each kind: of one day, of a month, of a year, with open and unknown ends, and without a date."""
    process, other = make_process(), make_process()
    records: list[Any] = [make_talk(process=other)]
    for day in ("2025-05-16", "2025-05", "2025", "2025-05-16?", None, None):
        outcome = make_outcome(process=process, agreed_edtf=day)
        statement = make_statement(said_on_edtf=day)
        cite(StatementLink.objects.create(statement=statement, relation="about", to_process=process))
        records += [
            make_talk(process=process, start_edtf=day), statement, outcome,
            make_position(process=process, in_force_edtf=day or "../2025-05-16"),
            make_event(process=process, start_edtf=day), make_event(process=other, start_edtf=day, carries_out=outcome),
        ]  # fmt: skip
    published(*records)
    return process


@pytest.mark.django_db
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("most", [1, 5])
def test_pages_forward_and_backward_hold_everything_once(descending: bool, most: int) -> None:
    process = publish_ties_and_gaps()
    whole = read(process, descending=descending, most=200)
    assert len(whole.items) == len(set(labels(whole))) == whole.count == 36

    forward, place = [], None
    while True:
        page = read(process, descending=descending, most=most, beyond=place)
        assert page.is_behind == (place is not None)
        forward.append(labels(page))
        place = page.items[-1].position
        if not page.has_more:
            break
    backward = [labels(page)]
    while page.is_behind:
        page = read(process, descending=descending, most=most, beyond=page.items[0].position, backward=True)
        backward.insert(0, labels(page))
        page = read(process, descending=descending, most=most, beyond=page.items[0].position, backward=True)
        if page.items:
            backward.insert(0, labels(page))
        page = Page(page.items, page.has_more, page.has_more, None)

    assert [slug for page in forward for slug in page] == labels(whole)
    assert [slug for page in backward for slug in page] == labels(whole)


@pytest.mark.django_db
def test_dates_stand_at_their_first_day_the_exact_ones_first_and_none_last() -> None:
    process = make_process()
    days = ["2025-05-16", "2025", None, "2025-05", "2025-05-01", "2025-05-01/2025-05-03", "/2025-05-10", "2024~"]
    published(*(make_event(slug=f"at-{place}", process=process, start_edtf=day) for place, day in enumerate(days)))

    up, down = read(process), read(process, descending=True)

    in_order = ["2024~", "2025", "2025-05-01", "2025-05", "2025-05-10", "2025-05-16"]
    dates = [item.when.date for item in up.items]
    assert dates[-1] is None
    assert [date for date in dates if date in in_order] == [date for date in in_order if date in dates]
    assert dates.index("2025-05-01/2025-05-03") < dates.index("2025-05") < dates.index("/2025-05-10")
    assert [item.when.date for item in down.items][-1] is None
    assert dates.index("/2025-05-10") < dates.index("2025-05-16")


@pytest.mark.django_db
def test_of_one_day_clock_times_come_first_and_in_their_order() -> None:
    process = make_process()
    published(
        *(
            make_talk(slug=slug, process=process, start_time=clock)
            for slug, clock in [("never", None), ("later", "13:30"), ("early", "10:45")]
        )
    )

    assert labels(read(process)) == ["early", "later", "never"]


@pytest.mark.django_db
def test_start_and_end_are_one_date_and_bound_the_beginning() -> None:
    process = make_process()
    published(make_talk(process=process, start_edtf="2025-05", end_edtf="2025-06-02"))

    [item] = read(process).items

    when = item.when
    assert (when.date, when.earliest, when.latest) == ("2025-05/2025-06-02", DAY(2025, 5, 1), DAY(2025, 5, 31))
    assert (when.precision, when.ending, when.until) == ("month", "dated", DAY(2025, 6, 2))


@pytest.mark.django_db
def test_an_item_has_what_it_refers_to_and_its_citations() -> None:
    process = make_process()
    outcome = make_outcome(process=process, agreed_edtf="2025-05-16")
    step = make_event(start_edtf="2025-05-23", carries_out=outcome)
    published(step)

    settled, done = read(process).items

    assert (settled.kind, done.kind) == ("outcome", "step")
    assert done.record.carries_out.label == outcome.label
    assert [str(cited) for cited in done.citations] == [str(cited) for cited in step.citations.all()]


@pytest.mark.django_db
def test_drafts_and_pending_edits_are_not_in_it() -> None:
    process = make_process()
    talk = published(make_talk(process=process))
    make_event(process=process, title="A secret")
    talk.start_edtf = "1999-01-01"
    talk.save()

    page = read(process)

    assert [item.when.date for item in page.items] == ["2025-05-16"]
    assert page.count == 1


@pytest.mark.parametrize(
    ("date", "precision", "doubt", "ending"),
    [
        ("2025-05-16", "day", None, None),
        ("2022~", "year", "approximate", None),
        ("2025-05?", "month", "uncertain", None),
        ("2025-05-16%/..", "day", "both", "open"),
        ("2022-03-10/", "day", None, "unknown"),
        ("/2022-02-28", None, None, "dated"),
        (None, None, None, None),
    ],
)
def test_a_written_date_says_how_exactly_and_surely_it_is_known(
    date: str | None, precision: str | None, doubt: str | None, ending: str | None
) -> None:
    when = WrittenDate(date, None, None)

    assert (when.precision, when.doubt, when.ending) == (precision, doubt, ending)
