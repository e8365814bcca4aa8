"""A name for each request, in the answer's header and in the log, so that a report of a fault finds its lines."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Request-ID"
_current: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdMiddleware:
    """Names each request by itself: what a client sends under this name is not believed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = os.urandom(16).hex()
        token = _current.set(name)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response[HEADER] = name
        return response


class RequestIdFilter(logging.Filter):
    """Adds `request_id` to what is logged while a request is answered."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _current.get()
        return True
