"""How the API describes itself in OpenAPI 3.1: problems on every operation, `meta` on every answer, named enums."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, build_choice_field
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers

from negotiations.api.addresses import GoneSerializer
from negotiations.api.analyses import AnalysisView
from negotiations.api.as_of import AS_OF, DESCRIPTION, PATTERN
from negotiations.api.asked_values import ADDRESS
from negotiations.api.envelope import MetaSerializer
from negotiations.api.filters import parameters_of
from negotiations.api.problems import ProblemSerializer
from negotiations.api.records import ReadSerializer, serializer_of
from negotiations.api.shaping import FIELDS, INCLUDE, OMIT
from negotiations.api.shaping import parameters_of as shaping_parameters
from negotiations.models.records import LONGEST_LINE
from negotiations.vocabulary import Certainty, IdentifierScheme

JSON = "application/json"
PROBLEM = "application/problem+json"
TEXT = {"type": "string"}
GEOJSON = {"type": "object", "additionalProperties": True}
SHARED = (FIELDS, OMIT, INCLUDE)
Schema = dict[str, Any]
View = TypeVar("View", bound=type)

NUMBER = {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
# What `{id}` is, by the path converter that reads it.
ADDRESSES: dict[str, tuple[Any, str]] = {
    "address": ({"type": "string", "pattern": f"^{ADDRESS}$"}, "The record's id (a UUID) or its slug."),
    "part_id": (UUID, "The part's id."),
    "number": (NUMBER, "The revision's number."),
}
# What the other blanks of a path are, by their names.
BLANKS: dict[str, tuple[Schema, str]] = {
    "other": (ADDRESSES["address"][0], "The other talk's id (a UUID) or its slug."),
    "m": (NUMBER, "Revision m's number."),
    "n": (NUMBER, "Revision n's number."),
    "name": ({**TEXT, "minLength": 1, "examples": ["talk-kind"]}, "The list's name."),
    "scheme": ({**TEXT, "enum": IdentifierScheme.values}, "Which other project numbers it so."),
    "value": (
        {**TEXT, "minLength": 1, "maxLength": LONGEST_LINE, "examples": ["Q212"]},
        "The number that it has there, percent-encoded.",
    ),
}
# On each record's schema: the parameters that may leave members out, those it requires too.
CHOSEN_BY = "x-members-chosen-by"
PROBLEMS = {
    "400": "A parameter is unknown, repeated, empty or cannot be read; each is named.",
    "404": "Nothing public has this address; a draft answers the same.",
    "406": "None of the accepted media types is served here.",
    "429": "Your network has asked too often within a minute; `Retry-After` says when to ask again.",
    "500": "Something went wrong on our side; it is logged under the answer's `X-Request-ID`.",
    "503": "The database cannot answer at the moment; try again after the given seconds.",
}


def described(*, many: str, one: str, example: Schema | None = None) -> Callable[[View], View]:
    """What the list and the detail of a viewset are for, in a sentence each, and the `example` of a record."""

    def decorate(view: View) -> View:
        view.example = example  # type: ignore[attr-defined]
        described_view: View = extend_schema_view(
            list=extend_schema(summary=many.partition(";")[0].rstrip("."), description=many),
            retrieve=extend_schema(summary=one.partition(":")[0].rstrip("."), description=one),
        )(view)
        return described_view

    return decorate


def filters_of(serializer: type[ReadSerializer]) -> set[str]:
    """The names of the filters of the list that `serializer` serves; none for a part that has no list."""
    from negotiations.api.urls import RESOURCES  # which names every view

    views = [view for view in RESOURCES.values() if view.serializer_class is serializer]
    return {name for view in views for name in view.filterset_class.base_filters}


class ReferenceExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A reference, or the whole record that `include` puts in its place."""

    target_class = "negotiations.api.references.ReferenceField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Schema:
        both = (serializer_of(self.target.model), self.target.serializer)
        return {"anyOf": [auto_schema.resolve_serializer(each, direction).ref for each in both]}


