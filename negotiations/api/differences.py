"""What differs between two readings of one record: its JSON documents, compared field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

Document = Mapping[str, Any]
# They follow from other fields, and from where the answer was asked.
DERIVED = ("url",)


class Difference(TypedDict):
    """One field, or one part that is there only once; `before` and `after` are as the record's own address has them."""

    path: str
    before: Any
    after: Any


@extend_schema_field({"description": "Whatever the field holds; null where the part was not there."})
class _ValueField(serializers.JSONField):
    """Any value of a record."""


class DifferenceSerializer(serializers.Serializer[Difference]):
    """One field that differs, or one part that was added or removed."""

    path = serializers.CharField(
        help_text="The field: `status`, or within a part, which is named by its id, `delegations[3f…].attendance`."
    )
    before = _ValueField(help_text="What it was; null for a part that was added.")
    after = _ValueField(help_text="What it became; null for a part that was removed.")


def differences(before: Document, after: Document) -> list[Difference]:
    """Every field whose value differs, in the order of the fields; parts are matched by id, wherever they stand.

    What another record is called is no fact of this one: references, and offices that are quoted, differ only when they
    lead to something else.
    """
    return list(_in_fields(before, after, ""))


def _in_fields(before: Document, after: Document, path: str) -> Iterator[Difference]:
    for name in dict.fromkeys([*before, *after]):
        if name in DERIVED:
            continue
        old, new, here = before.get(name), after.get(name), f"{path}{name}"
        if _are_parts(old) and _are_parts(new):
            yield from _in_parts(old or [], new or [], here)
        elif _bare(old) != _bare(new):
            yield Difference(path=here, before=old, after=new)


def _are_parts(value: Any) -> bool:
    """Whether `value` is a list of things with ids: parts, or references."""
    return isinstance(value, list) and all(isinstance(item, dict) and "id" in item for item in value)


def _in_parts(before: list[Document], after: list[Document], path: str) -> Iterator[Difference]:
    old, new = ({str(part["id"]): part for part in parts} for parts in (before, after))
    for id in dict.fromkeys([*old, *new]):
        here = f"{path}[{id}]"
        if id not in old or id not in new:
            yield Difference(path=here, before=old.get(id), after=new.get(id))
        elif "url" not in old[id]:  # a part; what has an address is another record
            yield from _in_fields(old[id], new[id], f"{here}.")


def _bare(value: Any) -> Any:
    """`value` with everything that has an id shortened to it."""
    if isinstance(value, dict):
        return value["id"] if "id" in value else {name: _bare(found) for name, found in value.items()}
    return [_bare(item) for item in value] if isinstance(value, list) else value
