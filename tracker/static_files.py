"""Static files, compressed for whoever takes it: no proxy need stand before the server for a page to be light."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

from negotiations.api.compression import compressed

TEXTS = ("text/", "application/json", "image/svg+xml")


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = WhiteNoiseMiddleware.serve(static_file, request)
        if request.method == "HEAD" or not response.headers.get("Content-Type", "").startswith(TEXTS):
            return response
        return compressed(request, response)
