"""Giving up what is not public: the pending edits of a record, for what is or was public, or a draft as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from negotiations.ledger import aggregates, restoring, writing
from negotiations.ledger.aggregates import Ids
from negotiations.ledger.history import kept
from negotiations.ledger.stages import PUBLISHED, stages
from negotiations.models import Edit, Withdrawal
from negotiations.models.records import Identified, Part, Record
from negotiations.publication.publishing import survivors, was_ever_public
from negotiations.publication.revising import (
    Refused,
    delete_from_desk,
    lock,
    refuse_changed,
    refuse_referred_to,
    said,
    said_by_the_ledger,
)
from negotiations.publication.versions import count_version, of_records, pending, refuse_in_review
from negotiations.vocabulary import WithdrawalAct


def discard(record: Record, *, by: AbstractBaseUser) -> None:
    """Make the desk's state of `record`, parts included, what is public now.

    Raises Refused, by name, when it is not public, is in an open submission, when something on the desk refers to a
    part that would go, or when what is public refers to a part that the desk has lost. Opens its own transaction.
    """
    with transaction.atomic():
        lock({type(record): [record.pk]})
        _return_to(record, None, by)


def restore(record: Record, revision: int, *, by: AbstractBaseUser) -> None:
    """Make the desk's state of `record`, parts included, what was public at `revision`: an edit that waits for review.

    Parts come back under the ids they had. Raises Refused when the record was changed since it was read, for whatever
    `hindrances` tells, when the desk holds that state already, or when PostgreSQL refuses it beside the other records.
    Opens its own transaction.
    """
    with transaction.atomic():
        refuse_changed([record], lock({type(record): [record.pk]}))
        if not _return_to(record, revision, by):
            raise Refused([f"The desk holds {said(record)} as it was at revision {revision} already."])


def hindrances(record: Record, revision: int) -> list[str]:
    """What stands against restoring `record` from `revision`, a sentence each, by the records' names.

    It was not public then, or is withheld; it was merged away or is in an open submission; it referred to what was
    suppressed, merged or deleted since; something refers to a part that would go; its slug then is another's now.
    Nothing is locked or written. Cost: a few queries a kind of row.
    """
    try:
        _rows_of_return(record, revision)
    except Refused as refused:
        return refused.messages
    return []


def _return_to(record: Record, at: int | None, by: AbstractBaseUser) -> int:
    """The desk's rows become those public now, or at `at`, as a version of `by`; returns how many that touched."""
    roots = {type(record): [record.pk]}
    desk, public = _rows_of_return(record, at)
    with said_by_the_ledger():
        touched = restoring.restore_rows(desk, public, at=at)
        writing.check_constraints_now()
    count_version(record, by=by)
    if at is None or stages(type(record), [record.pk])[record.pk] == PUBLISHED:
        # The new version among them: it equals what is public, so nothing of it waits for anybody.
        pending(roots).update(discarded_at=timezone.now())
    return touched


def _rows_of_return(record: Record, at: int | None) -> tuple[Ids, Ids]:
    """The desk's rows of `record`, and those to which it would return; raises Refused for what stands against it."""
    roots = {type(record): [record.pk]}
    refuse_in_review(roots)
    if survivor := survivors(type(record), [record.pk]).get(record.pk):
        raise Refused([f"{said(record)} was merged into {said(survivor)} and is never public again."])
    if at is not None and at not in kept(type(record), record.pk):
        raise Refused([f"Revision {at} says nothing of {said(record)}: choose one from its history."])
    desk, public = aggregates.rows_under(roots, "public"), aggregates.rows_under(roots, "ledger", at=at)
    if not public[type(record)]:
        raise Refused([f"{said(record)} is not public, so there is no public state to return to."])
    going: Ids = {model: list(set(ids) - set(public.get(model, []))) for model, ids in desk.items()}
    refuse_referred_to(going, desk)
    rows = aggregates.ledger_rows(public, at=at)
    _refuse_lost(f"What is public of {said(record)}" if at is None else f"Revision {at} of {said(record)}", rows)
    _refuse_taken_slug(record, rows[record.pk])
    return desk, public


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


def _refuse_lost(what: str, rows: dict[UUID, Identified]) -> None:
    """Raises Refused when `rows`, which are `what`, refer to something that was merged or that the desk lacks."""
    messages: list[str] = []
    for model, ids in _referred_to(rows.values()).items():
        gone = ids - rows.keys() - set(model._default_manager.filter(pk__in=ids).values_list("pk", flat=True))
        messages += [f"{what} {words}" for words in _gone(model, gone)]
        merges = Withdrawal.objects.filter(record_id__in=ids, act=WithdrawalAct.MERGE)
        merged = set(merges.values_list("record_id", flat=True)) if issubclass(model, Record) else set()
        for record in model._default_manager.filter(pk__in=merged):
            into = survivors(model, [record.pk]).get(record.pk)
            where = said(into) if into else "another that is gone"
            messages.append(f"{what} refers to {said(record)}, which was merged into {where}: enter it by hand.")
    if messages:
        raise Refused(sorted(set(messages)))


def _referred_to(rows: Iterable[Identified]) -> dict[Any, set[UUID]]:
    """What the foreign keys of `rows` lead to, by model."""
    found: dict[Any, set[UUID]] = defaultdict(set)
    for row in rows:
        for field in row._meta.concrete_fields:
            if field.many_to_one and (id := getattr(row, field.attname)):
                found[field.related_model].add(id)
    return found


def _gone(model: Any, ids: set[UUID]) -> Iterable[str]:
    """For each of `ids`, which the desk does not hold, what became of it and what to do."""
    if not ids:
        return
    kind = model._meta.verbose_name
    withheld = Withdrawal.objects.filter(record_id__in=ids, act=WithdrawalAct.SUPPRESSION)
    suppressed = set(withheld.values_list("record_id", flat=True)) & ids
    if suppressed:
        yield f"refers to something that was suppressed ({kind}), and what was suppressed never comes back."
    ids = ids - suppressed
    if not issubclass(model, Part):
        if ids:
            yield f"refers to something that the desk does not hold any more ({kind}): enter it by hand."
        return
    public = aggregates.records_of(model, ids)
    for owner, owners in aggregates.records_of(model, ids, ever=True).items():
        for record in owner._default_manager.filter(pk__in=owners):
            if record.pk in public.get(owner, ()):
                yield (
                    f"refers to something that is removed from {said(record)} on the desk: discard that record's"
                    " edits first."
                )
            else:
                yield f"refers to something ({kind}) that was removed from {said(record)} since: enter it by hand."


def _refuse_taken_slug(record: Record, row: Any) -> None:
    """Raises Refused when another record on the desk has the slug that `record` had in `row`."""
    other = type(record)._default_manager.filter(slug=row.slug).exclude(pk=record.pk).first()
    if other is not None:
        raise Refused([f"{said(record)} had the slug {row.slug} then, which {said(other)} has now: change that first."])
