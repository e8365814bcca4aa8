"""Whole filtered sets in one answer, written as they are read: batch by batch, each in a window of its own.

So a slow reader holds neither connection nor snapshot, and yet every row is of the one revision that the answer names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import connections, models
from django.http import StreamingHttpResponse
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from negotiations.api.envelope import meta
from negotiations.api.keyset import Cursor
from negotiations.api.paging import keyset_of
from negotiations.api.problems import BadParameters, fault
from negotiations.ledger.window import Window, open_window

if TYPE_CHECKING:
    from negotiations.api.records import ReadViewSet

MOST_ROWS = 50_000
BATCH = 500
Rows = list[tuple[Any, dict[str, Any]]]  # each row as it was found, and as it is served
Place = tuple[Any, ...] | None  # after which row the next batch begins; None for the beginning, and behind the end
Batch = Callable[[Place], tuple[Rows, Place]]


@dataclass(frozen=True)
class Export:
    """What a format writes: the batches of one list, whose rows `serializer` has shaped, at one revision."""

    serializer: serializers.Serializer[Any]
    window: Window
    meta: dict[str, Any]
    batches: Iterator[Rows]


class WholeSetRenderer(BaseRenderer):
    """A format that holds the whole filtered set; `format` is its suffix, and it is chosen like any renderer."""

    needs: ClassVar[tuple[str, ...]] = ()  # relations that it reads beside those that are served
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        raise NotImplementedError("The whole set is streamed; see answer().")

    def written(self, export: Export) -> Iterator[str]:
        """The file, piece by piece."""
        raise NotImplementedError


def answer(view: ReadViewSet, renderer: WholeSetRenderer) -> StreamingHttpResponse:
    """The whole list of `view` as `renderer` writes it; BadParameters when it has too many rows for one file."""
    request = view.request
    _refuse_too_many(view)
    serializer = view.serializer_class(context=view.get_serializer_context())
    return streamed(request, renderer, serializer, view.resource, partial(_batch, view, renderer))


def streamed(
    request: Request, renderer: WholeSetRenderer, serializer: serializers.Serializer[Any], name: str, batch: Batch
) -> StreamingHttpResponse:
    """The file called `name` of all that `batch` tells from one place to the next, at the revision of `request`."""
    window: Window = request._request.window  # type: ignore[attr-defined]  # set by the public door
    first = batch(None)  # in the request's own window: what goes wrong at once is said as a problem
    about = meta(request)
    export = Export(serializer, window, about, _batches(batch, window.revision, *first))
    content_type = f"{renderer.media_type}; charset={renderer.charset}"
    headers = file_headers(about, name, str(renderer.format))
    return StreamingHttpResponse(renderer.written(export), content_type=content_type, headers=headers)


def file_headers(about: dict[str, Any], name: str, suffix: str) -> dict[str, str]:
    """What a file says about itself: how it is cited, its licence, and what to call it; `about` is its `meta`."""
    return {
        "Link": f'<{about["permalink"]}>; rel="cite-as", <https://creativecommons.org/licenses/by/4.0/>; rel="license"',
        "Content-Disposition": f'inline; filename="{name}-{about["revision"]}.{suffix}"',
    }


def _refuse_too_many(view: ReadViewSet) -> None:
    found = view.filter_queryset(view.get_queryset()).order_by().values("pk")[: MOST_ROWS + 1].count()
    refuse_more_than_most(found, sorted(view.filterset_class.base_filters))


def refuse_more_than_most(found: int, ways: list[str]) -> None:
    """BadParameters when that many rows are too many for one file; `ways` are the filters that narrow them."""
    if found > MOST_ROWS:
        detail = f"This list has more than {MOST_ROWS} rows, which is too much for one file; narrow it with a filter."
        raise BadParameters([fault("", "too_many_rows", detail, ways)])


def _batches(batch: Batch, revision: int, rows: Rows, place: Place) -> Iterator[Rows]:
    """`rows`, then the batches from `place` on, each in a window of its own."""
    yield rows
    while place is not None:
        with open_window(revision):
            rows, place = batch(place)
        _give_back()
        yield rows


def _batch(view: ReadViewSet, renderer: WholeSetRenderer, place: Place) -> tuple[Rows, Place]:
    """The next rows after `place`, and the place after them; None at the end."""
    queryset: models.QuerySet[Any] = view.filter_queryset(view.get_queryset())
    if renderer.needs:  # without names it would join whatever must be there, and nothing that may be missing
        queryset = queryset.select_related(*renderer.needs)
    keyset = keyset_of(view.request.query_params.get("ordering"), view, queryset.model)
    ids = keyset.ids(queryset, Cursor(backward=False, values=place), BATCH)
    found = queryset.order_by().in_bulk(ids) if ids else {}
    rows = [found[id] for id in ids]
    served = view.get_serializer(rows, many=True).data
    following = keyset.values(rows[-1]) if len(rows) == BATCH else None
    return list(zip(rows, served, strict=True)), following


def _give_back() -> None:
    """Between two batches the connection is for others."""
    connection = connections[settings.PUBLIC_ALIAS]
    if not connection.in_atomic_block:
        connection.close()
