"""`as_of`: reading the past. The window is opened at the revision that a request names, before anything else is read.

A number is answered; a moment is answered with the address of the revision in force then, so that only numbers are kept
and cited; anything else is refused with the range there is.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote_plus

from django.http import HttpRequest
from django.utils import timezone

from negotiations.api.parameters import address_asked, given, refuse_unreadable
from negotiations.api.problems import BadParameters, Elsewhere, fault, printable
from negotiations.ledger.window import Window, open_window, shares_the_desks_connection, turn_window
from negotiations.models import Revision

AS_OF = "as_of"
# A plus in a query string is read as a blank: a blank before an offset can only have been one.
MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?)([Zz]|[-+ ][0-9]{2}:[0-9]{2})"
)
# The same for OpenAPI, whose values are not yet encoded.
PATTERN = (
    r"^([1-9][0-9]{0,17}"
    r"|[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt ]([01][0-9]|2[0-3])(:[0-5][0-9]){2}(\.[0-9]{1,9})?"
    r"([Zz]|[-+]([01][0-9]|2[0-3]):[0-5][0-9]))$"
)
DESCRIPTION = (
    "Read what this tracker had published at a revision: its number, or a moment (RFC 3339), which is answered with a"
    " redirection to the number of the revision in force then. All links in the answer stay at that revision."
)


@contextmanager
def window_asked_for(request: HttpRequest) -> Iterator[Window]:
    """The window that `request` is answered in: at the revision it names, or at what is public now.

    Sets on the request `newest`, `window`, `as_of` (the number it names, if it does) and `as_of_refused`. A parameter
    that cannot be answered is refused by the view (`settle`), so that an address that nothing has is a 404 whatever
    else it asks.
    """
    with open_window() as newest:
        # What a transaction of somebody else's reads (ordinary tests) may yet be undone: nothing is kept by it.
        request.newest = None if shares_the_desks_connection() else newest  # type: ignore[attr-defined]
        request.window, request.as_of, request.as_of_refused = newest, None, None  # type: ignore[attr-defined]
        asked = given(request, AS_OF)
        number = None
        if asked is not None:
            try:
                number = _revision(request, asked, newest)
            except (BadParameters, Elsewhere) as refused:
                request.as_of_refused = refused  # type: ignore[attr-defined]
        if number is not None:
            request.window, request.as_of = turn_window(number), number  # type: ignore[attr-defined]
        yield request.window  # type: ignore[attr-defined]


def settle(request: HttpRequest, known: set[str]) -> None:
    """Refuse what cannot be read of the query string, or send on who asks for a moment."""
    refuse_unreadable(request, known | {AS_OF})
    refused: Exception | None = request.as_of_refused  # type: ignore[attr-defined]
    if refused is not None:
        raise refused


def number_of(asked: str, newest: Window) -> int | None:
    """The revision whose number is `asked` for; None when there is none of it, or no number is asked for."""
    is_there = re.fullmatch(r"[1-9][0-9]{0,17}", asked) and int(asked) <= newest.revision
    return int(asked) if is_there else None


def at_revision(address: str, number: int | None) -> str:
    """`address` with `as_of=number` as its last parameter instead of any other; None takes it away."""
    path, _, query = address.partition("?")
    kept = [pair for pair in query.split("&") if pair and unquote_plus(pair.partition("=")[0]) != AS_OF]
    if number is not None:
        kept.append(f"{AS_OF}={number}")
    return path + ("?" + "&".join(kept) if kept else "")


def _revision(request: HttpRequest, asked: str, newest: Window) -> int:
    """The number that is `asked` for; raises Elsewhere for a moment, BadParameters for what nothing can answer."""
    if re.fullmatch(r"[0-9]{1,18}", asked):
        if not 1 <= int(asked) <= newest.revision:
            raise _refusal(asked, "out_of_range", newest)
        if asked.startswith("0"):
            raise _refusal(asked, "invalid", newest)
        return int(asked)
    moment = _moment(asked)
    if moment is None:
        raise _refusal(asked, "out_of_range" if re.fullmatch(r"-?[0-9]+", asked) else "invalid", newest)
    latest = max(timezone.now(), newest.at or timezone.now())  # the database's clock may be ahead of ours
    found = Revision.objects.filter(at__lte=moment).order_by("-number").values_list("number", flat=True).first()
    if found is None or moment > latest:
        raise _refusal(asked, "out_of_range", newest)
    raise Elsewhere(302, at_revision(address_asked(request), found))


def _moment(text: str) -> datetime.datetime | None:
    """The moment that `text` writes, in UTC; None when it is none, or lies outside the years 1 to 9999."""
    written = MOMENT.fullmatch(text)
    if written is None:
        return None
    day, clock, offset = written.groups()
    text = f"{day}T{clock}{offset.upper().replace(' ', '+')}"
    try:
        return datetime.datetime.fromisoformat(text).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None


def _refusal(asked: str, code: str, newest: Window) -> BadParameters:
    first = Revision.objects.order_by("number").first()
    if first is None:
        detail = "Nothing has been published yet, so there is no past to read; leave as_of out."
    else:
        began = f"{first.at:%Y-%m-%dT%H:%M:%S}.{first.at.microsecond // 1000:03d}Z"
        detail = (
            f"as_of is {printable(asked, 40)!r}; it must be the number of a revision, 1 to {newest.revision},"
            f" or a moment like 2026-11-22T12:00:00Z, from {began}, when revision 1 was published, until now."
        )
    return BadParameters([fault(AS_OF, code, detail)])
