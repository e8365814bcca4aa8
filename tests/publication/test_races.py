"""Acts at once wait for each other: numbers without gaps, in the order of commits, and no deadlock with editing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from negotiations.models import Citation, Revision, Talk
from tests.scenery import Scenery, editor, public_scenery, published

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed")]


def at_once(*acts: Callable[[], None]) -> None:
    """Runs each act in a thread with a connection of its own; raises what any of them raised."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        start.wait(10)
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(run, act) for act in acts]:
            done.result(60)


def renaming(talk: Talk, times: int) -> Callable[[], None]:
    def act() -> None:
        for number in range(times):
            Talk.objects.filter(pk=talk.pk).update(title=f"{talk.slug} {number}")
            published(Talk.objects.get(pk=talk.pk), kind="editorial", note=f"{talk.slug} {number}")

    return act


def test_publishing_at_once_numbers_without_gaps_in_the_order_of_moments() -> None:
    scenery = public_scenery()

    at_once(renaming(scenery.istanbul, 8), renaming(scenery.antalya, 8))

    revisions = list(Revision.objects.order_by("number"))
    assert [revision.number for revision in revisions] == list(range(1, 18))
    assert [revision.at for revision in revisions] == sorted({revision.at for revision in revisions})


def test_editing_and_publishing_at_once_do_not_deadlock() -> None:
    scenery = public_scenery()
    editor()

    def edit() -> None:
        for number in range(25):
            with transaction.atomic():
                Talk.objects.filter(pk=scenery.istanbul.pk).update(purpose=f"Purpose {number}")
                Citation.objects.create(
                    talk=scenery.istanbul, source=scenery.source, excerpt=f"words {number}", attribution="outlet"
                )

    def publish() -> None:
        for _ in range(25):
            published(scenery.istanbul, scenery.source, kind="editorial")

    at_once(edit, publish)
    published(scenery.istanbul, kind="editorial")

    assert Citation.objects.filter(talk=scenery.istanbul).count() == 26


def test_an_act_waits_for_the_one_that_holds_the_head() -> None:
    scenery: Scenery = public_scenery()
    has_locked, may_go_on = threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            Talk.objects.filter(pk=scenery.istanbul.pk).update(title="First")
            published(Talk.objects.get(pk=scenery.istanbul.pk), kind="editorial", note="first")
            has_locked.set()
            may_go_on.wait(20)

    def second() -> None:
        assert has_locked.wait(20)
        threading.Timer(0.5, may_go_on.set).start()
        Talk.objects.filter(pk=scenery.antalya.pk).update(title="Second")
        published(Talk.objects.get(pk=scenery.antalya.pk), kind="editorial", note="second")

    at_once(first, second)

    assert [revision.note for revision in Revision.objects.order_by("number")][1:] == ["first", "second"]
