"""A talk beside the others: days since the last one as a range, the talks counted, and claims checked against them."""

from __future__ import annotations

from typing import Any

import pytest

from negotiations.analytics.context import Context, Days, check, context_of
from negotiations.analytics.origins import Sourced, sources_of
from negotiations.ledger.window import open_window
from negotiations.models import Actor, Assertion, Talk
from tests import factories as make

pytestmark = pytest.mark.django_db


class Sides:
    """Two parties that meet again and again."""

    def __init__(self) -> None:
        self.process = make.make_process()
        self.parties = [make.make_actor(name) for name in ("Ukraine", "Russia")]

    def talk(self, day: str | None, *, parties: list[Actor] | None = None, **wanted: Any) -> Talk:
        usual = {"process": self.process, "start_edtf": day, "modality": "in_person", "setting": "direct"}
        talk = make.make_talk(f"Talks of {day}", **{**usual, **wanted})
        for party in parties or self.parties:
            make.make_delegation(talk, party)
        return talk


@pytest.fixture
def sides() -> Sides:
    return Sides()


def context(talk: Talk) -> Context:
    with open_window():
        return context_of(talk.pk)


def days(talk: Talk) -> tuple[int | None, int | None] | None:
    found = context(talk).direct.days
    return found and (found.least, found.most)


@pytest.mark.parametrize(
    ("previous", "day", "between"),
    [
        ({"day": "2022-03-29"}, "2025-05-16", (1144, 1144)),
        ({"day": "2022-03-28", "end_edtf": "2022-03-30"}, "2022-04-01", (2, 2)),
        ({"day": "2025-04"}, "2025-05-16", (16, 45)),
        ({"day": "2025-05-14"}, "2025-05", (0, None)),
        ({"day": "2025-05"}, "2025-05-16", (0, None)),
        ({"day": "2025-05-14~"}, "2025-05-16", (2, None)),
        ({"day": "2025-05-14", "setting": "unknown"}, "2025-05-16", (2, None)),
        ({"day": "2025-05-14", "status": "unconfirmed"}, "2025-05-16", (2, None)),
        ({"day": "2025-05-14", "setting": "shuttle"}, "2025-05-16", None),
        ({"day": "2025-05-14", "status": "cancelled"}, "2025-05-16", None),
        ({"day": "2025-05-17"}, "2025-05-16", None),
        ({"day": None}, "2025-05-16", None),
    ],
)
def test_days_since_the_previous_talk_are_a_range(sides: Sides, previous: Any, day: str, between: Any) -> None:
    earlier, talk = sides.talk(**previous), sides.talk(day)
    make.published(earlier, talk)

    assert days(talk) == between
    assert context(talk).direct.undated == ([earlier.pk] if previous["day"] is None else [])


def test_the_shortest_time_is_taken_and_what_may_count_is_the_least(sides: Sides) -> None:
    first, second = sides.talk("2022-02-28"), sides.talk("2022-03-29")
    perhaps, talk = sides.talk("2025-05-10", status="unconfirmed"), sides.talk("2025-05-16")
    make.published(first, second, perhaps, talk)

    found = context(talk)

    assert found.direct.days == Days(6, 1144)
    assert {each.talk: each.is_certain for each in found.direct.counted} == {
        first.pk: True, second.pk: True, perhaps.pk: False,
    }  # fmt: skip
    assert found.number == Days(3, 4)


def test_talks_of_the_same_parties_count_in_any_process_and_those_of_others_do_not(sides: Sides) -> None:
    elsewhere = sides.talk("2022-03-29", process=make.make_process("Talks of 2022"))
    others = sides.talk("2025-05-15", parties=[sides.parties[0], make.make_actor("United States")])
    talk = sides.talk("2025-05-16")
    make.published(elsewhere, others, talk)

    found = context(talk)

    assert [each.talk for each in found.direct.counted] == [elsewhere.pk]
    assert (found.direct.whole_years, found.number) == (3, Days(2, 2))


