"""How often one network, or one token of the desk, may ask in a minute; the library `limits` counts, here or in Redis.

An answer that nothing has changed (304) is free. The count is kept for a network, not an address, since whoever has one
address of a provider often has all of its /24 or /56.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_network

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


@dataclass(frozen=True)
class Budget:
    """The requests that somebody may still make in this minute: `name` says what is counted, `key` whose it is."""

    name: str
    key: str

    @property
    def item(self) -> RateLimitItemPerMinute:
        return _in_a_minute(settings.REQUESTS_PER_MINUTE)

    def take(self) -> bool | None:
        """Count a request: whether it may be made; None while nobody counts, which is logged."""
        try:
            return limiter().hit(self.item, self.key)
        except StorageError:
            logger.exception("Requests are not counted: their storage does not answer.")
            return None

    def give_back(self) -> None:
        limiter().storage.incr(self.item.key_for(self.key), self.item.get_expiry(), -1)

    def left(self) -> tuple[int, int]:
        """How many requests are left, and after how many seconds they are counted anew."""
        found = limiter().get_window_stats(self.item, self.key)
        return max(found.remaining, 0), max(1, round(found.reset_time - time.time()))

    def headers(self) -> dict[str, str]:
        """What is left of it, as the answer says it."""
        item, (remaining, seconds) = self.item, self.left()
        return {
            "RateLimit-Policy": f'"{self.name}";q={item.amount};w={item.get_expiry()}',
            "RateLimit": f'"{self.name}";r={remaining};t={seconds}',
        }


class LimitsMiddleware:
    """Counts requests to the public API by network, says what is left, and answers 429 when nothing is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PUBLIC) or request.path_info.startswith(DESK):
            return self.get_response(request)
        budget = Budget("network", network_of(request))
        may_ask = budget.take()
        if may_ask is None:
            return self.get_response(request)
        response = self.get_response(request) if may_ask else _too_many(request, budget.left()[1])
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            budget.give_back()
        for name, value in budget.headers().items():
            response[name] = value
        return response


def _too_many(request: HttpRequest, seconds: int) -> HttpResponseBase:
    detail = (
        f"Your network has asked more than {settings.REQUESTS_PER_MINUTE} times within a minute. Ask again in"
        f" {seconds} s, ask with If-None-Match, since what has not changed is free, or take a whole list as one file."
    )
    return problem(request, HTTPStatus.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(seconds)})


@cache
def _in_a_minute(requests: int) -> RateLimitItemPerMinute:
    return RateLimitItemPerMinute(requests)


@cache
def limiter() -> FixedWindowRateLimiter:
    """The counter of this process, or the one in Redis that all processes share."""
    return FixedWindowRateLimiter(storage_from_string(settings.LIMITS_STORAGE, wrap_exceptions=True))


def network_of(request: HttpRequest) -> str:
    """The network that asks: `203.0.113.0/24`, `2001:db8::/56`."""
    return _network_around(client_of(request))


@lru_cache(maxsize=4096)
def _network_around(asking: IPv4Address | IPv6Address | None) -> str:
    if asking is None:
        return "unknown"
    return str(ip_network((asking, PREFIX[asking.version]), strict=False))
