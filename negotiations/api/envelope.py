"""What every answer says about itself: the revision it shows, the licence, and how to cite it."""

from __future__ import annotations

import datetime
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from negotiations.api.as_of import at_revision
from negotiations.api.parameters import address_asked
from negotiations.ledger.window import Window

LICENCE = "CC BY 4.0 (quotations excepted)"


class MetaSerializer(serializers.Serializer[Any]):
    """What an answer says about itself."""

    revision = serializers.IntegerField(
        read_only=True, help_text="The number of the revision that the answer shows; 0 before the first."
    )
    at = serializers.DateTimeField(allow_null=True, read_only=True, help_text="When that revision was published.")
    licence = serializers.CharField(read_only=True, help_text="Under which licence the data may be used.")
    cite_as = serializers.CharField(
        read_only=True, help_text="How to cite this answer, with an address that will always answer the same."
    )
    permalink = serializers.URLField(read_only=True, help_text="The address that will always answer the same.")
    url = serializers.URLField(read_only=True, help_text="The address that was asked.")


def meta(request: Request) -> dict[str, Any]:
    """The `meta` of the answer to `request`, which came through the window."""
    window: Window = request._request.window  # type: ignore[attr-defined]  # set by PublicDoorMiddleware
    address = address_asked(request)
    day = getattr(request._request, "day_taken", None)
    permalink = at_revision(address if day is None else _on(address, day), window.revision or None)
    shown = f"revision {window.revision} of {window.at:%Y-%m-%d}" if window.at else "before its first revision"
    return {
        "revision": window.revision,
        "at": window.at.isoformat().replace("+00:00", "Z") if window.at else None,
        "licence": LICENCE,
        "cite_as": f"Negotiation tracker, {shown}, {permalink}",
        "permalink": permalink,
        "url": address,
    }


def _on(address: str, day: datetime.date) -> str:
    """`address`, which names no day, with this one."""
    return f"{address}{'&' if '?' in address else '?'}on={day}"
