"""Nobody publishes what they wrote or sent; a superuser may, with a reason. Python says it, PostgreSQL keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from negotiations import publication
from negotiations.exchange import dossiers
from negotiations.ledger.window import open_window
from negotiations.models import Edit, Revision, Submission, Talk
from tests.factories import make_actor, make_member
from tests.publication.test_submitting import curator, decide, edited, refusal, submitted, superuser
from tests.scenery import editor, public_scenery, published

pytestmark = pytest.mark.django_db
WHY = "The others are on leave."


def by_superuser(*records: Any, **wanted: Any) -> Revision | None:
    return publication.publish(records, by=superuser(), kind="correction", note="Corrected.", **wanted)


def written(statement: str, *values: Any) -> None:
    """As somebody with psql would write it; what is deferred is checked at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_editor_publishes_what_others_wrote_and_that_is_put_down() -> None:
    talk = edited(public_scenery().istanbul, title="A curator's")

    revision = published(talk, kind="correction")

    assert revision is not None
    edit = Edit.objects.get()
    assert (edit.author, edit.publisher, edit.revision, edit.alone_because) == (
        curator(), editor(), revision.number, "",
    )  # fmt: skip


def test_an_editor_does_not_publish_what_they_wrote_nor_what_others_wrote_upon_it() -> None:
    scenery = public_scenery()
    edited(scenery.istanbul, by=editor(), title="Mine")
    talk = edited(scenery.istanbul, summary="A curator's")

    said = refusal(published, talk, scenery.antalya, kind="correction")

    assert said == "You wrote what is not yet public of the talk “Mine” (istanbul): somebody else publishes it."
    with open_window():
        assert Talk.objects.get(slug="istanbul").title == "Istanbul talks"


@pytest.mark.parametrize("is_public", [False, True])
def test_an_editor_neither_retracts_nor_merges_nor_sends_back_what_they_wrote(is_public: bool) -> None:
    scenery = public_scenery()
    talk = edited(scenery.istanbul, by=editor(), title="Mine")
    acts: list[Any] = [
        lambda **alone: publication.retract([talk], note="Wrong.", **alone),
        lambda **alone: publication.merge(talk, scenery.antalya, note="The same.", **alone),
    ]
    if is_public:
        published_by_another(talk)
    else:
        submission = submitted(talk)
        said = refusal(publication.send_back, submission, by=editor(), note="No.")
        assert said.endswith("of the talk “Mine” (istanbul): somebody else sends it back.")
        publication.send_back(submission, by=superuser(), note="No.")

    for act in acts:
        assert "of the talk “Mine” (istanbul): somebody else" in refusal(act, by=editor())
        assert "somebody else" in refusal(act, by=editor(), alone_because=WHY)
    acts[0](by=other_editor())
    with open_window():
        assert not Talk.objects.filter(slug="istanbul").exists()


def test_a_superuser_retracts_what_they_wrote_with_a_reason() -> None:
    talk = edited(public_scenery().istanbul, by=superuser(), title="Mine")

    assert "say why" in refusal(publication.retract, [talk], by=superuser(), note="Wrong.")
    assert publication.retract([talk], by=superuser(), note="Wrong.", alone_because=WHY).kind == "retraction"


def test_what_was_written_long_ago_and_replaced_since_is_nobodys_own() -> None:
    talk = edited(public_scenery().istanbul, by=editor(), title="Mine")
    published_by_another(talk)
    published(edited(talk, title="A curator's"), kind="correction")

    assert publication.retract([Talk.objects.get(pk=talk.pk)], by=editor(), note="Wrong.").kind == "retraction"


def other_editor() -> User:
    return User.objects.get_or_create(username="other-editor", defaults={"is_staff": True})[0]


def published_by_another(talk: Talk) -> None:
    publication.publish([talk], by=other_editor(), kind="correction", note="Corrected.")


def test_a_reason_does_not_help_an_editor() -> None:
    talk = edited(public_scenery().istanbul, by=editor(), title="Mine")

    with pytest.raises(publication.Refused, match="You wrote"):
        publication.publish([talk], by=editor(), kind="correction", note="n", alone_because=WHY)


def test_what_is_published_is_nobodys_own_work_any_more() -> None:
    scenery = public_scenery()
    by_superuser(edited(scenery.istanbul, by=editor(), title="Mine"))

    assert published(edited(scenery.istanbul, title="A curator's"), kind="correction") is not None


def test_a_superuser_acts_alone_with_a_reason_and_only_then() -> None:
    talk = edited(public_scenery().istanbul, by=superuser(), title="Mine")

    assert "say why" in refusal(by_superuser, talk)
    assert "control" in refusal(by_superuser, talk, alone_because="a\x07b")
    by_superuser(talk, alone_because=WHY)

    edit = Edit.objects.get()
    assert (edit.author, edit.publisher, edit.alone_because) == (superuser(), superuser(), WHY)


def test_a_reason_is_kept_only_where_it_was_needed() -> None:
    scenery = public_scenery()
    mine, theirs = edited(scenery.istanbul, by=superuser(), title="Mine"), edited(scenery.antalya, title="Theirs")

    by_superuser(mine, theirs, alone_because=WHY)

    assert dict(Edit.objects.values_list("record_id", "alone_because")) == {mine.pk: WHY, theirs.pk: ""}


@pytest.mark.parametrize("own", ["sent", "wrote"])
def test_nobody_publishes_a_submission_that_they_sent_or_wrote_in(own: str) -> None:
    scenery = public_scenery()
    talk = edited(scenery.istanbul, by=editor() if own == "wrote" else curator(), title="Renamed")
    submission = publication.submit([talk], by=editor() if own == "sent" else curator(), note="Please look.")

    said = refusal(decide, submission)

    assert ("You sent this submission" if own == "sent" else "You wrote what is not yet public") in said
    assert Revision.objects.count() == 1
    submission.refresh_from_db()
    assert submission.status == "open"


