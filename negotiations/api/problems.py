"""Problem details (RFC 9457): the one shape of every error under /api/, of unknown paths and a missing database too."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any, NotRequired, TypedDict

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template import loader
from django.urls import Resolver404, resolve
from django.views import defaults
from rest_framework import exceptions, serializers

ROOT = "/api/"
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
# Pool timeout, connection refused or lost, too many connections, statement timeout.
DATABASE_IS_AWAY = (OperationalError, InterfaceError)


class Fault(TypedDict):
    """What is wrong with one parameter of a request, or at one place of its body."""

    parameter: str
    code: str
    detail: str
    allowed: NotRequired[list[str]]
    nearest: NotRequired[str]


class FaultSerializer(serializers.Serializer[Fault]):
    """What is wrong with one parameter of a request, or at one place of its body."""

    parameter = serializers.CharField(
        help_text="The query parameter at fault; at the desk also the header, or the place in the body."
    )
    code = serializers.CharField(help_text="The kind of fault, for programs: unknown_parameter, invalid, …")
    detail = serializers.CharField(help_text="The fault and its remedy, for people.")
    allowed = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="What would have been right, where that is a list."
    )
    nearest = serializers.CharField(required=False, help_text="The allowed word nearest to the one given.")


class ProblemSerializer(serializers.Serializer[Any]):
    """Why a request was not answered (RFC 9457)."""

    type = serializers.CharField(help_text="A URI that names the kind of problem.")
    title = serializers.CharField(help_text="The kind of problem in words; the same for every problem of its type.")
    status = serializers.IntegerField(help_text="The HTTP status of the response.")
    detail = serializers.CharField(help_text="What went wrong this time.")
    instance = serializers.CharField(help_text="The path that was asked for.")
    errors = FaultSerializer(  # type: ignore[assignment]  # the member is called so by convention
        many=True, required=False, help_text="Each parameter at fault."
    )


class BadParameters(exceptions.APIException):
    """A request whose parameters cannot be understood; it carries every fault found, not only the first."""

    status_code = HTTPStatus.BAD_REQUEST
    default_detail = "The request has parameters that cannot be understood."
    default_code = "bad-parameters"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__(" ".join(fault["detail"] for fault in self.faults))


class Elsewhere(exceptions.APIException):
    """The answer is at another address: for ever (301) or for this question (302)."""

    def __init__(self, status: int, location: str) -> None:
        self.status_code, self.location = status, location
        super().__init__(f"The answer is at {location}")


class Declined(exceptions.APIException):
    """A request that is not granted, of whichever `status` and `kind`, with its faults and further members."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        kind: str,
        faults: Iterable[Fault] = (),
        members: Mapping[str, Any] | None = None,
    ) -> None:
        self.status_code, self.kind, self.faults, self.members = status, kind, list(faults), dict(members or {})
        super().__init__(detail)


class Gone(exceptions.APIException):
    """What was at this address was withdrawn; `members` say how, beside the usual ones of a problem."""

    status_code = HTTPStatus.GONE

    def __init__(self, kind: str, detail: str, members: Mapping[str, Any]) -> None:
        self.kind, self.members = kind, members
        super().__init__(detail)


def fault(parameter: str, code: str, detail: str, allowed: Iterable[str] = (), given: str = "") -> Fault:
    """A fault of `parameter`; with the `allowed` words it names them and the one nearest to what was `given`."""
    found: Fault = {"parameter": printable(parameter), "code": code, "detail": detail}
    words = sorted(allowed)
    if words:
        found["allowed"] = words
        near = get_close_matches(given[:100], words, 1)
        if near:
            found["nearest"] = near[0]
            found["detail"] += f" Did you mean {near[0]}?"
        found["detail"] += f" Allowed: {', '.join(words)}."
    return found


def nothing_called(given: str, allowed: Iterable[str], detail: str) -> exceptions.NotFound:
    """A 404 for a name in a path that is none of the `allowed` ones; it names these and the one nearest to it."""
    return exceptions.NotFound(fault("", "not_allowed", detail, allowed, given)["detail"])


