"""The desk's first page counts what waits for whoever looks, and each work list can be worked through."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.utils import timezone

from negotiations import publication
from negotiations.admin.worklists import SHOWN
from negotiations.analytics import worklists
from negotiations.models import (
    Assertion,
    Citation,
    Edit,
    Identifier,
    OutcomeParty,
    Submission,
)
from tests import factories as make
from tests.scenery import editor as another_editor
from tests.scenery import public_scenery

pytestmark = pytest.mark.django_db
WITH_SUBMISSIONS = (*worklists.RECORDS, Submission)


def user(browser: Any) -> User:
    return User.objects.get(pk=browser.session["_auth_user_id"])


def written(record: Any, by: User) -> Any:
    publication.record_versions([record], by=by)
    return record


def waiting(name: str, by: User | None = None, **asked: Any) -> list[str]:
    """The labels in a list, the longest waiting first."""
    rows, every = worklists.page(name, by=by or another_editor(), kinds=WITH_SUBMISSIONS, **asked)
    assert every == len(rows)
    return [row.label for row in rows]


def value(of: Any, field: str, **wanted: Any) -> Assertion:
    kind = type(of).__name__.lower()
    return Assertion.objects.create(**{kind: of, "field": field, **wanted})


@pytest.mark.parametrize("name", list(worklists.LISTS))
def test_a_list_costs_one_statement_to_count_and_one_to_show(name: str, django_assert_num_queries: Any) -> None:
    by = another_editor()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE tracker_desk")  # as whom the desk asks

    with django_assert_num_queries(1):
        number = worklists.count(name, by=by, kinds=WITH_SUBMISSIONS)
    with django_assert_num_queries(1):
        rows, every = worklists.page(name, by=by, kinds=WITH_SUBMISSIONS)

    assert (number, every, rows) == (0, 0, [])
    assert worklists.page(name, by=by, kinds=()) == ([], 0)


def test_every_list_has_its_words() -> None:
    assert list(SHOWN) == list(worklists.LISTS)


def test_my_drafts_are_what_i_wrote_and_is_neither_public_nor_in_review(curator: Any, editor: Any) -> None:
    me, other = user(curator), user(editor)
    mine = written(make.make_issue("Mine"), me)
    written(make.make_issue("Another's"), other)
    sent = written(make.make_issue("Sent"), me)
    public = written(make.make_issue("Public"), me)
    publication.submit([sent], by=me, note="Look.")
    publication.publish([public], by=other, kind="new", note="New.")

    assert waiting("drafts", me) == ["Mine"]
    publication.count_version(public, by=me)
    assert waiting("drafts", me) == ["Mine", "Public"], "a change to what is public is a draft too"
    publication.delete_draft(mine, by=me)
    assert waiting("drafts", me) == ["Public"]


def test_a_submission_waits_for_those_whom_four_eyes_let_decide(curator: Any, editor: Any) -> None:
    sender, reviewer, author = user(curator), user(editor), another_editor()
    issue = written(make.make_issue(), author)
    submission = publication.submit([issue], by=sender, note="Please look.")

    assert waiting("waiting", reviewer) == ["Please look."]
    assert waiting("waiting", sender) == []
    assert waiting("waiting", author) == [], "they wrote in it"
    publication.send_back(submission, by=reviewer, note="Not yet.")
    assert waiting("waiting", reviewer) == []


def test_what_was_sent_back_waits_until_it_is_sent_again(curator: Any, editor: Any) -> None:
    me, reviewer = user(curator), user(editor)
    issue = written(make.make_issue(), me)
    publication.send_back(publication.submit([issue], by=me, note="First."), by=reviewer, note="Define it.")

    (row,), _ = worklists.page("sent-back", by=me, kinds=WITH_SUBMISSIONS)
    assert (row.label, row.number, row.said) == ("First.", 1, "Define it.")
    assert waiting("sent-back", reviewer) == []
    again = publication.submit([issue], by=me, note="Again.")
    assert waiting("sent-back", me) == []
    publication.withdraw(again, by=me)
    assert waiting("sent-back", me) == ["First."]


def test_a_quote_that_was_not_found_is_listed_with_its_record(curator: Any) -> None:
    talk = make.make_talk("Istanbul talks")
    delegation = make.make_delegation(talk)
    member = make.make_member(delegation)
    assertion = value(talk, "duration", amount="[90,90]", unit="minutes")
    for part in (delegation, member, assertion):
        make.cite(part, excerpt_check="not_found", excerpt="a reworded quote")
    make.cite(make.make_talk("Found"), excerpt_check="found")

    (row,), every = worklists.page("quotes", by=user(curator), kinds=worklists.RECORDS)

    assert (row.label, row.number, every) == ("Istanbul talks", 3, 1)
    page = curator.page("/admin/work/quotes/")
    assert "“a reworded quote” and 2 others" in page
    assert f"/admin/negotiations/talk/{talk.pk}/change/" in page
    Citation.objects.update(excerpt_check="found")
    assert waiting("quotes") == []


def test_a_position_waits_until_a_statement_supports_it() -> None:
    position = make.make_position("Unconditional ceasefire")

    assert waiting("without-basis") == ["Ukraine: Unconditional ceasefire"]
    citation = make.cite(position, testimony=make.make_statement(), supports="contradicts")
    assert waiting("without-basis") == ["Ukraine: Unconditional ceasefire"]
    Citation.objects.filter(pk=citation.pk).update(supports="supports")
    assert waiting("without-basis") == []


IN_DISPUTE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("duration", {"amount": "(,90]", "unit": "minutes"}, {"amount": "(90,)", "unit": "minutes"}),
    ("start", {"date_edtf": "2025-05-16"}, {"date_edtf": "2025-05-17"}),
    ("start_time", {"time": "13:30", "zone": "Europe/Istanbul"}, {"time": "14:00", "zone": "Europe/Istanbul"}),
    ("duration", {"amount": "[5,5]", "unit": "minutes"}, {"state": "none", "unit": "minutes"}),
]
COMPATIBLE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("duration", {"amount": "(,120)", "unit": "minutes"}, {"amount": "(90,)", "unit": "minutes"}),
    ("duration", {"amount": "[1,1]", "unit": "days"}, {"amount": "[90,90]", "unit": "minutes"}),
    ("duration", {"amount": "[9,9]", "unit": "minutes", "approximate": True}, {"amount": "[10,10]", "unit": "minutes"}),
    ("start", {"date_edtf": "2025-05"}, {"date_edtf": "2025-05-17"}),
    ("start_time", {"time": "13:30", "zone": "Europe/Istanbul"}, {"time": "12:30", "zone": "Europe/Berlin"}),
    ("status", {"word": "held"}, {"word": "a meeting"}),
    ("duration", {"amount": "[5,5]", "unit": "minutes", "held_on_edtf": "2025-05-16"},
     {"amount": "[6,6]", "unit": "minutes", "held_on_edtf": "2025-05-17"}),
    ("duration", {"amount": "[5,5]", "unit": "minutes", "rank": "deprecated", "rank_reason": "A slip."},
     {"amount": "[6,6]", "unit": "minutes"}),
    ("duration", {"amount": "[5,5]", "unit": "minutes", "rank": "preferred"}, {"amount": "[6,6]", "unit": "minutes"}),
]  # fmt: skip


@pytest.mark.parametrize(("field", "one", "other"), IN_DISPUTE)
def test_values_that_cannot_all_be_true_are_a_dispute(field: str, one: Any, other: Any) -> None:
    talk = make.make_talk("Istanbul talks")
    value(talk, field, **one)
    assert waiting("disputes") == []

    value(talk, field, **other)

    (row,), _ = worklists.page("disputes", by=another_editor(), kinds=worklists.RECORDS)
    assert (row.label, row.number, row.said) == ("Istanbul talks", 1, field)


@pytest.mark.parametrize(("field", "one", "other"), COMPATIBLE)
def test_values_that_may_all_be_true_are_none(field: str, one: Any, other: Any) -> None:
    talk = make.make_talk()
    value(talk, field, **one)
    value(talk, field, **other)

    assert waiting("disputes") == []


def test_words_heads_and_places_are_in_dispute_where_only_one_can_be() -> None:
    process, talk = make.make_process("Direct talks"), make.make_talk("Istanbul talks")
    delegation = make.make_delegation(talk)
    value(process, "stage", word="active")
    value(process, "stage", word="unknown")
    value(talk, "venue", value_place=make.make_place("Istanbul"))
    value(talk, "venue", value_place=make.make_place("Dolmabahçe Palace", kind="venue"))
    value(delegation, "head", value_actor=make.make_actor("Rustem Umerov", kind="person"))
    assert waiting("disputes") == []

    value(process, "stage", word="stalled")
    value(talk, "venue", value_place=make.make_place("Ankara"))
    value(delegation, "head", value_actor=make.make_actor("Andriy Yermak", kind="person"))

    rows, _ = worklists.page("disputes", by=another_editor(), kinds=worklists.RECORDS)
    assert {(row.label, row.said) for row in rows} == {("Direct talks", "stage"), ("Istanbul talks", "head venue")}


def test_an_outcome_that_one_side_confirms_and_another_denies_is_in_dispute(curator: Any) -> None:
    outcome = make.make_outcome("A second meeting")
    ukraine, russia = make.make_actor("Ukraine"), make.make_actor("Russia")
    OutcomeParty.objects.create(outcome=outcome, actor=ukraine, role="party", stance="confirms_in_part")
    denial = OutcomeParty.objects.create(outcome=outcome, actor=russia, role="party", stance="takes_note")
    assert waiting("disputes") == []

    OutcomeParty.objects.filter(pk=denial.pk).update(stance="denies")

    assert waiting("disputes") == ["A second meeting"]
    assert "Confirmed by one side and denied by another" in curator.page("/admin/work/disputes/")


def test_a_process_is_reviewed_when_a_revision_publishes_something_of_it() -> None:
    scenery = public_scenery()
    make.make_process("A draft, which nobody published")
    later = timezone.now() + datetime.timedelta(days=31)

    assert waiting("not-reviewed") == []
    assert waiting("not-reviewed", now=later) == [scenery.process.title]
    soon = timezone.now() + datetime.timedelta(days=29)
    assert waiting("not-reviewed", now=soon) == []


def test_records_that_others_number_wait_for_an_identifier() -> None:
    ukraine = make.make_actor("Ukraine")
    make.make_place("Istanbul")
    process = make.make_process("Direct talks")
    make.make_outcome("An exchange", process=process)
    make.make_outcome("An agreement", process=process, kind="agreement_signed")
    outlet = {"The Outlet"}  # of the citations
    assert set(waiting("without-identifier")) - outlet == {"Ukraine", "Istanbul", "Direct talks", "An agreement"}

    Identifier.objects.create(actor=ukraine, scheme="wikidata", value="Q212")

    assert "Ukraine" not in waiting("without-identifier")


def test_what_was_retracted_waits_for_nothing() -> None:
    ukraine = make.make_actor("Ukraine")
    make.published(ukraine)
    assert waiting("without-identifier") == ["Ukraine"]

    publication.retract([ukraine], by=user_without_work(), note="It was another.")

    assert waiting("without-identifier") == []
    ukraine.refresh_from_db()
    make.published(ukraine)
    assert waiting("without-identifier") == ["Ukraine"], "public again"


def user_without_work() -> User:
    return User.objects.create_user("retracts")


def test_the_longest_waiting_stand_first_and_pages_lose_nothing(curator: Any) -> None:
    me = user(curator)
    for number in range(5):
        record = written(make.make_issue(f"Issue {number}"), me)
        Edit.objects.filter(record_id=record.pk).update(at=timezone.now() - datetime.timedelta(days=number))

    pages = [worklists.page("drafts", by=me, kinds=WITH_SUBMISSIONS, first=first, most=2) for first in range(0, 6, 2)]

    assert [row.label for rows, _ in pages for row in rows] == [f"Issue {number}" for number in (4, 3, 2, 1, 0)]
    assert {every for _, every in pages} == {5}
    assert worklists.page("drafts", by=me, kinds=WITH_SUBMISSIONS, first=10, most=2) == ([], 5)


def test_a_list_is_narrowed_by_type_and_by_words_in_any_script(curator: Any) -> None:
    make.make_actor("Володимир Зеленський", kind="person")
    make.make_place("Istanbul")

    by_words = curator.page("/admin/work/without-identifier/", q="Zelenskyi")
    by_type = curator.page("/admin/work/without-identifier/", kind="place")

    assert ("Зеленський" in by_words, "Istanbul" in by_words) == (True, False)
    assert ("Зеленський" in by_type, "Istanbul" in by_type) == (False, True)
    assert "Nothing in this list is of that type" in curator.page("/admin/work/without-identifier/", q="nowhere")
    for nonsense in ({"p": "x"}, {"p": "0"}, {"p": "999999999"}, {"kind": "x"}, {"q": "\0%'"}):
        curator.page("/admin/work/without-identifier/", **nonsense)
    assert "There is no page 7." in curator.page("/admin/work/without-identifier/", p="7")


def test_the_first_page_counts_each_list_and_links_to_it(curator: Any) -> None:
    written(make.make_issue("Mine"), user(curator))

    page = curator.page("/admin/")

    assert '<a href="/admin/work/drafts/">My drafts</a>' in page
    assert "What you wrote and is neither public nor sent for review" in page
    assert "Nothing of yours was sent back" in page
    assert '<td class="desk-number">1</td>' in page
    assert "Waiting for me" not in page, "a curator decides on nothing"
    assert "Mine" in curator.page("/admin/work/drafts/")
    assert "Nothing of yours was sent back" in curator.page("/admin/work/sent-back/")


def test_lists_are_for_those_who_have_the_right(stranger: Any, curator: Any, editor: Any) -> None:
    curator.page("/admin/work/waiting/", expect=403)
    editor.page("/admin/work/waiting/")
    editor.page("/admin/work/nonsense/", expect=404)
    assert stranger.get("/admin/work/drafts/").status_code == 302
    stranger.force_login(User.objects.create_user("new", is_staff=True))
    stranger.page("/admin/work/quotes/", expect=403)
    assert "desk-work" not in stranger.page("/admin/")


def test_a_reader_sees_the_lists_of_the_kinds_that_they_may_see(stranger: Any, groups: None) -> None:
    from django.contrib.auth.models import Permission

    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_place"))
    stranger.force_login(reader)
    make.make_place("Istanbul")
    make.make_actor("Ukraine")

    page = stranger.page("/admin/work/without-identifier/")

    assert ("Istanbul" in page, "Ukraine" in page) == (True, False)
    stranger.page("/admin/work/drafts/", expect=403)
    stranger.page("/admin/work/without-basis/", expect=403)
    assert "My drafts" not in stranger.page("/admin/")
    assert not Group.objects.filter(user=reader).exists()
