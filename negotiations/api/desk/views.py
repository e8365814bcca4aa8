"""What all addresses of the desk share: a token is asked for first, then everything else is looked at as strictly."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.exceptions import APIException, MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from negotiations import publication
from negotiations.api.desk.access import TokenAuthentication, need
from negotiations.api.desk.bodies import StrictJSONParser, bad_body, faults_of
from negotiations.api.desk.conditions import refused
from negotiations.api.desk.repeating import once
from negotiations.api.desk.schema import DeskAutoSchema, Told
from negotiations.api.limits import Budget, network_of
from negotiations.api.paging import KeysetPagination
from negotiations.api.parameters import address_asked, refuse_unreadable
from negotiations.api.problems import Declined
from negotiations.exchange.entering import Unfit
from negotiations.vocabulary import Scope

READING = ("GET", "HEAD")


class DeskMetaSerializer(serializers.Serializer[Any]):
    """What an answer of the desk says about itself."""

    url = serializers.URLField(read_only=True, help_text="The address that was asked.")
    warnings = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="What a human should look at, such as names much like others; it hindered nothing.",
    )


def desk_meta(request: Request, warnings: list[str] | None = None) -> dict[str, Any]:
    return {"url": address_asked(request), **({"warnings": warnings} if warnings else {})}


class DeskPagination(KeysetPagination):
    """The envelope of every list of the desk."""

    def meta(self) -> dict[str, Any]:
        return desk_meta(self.request)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        found = super().get_paginated_response_schema(schema)
        found["properties"]["meta"] = {"$ref": "#/components/schemas/DeskMeta"}
        return found


class DeskView(APIView):
    """An address of the desk. `views` is the right that reading it takes (`view_talk`)."""

    authentication_classes = [TokenAuthentication]
    parser_classes = [StrictJSONParser]
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    schema = DeskAutoSchema()
    views: ClassVar[str] = ""
    may_be_missing: ClassVar[bool] = False
    addressed_by: ClassVar[str] = "address"

    def tell(self, action: str) -> Told:
        """What the contract says of an operation."""
        raise NotImplementedError

    def known_parameters(self) -> set[str]:
        return set()

    def perform_authentication(self, request: Request) -> None:
        """As REST framework's, and counted: a token's requests by the token, those of strangers by their network."""
        try:
            super().perform_authentication(request)
        except APIException:
            self._count(Budget("network", f"desk {network_of(request._request)}"))
            raise
        token: Any = request.auth
        self._count(Budget("token", str(token.pk)))

    def _count(self, budget: Budget) -> None:
        """Count this request, saying in its answer what is left; refused when nothing is."""
        may_ask = budget.take()
        if may_ask is None:
            return
        self.headers |= budget.headers()
        if not may_ask:
            seconds = budget.left()[1]
            self.headers["Retry-After"] = str(seconds)
            detail = (
                f"This {budget.name} has asked more than {settings.REQUESTS_PER_MINUTE} times within a minute. Ask"
                f" again in {seconds} s; one request can enter up to 500 records."
            )
            raise Declined(HTTPStatus.TOO_MANY_REQUESTS, detail, kind="too-many-requests")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        APIView.initial(self, request, *args, **kwargs)
        method = str(request.method).lower()
        if method not in self.http_method_names or not hasattr(self, method):
            raise MethodNotAllowed(str(request.method))
        if request.method in READING:
            need(request, Scope.READ, self.views)
        refuse_unreadable(request._request, self.known_parameters())

    def act(self, request: Request, do: Callable[[], Response]) -> HttpResponseBase:
        """The answer that `do` makes in one transaction: all of it happens, or nothing; by its key, only once."""
        try:
            with transaction.atomic():
                return once(request, self, do)
        except publication.Refused as refusal:
            raise refused(refusal) from None
        except Unfit as unfit:
            raise bad_body(faults_of(unfit)) from None
        except IntegrityError as error:  # somebody was quicker
            said = publication.words_of(error) or "Something changed meanwhile: look again, then repeat the request."
            raise refused(publication.Refused([said])) from None