def printable(text: str, length: int = 100) -> str:
    """`text` of a stranger, short and without what cannot be shown, for a message to them."""
    shown = text.encode(errors="replace").decode()[:length]
    return "".join(character if character.isprintable() else "�" for character in shown)


def problem(
    request: HttpRequest,
    status: HTTPStatus,
    detail: str,
    *,
    kind: str = "",
    faults: Iterable[Fault] = (),
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The problem document of `status`; it needs no database, host name or renderer, so it can always be made."""
    document: dict[str, Any] = {
        "type": f"urn:negotiation-tracker:problem:{kind or status.phrase.lower().replace(' ', '-')}",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
        "instance": printable(request.path, 500),
        **(members or {}),
    }
    errors = list(faults)
    if errors:
        document["errors"] = errors
    body = json.dumps(document, ensure_ascii=False).encode()
    return HttpResponse(body, status=status, headers={**(headers or {}), "Content-Type": MEDIA_TYPE})


def bad_parameters(request: HttpRequest, refused: BadParameters) -> HttpResponse:
    """The answer to parameters that cannot be understood."""
    return problem(
        request, HTTPStatus.BAD_REQUEST, str(refused.detail), kind=refused.default_code, faults=refused.faults
    )


def database_is_away(request: HttpRequest) -> HttpResponse:
    """The answer while PostgreSQL cannot be reached, is full, or took too long."""
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    if not _asks_the_api(request):
        page = loader.render_to_string("negotiations/database_is_away.html")
        return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)
    return problem(
        request,
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The database cannot answer at the moment. Please try again in a few seconds.",
        headers=headers,
    )


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """REST framework's hook: a problem document for each refusal; everything else goes up to Django."""
    if isinstance(exc, Http404):
        exc = exceptions.NotFound(*exc.args)
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied(*exc.args)
    if not isinstance(exc, exceptions.APIException):
        return None
    if isinstance(exc, Elsewhere):
        return HttpResponse(status=exc.status_code, headers={"Location": exc.location, "Content-Type": "text/plain"})
    request: HttpRequest = context["request"]._request
    if isinstance(exc, BadParameters):
        return bad_parameters(request, exc)
    if isinstance(exc, Gone):
        return problem(request, HTTPStatus.GONE, str(exc.detail), kind=exc.kind, members=exc.members)
    if isinstance(exc, Declined):
        status = HTTPStatus(exc.status_code)
        return problem(request, status, str(exc.detail), kind=exc.kind, faults=exc.faults, members=exc.members)
    asked = getattr(exc, "auth_header", None)
    headers = {"WWW-Authenticate": asked} if asked else {}
    return problem(request, HTTPStatus(exc.status_code), str(exc.detail), headers=headers)


def _asks_the_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(ROOT)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler400: a request it would not read, such as one for another host."""
    if _asks_the_api(request):
        return problem(request, HTTPStatus.BAD_REQUEST, "The request cannot be read: check its host name and size.")
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler404; says so when only the slash at the end is missing."""
    if not _asks_the_api(request):
        return defaults.page_not_found(request, exception)
    detail = "There is nothing at this address. The list of what there is: /api/v1/"
    if _is_address(f"{request.path_info}/"):
        detail = f"Every path ends in a slash: {printable(request.path_info, 500)}/"
    return problem(request, HTTPStatus.NOT_FOUND, detail)


def forgets_its_slash(request: HttpRequest) -> bool:
    """Whether the address would be right with a slash behind it."""
    path = request.path_info
    return not path.endswith("/") and not _is_address(path) and _is_address(f"{path}/")


def _is_address(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django's handler500, called while the exception is handled: no word of what happened, which stands in the log.

    At the desk too a database that is away is a 503, which browsers and people may ask again.
    """
    if isinstance(sys.exception(), DATABASE_IS_AWAY):
        return database_is_away(request)
    if _asks_the_api(request):
        return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side; it is logged.")
    return defaults.server_error(request)
