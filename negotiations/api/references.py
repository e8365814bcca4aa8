"""Addresses of records, and how one record names another: by id, slug, label and url."""

from __future__ import annotations

from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

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
    Talk,
)
from negotiations.models.records import Record
from negotiations.models.statements import LINKED

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
# What a label is made of besides the record's own row.
LABELS_NEED: dict[type[models.Model], str] = {Source: "publisher", Delegation: "party"}

# What a statement's link may point at.
TARGET_KINDS = [(name.removeprefix("to_"), name.removeprefix("to_").capitalize()) for name in LINKED]


def address(thing: models.Model, root: str) -> str:
    """Where `thing` is served, under the API's `root`: by slug, or by id where it has no slug."""
    return f"{root}{RESOURCES[type(thing)]}/{thing.slug if isinstance(thing, Record) else thing.pk}/"


def reference(record: Any, root: str) -> dict[str, Any]:
    return {"id": str(record.pk), "slug": record.slug, "label": str(record.label), "url": address(record, root)}


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
    def root_address(self) -> str:
        root: str = self.context["root"]
        return root


@extend_schema_field(ReferenceSerializer)
class ReferenceField(JoinedField):
    """The record at the other end of a foreign key, as a reference."""

    def __init__(self, *, model: type[models.Model], **kwargs: Any) -> None:
        self.model = model
        super().__init__(**kwargs)

    def joins(self) -> tuple[str, ...]:
        source = str(self.source)
        return (f"{source}__{LABELS_NEED[self.model]}",) if self.model in LABELS_NEED else (source,)

    def to_representation(self, value: Any) -> dict[str, Any]:
        return reference(value, self.root_address)


@extend_schema_field(DelegationReferenceSerializer)
class DelegationReferenceField(ReferenceField):
    """The delegation at the other end of a foreign key."""

    def to_representation(self, value: Any) -> dict[str, Any]:
        return {"id": str(value.pk), "label": str(value), "url": address(value, self.root_address)}


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
            "url": address(target, self.root_address),
        }


@extend_schema_field({"type": "string", "format": "uri"})
class AddressField(JoinedField):
    """The address of the record itself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"source": "*", "help_text": "The address of this record.", **kwargs})

    def joins(self) -> tuple[str, ...]:
        return ()

    def to_representation(self, value: Any) -> str:
        return address(value, self.root_address)
