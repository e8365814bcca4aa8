"""How often one network may ask at the public door in a minute; the library `limits` counts, here or in Redis.

An answer that nothing has changed (304) is free. The count is kept for a network, not an address, since whoever has one
address of a provider often has all of its /24 or /56.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from ipaddress import ip_network

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from negotiations.api.problems import problem
from negotiations.networks import client_of

logger = logging.getLogger(__name__)
PUBLIC, DESK = "/api/", "/api/v1/desk/"
PREFIX = {4: 24, 6: 56}


class LimitsMiddleware:
    """Counts requests to the public API by network, says what is left, and answers 429 when nothing is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PUBLIC) or request.path_info.startswith(DESK):
            return self.get_response(request)
        item, network = RateLimitItemPerMinute(settings.REQUESTS_PER_MINUTE), network_of(request)
        try:
            may_ask = limiter().hit(item, network)
        except StorageError:
            logger.exception("Requests are not counted: their storage does not answer.")
            return self.get_response(request)
        response = self.get_response(request) if may_ask else _too_many(request, _seconds_left(item, network))
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            limiter().storage.incr(item.key_for(network), item.get_expiry(), -1)
        remaining = max(limiter().get_window_stats(item, network).remaining, 0)
        response["RateLimit-Policy"] = f'"network";q={item.amount};w={item.get_expiry()}'
        response["RateLimit"] = f'"network";r={remaining};t={_seconds_left(item, network)}'
        return response


def _seconds_left(item: RateLimitItemPerMinute, network: str) -> int:
    return max(1, round(limiter().get_window_stats(item, network).reset_time - time.time()))


def _too_many(request: HttpRequest, seconds: int) -> HttpResponseBase:
    detail = (
        f"Your network has asked more than {settings.REQUESTS_PER_MINUTE} times within a minute. Ask again in"
        f" {seconds} s, ask with If-None-Match, since what has not changed is free, or take a whole list as one file."
    )
    return problem(request, HTTPStatus.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(seconds)})


@cache
def limiter() -> FixedWindowRateLimiter:
    """The counter of this process, or the one in Redis that all processes share."""
    return FixedWindowRateLimiter(storage_from_string(settings.LIMITS_STORAGE, wrap_exceptions=True))


def network_of(request: HttpRequest) -> str:
    """The network that asks: `203.0.113.0/24`, `2001:db8::/56`."""
    asking = client_of(request)
    if asking is None:
        return "unknown"
    return str(ip_network((asking, PREFIX[asking.version]), strict=False))
