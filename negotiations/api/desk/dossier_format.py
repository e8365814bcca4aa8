"""The format of dossiers as the contract tells it: their JSON Schema, in components that generators can name.

A dossier's reader takes each scalar as text, so where YAML would have read a number or a truth, JSON may hold one too.
"""

from __future__ import annotations

from typing import Any

from negotiations.api.schema import Schema
from negotiations.exchange import json_schema

NAME = "Dossier"


def reference() -> Schema:
    return {"$ref": f"#/components/schemas/{NAME}"}


def describe_dossiers(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Hook, after the enums have their names: the dossier and each kind of row in it, where the desk is described."""
    if "/api/v1/desk/dossiers/" not in result["paths"]:
        return result
    schemas = result["components"]["schemas"]
    names = {frozenset(schema["enum"]): name for name, schema in schemas.items() if "enum" in schema}
    whole = json_schema.schema()
    rows = whole.pop("$defs")
    for key in ("$schema", "title"):
        del whole[key]
    schemas[NAME] = _renamed(whole, names)
    for name, row in rows.items():
        schemas[_component(name)] = _renamed(row, names)
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


def _component(name: str) -> str:
    return f"{NAME}{name[:1].upper()}{name[1:]}"


def _renamed(node: Any, names: dict[frozenset[Any], str]) -> Any:
    """The schema with references to components, lists of words by their names, and mixed ones as texts and more."""
    if isinstance(node, list):
        return [_renamed(each, names) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        own = {"description": node["description"]} if "description" in node else {}
        return {"$ref": f"#/components/schemas/{_component(node['$ref'].rpartition('/')[2])}", **own}
    if "enum" in node:
        own = {"description": node["description"]} if "description" in node else {}
        return {**_words(node["enum"], names), **own}
    return {key: _renamed(value, names) for key, value in node.items()}


def _words(words: list[Any], names: dict[frozenset[Any], str]) -> Schema:
    if True in words and "true" in words:
        return {"type": ["boolean", "string"], "pattern": "^(true|false)$"}
    texts = [word for word in words if isinstance(word, str)]
    if (name := names.get(frozenset(texts))) is None:
        raise ValueError(f"No list of the contract has just these words: {', '.join(texts)}.")
    named = {"$ref": f"#/components/schemas/{name}"}
    return named if texts == words else {"anyOf": [named, {"type": "number"}]}
