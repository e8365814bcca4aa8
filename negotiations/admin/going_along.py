"""What goes along with the records that are sent or published: what else the sender entered, and drafts referred to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from negotiations import publication
from negotiations.analytics import worklists
from negotiations.ledger.stages import SUBMITTED, stages
from negotiations.models.records import Record

MOST_ALONG = 500  # drafts in one submission; those that have waited longest


def needed_by(records: Iterable[Record]) -> tuple[list[Record], list[Record]]:
    """The drafts that `records` refer to: those that nobody has sent, and those that are in review already."""
    needed = publication.drafts_needed_by(records)
    found: dict[UUID, str] = {}
    for model in {type(record) for record in needed}:
        found |= stages(model, [record.pk for record in needed if type(record) is model])
    in_review = [record for record in needed if found[record.pk] == SUBMITTED]
    return [record for record in needed if record not in in_review], in_review


def entered_by(user: AbstractBaseUser, but: Iterable[Record]) -> list[Record]:
    """What else `user` has entered and not sent: a sitting makes records of several kinds, sent as one."""
    chosen = {record.pk for record in but}
    drafts, _every = worklists.page("drafts", by=user, kinds=worklists.RECORDS, most=MOST_ALONG)
    wanted: dict[Any, list[UUID]] = {}
    for draft in drafts:
        if draft.id not in chosen:
            wanted.setdefault(draft.kind, []).append(draft.id)
    found = [row for model, ids in wanted.items() for row in model._default_manager.filter(pk__in=ids)]
    return sorted(found, key=lambda record: (record._meta.model_name or "", str(record)))


def hindrances(records: list[Record]) -> list[str]:
    """Why `records` could not be published together; that they refer to what is in review already does not count."""
    _unsent, in_review = needed_by(records)
    return publication.shortcomings(records, once_public=in_review)
