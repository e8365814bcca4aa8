"""What generated clients need of the contract: a name for each list of words, and how to ask only for what has changed.

Hooks of drf-spectacular, run when the records' own enums have their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
SCHEMAS = "#/components/schemas/"
IF_NONE_MATCH = "if_none_match"


def readings(contract: Schema) -> Iterator[tuple[str, Schema]]:
    """The operations of the public API that read, each with its path."""
    for path, methods in contract["paths"].items():
        if "get" in methods and "/desk/" not in path:
            yield path, methods["get"]


def name_words_of_parameters(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Hook: a parameter's words have the name of the field that holds them, or one of the parameter's own.

    So `kind` of talks is `TalkKind`, in a list and in its file, and its orderings are `TalkOrdering` in both.
    Fails with `ValueError` where one name would stand for two lists of words.
    """
    schemas: dict[str, Schema] = result["components"]["schemas"]
    names = {tuple(schema["enum"]): name for name, schema in schemas.items() if "enum" in schema}
    for path, operation in readings(result):
        for parameter in operation.get("parameters", []):
            schema = parameter.get("schema", {})
            holder, key = (schema, "items") if "items" in schema else (parameter, "schema")
            words = holder.get(key, {})
            if "enum" not in words:
                continue
            own = {"default": words.pop("default")} if "default" in words else {}
            name = names.get(tuple(words["enum"])) or _own_name(result, path, parameter["name"])
            if schemas.setdefault(name, words)["enum"] != words["enum"]:
                raise ValueError(f"{name} is the name of other words than those of {parameter['name']} of {path}.")
            holder[key] = {"$ref": SCHEMAS + name, **own}
    for name, schema in schemas.items():
        if "enum" in schema:
            _name_what_is_no_name(name, schema)
    return result


def _own_name(contract: Schema, path: str, parameter: str) -> str:
    """What the list at `path` is of, and the parameter: TalkOrdering; for all lists alike, PageCount."""
    if parameter == "count":
        return "PageCount"
    listed = contract["paths"].get(path.replace(".{suffix}", "/"), contract["paths"][path])
    content = listed["get"]["responses"]["200"]["content"].get("application/json", {})
    page = content.get("schema", {}).get("$ref", "").removeprefix(SCHEMAS)
    camel = re.sub(r"(?:^|_)(\w)", lambda first: first[1].upper(), parameter)
    return f"{page.removesuffix('Page')}{camel}"


def _name_what_is_no_name(name: str, schema: Schema) -> None:
    """Words that no language takes for a name get one, in an extension that generators read: -start, 1.5."""
    if all(re.fullmatch(r"[a-z]\w*", str(word)) for word in schema["enum"]):
        return
    schema["x-enum-varnames"] = [
        f"{word[1:]}_descending".upper()
        if word.startswith("-")
        else re.sub(r"\W", "_", word if word[0].isalpha() else f"{name}_{word}").upper()
        for word in schema["enum"]
    ]


def answer_if_changed(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Hook: every reading takes `If-None-Match`, and may answer 304."""
    components = result["components"]
    components.setdefault("parameters", {})[IF_NONE_MATCH] = {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The ETag of the answer you have; while nothing has changed it is answered 304, which is free.",
        "schema": {"type": "string"},
    }
    for _, operation in readings(result):
        responses = operation["responses"]
        if "200" not in responses:  # it only leads elsewhere
            continue
        operation.setdefault("parameters", []).append({"$ref": f"#/components/parameters/{IF_NONE_MATCH}"})
        responses["304"] = {"description": "Nothing has changed since the answer you have."}
        operation["responses"] = dict(sorted(responses.items()))
    return result
