"""Conditional requests: what an answer depends on is its validator, so that an unchanged answer is not made again.

A strong ETag covers the revision read, the suppression epoch, the release (a digest of code, wording and contract), the
address and the representation asked for, and of an answer for today the day. Two answers with one ETag are equal byte
for byte.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from negotiations import wording
from negotiations.api.compression import coding_for
from negotiations.api.parameters import given
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


def day_taken(request: HttpRequest) -> datetime.date | None:
    """Today (UTC), where `request` names no day and its answer is for one; else None."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return None
    takes_today = getattr(getattr(view, "cls", None), "takes_today", False)
    return timezone.now().astimezone(datetime.UTC).date() if takes_today and given(request, "on") is None else None


def validator(request: HttpRequest, window: Window, day: datetime.date | None = None) -> str:
    """The strong ETag of the answer to `request` at the window's revision and for the `day` taken, in its quotes."""
    depends_on = (
        str(window.revision),
        str(window.epoch),
        release(),
        request.build_absolute_uri(),
        request.META.get("HTTP_ACCEPT", ""),
        coding_for(request),
        str(day or ""),
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
    day = request.day_taken = day_taken(request)  # type: ignore[attr-defined]  # one for the answer and its validator
    etag = validator(request, window, day)
    # Compared weakly (RFC 9110, 13.1.2): a proxy that packs an answer marks its validator `W/`.
    held = (each.removeprefix("W/") for each in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", "")))
    if etag in held:
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
    changes = request.as_of is None or day is not None  # type: ignore[attr-defined]  # tomorrow it is another day's
    response.headers["Cache-Control"] = NOW if changes else THEN
    return response