def test_who_stayed_away_was_no_party_to_the_talk(sides: Sides) -> None:
    empty, talk = sides.talk("2025-05-15"), sides.talk("2025-05-16")
    empty.delegations.filter(party=sides.parties[1]).update(attendance="declined")
    make.published(empty, talk)

    assert days(talk) is None


def test_talks_by_line_are_direct_and_not_in_person(sides: Sides) -> None:
    near, by_line = sides.talk("2022-03-10"), sides.talk("2022-03-14", modality="remote")
    hybrid, talk = sides.talk("2022-03-20", modality="hybrid"), sides.talk("2022-03-29")
    make.published(near, by_line, hybrid, talk)

    found = context(talk)

    assert (found.direct.days, found.in_person.days) == (Days(9, 9), Days(9, 19))
    assert by_line.pk not in {each.talk for each in found.in_person.counted}


def test_of_two_talks_of_one_day_the_clock_tells_which_was_first(sides: Sides) -> None:
    zone = {"zone": "Europe/Istanbul"}
    morning, evening = (sides.talk("2025-05-16", start_time=clock, **zone) for clock in ("09:00", "18:00"))
    unclear = sides.talk("2025-05-16")
    make.published(morning, evening, unclear)

    by_talk = {each.talk: each.is_certain for each in context(evening).direct.counted}

    assert by_talk == {morning.pk: True, unclear.pk: False}


def test_a_session_is_part_of_another_talk_and_does_not_count(sides: Sides) -> None:
    core = sides.talk("2025-05-14")
    session = sides.talk("2025-05-14", relation="session", related_talk=core)
    talk = sides.talk("2025-05-16")
    make.published(core, session, talk)

    assert [each.talk for each in context(talk).direct.counted] == [core.pk]


def test_what_is_not_public_is_not_counted(sides: Sides) -> None:
    talk = make.published(sides.talk("2025-05-16"))
    sides.talk("2025-05-14")

    found = context(talk)

    assert (found.direct.days, found.direct.counted, found.number) == (None, [], Days(1, 1))


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ({"amount": "(3,)", "unit": "years"}, "holds"),
        ({"amount": "(,3)", "unit": "years"}, "fails"),
        ({"amount": "(,3)", "unit": "years", "approximate": True}, "open"),
        ({"amount": "(4,)", "unit": "years"}, "fails"),
        ({"amount": "[1144,1144]", "unit": "days"}, "holds"),
        ({"amount": "[1143,1143]", "unit": "days"}, "fails"),
        ({"date_edtf": "2022-03-29"}, "holds"),
        ({"date_edtf": "2022-03"}, "holds"),
        ({"date_edtf": "2022-04-01"}, "fails"),
        ({"word": "years"}, "open"),
        ({"state": "unknown"}, "open"),
    ],
)
def test_what_sources_say_is_checked_against_the_talks_counted(sides: Sides, claim: Any, verdict: str) -> None:
    earlier, talk = sides.talk("2022-03-29"), sides.talk("2025-05-16")
    said = Assertion(talk=talk, field="gap_since_previous", **{"state": "given", **claim})
    said.save()
    make.published(earlier, talk)
    said.refresh_from_db()

    found = context(talk)

    assert check(said, found.direct, found.when) == verdict


def test_a_claim_that_the_dates_leave_open_is_open(sides: Sides) -> None:
    earlier, talk = sides.talk("2022"), sides.talk("2025-05-16")
    said = Assertion.objects.create(talk=talk, field="gap_since_previous", amount="(3,)", unit="years")
    make.published(earlier, talk)
    said.refresh_from_db()

    found = context(talk)

    assert (found.direct.whole_years, check(said, found.direct, found.when)) == (2, "open")


def sourced(talk: Talk) -> Sourced:
    with open_window():
        return next(each for each in sources_of(talk.pk) if each.kind == "assertion")


def lasting(talk: Talk) -> Assertion:
    return Assertion.objects.create(talk=talk, field="duration", amount="(,120)", unit="minutes")


