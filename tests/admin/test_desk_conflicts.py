"""Two curators on one record: who saves second is refused with both values, and loses nothing; any part counts."""

from __future__ import annotations

import threading
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction

from negotiations import publication
from negotiations.models import ArticleText, Edit, Outcome, Talk
from negotiations.vocabulary import Track
from tests import factories as make
from tests.admin.conftest import Fields
from tests.publication.test_races import at_once
from tests.scenery import editor as another_editor
from tests.scenery import public_scenery

pytestmark = pytest.mark.django_db
TALK = "/admin/negotiations/talk"
DELEGATION = "/admin/negotiations/delegation"


class Lines(HTMLParser):
    """The lines of the table of a conflict: field, base, theirs and mine, with a star at the side that is taken."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[str]] = []
        self.is_inside = False

    @classmethod
    def of(cls, page: str) -> list[tuple[str, ...]]:
        lines = cls()
        lines.feed(page)
        return [tuple(" ".join(cell.split()) for cell in line) for line in lines.found[1:]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "section":
            self.is_inside = "desk-conflict" in (given.get("class") or "")
        elif self.is_inside and tag == "tr":
            self.found.append([])
        elif self.is_inside and tag in ("td", "th"):
            self.found[-1].append("")
        elif self.is_inside and tag == "input" and "checked" in given and (given["name"] or "").startswith("take:"):
            self.found[-1][-1] += "* "
        self.is_hidden = given.get("class") == "visually-hidden"

    def handle_endtag(self, tag: str) -> None:
        self.is_hidden = False
        self.is_inside = self.is_inside and tag != "section"

    def handle_data(self, data: str) -> None:
        if self.is_inside and self.found and self.found[-1] and not self.is_hidden:
            self.found[-1][-1] += data


def test_a_stale_save_is_refused_and_shows_base_theirs_and_mine(curator: Any, editor: Any) -> None:
    talk = make.make_talk("Istanbul talks", purpose="Peace")
    page = f"{TALK}/{talk.pk}/change/"
    mine = {**curator.form_of(page), "title": "Mine", "track": "2"}
    editor.send(page, {**editor.form_of(page), "title": "Theirs", "purpose": "A truce"})

    said = curator.send(page, mine)

    assert "editor-at-work saved this talk after your page was shown." in said
    assert Lines.of(said) == [
        ("Title both changed it", "Istanbul talks", "Theirs", "* Mine"),
        ("Track", Track.UNKNOWN.label, Track.UNKNOWN.label, f"* {Track.TWO.label}"),
        ("Purpose", "Peace", "* A truce", "Peace"),
    ]
    talk.refresh_from_db()
    assert (talk.title, talk.version) == ("Theirs", 2)


def they_save(record: Any, **columns: Any) -> None:
    """Somebody else saves the record, with these columns of its own."""
    if columns:
        type(record).objects.filter(pk=record.pk).update(**columns)
    publication.count_version(record, by=another_editor())


def in_conflict(curator: Any) -> tuple[Outcome, str, dict[str, Any]]:
    """An outcome, its page, and the form of a conflict about title, text and talk, saved by somebody meanwhile."""
    process = make.make_process()
    istanbul, ankara = (make.make_talk(title, process=process) for title in ("Istanbul", "Ankara"))
    outcome = make.make_outcome("An exchange", process=process, text="All for all.", talk=istanbul)
    page = f"/admin/negotiations/outcome/{outcome.pk}/change/"
    mine = {**curator.form_of(page), "title": "Mine", "kind": "pause_agreed", "talk": ""}
    they_save(outcome, title="Theirs", text="", talk=ankara)
    return outcome, page, Fields.of(curator.send(page, mine))


PAUSE, EXCHANGE = "pause_agreed", "exchange_agreed"
CHOICES: list[tuple[dict[str, str], tuple[Any, ...]]] = [
    ({}, ("Mine", "", PAUSE, None)),
    ({"take:title": "theirs", "take:text": "mine"}, ("Theirs", "All for all.", PAUSE, None)),
    ({"take:talk": "theirs", "take:kind": "theirs"}, ("Mine", "", EXCHANGE, "Ankara")),
    ({"take_all": "theirs"}, ("Theirs", "", EXCHANGE, "Ankara")),
    ({"take_all": "mine"}, ("Mine", "All for all.", PAUSE, None)),
    ({"title": "Typed", "take:title": "theirs"}, ("Typed", "", PAUSE, None)),
    ({"text": "Typed", "take_all": "theirs"}, ("Theirs", "Typed", EXCHANGE, "Ankara")),
]


@pytest.mark.parametrize(("chosen", "expected"), CHOICES, ids=str)
def test_one_more_save_takes_the_sides_that_were_chosen(
    chosen: dict[str, str], expected: tuple[Any, ...], curator: Any
) -> None:
    outcome, page, form = in_conflict(curator)
    assert (form["title"], form["text"], form["kind"], form["talk"]) == ("Mine", "", PAUSE, ""), "theirs is in it"

    curator.send(page, {**form, **chosen})

    outcome = Outcome.objects.get(pk=outcome.pk)
    assert (outcome.title, outcome.text, outcome.kind, outcome.talk and outcome.talk.title) == expected


def test_a_page_that_does_not_say_what_it_was_shown_takes_mine(curator: Any) -> None:
    talk = make.make_talk("Istanbul talks")
    page = f"{TALK}/{talk.pk}/change/"
    mine = {**curator.form_of(page), "summary": "Mine"}
    they_save(talk, title="Theirs")

    for base in ("", "[", "[]", '{"": 1}', '{"": {"title": {}}}'):
        lines = Lines.of(curator.send(page, {**mine, "base": base}))
        assert lines[0][1:] in [
            ("(not known)", "Theirs", "* Istanbul talks"),
            ("(nothing)", "Theirs", "* Istanbul talks"),
        ]


def test_the_page_that_refuses_carries_the_version_that_is_there(curator: Any, editor: Any) -> None:
    talk = make.make_talk()
    page = f"{TALK}/{talk.pk}/change/"
    mine = curator.form_of(page)
    assert mine["seen_version"] == "1"
    editor.send(page, {**editor.form_of(page), "title": "Theirs"})

    assert 'name="seen_version" value="2"' in curator.send(page, mine)


def three_delegations(curator: Any) -> tuple[Talk, str, dict[str, Any], dict[str, int]]:
    """A talk with delegations, its page, the form and the number of each delegation's row in it."""
    talk = make.make_talk()
    rows = {name: make.make_delegation(talk, make.make_actor(name)) for name in ("Ukraine", "Russia", "Norway")}
    page = f"{TALK}/{talk.pk}/change/"
    form = curator.form_of(page)
    by_id = {form[f"delegations-{number}-id"]: number for number in range(3)}
    return talk, page, form, {name: by_id[str(row.pk)] for name, row in rows.items()}


