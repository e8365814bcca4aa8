"""Addresses that no longer lead to a record: where it is instead, how it ceased to be public, or that nothing is there.

All of it is asked inside the window, so that an address answers as of a revision as it did then.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import serializers

from negotiations.api.as_of import at_revision
from negotiations.api.parameters import address_asked
from negotiations.api.problems import Elsewhere, Gone, ProblemSerializer
from negotiations.api.references import RESOURCES, Root
from negotiations.api.touches import SuccessorSerializer, how_withdrawn
from negotiations.ledger.history import withdrawn_by_now
from negotiations.models import Address, Revision, Withdrawal
from negotiations.models.records import Record
from negotiations.vocabulary import WithdrawalAct

# The header that marks a record of the past which is public no more.
WITHDRAWN = "Withdrawn-In-Revision"
Answer = TypeVar("Answer", bound=HttpResponseBase)


class GoneSerializer(ProblemSerializer):
    """Why a record is public no more (RFC 9457)."""

    reason = serializers.CharField(help_text="Why: the note of the revision that withdrew it.")
    revision = serializers.IntegerField(help_text="The revision that withdrew it.")
    at = serializers.DateTimeField(help_text="When.")
    successor = SuccessorSerializer(allow_null=True, help_text="What stands in its place, if anything does.")
    url = serializers.URLField(
        allow_null=True, help_text="Where it can still be read, as it was last; null if it was suppressed."
    )


def instead(model: type[Record], noun: str, request: HttpRequest, address: str) -> Exception:
    """What to raise where no record of `model` is at `address`: where it is now, why it is gone, or that none is there.

    A draft is answered like what never existed, after the same queries. What was suppressed is found by its id only.
    """
    nothing = Http404(f"No {noun} of this id is published.")
    id, by_slug = _id_of(model, address)
    if id is None:
        return nothing
    if by_slug and (slug := _slug_of(model, id)):
        return _moved(request, model, slug)
    withdrawal = _latest(model, id)
    if withdrawal is None or (by_slug and withdrawal.act == WithdrawalAct.SUPPRESSION):
        return nothing
    if withdrawal.act == WithdrawalAct.MERGE and withdrawal.successor_id:
        return _moved(request, model, _survivor(model, withdrawal.successor_id))
    return _gone(model, noun, request, withdrawal)


def _id_of(model: type[Record], address: str) -> tuple[uuid.UUID | None, bool]:
    """The id of the record that has, or had, `address`; and whether that is a slug."""
    try:
        return uuid.UUID(address), False
    except ValueError:
        had = Address.objects.filter(table_name=model._meta.db_table, slug=address)
        return had.values_list("record_id", flat=True).first(), True


def _slug_of(model: type[Record], id: uuid.UUID) -> str | None:
    return model._default_manager.filter(pk=id).values_list("slug", flat=True).first()


def _latest(model: type[Record], id: uuid.UUID) -> Withdrawal | None:
    withdrawals = Withdrawal.objects.filter(table_name=model._meta.db_table, record_id=id)
    return withdrawals.order_by("-number").first()


def _survivor(model: type[Record], id: uuid.UUID) -> str:
    """The slug of the record that stands at the end of the merges from `id` on; its id when it is public no more."""
    while True:
        if slug := _slug_of(model, id):
            return slug
        withdrawal = _latest(model, id)
        if withdrawal is None or withdrawal.act != WithdrawalAct.MERGE or withdrawal.successor_id is None:
            return str(id)
        id = withdrawal.successor_id


def _moved(request: HttpRequest, model: type[models.Model], address: str) -> Elsewhere:
    """To the same question at another address: the path's part behind the record, and the query, stay."""
    root = Root.of(request).url
    resource = RESOURCES[model]
    whole = address_asked(request)
    rest = whole.removeprefix(f"{root}{resource}/").partition("/")[2]
    return Elsewhere(301, f"{root}{resource}/{address}/{rest}")


def _gone(model: type[Record], noun: str, request: HttpRequest, withdrawal: Withdrawal) -> Gone:
    revision = Revision.objects.defer("by").get(pk=withdrawal.number)
    root = Root.of(request)
    path = f"{RESOURCES[model]}/{withdrawal.record_id}/"
    is_suppressed = withdrawal.act == WithdrawalAct.SUPPRESSION
    how = how_withdrawn(withdrawal, revision.note, root)
    members: dict[str, Any] = {
        "reason": how["reason"],
        "revision": revision.number,
        "at": revision.at.isoformat().replace("+00:00", "Z"),
        "successor": how["successor"],
        "url": None if is_suppressed else at_revision(f"{root.url}{path}", revision.number - 1),
    }
    if is_suppressed:
        return Gone("suppressed", f"This {noun} was withheld, in every revision.", members)
    return Gone("retracted", f"This {noun} was retracted; it can still be read as it was.", members)


def mark_withdrawn(answer: Answer, about: Iterable[tuple[Any, Any]], root: Root) -> Answer:
    """`answer`, marked if a record that it is about was withdrawn after the revision that is read: in the latest.

    `about` holds the model and id of each. The body says the same for ever: only a header may tell.
    """
    withdrawn = [withdrawn_by_now(model, id) for model, id in about] if root.as_of is not None else []
    if known := [number for number in withdrawn if number is not None]:
        answer[WITHDRAWN] = str(max(known))
    return answer