def outlet(name: str) -> Actor:
    return make.make_actor(name, kind="media")


def test_copies_of_one_report_count_once(sides: Sides) -> None:
    talk, agency = sides.talk("2025-05-16"), outlet("Agency")
    fact, original = lasting(talk), make.make_source(publisher=agency)
    copy = make.make_source(syndicated_from=original, reproduction="syndicated")
    of_a_copy = make.make_source(syndicated_from=copy, reproduction="translation")
    for source in (original, copy, of_a_copy):
        make.cite(fact, source=source)
    make.cite(fact, credited_to=agency)
    make.cite(fact, source=make.make_source(publisher=outlet("Another")))
    make.published(talk)

    found = sourced(talk)

    assert (found.least, found.most) == (2, 2)
    (of_agency,) = (each for each in found.origins if each.outlet == agency.pk)
    assert len(of_agency.sources) == 4


def test_a_copy_of_nobody_knows_what_raises_the_most_alone(sides: Sides) -> None:
    talk = sides.talk("2025-05-16")
    fact = lasting(talk)
    make.cite(fact, source=make.make_source(publisher=outlet("One")))
    make.cite(fact, source=make.make_source(publisher=outlet("Two"), reproduction="copy"))
    make.published(talk)

    assert (sourced(talk).least, sourced(talk).most) == (1, 2)


def test_a_copy_that_is_all_there_is_counts_as_one(sides: Sides) -> None:
    talk = sides.talk("2025-05-16")
    make.cite(lasting(talk), source=make.make_source(publisher=outlet("Two"), reproduction="copy"))
    make.published(talk)

    assert (sourced(talk).least, sourced(talk).most) == (1, 1)


def test_a_copy_that_credits_an_outlet_is_known_to_be_of_it(sides: Sides) -> None:
    talk = sides.talk("2025-05-16")
    fact = lasting(talk)
    make.cite(fact, source=make.make_source(publisher=outlet("One")))
    copy = make.make_source(publisher=outlet("Two"), reproduction="copy")
    make.cite(fact, source=copy, credited_to=outlet("Agency"))
    make.published(talk)

    assert (sourced(talk).least, sourced(talk).most) == (2, 2)


def test_what_contradicts_or_is_rejected_does_not_count(sides: Sides) -> None:
    talk = sides.talk("2025-05-16")
    fact = lasting(talk)
    make.cite(fact, source=make.make_source(publisher=outlet("One")))
    make.cite(fact, source=make.make_source(publisher=outlet("Two")), supports="contradicts")
    rejected = {"reliability": "rejected", "reliability_reason": "Made up."}
    refused = make.make_source(publisher=outlet("Three"), **rejected)
    make.cite(fact, source=refused)
    make.cite(fact, source=make.make_source(syndicated_from=refused, reproduction="syndicated"))
    kept = make.make_source(
        publisher=outlet("One more"), syndicated_from=make.make_source(), reproduction="copy", **rejected
    )
    make.cite(fact, source=kept)
    make.published(talk)

    assert (sourced(talk).least, sourced(talk).most) == (1, 1)


def test_a_fact_that_rests_on_a_statement_has_the_statements_sources(sides: Sides) -> None:
    talk, agency = sides.talk("2025-05-16"), outlet("Agency")
    fact, statement = lasting(talk), make.make_statement()
    make.cite(statement, source=make.make_source(publisher=agency))
    make.cite(statement, source=make.make_source(publisher=outlet("Another")), supports="contradicts")
    make.cite(fact, testimony=statement)
    make.published(talk)

    found = sourced(talk)

    assert agency.pk in {each.outlet for each in found.origins}
    assert found.most == 2  # the factory cites the statement once more


def test_figures_are_one_statement_each(sides: Sides, django_assert_num_queries: Any) -> None:
    talk = make.published(sides.talk("2025-05-16"))

    with open_window():
        with django_assert_num_queries(1):
            context_of(talk.pk)
        with django_assert_num_queries(1):
            assert sources_of(talk.pk)
