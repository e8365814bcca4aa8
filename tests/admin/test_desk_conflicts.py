"""Two curators on one record: who saves second is refused with both values, and loses nothing; any part counts."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import transaction

from negotiations import publication
from negotiations.models import Delegation, Edit, Talk
from negotiations.vocabulary import Track
from tests import factories as make
from tests.publication.test_races import at_once
from tests.scenery import editor as another_editor
from tests.scenery import public_scenery

pytestmark = pytest.mark.django_db
TALK = "/admin/negotiations/talk"
DELEGATION = "/admin/negotiations/delegation"


def row_of(field: str, theirs: str, mine: str) -> str:
    return f'<tr><th scope="row">{field}</th><td>{theirs}</td><td>{mine}</td></tr>'


def test_a_stale_save_is_refused_with_both_values_and_saved_when_repeated(curator: Any, editor: Any) -> None:
    talk = make.make_talk("Istanbul talks", purpose="Peace")
    page = f"{TALK}/{talk.pk}/change/"
    mine = {**curator.form_of(page), "title": "Mine", "track": "2"}
    editor.send(page, {**editor.form_of(page), "title": "Theirs", "purpose": "A truce"})

    said = curator.send(page, mine)

    assert "editor-at-work saved this talk after your page was shown." in said
    assert row_of("Title", "Theirs", "Mine") in said
    assert row_of("Purpose", "A truce", "Peace") in said
    assert row_of("Track", Track.UNKNOWN.label, Track.TWO.label) in said
    assert 'value="Mine"' in said
    talk.refresh_from_db()
    assert (talk.title, talk.version) == ("Theirs", 2)
    curator.send(page, {**mine, "seen_version": "2", "purpose": "A truce"})

    talk.refresh_from_db()
    assert (talk.title, talk.purpose, talk.version) == ("Mine", "A truce", 3)


def test_the_page_that_refuses_carries_the_version_that_is_there(curator: Any, editor: Any) -> None:
    talk = make.make_talk()
    page = f"{TALK}/{talk.pk}/change/"
    mine = curator.form_of(page)
    assert mine["seen_version"] == "1"
    editor.send(page, {**editor.form_of(page), "title": "Theirs"})

    assert 'name="seen_version" value="2"' in curator.send(page, mine)


def test_rows_of_others_are_compared_added_and_removed_ones_too(curator: Any, editor: Any) -> None:
    talk = make.make_talk()
    ukraine, russia, host = (make.make_actor(name) for name in ("Ukraine", "Russia", "Türkiye"))
    kept, gone = make.make_delegation(talk, ukraine), make.make_delegation(talk, russia)
    page = f"{TALK}/{talk.pk}/change/"
    form = curator.form_of(page)
    number = next(n for n in (0, 1) if form[f"delegations-{n}-id"] == str(kept.pk))
    mine = {**form, f"delegations-{number}-styled": "Mine"}
    gone.delete()
    Delegation.objects.filter(pk=kept.pk).update(styled="Theirs")
    make.make_delegation(talk, host)
    editor.send(page, {**editor.form_of(page), "title": "Theirs"})

    said = curator.send(page, mine)

    assert row_of("delegation “Delegation of Theirs”: Styled", "Theirs", "Mine") in said
    assert row_of("A delegation", "removed", "still here: reload the page to go on without it") in said
    assert row_of("delegation “Delegation of Türkiye”", "added", "not here; it stays when you save") in said
    assert Delegation.objects.get(pk=kept.pk).styled == "Theirs"


@pytest.mark.parametrize("first", ["record", "part"])
def test_a_record_and_its_part_are_one_unit(first: str, curator: Any, editor: Any) -> None:
    talk = make.make_talk()
    delegation = make.make_delegation(talk)
    pages = {"record": f"{TALK}/{talk.pk}/change/", "part": f"{DELEGATION}/{delegation.pk}/change/"}
    second = next(name for name in pages if name != first)
    fields = {"record": "title", "part": "styled"}
    mine = curator.form_of(pages[second])
    editor.send(pages[first], {**editor.form_of(pages[first]), fields[first]: "Theirs"})

    said = curator.send(pages[second], {**mine, fields[second]: "Mine"})

    assert "editor-at-work saved this talk after your page was shown." in said
    assert "Mine" in said
    assert Talk.objects.get().version == 2


def test_a_form_without_a_version_is_not_saved(curator: Any) -> None:
    talk = make.make_talk("Istanbul talks")
    page = f"{TALK}/{talk.pk}/change/"

    for version in ({}, {"seen_version": ""}, {"seen_version": "x"}, {"seen_version": "99"}):
        form = {name: value for name, value in curator.form_of(page).items() if name != "seen_version"}
        assert "Nothing was saved yet" in curator.send(page, {**form, "title": "Typed", **version})

    talk.refresh_from_db()
    assert (talk.title, talk.version) == ("Istanbul talks", 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_whoever_saves_while_another_is_saving_waits_and_is_refused(curator: Any) -> None:
    talk = make.make_talk("Istanbul talks")
    page = f"{TALK}/{talk.pk}/change/"
    mine = {**curator.form_of(page), "title": "Mine"}
    has_written, may_go_on = threading.Event(), threading.Event()
    said: list[str] = []

    def first() -> None:
        with transaction.atomic():
            Talk.objects.filter(pk=talk.pk).update(title="Theirs")
            publication.count_version(talk, by=another_editor())
            has_written.set()
            may_go_on.wait(20)

    def second() -> None:
        assert has_written.wait(20)
        threading.Timer(0.5, may_go_on.set).start()
        said.append(curator.send(page, mine))

    at_once(first, second)

    assert "editor saved this talk after your page was shown." in said[0]
    talk.refresh_from_db()
    assert (talk.title, talk.version) == ("Theirs", 2)


def test_each_version_has_its_author_from_the_first(curator: Any, editor: Any) -> None:
    curator.send(
        "/admin/negotiations/issue/add/",
        {**curator.form_of("/admin/negotiations/issue/add/"), "name": "Ceasefire", "slug": "ceasefire"},
    )
    talk = public_scenery().istanbul
    page = f"{TALK}/{talk.pk}/change/"
    editor.send(page, {**editor.form_of(page), "delegations-0-styled": "The Ukrainian side"})
    editor.send(page, editor.form_of(page))
    curator.send(f"{DELEGATION}/{talk.delegations.get().pk}/delete/", {"post": "yes"})

    assert [
        (edit.table_name.removeprefix("negotiations_"), edit.version, edit.author.get_username())
        for edit in Edit.objects.select_related("author")
    ] == [
        ("issue", 1, "curator-at-work"),
        ("talk", 2, "editor-at-work"),
        ("talk", 3, "curator-at-work"),
    ]
