"""`/changes/` and `/revisions/{n}/`: what each revision did, in order, with nothing left out."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations import publication
from negotiations.models import Revision, Talk
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world
from tests.factories import cite, make_actor, make_delegation, make_member, make_talk, published
from tests.scenery import editor
from tests.scenery import published as publish


def retitle(talk: Talk, title: str) -> None:
    talk.title = title
    talk.save(update_fields=["title"])
    publish(talk, kind="correction", note=f"Renamed to {title}.")


def touched(found: dict[str, Any], id: UUID) -> dict[str, Any]:
    """The entry of the record `id` among those of a revision."""
    [entry] = [entry for entry in found["records"] if entry["id"] == str(id)]
    assert isinstance(entry, dict)
    return entry


def test_changes_are_every_revision_in_order(dashboard: Dashboard) -> None:
    talk = published(make_talk())
    for title in ("Two", "Three", "Four"):
        retitle(talk, title)

    found = dashboard.get("changes/")

    assert [entry["number"] for entry in found["results"]] == [1, 2, 3, 4]
    assert list(found["results"][0]) == ["number", "at", "kind", "note", "records"]
    assert {entry["change"] for entry in found["results"][0]["records"]} == {"added"}
    assert [(entry["resource"], entry["change"]) for entry in found["results"][3]["records"]] == [("talks", "changed")]
    assert [entry["number"] for entry in dashboard.get("changes/?after=2")["results"]] == [3, 4]
    assert dashboard.get("changes/?after=4")["results"] == dashboard.get("changes/?after=99")["results"] == []


def test_changes_can_be_walked_page_by_page_while_more_come(dashboard: Dashboard) -> None:
    talk = published(make_talk())
    for number in range(5):
        retitle(talk, f"Title {number}")

    page, seen = dashboard.get("changes/?page_size=2"), []
    while True:
        seen += [entry["number"] for entry in page["results"]]
        if len(seen) == 4:
            retitle(talk, "A newer one")
        if page["next"] is None:
            break
        page = dashboard.get(page["next"])

    assert seen == list(range(1, 8))


@pytest.mark.parametrize("value", ["-1", "x", "1.0", "01", "9" * 19, str(10**30), "%D9%A1", "%00", "1,2"])
def test_after_is_the_number_of_a_revision(dashboard: Dashboard, value: str) -> None:
    dashboard.refused(f"changes/?after={value}", "after")


def test_a_change_of_a_part_of_a_part_is_a_change_of_its_record(dashboard: Dashboard) -> None:
    talk = make_talk()
    member = make_member(make_delegation(talk))
    published(talk)
    cite(member, source=talk.citations.get().source)
    publish(talk, kind="new_fact", note="A source for the member.")

    [entry] = dashboard.get("changes/?after=1")["results"][0]["records"]

    assert (entry["resource"], entry["id"], entry["change"]) == ("talks", str(talk.pk), "changed")


def test_what_was_withdrawn_is_a_tombstone(dashboard: Dashboard) -> None:
    wrong, right, twin = make_talk(), make_talk(), make_talk()
    protected = make_actor("Protected", kind="person")
    published(wrong, right, twin, protected)
    id = protected.pk
    publication.retract([wrong], by=editor(), note="Never held.", successor=right)
    publication.merge(twin, right, by=editor(), note="One talk.")
    publication.suppress(protected, by=editor(), note="Withheld.")

    retracted, merged, suppressed = dashboard.get("changes/?after=1")["results"]

    entry = touched(retracted, wrong.pk)
    assert (entry["change"], entry["withdrawal"]["act"]) == ("withdrawn", "retraction")
    assert entry["withdrawal"]["reason"] == "Never held."
    assert dashboard.get(entry["withdrawal"]["successor"]["url"])["id"] == str(right.pk)
    assert dashboard.get(entry["url"])["id"] == str(wrong.pk)
    assert touched(merged, twin.pk)["withdrawal"]["act"] == "merge"
    assert touched(merged, twin.pk)["withdrawal"]["successor"]["id"] == str(right.pk)
    tombstone = {"act": "suppression", "reason": "Withheld.", "successor": None}
    assert (touched(suppressed, id)["url"], touched(suppressed, id)["withdrawal"]) == (None, tombstone)


def test_what_is_suppressed_after_its_retraction_is_told_again(dashboard: Dashboard) -> None:
    protected = published(make_actor("Protected", kind="person"))
    id = protected.pk
    publication.retract([protected], by=editor(), note="Not to be named.")
    publication.suppress(protected, by=editor(), note="Withheld.")

    [entry] = dashboard.get("changes/?after=2")["results"][0]["records"]

    assert (entry["id"], entry["change"], entry["withdrawal"]["act"]) == (str(id), "withdrawn", "suppression")
    shown = touched(dashboard.get("revisions/3/"), id)
    assert (shown["slug"], shown["label"], shown["url"], shown["differences"]) == (None, None, None, [])


def test_every_address_of_a_change_answers(dashboard: Dashboard) -> None:
    world = publish_a_world()
    talk = world["talk"]
    assert isinstance(talk, Talk)
    retitle(talk, "Renamed")

    for revision in dashboard.get("changes/")["results"]:
        for entry in revision["records"]:
            assert f"as_of={revision['number']}" in entry["url"]
            assert dashboard.get(entry["url"])["id"] == entry["id"]


def test_a_revision_says_field_by_field_what_it_changed(dashboard: Dashboard) -> None:
    talk = make_talk("Istanbul talks", slug="istanbul")
    delegation, leaving = make_delegation(talk), make_delegation(talk)
    published(talk)
    talk.title, talk.slug = "Talks at Istanbul", "at-istanbul"
    talk.save(update_fields=["title", "slug"])
    delegation.level = "ministers"
    delegation.save(update_fields=["level"])
    left = leaving.pk
    leaving.delete()
    coming = make_delegation(talk, leaving.party)
    publish(talk, kind="correction", note="Put right.")

    found = dashboard.get("revisions/2/")

    assert (found["number"], found["note"], found["count"], found["next"]) == (2, "Put right.", 1, None)
    [entry] = found["records"]
    assert (entry["slug"], entry["label"], entry["change"]) == ("at-istanbul", "Talks at Istanbul", "changed")
    said = {difference["path"]: difference for difference in entry["differences"]}
    assert set(said) == {
        "slug", "label", "title", f"delegations[{delegation.pk}].level", f"delegations[{left}]",
        f"delegations[{coming.pk}]",
    }  # fmt: skip
    assert (said["title"]["before"], said["title"]["after"]) == ("Istanbul talks", "Talks at Istanbul")
    assert said[f"delegations[{delegation.pk}].level"]["after"] == "ministers"
    assert said[f"delegations[{left}]"]["before"]["id"] == str(left)
    assert said[f"delegations[{left}]"]["after"] is None
    assert said[f"delegations[{coming.pk}]"]["before"] is None


def test_what_another_record_is_called_is_no_change_of_this_one(dashboard: Dashboard) -> None:
    talk = make_talk()
    party = make_delegation(talk, make_actor("Ukraine")).party
    published(talk)
    party.name = "Україна"
    party.save(update_fields=["name"])
    talk.purpose = "To talk."
    talk.save(update_fields=["purpose"])
    publish(talk, party, kind="editorial", note="Names.")

    found = dashboard.get("revisions/2/")

    assert [difference["path"] for difference in touched(found, talk.pk)["differences"]] == ["purpose"]
    assert [difference["path"] for difference in touched(found, party.pk)["differences"]] == ["label", "name"]


def test_a_large_revision_comes_on_pages(dashboard: Dashboard) -> None:
    publish_a_world()
    whole = dashboard.get("revisions/1/?page_size=200")

    page, seen = dashboard.get("revisions/1/?page_size=7"), []
    while True:
        seen += page["records"]
        assert page["count"] == whole["count"]
        if page["next"] is None:
            break
        page = dashboard.get(page["next"])

    assert seen == whole["records"]
    assert len({entry["id"] for entry in seen}) == whole["count"] > 14


@pytest.mark.parametrize("query", ["cursor=x", "cursor=talks.x", "cursor=wrong.00000000-0000-0000-0000-000000000000",
                                   "page_size=0", "page_size=201", "ordering=number"])  # fmt: skip
def test_what_a_revision_cannot_read_is_refused(dashboard: Dashboard, query: str) -> None:
    published(make_talk())

    dashboard.refused(f"revisions/1/?{query}", query.partition("=")[0])


def test_the_newest_revision_is_asked_cheaply(dashboard: Dashboard) -> None:
    dashboard.get("revisions/head/", expect=404)
    talk = published(make_talk())
    retitle(talk, "Renamed")

    with CaptureQueriesContext(connection) as made:
        newest = dashboard.get("revisions/head/")

    assert len([query for query in made if query["sql"].lstrip().startswith("SELECT")]) <= 3
    assert list(newest) == ["meta", "number", "at", "kind", "note", "hash"]
    assert (newest["number"], dashboard.get("revisions/head/?as_of=1")["number"]) == (2, 1)


def test_what_revisions_say_never_changes(dashboard: Dashboard) -> None:
    talk, other = make_talk(), make_talk()
    published(talk, other)
    retitle(talk, "Two")
    asked = ["revisions/1/", "revisions/2/", "changes/?after=1", "revisions/head/", f"talks/{talk.pk}/versions/"]
    asked = [f"{path}{'&' if '?' in path else '?'}as_of=2" for path in asked]
    plain = dashboard.get("revisions/2/")
    before = [dashboard.ask(path).content for path in asked]

    retitle(talk, "Three")
    publication.retract([other], by=editor(), note="Never held.")

    assert [dashboard.ask(path).content for path in asked] == before
    assert {**dashboard.get("revisions/2/"), "meta": plain["meta"]} == plain


def test_changes_cost_the_same_however_many(dashboard: Dashboard) -> None:
    publish_a_world()

    def queries_of(path: str) -> int:
        with CaptureQueriesContext(connection) as made:
            dashboard.get(path)
        return len(made)

    few = queries_of("changes/"), queries_of("revisions/1/")
    for _ in range(3):
        publish_a_world()

    assert (queries_of("changes/"), queries_of("revisions/4/")) == few
    assert queries_of("changes/?as_of=4") == few[0] + 1
    assert few[0] <= 10


def test_nobody_is_named(dashboard: Dashboard) -> None:
    published(make_talk())
    name = Revision.objects.get(pk=1).by.username  # type: ignore[union-attr]  # the desk knows

    for path in ("changes/", "revisions/1/", "revisions/head/"):
        assert name not in json.dumps(dashboard.get(path))
