"""Suppressing: a record that names a protected person vanishes, its past included; every past answer keeps its rows.

What is left: ids, references, ranges of revisions, words of closed lists and required dates, and a digest whose salt is
destroyed, so that nobody can confirm a guess. A revision's own note is never withheld: it must not name anybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q

from negotiations.ledger import aggregates, writing
from negotiations.ledger.aggregates import Ids
from negotiations.models import Edit, KeptAnswer, Pin, Revision, Submission
from negotiations.models.records import Record
from negotiations.publication.mentioning import NAMED, WITHHELD, Mention, called, mentions
from negotiations.publication.revising import (
    Refused,
    by_model,
    close_and_open,
    delete_from_desk,
    refuse_unfit,
    said,
    seal,
)
from negotiations.publication.versions import of_records, put_down
from negotiations.publication.withdrawing import prepare
from negotiations.vocabulary import RevisionKind


@dataclass(frozen=True)
class Suppressed:
    """What the act did, and which other texts still contain the record's names."""

    revision: Revision
    versions: int
    mentions: list[Mention]


def suppress(
    record: Record,
    *,
    by: AbstractBaseUser,
    note: str,
    republishing: Iterable[Record] = (),
    alone_because: str = "",
) -> Suppressed:
    """Withhold every text of `record` and its parts in every revision, and delete it from the desk.

    `note` is public and must name nobody. What refers to it on the desk must have let go of it; what was public with
    a reference to it must be among `republishing`; for these holds what holds for `publish`, four eyes with
    `alone_because` included. An open submission does not stop the act: it loses the record. Raises Refused, by name,
    when something still refers to it, or when it was never public (then delete the draft).
    """
    refuse_unfit(note)
    model = type(record)
    with transaction.atomic():
        staying = by_model(republishing)
        head, desk, public = prepare({model: [record.pk]}, staying, by=by, alone_because=alone_because)
        ever = aggregates.rows_under({model: [record.pk]}, "ledger", ever=True)
        if not ever[model]:
            raise Refused([f"{said(record)} was never public: delete the draft instead."])
        names, addresses = called(record, NAMED), called(record, ("slug",))
        close_and_open(head.number + 1, desk, public)
        _forget_versions(record)
        KeptAnswer.objects.update(answer=None)  # any of them may tell of it; none is needed for longer than a day
        _delete_from_desk(record, ever, names)
        versions = writing.suppress(ever)
        revision = seal(head, desk, public, kind=RevisionKind.SUPPRESSION, note=note, by=by, suppressed=ever)
        put_down(staying, revision.number, by=by, alone_because=alone_because)
        return Suppressed(revision, versions, mentions([*names, *addresses]))


def _forget_versions(record: Record) -> None:
    """Takes the record out of its submissions; one that was about nothing else goes, with what was written in it.

    Of its versions the numbers and authors stay, which say nothing of it; a reason given for acting alone might.
    """
    own = of_records({type(record): [record.pk]})
    pinned = list(Pin.objects.filter(own).values_list("submission", flat=True))
    Pin.objects.filter(own).delete()
    Submission.objects.filter(pk__in=pinned, pins=None).delete()
    Edit.objects.filter(own).exclude(alone_because="").update(alone_because=WITHHELD)


def _delete_from_desk(record: Record, ever: Ids, names: list[str]) -> None:
    """The record, its parts, and what the desk's log says of them or of whatever let go of them by name."""
    own = aggregates.rows_under({type(record): [record.pk]}, "public")
    ids = {str(id) for rows in (own, ever) for some in rows.values() for id in some}
    delete_from_desk(record)
    said_of_it = Q(object_id__in=ids)
    for name in names:
        escaped = json.dumps(name)[1:-1]  # as the log keeps its messages
        said_of_it |= Q(object_repr__icontains=name) | Q(change_message__icontains=name)
        said_of_it |= Q(change_message__contains=escaped)
    LogEntry.objects.filter(said_of_it).update(object_repr=WITHHELD, change_message="")
