"""What all resources share: a serializer that reads itself off its model, and a read-only viewset for its records."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, cast

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import Http404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.model_meta import RelationInfo
from rest_framework.views import APIView

from negotiations.api.addresses import WITHDRAWN, instead
from negotiations.api.as_of import settle
from negotiations.api.envelope import meta
from negotiations.api.filters import StrictFilterSet
from negotiations.api.paging import PARAMETERS as PAGING
from negotiations.api.references import (
    ROOT,
    AddressField,
    DelegationReferenceField,
    JoinedField,
    ReferenceField,
    ReferenceSerializer,
    Root,
    reference,
)
from negotiations.ledger.history import withdrawn_by_now
from negotiations.models import Delegation
from negotiations.models.records import addressed

BASICS = ("id", "slug", "label", "url")
Loading = tuple[tuple[str, ...], tuple[tuple[str, type["ReadSerializer"]], ...]]


@extend_schema_field({"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$", "examples": ["13:30"]})
class ClockField(serializers.TimeField):
    """A clock time to the minute, as sources give it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


@extend_schema_field(ReferenceSerializer(many=True))
class ReferencesField(serializers.Field[Any, Any, Any, Any]):
    """The records that a table of pairs leads to, as references; `part` serializes a pair, `to` is its far end."""

    def __init__(self, *, part: type[ReadSerializer], to: str, **kwargs: Any) -> None:
        self.part, self.to = part, to
        super().__init__(**{"read_only": True, **kwargs})

    def to_representation(self, value: Any) -> list[dict[str, Any]]:
        return [reference(getattr(pair, self.to), self.context["root"]) for pair in value.all()]


class ReadSerializer(serializers.ModelSerializer[Any]):
    """A read-only serializer: `Meta.fields` names columns, dates without their `_edtf`; relations are references.

    Parts are declared as nested serializers; `loaded` fetches all of it with a fixed number of queries.
    """

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.TimeField: ClockField,
    }

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
    def loaded(cls, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """`queryset` with everything this serializer reads; the number of queries does not grow with its rows."""
        joined, fetched = _loading(cls)
        if joined:
            queryset = queryset.select_related(*joined)
        return queryset.prefetch_related(
            *(models.Prefetch(name, part.loaded(part.Meta.model._default_manager.all())) for name, part in fetched)
        )

    class Meta:
        model: type[models.Model]
        fields: tuple[str, ...]


@cache
def _loading(serializer: type[ReadSerializer]) -> Loading:
    """The to-one relations that `serializer` reads, and its parts with the serializer of each."""
    joined: list[str] = []
    fetched: list[tuple[str, type[ReadSerializer]]] = []
    for field in serializer().fields.values():
        if isinstance(field, JoinedField):
            joined += field.joins()
        elif isinstance(field, ReferencesField):
            fetched.append((str(field.source), field.part))
        elif isinstance(field, serializers.ListSerializer) and isinstance(field.child, ReadSerializer):
            fetched.append((str(field.source), type(field.child)))
        elif isinstance(field, ReadSerializer):
            nested, parts = _loading(type(field))
            joined += [str(field.source), *(f"{field.source}__{name}" for name in nested)]
            fetched += [(f"{field.source}__{name}", part) for name, part in parts]
    return tuple(joined), tuple(fetched)


def column(model: type[models.Model], name: str) -> Any:
    """The column `name` of `model`; None when it has none."""
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


class PublicView(APIView):
    """A view that refuses every parameter it does not know, before it looks at anything else."""

    may_be_missing: ClassVar[bool] = False  # whether an address without an id can be a 404 too

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
    addressed_by: ClassVar[str] = "part_id"  # the path converter of what stands for {id}
    request: Request

    def known_parameters(self) -> set[str]:
        return {*PAGING, *self.filterset_class.base_filters} if self.action == "list" else set()

    def get_queryset(self) -> models.QuerySet[Any]:
        return self.serializer_class.loaded(self.serializer_class.Meta.model._default_manager.all())

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        request: Request | None = context.get("request")
        return {**context, "root": Root.of(request._request) if request else Root(ROOT)}

    @classmethod
    def located(cls, queryset: models.QuerySet[Any], request: Request, address: str) -> Any:
        """What of `queryset` is at `address`; raises Http404 when nothing is."""
        record = queryset.filter(pk=address).first()
        if record is None:
            raise Http404(f"No {cls.noun} of this id is published.")
        return record

    def get_object(self) -> Any:
        return self.located(self.get_queryset(), self.request, self.kwargs["id"])

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response({"meta": meta(request), **self.get_serializer(self.get_object()).data})


class RecordViewSet(ReadViewSet):
    """List and detail of records, which may be asked for by id or by slug."""

    addressed_by = "address"

    @classmethod
    def located(cls, queryset: models.QuerySet[Any], request: Request, address: str) -> Any:
        record = addressed(queryset, address).first()
        if record is None:
            raise instead(queryset.model, cls.noun, request._request, address)
        return record

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        record = self.get_object()
        answer = Response({"meta": meta(request), **self.get_serializer(record).data})
        if Root.of(request._request).as_of is not None:  # the body says the same for ever: only a header may tell
            withdrawn = withdrawn_by_now(type(record), record.pk)
            if withdrawn is not None:
                answer[WITHDRAWN] = str(withdrawn)
        return answer
