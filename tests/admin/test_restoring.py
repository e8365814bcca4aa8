"""A past state of a record restored into the draft: what it changes, and what stands against it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from negotiations import publication
from negotiations.ledger.stages import stages
from negotiations.models import (
    Affiliation,
    Delegation,
    Edit,
    Revision,
    Talk,
)
from tests import factories as make
from tests.admin.test_desk_submissions import submitted, user
from tests.admin.test_history import again, at, edited, suppress, told, twice_published
from tests.scenery import Scenery, public_scenery, published

pytestmark = pytest.mark.django_db


def test_a_past_state_becomes_the_draft_and_goes_through_review(curator: Any, editor: Any) -> None:
    scenery = twice_published()
    talk, page = scenery.istanbul, at(scenery.istanbul, "history/1/restore/")
    ids = {scenery.delegation.pk}

    shown = curator.page(page)
    landed = curator.send(page, {**curator.form_of(page), "confirmed": "on"})

    assert "2 changed, 1 removed" in shown
    assert "The desk holds “Istanbul talks” as it was at revision 1." in landed
    assert told(talk, 1, None) == []
    assert {delegation.pk for delegation in talk.delegations.all()} == ids, "parts have the ids they had"
    assert stages(Talk, [talk.pk]) == {talk.pk: "changed"}, "nothing became public"
    edit = Edit.objects.get(record_id=talk.pk, version=again(talk).version)
    assert (edit.author, edit.revision, edit.discarded_at) == (user("curator"), None, None)
    assert "Restored from revision 1." in LogEntry.objects.get(object_id=str(talk.pk)).change_message
    with pytest.raises(publication.Refused, match="You wrote"):
        publication.publish([again(talk)], by=user("curator"), kind="correction", note="Back.")
    publication.publish_submission(submitted(again(talk)), by=user("editor"), kind="correction", note="Back.")
    assert told(talk, 1, Revision.objects.latest("number").number) == []


def test_edits_given_up_for_what_is_public_wait_for_nobody(curator: Any) -> None:
    talk = edited(public_scenery().istanbul, "Renamed")

    publication.restore(talk, 1, by=user("curator"))

    assert stages(Talk, [talk.pk]) == {talk.pk: "published"}
    assert not Edit.objects.filter(record_id=talk.pk, revision=None, discarded_at=None).exists()
    with pytest.raises(publication.Refused, match=r"holds the talk .* as it was at revision 1 already"):
        publication.restore(again(talk), 1, by=user("curator"))


def test_a_retracted_record_is_restored_as_it_was_before(curator: Any, administrator: Any) -> None:
    talk = twice_published().istanbul
    publication.retract([talk], by=user("administrator"), note="It was another meeting.")

    publication.restore(again(talk), 1, by=user("curator"))

    assert (again(talk).title, stages(Talk, [talk.pk])) == ("Istanbul talks", {talk.pk: "retracted"})


def test_whoever_looked_at_an_older_version_looks_again(curator: Any, editor: Any) -> None:
    talk, page = (scenery := twice_published()).istanbul, at(scenery.istanbul, "history/1/restore/")
    form = {**curator.form_of(page), "confirmed": "on"}
    edited(talk, "Theirs", by="editor")

    said = curator.send(page, form)

    assert "was edited after this page was shown" in said
    assert again(talk).title == "Theirs"
    with pytest.raises(publication.Refused, match="changed since it was read"):
        publication.restore(scenery.istanbul, 1, by=user("curator"))
    assert "This field is required" in curator.send(page, curator.form_of(page)), "unless it was confirmed"


def in_review(scenery: Scenery) -> str:
    submitted(edited(scenery.istanbul, "Theirs"))
    return "is in the open submission of curator-at-work: decide on that first."


def merged(scenery: Scenery) -> str:
    published(into := make.make_actor("Kyiv"))
    publication.merge(scenery.outlet, into, by=user("administrator"), note="One and the same.", alone_because="Test")
    return "refers to the actor “The Outlet” (outlet), which was merged into the actor “Kyiv”"


def suppressed(scenery: Scenery) -> str:
    suppress(scenery)
    return "refers to something that was suppressed (actor), and what was suppressed never comes back."


def renamed_slug(scenery: Scenery) -> str:
    Talk.objects.filter(pk=scenery.istanbul.pk).update(slug="another")
    make.make_talk("Its successor", slug="istanbul")
    return "had the slug istanbul then, which the talk “Its successor” (istanbul) has now: change that first."


def still_needed(scenery: Scenery) -> str:
    delegation = Delegation.objects.create(talk=scenery.istanbul, party=make.make_actor("Türkiye"), roles=["host"])
    statement = make.make_statement("Welcomed them.")
    statement.links.create(relation="about", to_delegation=delegation)
    return "refers to the delegation “Delegation of Türkiye” of the talk “Renamed” (istanbul): take the reference out"


@pytest.mark.parametrize("why", [in_review, merged, suppressed, renamed_slug, still_needed])
def test_what_cannot_be_restored_is_refused_with_the_reason(administrator: Any, curator: Any, why: Any) -> None:
    scenery = twice_published()
    reason = why(scenery)
    revision = 1 if why in (renamed_slug, still_needed, in_review) else 2
    page, before = at(scenery.istanbul, f"history/{revision}/restore/"), again(scenery.istanbul)

    shown = re.sub(r"\s+", " ", curator.page(page))
    with pytest.raises(publication.Refused) as refused:
        publication.restore(before, revision, by=user("curator"))

    assert reason in str(refused.value)
    assert refused.value.messages == publication.hindrances(before, revision)
    assert "It cannot be restored" in shown
    assert "What would change on the desk" in shown
    assert "Restore into the draft" not in shown
    assert again(before).version == before.version


def test_an_office_that_was_removed_since_does_not_come_back_by_itself(curator: Any) -> None:
    person = make.make_actor("Rustem Umerov", kind="person")
    office = Affiliation.objects.create(actor=person, title="Minister")
    make.cite(office)
    talk = make.make_talk()
    make.make_member(delegation := make.make_delegation(talk), person, affiliation=office)
    first = make.published(talk, person)
    delegation.members.update(affiliation=None)
    published(first, kind="correction", note="In no office.")
    office.delete()

    assert "removed from the actor “Rustem Umerov”" in publication.hindrances(again(talk), 1)[0]
    assert "discard that record's edits first" in publication.hindrances(again(talk), 1)[0]

    published(again(person), kind="correction", note="He had no office.")

    assert publication.hindrances(again(talk), 1)[0].endswith("since: enter it by hand.")
