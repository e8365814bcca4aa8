"""How the desk API describes itself in OpenAPI 3.1: each view tells its operations, and this writes them down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from negotiations.api.desk.conditions import StaleSerializer
from negotiations.api.desk.drafts import draft_of
from negotiations.api.problems import ProblemSerializer
from negotiations.api.records import ReadSerializer
from negotiations.api.schema import JSON, PROBLEM, ProblemAutoSchema, Schema
from negotiations.ledger import stages

TAG = "desk"
STAGES = [stages.DRAFT, stages.PUBLISHED, stages.CHANGED, stages.SUBMITTED, stages.RETRACTED, stages.MERGED]
ALWAYS = {
    "401": "There is no token, or it is unknown, expired or revoked.",
    "403": "The token has not the scope for this, or its owner not the right.",
    "406": "None of the accepted media types is served here.",
    "429": "The token has asked too often within a minute; `Retry-After` says when to ask again.",
    "503": "The database cannot answer at the moment; try again after the given seconds.",
}
OF_ADDRESS = "The desk has nothing at this address."
BAD = "A parameter is unknown, repeated, empty or cannot be read; each is named."
OF_WRITING = {
    "400": "The body, a parameter or a header cannot be read or breaks a rule; each fault is named with its place.",
    "409": "Something stands against it; each reason is named.",
    "413": "The body is larger than 2 MB.",
    "415": "The body is not application/json.",
}
OF_MATCHING = {
    "412": "The record was changed meanwhile: `given` and `current` are the two versions.",
    "428": "`If-Match` is missing: say which version you have seen.",
}
OF_REPEATING = {"422": "The Idempotency-Key was used for another request."}
REPEATING = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="Done once for each key: whoever repeats the request within a day gets the same answer.",
)
MATCHING = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": '^(W/)?"[!#-~]*"(, *(W/)?"[!#-~]*")*$', "examples": ['"3"']},
    OpenApiParameter.HEADER,
    required=True,
    description="The version that was seen, as in the record's `ETag`.",
)
STATE: Schema = {
    "type": "object",
    "description": "What only the desk knows of a record.",
    "required": ["version", "stage", "updated_at"],
    "properties": {
        "version": {"type": "integer", "description": "Counted up by every write; the record's `ETag`."},
        "stage": {"$ref": "#/components/schemas/DeskStage"},
        "updated_at": {"type": "string", "format": "date-time", "description": "When it was last written."},
    },
}
STAGE: Schema = {"type": "string", "enum": STAGES, "description": "How the desk's state stands to what is public."}


@dataclass(frozen=True)
class Told:
    """One operation of a view: what it is for, what it takes and what it answers."""

    summary: str
    says: str
    answer: type[serializers.Serializer[Any]] | None = None
    body: type[serializers.Serializer[Any]] | Schema | None = None
    status: str = "200"
    matches: bool = False
    may_be_many: bool = False


class DeskAutoSchema(ProblemAutoSchema):
    """Each operation of the desk as it is served, with its scheme of tokens, conditions and problems."""

    @property
    def action(self) -> str:
        return str(getattr(self.view, "action", None) or self.method.lower())

    @property
    def told(self) -> Told:
        found: Told = self.view.tell(self.action)
        return found

    def get_tags(self) -> list[str]:
        return [TAG]

    def get_operation_id(self) -> str:
        words = self.path.removeprefix("/api/v1/").replace("{id}/", "").strip("/").replace("-", "_").split("/")
        return "_".join([*words, self.action if self.action != "post" else "do"])

    def get_summary(self) -> str:
        return self.told.summary

    def get_description(self) -> str:  # type: ignore[override]
        return self.told.says

    def get_override_parameters(self) -> list[Any]:
        given = super().get_override_parameters()
        if self.method == "POST":
            given.append(REPEATING)
        return [*given, MATCHING] if self.told.matches else given

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Schema:
        schema = super()._map_basic_serializer(serializer, direction)
        return {**schema, "additionalProperties": False} if direction == "request" else schema

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Schema:
        schema: Schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if isinstance(field, serializers.ListSerializer) and direction == "request":
            most: int | None = getattr(field, "max_length", None)
            schema |= {} if field.allow_empty else {"minItems": 1}
            schema |= {"maxItems": most} if most else {}
        return schema

    def get_response_serializers(self) -> Any:
        return self.told.answer

    def _get_request_body(self, direction: Any = "request") -> Schema | None:
        body = self.told.body
        if body is None:
            return None
        if isinstance(body, type) and issubclass(body, ReadSerializer):
            schema = draft_of(self, body, is_whole=self.action != "partial_update")
            if self.told.may_be_many:
                schema = {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1, "maxItems": 500}]}
        elif isinstance(body, type):
            if not body().fields:
                return None
            schema = self.resolve_serializer(body(), direction).ref
        else:
            schema = body
        return {"content": {JSON: {"schema": schema}}, "required": True}

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        told = self.told
        bodies: dict[str, Any] = {told.status: self._answer(told, direction)}
        problems = {**ALWAYS, "400": BAD}
        if "{" in self.path:
            problems["404"] = OF_ADDRESS
        if self.method not in ("GET", "HEAD"):
            problems |= OF_WRITING
            if self.method == "DELETE":
                problems = {code: says for code, says in problems.items() if code not in ("413", "415")}
        problems |= (OF_MATCHING if told.matches else {}) | (OF_REPEATING if self.method == "POST" else {})
        if self.action in ("create", "post") and "412" not in problems:
            problems["412"] = OF_MATCHING["412"]
        for code, says in problems.items():
            response = OpenApiResponse(StaleSerializer if code == "412" else ProblemSerializer, description=says)
            bodies[code] = self._get_response_for_code(response, code, [PROBLEM], direction)
        return dict(sorted(bodies.items()))

    def _answer(self, told: Told, direction: Any) -> Schema:
        if told.answer is None:
            return {"description": "It is done."}
        schema = self._schema_of_answer(told.answer, direction)
        if told.may_be_many:
            schema = {"anyOf": [schema, self._many(told.answer, direction, "Created")]}
        answer: Schema = {"description": told.summary + ".", "content": {JSON: {"schema": schema}}}
        if told.matches or self.action in ("retrieve", "create"):
            tag = {"description": "The record's version.", "schema": {"type": "string"}}
            answer["headers"] = {"ETag": tag}
        return answer

    def _schema_of_answer(self, answer: Any, direction: Any) -> Schema:
        if self.action == "list":
            return self._page(answer, direction)
        if not issubclass(answer, serializers.ModelSerializer):
            reference: Schema = self.resolve_serializer(answer(), direction).ref
            return reference
        return self._component(
            f"{self._name(answer)}DeskAnswer",
            lambda: {
                "description": "One of the desk's, and what the answer says about itself.",
                "allOf": [_object("meta", "DeskMeta"), self._one(answer, direction)],
            },
        )

    def _one(self, answer: Any, direction: Any) -> Schema:
        """What a list holds: a record has its state on the desk besides."""
        plain: Schema = self.resolve_serializer(answer(), direction).ref
        if not hasattr(self.view, "right"):
            return plain
        self._component("DeskStage", lambda: STAGE)
        self._component("DeskState", lambda: STATE)
        return self._component(
            f"{self._name(answer)}OnDesk",
            lambda: {"description": "A record on the desk.", "allOf": [plain, _object("desk", "DeskState")]},
        )

    def _page(self, answer: Any, direction: Any) -> Schema:
        one = self._one(answer, direction)
        paginator = self._get_paginator()  # type: ignore[no-untyped-call]
        schema = lambda: paginator.get_paginated_response_schema({"type": "array", "items": one})  # noqa: E731
        return self._component(f"{self._name(answer)}DeskPage", schema)

    def _many(self, answer: Any, direction: Any, ending: str) -> Schema:
        one = self._one(answer, direction)
        return self._component(
            f"{self._name(answer)}Desk{ending}",
            lambda: {
                "type": "object",
                "description": "All that was made, in the order of the body.",
                "required": ["meta", "count", "results"],
                "properties": {
                    "meta": {"$ref": "#/components/schemas/DeskMeta"},
                    "count": {"type": "integer", "description": "How many."},
                    "results": {"type": "array", "items": one},
                },
            },
        )

    def _name(self, serializer: Any) -> str:
        return str(serializer.__name__).removesuffix("Serializer")

    def _component(self, name: str, schema: Callable[[], Schema]) -> Schema:
        from negotiations.api.desk.views import DeskMetaSerializer

        self.resolve_serializer(DeskMetaSerializer(), "response")
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name=name, type=ResolvedComponent.SCHEMA, object=name, schema=schema()
        )
        self.registry.register_on_missing(component)
        reference: Schema = component.ref
        return reference


def share_with_desk(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Hook: problems of the desk are described once a status and sentence, its parameters once a name and sentence."""
    found: dict[str, dict[str, Schema]] = {"responses": {}, "parameters": {}}
    desk = {path: operations for path, operations in result["paths"].items() if path.startswith("/api/v1/desk/")}
    for operation in [each for operations in desk.values() for each in operations.values()]:
        for code, response in operation["responses"].items():
            if code >= "400":
                operation["responses"][code] = _shared(found["responses"], "responses", f"Desk{code}", response)
        for place, parameter in enumerate(operation.get("parameters", [])):
            if "$ref" not in parameter and parameter["in"] != "path":
                name = f"desk_{parameter['name']}"
                operation["parameters"][place] = _shared(found["parameters"], "parameters", name, parameter)
    for kind, described in found.items():
        result["components"].setdefault(kind, {}).update(described)
    return result


def _shared(known: dict[str, Schema], kind: str, name: str, described: Schema) -> Schema:
    """A reference to where it is `described`: under `name` or, where that says something else, a numbered one."""
    number = 1
    while known.setdefault(key := name if number == 1 else f"{name}_{number}", described) != described:
        number += 1
    return {"$ref": f"#/components/{kind}/{key}"}


def _object(name: str, component: str) -> Schema:
    reference = {"$ref": f"#/components/schemas/{component}"}
    return {"type": "object", "properties": {name: reference}, "required": [name]}
