"""What the analyses share: the day they take where none is given, their envelope, and their rows as CSV.

An analysis answers one question about one record, or about all; `negotiations/analytics` finds the answer.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from negotiations.api.addresses import mark_withdrawn
from negotiations.api.asked_values import address_id
from negotiations.api.assembling import line
from negotiations.api.envelope import meta
from negotiations.api.exporting import file_headers
from negotiations.api.filters import OnFilter, StrictFilterBackend, StrictFilterSet
from negotiations.api.records import PublicView, RecordViewSet, record_named
from negotiations.api.references import RESOURCES, Root
from negotiations.api.tables import written
from negotiations.models import Process
from negotiations.models.records import Record

Body = dict[str, Any]


class DayFilter(OnFilter):
    """The one day that an analysis looks at."""

    says = "The day that is looked at: 2025-05-16; without it today (UTC), and the answer says which day that was."
    pattern = r"^[0-2][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


class AnalysisCsvRenderer(BaseRenderer):
    """The rows of an analysis as CSV, as lists write theirs."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        view: AnalysisView = renderer_context["view"]
        return written(view.row_serializer(), view.rows(data)).encode()


class AnalysisLinesRenderer(BaseRenderer):
    """The same rows as JSON Lines, a row a line."""

    media_type = "application/jsonl"
    format = "jsonl"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        view: AnalysisView = renderer_context["view"]
        names = [*view.row_serializer().fields]
        return "".join(f"{line({name: row[name] for name in names})}\n" for row in view.rows(data)).encode()


class AnalysisView(PublicView):
    """One question, answered as JSON and as a file of rows: subclasses say `answer`, `rows` and what a row has.

    `record_view` serves the record with whose address the path begins; without it the path has none.
    """

    addressed_by = "address"
    takes_today = True
    record_view: ClassVar[type[RecordViewSet] | None] = None
    parameters: ClassVar[type[StrictFilterSet]] = StrictFilterSet
    row_serializer: ClassVar[type[serializers.Serializer[Any]]]
    formats: ClassVar[tuple[type[BaseRenderer], ...]] = (AnalysisCsvRenderer, AnalysisLinesRenderer)
    name: ClassVar[str] = ""  # the last word of its address
    request: Request
    is_about: list[tuple[type[Record], UUID]]  # the records that the path names
    asked: dict[str, Any]  # the parameters' values, as their filters read them

    def answer(self, *args: Any, **kwargs: Any) -> Body:
        """The members of the answer, without those that every analysis has; `record` is what the path begins with."""
        raise NotImplementedError

    def rows(self, body: Body) -> Iterable[Body]:
        """What stands in the lines of a file, each as `row_serializer` describes it."""
        raise NotImplementedError

    def get(self, request: Request, **kwargs: str) -> Response:
        named: dict[str, Any] = {name: value for name, value in kwargs.items() if name not in ("id", "suffix")}
        if self.record_view is not None:
            named["record"] = self.named(self.record_view, kwargs["id"])
        about = meta(request)
        day = {"on": self.on.isoformat()} if "on" in self.known_parameters() else {}
        body = {"meta": about, **day, **self.answer(**named)}
        is_file = not isinstance(request.accepted_renderer, JSONRenderer)
        headers = file_headers(about, self.file_name, self._suffix(request)) if is_file else {}
        return mark_withdrawn(Response(body, headers=headers), self.is_about, self.root)

    def named(self, view: type[RecordViewSet], address: str) -> Record:
        """The record of `view` that the path names; the answer is about it."""
        found = record_named(view, self.request, address)
        self.is_about.append((type(found), found.pk))
        return found

    @property
    def on(self) -> datetime.date:
        """The day that is looked at."""
        given = self.asked.get("on")
        day: datetime.date = given.lower if given else self.request._request.day_taken  # type: ignore[attr-defined]  # set by the public door
        return day

    @property
    def root(self) -> Root:
        return Root.of(self.request._request)

    @property
    def file_name(self) -> str:
        resource = RESOURCES[self.record_view.serializer_class.Meta.model] + "-" if self.record_view else ""
        return f"{resource}{self.name}"

    def addresses(self, parameter: str) -> list[str] | None:
        """The slugs and ids given for `parameter`, an id written as PostgreSQL writes it; None where there are none."""
        given: list[str] = self.asked.get(parameter) or []
        return [str(address_id(each) or each) for each in given] or None

    def known_parameters(self) -> set[str]:
        return {*self.parameters.base_filters}

    def further_parameters(self, is_file: bool) -> list[OpenApiParameter]:
        """How OpenAPI describes what is asked besides `parameters`, of the answer or of its files."""
        return []

    def get_renderers(self) -> list[BaseRenderer]:
        is_told_about = getattr(self.request, "method", "GET") == "OPTIONS"  # what OPTIONS tells is JSON
        return [JSONRenderer(), *(renderer() for renderer in self.formats if not is_told_about)]

    def get_format_suffix(self, **kwargs: Any) -> str | None:
        """The suffix of the address; one that this is not served under is a 404 that names those it is."""
        suffix: str | None = kwargs.get("suffix")
        there = ["json", *(str(renderer.format) for renderer in self.formats)]
        if suffix is not None and suffix not in there:
            raise NotFound(f"There is no .{suffix} of this; it is served as .{', .'.join(there)}.")
        return suffix if self.request.method != "OPTIONS" else None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.get_format_suffix(**kwargs)
        super().initial(request, *args, **kwargs)
        self.is_about = []
        filterset = self.parameters(data=request.query_params, queryset=Process._default_manager.none())
        StrictFilterBackend.refuse_faults(filterset)
        self.asked = filterset.form.cleaned_data

    @staticmethod
    def _suffix(request: Request) -> str:
        return str(request.accepted_renderer.format)


def in_bulk(model: type[Record], ids: Iterable[UUID | None]) -> dict[UUID, Any]:
    """The public records `ids` of `model` by id, their own rows only; one query, none for no ids."""
    wanted = {id for id in ids if id is not None}
    return model._default_manager.in_bulk(wanted) if wanted else {}
