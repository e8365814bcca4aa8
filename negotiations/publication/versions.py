"""Versions of records on the desk: who wrote each, who has them in review, and that nobody publishes their own work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from negotiations.ledger import aggregates
from negotiations.models import Edit, Pin
from negotiations.models.records import Record
from negotiations.publication.revising import Refused, Roots, by_model, refuse_unfit, said


def record_versions(records: Iterable[Record], *, by: AbstractBaseUser) -> None:
    """Put down that `by` wrote these records' present versions; part of the transaction that wrote them.

    A version that was put down before belonged to a draft that was deleted, and entered again under its old id.
    """
    Edit.objects.bulk_create(
        (
            Edit(table_name=record._meta.db_table, record_id=record.pk, version=record.version, author_id=by.pk)
            for record in records
        ),
        update_conflicts=True,
        unique_fields=["record_id", "table_name", "version"],
        update_fields=["author", "at", "discarded_at", "revision", "publisher", "alone_because"],
    )


def count_version(record: Record, *, by: AbstractBaseUser) -> None:
    """The desk's state of `record`, parts included, was changed by `by`: whoever saw the version before saw another."""
    model = type(record)
    model._default_manager.filter(pk=record.pk).update(version=F("version") + 1, updated_at=timezone.now())
    record_versions(model._default_manager.filter(pk=record.pk), by=by)


def of_records(roots: Mapping[Any, Iterable[UUID]]) -> Q:
    """The rows of Pin or Edit that are about these records."""
    each = (Q(table_name=model._meta.db_table, record_id__in=list(ids)) for model, ids in roots.items())
    return reduce(or_, each, Q(pk__in=[]))


def pending(roots: Mapping[Any, Iterable[UUID]]) -> QuerySet[Edit]:
    """The versions of these records that are neither published nor discarded."""
    return Edit.objects.filter(of_records(roots), revision=None, discarded_at=None)


def records_in(rows: Iterable[Pin | Edit]) -> dict[UUID, Record]:
    """The records that `rows` are about, by id; one that is gone from the desk is left out. One query a kind."""
    wanted: dict[str, set[UUID]] = {}
    for row in rows:
        wanted.setdefault(row.table_name, set()).add(row.record_id)
    return {
        record.pk: record
        for model in aggregates.records()
        if model._meta.db_table in wanted
        for record in model._default_manager.filter(pk__in=wanted[model._meta.db_table])
    }


def refuse_in_review(roots: Roots) -> None:
    """Raises Refused, by name, for each of these records that is in an open submission."""
    pins = list(Pin.objects.filter(of_records(roots), is_open=True).select_related("submission__sent_by"))
    records = records_in(pins)
    if pins:
        raise Refused(
            f"{said(records[pin.record_id])} is in the open submission of {pin.submission.sent_by.get_username()}:"
            " decide on that first."
            for pin in pins
        )


def own_work(roots: Roots, by: AbstractBaseUser, *, decides: str = "publishes it") -> list[str]:
    """A sentence for each of these records of which `by` wrote a version that is not published."""
    mine = pending(roots).filter(author_id=by.pk)
    return [
        f"You wrote what is not yet public of {said(record)}: somebody else {decides}."
        for record in records_in(mine).values()
    ]


def own_public_work(roots: Roots, by: AbstractBaseUser, *, decides: str) -> list[str]:
    """A sentence for each of these records of which `by` wrote what is public now or what is not yet public."""
    edits = Edit.objects.filter(of_records(roots), discarded_at=None)
    newest = edits.filter(table_name=OuterRef("table_name"), record_id=OuterRef("record_id")).order_by("-revision")
    public = edits.filter(author_id=by.pk, revision=Subquery(newest.exclude(revision=None).values("revision")[:1]))
    pending_too = own_work(roots, by, decides=decides)
    written = [
        f"You wrote what is public of {said(record)}: somebody else {decides}."
        for record in records_in(public).values()
    ]
    return [*pending_too, *written]


def refuse_alone(messages: list[str], by: AbstractBaseUser, alone_because: str) -> None:
    """Raises Refused with `messages`, which say what is `by`'s own work, unless a superuser gives a reason."""
    if messages and not getattr(by, "is_superuser", False):
        raise Refused(messages)
    if messages:
        refuse_unfit(alone_because, " ".join([*messages, "As a superuser you may act alone: say why."]))


def put_down(roots: Roots, revision: int, *, by: AbstractBaseUser, alone_because: str) -> None:
    """The pending versions of these records were published by `by` in `revision`."""
    published = pending(roots)
    published.filter(author_id=by.pk).update(revision=revision, publisher_id=by.pk, alone_because=alone_because)
    published.exclude(author_id=by.pk).update(revision=revision, publisher_id=by.pk)


def roots_of(pins: Iterable[Pin]) -> Roots:
    """The records that `pins` are about, as acts take them."""
    return by_model(records_in(pins).values())
