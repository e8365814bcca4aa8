"""The frames of the pages. What they show, the browser asks of the public API; here are words and no records."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from csp.decorators import csp
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

WORDS = Path(__file__).parent / "static/dashboard/words"
LANGUAGES = ("en", "uk", "ru", "tr")
# What a report may be about: a record as the API addresses it, and the revision in which the mistake was seen.
RECORD = re.compile(r"[a-z]{1,20}/[-a-zA-Z0-9_]{1,200}")
REVISION = re.compile(r"[1-9][0-9]{0,17}")
# Nothing inline and nothing of others.
POLICY = {
    "default-src": ["'self'"],
    "frame-ancestors": ["'none'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
}


@cache
def words_in(language: str) -> dict[str, Any]:
    """The interface's words in one language, as the page's scripts read them too."""
    words: dict[str, Any] = json.loads((WORDS / f"{language}.json").read_text("utf-8"))
    return words


@csp(POLICY)  # type: ignore[arg-type]  # its types know of no view with parameters
@require_safe
def page(request: HttpRequest, template: str, slug: str = "") -> HttpResponse:
    """The frame of a page; `slug` is the record that it is about. Whether there is one, the API tells the page."""
    return frame(request, template, slug=slug)


@csp(POLICY)
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How the records are made, what was corrected, and whom to tell of a mistake in `record` at `revision`."""
    record, revision = request.GET.get("record", ""), request.GET.get("revision", "")
    report = {
        "record": record if RECORD.fullmatch(record) else "",
        "revision": revision if REVISION.fullmatch(revision) else "",
        "contact": settings.CONTACT,
    }
    letter = render_to_string("dashboard/report.txt", report | {"site": request.build_absolute_uri("/")})
    address = ""
    if settings.CONTACT and "@" in settings.CONTACT:
        address = f"mailto:{settings.CONTACT}?{urlencode({'subject': 'A mistake', 'body': letter}, quote_via=quote)}"
    return frame(request, "about.html", report=report | {"letter": letter, "address": address or settings.CONTACT})


def frame(request: HttpRequest, template: str, slug: str = "", **more: Any) -> HttpResponse:
    """`template` in the language that `lang` asks for; English where there is none such."""
    asked = request.GET.get("lang", "")
    language = asked if asked in LANGUAGES else LANGUAGES[0]
    context = {
        "language": language,
        "languages": [_choice(request, each, language) for each in LANGUAGES],
        "words": words_in(language),
        "slug": slug,
        **more,
    }
    response = HttpResponse(render_to_string(f"dashboard/{template}", context))
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


def _choice(request: HttpRequest, language: str, current: str) -> dict[str, Any]:
    """The link to this same view in `language`."""
    query = request.GET.copy()
    query["lang"] = language
    return {
        "code": language,
        "name": words_in(language)["language"]["name"],
        "query": query.urlencode(),
        "is_current": language == current,
    }
