"""What all addresses of the desk share: a token is asked for first, then everything else is looked at as strictly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from negotiations import publication
from negotiations.api.desk.access import TokenAuthentication, need
from negotiations.api.desk.bodies import StrictJSONParser, bad_body, faults_of
from negotiations.api.desk.conditions import refused
from negotiations.api.desk.repeating import once
from negotiations.api.desk.schema import DeskAutoSchema, Told
from negotiations.api.paging import KeysetPagination
from negotiations.api.parameters import refuse_unreadable
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
    return {"url": request.build_absolute_uri(), **({"warnings": warnings} if warnings else {})}


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

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        APIView.initial(self, request, *args, **kwargs)
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
