"""django-ninja with our models and our prefetching, written out by orjson: its addresses."""

from __future__ import annotations

import datetime
from typing import Any

import orjson
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI
from ninja.renderers import BaseRenderer

from bench.peers.cursors import place
from bench.peers.ninja_schemas import Positions, TalkOut, Talks
from negotiations.api.positions import PositionSerializer
from negotiations.api.talks import TalkSerializer
from negotiations.models import Delegation, Position, Talk

PAGE = 50


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data)


api = NinjaAPI(renderer=OrjsonRenderer(), openapi_url=None)


@api.get("talks/", response=Talks)
def talks(request: HttpRequest, party: str | None = None, kind: str | None = None, cursor: str | None = None) -> Any:
    found = TalkSerializer.loaded(Talk.objects.order_by(F("during").desc(nulls_last=True), "id"))
    if party is not None:
        sat = Delegation.objects.filter(talk=OuterRef("pk"), party__slug=party)
        found = found.filter(Exists(sat), kind=kind)
    return {"results": list(_after(found, cursor)[:PAGE])}


def _after(found: QuerySet[Talk], cursor: str | None) -> QuerySet[Talk]:
    if cursor is None:
        return found
    (first, end), id = place(cursor)
    days = DateRange(*(day and datetime.date.fromisoformat(day) for day in (first, end)))
    return found.filter(Q(during__lt=days) | Q(during=days, id__gt=id))


@api.get("talks/{slug}/", response=TalkOut)
def talk(request: HttpRequest, slug: str) -> Any:
    return TalkSerializer.loaded(Talk.objects.all()).get(slug=slug)


@api.get("positions/", response=Positions)
def positions(request: HttpRequest, process: str, party: str) -> Any:
    found = PositionSerializer.loaded(Position.objects.order_by(F("in_force").desc(nulls_last=True), "id"))
    return {"results": list(found.filter(process__slug=process, party__slug=party)[:PAGE])}


urlpatterns = [path("api/v1/", api.urls)]
