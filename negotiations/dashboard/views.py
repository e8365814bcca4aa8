"""The frames of the pages. What they show, the browser asks of the public API; here are words and no records."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from csp.decorators import csp
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

WORDS = Path(__file__).parent / "static/dashboard/words"
LANGUAGES = ("en", "uk", "ru", "tr")
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


@csp(POLICY)
@require_safe
def page(request: HttpRequest, template: str, slug: str = "") -> HttpResponse:
    """The frame of a page in the language that `lang` asks for; English where there is none such.

    `slug` is the record that a page is about; whether there is one, the API tells the page.
    """
    asked = request.GET.get("lang", "")
    language = asked if asked in LANGUAGES else LANGUAGES[0]
    context = {
        "language": language,
        "languages": [_choice(request, each, language) for each in LANGUAGES],
        "words": words_in(language),
        "slug": slug,
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
