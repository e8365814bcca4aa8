"""Records on the desk: what the public API shows of them, with their versions; made, edited and deleted as drafts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.http import Http404
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from negotiations import publication
from negotiations.api.desk.access import asking, need, need_rights
from negotiations.api.desk.bodies import Judged, bad_body, faults_of, object_in, only_stated
from negotiations.api.desk.conditions import etag, locked, need_match
from negotiations.api.desk.naming import misnamed
from negotiations.api.desk.schema import Told
from negotiations.api.desk.views import DeskPagination, DeskView, desk_meta
from negotiations.api.filters import StrictFilterSet
from negotiations.api.paging import PARAMETERS as PAGING
from negotiations.api.problems import Fault, fault
from negotiations.api.records import ReadSerializer, ReadViewSet, RecordViewSet
from negotiations.api.references import RESOURCES, ROOT, Root
from negotiations.api.shaping import PARAMETERS as SHAPING
from negotiations.api.shaping import shape_asked_for
from negotiations.exchange.entering import Entered, Unfit, enter, rights_for, row_changed, rows_entered
from negotiations.exchange.planning import Plan
from negotiations.exchange.rows import Dossier
from negotiations.ledger.stages import stages
from negotiations.models.records import Record, addressed
from negotiations.vocabulary import Scope

MOST_AT_ONCE = 500
WRITES = {
    "create": ("Enter a {0}", "Enter a {0}, or a list of them of which all are entered or none, as drafts."),
    "update": ("Replace a {0}", "Say all of a {0}: what is left out is emptied, parts that are left out go."),
    "partial_update": ("Change a {0}", "Say some keys of a {0}; a list of parts that is said is the whole list."),
    "destroy": ("Delete a draft", "Delete a {0} that was never public, with its parts."),
}


def desk_root(request: Request) -> Root:
    """Where addresses in the desk's answers begin: they stay at the desk, where drafts are."""
    return Root(request.build_absolute_uri(f"{ROOT}desk/"))


class DeskReadViewSet(DeskView, ReadViewSet):
    """A list of the desk and what is in it, in the shapes of the public API."""

    pagination_class = DeskPagination
    is_compiled = False  # the desk is not read through the window
    shaped = True  # whether `fields`, `omit` and `include` choose what is shown

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.shaped:
            self.shape = shape_asked_for(request.query_params, self.serializer_class)

    def tell(self, action: str) -> Told:
        many = (self.__doc__ or "").strip().partition("\n")[0]
        if action == "list":
            return Told(f"{self.noun.capitalize()}s on the desk", many, answer=self.serializer_class)
        says = f"One {self.noun} as it stands on the desk, by its id or slug."
        return Told(f"One {self.noun} on the desk", says, answer=self.serializer_class)

    def known_parameters(self) -> set[str]:
        shaping = {*SHAPING} if self.shaped else set()
        if self.action == "list":
            return {*shaping, *PAGING, *self.filterset_class.base_filters}
        return shaping if self.action == "retrieve" else set()

    def get_serializer_context(self) -> dict[str, Any]:
        request: Request | None = self.request
        root = desk_root(request) if request else Root(f"{ROOT}desk/")
        return {**super().get_serializer_context(), "root": root}

    @classmethod
    def located(cls, queryset: models.QuerySet[Any], request: Request, address: str) -> Any:
        found = addressed(queryset, address) if issubclass(queryset.model, Record) else queryset.filter(pk=address)
        row = found.first()
        if row is None:
            raise Http404(f"The desk has no {cls.noun} of this id or slug.")
        return row

    def shown(self, rows: Iterable[Any]) -> list[dict[str, Any]]:
        """Rows as they are read; the queries do not grow with their number."""
        return [dict(row) for row in self.get_serializer(list(rows), many=True).data]

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.shown(page or ()))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response({"meta": desk_meta(request), **self.shown([self.get_object()])[0]})


