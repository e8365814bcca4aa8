"""Retracting and merging: a record leaves what is public, and stays readable at the revisions it was in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import F, QuerySet

from negotiations.ledger import aggregates, catalogue, writing
from negotiations.ledger.aggregates import Ids, Model
from negotiations.models import Revision, Withdrawal
from negotiations.models.records import Record
from negotiations.publication.publishing import refuse_unpublishable
from negotiations.publication.revising import (
    Refused,
    Roots,
    by_model,
    close_and_open,
    lock,
    refuse_unfit,
    said,
    said_by_the_ledger,
    seal,
    whole,
)
from negotiations.publication.versions import own_public_work, own_work, put_down, refuse_alone, refuse_in_review
from negotiations.vocabulary import RevisionKind, WithdrawalAct


def retract(
    records: Iterable[Record],
    *,
    by: AbstractBaseUser,
    note: str,
    successor: Record | None = None,
    republishing: Iterable[Record] = (),
    alone_because: str = "",
) -> Revision:
    """Take `records`, which were wrong, out of what is public, as one revision; `note` is the public reason.

    Their past stays readable. `successor` is where a reader should look instead. What still refers to them must have
    let go of them on the desk and be among `republishing`, which becomes public anew in the same revision; for these
    holds what holds for `publish`, four eyes with `alone_because` included. Raises Refused, by name, when a record is
    not public, is in an open submission, is still referred to, or cannot be republished; and when `by` wrote what is
    public or pending of one, unless a superuser gives a reason.
    """
    refuse_unfit(note)
    leaving, staying = by_model(records), by_model(republishing)
    with transaction.atomic():
        refuse_alone(own_public_work(leaving, by, decides="retracts it"), by, alone_because)
        head, desk, public = prepare(leaving, staying, by=by, alone_because=alone_because)
        refuse_in_review(leaving)
        refuse_unpublic(leaving, public)
        if successor is not None:
            _refuse_unfit_successor(successor, leaving)
        close_and_open(head.number + 1, desk, public)
        writing.withdraw(head.number + 1, leaving, WithdrawalAct.RETRACTION, successor.pk if successor else None)
        _count_versions(leaving)
        revision = seal(head, desk, public, kind=RevisionKind.RETRACTION, note=note, by=by)
        put_down(staying, revision.number, by=by, alone_because=alone_because)
        return revision


def _count_versions(roots: Mapping[Any, Iterable[UUID]]) -> None:
    """Whoever was about to publish one of these has seen it as it was before this act, and must look again."""
    for model, ids in roots.items():
        model._default_manager.filter(pk__in=ids).update(version=F("version") + 1)


def prepare(
    leaving: Roots, staying: Roots, *, by: AbstractBaseUser, alone_because: str
) -> tuple[writing.Head, Ids, Ids]:
    """Locks all of them and the head; the desk's rows of what stays, and the public rows of both.

    Raises Refused when something of what stays cannot be published, or not by `by`.
    """
    if both := [id for model, ids in leaving.items() for id in ids if id in staying.get(model, [])]:
        raise Refused([f"{len(both)} of these would be withdrawn and republished at once; choose one."])
    roots: Roots = {model: [*leaving.get(model, []), *staying.get(model, [])] for model in {*leaving, *staying}}
    lock(roots)
    refuse_in_review(staying)
    refuse_alone(own_work(staying, by), by, alone_because)
    head = writing.lock_head()
    desk = aggregates.rows_under(staying, "public")
    refuse_unpublishable(staying, desk)
    return head, desk, aggregates.rows_under(roots, "ledger")


def refuse_unpublic(roots: Roots, public: Ids) -> None:
    """Raises Refused for each record of `roots` that is not among the `public` rows."""
    messages = [
        f"{said(record)} is not public, so there is nothing to withdraw."
        for model, ids in roots.items()
        for record in model._default_manager.filter(pk__in=set(ids) - set(public.get(model, [])))
    ]
    if messages or not roots:
        raise Refused(messages or ["Choose the records to withdraw."])


def _refuse_unfit_successor(successor: Record, leaving: Roots) -> None:
    public = aggregates.rows_under({type(successor): [successor.pk]}, "ledger")
    if not public[type(successor)]:
        raise Refused([f"{said(successor)} is not public, so nobody can be sent there; publish it first."])
    if any(model is not type(successor) or successor.pk in ids for model, ids in leaving.items()):
        raise Refused(["A record is succeeded by another one of its kind."])


def merge(record: Record, into: Record, *, by: AbstractBaseUser, note: str, alone_because: str = "") -> Revision:
    """Join `record` to `into`, which is the same thing: what refers to it refers to `into` from one revision on.

    Works on what is public, so no pending edit becomes public; the desk's references follow, drafts included. The old
    address leads to the new one for ever. The record's own parts (names, affiliations, citations) go with it: add to
    `into` beforehand what should stay. Raises Refused, by name, when either is not public or a rule stands against it;
    and when `by` wrote what is public or pending of `record`, unless a superuser gives a reason (`alone_because`).
    """
    refuse_unfit(note)
    model = type(record)
    if type(into) is not model or into.pk == record.pk:
        raise Refused(["A record is merged into another one of its kind."])
    with transaction.atomic():
        lock({model: [record.pk, into.pk]})
        refuse_in_review({model: [record.pk]})
        refuse_alone(own_public_work({model: [record.pk]}, by, decides="merges it"), by, alone_because)
        head = writing.lock_head()
        public = aggregates.rows_under({model: [record.pk]}, "ledger")
        refuse_unpublic({model: [record.pk, into.pk]}, aggregates.rows_under({model: [record.pk, into.pk]}, "ledger"))
        own = aggregates.rows_under({model: [record.pk]}, "public")
        with said_by_the_ledger():
            _redirect_desk(model, record.pk, into.pk, own)
            writing.close_rows(head.number + 1, {}, public)
            touched = _redirect_ledger(head.number + 1, model, record.pk, into.pk, public)
            writing.withdraw(head.number + 1, {model: [record.pk]}, WithdrawalAct.MERGE, into.pk)
        return seal(head, touched, _joined(public, touched), kind=RevisionKind.MERGE, note=note, by=by)


def merged(model: type[Record]) -> QuerySet[Any]:
    """The ids of the records of `model` that were merged into others; a query that is not asked yet."""
    merges = Withdrawal.objects.filter(table_name=model._meta.db_table, act=WithdrawalAct.MERGE)
    return merges.values("record_id")


def _joined(first: Ids, second: Ids) -> Ids:
    return {model: [*first.get(model, []), *second.get(model, [])] for model in {*first, *second}}


def _referring(target: Model) -> Iterable[tuple[Model, list[str]]]:
    """The models with the columns by which they refer to `target`."""
    with connection.cursor() as cursor:
        for model in aggregates.tables():
            references = catalogue.references_of(cursor, model._meta.db_table)
            if columns := [column for column, table in references if table == target._meta.db_table]:
                yield model, columns


def _redirect_ledger(number: int, target: Model, old: UUID, new: UUID, own: Ids) -> Ids:
    """Every public row that names `old`, `own` rows apart, names `new` from `number` on; returns their ids."""
    return {
        model: ids
        for model, columns in _referring(target)
        if (ids := writing.replace_reference(number, model, columns, old, new, own.get(model, [])))
    }


def _redirect_desk(target: Model, old: UUID, new: UUID, own: Ids) -> None:
    """The same on the desk, pending edits and drafts included; the records concerned count a version.

    No edit is put down for that version: the act wrote it, and it may not keep its editor from publishing what others
    wrote.
    """
    touched: dict[Any, set[UUID]] = {}
    for model, columns in _referring(target):
        for column in columns:
            rows = model._default_manager.filter(**{column: old}).exclude(pk__in=own.get(model, []))
            for row in rows:
                record = whole(row)
                touched.setdefault(type(record), set()).add(record.pk)
            rows.update(**{column: new})
    _count_versions(touched)
