"""Who asks, as far as the network tells: trusted proxies alone are believed who they say has asked."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def client_of(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """The address that asks; None when it has none that can be read.

    Each trusted proxy is believed for the one before it; what others write into `X-Forwarded-For` changes nothing.
    """
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return _client(request.META.get("REMOTE_ADDR", ""), [each.strip() for each in told if each.strip()])


def _client(address: str, told: Sequence[str]) -> IPv4Address | IPv6Address | None:
    """The last address, going back from `address` by what it was `told`, that is no trusted proxy."""
    found = _address(address)
    for each in reversed(told):
        if found is None or not any(found in proxies for proxies in settings.TRUSTED_PROXIES):
            break
        found = _address(each) or found
    return found


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
