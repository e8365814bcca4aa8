"""What all resources share: a serializer that reads itself off its model, and a read-only viewset for its records."""

from __future__ import annotations

from functools import cache, lru_cache, partial
from typing import Any, ClassVar, cast

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import Http404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.model_meta import RelationInfo
from rest_framework.views import APIView

from negotiations.api.addresses import instead, mark_withdrawn
from negotiations.api.as_of import settle
from negotiations.api.asked_values import of_all
from negotiations.api.assembling import WrittenRenderer, written_page, written_record
from negotiations.api.documents import Document, Template, members_of
from negotiations.api.envelope import meta
from negotiations.api.exporting import WholeSetRenderer, answer
from negotiations.api.filters import StrictFilterSet
from negotiations.api.paging import PARAMETERS as PAGING
from negotiations.api.references import (
    LABELS_NEED,
    RESOURCES,
    ROOT,
    AddressField,
    DelegationReferenceField,
    JoinedField,
    PartsField,
    ReferenceField,
    Root,
)
from negotiations.api.shaping import PARAMETERS as SHAPING
from negotiations.api.shaping import WHOLE, Level, Shape, shape_asked_for
from negotiations.models import Delegation
from negotiations.models.records import Record, addressed

BASICS = ("id", "slug", "label", "url")
Loading = tuple[tuple[str, ...], tuple[tuple[str, type["ReadSerializer"], Shape], ...]]


@extend_schema_field({"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$", "examples": ["13:30"]})
class ClockField(serializers.TimeField):
    """A clock time to the minute, as sources give it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)

    def in_sql(self) -> Template:
        return Template("to_char({time}, 'HH24:MI')", time=models.F(str(self.source)))


class ReadSerializer(serializers.ModelSerializer[Any]):
    """A read-only serializer: `Meta.fields` names columns, dates without their `_edtf`; relations are references.

    Parts are declared as nested serializers; `loaded` fetches all of it with a fixed number of queries. `brings` names
    the relations by which other records point at this one, which come when they are asked for (`shape`).
    """

    brings: ClassVar[dict[str, type[models.Model]]] = {}

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.TimeField: ClockField,
    }

    def __init__(self, *args: Any, shape: Shape | None = None, **kwargs: Any) -> None:
        # The outermost serializer is told by its view; those inside by the one around them.
        self.shape: Shape = shape or kwargs.get("context", {}).get("shape", WHOLE)
        super().__init__(*args, **kwargs)

    def get_fields(self) -> dict[str, Any]:
        """The fields that the shape asks for, those behind them told of theirs."""
        found: dict[str, Any] = {}
        for name, field in super().get_fields().items():
            if not self.shape.holds(name):
                continue
            found[name] = field
            if isinstance(field, ReferenceField) and name in self.shape.include:
                found[name] = self._opened(name, field)
            elif isinstance(part := getattr(field, "child", field), ReadSerializer):
                part.shape = self.shape.at(name)
        for name, model in self.brings.items():
            if name in self.shape.include and self.shape.holds(name):
                found[name] = serializer_of(model)(many=True, read_only=True, shape=self.shape.at(name))
        return found

    def _opened(self, name: str, field: ReferenceField) -> ReadSerializer:
        """The whole record in place of a reference to it."""
        source = {} if field.source in (None, name) else {"source": field.source}
        return serializer_of(field.model)(
            read_only=True, allow_null=field.allow_null, shape=self.shape.at(name), **source
        )

    @classmethod
    @cache
    def level(cls) -> Level:
        """What an answer is made of, as an allow-list for `fields`, `omit` and `include`."""
        parts, references = {}, {}
        for name, field in cls().fields.items():
            if isinstance(field, ReferenceField):
                references[name] = partial(serializer_of, field.model)
            elif isinstance(part := getattr(field, "child", field), ReadSerializer):
                parts[name] = partial(_itself, type(part))
        brings = {name: partial(serializer_of, model) for name, model in cls.brings.items()}
        return Level(tuple(cls().fields), parts, references, brings)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The row as it is served; where days were asked for, with how certain it is that its own overlap them."""
        shown = super().to_representation(instance)
        asked = getattr(self.context.get("view"), "asked_days", ())
        if asked and self.root in (self, self.parent):
            shown["certainty"] = of_all(by_days.certainty(instance, days) for by_days, days in asked)
        return shown

    def in_sql(self) -> Document:
        """The whole record, or part, at the other end of a foreign key; `certainty` is asked of no such one."""
        there = models.OuterRef(str(self.source))
        return Document(self.Meta.model._default_manager.filter(pk__led_to=there).order_by(), members_of(self))

    def get_extra_kwargs(self) -> dict[str, Any]:
        given = super().get_extra_kwargs()
        for name in self.Meta.fields:
            described = given.setdefault(name, {})
            described["read_only"] = True
            if column(self.Meta.model, f"{name}_edtf"):
                described.setdefault("source", f"{name}_edtf")
        return given

    def build_relational_field(
        self, field_name: str, relation_info: RelationInfo
    ) -> tuple[type[serializers.Field[Any, Any, Any, Any]], dict[str, Any]]:
        related = relation_info.related_model
        column_of = cast("models.ForeignKey[Any, Any]", relation_info.model_field)
        kwargs = {"model": related, "allow_null": column_of.null, "help_text": column_of.help_text}
        return (DelegationReferenceField if related is Delegation else ReferenceField), kwargs

    def build_url_field(
        self, field_name: str, model_class: type[models.Model]
    ) -> tuple[type[serializers.Field[Any, Any, Any, Any]], dict[str, Any]]:
        return AddressField, {}

    @classmethod
    def loaded(cls, queryset: models.QuerySet[Any], shape: Shape = WHOLE) -> models.QuerySet[Any]:
        """`queryset` with all that this serializer reads in `shape`; the number of queries does not grow with rows."""
        joined, fetched = _loading(cls, shape)
        if joined:
            queryset = queryset.select_related(*joined)
        return queryset.prefetch_related(
            *(
                models.Prefetch(name, part.loaded(part.Meta.model._default_manager.all(), deeper))
                for name, part, deeper in fetched
            )
        )

    class Meta:
        model: type[models.Model]
        fields: tuple[str, ...]


