"""Answers put together of what PostgreSQL wrote: the envelope is made here, and nothing that stands in it is parsed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from negotiations.api.asked_values import certainty, of_all
from negotiations.api.documents import Compiled
from negotiations.api.envelope import meta
from negotiations.api.references import Root

if TYPE_CHECKING:
    from negotiations.api.records import ReadViewSet


class Json(str):
    """A text that is JSON already."""


def line(value: Any) -> str:
    """`value` as JSON, with nothing in it that need not be."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def written_page(view: ReadViewSet) -> Response:
    """One page of the list of `view`: the ids in a query, perhaps the count in one, and the records in a third."""
    pages: Any = view.paginator
    queryset = view.filter_queryset(view.get_queryset())
    ids = pages.pick(queryset, view.request, view)
    keys = [key.path for key in pages.keyset.keys]
    days = view.asked_days[0][0].written(queryset.model) if view.asked_days else []  # the same of all its filters
    compiled = Compiled(view.serializer_class, view.shape, (*keys, *days))
    found = compiled.of(ids, Root.of(view.request._request)) if ids else {}
    pages.rows = [found[id] for id in ids]
    response: Response = pages.get_paginated_response([])
    texts = (_with_certainty(row.text, row.beside[len(keys) :], view.asked_days) for row in pages.rows)
    response.data = Json(f"{line(response.data)[:-2]}{','.join(texts)}]}}")
    return response


def _with_certainty(text: str, days: Sequence[str | None], asked: list[Any]) -> str:
    """The record as it was written; where days were asked for, with how certain it is that its own overlap them."""
    return _joined(text, line({"certainty": of_all(certainty(days, each) for _, each in asked)})) if asked else text


def written_record(view: ReadViewSet) -> tuple[Any, Json]:
    """The id of the record that `view` is asked for, and the answer; one query. Raises what `view` does without one."""
    request, address = view.request, view.kwargs["id"]
    found = Compiled(view.serializer_class, view.shape).at(address, Root.of(request._request))
    if found is None:
        raise view.missing(request, address)
    return found.id, Json(_joined(line({"meta": meta(request)}), found.text))


def _joined(first: str, second: str) -> str:
    """Two objects as one, whose members follow one another."""
    return first if second == "{}" else second if first == "{}" else f"{first[:-1]},{second[1:]}"


class WrittenRenderer(JSONRenderer):
    """JSON, which may be written already."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        if not isinstance(data, Json):
            return super().render(data, accepted_media_type, renderer_context)
        if self.get_indent(accepted_media_type or "", renderer_context or {}) is not None:
            return super().render(json.loads(data), accepted_media_type, renderer_context)
        return data.encode()
