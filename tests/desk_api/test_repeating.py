"""Repeating a POST with an Idempotency-Key: done once, answered alike, and never mixed up with another request."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from negotiations.models import KeptAnswer, Process
from tests.desk_api.conftest import Program, program_of
from tests.scenery import public_scenery

NEW = {"slug": "new", "title": "New"}


def test_a_repeated_post_is_done_once_and_answered_alike(curator: Program) -> None:
    first = curator.ask("POST", "processes/", NEW, Idempotency_Key="a")
    again = curator.ask("POST", "processes/", {"title": "New", "slug": "new"}, Idempotency_Key="a")

    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert again["Cache-Control"] == "no-store"
    assert Process.objects.count() == 1


def test_a_key_that_was_used_for_something_else_is_refused(curator: Program) -> None:
    curator.post("processes/", NEW, Idempotency_Key="a")

    for path, body in (("processes/", {**NEW, "title": "Newer"}), ("issues/", NEW)):
        problem = curator.post(path, body, expect=422, Idempotency_Key="a")
        assert problem["type"] == "urn:negotiation-tracker:problem:key-was-used"
    assert Process.objects.count() == 1


def test_keys_are_the_owners_own(curator: Program, editor: Program) -> None:
    curator.post("processes/", NEW, Idempotency_Key="a")

    editor.post("processes/", {**NEW, "slug": "newer"}, Idempotency_Key="a")

    assert KeptAnswer.objects.count() == 2


def test_what_failed_leaves_its_key_free(curator: Program) -> None:
    curator.post("processes/", {"slug": "new"}, expect=400, Idempotency_Key="a")

    curator.post("processes/", NEW, Idempotency_Key="a")


def test_a_key_is_forgotten_after_a_day(curator: Program) -> None:
    curator.post("processes/", NEW, Idempotency_Key="a")
    KeptAnswer.objects.update(at=timezone.now() - datetime.timedelta(hours=24, seconds=1))

    curator.post("processes/", {**NEW, "slug": "newer"}, Idempotency_Key="a")

    assert KeptAnswer.objects.count() == 1


def test_an_act_is_done_once_too(editor: Program) -> None:
    public_scenery()
    headers = {"Idempotency_Key": "a", "If_Match": '"1"'}

    first = editor.post("talks/antalya/retract/", {"note": "x"}, expect=200, **headers)
    again = editor.post("talks/antalya/retract/", {"note": "x"}, expect=200, **headers)

    assert first == again


@pytest.mark.parametrize("key", ["", " ", "a b", "ключ", "x" * 201])
def test_a_key_is_visible_ascii(curator: Program, key: str) -> None:
    curator.post("processes/", NEW, expect=400, Idempotency_Key=key)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_of_two_at_once_one_is_done_and_both_are_answered_alike(groups: None) -> None:
    program = program_of("curator-at-work", "Curators")
    both_are_there = threading.Barrier(2)
    answers: list[Any] = []

    def ask() -> None:
        both_are_there.wait(10)
        try:
            answers.append(Program(program.text).ask("POST", "processes/", NEW, Idempotency_Key="a"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert sorted(answer.get("Idempotency-Replayed", "") for answer in answers) == ["", "true"]
    assert Process.objects.count() == 1
