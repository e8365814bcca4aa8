"""Headers of answers, and answers that many operations share, as the contract describes them: each in one place."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from negotiations.api.contract import readings

Schema = dict[str, Any]


def _header(description: str, pattern: str = "", **schema: Any) -> Schema:
    found = {"type": "string", **({"pattern": pattern} if pattern else {}), **schema}
    return {"description": description, "schema": found}


HEADERS: dict[str, Schema] = {
    "X-Request-ID": _header("This request's name in the log, for reports of faults.", "^[0-9a-f]{32}$"),
    "RateLimit-Policy": _header(
        "How many requests a network may make in how many seconds.", '^"network";q=[0-9]+;w=60$'
    ),
    "RateLimit": _header(
        "How many are left, and after how many seconds they are counted anew; missing while nobody counts.",
        '^"network";r=[0-9]+;t=[0-9]+$',
    ),
    "Cache-Control": _header(
        "How long the answer may be kept: until it is asked for anew, a day with `as_of`, an error not at all.",
        "^(public, max-age=[0-9]+(, must-revalidate)?|no-store)$",
    ),
    "ETag": _header(
        "The answer's validator, for `If-None-Match`: what has not changed is a 304 and free.", '^"[^"]+"$'
    ),
    "Vary": _header("Which headers of the request the answer depends on."),
    "Allow": _header("The methods that are answered here.", "^GET, HEAD, OPTIONS$"),
    "Link": _header("Where the next, previous and first page are; of a file, how it is cited and its licence."),
    "Content-Disposition": _header("What to call the file.", '^inline; filename="[a-z]+(-[a-z]+)?-[0-9]+[.][a-z]+"$'),
    "Location": _header("Where the answer is.", format="uri"),
    "Retry-After": _header("After how many seconds to ask again.", type="integer", minimum=1),
    "Withdrawn-In-Revision": _header(
        "Only with `as_of`: the revision by which the record that this is about was withdrawn meanwhile.",
        type="integer",
        minimum=1,
    ),
}
EVERYWHERE = ("X-Request-ID", "RateLimit-Policy", "RateLimit", "Vary", "Cache-Control", "Allow")
# Those that an answer of this status bears besides.
BESIDES: dict[str, tuple[str, ...]] = {
    "200": ("ETag",),
    "304": ("ETag",),
    "301": ("Location",),
    "302": ("Location",),
    "303": ("Location",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}
# Never missing where they are named, whatever the answer.
ALWAYS = {"X-Request-ID", "ETag", "Location", "Retry-After", "DeskCacheControl", "WWW-Authenticate"}

# The desk's own, by the name under which the contract describes them.
DESK_HEADERS: dict[str, Schema] = {
    "DeskCacheControl": _header("Nobody keeps what the desk says.", "^no-store$"),
    "DeskRateLimitPolicy": _header(
        "How many requests the token may make in how many seconds; without a good one, the network.",
        '^"(token|network)";q=[0-9]+;w=60$',
    ),
    "DeskRateLimit": _header(
        "How many are left, and after how many seconds they are counted anew; missing while nobody counts.",
        '^"(token|network)";r=[0-9]+;t=[0-9]+$',
    ),
    "DeskAllow": _header("The methods that are answered here.", "^[A-Z]+(, [A-Z]+)*$"),
    "DeskETag": _header("The record's version, for `If-Match`.", '^"[1-9][0-9]*"$'),
    "WWW-Authenticate": _header("How to show a token.", "^Bearer "),
    "DeskLocation": _header("Where what was made is, if it is one record or submission.", format="uri"),
    "Idempotency-Replayed": _header("The request was made before: this is the answer that it got.", "^true$"),
}


def of_desk(method: str, status: str, response: Schema, *, has_version: bool) -> dict[str, Schema]:
    """The headers that an answer of the desk bears, each by its name; `has_version`: it is one record."""
    found = {"X-Request-ID": "X-Request-ID", "Vary": "Vary", "Cache-Control": "DeskCacheControl", "Allow": "DeskAllow"}
    found |= {"RateLimit-Policy": "DeskRateLimitPolicy", "RateLimit": "DeskRateLimit"}
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    found |= {"ETag": "DeskETag"} if has_version and status < "300" else {}
    found |= {"Link": "Link"} if schema.get("$ref", "").endswith("Page") else {}
    found |= {"Location": "DeskLocation"} if status == "201" else {}
    found |= {"Idempotency-Replayed": "Idempotency-Replayed"} if method == "post" and status < "300" else {}
    found |= {"WWW-Authenticate": "WWW-Authenticate"} if status == "401" else {}
    found |= {"Retry-After": "Retry-After"} if status in ("429", "503") else {}
    return {name: {"$ref": f"#/components/headers/{key}"} for name, key in found.items()}


def of_answer(path: str, status: str, content: Schema) -> list[str]:
    """The names of the headers that the answer of `status` at `path` bears; `content` holds its media types."""
    found = [*EVERYWHERE, *BESIDES.get(status, ())]
    if status != "200":
        return found
    page = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    if page.endswith("Page"):
        found.append("Link")
    if content.keys() - {"application/json"}:  # a file, by its suffix or by `Accept`
        found += ["Link", "Content-Disposition"]
    if "/{id}" in path and "/versions" not in path:  # a record, and what is asked about it
        found.append("Withdrawn-In-Revision")
    return found


def describe_headers(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Hook: each header once, and at every answer the names of those it bears."""
    result["components"]["headers"] = {
        name: {**header, "required": True} if name in ALWAYS else header
        for name, header in (HEADERS | DESK_HEADERS).items()
    }
    for path, methods in result["paths"].items():
        for method, operation in methods.items() if "/desk/" in path else ():
            for status, response in operation["responses"].items():
                has_version = "ETag" in response.get("headers", {})
                response["headers"] = of_desk(method, status, response, has_version=has_version)
    for path, operation in readings(result):
        for status, response in operation["responses"].items():
            names = of_answer(path, status, response.get("content", {}))
            response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    return result


def share_answers(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Hook: an answer that says the same at several operations, as problems do, is described once."""
    shared: dict[str, Schema] = result["components"].setdefault("responses", {})
    for _, operation in readings(result):
        for status, response in operation["responses"].items():
            name = HTTPStatus(int(status)).phrase.title().replace(" ", "")
            if status != "200" and shared.setdefault(name, response) == response:
                operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    return result