class ProblemAutoSchema(AutoSchema):
    """Each operation as it is served: with its problems, `meta`, the address of one record, and an example."""

    view: Any

    def get_override_parameters(self) -> list[Any]:
        given = [*super().get_override_parameters()]
        if FIELDS in self.view.known_parameters():
            given += shaping_parameters(self.view.serializer_class)
        if isinstance(self.view, AnalysisView):
            given += parameters_of(self.view.parameters) + self.view.further_parameters("{suffix}" in self.path)
        for name in re.findall(r"{(\w+)}", self.path):
            type_, says = ADDRESSES[self.view.addressed_by] if name == "id" else BLANKS.get(name, (str, ""))
            suffixes = None
            if name == "suffix":
                suffixes = [renderer.format for renderer in self.view.get_renderers()[1:]]
                type_, says = str, "The format, each of the whole filtered list; `.json` is the list a page at a time."
            given.append(OpenApiParameter(name, type_, OpenApiParameter.PATH, description=says, enum=suffixes))
        return given

    def _get_pagination_parameters(self) -> list[Any]:
        found: list[Any] = super()._get_pagination_parameters()  # type: ignore[no-untyped-call]
        if pages := getattr(self.view, "pagination", None):
            found = pages().get_schema_operation_parameters(self.view)
        return [each for each in found if "{suffix}" not in self.path or each["name"] == "ordering"]

    def get_operation_id(self) -> str:
        if isinstance(self.view, AnalysisView):
            return self.view.file_name.replace("-", "_") + ("_file" if "{suffix}" in self.path else "")
        return super().get_operation_id().replace("._list", "_file")

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Schema:
        schema: Schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(serializer, ReadSerializer):
            schema[CHOSEN_BY] = [FIELDS, OMIT]
            for name, behind in type(serializer).level().brings.items():
                component = self.resolve_serializer(behind(), direction)
                says = f"Only with `include={name}`."
                schema["properties"][name] = {"type": "array", "items": component.ref, "description": says}
            if "during" in filters_of(type(serializer)):
                says = "Only with `during` or `on`: whether the record's days surely overlap those asked for."
                word = build_choice_field(serializers.ChoiceField(choices=Certainty.choices))
                schema["properties"]["certainty"] = {**word, "description": says}
        return schema

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        is_detail = "{" in self.path
        for code, description in PROBLEMS.items():
            if code == "404" and not (is_detail or self.view.may_be_missing):
                continue
            response = OpenApiResponse(ProblemSerializer, description=description)
            bodies[code] = self._get_response_for_code(response, code, ["application/problem+json"], direction)
        if is_detail and self.view.addressed_by == "address":
            bodies["301"] = {"description": "The record has another address, for ever."}
            gone = OpenApiResponse(GoneSerializer, description="The record was retracted, or suppressed; it says why.")
            bodies["410"] = self._get_response_for_code(gone, "410", ["application/problem+json"], direction)
        bodies["302"] = {"description": "`as_of` is a moment; the answer is at its revision."}
        return dict(sorted(bodies.items()))

    def _get_response_for_code(
        self, serializer: Any, status_code: str, media_types: Any = None, direction: Any = "response"
    ) -> Schema:
        response: Schema = super()._get_response_for_code(  # type: ignore[no-untyped-call]
            serializer, status_code, media_types, direction
        )
        for media_type, found in response.get("content", {}).items():
            if media_type not in (JSON, PROBLEM):
                found["schema"] = dict(GEOJSON if media_type == "application/geo+json" else TEXT)
        if status_code == "200" and "{suffix}" in self.path:
            del response["content"][JSON]
        content = response.get("content", {}).get(JSON)
        if status_code != "200" or not content:
            return response
        self.resolve_serializer(MetaSerializer, direction)
        if self.method == "GET" and getattr(self.view, "action", "") == "retrieve":
            content["schema"] = self._with_meta(content["schema"])
        example = getattr(self.view, "example", None)
        if example:
            content["examples"] = {"Istanbul": {"value": self._as_answered(example)}}
        return response

    def _with_meta(self, record: Schema) -> Schema:
        """The answer that holds one record: `meta`, then the record's own fields."""
        name = record["$ref"].rpartition("/")[2]
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name=f"{name}Answer",
            type=ResolvedComponent.SCHEMA,
            object=f"{name}Answer",
            schema={
                "description": "One record, and what the answer says about itself.",
                "allOf": [
                    {
                        "type": "object",
                        "properties": {"meta": {"$ref": "#/components/schemas/Meta"}},
                        "required": ["meta"],
                    },
                    record,
                ],
            },
        )
        self.registry.register_on_missing(component)
        reference: Schema = component.ref
        return reference

    def _as_answered(self, record: Schema) -> Schema:
        """The example `record` as this operation answers it."""
        meta = {
            "revision": 1,
            "at": "2026-11-22T12:00:00.000Z",
            "licence": "CC BY 4.0 (quotations excepted)",
            "cite_as": f"Negotiation tracker, revision 1 of 2026-11-22, {record['url']}?as_of=1",
            "permalink": f"{record['url']}?as_of=1",
            "url": record["url"],
        }
        if getattr(self.view, "action", "") == "retrieve":
            return {"meta": meta, **record}
        address = record["url"].rsplit("/", 2)[0] + "/"
        meta = {name: str(said).replace(record["url"], address) for name, said in meta.items()} | {"revision": 1}
        return {"meta": meta, "count": 1, "next": None, "previous": None, "results": [record]}


