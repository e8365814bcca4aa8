"""Addresses of records, and how one record names another: by id, slug, label and url."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, OuterRef, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from negotiations.api.as_of import at_revision
from negotiations.api.documents import AS_OF, ROOT_URL, Document, Template, listed, parts_of
from negotiations.models import (
    Actor,
    Affiliation,
    Delegation,
    Event,
    Issue,
    Outcome,
    Place,
    Position,
    Process,
    Source,
    Statement,
    StatementLink,
    Talk,
)
from negotiations.models.records import Record
from negotiations.models.statements import LINKED

if TYPE_CHECKING:
    from negotiations.api.records import ReadSerializer

ROOT = "/api/v1/"
# The resource that serves each model.
RESOURCES: dict[type[models.Model], str] = {
    Actor: "actors",
    Affiliation: "affiliations",
    Delegation: "delegations",
    Event: "events",
    Issue: "issues",
    Outcome: "outcomes",
    Place: "places",
    Position: "positions",
    Process: "processes",
    Source: "sources",
    Statement: "statements",
    Talk: "talks",
}
# The same for records, by the names of their tables, as the ledger knows them.
RESOURCE_OF_TABLE = {model._meta.db_table: name for model, name in RESOURCES.items() if issubclass(model, Record)}
# What a label is made of besides the record's own row.
LABELS_NEED: dict[type[models.Model], str] = {Source: "publisher", Delegation: "party"}

# What a statement's link may point at.
TARGET_KINDS = [(name.removeprefix("to_"), name.removeprefix("to_").capitalize()) for name in LINKED]


@dataclass(frozen=True)
class Root:
    """Where the API begins, and the revision at which the addresses in an answer stay: None leads to the newest."""

    url: str
    as_of: int | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> Root:
        """The root of the answer to `request`; who reads the past stays there by following links."""
        return cls(request.build_absolute_uri(ROOT), getattr(request, "as_of", None))

    def at(self, number: int | None) -> Root:
        return Root(self.url, number)

    def address(self, path: str) -> str:
        return at_revision(f"{self.url}{path}", self.as_of)


def address(thing: models.Model, root: Root) -> str:
    """Where `thing` is served, under the API's `root`: by slug, or by id where it has no slug."""
    return root.address(f"{RESOURCES[type(thing)]}/{thing.slug if isinstance(thing, Record) else thing.pk}/")


def address_in_sql(model: type[models.Model]) -> Template:
    """What `address` makes of a row of `model`."""
    name = "slug" if issubclass(model, Record) else "pk"
    path = f"{{root}} || '{RESOURCES[model]}/' || {{name}} || '/' || {{as_of}}"
    return Template(path, root=ROOT_URL, name=F(name), as_of=AS_OF)


def reference(record: Any, root: Root) -> dict[str, Any]:
    return {"id": str(record.pk), "slug": record.slug, "label": str(record.label), "url": address(record, root)}


def reference_in_sql(model: type[models.Model], id: Any) -> Document:
    """What `reference` makes of the row of `model` whose id the expression `id` tells."""
    slug = {"slug": F("slug")} if issubclass(model, Record) else {}
    return Document(
        model._default_manager.filter(pk__led_to=id).order_by(),
        {"id": F("pk"), **slug, "label": model.LABEL, "url": address_in_sql(model)},  # type: ignore[attr-defined]
    )


def reference_or_none(record: Any, root: Root) -> dict[str, Any] | None:
    return None if record is None else reference(record, root)


class ReferenceSerializer(serializers.Serializer[Any]):
    """Another record: enough to show it and to fetch it."""

    id = serializers.UUIDField(help_text="Never changes.")
    slug = serializers.CharField(help_text="The readable address; it may change.")
    label = serializers.CharField(  # type: ignore[assignment]  # the name that callers see
        help_text="What to call it, in one line."
    )
    url = serializers.URLField(help_text="Where the whole record is.")


class DelegationReferenceSerializer(serializers.Serializer[Any]):
    """A delegation: a part of a talk, so it has no slug."""

    id = serializers.UUIDField(help_text="Never changes.")
    label = serializers.CharField(  # type: ignore[assignment]  # the name that callers see
        help_text="What to call it, in one line."
    )
    url = serializers.URLField(help_text="Where the whole delegation is.")