@pytest.mark.parametrize("own", ["sent", "wrote"])
def test_a_superuser_decides_on_their_own_with_a_reason(own: str) -> None:
    scenery = public_scenery()
    talk = edited(scenery.istanbul, by=superuser() if own == "wrote" else curator(), title="Renamed")
    submission = publication.submit([talk], by=superuser() if own == "sent" else curator(), note="Please look.")

    assert "say why" in refusal(decide, submission, by=superuser())
    decide(submission, by=superuser(), alone_because=WHY)

    submission.refresh_from_db()
    assert (submission.status, submission.alone_because) == ("published", WHY)


@pytest.mark.parametrize("act", ["retract", "suppress"])
def test_what_is_republished_with_a_withdrawal_is_not_ones_own_work_either(act: str) -> None:
    scenery = public_scenery()
    person = make_actor("Somebody", kind="person")
    member = make_member(scenery.delegation, person)
    published(scenery.istanbul, person, kind="new_fact")
    member.delete()
    publication.count_version(scenery.istanbul, by=editor())
    acts: dict[str, Any] = {
        "retract": lambda **wanted: publication.retract([person], note="Wrong.", **wanted),
        "suppress": lambda **wanted: publication.suppress(person, note="For safety.", **wanted),
    }
    again = {"republishing": [scenery.istanbul]}

    assert "You wrote" in refusal(acts[act], by=editor(), **again)
    Edit.objects.update(author=superuser())
    assert "say why" in refusal(acts[act], by=superuser(), **again)
    acts[act](by=superuser(), alone_because=WHY, **again)

    assert Edit.objects.get().alone_because == WHY


def test_merging_counts_a_version_that_is_nobodys_own_work() -> None:
    scenery = public_scenery()
    twin = make_actor("Ukraine again")
    published(twin)
    make_member(scenery.delegation, twin)
    published(scenery.istanbul, kind="new_fact")

    publication.merge(twin, scenery.ukraine, by=editor(), note="One state.")

    assert Talk.objects.get(pk=scenery.istanbul.pk).version == 2
    assert published(edited(scenery.istanbul, title="A curator's"), kind="correction") is not None


def test_postgresql_refuses_to_put_down_that_somebody_published_their_own_version() -> None:
    edited(public_scenery().istanbul, by=editor(), title="Mine")
    own = "UPDATE negotiations_edit SET revision = 2, publisher_id = author_id"

    with pytest.raises(IntegrityError, match="edit_is_published_by_another"):
        written(own)
    with pytest.raises(IntegrityError, match="only a superuser may"):
        written(f"{own}, alone_because = 'I may'")


@pytest.mark.parametrize("own", ["sent", "wrote"])
def test_postgresql_refuses_that_somebody_decides_on_their_own_submission(own: str) -> None:
    talk = edited(public_scenery().istanbul, by=editor() if own == "wrote" else curator(), title="Mine")
    submission = publication.submit([talk], by=editor() if own == "sent" else curator(), note="Please look.")
    publishing = (
        "UPDATE negotiations_submission SET status = 'published', revision = 2, decided_at = now(), decided_by_id = %s"
    )

    with pytest.raises(IntegrityError, match=r"decided_by_another|sent or wrote"):
        written(publishing, editor().pk)
    with pytest.raises(IntegrityError, match="only a superuser may"):
        written(f"{publishing}, alone_because = 'I may'", editor().pk)
    submission.refresh_from_db()
    assert submission.status == "open"


def test_a_stranger_to_both_may_be_put_down_as_publisher_by_sql() -> None:
    """So that the refusals above are not for another reason."""
    submission = submitted(edited(public_scenery().istanbul, title="Theirs"))

    written(
        "UPDATE negotiations_submission SET status = 'published', revision = 2, decided_at = now(), decided_by_id = %s",
        editor().pk,
    )

    assert Submission.objects.get(pk=submission.pk).pins.get().is_open is False


def test_the_system_account_publishes_dossiers_as_a_superuser_with_a_reason(tmp_path: Any) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(
        'dossier: one\ntitle: One\nrevision: {kind: new, note: "One issue."}\nissues:\n'
        "  - {id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0005, slug: ceasefire, name: Ceasefire}\n"
    )

    assert dossiers.load([file], publish=True).is_ok

    edit = Edit.objects.get()
    account = dossiers.system_account()
    assert (edit.author, edit.publisher, edit.version, edit.revision) == (account, account, 1, 1)
    assert "Loaded from the dossier one" in edit.alone_because
    assert account.is_superuser  # type: ignore[attr-defined]
    assert not account.is_active
    assert not account.has_usable_password()


def test_a_dossier_signed_by_an_editor_has_two_pairs_of_eyes(tmp_path: Any) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(
        'dossier: one\ntitle: One\nrevision: {kind: new, note: "One issue."}\nissues:\n'
        "  - {id: 0a64ba1b-3b2b-4e4e-8b5f-0d3f3a1f0005, slug: ceasefire, name: Ceasefire}\n"
    )

    assert dossiers.load([file], publish=True, by=editor()).is_ok

    edit = Edit.objects.get()
    assert (edit.author, edit.publisher, edit.alone_because) == (dossiers.system_account(), editor(), "")


def test_who_wrote_what_stays_on_the_desk() -> None:
    edited(public_scenery().istanbul, title="Renamed")

    with open_window(), pytest.raises(Exception, match="does not exist"):
        list(Edit.objects.all())
