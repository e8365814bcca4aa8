"""The history of a record: who, when and why; any two states compared; who may look, and what nobody sees."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations import publication
from negotiations.admin.entries import entries_of
from negotiations.analytics.proposed import between
from negotiations.ledger.history import kept
from negotiations.models import (
    Actor,
    ArticleText,
    Citation,
    Delegation,
    Revision,
    Source,
    Talk,
)
from negotiations.models.records import Record
from tests import factories as make
from tests.admin.conftest import Browser, signed_in
from tests.admin.test_desk_submissions import renamed, submitted, user
from tests.scenery import Scenery, public_scenery, published
from tests.scenery import editor as another_editor

pytestmark = pytest.mark.django_db
DESK = "/admin/negotiations"


def at(record: Record, ending: str) -> str:
    return f"{DESK}/{record._meta.model_name}/{record.pk}/{ending}"


def reader() -> Browser:
    """Administrators read the desk and change nothing on it."""
    return signed_in("reader-at-work", group="Administrators")


def again(record: Any) -> Any:
    return type(record)._default_manager.get(pk=record.pk)


def edited(talk: Talk, title: str, *, by: str = "curator") -> Talk:
    Talk.objects.filter(pk=talk.pk).update(title=title)
    publication.count_version(again(talk), by=user(by))
    found: Talk = again(talk)
    return found


def twice_published() -> Scenery:
    """Revision 2 renames the talk, gives the delegation another role and quotes other words; a part came, one went."""
    scenery = public_scenery()
    Talk.objects.filter(pk=scenery.istanbul.pk).update(title="Renamed")
    Delegation.objects.filter(pk=scenery.delegation.pk).update(roles=["party", "host"])
    Citation.objects.filter(talk=scenery.istanbul).update(excerpt="they parted")
    make.cite(Delegation.objects.create(talk=scenery.istanbul, party=scenery.outlet, roles=["observer"]),
              source=scenery.source)  # fmt: skip
    scenery.delegation.citations.get().delete()
    published(again(scenery.istanbul), kind="correction", note="Another title.")
    return scenery


def told(record: Record, before: int | None, after: int | None) -> list[tuple[Any, ...]]:
    return [
        (
            row.kind,
            row.change,
            [(field.name, field.before, field.after) for field in row.fields] if row.change == "changed" else [],
            [(cited.citation.excerpt, cited.change) for cited in row.citations],
        )
        for row in between(record, before, after)
    ]


def test_who_did_what_when_and_why_is_told_the_newest_first(curator: Any, editor: Any) -> None:
    talk = renamed(curator, public_scenery().istanbul)
    LogEntry.objects.log_actions(user("editor").pk, [talk], 2, change_message="An act.", single_object=True)
    publication.send_back(submitted(talk), by=user("editor"), note="¶4 does not say so.")
    talk = edited(talk, "Renamed again")
    submission = publication.submit([talk], by=user("curator"), note="Now it does.")
    publication.publish_submission(submission, by=user("editor"), kind="correction", note="The title was wrong.")
    publication.discard(edited(talk, "Lost"), by=user("curator"))
    page = reader().page(at(talk, "history/"))

    found = [(entry.name, entry.who, entry.what, entry.why, entry.more) for entry in entries_of(again(talk))]

    assert [entry[:2] for entry in found] == [
        ("Version 5", "curator-at-work"),
        ("Version 4", "curator-at-work"),
        ("Revision 2", "editor-at-work"),
        ("Submission", "curator-at-work"),
        ("Version 3", "curator-at-work"),
        ("Submission", "editor-at-work"),
        ("Submission", "curator-at-work"),
        ("Version 2", "curator-at-work"),
        ("Revision 1", "editor"),
    ]
    by_place = dict(enumerate(found))
    assert by_place[2][2:] == (
        "Correction: changed",
        "The title was wrong.",
        ["Publishes versions 2 to 3 by curator-at-work."],
    )
    assert by_place[1][2].startswith("written; discarded")
    assert by_place[4][2:] == ("written; published in revision 2", "", [])
    assert by_place[7][4] == ["Changed Title."]
    assert by_place[5][2:4] == ("sent back", "¶4 does not say so.")
    assert by_place[6][2:4] == ("version 2 sent for review", "Please look.")
    for words in ("¶4 does not say so.", "Now it does.", "The title was wrong.", "Changed Title."):
        assert words in page
    assert "An act." not in page, "a version has the log's words of its author"
    assert re.findall(r"Compare Revision (\d+) with the desk", page) == ["2", "1"]


def test_withdrawals_are_told_with_their_act_and_have_no_state(curator: Any, administrator: Any) -> None:
    talk = public_scenery().istanbul
    publication.retract([talk], by=user("administrator"), note="It was another meeting.")

    (retraction, first) = (entry for entry in entries_of(again(talk)) if entry.name.startswith("Revision"))

    assert (retraction.what, retraction.why) == ("Retraction: withdrawn", "It was another meeting.")
    assert (retraction.revision, first.revision) == (None, 1)
    curator.page(at(talk, "history/compare/"), expect=404, before="2", after="desk")
    assert "Nothing differs" in curator.page(at(talk, "history/compare/"), before="1", after="desk")


def test_any_two_states_are_compared_with_parts_and_citations(curator: Any) -> None:
    talk = twice_published().istanbul
    changed = [
        ("talk", "changed", [("title", "Istanbul talks", "Renamed")], [("they parted", "changed")]),
        ("delegation", "added", [], [("they met", "added")]),
        ("delegation", "changed", [("roles", "Party (its consent is sought)", "Party (its consent is sought), Host")],
         [("they met", "removed")]),
    ]  # fmt: skip

    assert told(talk, 1, 2) == told(talk, 1, None) == changed
    assert [row[1] for row in told(talk, 2, 1)] == ["changed", "removed", "changed"]
    assert told(talk, 2, None) == told(talk, 1, 1) == []
    page = reader().page(at(talk, "history/compare/"), before="1", after="2")
    assert "<del>Istanbul talks</del>" in page
    assert "<ins>Renamed</ins>" in page
    assert "<del>they met</del> → <ins>they parted</ins>" in page
    assert "2 changed, 1 added" in page


@pytest.mark.parametrize(("before", "after"), [("1", "9"), ("1", ""), ("x", "desk"), ("-1", "desk"), ("1", "²")])
def test_a_state_that_is_none_of_the_records_is_not_found(curator: Any, before: str, after: str) -> None:
    talk = public_scenery().istanbul

    curator.page(at(talk, "history/compare/"), expect=404, before=before, after=after)
    curator.page(at(talk, "history/9/restore/"), expect=404)


def suppress(scenery: Scenery) -> None:
    """The actor of the second delegation, which the talk has let go of, vanishes."""
    Delegation.objects.filter(party=scenery.outlet).delete()
    published(again(scenery.istanbul), kind="correction", note="It was not there.")
    Source.objects.filter(publisher=scenery.outlet).update(publisher=scenery.ukraine)
    published(again(scenery.source), kind="correction", note="Another outlet.")
    publication.suppress(scenery.outlet, by=user("administrator"), note="For safety.", alone_because="Test")


def test_what_was_suppressed_appears_nowhere(administrator: Any, curator: Any) -> None:
    scenery = twice_published()
    Actor.objects.filter(pk=scenery.outlet.pk).update(name="Protected Person")
    published(again(scenery.outlet), kind="correction", note="Named.")
    talk, id = scenery.istanbul, scenery.outlet.pk
    suppress(scenery)

    pages = [
        curator.page(at(talk, "history/")),
        curator.page(at(talk, "history/compare/"), before="1", after="2"),
        curator.page(at(talk, "history/compare/"), before="2", after="desk"),
        curator.page(at(talk, "history/2/restore/")),
        curator.page(at(scenery.source, "history/compare/"), before="1", after="desk"),
        curator.page(at(talk, "used/")),
    ]

    assert "something that is gone" in pages[2]
    assert not any("Protected Person" in page or "The Outlet" in page for page in pages)
    for ending in ("history/", "history/compare/?before=1&after=1", "history/1/restore/", "used/"):
        curator.page(f"{DESK}/actor/{id}/{ending}", expect=404)
    assert kept(Actor, id).ranges == (), "and its id is never used again"


def test_article_text_is_on_none_of_the_pages(curator: Any) -> None:
    source = (scenery := public_scenery()).source
    ArticleText.objects.create(source=source, text="Word for word, and not ours.")
    Source.objects.filter(pk=source.pk).update(title="A title")
    published(again(source), kind="correction", note="The title.")

    for record in (source, scenery.istanbul):
        for ending in ("history/", "history/compare/?before=1&after=desk", "history/1/restore/", "used/"):
            assert "Word for word" not in curator.page(at(record, ending))
    publication.restore(again(source), 1, by=user("curator"))

    assert again(source).article_text.text == "Word for word, and not ours.", "and it stays where it is"


def test_pages_cost_the_same_however_much_happened(curator: Any) -> None:
    def queries(talk: Talk, ending: str) -> int:
        with CaptureQueriesContext(connection) as made:
            curator.page(at(talk, ending))
        return len(made)

    few, many = twice_published().istanbul, make.make_talk("Much happened")
    for party in (make.make_actor(f"Party {number}") for number in range(6)):
        make.cite(make.make_delegation(many, party))
    make.published(many)
    first = Revision.objects.latest("number").number
    for number in range(5):
        Talk.objects.filter(pk=many.pk).update(title=f"Title {number}")
        many.delegations.first().citations.update(locator=f"¶{number}")  # type: ignore[union-attr]
        many = again(many)
        publication.send_back(
            publication.submit([many], by=another_editor(), note="Look."), by=user("curator"), note="No."
        )
        publication.count_version(many, by=user("curator"))
        published(again(many), kind="correction", note=f"Title {number}.")
    for talk in (few, many):  # some parts are on one side only
        for delegation in talk.delegations.all()[1:]:
            delegation.delete()
    queries(few, "history/")

    assert queries(many, "history/") == queries(few, "history/")
    few_states, many_states = "history/compare/?before=1&after=desk", f"history/compare/?before={first}&after=desk"
    assert queries(many, many_states) == queries(few, few_states)


def test_readers_look_and_only_those_who_may_edit_restore(curator: Any, stranger: Any) -> None:
    talk = twice_published().istanbul
    looking = reader()
    nobody = signed_in("nobody-at-work", group="Curators")
    User.objects.get(username="nobody-at-work").groups.clear()

    assert "Restore…" in curator.page(at(talk, "history/"))
    assert "Restore…" not in looking.page(at(talk, "history/"))
    assert "Restore" not in looking.page(at(talk, "history/compare/"), before="1", after="2")
    looking.page(at(talk, "history/1/restore/"), expect=403)
    looking.send(at(talk, "history/1/restore/"), {"seen_version": "1", "confirmed": "on"}, expect=403)
    for ending in ("history/", "history/compare/?before=1&after=2", "history/1/restore/", "used/"):
        nobody.page(at(talk, ending), expect=403)
        stranger.page(at(talk, ending), expect=302)
        curator.page(f"{DESK}/talk/{make.make_issue().pk}/{ending}", expect=404)
    assert again(talk).title == "Renamed"