def test_rows_are_compared_field_by_field_and_those_they_added_stay(curator: Any) -> None:
    talk, page, form, number = three_delegations(curator)
    mine = {**form, f"delegations-{number['Ukraine']}-styled": "Mine"}
    talk.delegations.filter(party__name="Ukraine").update(styled="Theirs")
    talk.delegations.filter(party__name="Russia").update(level="leaders")
    make.make_delegation(talk, make.make_actor("Türkiye"))
    they_save(talk)

    said = curator.send(page, mine)

    assert Lines.of(said) == [
        ("Delegation “Delegation of Russia”: Level", "Unknown", "* Leaders", "Unknown"),
        ("Delegation “Delegation of Theirs”: Styled both changed it", "(nothing)", "Theirs", "* Mine"),
        ("Delegation “Delegation of Türkiye”", "(nothing)", "added", "not here; it stays when you save"),
    ]
    curator.send(page, Fields.of(said))
    assert {(row.party.name, row.styled, row.level) for row in talk.delegations.all()} == {
        ("Ukraine", "Mine", "unknown"), ("Russia", "", "leaders"), ("Norway", "", "unknown"),
        ("Türkiye", "", "unknown"),
    }  # fmt: skip


def test_a_row_they_removed_is_left_out_or_comes_back_as_a_new_one_if_i_changed_it(curator: Any) -> None:
    talk, page, form, number = three_delegations(curator)
    mine = {**form, f"delegations-{number['Ukraine']}-styled": "Mine", "title": "Mine"}
    talk.delegations.exclude(party__name="Norway").delete()
    they_save(talk)

    said = curator.send(page, mine)

    lines = Lines.of(said)
    again = "changed: it is a new row below, remove it there to leave it out"
    assert ("Delegation “Delegation of Russia”", "there", "removed", "unchanged") in lines
    assert ("Delegation “Delegation of Ukraine”", "there", "removed", again) in lines
    curator.send(page, Fields.of(said))
    talk.refresh_from_db()
    assert talk.title == "Mine"
    assert {(row.party.name, row.styled) for row in talk.delegations.all()} == {("Ukraine", "Mine"), ("Norway", "")}


@pytest.mark.parametrize(("takes", "is_changed"), [("", True), ("", False), ("theirs", False), ("mine", True)])
def test_a_row_that_i_removed_stays_if_they_changed_it_unless_i_take_mine(
    takes: str, is_changed: bool, curator: Any
) -> None:
    talk, page, form, number = three_delegations(curator)
    row = f"delegations-{number['Ukraine']}"
    if is_changed:
        talk.delegations.filter(party__name="Ukraine").update(styled="Theirs")
    they_save(talk, title="Theirs")

    said = curator.send(page, {**form, f"{row}-DELETE": "on"})

    line = next(line for line in Lines.of(said) if line[-1].endswith("removed"))
    assert line[1:] == (("there", "* changed and kept", "removed") if is_changed else ("there", "kept", "* removed"))
    curator.send(page, {**Fields.of(said), **({f"take:{row}-DELETE": takes} if takes else {})})
    is_kept = takes == "theirs" or (is_changed and not takes)
    assert talk.delegations.filter(party__name="Ukraine").exists() == is_kept


def test_boxes_and_choices_of_several_are_taken_too(curator: Any, editor: Any) -> None:
    delegation = make.make_delegation(make.make_talk(), roles=["party", "host"], list_is_complete=True)
    page = f"{DELEGATION}/{delegation.pk}/change/"
    form = curator.form_of(page)
    editor.send(page, {**{k: v for k, v in editor.form_of(page).items() if k != "list_is_complete"}, "roles": ["host"]})

    said = curator.send(page, {**form, "roles": ["party", "mediator"]})

    lines = {line[0]: line[1:] for line in Lines.of(said)}
    assert lines["List is complete"] == ("yes", "* (nothing)", "yes")
    assert lines["Roles both changed it"][1] == "Host"
    curator.send(page, {**Fields.of(said), "take:roles": "theirs"})
    delegation.refresh_from_db()
    assert (delegation.roles, delegation.list_is_complete) == (["host"], None)


def test_the_articles_text_is_no_part_of_what_a_page_carries(curator: Any) -> None:
    source = make.make_source()
    ArticleText.objects.create(source=source, text="Others' words, at length.")

    form = curator.form_of(f"/admin/negotiations/source/{source.pk}/change/")

    assert "Others' words" not in form["base"]
    assert "Talks end" in form["base"]


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
