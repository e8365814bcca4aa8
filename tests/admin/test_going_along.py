"""What goes along with what is sent for review, and what is said before it is sent."""

from __future__ import annotations

from typing import Any

from negotiations import publication
from negotiations.admin.going_along import as_shown
from negotiations.models import Citation, Submission
from tests import factories as make
from tests.admin.conftest import Fields
from tests.admin.test_desk_submissions import TALK, renamed, submitted, user
from tests.scenery import public_scenery


def test_drafts_that_are_needed_go_along_if_wanted(curator: Any) -> None:
    talk = make.make_talk()
    asked = {"seen": f"{talk.pk}:1", "note": "Please look."}

    assert "Drafts that these refer to" in curator.page(f"{TALK}/submit/?record={talk.pk}")
    drafts = " ".join(map(as_shown, publication.drafts_needed_by([talk])))
    curator.send(f"{TALK}/submit/", {**asked, "with_drafts": drafts})

    assert Submission.objects.get().pins.count() == 4, "the talk, its process, a source and its publisher"


def test_what_else_the_sender_has_entered_is_ticked_where_it_belongs_to_what_is_sent(curator: Any, editor: Any) -> None:
    scenery = public_scenery()
    talk = renamed(curator, scenery.istanbul)
    said = make.make_statement(occasion=talk)
    held = make.make_position("Ceasefire", process=scenery.process, party=scenery.ukraine)
    make.cite(held, testimony=said, excerpt="")
    corridors, others = make.make_issue("Corridors"), make.make_issue("Prisoners")
    publication.record_versions([said, held, held.issue, corridors], by=user("curator"))
    publication.record_versions([others], by=user("editor"))
    page = f"{TALK}/submit/?record={talk.pk}"

    shown, form = curator.page(page), curator.form_of(page)
    assert "What else you have entered and not sent" in shown
    assert ("Corridors" in shown, "Prisoners" in shown) == (True, False)
    assert set(form["along"]) == {as_shown(said), as_shown(held), as_shown(held.issue)}

    assert "What else you have entered" not in editor.page(f"{TALK}/publish/?record={talk.pk}")


def test_what_was_ticked_is_sent_and_nothing_that_was_entered_meanwhile(curator: Any) -> None:
    talk = renamed(curator, public_scenery().istanbul)
    first, second, third = (make.make_issue(name) for name in ("Corridors", "Monitoring", "Prisoners"))
    publication.record_versions([first, second], by=user("curator"))
    asked = {"seen": f"{talk.pk}:2", "note": "The whole sitting.", "along": [as_shown(first)]}
    publication.record_versions([third], by=user("curator"))

    curator.send(f"{TALK}/submit/", asked)

    assert {pin.record_id for pin in Submission.objects.get().pins.all()} == {talk.pk, first.pk}


def test_what_goes_along_is_sent_as_it_was_shown_or_refused(curator: Any) -> None:
    talk = renamed(curator, public_scenery().istanbul)
    issue = make.make_issue("Corridors")
    publication.record_versions([issue], by=user("curator"))
    asked = {"seen": f"{talk.pk}:2", "note": "The whole sitting.", "along": [as_shown(issue)]}
    publication.count_version(issue, by=user("curator"))

    refused = curator.send(f"{TALK}/submit/", asked)

    assert "“Corridors” was edited after this page was shown" in refused
    assert Fields.of(refused)["along"] == [f"issue:{issue.pk}:2"]
    assert "Choose the records again" in curator.send(f"{TALK}/submit/", {**asked, "along": ["user:x:1"]})
    assert not Submission.objects.exists()


def test_what_could_not_be_published_is_said_to_whoever_sends_it(curator: Any) -> None:
    scenery = public_scenery()
    position = make.make_position("Root causes", party=scenery.ukraine, ascription="self_stated")
    bare = make.make_position("Ceasefire", party=scenery.ukraine)
    Citation.objects.filter(position=bare).delete()
    page = f"/admin/negotiations/position/submit/?record={position.pk}&record={bare.pk}"
    drafts = " ".join(map(as_shown, publication.drafts_needed_by([position, bare])))
    form = {**curator.form_of(page), "note": "Please look.", "with_drafts": drafts}

    shown = curator.page(page)
    assert "is marked “Self-stated”, and no citation is in the voice of Ukraine: cite the party" in shown
    assert f"({bare.slug}) has no citation of a source that is not rejected; add one." in shown
    refused = curator.send("/admin/negotiations/position/submit/", form)
    assert "Look at what stands in the way" in refused
    assert not Submission.objects.exists()
    told = Fields.of(refused.replace('name="anyway"', 'checked name="anyway"'))["anyway"]
    one_of_two = {**form, "anyway": told.splitlines()[0]}
    assert "Look at what stands in the way" in curator.send("/admin/negotiations/position/submit/", one_of_two)
    curator.send("/admin/negotiations/position/submit/", {**form, "anyway": told})

    assert Submission.objects.get().pins.filter(record_id__in=[position.pk, bare.pk]).count() == 2


def test_what_is_in_review_already_does_not_stand_in_the_way(curator: Any, editor: Any) -> None:
    talk = make.make_talk()
    submitted(*publication.drafts_needed_by([talk]), by="editor")

    assert "What stands in the way" not in curator.page(f"{TALK}/submit/?record={talk.pk}")
    curator.send(f"{TALK}/submit/", {"seen": f"{talk.pk}:1", "note": "Please look."})

    assert Submission.objects.count() == 2
