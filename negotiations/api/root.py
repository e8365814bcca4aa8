"""The start of the API: what there is, where it is, and where it is described."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from negotiations.api.envelope import MetaSerializer, meta
from negotiations.api.parameters import refuse_unreadable
from negotiations.api.problems import BadParameters, bad_parameters
from negotiations.api.records import PublicView
from negotiations.api.references import ROOT, Root

CONTRACT = Path(settings.BASE_DIR) / "openapi.yaml"


class ResourceSerializer(serializers.Serializer[Any]):
    """One list of this API."""

    name = serializers.CharField(help_text="The last part of its address.")
    url = serializers.URLField(help_text="Where it is.")
    description = serializers.CharField(help_text="What it holds.")


class RootSerializer(serializers.Serializer[Any]):
    """What there is in this API."""

    meta = MetaSerializer()
    documentation = serializers.URLField(help_text="A page to read and try out every request.")
    contract = serializers.URLField(help_text="The same for programs, in OpenAPI 3.1.")
    coverage = serializers.URLField(help_text="How far each process is covered: from when, with what, changed when.")
    vocabularies = serializers.URLField(help_text="The closed lists, with definitions and labels in four languages.")
    identifiers = serializers.CharField(
        help_text="Where a record is found by its number in another project; fill in scheme and value: `wikidata:Q212`."
    )
    search = serializers.URLField(help_text="One question to all kinds of records: `?q=ceasefire`.")
    changes = serializers.URLField(help_text="All revisions with what each changed, for keeping a copy in step.")
    resources = ResourceSerializer(many=True)


class RootView(PublicView):
    """What there is in this API, with an address and a line for each list."""

    @extend_schema(operation_id="root", summary="What there is in this API", responses=RootSerializer, tags=["start"])
    def get(self, request: Request) -> Response:
        """What there is in this API, with an address and a line for each list."""
        from negotiations.api.urls import RESOURCES  # which names this view too

        root = Root.of(request._request)
        return Response(
            {
                "meta": meta(request),
                "documentation": f"{root.url}docs/",
                "contract": f"{root.url}openapi.yaml",
                "coverage": root.address("coverage/"),
                "vocabularies": root.address("vocabularies/"),
                "identifiers": root.address("identifiers/{scheme}:{value}/"),
                "search": root.address("search/"),
                "changes": root.address("changes/"),
                "resources": [
                    {"name": name, "url": root.address(f"{name}/"), "description": view.__doc__}
                    for name, view in RESOURCES.items()
                ],
            }
        )


def contract(request: HttpRequest) -> HttpResponse:
    """The committed openapi.yaml, which the gate holds equal to the code; it takes no parameters."""
    try:
        refuse_unreadable(request, set())
    except BadParameters as refused:
        return bad_parameters(request, refused)
    return HttpResponse(CONTRACT.read_bytes(), content_type="application/yaml")


class DocumentationView(SpectacularSwaggerSplitView):
    """A page to read and try out every request; it runs no script but our own."""

    url = f"{ROOT}openapi.yaml"
    template_name = "negotiations/api_documentation.html"
    http_method_names = ["get", "head", "options"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.META["QUERY_STRING"] != "script=":  # by which the page asks for its script
            refuse_unreadable(request._request, set())
        super().initial(request, *args, **kwargs)