def _walk(node: Any, change: Callable[[Schema], None]) -> None:
    if isinstance(node, dict):
        change(node)
        for value in node.values():
            _walk(value, change)
    elif isinstance(node, list):
        for value in node:
            _walk(value, change)


def drop_blank_choice(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Hook, before the enums get their names: what is not given is null, so "" is never one of the words."""

    def change(node: Schema) -> None:
        words = node.get("enum")
        if isinstance(words, list) and "" in words and len(words) > 1:
            node["enum"] = [word for word in words if word != ""]

    _walk(result.get("components", {}), change)
    return result


def share_parameters(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Hook: a parameter that several operations of a resource have in the same words is described once."""
    shared: dict[str, Schema] = result["components"].setdefault("parameters", {})
    for path, operations in result["paths"].items():
        resource = re.split(r"[/.]", path.removeprefix("/api/v1/").removeprefix("desk/"))[0]
        for operation in operations.values():
            for place, parameter in enumerate(operation.get("parameters", [])):
                name = f"{resource}_{parameter.get('name')}"
                if parameter.get("name") in SHARED and shared.setdefault(name, parameter) == parameter:
                    operation["parameters"][place] = {"$ref": f"#/components/parameters/{name}"}
    return result


def read_the_past(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Hook: every public operation takes `as_of`, described once, and may send on who names a moment."""
    result["components"].setdefault("parameters", {})[AS_OF] = {
        "name": AS_OF,
        "in": "query",
        "required": False,
        "description": DESCRIPTION,
        "schema": {"type": "string", "pattern": PATTERN, "examples": ["1", "2026-11-22T12:00:00Z"]},
    }
    for path, operations in result["paths"].items():
        for operation in operations.values() if not path.startswith("/api/v1/desk/") else ():
            operation.setdefault("parameters", []).append({"$ref": f"#/components/parameters/{AS_OF}"})
    return result


def inline_null(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Hook, after the enums have their names: a plain null in place of a component that says nothing but null."""

    def change(node: Schema) -> None:
        for key in ("oneOf", "anyOf"):
            if isinstance(node.get(key), list):
                is_null = {"$ref": "#/components/schemas/NullEnum"}
                node[key] = [{"type": "null"} if found == is_null else found for found in node[key]]

    _walk(result, change)
    result["components"]["schemas"].pop("NullEnum", None)
    return result
