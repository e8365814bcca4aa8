"""Strictness about the query string before it is used: unknown, repeated, empty or unreadable is refused."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest
from rest_framework.request import Request

from negotiations.api.problems import BadParameters, Fault, fault, printable
from negotiations.models.records import HIDDEN

STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
MOST_PARAMETERS = 20
LONGEST_VALUE = 4000


def given(request: HttpRequest, wanted: str) -> str | None:
    """The value of the parameter `wanted`; None when there is none, or the query string is one to be refused anyway."""
    pairs = [pair.partition("=") for pair in request.META.get("QUERY_STRING", "").split("&") if pair]
    if len(pairs) > MOST_PARAMETERS:
        return None
    found = (_decoded(value) for name, _, value in pairs if _decoded(name) == wanted.encode())
    value = next(found, None)
    return None if value is None else value[:LONGEST_VALUE].decode(errors="replace")


def address_asked(request: HttpRequest | Request) -> str:
    """The whole address that was asked, written as a URI may be: browsers send brackets in a query as they are."""
    path, mark, query = request.build_absolute_uri().partition("?")
    for written, encoded in (("[", "%5B"), ("]", "%5D"), ("#", "%23")):
        query = query.replace(written, encoded)
    return f"{path}{mark}{query}"


def refuse_unreadable(request: HttpRequest, known: set[str]) -> None:
    """Refuse a query string that is not UTF-8, repeats a parameter, leaves one empty or names an unknown one."""
    written = request.META.get("QUERY_STRING", "")
    pairs = [pair.partition("=") for pair in written.split("&") if pair]
    if len(pairs) > MOST_PARAMETERS:
        detail = f"A request has at most {MOST_PARAMETERS} parameters; this one has {len(pairs)}."
        raise BadParameters([fault("", "too_many", detail)])
    faults: list[Fault] = []
    seen: set[str] = set()
    for raw_name, _, raw_value in pairs:
        try:
            name, value = _text(raw_name), _text(raw_value)
        except ValueError:
            shown = _decoded(raw_name).decode(errors="replace")
            faults.append(fault(shown, "not_utf8", "Parameters are percent-encoded UTF-8."))
            continue
        faults += _faults_of(name, value, known, seen)
        seen.add(name)
    if faults:
        raise BadParameters(faults)


def _text(part: str) -> str:
    """The text of one part of a query string; ValueError when it is no percent-encoded UTF-8."""
    if STRAY_PERCENT.search(part):
        raise ValueError("a percent sign that encodes nothing")
    return _decoded(part).decode()


def _decoded(part: str) -> bytes:
    """The bytes of one part of a query string, which WSGI hands over as Latin-1."""
    return unquote_to_bytes(part.replace("+", " ").encode("iso-8859-1", "replace"))


def _faults_of(name: str, value: str, known: set[str], seen: set[str]) -> list[Fault]:
    shown = printable(name)
    if name not in known:
        detail = f"There is no parameter {shown!r} here."
        return [fault(name, "unknown_parameter", detail, known, name)]
    if name in seen:
        return [fault(name, "repeated", f"{shown} is given more than once; separate several values with commas.")]
    if not value.strip():
        return [fault(name, "empty", f"{shown} has no value; leave it out or give it one.")]
    if len(value) > LONGEST_VALUE:
        return [fault(name, "too_long", f"{shown} is longer than {LONGEST_VALUE} characters.")]
    if HIDDEN.search(value):
        return [fault(name, "invalid", f"{shown} has control characters.")]
    return []
