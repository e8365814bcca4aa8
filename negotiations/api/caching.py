"""Conditional requests: what an answer depends on is its validator, so that an unchanged answer is not made again.

A strong ETag covers the revision read, the suppression epoch, the release (a digest of code, wording and contract), the
address and the representation asked for. Two answers with one ETag are equal byte for byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from negotiations import wording
from negotiations.api.compression import coding_for
from negotiations.ledger.window import Window

NOW = "public, max-age=0, must-revalidate"
THEN = "public, max-age=86400"  # never immutable: a suppressed record is gone from every cache within a day


@cache
def release() -> str:
    """A digest of the code, the wording and the contract that this process serves."""
    base = Path(settings.BASE_DIR)
    found = hashlib.sha256((base / "openapi.yaml").read_bytes() + wording.FILE.read_bytes())
    for folder in ("negotiations", "tracker"):
        for path in sorted((base / folder).rglob("*.py")):
            found.update(path.relative_to(base).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def validator(request: HttpRequest, window: Window) -> str:
    """The strong ETag of the answer to `request` at the window's revision, in its quotes."""
    depends_on = (
        str(window.revision),
        str(window.epoch),
        release(),
        request.build_absolute_uri(),
        request.META.get("HTTP_ACCEPT", ""),
        coding_for(request),
    )
    digest = hashlib.sha256("\n".join(depends_on).encode()).hexdigest()  # none of them can hold a line break
    return f'"{digest[:32]}"'


def answer_if_changed(
    request: HttpRequest, window: Window, answer: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponseBase:
    """304 when the client has the answer already, else the answer with its validator; errors are never kept.

    A client that names the validator of this address once had its answer, so that need not be made to know it is there.
    """
    if request.method == "OPTIONS":
        return answer(request)
    etag = validator(request, window)
    if etag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", "")):
        response: HttpResponseBase = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = answer(request)
    if response.status_code not in (200, 303, 304):
        response.headers["Cache-Control"] = "no-store"
        return response
    patch_vary_headers(response, ["Accept"])  # which the validator covers, whatever is served here
    if response.status_code != 303:  # which has no representation that a validator could be of
        response.headers["ETag"] = etag
    response.headers["Cache-Control"] = NOW if request.as_of is None else THEN  # type: ignore[attr-defined]
    return response