class DeskRecordViewSet(DeskReadViewSet):
    """Records of one kind on the desk; `list`, `retrieve` and the writes answer in the same shape."""

    serializer_class: type[ReadSerializer]

    def shown(self, rows: Iterable[Any]) -> list[dict[str, Any]]:
        """Records, each with what only the desk knows of it."""
        records = list(rows)
        found = stages(self.model, [record.pk for record in records])
        return [
            {**shown, "desk": {"version": row.version, "stage": found[row.pk], "updated_at": _moment(row.updated_at)}}
            for row, shown in zip(records, super().shown(records), strict=True)
        ]

    def tell(self, action: str) -> Told:
        if action not in WRITES:
            return super().tell(action)
        summary, says = (text.format(self.noun) for text in WRITES[action])
        if action == "destroy":
            return Told(summary, says, status="204", matches=True)
        is_new = action == "create"
        return Told(
            summary, says, body=self.serializer_class, answer=self.serializer_class,
            status="201" if is_new else "200", matches=not is_new, may_be_many=is_new,
        )  # fmt: skip

    @property
    def model(self) -> type[Record]:
        return self.serializer_class.Meta.model  # type: ignore[return-value]  # of a record

    def right(self, act: str) -> str:
        return f"{act}_{self.model._meta.model_name}"

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer(request, self.get_object())

    def answer(self, request: Request, record: Record, warnings: list[str] | None = None) -> Response:
        """One record, with its version as entity tag."""
        body = {"meta": desk_meta(request, warnings), **self.shown([record])[0]}
        return Response(body, headers={"ETag": etag(record)})

    def create(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        need(request, Scope.WRITE, self.right("add"))
        return self.act(request, lambda: self._created(request))

    def _created(self, request: Request) -> Response:
        body = request.data
        is_many = isinstance(body, list)
        if is_many and not 1 <= len(body) <= MOST_AT_ONCE:
            raise bad_body([fault("", "invalid", f"A list holds 1 to {MOST_AT_ONCE} records.")])
        stated = [((index,) if is_many else (), each) for index, each in enumerate(body if is_many else [body])]
        judged = Judged()
        rows = [(at, only_stated(self.serializer_class, object_in(each, at), None, at, judged)) for at, each in stated]
        entered = self._entered(request, rows_entered(self.model, rows), judged)
        records = self._read_again(entered.records)
        if is_many:
            meta = desk_meta(request, entered.warnings)
            return Response({"meta": meta, "count": len(records), "results": self.shown(records)}, status=201)
        answer = self.answer(request, records[0], entered.warnings)
        answer.status_code = 201
        answer["Location"] = desk_root(request).address(f"{RESOURCES[self.model]}/{records[0].slug}/")
        return answer

    def update(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        need(request, Scope.WRITE, self.right("change"))
        return self.act(request, lambda: self._changed(request, is_whole=True))

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        need(request, Scope.WRITE, self.right("change"))
        return self.act(request, lambda: self._changed(request, is_whole=False))

    def _changed(self, request: Request, *, is_whole: bool) -> Response:
        record = locked(self.model, self.kwargs["id"])
        need_match(request, record)
        stated = object_in(request.data)
        (whole,) = self._read_again([record])
        judged = Judged()
        values = only_stated(self.serializer_class, stated, self.shown([whole])[0], (), judged)
        if stated.get("id", str(record.pk)) != str(record.pk):
            judged.faults.append(fault("id", "read_only", "The id of a record never changes; leave it out."))
        entered = self._entered(request, row_changed(record, values, is_whole=is_whole), judged)
        (again,) = self._read_again([record])
        return self.answer(request, again, entered.warnings)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        by = need(request, Scope.WRITE, self.right("delete"))

        def do() -> Response:
            record = locked(self.model, self.kwargs["id"])
            need_match(request, record)
            publication.delete_draft(record, by=by)
            return Response(status=204)

        return self.act(request, do)

    def _entered(self, request: Request, dossier: Dossier, judged: Judged) -> Entered:
        """Enter `dossier`; refused with the faults found before and all that is found now."""
        unfit: list[Fault] = []
        try:
            entered = enter(dossier, by=asking(request), permit=lambda plan: need_rights_for(request, plan))
        except Unfit as error:
            unfit = faults_of(error)
        # Names are looked at when all is written, since records of one body may refer to one another.
        if faults := [*judged.faults, *misnamed(judged.mentions), *unfit]:
            raise bad_body(faults)
        return entered

    def _read_again(self, records: Iterable[Record]) -> list[Any]:
        """The same records with all that is shown of them, as they are now."""
        ids = [record.pk for record in records]
        found = self.get_queryset().in_bulk(ids)
        return [found[id] for id in ids]


def need_rights_for(request: Request, plan: Plan) -> None:
    """PermissionDenied unless the token's owner may do what `plan` would write, to each kind of row."""
    need_rights(request, *rights_for(plan))


def _moment(moment: Any) -> str:
    return str(moment.isoformat().replace("+00:00", "Z"))


def desk_filters(public: type[StrictFilterSet]) -> type[StrictFilterSet]:
    """The filters of the public list, but for the one that asks revisions, of which drafts have none."""
    left_out: dict[str, Any] = {"changed_after": None} if "changed_after" in public.base_filters else {}
    return type(f"Desk{public.__name__}", (public,), left_out)


def desk_view(public: type[ReadViewSet]) -> type[DeskReadViewSet]:
    """The desk's view of what `public` serves."""
    base = DeskRecordViewSet if issubclass(public, RecordViewSet) else DeskReadViewSet
    members: dict[str, Any] = {
        "__doc__": public.__doc__,
        "serializer_class": public.serializer_class,
        "filterset_class": desk_filters(public.filterset_class),
        "orders": public.orders,
        "order": public.order,
        "noun": public.noun,
        "addressed_by": public.addressed_by,
        "views": f"view_{public.serializer_class.Meta.model._meta.model_name}",
    }
    return type(f"Desk{public.__name__}", (base,), members)
