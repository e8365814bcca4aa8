"""Facts with several versions: verdict, intersection, filters and order; what the desk lists is what readers see."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange, NumericRange

from negotiations.analytics import worklists
from negotiations.analytics.facts import Asked, Fact, Order, facts
from negotiations.ledger.window import open_window
from negotiations.models import Assertion, OutcomeParty
from negotiations.vocabulary import Verdict
from tests import factories as make
from tests.scenery import editor

pytestmark = pytest.mark.django_db
MINUTES = {"unit": "minutes"}
ALL = Asked(verdict=None)


def value(of: Any, field: str, **wanted: Any) -> Assertion:
    kind = type(of).__name__.lower()
    return Assertion.objects.create(**{kind: of, "field": field, **wanted})


def found(asked: Asked = ALL, **wanted: Any) -> list[Fact]:
    with open_window():
        rows, count = facts(asked, most=100, **wanted)
    assert count >= len(rows)
    return rows


def durations(*versions: Any) -> Fact:
    talk = make.make_talk()
    for version in versions:
        value(talk, "duration", **MINUTES, **version)
    make.published(talk)
    (fact,) = found()
    return fact


ABOUT = {"approximate": True}
SLIP = {"rank": "deprecated", "rank_reason": "A slip."}


@pytest.mark.parametrize(
    ("versions", "verdict", "agreed"),
    [
        ([{"amount": "(,120)"}, {"amount": "(90,)", **ABOUT}], "agreed", (90, 120)),
        ([{"amount": "(,120)"}, {"amount": "[120,120]"}], "disputed", None),
        ([{"amount": "[90,90]", **ABOUT}, {"amount": "[100,100]"}], "agreed", (100, 100)),
        ([{"amount": "[90,90]", **ABOUT}, {"amount": "[100,100]", **ABOUT}], "compatible", None),
        ([{"amount": "[90,90]"}, {"amount": "[100,100]", **SLIP}], "settled", (90, 90)),
        ([{"amount": "[90,90]"}, {"amount": "[100,100]", "rank": "preferred"}], "settled", (100, 100)),
        ([{"amount": "[90,90]"}, {"amount": "[90,90]", "rank": "preferred"}], "agreed", (90, 90)),
        ([{"amount": "[90,90]"}, {"state": "none"}], "disputed", None),
        ([{"amount": "[90,90]"}, {"state": "undisclosed"}], "agreed", (90, 90)),
        ([{"state": "unknown"}, {"state": "undisclosed"}], "compatible", None),
    ],
)
def test_ranges_have_a_verdict_and_what_they_have_in_common(versions: Any, verdict: str, agreed: Any) -> None:
    fact = durations(*versions)

    assert fact.verdict == verdict
    shown = fact.amount and (fact.amount.lower, fact.amount.upper)
    assert (shown if verdict != "disputed" else None) == (agreed and tuple(map(Decimal, agreed)))
    assert len(fact.versions) == 2


def test_a_fact_names_all_its_versions_and_those_that_count() -> None:
    talk = make.make_talk()
    counted = value(talk, "duration", amount="[90,90]", **MINUTES)
    slip = value(talk, "duration", amount="[900,900]", **MINUTES, **SLIP)
    make.published(talk)

    (fact,) = found()

    assert (set(fact.versions), fact.counted) == ({counted.pk, slip.pk}, [counted.pk])
    assert (fact.resource, fact.record, fact.talk, fact.process) == ("talks", talk.pk, talk.pk, talk.process_id)


def test_dates_clocks_words_actors_and_places_that_all_give_are_agreed_on() -> None:
    talk, istanbul = make.make_talk(), make.make_place()
    delegation = make.make_delegation(talk)
    umerov = make.make_actor("Rustem Umerov", kind="person")
    for _ in range(2):
        value(talk, "start_time", time="13:30", zone="Europe/Istanbul")
        value(talk, "status", word="held")
        value(talk, "venue", value_place=istanbul)
        value(delegation, "head", value_actor=umerov)
    value(talk, "start", date_edtf="2025-05")
    value(talk, "start", date_edtf="2025-05-16")
    make.published(talk)

    by_field = {fact.field: fact for fact in found()}

    assert {fact.verdict for fact in by_field.values()} == {"agreed"}
    assert by_field["start"].days == DateRange(datetime.date(2025, 5, 16), datetime.date(2025, 5, 17), "[)")
    assert (by_field["start_time"].clock, by_field["start_time"].zone) == (datetime.time(13, 30), "Europe/Istanbul")
    assert (by_field["status"].word, by_field["venue"].place) == ("held", istanbul.pk)
    assert (by_field["head"].actor, by_field["head"].delegation) == (umerov.pk, delegation.pk)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("status", {"word": "held"}, {"word": "a meeting"}),
        ("start_time", {"time": "13:30", "zone": "Europe/Istanbul"}, {"time": "12:30", "zone": "Europe/Berlin"}),
        ("start_time", {"time": "13:30", "zone": "Europe/Istanbul"}, {"time": "13:30"}),
    ],
)
def test_what_excludes_nothing_and_cannot_be_joined_is_compatible(field: str, one: Any, other: Any) -> None:
    talk = make.make_talk()
    value(talk, field, **one)
    value(talk, field, **other)
    make.published(talk)

    assert [fact.verdict for fact in found()] == ["compatible"]


@pytest.mark.parametrize(
    ("stances", "verdict", "word"),
    [
        (("confirms", "denies"), "disputed", None),
        (("confirms_in_part", "denies"), "disputed", None),
        (("confirms", "confirms"), "agreed", "confirms"),
        (("confirms", "confirms_in_part"), "agreed", "confirms_in_part"),
        (("denies", "denies"), "agreed", "denies"),
        (("confirms", "takes_note"), "compatible", None),
    ],
)
def test_stances_to_an_outcome_are_a_fact(stances: tuple[str, str], verdict: str, word: str | None) -> None:
    outcome = make.make_outcome()
    for name, stance in zip(("Ukraine", "Russia"), stances, strict=True):
        OutcomeParty.objects.create(outcome=outcome, actor=make.make_actor(name), role="party", stance=stance)
    make.published(outcome)

    (fact,) = found()

    assert (fact.kind, fact.record, fact.verdict, fact.word) == ("stances", outcome.pk, verdict, word)


def test_one_version_alone_is_no_fact_of_several() -> None:
    talk = make.make_talk()
    value(talk, "duration", amount="[90,90]", **MINUTES)
    value(talk, "duration", amount="[2,2]", unit="days")
    make.published(talk)

    assert found() == []


def disputed_talk(**wanted: Any) -> Any:
    talk = make.make_talk(**wanted)
    for amount in ("[90,90]", "[120,120]"):
        value(talk, "duration", amount=amount, **MINUTES)
    return talk


def test_filters_narrow_to_process_talk_record_field_kind_and_verdict() -> None:
    talk, other = disputed_talk(), disputed_talk()
    outcome = make.make_outcome(talk=talk, process=talk.process)
    value(outcome, "quantity", amount="[1,1]", unit="prisoners", counting="in_all")
    value(outcome, "quantity", amount="[1,2]", unit="prisoners", counting="in_all")
    make.published(talk, other, outcome)

    def records(**wanted: Any) -> set[Any]:
        return {fact.record for fact in found(Asked(**{"verdict": None, **wanted}))}

    assert records() == {talk.pk, other.pk, outcome.pk}
    assert records(process=[talk.process.slug]) == records(talk=[str(talk.pk)]) == {talk.pk, outcome.pk}
    assert records(record=[outcome.slug, str(other.pk)]) == {outcome.pk, other.pk}
    assert records(field=["quantity"]) == records(verdict=["agreed"]) == {outcome.pk}
    assert records(verdict=[Verdict.DISPUTED]) == {talk.pk, other.pk}
    assert records(kind=["stances"]) == records(process=["nothing"]) == set()


@pytest.mark.parametrize("newest_first", [True, False])
def test_places_in_the_order_lead_through_all_facts_both_ways(newest_first: bool) -> None:
    days = ["2025-05-16", None, "2022-03-29", "2025-05-16", None]
    make.published(*(disputed_talk(start_edtf=day) for day in days))
    whole = found(order=Order(newest_first))

    def following(fact: Fact, *, backward: bool = False) -> Fact | None:
        with open_window():
            rows, count = facts(ALL, most=1, order=Order(newest_first, (fact.during, fact.id), backward))
        assert count == 5
        return rows[0] if rows else None

    assert [fact.during is None for fact in whole] == [False] * 3 + [True] * 2
    assert [following(fact) for fact in whole] == [*whole[1:], None]
    assert [following(fact, backward=True) for fact in whole] == [None, *whole[:-1]]


def test_a_draft_is_no_version() -> None:
    talk = make.make_talk()
    value(talk, "duration", amount="[90,90]", **MINUTES)
    value(talk, "duration", amount="(,120)", **MINUTES)
    make.published(talk)
    value(talk, "duration", amount="[200,200]", **MINUTES)
    disputed_talk()

    (fact,) = found()

    assert (fact.verdict, fact.amount) == ("agreed", NumericRange(Decimal(90), Decimal(90), "[]"))


def test_a_list_is_one_statement(django_assert_num_queries: Any) -> None:
    make.published(disputed_talk(), disputed_talk())

    with open_window(), django_assert_num_queries(1):
        rows, count = facts(Asked(), most=1)

    assert (len(rows), count) == (1, 2)


def test_the_desks_work_list_and_readers_are_told_of_the_same_disputes() -> None:
    outcome = make.make_outcome("A meeting")
    for name, stance in (("Ukraine", "confirms"), ("Russia", "denies")):
        OutcomeParty.objects.create(outcome=outcome, actor=make.make_actor(name), role="party", stance=stance)
    settled, agreed = make.make_talk("Settled"), make.make_talk("Agreed")
    value(settled, "duration", amount="[1,1]", **MINUTES, rank="preferred")
    value(settled, "duration", amount="[2,2]", **MINUTES)
    value(agreed, "duration", amount="(,120)", **MINUTES)
    value(agreed, "duration", amount="(90,)", **MINUTES)
    make.published(disputed_talk(title="Disputed"), outcome, settled, agreed)

    rows, _ = worklists.page("disputes", by=editor(), kinds=worklists.RECORDS)

    assert {row.id for row in rows} == {fact.record for fact in found(Asked())} != set()
    assert {row.label for row in rows} == {"A meeting", "Disputed"}
