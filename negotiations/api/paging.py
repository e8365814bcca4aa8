"""Paging by keyset: pages follow one another by the last row's values, so nothing is lost or seen twice on the way."""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from negotiations.api.documents import Written
from negotiations.api.envelope import meta
from negotiations.api.keyset import LONGEST_CURSOR, Cursor, Keyset, read_cursor, write_cursor
from negotiations.api.parameters import address_asked
from negotiations.api.problems import BadParameters, fault, printable

PARAMETERS = ("page_size", "cursor", "ordering", "count")
LARGEST_PAGE = 200
USUAL_PAGE = 50


class KeysetPagination(BasePagination):
    """The envelope of every list: meta, count, next, previous, results. A page's ids are picked first and alone."""

    rows: list[Any]
    count: int | None

    def paginate_queryset(  # type: ignore[override]  # lists here are querysets
        self, queryset: models.QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        ids = self.pick(queryset, request, view)
        found = queryset.order_by().in_bulk(ids) if ids else {}
        self.rows = [found[id] for id in ids]
        return self.rows

    def pick(self, queryset: models.QuerySet[Any], request: Request, view: Any) -> list[Any]:
        """The ids of the page that is asked for, in order. With the count two queries."""
        parameters = request.query_params
        self.request, self.model = request, queryset.model
        self.size = page_size_of(parameters.get("page_size"))
        self.keyset = keyset_of(parameters.get("ordering"), view, queryset.model)
        cursor = Cursor(backward=False, values=None)
        if "cursor" in parameters:
            cursor = read_cursor(parameters["cursor"], self.keyset, queryset.model)
        self.count = None if count_is_unwanted(parameters.get("count")) else queryset.count()
        ids, has_rows_behind = self.keyset.page(queryset, cursor, self.size + 1)
        has_more = len(ids) > self.size
        self.next = has_rows_behind if cursor.backward else has_more
        self.previous = has_more if cursor.backward else has_rows_behind
        return ids[: self.size][::-1] if cursor.backward else ids[: self.size]

    def place(self, row: Any) -> tuple[Any, ...]:
        """The values by which `row` is ordered."""
        return row.beside[: len(self.keyset.keys)] if isinstance(row, Written) else self.keyset.values(row)

    def _cursor(self, backward: bool) -> str:
        """The page after this one, or before it when `backward`; from the far end when this page is empty."""
        values = self.place(self.rows[0 if backward else -1]) if self.rows else None
        return write_cursor(Cursor(backward, values), self.keyset, self.model)

    def meta(self) -> dict[str, Any]:
        """What the page says about itself."""
        return meta(self.request)

    def get_paginated_response(self, data: Any) -> Response:
        following = self._cursor(backward=False) if self.next else None
        preceding = self._cursor(backward=True) if self.previous else None
        return page(self.request, self.meta(), self.count, following, preceding, data)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "description": "One page of a list.",
            "required": ["meta", "count", "next", "previous", "results"],
            "properties": {
                "meta": {"$ref": "#/components/schemas/Meta"},
                "count": {
                    "type": ["integer", "null"],
                    "description": "How many records there are on all pages; null with `count=none`.",
                },
                "next": {**link, "description": "The address of the next page; null on the last."},
                "previous": {**link, "description": "The address of the page before; null on the first."},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [{"name": name, "in": "query", "required": False, "description": says, "schema": schema}
                for name, (schema, says) in described_parameters(view).items()]  # fmt: skip


def described_parameters(view: Any) -> dict[str, tuple[dict[str, Any], str]]:
    """How OpenAPI describes the parameters of paging, each with its description; `view` has `orders` and `order`."""
    orders = sorted(name for order in view.orders for name in (order, f"-{order}"))
    return {
        "page_size": (
            {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": USUAL_PAGE},
            "How many records a page has.",
        ),
        "cursor": (
            {"type": "string", "pattern": f"^[A-Za-z0-9_-]{{1,{LONGEST_CURSOR}}}$"},
            "The place of a page, taken from `next` or `previous`.",
        ),
        "count": ({"type": "string", "enum": ["none"]}, "Leave the count out, which costs time in long lists."),
        "ordering": (
            {"type": "string", "enum": orders, "default": view.order},
            "The field to order by, with `-` in front for descending; records without it come last.",
        ),
    }


def page(
    request: Request, about: dict[str, Any], count: int | None, following: str | None, preceding: str | None, rows: Any
) -> Response:
    """One page of a list as it is answered, with the cursors of those beside it, if there are any."""
    whole = address_asked(request)
    next, previous = (cursor and replace_query_param(whole, "cursor", cursor) for cursor in (following, preceding))
    addresses = {"next": next, "prev": previous, "first": remove_query_param(whole, "cursor")}
    links = [f'<{url}>; rel="{relation}"' for relation, url in addresses.items() if url]
    return Response(
        {"meta": about, "count": count, "next": next, "previous": previous, "results": rows},
        headers={"Link": ", ".join(links)},
    )


def page_size_of(text: str | None) -> int:
    if text is None:
        return USUAL_PAGE
    if not re.fullmatch(r"[1-9][0-9]{0,2}", text) or int(text) > LARGEST_PAGE:
        detail = f"page_size is {printable(text, 20)!r}; it must be a number from 1 to {LARGEST_PAGE}."
        raise BadParameters([fault("page_size", "invalid", detail)])
    return int(text)


def count_is_unwanted(text: str | None) -> bool:
    if text not in (None, "none"):
        detail = f"count is {printable(text, 20)!r}; it can only be none, which leaves the count out."
        raise BadParameters([fault("count", "not_allowed", detail, ["none"], text)])
    return text is not None


def keyset_of(name: str | None, view: Any, model: type[models.Model]) -> Keyset:
    name = order_of(name, view)
    return Keyset.named(name, view.orders, model._meta.pk.name)


def order_of(name: str | None, view: Any) -> str:
    """The order that is asked for, of those that `view` has; BadParameters when it has not."""
    name = view.order if name is None else name
    if name.removeprefix("-") not in view.orders:
        detail = f"ordering is {printable(name)!r}, which this list has not."
        allowed = [order for base in view.orders for order in (base, f"-{base}")]
        raise BadParameters([fault("ordering", "not_allowed", detail, allowed, name)])
    return name
