"""Whole filtered sets in one answer, written as they are read: batch by batch, each in a window of its own.

So a slow reader holds neither connection nor snapshot, and yet every row is of the one revision that the answer names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import connections, models
from django.http import StreamingHttpResponse
from rest_framework.renderers import BaseRenderer

from negotiations.api.envelope import meta
from negotiations.api.keyset import Cursor
from negotiations.api.paging import keyset_of
from negotiations.api.problems import BadParameters, fault
from negotiations.ledger.window import Window, open_window

if TYPE_CHECKING:
    from negotiations.api.records import ReadSerializer, ReadViewSet

MOST_ROWS = 50_000
BATCH = 500
Rows = list[tuple[Any, dict[str, Any]]]  # each row as a model instance, and as it is served


@dataclass(frozen=True)
class Export:
    """What a format writes: the batches of one list, whose rows `serializer` has shaped, at one revision."""

    serializer: ReadSerializer
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
    window: Window = request._request.window  # type: ignore[attr-defined]  # set by the public door
    _refuse_too_many(view)
    first = _batch(view, renderer, None)  # in the request's own window: what goes wrong at once is said as a problem
    about = meta(request)
    export = Export(
        view.serializer_class(context=view.get_serializer_context()), window, about,
        _batches(view, renderer, window.revision, *first),
    )  # fmt: skip
    content_type = f"{renderer.media_type}; charset={renderer.charset}"
    headers = file_headers(about, view.resource, str(renderer.format))
    return StreamingHttpResponse(renderer.written(export), content_type=content_type, headers=headers)


def file_headers(about: dict[str, Any], name: str, suffix: str) -> dict[str, str]:
    """What a file says about itself: how it is cited, its licence, and what to call it; `about` is its `meta`."""
    return {
        "Link": f'<{about["permalink"]}>; rel="cite-as", <https://creativecommons.org/licenses/by/4.0/>; rel="license"',
        "Content-Disposition": f'inline; filename="{name}-{about["revision"]}.{suffix}"',
    }


def _refuse_too_many(view: ReadViewSet) -> None:
    found = view.filter_queryset(view.get_queryset()).order_by().values("pk")[: MOST_ROWS + 1].count()
    if found > MOST_ROWS:
        ways = sorted(view.filterset_class.base_filters)
        detail = f"This list has more than {MOST_ROWS} rows, which is too much for one file; narrow it with a filter."
        raise BadParameters([fault("", "too_many_rows", detail, ways)])


def _batches(
    view: ReadViewSet, renderer: WholeSetRenderer, revision: int, rows: Rows, place: tuple[Any, ...] | None
) -> Iterator[Rows]:
    """`rows`, then the batches from `place` on, each in a window of its own."""
    yield rows
    while place is not None:
        with open_window(revision):
            rows, place = _batch(view, renderer, place)
        _give_back()
        yield rows


def _batch(
    view: ReadViewSet, renderer: WholeSetRenderer, place: tuple[Any, ...] | None
) -> tuple[Rows, tuple[Any, ...] | None]:
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
