"""Conditional requests: what an answer depends on is its validator, so that an unchanged answer is not made again.

A strong ETag covers the revision read, the suppression epoch, the release (a digest of code, wording and contract), the
address and the representation asked for, and of an answer for today the day. Two answers with one ETag are equal byte
for byte.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from negotiations import wording
from negotiations.api.as_of import AS_OF, number_of
from negotiations.api.compression import coding_for, compressed
from negotiations.api.parameters import given
from negotiations.api.response_cache import CACHE
from negotiations.ledger.window import Window

NOW = "public, max-age=0, must-revalidate"
LONGEST_REMEMBERED = 200  # characters of a path, whose view is remembered: strangers choose them
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
    path = request.path_info
    found = _takes_today(path) if len(path) <= LONGEST_REMEMBERED else _takes_today.__wrapped__(path)
    takes_today = found and given(request, "on") is None
    return timezone.now().astimezone(datetime.UTC).date() if takes_today else None


@lru_cache(maxsize=1024)  # the address is looked up for each answer that is at hand, and little else is done for it
def _takes_today(path: str) -> bool:
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return getattr(getattr(view, "cls", None), "takes_today", False)


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


def answer_at_hand(request: HttpRequest, newest: Window) -> HttpResponseBase | None:
    """The answer without a window, where it is kept or the client has it; None where it must be made or refused."""
    asked = given(request, AS_OF)
    number = number_of(asked, newest) if asked else None
    if asked is not None and number is None:
        return None
    window = newest if number is None else replace(newest, revision=number)
    day = day_taken(request)
    etag = validator(request, window, day)
    if _is_held(request, etag):
        response = _marked(_unchanged(), etag, is_lasting=number is not None and day is None)
        return compressed(request, response)
    return CACHE.find(newest, etag)


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
    if _is_held(request, etag):
        response: HttpResponseBase = _unchanged()
    else:
        newest: Window | None = request.newest  # type: ignore[attr-defined]
        response = (newest and CACHE.find(newest, etag)) or answer(request)
    # Tomorrow an answer for today is another one.
    return _marked(response, etag, is_lasting=request.as_of is not None and day is None)  # type: ignore[attr-defined]


def keep(request: HttpRequest, response: HttpResponseBase) -> None:
    """Keeps the answer to `request` as it is sent, if others may be given it too."""
    newest: Window | None = getattr(request, "newest", None)
    if newest and request.method == "GET":
        CACHE.keep(newest, response)


def _is_held(request: HttpRequest, etag: str) -> bool:
    """Whether the client says that it has the answer of this validator.

    Compared weakly (RFC 9110, 13.1.2): a proxy that packs an answer marks its validator `W/`.
    """
    held = request.META.get("HTTP_IF_NONE_MATCH")
    return held is not None and etag in (each.removeprefix("W/") for each in parse_etags(held))


def _unchanged() -> HttpResponse:
    response = HttpResponse(status=304)
    del response.headers["Content-Type"]
    return response


def _marked(response: HttpResponseBase, etag: str, *, is_lasting: bool) -> HttpResponseBase:
    """`response` with its validator and how long it may be kept elsewhere."""
    if response.status_code not in (200, 303, 304):
        response.headers["Cache-Control"] = "no-store"
        return response
    patch_vary_headers(response, ["Accept"])  # which the validator covers, whatever is served here
    if response.status_code != 303:  # which has no representation that a validator could be of
        response.headers["ETag"] = etag
    response.headers["Cache-Control"] = THEN if is_lasting else NOW
    return response
