"""Whether an answer of the API, the desk's too, is one that openapi.yaml describes: status, media type, headers, body.

The contract lets later releases add members; here it is read as if it did not (`closed`), so that what no one described
does not get out. Whatever `fields` and `omit` leave out is missing from schemas that say so, and from no others.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qs, quote, unquote

import jsonschema_rs
import yaml

from tracker.environment import ROOT

Schema = dict[str, Any]
PREFIX, DESK = "/api/", "/api/v1/desk/"
PROBLEM = "application/problem+json"
CHOSEN_BY = "x-members-chosen-by"
# Served beside the contract: itself, and the page that shows it with its script.
NO_OPERATIONS = {
    "/api/v1/openapi.yaml": {"application/yaml"}, "/api/v1/docs/": {"text/html", "application/javascript"},
}  # fmt: skip
# What an address or method that is no operation is refused with; the desk asks strangers for a token first.
REFUSALS = {400, 404, 405, 429, 500, 503}
OF_STRANGERS = {401, 403}
# Headers that are no part of what the API says: how bytes travel, what browsers may do with a page, and across sites.
UNSAID = {
    "content-type", "content-length", "content-encoding", "transfer-encoding", "date", "server", "connection",
    "content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy",
    "x-frame-options", "access-control-allow-origin", "access-control-expose-headers", "access-control-allow-headers",
    "access-control-allow-methods", "access-control-max-age",
}  # fmt: skip


def walk(node: Any) -> Iterator[Schema]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


@cache
def contract() -> Schema:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: Schema = yaml.load((ROOT / "openapi.yaml").read_bytes(), loader)
    return loaded


def closed(document: Schema, *, is_shaped: bool) -> Schema:
    """The contract with objects that have no members but those described; `is_shaped`: of which some may be missing."""
    copy: Schema = json.loads(json.dumps(document))
    schemas = copy["components"]["schemas"]
    for node in walk(copy):
        if is_shaped and CHOSEN_BY in node:
            del node["required"]
    for name, schema in schemas.items():
        if len(schema.get("allOf", ())) > 1:  # `meta`, then the record: one object for who looks at it
            parts = list(_parts_of(schema, schemas))
            schemas[name] = {
                "type": "object",
                "properties": {key: value for part in parts for key, value in part["properties"].items()},
                "required": [key for part in parts for key in part.get("required", ())],
            }
    for node in walk(schemas):
        if node.get("type") == "object" and "properties" in node:
            node.setdefault("additionalProperties", False)
    return copy


def _parts_of(schema: Schema, schemas: Schema) -> Iterator[Schema]:
    """What `allOf` puts together, whatever that is put together from."""
    for part in schema["allOf"]:
        named = schemas[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        if "allOf" in named:
            yield from _parts_of(named, schemas)
        else:
            yield named


@cache
def _registry(is_shaped: bool) -> jsonschema_rs.Registry:
    document = closed(contract(), is_shaped=is_shaped)
    return jsonschema_rs.Registry([("urn:contract", document)], draft=jsonschema_rs.Draft202012)


@cache
def _validator(pointer: str, is_shaped: bool = False) -> jsonschema_rs.Draft202012Validator:
    """The compiled schema at `pointer` into the contract."""
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"urn:contract#{quote(pointer, safe='/~')}"}, registry=_registry(is_shaped), validate_formats=True
    )


@cache
def _templates() -> list[tuple[re.Pattern[str], str]]:
    """Each path as an expression; those with fewer blanks first, as they are found first."""
    paths = sorted(contract()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\\{(\w+)\\}", _blank, re.escape(path))), path) for path in paths]


def _blank(found: re.Match[str]) -> str:
    return ".+" if found[1] == "value" else "[^/.]+"  # another project's number may hold whatever it likes


@cache
def path_of(address: str) -> str | None:
    """The path of the contract that `address` is one of; with the suffix of pages it is that of the list."""
    if address.endswith(".json"):
        address = f"{address.removesuffix('.json')}/"
    return next((path for template, path in _templates() if template.fullmatch(address)), None)


def faults(method: str, target: str, status: int, headers: Mapping[str, str], body: bytes | None) -> list[str]:
    """How the answer to `method` `target` differs from what the contract says; a `body` of None is not looked at."""
    address, _, query = target.partition("?")
    address = unquote(address)
    told = {name.lower(): value for name, value in headers.items()}
    if not address.startswith(PREFIX):
        return []
    path, is_desk = path_of(address), address.startswith(DESK)
    is_reading = method == "HEAD" or (method == "OPTIONS" and status != 200 and not is_desk)
    verb = "get" if is_reading else method.lower()
    if path is None or verb not in contract()["paths"][path]:
        return _of_no_operation(method, address, status, told, body)
    pointer, answer = _resolved(f"/paths/{_escaped(path)}/{verb}/responses/{status}")
    if answer is None:
        if is_desk and status == 404:  # of a process that serves no desk
            return _of_no_operation(method, address, status, told, body)
        return [f"{method} {path} does not say that it answers {status}."]
    body = None if method == "HEAD" else body
    is_shaped = status == 200 and bool({"fields", "omit"} & parse_qs(query).keys())
    return [*_of_headers(path, answer, told), *_of_body(pointer, answer, told, body, is_shaped)]


def takes(method: str, path: str, body: Any) -> bool:
    """Whether the operation at `path`, as the contract writes it, takes such a body."""
    pointer = f"/paths/{_escaped(path)}/{method.lower()}/requestBody/content/application~1json/schema"
    return bool(_validator(pointer).is_valid(body))


def _of_no_operation(method: str, address: str, status: int, told: Mapping[str, str], body: bytes | None) -> list[str]:
    """An address that the contract does not know answers with a problem, and so does any other method."""
    media = told.get("content-type", "").partition(";")[0]
    if address in NO_OPERATIONS and method in ("GET", "HEAD") and status == 200:
        return [] if media in NO_OPERATIONS[address] else [f"{address} is {media}."]
    if method == "OPTIONS" and status == 200:
        return []
    refusals = REFUSALS | (OF_STRANGERS if address.startswith(DESK) else set())
    if status not in refusals or media != PROBLEM:
        return [f"{method} {address} is no operation, and was answered {status} {media}."]
    return _errors("/components/schemas/Problem", body) if method != "HEAD" and body is not None else []


def _of_headers(path: str, answer: Schema, told: Mapping[str, str]) -> Iterator[str]:
    named = {name.lower(): _resolved(header["$ref"][1:]) for name, header in answer.get("headers", {}).items()}
    for name in told.keys() - named.keys() - UNSAID:
        yield f"{path} does not name the header {name}."
    for name, (pointer, header) in named.items():
        assert header
        if name not in told:
            if header.get("required"):
                yield f"{path} lacks the header {name}."
            continue
        value: Any = told[name]
        if header["schema"]["type"] == "integer":
            value = int(value)
        yield from (f"{name}: {error.message}" for error in _validator(f"{pointer}/schema").iter_errors(value))


def _of_body(
    pointer: str, answer: Schema, told: Mapping[str, str], body: bytes | None, is_shaped: bool
) -> Iterator[str]:
    content, media = answer.get("content", {}), told.get("content-type", "").partition(";")[0]
    if not content:
        if body:
            yield f"A body of {media} where none was announced."
        return
    if media not in content:
        yield f"{media} is none of {', '.join(content)}."
        return
    if body is None or not media.endswith("json"):
        return
    if told.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    yield from _errors(f"{pointer}/content/{_escaped(media)}/schema", body, is_shaped)


def _errors(pointer: str, body: bytes | None, is_shaped: bool = False) -> list[str]:
    validator, document = _validator(pointer, is_shaped), json.loads(body or b"")
    if validator.is_valid(document):
        return []
    return [
        f"{'.'.join(map(str, each.instance_path))}: {each.message[:500]}" for each in validator.iter_errors(document)
    ]


@cache
def _pointed(pointer: str) -> Any:
    found: Any = contract()
    for name in pointer.split("/")[1:]:
        found = found.get(name.replace("~1", "/").replace("~0", "~")) if found else None
    return found


def _resolved(pointer: str) -> tuple[str, Any]:
    """What is at `pointer`, and where it is described if that is elsewhere."""
    found = _pointed(pointer)
    return _resolved(found["$ref"][1:]) if found and "$ref" in found else (pointer, found)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
