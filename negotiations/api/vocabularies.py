"""`/vocabularies/`: the closed lists of this API, what their words mean and how they are called in four languages.

They are of the release, not of the ledger: at a past revision they read as now. Words are added and never renamed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from negotiations.api.envelope import MetaSerializer, meta
from negotiations.api.problems import nothing_called, printable
from negotiations.api.records import PublicView
from negotiations.api.references import ROOT, Root
from negotiations.api.root import CONTRACT
from negotiations.wording import Loader, Wording, wordings


class LabelsSerializer(serializers.Serializer[Any]):
    """What to call a word, in each language."""

    en = serializers.CharField(help_text="In English.")
    uk = serializers.CharField(help_text="In Ukrainian.")
    ru = serializers.CharField(help_text="In Russian.")
    tr = serializers.CharField(help_text="In Turkish.")


class WordSerializer(serializers.Serializer[Any]):
    """One word of a closed list."""

    value = serializers.CharField(help_text="The word as records and parameters have it; it is never renamed.")
    definition = serializers.CharField(help_text="What it means.")
    labels = LabelsSerializer(help_text="What to call it, in each language.")


class UsesSerializer(serializers.Serializer[Any]):
    """Where the words of a closed list stand."""

    fields = serializers.ListField(  # type: ignore[assignment]  # the name that callers see
        child=serializers.CharField(), help_text="Fields of answers, by the contract's names: `Talk.kind`."
    )
    parameters = serializers.ListField(
        child=serializers.CharField(), help_text="Parameters of lists: `talks.kind` for `/talks/?kind=`."
    )


class VocabularySerializer(serializers.Serializer[Any]):
    """A closed list: the words that a field may have."""

    name = serializers.CharField(help_text="The last part of its address.")
    schema = serializers.CharField(help_text="Its name in the contract: `TalkKind`.")
    url = serializers.URLField(help_text="Where it is.")
    title = serializers.CharField(help_text="What to call it.")
    description = serializers.CharField(help_text="What its words say.")
    unreviewed = serializers.ListField(
        child=serializers.CharField(),
        help_text="The languages whose labels nobody who speaks them has checked yet: `uk`.",
    )
    used_by = UsesSerializer(help_text="Where its words stand.")
    words = WordSerializer(many=True, help_text="Its words, in order.")


@extend_schema_serializer(many=False)
class VocabulariesSerializer(serializers.Serializer[Any]):
    """All closed lists, on one page."""

    meta = MetaSerializer()
    count = serializers.IntegerField(help_text="How many lists there are.")
    results = VocabularySerializer(many=True)


@cache
def uses() -> dict[str, dict[str, list[str]]]:
    """By the contract's name of each closed list that it has: the fields and parameters that use it."""
    contract = yaml.load(CONTRACT.read_text(encoding="utf-8"), Loader)  # which makes texts and nothing else
    contract["paths"] = {
        path: found for path, found in contract["paths"].items() if not path.startswith(f"{ROOT}desk/")
    }
    schemas = _reached(contract)
    names = {f"#/components/schemas/{name}": name for name in wordings() if name in schemas}
    found: dict[str, dict[str, list[str]]] = {name: {"fields": [], "parameters": []} for name in names.values()}
    for component, schema in schemas.items():
        for field, described in schema.get("properties", {}).items():
            for name in {names[reference] for reference in _references(described) if reference in names}:
                found[name]["fields"].append(f"{component}.{field}")
    for path, operations in contract["paths"].items():
        resource = path.removeprefix(ROOT).removesuffix("/")
        for parameter in operations["get"].get("parameters", []) if resource.isalpha() else []:
            for reference in _references(parameter.get("schema")):
                if reference in names:
                    found[names[reference]]["parameters"].append(f"{resource}.{parameter['name']}")
    return found


def _reached(contract: Any) -> dict[str, Any]:
    """The schemas that the contract's paths lead to, however far."""
    components = contract["components"]
    waiting, found = _references(contract["paths"]), set()
    while waiting:
        reference = waiting.pop()
        if reference not in found:
            found.add(reference)
            _, _, kind, name = reference.split("/")
            waiting += _references(components[kind][name])
    schemas = components["schemas"]
    return {name: schema for name, schema in schemas.items() if f"#/components/schemas/{name}" in found}


def _references(schema: Any) -> list[str]:
    """The components that the schema of one field refers to, however deep."""
    if isinstance(schema, list):
        return [reference for each in schema for reference in _references(each)]
    if not isinstance(schema, dict):
        return []
    own = [schema["$ref"]] if "$ref" in schema else []
    return own + [reference for each in schema.values() for reference in _references(each)]


@cache
def served() -> dict[str, Wording]:
    """The closed lists that the API uses, by their names in addresses; what only the desk uses is not among them."""
    return {wording.name: wording for name, wording in wordings().items() if name in uses()}


class VocabularyViewSet(PublicView, viewsets.ViewSet):
    """Vocabularies: the closed lists, with a definition of each word and its labels in four languages."""

    @extend_schema(summary="The closed lists", responses=VocabulariesSerializer)
    def list(self, request: Request) -> Response:
        """All closed lists, with a definition of each word and labels in English, Ukrainian, Russian and Turkish.

        They are of this release, whatever `as_of` says: words are added and never renamed.
        """
        root = Root.of(request._request)
        found = [_shown(wording, root) for wording in served().values()]
        return Response({"meta": meta(request), "count": len(found), "results": found})

    @extend_schema(summary="One closed list", responses=VocabularySerializer)
    def retrieve(self, request: Request, name: str) -> Response:
        """One closed list, with a definition of each word and labels in English, Ukrainian, Russian and Turkish."""
        if name not in served():
            raise nothing_called(name, served(), f"There is no vocabulary {printable(name)!r}.")
        return Response({"meta": meta(request), **_shown(served()[name], Root.of(request._request))})


def _shown(wording: Wording, root: Root) -> dict[str, Any]:
    schema = wording.vocabulary.__name__
    return {
        "name": wording.name,
        "schema": schema,
        "url": root.address(f"vocabularies/{wording.name}/"),
        "title": wording.title,
        "description": wording.description,
        "unreviewed": [*wording.unreviewed],
        "used_by": uses()[schema],
        "words": [
            {"value": word.value, "definition": word.definition, "labels": {**word.labels}} for word in wording.words
        ],
    }
