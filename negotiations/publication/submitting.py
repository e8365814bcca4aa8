"""Submissions: records of a sitting sent for review at pinned versions, then published as pinned, or sent back."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from negotiations.ledger.stages import MERGED, PUBLISHED, stages
from negotiations.models import Pin, Revision, Submission
from negotiations.models.records import Record
from negotiations.publication.publishing import publish_locked
from negotiations.publication.revising import Refused, by_model, lock, refuse_unfit, said
from negotiations.publication.versions import own_work, records_in, refuse_alone, refuse_in_review, roots_of
from negotiations.vocabulary import SubmissionStatus


def submit(records: Iterable[Record], *, by: AbstractBaseUser, note: str) -> Submission:
    """Send `records`, at their present versions, for review; `note` is for whoever reviews them.

    Raises Refused, by name, when a record is in an open submission, was merged away, or does not differ from what is
    public. Opens its own transaction.
    """
    refuse_unfit(note, "A submission needs a note for whoever reviews it.")
    roots = by_model(records)
    with transaction.atomic():
        locked = lock(roots)
        refuse_in_review(roots)
        _refuse_needless(locked)
        submission = Submission.objects.create(note=note, sent_by_id=by.pk)
        Pin.objects.bulk_create(
            Pin(submission=submission, table_name=each._meta.db_table, record_id=each.pk, version=each.version)
            for each in locked
        )
    return submission


def _refuse_needless(records: list[Record]) -> None:
    """Raises Refused for each record that publishing would not change, and when there is none at all."""
    found: dict[UUID, str] = {}
    for model, ids in by_model(records).items():
        found |= stages(model, ids)
    why = {MERGED: "was merged into another record and is never public again", PUBLISHED: "is public as it is"}
    messages = [f"{said(record)} {why[found[record.pk]]}." for record in records if found[record.pk] in why]
    if messages or not records:
        raise Refused(messages or ["There is nothing to submit: choose the records."])


def send_back(submission: Submission, *, by: AbstractBaseUser, note: str) -> None:
    """End the review without publishing; `note` says why, for whoever sent it.

    Raises Refused when `by` sent it, or wrote a version in it and is no superuser; and when somebody has decided
    meanwhile.
    """
    refuse_unfit(note, "Say why it is sent back.")
    with transaction.atomic():
        _lock_open(submission)
        if submission.sent_by_id == by.pk:
            raise Refused(["You sent this submission: withdraw it instead."])
        own = own_work(roots_of(submission.pins.all()), by, decides="sends it back")
        refuse_alone(own, by, alone_because=note)
        _decide(submission, SubmissionStatus.SENT_BACK, by=by, decision_note=note)


def withdraw(submission: Submission, *, by: AbstractBaseUser) -> None:
    """Take back a submission of one's own; raises Refused when it is another's, or somebody has decided meanwhile."""
    with transaction.atomic():
        _lock_open(submission)
        if submission.sent_by_id != by.pk:
            raise Refused(["Only whoever sent a submission withdraws it: send it back instead."])
        _decide(submission, SubmissionStatus.WITHDRAWN, by=by)


def publish_submission(
    submission: Submission, *, by: AbstractBaseUser, kind: str, note: str, alone_because: str = ""
) -> Revision:
    """Publish what was pinned, as one revision; `kind`, `note` and `alone_because` are as for `publish`.

    Raises Refused, by name, for a record that was changed or deleted since it was sent; when `by` sent it or wrote a
    version in it, unless a superuser gives a reason; and where `publish` does.
    """
    with transaction.atomic():
        # The records first, in their order, then the submission: every act that takes both locks them so.
        roots = roots_of(submission.pins.all())
        records = {record.pk: record for record in lock(roots)}
        _lock_open(submission)
        _refuse_changed(list(submission.pins.all()), records)
        own = own_work(roots, by)
        if submission.sent_by_id == by.pk:
            own.insert(0, "You sent this submission: somebody else publishes it.")
        refuse_alone(own, by, alone_because)
        revision = publish_locked(roots, by=by, kind=kind, note=note, alone_because=alone_because)
        if revision is None:
            raise Refused(["Nothing in this submission differs from what is public: send it back."])
        why = alone_because if own else ""
        _decide(submission, SubmissionStatus.PUBLISHED, by=by, revision=revision.number, alone_because=why)
    return revision


def changed_since(pins: Iterable[Pin]) -> list[Pin]:
    """Those of `pins` whose record has another version by now, or is gone."""
    waiting = list(pins)
    records = records_in(waiting)
    return [pin for pin in waiting if pin.record_id not in records or records[pin.record_id].version != pin.version]


def _refuse_changed(pins: list[Pin], records: dict[UUID, Record]) -> None:
    messages = [
        f"{said(records[pin.record_id])} was changed after it was sent (version {pin.version} then,"
        f" {records[pin.record_id].version} now): send it back, so that it is submitted as it is."
        for pin in pins
        if pin.record_id in records and records[pin.record_id].version != pin.version
    ]
    if messages or any(pin.record_id not in records for pin in pins):
        raise Refused(messages or ["A record of this submission was taken away meanwhile; reload the page."])


def _lock_open(submission: Submission) -> None:
    """Locks the submission, reads it anew and raises Refused unless it waits for a decision."""
    if not Submission.objects.select_for_update(no_key=True).filter(pk=submission.pk).exists():
        raise Refused(["This submission does not exist any more."])
    submission.refresh_from_db()
    if submission.status != SubmissionStatus.OPEN:
        raise Refused([f"This submission is not open any more: {submission.get_status_display().lower()}."])


def _decide(submission: Submission, status: SubmissionStatus, *, by: AbstractBaseUser, **more: object) -> None:
    changes = {"status": status, "decided_by_id": by.pk, "decided_at": timezone.now(), **more}
    for name, value in changes.items():
        setattr(submission, name, value)
    submission.save(update_fields=[name.removesuffix("_id") for name in changes])
