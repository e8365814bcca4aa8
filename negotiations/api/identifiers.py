"""`/identifiers/{scheme}:{value}/`: from the number that another project gives a thing to the record of it here."""

from __future__ import annotations

from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from negotiations.api.problems import Elsewhere, nothing_called, printable
from negotiations.api.records import PublicView
from negotiations.api.references import Root, address
from negotiations.models import Identifier
from negotiations.models.names import NAMED
from negotiations.models.records import HIDDEN
from negotiations.vocabulary import IdentifierScheme


class IdentifierView(PublicView):
    """The record that another project keeps under a number."""

    @extend_schema(
        operation_id="identifiers_retrieve",
        summary="The record with a number in another project",
        responses={303: OpenApiResponse(description="The record that has this identifier is there.")},
    )
    def get(self, request: Request, scheme: str, value: str) -> Response:
        """Leads to the record that has this identifier: a thing is not its number, so it is another address (303)."""
        if scheme not in IdentifierScheme.values:
            detail = f"There is no scheme {printable(scheme)!r} of identifiers."
            raise nothing_called(scheme, IdentifierScheme.values, detail)
        found = None
        if not HIDDEN.search(value):
            found = Identifier.objects.filter(scheme=scheme, value=value).select_related(*NAMED).first()
        if found is None:
            raise Http404("No record with this identifier is published.")
        raise Elsewhere(303, address(found.whole, Root.of(request._request)))
