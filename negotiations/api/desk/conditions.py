"""Versions as entity tags: who changes a record says which version they have seen, and is told when it is another."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, TypeVar

from django.http import Http404
from django.utils.http import parse_etags
from rest_framework import serializers
from rest_framework.request import Request

from negotiations import publication
from negotiations.api.problems import Declined, ProblemSerializer, fault, printable
from negotiations.models.records import Record, addressed

Found = TypeVar("Found", bound=Record)


class StaleSerializer(ProblemSerializer):
    """The record was changed after it was read (RFC 9457)."""

    given = serializers.CharField(help_text="The version that was seen, as it was said.")
    current = serializers.CharField(help_text="The version that it has now.")


def etag(record: Record) -> str:
    """The entity tag of a record: its version, which every write counts up."""
    return f'"{record.version}"'


def locked(model: type[Found], address: str) -> Found:
    """The record at `address`, which nobody else writes until the transaction ends; Http404 when there is none."""
    record = addressed(model._default_manager.select_for_update(no_key=True), address).first()
    if record is None:
        raise Http404(f"The desk has no {model._meta.verbose_name} of this id or slug.")
    return record


def need_match(request: Request, record: Record) -> None:
    """Refuse unless `If-Match` names the record's version: 428 without it, 412 when it is another."""
    given = request.headers.get("If-Match", "")
    tags = parse_etags(given)
    if not tags or tags == ["*"]:
        detail = f"Say which version you have seen: If-Match: {etag(record)} is the present one's."
        faults = [fault("If-Match", "missing", detail)]
        raise Declined(HTTPStatus.PRECONDITION_REQUIRED, detail, kind="version-needed", faults=faults)
    if etag(record) not in tags:
        raise stale(record, printable(given))


def stale(record: Record, given: str) -> Declined:
    """The refusal of whoever has seen another version than the present one."""
    detail = (
        f"The {record._meta.verbose_name} {record.slug} was changed meanwhile: you have seen version {given}, and now"
        f" it is {etag(record)}. Read it again, then repeat the request."
    )
    members: dict[str, Any] = {"given": given, "current": etag(record)}
    faults = [fault("If-Match", "stale", detail)]
    return Declined(HTTPStatus.PRECONDITION_FAILED, detail, kind="stale-version", faults=faults, members=members)


def refused(refusal: publication.Refused) -> Declined:
    """An editorial act's refusal as a problem, each reason by itself."""
    faults = [fault("", "refused", message) for message in refusal.messages]
    return Declined(HTTPStatus.CONFLICT, " ".join(refusal.messages), kind="refused", faults=faults)