class LinkTargetSerializer(serializers.Serializer[Any]):
    """What a link points at: a record of any kind, or a delegation."""

    kind = serializers.ChoiceField(choices=TARGET_KINDS, help_text="Which kind of record it is.")
    id = serializers.UUIDField(help_text="Never changes.")
    slug = serializers.CharField(allow_null=True, help_text="The readable address; null for a delegation.")
    label = serializers.CharField(  # type: ignore[assignment]  # the name that callers see
        help_text="What to call it, in one line."
    )
    url = serializers.URLField(help_text="Where the whole record is.")


class JoinedField(serializers.Field[Any, Any, Any, Any]):
    """A field that reads rows of other tables, one for each row of its own; it says which, so that they are joined."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"read_only": True, **kwargs})

    def joins(self) -> tuple[str, ...]:
        raise NotImplementedError

    @property
    def api_root(self) -> Root:
        root: Root = self.context["root"]
        return root


class ReferenceField(JoinedField):
    """The record at the other end of a foreign key, as a reference; `include` puts the whole record in its place."""

    serializer: type[serializers.Serializer[Any]] = ReferenceSerializer

    def __init__(self, *, model: type[models.Model], **kwargs: Any) -> None:
        self.model = model
        super().__init__(**kwargs)

    def joins(self) -> tuple[str, ...]:
        source = str(self.source)
        return (f"{source}__{LABELS_NEED[self.model]}",) if self.model in LABELS_NEED else (source,)

    def to_representation(self, value: Any) -> dict[str, Any]:
        return reference(value, self.api_root)

    def in_sql(self) -> Document:
        return reference_in_sql(self.model, OuterRef(str(self.source)))


class DelegationReferenceField(ReferenceField):
    """The delegation at the other end of a foreign key."""

    serializer = DelegationReferenceSerializer

    def to_representation(self, value: Any) -> dict[str, Any]:
        return {"id": str(value.pk), "label": str(value), "url": address(value, self.api_root)}

    def in_sql(self) -> Document:
        return super().in_sql()


class PartsField(serializers.Field[Any, Any, Any, Any]):
    """A field that makes something of rows of another table, its `source`; `part` serializes one of them."""

    part: type[ReadSerializer]


@extend_schema_field(ReferenceSerializer(many=True))
class ReferencesField(PartsField):
    """The records that a table of pairs leads to, as references; `part` serializes a pair, `to` is its far end."""

    def __init__(self, *, part: type[ReadSerializer], to: str, **kwargs: Any) -> None:
        self.part, self.to = part, to
        super().__init__(**{"read_only": True, **kwargs})

    def to_representation(self, value: Any) -> list[dict[str, Any]]:
        return [reference(getattr(pair, self.to), self.context["root"]) for pair in value.all()]

    def in_sql(self) -> models.Subquery:
        rows = parts_of(self)
        model: Any = rows.model._meta.get_field(self.to).related_model
        return listed(rows, reference_in_sql(model, OuterRef(self.to)))


@extend_schema_field(LinkTargetSerializer)
class LinkTargetField(JoinedField):
    """The one target of a statement's link, with its kind."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"source": "*", **kwargs})

    def joins(self) -> tuple[str, ...]:
        return (*LINKED, f"to_delegation__{LABELS_NEED[Delegation]}")

    def to_representation(self, value: Any) -> dict[str, Any]:
        name = next(name for name in LINKED if getattr(value, f"{name}_id"))
        target = getattr(value, name)
        return {
            "kind": name.removeprefix("to_"),
            "id": str(target.pk),
            "slug": getattr(target, "slug", None),
            "label": str(target),
            "url": address(target, self.api_root),
        }

    def in_sql(self) -> Coalesce:
        return Coalesce(*map(self._target_in_sql, LINKED), output_field=models.TextField())

    @staticmethod
    def _target_in_sql(name: str) -> Document:
        model: Any = StatementLink._meta.get_field(name).related_model
        members = {
            "kind": Value(name.removeprefix("to_")),
            "id": F("pk"),
            "slug": F("slug") if issubclass(model, Record) else Value(None, models.TextField()),
            "label": model.LABEL,
            "url": address_in_sql(model),
        }
        return Document(model._default_manager.filter(pk__led_to=OuterRef(name)).order_by(), members)


@extend_schema_field({"type": "string", "format": "uri"})
class AddressField(JoinedField):
    """The address of the record itself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"source": "*", "help_text": "The address of this record.", **kwargs})

    def joins(self) -> tuple[str, ...]:
        return ()

    def to_representation(self, value: Any) -> str:
        return address(value, self.api_root)

    def in_sql(self) -> Template:
        serializer: Any = self.parent
        return address_in_sql(serializer.Meta.model)
