"""What Schemathesis is to know of this API: a check of our own, and which failures of its checks are none, and why."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import schemathesis
from schemathesis import Case, HookContext, Response

from tests import contract

# Values that a schema allows and only the server can judge: valid requests may be refused for these, by name.
JUDGED_BY_THE_SERVER = {
    "": "more than 20 parameters at once, which OpenAPI cannot say",
    "as_of": "the newest revision grows with each publication, and the first moment is when that was",
    "cursor": "a place in one list in one order, which the server has written",
    "country": "codes of ISO 3166 come and go; the pattern is what stays",
    "during": "2025-02-30 is written like a day, and 2025/2024 like an interval",
    "on": "as during",
    "resource": "which kinds a search can narrow depends on the filters beside it",
    "fields": "what lies behind a dot depends on include, and circles have no end that a schema could name",
    "omit": "as fields",
    "include": "as fields; and what is omitted cannot be included",
}


def target_of(response: Response) -> str:
    parts = urlsplit(str(response.request.url))
    return f"{parts.path}?{parts.query}"


def faults_of(response: Response) -> list[str]:
    headers = {name: ", ".join(values) for name, values in response.headers.items()}
    headers.pop("content-encoding", None)  # the client has undone it
    return contract.faults(
        str(response.request.method), target_of(response), response.status_code, headers, response.content
    )


@schemathesis.check
def is_what_the_contract_describes(ctx: Any, response: Response, case: Case) -> None:
    """As every answer that a test receives: status, media type, headers, and a body without undescribed members."""
    found = faults_of(response)
    assert found == [], found


@schemathesis.hook
def filter_failure(context: HookContext, failure: Any, case: Case, response: Response) -> bool:
    """Whether a failure is one: a valid request may be refused for what only the server can judge; see also below."""
    kind = type(failure).__name__
    if kind == "RejectedPositiveData" and response.status_code == 400:
        faults = json.loads(response.content).get("errors", [])
        return not faults or any(fault["parameter"] not in JUDGED_BY_THE_SERVER for fault in faults)
    # What `fields` and `omit` leave out is missing: the contract says so by an extension that Schemathesis does not
    # know and our own check does.
    if kind == "JsonSchemaError" and {"fields", "omit"} & set(case.query or ()):
        return faults_of(response) != []
    return True
