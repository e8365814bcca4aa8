"""Every editorial act through the desk API, its refusals, and that nobody publishes their own work by any door."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from negotiations.ledger.stages import stages
from negotiations.ledger.window import open_window
from negotiations.models import Edit, KeptAnswer, Revision, Submission, Talk
from tests import factories as make
from tests.api.client import Dashboard
from tests.desk_api.conftest import Program, program_of
from tests.scenery import Scenery, public_scenery

WHY = {"kind": "correction", "note": "The title."}


@pytest.fixture
def scenery(groups: None) -> Scenery:
    return public_scenery()


def dossier(**more: Any) -> dict[str, Any]:
    talk = {"id": str(uuid.uuid4()), "slug": "minsk", "title": "Minsk talks", "process": "minsk-process",
            "kind": "round", "status": "held", "start": "2015-02-11"}  # fmt: skip
    process = {"id": str(uuid.uuid4()), "slug": "minsk-process", "title": "Minsk process"}
    return {"dossier": "minsk", "title": "Minsk", "talks": [talk], "processes": [process], **more}


def seen(talk: Talk) -> dict[str, Any]:
    return {"resource": "talks", "id": str(talk.pk), "version": Talk.objects.get(pk=talk.pk).version}


def renamed(program: Program, talk: Talk) -> dict[str, Any]:
    program.patch(f"talks/{talk.pk}/", {"title": "Renamed"}, seen=Talk.objects.get(pk=talk.pk).version)
    return seen(talk)


def public_title() -> str:
    with open_window():
        return str(Talk.objects.get(slug="istanbul").title)


def test_a_curator_submits_and_an_editor_publishes_what_was_pinned(
    scenery: Scenery, curator: Program, editor: Program
) -> None:
    record = renamed(curator, scenery.istanbul)

    sent = curator.post("submissions/", {"records": [record], "note": "Please look."})
    (pinned,) = editor.get(f"submissions/{sent['id']}/")["records"]
    assert (pinned["resource"], pinned["version"], sent["status"]) == ("talks", 2, "open")
    assert [each["id"] for each in editor.get("submissions/?status=open")["results"]] == [sent["id"]]
    decided = editor.post(f"submissions/{sent['id']}/publish/", WHY, expect=200)

    assert (decided["status"], decided["revision"], decided["decided_by"]) == ("published", 2, "editor-at-work")
    assert public_title() == "Renamed"
    again = editor.post(f"submissions/{sent['id']}/publish/", WHY, expect=409)
    assert "not open any more" in again["errors"][0]["detail"]


def test_a_submission_is_sent_back_or_withdrawn(scenery: Scenery, curator: Program, editor: Program) -> None:
    record = renamed(curator, scenery.istanbul)

    first = curator.post("submissions/", {"records": [record], "note": "Please look."})
    back = editor.post(f"submissions/{first['id']}/send-back/", {"note": "Which page?"}, expect=200)
    second = curator.post("submissions/", {"records": [record], "note": "Page 2."})
    refused = editor.post(f"submissions/{second['id']}/withdraw/", expect=409)
    withdrawn = curator.post(f"submissions/{second['id']}/withdraw/", expect=200)

    assert (back["status"], back["decision_note"]) == ("sent_back", "Which page?")
    assert "Only whoever sent" in refused["detail"]
    assert withdrawn["status"] == "withdrawn"


def test_nobody_publishes_their_own_work_by_whichever_door_they_wrote_it(scenery: Scenery, editor: Program) -> None:
    record = renamed(editor, scenery.istanbul)

    refused = editor.post("publish/", {"records": [record], **WHY}, expect=409)
    loaded = editor.post("dossiers/", dossier())
    of_dossier = [
        {"resource": each["resource"], "id": each["id"], "version": each["version"]} for each in loaded["records"]
    ]
    again = editor.post("publish/", {"records": of_dossier, **WHY}, expect=409)

    assert "You wrote what is not yet public of the talk" in refused["errors"][0]["detail"]
    assert "You wrote what is not yet public" in again["detail"]
    assert Revision.objects.count() == 1


def test_a_superuser_acts_alone_with_a_reason(scenery: Scenery) -> None:
    alone = program_of("alone", None)
    record = renamed(alone, scenery.istanbul)

    alone.post("publish/", {"records": [record], **WHY}, expect=409)
    done = alone.post("publish/", {"records": [record], **WHY, "alone_because": "Nobody else is here."}, expect=200)

    assert done["revision"] == 2
    assert Edit.objects.get(record_id=scenery.istanbul.pk).alone_because == "Nobody else is here."


def test_what_was_changed_after_it_was_seen_is_not_published(
    scenery: Scenery, curator: Program, editor: Program
) -> None:
    record = renamed(curator, scenery.istanbul)
    curator.patch("talks/istanbul/", {"title": "Renamed again"}, seen=2)

    for path, body in (("publish/", WHY), ("submissions/", {"note": "x"})):
        stale = editor.post(path, {"records": [record], **body}, expect=412)
        assert (stale["given"], stale["current"]) == ('"2"', '"3"')


def test_publishing_says_what_stands_against_it(scenery: Scenery, curator: Program, editor: Program) -> None:
    made = curator.post("talks/", {"slug": "bare", "title": "Bare", "process": "direct-talks", "kind": "round",
                                   "status": "held"})  # fmt: skip

    record = {"resource": "talks", "id": made["id"], "version": 1}
    refused = editor.post("publish/", {"records": [record], "kind": "new", "note": "x"}, expect=409)
    nothing = editor.post("publish/", {"records": [seen(scenery.antalya)], **WHY}, expect=200)

    assert "has no citation" in refused["errors"][0]["detail"]
    assert nothing["revision"] is None


def test_pending_edits_are_discarded(scenery: Scenery, curator: Program) -> None:
    renamed(curator, scenery.istanbul)

    curator.act("talks/istanbul/discard/", seen=2)

    assert Talk.objects.get(slug="istanbul").title == "Istanbul talks"
    assert curator.get("talks/istanbul/")["desk"]["stage"] == "published"
    refused = curator.act(f"issues/{make.make_issue().slug}/discard/", expect=409)
    assert "is not public" in refused["detail"]


def test_a_record_is_retracted(scenery: Scenery, dashboard: Dashboard, groups: None) -> None:
    other = program_of("another-editor", "Editors")

    done = other.act("talks/antalya/retract/", {"note": "It was another meeting.", "successor": "istanbul"})

    assert done["revision"] == 2
    gone = dashboard.get("talks/antalya/", expect=410)
    assert (gone["reason"], gone["successor"]["id"]) == ("It was another meeting.", str(scenery.istanbul.pk))
    assert stages(Talk, [scenery.antalya.pk]) == {scenery.antalya.pk: "retracted"}


def test_a_record_is_merged(scenery: Scenery, editor: Program, dashboard: Dashboard) -> None:
    done = editor.act("talks/antalya/merge/", {"into": "istanbul", "note": "The same."})

    assert done["revision"] == 2
    assert dashboard.ask("talks/antalya/").status_code == 301
    nowhere = editor.act("talks/istanbul/merge/", {"into": "nothing", "note": "x"}, expect=400)
    assert editor.faults(nowhere) == {"into": "into: the desk has no talk of this id or slug."}


def test_a_record_is_suppressed_and_no_kept_answer_tells_of_it(
    scenery: Scenery, curator: Program, administrator: Program, dashboard: Dashboard
) -> None:
    key = {"Idempotency_Key": "a-key"}
    curator.post("issues/", {"slug": "note", "name": "Antalya talks"}, **key)

    done = administrator.act("talks/antalya/suppress/", {"note": "For somebody's safety."})

    assert done["revision"] == 2
    assert [(each["where"], each["kind"], each["column"]) for each in done["mentions"]] == [("desk", "issue", "name")]
    assert dashboard.get(f"talks/{scenery.antalya.pk}/", expect=410)["type"].endswith("suppressed")
    administrator.get("talks/antalya/", expect=404)
    assert KeptAnswer.objects.get().answer is None
    forgotten = curator.post("issues/", {"slug": "note", "name": "Antalya talks"}, expect=409, **key)
    assert forgotten["type"].endswith("answer-forgotten")


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("publish/", {"records": [], **WHY}, "records"),
        ("publish/", {"records": [{"resource": "talk", "id": str(uuid.uuid4()), "version": 1}], **WHY},
         "records[0].resource"),
        ("publish/", {"records": [{"resource": "talks", "id": "x", "version": 0}], **WHY}, "records[0].version"),
        ("publish/", {"records": 5, **WHY}, "records"),
        ("publish/", {"record": [], **WHY}, "record"),
        ("publish/", {"kind": "retraction", "note": "x", "records": []}, "kind"),
        ("publish/", {"kind": "new", "note": "a\x00b", "records": []}, "note"),
        ("submissions/", {"records": []}, "note"),
        ("talks/antalya/retract/", {}, "note"),
        ("talks/antalya/retract/", {"note": "x", "sucessor": "y"}, "sucessor"),
        ("talks/antalya/merge/", {"note": "x" * 501, "into": "istanbul"}, "note"),
        ("talks/antalya/merge/", {"note": "x", "into": ["istanbul"]}, "into"),
        ("talks/antalya/merge/", {"note": "x", "into": "istanbul "}, "into"),
        ("talks/antalya/retract/", {"note": "x", "successor": "\u00a0"}, "successor"),
        ("talks/antalya/discard/", {"sure": True}, "sure"),
        ("dossiers/", {}, ""),
        ("dossiers/", {"dossier": "x", "title": "x", "talk": []}, "talk"),
        ("dossiers/", {"dossier": "x", "title": "x", "talks": [{"slug": None}]}, "talks[0].slug"),
    ],
)  # fmt: skip
def test_what_an_act_is_told_is_read_strictly(
    scenery: Scenery, editor: Program, path: str, body: Any, place: str
) -> None:
    problem = editor.send("POST", path, body, 400, If_Match='"1"')

    assert place in editor.faults(problem), problem
    assert not Submission.objects.exists()


def test_an_unknown_record_is_not_published(scenery: Scenery, editor: Program) -> None:
    nobody = {"resource": "talks", "id": str(uuid.uuid4()), "version": 1}

    assert "no longer exists" in editor.post("publish/", {"records": [nobody], **WHY}, expect=409)["detail"]
    assert editor.act("talks/nothing/retract/", {"note": "x"}, expect=404)
    assert editor.post(f"submissions/{uuid.uuid4()}/withdraw/", expect=404)


def test_a_whole_dossier_is_entered_in_one_post(scenery: Scenery, curator: Program) -> None:
    body = dossier()

    loaded = curator.post("dossiers/", body)
    again = curator.post("dossiers/", body)

    assert {(each["resource"], each["slug"], each["became"]) for each in loaded["records"]} == {
        ("talks", "minsk", "new"), ("processes", "minsk-process", "new"),
    }  # fmt: skip
    assert {each["became"] for each in again["records"]} == {"unchanged"}
    assert set(Edit.objects.values_list("author__username", "version")) == {("curator-at-work", 1)}
    assert curator.get("talks/minsk/")["process"]["slug"] == "minsk-process"


def test_a_dossier_is_entered_whole_or_not_at_all(scenery: Scenery, curator: Program) -> None:
    body = dossier()
    body["talks"][0] |= {"kind": "sumit", "citations": []}
    body["processes"][0]["part_of"] = "nothing"

    faults = curator.faults(curator.post("dossiers/", body, expect=400))

    assert set(faults) >= {"talks[0].kind", "talks[0].citations", "processes[0].part_of"}
    assert not Talk.objects.filter(slug="minsk").exists()
