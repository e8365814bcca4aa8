"""The desk API's door: no cookie passes it, nothing of it is kept by anybody, and its errors are problem documents."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from negotiations.api.problems import DATABASE_IS_AWAY, database_is_away, forgets_its_slash, not_found

DESK = "/api/v1/desk/"


class DeskDoorMiddleware:
    """Stands before sessions and users, which the desk API has not: whoever asks shows a token, or is a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not path.startswith(DESK):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = not_found(request, LookupError(path)) if forgets_its_slash(request) else self.get_response(request)
        response["Cache-Control"] = "no-store"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A database that is away is a 503 here too."""
        if request.path_info.startswith(DESK) and isinstance(exception, DATABASE_IS_AWAY):
            return database_is_away(request)
        return None
