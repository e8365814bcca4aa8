"""Giving up what is not public: the pending edits of a published record, or a draft as a whole."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from negotiations.ledger import aggregates, restoring, writing
from negotiations.ledger.aggregates import Ids
from negotiations.models import Edit
from negotiations.models.records import Record
from negotiations.publication.publishing import was_ever_public
from negotiations.publication.revising import (
    Refused,
    delete_from_desk,
    lock,
    refuse_referred_to,
    said,
    said_by_the_ledger,
)
from negotiations.publication.versions import count_version, of_records, pending, refuse_in_review


def discard(record: Record, *, by: AbstractBaseUser) -> None:
    """Make the desk's state of `record`, parts included, what is public now.

    Raises Refused, by name, when it is not public, is in an open submission, when something on the desk refers to a
    part that would go, or when what is public refers to a part that the desk has lost. Opens its own transaction.
    """
    roots = {type(record): [record.pk]}
    with transaction.atomic():
        lock(roots)
        refuse_in_review(roots)
        desk, public = aggregates.rows_under(roots, "public"), aggregates.rows_under(roots, "ledger")
        if not public[type(record)]:
            raise Refused([f"{said(record)} is not public, so there is no public state to return to."])
        going: Ids = {model: list(set(ids) - set(public.get(model, []))) for model, ids in desk.items()}
        refuse_referred_to(going, desk)
        with said_by_the_ledger():
            restoring.restore_rows(desk, public)
            _refuse_lost(record, public)
            writing.check_constraints_now()
        count_version(record, by=by)
        # The new version among them: it equals what is public, so nothing of it waits for anybody.
        pending(roots).update(discarded_at=timezone.now())


def delete_draft(record: Record, *, by: AbstractBaseUser) -> None:
    """Delete a record that was never public, with its parts and the list of who wrote its versions.

    Raises Refused, by name, when it was ever public, is in an open submission, or something on the desk refers to it.
    Opens its own transaction.
    """
    roots = {type(record): [record.pk]}
    with transaction.atomic():
        # Locked first: whoever publishes it at this moment waits for us, or we see what they did.
        lock(roots)
        if was_ever_public(record):
            raise Refused([f"{said(record)} was published once and may be cited. Only drafts can be deleted."])
        refuse_in_review(roots)
        delete_from_desk(record)
        Edit.objects.filter(of_records(roots)).delete()


def _refuse_lost(record: Record, public: Ids) -> None:
    """Raises Refused when the desk lacks what the restored rows refer to: parts of others, removed there."""
    tables = {model._meta.db_table: model for model in aggregates.tables()}
    names = {
        f"What is public of {said(record)} refers to something that is removed from {said(other)} on the desk:"
        " discard that record's edits first."
        for table, id in restoring.missing_on_desk(public)
        for kind, ids in aggregates.records_of(tables[table], [id]).items()
        for other in kind._default_manager.filter(pk__in=ids)
    }
    if names:
        raise Refused(sorted(names))