def _itself(serializer: type[ReadSerializer]) -> type[ReadSerializer]:
    return serializer


def serializer_of(model: type[models.Model]) -> type[ReadSerializer]:
    """The serializer of the resource that serves `model`."""
    from negotiations.api.urls import RESOURCES as VIEWS  # which names every view

    return VIEWS[RESOURCES[model]].serializer_class


@lru_cache(maxsize=1000)
def _loading(serializer: type[ReadSerializer], shape: Shape) -> Loading:
    """The to-one relations that `serializer` reads in `shape`, and its parts with the serializer and shape of each."""
    fields = serializer(shape=shape).fields.values()
    joined = [LABELS_NEED[serializer.Meta.model]] if serializer.Meta.model in LABELS_NEED else []
    fetched: dict[str, tuple[type[ReadSerializer], Shape]] = {}
    for field in fields:
        if isinstance(field, JoinedField):
            joined += field.joins()
        elif isinstance(field, PartsField):
            fetched.setdefault(str(field.source), (field.part, WHOLE))
        elif isinstance(field, serializers.ListSerializer) and isinstance(field.child, ReadSerializer):
            # A field that reads the same rows needs all of them, whatever is shown.
            is_read = any(isinstance(other, PartsField) and other.source == field.source for other in fields)
            deeper = field.child.shape.widened() if is_read else field.child.shape
            fetched[str(field.source)] = (type(field.child), deeper)
        elif isinstance(field, ReadSerializer):
            nested, parts = _loading(type(field), field.shape)
            joined += [str(field.source), *(f"{field.source}__{name}" for name in nested)]
            fetched |= {f"{field.source}__{name}": (part, deeper) for name, part, deeper in parts}
    return tuple(joined), tuple((name, part, deeper) for name, (part, deeper) in fetched.items())


def column(model: type[models.Model], name: str) -> Any:
    """The column `name` of `model`; None when it has none."""
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


class PublicView(APIView):
    """A view that refuses every parameter it does not know, before it looks at anything else."""

    may_be_missing: ClassVar[bool] = False  # whether an address without an id can be a 404 too
    addressed_by: ClassVar[str] = ""  # the path converter of what stands for {id}
    takes_today: ClassVar[bool] = False  # whether it answers for today (UTC) where `on` names no day

    def known_parameters(self) -> set[str]:
        return set()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        settle(request._request, self.known_parameters())
        super().initial(request, *args, **kwargs)


