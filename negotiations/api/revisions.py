"""Revisions: what this tracker published, act by act, and what each changed; who did it stays at the desk."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import models
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from negotiations.api.differences import DifferenceSerializer, differences
from negotiations.api.envelope import meta
from negotiations.api.filters import StrictFilterSet, WordFilter
from negotiations.api.paging import LARGEST_PAGE, USUAL_PAGE, page_size_of
from negotiations.api.parameters import address_asked
from negotiations.api.problems import BadParameters, fault
from negotiations.api.records import ReadSerializer, ReadViewSet
from negotiations.api.references import RESOURCE_OF_TABLE, Root
from negotiations.api.schema import described
from negotiations.api.snapshots import documents, references
from negotiations.api.touches import TouchSerializer, place_of, touches_in
from negotiations.models import Revision
from negotiations.vocabulary import Change, RevisionKind, WithdrawalAct

Entry = dict[str, Any]
CURSOR = re.compile(r"([a-z]{1,20})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")  # resource and id of a record


class RevisionFilter(StrictFilterSet):
    kind = WordFilter("kind", vocabulary=RevisionKind, help_text="Revisions of one of these kinds.")


class RevisionSerializer(ReadSerializer):
    """One editorial act: what it changed became public, or ceased to be, together."""

    class Meta:
        model = Revision
        fields = ("number", "at", "kind", "note", "hash")


class RevisionsViewSet(ReadViewSet):
    """What all lists of revisions share."""

    serializer_class = RevisionSerializer
    filterset_class = RevisionFilter
    orders = {"number": "number"}
    order = "-number"
    noun = "revision"
    addressed_by = "number"

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().defer("by")


class RevisionRecordSerializer(TouchSerializer):
    """What a revision did to one record, field by field."""

    slug = serializers.CharField(allow_null=True, help_text="Its readable address then; null if suppressed.")
    label = serializers.CharField(  # type: ignore[assignment]  # the name that callers see
        allow_null=True, help_text="What to call it, as it was then; null if suppressed."
    )
    differences = DifferenceSerializer(many=True, help_text="Each field that changed, in itself or in a part of it.")


class RevisionDetailSerializer(RevisionSerializer):
    """One editorial act, and what it changed; a large one comes on several pages."""

    count = serializers.IntegerField(read_only=True, help_text="How many records it touched.")
    next = serializers.URLField(read_only=True, allow_null=True, help_text="The next page of them; null on the last.")
    records = RevisionRecordSerializer(many=True, read_only=True)

    class Meta(RevisionSerializer.Meta):
        fields = (*RevisionSerializer.Meta.fields, "count", "next", "records")  # type: ignore[assignment]


PAGE = [
    OpenApiParameter(
        "page_size",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": USUAL_PAGE},
        description="How many records a page has.",
    ),
    OpenApiParameter(
        "cursor",
        {"type": "string", "pattern": f"^{CURSOR.pattern}$"},
        description="The place of a page, taken from `next`.",
    ),
]


@described(
    many="Revisions of this tracker, the newest first.",
    one="One revision: when it was published, why, and what it changed, record by record and field by field.",
)
class RevisionViewSet(RevisionsViewSet):
    """Revisions: every editorial act that changed what is public, in order."""

    def known_parameters(self) -> set[str]:
        return {"page_size", "cursor"} if self.reads == "retrieve" else super().known_parameters()

    @extend_schema(
        responses=RevisionDetailSerializer,
        parameters=PAGE,
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        revision = self.get_object()
        root = Root.of(request._request)
        entries = touches_in([revision], root)[revision.number]
        start = _start(request.query_params.get("cursor"), entries)
        page = entries[start : start + page_size_of(request.query_params.get("page_size"))]
        following = None
        if page and start + len(page) < len(entries):
            cursor = ".".join(place_of(page[-1]))
            following = replace_query_param(address_asked(request), "cursor", cursor)
        return Response(
            {
                "meta": meta(request),
                **self.get_serializer(revision).data,
                "count": len(entries),
                "next": following,
                "records": _in_detail(revision.number, page, root),
            }
        )


@extend_schema(
    summary="The newest revision", description="The newest revision, for asking cheaply whether anything is new."
)
class NewestRevisionViewSet(RevisionsViewSet):
    """The newest revision, or the one that `as_of` names."""

    may_be_missing = True
    is_compiled = False  # it has no address of its own to be found by

    def get_object(self) -> Any:
        found = self.get_queryset().order_by("-number").first()
        if found is None:
            raise Http404("Nothing has been published yet.")
        return found


def _start(cursor: str | None, entries: list[Entry]) -> int:
    """The place among `entries` after the one that `cursor` names."""
    if cursor is None:
        return 0
    written = CURSOR.fullmatch(cursor)
    if written is None or written[1] not in RESOURCE_OF_TABLE.values():
        detail = "This is not a cursor that this revision gave; take it from next, or start again without it."
        raise BadParameters([fault("cursor", "invalid", detail)])
    return bisect_right(entries, (written[1], written[2]), key=place_of)


def _in_detail(number: int, page: list[Entry], root: Root) -> list[Entry]:
    """The entries of `page` with slug, label and differences; some queries for each resource, however many records."""
    from negotiations.api.urls import RESOURCES  # which names this module's views too

    wanted: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    for entry in page:
        wanted[entry["resource"], entry["change"]].append(UUID(entry["id"]))
    before: dict[UUID, Any] = {}
    after: dict[UUID, Any] = {}
    for (resource, change), ids in wanted.items():
        view: Any = RESOURCES[resource]
        if change == Change.CHANGED:
            before |= documents(view, ids, root, number - 1)
            after |= documents(view, ids, root, number)
        elif change == Change.ADDED:
            after |= references(view, ids, root, number)
        else:
            before |= references(view, ids, root, number - 1)
    return [_with_differences(entry, before.get(UUID(entry["id"])), after.get(UUID(entry["id"]))) for entry in page]


def _with_differences(entry: Entry, before: Any, after: Any) -> Entry:
    withdrawal = entry["withdrawal"]
    # What was suppressed is called nothing: not even that it is withheld.
    shown = {} if withdrawal and withdrawal["act"] == WithdrawalAct.SUPPRESSION else after or before or {}
    return {
        **entry,
        "slug": shown.get("slug"),
        "label": shown.get("label"),
        "differences": differences(before, after) if before and after else [],
    }
