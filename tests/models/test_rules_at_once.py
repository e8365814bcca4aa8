"""Two transactions cannot break a rule together that each of them keeps: the second sees what the first has done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from negotiations.models import Place, Position, Talk
from tests.factories import make_issue, make_place, make_position, make_talk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed")]


def of_places() -> tuple[Callable[[], Any], Callable[[], Any]]:
    one, other = make_place(), make_place()
    return (
        lambda: Place.objects.filter(pk=one.pk).update(parent=other),
        lambda: Place.objects.filter(pk=other.pk).update(parent=one),
    )


def of_countries() -> tuple[Callable[[], Any], Callable[[], Any]]:
    parent, inner = make_place(country="TUR"), make_place(country="TUR")
    return (
        lambda: Place.objects.filter(pk=parent.pk).update(country="GEO"),
        lambda: Place.objects.filter(pk=inner.pk).update(parent=parent),
    )


def of_sessions() -> tuple[Callable[[], Any], Callable[[], Any]]:
    whole = make_talk(start_edtf="2025-05-15", end_edtf="2025-05-16")
    return (
        lambda: Talk.objects.filter(pk=whole.pk).update(end_edtf="2025-05-15"),
        lambda: make_talk(process=whole.process, relation="session", related_talk=whole, start_edtf="2025-05-16"),
    )


def of_positions() -> tuple[Callable[[], Any], Callable[[], Any]]:
    older, issue = make_position(), make_issue()
    same = {"process": older.process, "party": older.party, "issue": older.issue}
    return (
        lambda: Position.objects.filter(pk=older.pk).update(issue=issue),
        lambda: make_position(supersedes=older, **same),
    )


def in_a_thread(pool: ThreadPoolExecutor, act: Callable[[], Any]) -> Future[str]:
    """The name of the rule that refuses the act in a transaction of its own; empty when none does."""

    def run() -> str:
        try:
            with transaction.atomic():
                act()
        except IntegrityError as error:
            return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
        finally:
            connection.close()
        return ""

    return pool.submit(run)


def wait_until_somebody_waits(done: Future[str]) -> None:
    with connection.cursor() as cursor:
        while not done.done():
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")
            if cursor.fetchone()[0]:
                return


@pytest.mark.parametrize(
    ("acts", "rule"),
    [
        (of_places, "place_parent_makes_no_circle"),
        (of_countries, "place_shares_its_parents_country"),
        (of_sessions, "talk_session_lies_within_its_talk"),
        (of_positions, "position_supersedes_one_of_its_kind"),
    ],
)
def test_the_second_of_two_transactions_is_refused(acts: Any, rule: str) -> None:
    first, second = acts()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            first()
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            outcome = in_a_thread(pool, second)
            wait_until_somebody_waits(outcome)
            assert not outcome.done()
        assert outcome.result(10) == rule