class ReadViewSet(PublicView, viewsets.ReadOnlyModelViewSet[Any]):
    """List and detail of one resource. `orders` names what may follow `ordering=`, `order` the one used without it."""

    serializer_class: type[ReadSerializer]
    filterset_class: ClassVar[type[StrictFilterSet]]
    orders: ClassVar[dict[str, str]] = {}
    order: ClassVar[str] = ""
    noun: ClassVar[str] = "record"
    addressed_by: ClassVar[str] = "part_id"
    resource: ClassVar[str] = ""  # its name in addresses
    formats: ClassVar[tuple[type[WholeSetRenderer], ...]] = ()  # besides JSON, a page at a time
    request: Request
    shape: Shape = WHOLE
    asked_days: ClassVar[list[Any]] = []  # those that filters took, with the filters
    whole_set: WholeSetRenderer | None = None  # the format that was asked for, where it is not JSON
    is_compiled: ClassVar[bool] = True  # whether PostgreSQL writes its documents, or the serializer does

    @property
    def reads(self) -> str:
        """`list` or `retrieve`: what a GET does here, also where OPTIONS asks."""
        found: str = self.action_map["get"]
        return found

    def known_parameters(self) -> set[str]:
        if self.reads != "list":
            return {*SHAPING}
        paging = {"ordering"} if self.whole_set else {*PAGING}
        return {*SHAPING, *paging, *self.filterset_class.base_filters}

    def get_renderers(self) -> list[BaseRenderer]:
        whole_sets = self.formats if self.action == "list" else ()
        return [WrittenRenderer(), *(renderer() for renderer in whole_sets)]

    def get_format_suffix(self, **kwargs: Any) -> str | None:
        """The suffix of the address; one that this list is not served under is a 404 that names those it is."""
        suffix: str | None = kwargs.get("suffix")
        there = ["json", *(str(renderer.format) for renderer in self.formats)]
        if suffix is not None and suffix not in there:
            raise NotFound(f"There is no .{suffix} of this list; it is served as .{', .'.join(there)}.")
        return suffix if self.action == "list" else None  # what OPTIONS tells is JSON

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.format_kwarg = self.get_format_suffix(**kwargs)
        chosen, _ = self.perform_content_negotiation(request, force=True)
        self.whole_set = chosen if isinstance(chosen, WholeSetRenderer) else None
        super().initial(request, *args, **kwargs)
        self.shape = shape_asked_for(request.query_params, self.serializer_class)

    def get_queryset(self) -> models.QuerySet[Any]:
        """All records; with all that is shown of them only where the serializer is to write it."""
        found = self.serializer_class.Meta.model._default_manager.all()
        is_written = self.is_compiled and not self.whole_set
        return found if is_written else self.serializer_class.loaded(found, self.shape)

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        request: Request | None = context.get("request")
        return {**context, "root": Root.of(request._request) if request else Root(ROOT), "shape": self.shape}

    @classmethod
    def located(cls, queryset: models.QuerySet[Any], request: Request, address: str) -> Any:
        """What of `queryset` is at `address`; raises what `missing` says when nothing is."""
        record = queryset.filter(pk__just=address).order_by("pk").first()
        if record is None:
            raise cls.missing(request, address)
        return record

    @classmethod
    def missing(cls, request: Request, address: str) -> Exception:
        """What to raise where nothing is at `address`."""
        return Http404(f"No {cls.noun} of this id is published.")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        if self.whole_set:
            return answer(self, self.whole_set)
        return written_page(self) if self.is_compiled else super().list(request, *args, **kwargs)

    def get_object(self) -> Any:
        return self.located(self.get_queryset(), self.request, self.kwargs["id"])

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if self.is_compiled:
            return self.answered(*written_record(self))
        record = self.get_object()
        return self.answered(record.pk, {"meta": meta(request), **self.get_serializer(record).data})

    def answered(self, id: Any, data: Any) -> Response:
        """The answer that shows the record `id`."""
        return Response(data)


class RecordViewSet(ReadViewSet):
    """List and detail of records, which may be asked for by id or by slug."""

    addressed_by = "address"

    @classmethod
    def located(cls, queryset: models.QuerySet[Any], request: Request, address: str) -> Any:
        record = addressed(queryset, address).first()
        if record is None:
            raise cls.missing(request, address)
        return record

    @classmethod
    def missing(cls, request: Request, address: str) -> Exception:
        model: Any = cls.serializer_class.Meta.model
        return instead(model, cls.noun, request._request, address)

    def answered(self, id: Any, data: Any) -> Response:
        about = [(self.serializer_class.Meta.model, id)]
        return mark_withdrawn(super().answered(id, data), about, Root.of(self.request._request))


def record_named(view: type[RecordViewSet], request: Request, address: str) -> Record:
    """The record of `view` that has `address`, its own row only; raises as its own address would answer."""
    queryset = view.serializer_class.Meta.model._default_manager.all()
    found: Record = view.located(queryset, request, address)
    return found
