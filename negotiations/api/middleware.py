"""The public door: every request to the public API is answered inside the window, or refused before it opens."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from negotiations.api.as_of import window_asked_for
from negotiations.api.caching import answer_at_hand, answer_if_changed, keep
from negotiations.api.compression import compressed
from negotiations.api.problems import DATABASE_IS_AWAY, database_is_away, forgets_its_slash, not_found, problem
from negotiations.ledger.listening import newest_known

PUBLIC = "/api/v1/"
# The desk has a door of its own; the contract and its page say the same without a database.
OUTSIDE_THE_WINDOW = ("/api/v1/desk/", "/api/v1/docs/", "/api/v1/openapi.yaml")
METHODS = ("GET", "HEAD", "OPTIONS")


class ResponseCacheMiddleware:
    """Before the public door: what was answered since the newest revision is answered again, without a database.

    While that revision is not known for sure, the door opens its window, whose head tells, and looks for it then.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not path.startswith(PUBLIC) or path.startswith(OUTSIDE_THE_WINDOW) or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        newest = newest_known()
        response = answer_at_hand(request, newest) if newest else None
        if response is None:
            response = self.get_response(request)
            keep(request, response)
        return response


class PublicDoorMiddleware:
    """Opens the window around the answer, rendering included: Django renders inside the innermost `get_response`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith("/api/") and not path.startswith("/api/v1/desk/"):
            request.META.pop("HTTP_COOKIE", None)  # the same answer for everyone: nobody behind this door sees a cookie
        if path.startswith("/api/") and forgets_its_slash(request):
            return not_found(request, LookupError(path))
        if not path.startswith(PUBLIC) or path.startswith("/api/v1/desk/"):
            return self.get_response(request)
        if request.method not in METHODS:
            return problem(
                request,
                HTTPStatus.METHOD_NOT_ALLOWED,
                "The public API is read-only.",
                headers={"Allow": ", ".join(METHODS)},
            )
        if path.startswith(OUTSIDE_THE_WINDOW):
            return compressed(request, self.get_response(request))
        try:
            with window_asked_for(request) as window:
                return compressed(request, answer_if_changed(request, window, self.get_response))
        except DATABASE_IS_AWAY:
            return database_is_away(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Views' exceptions come here first; those that would be a 500 for a database that is away become a 503."""
        if request.path_info.startswith(PUBLIC) and isinstance(exception, DATABASE_IS_AWAY):
            return database_is_away(request)
        return None
