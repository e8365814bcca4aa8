"""A whole dossier in one POST: the format of docs/dossiers.md as JSON, all of it or nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from negotiations.api.desk.access import asking, need
from negotiations.api.desk.bodies import bad_body, object_in
from negotiations.api.desk.dossier_format import reference
from negotiations.api.desk.records import desk_root, need_rights_for
from negotiations.api.desk.schema import Told
from negotiations.api.desk.views import DeskMetaSerializer, DeskView, desk_meta
from negotiations.api.problems import fault
from negotiations.api.references import RESOURCES
from negotiations.exchange.entering import enter
from negotiations.exchange.planning import Plan
from negotiations.exchange.reading import MAX_DEPTH, Document
from negotiations.exchange.rows import Dossier, Row, rows_of
from negotiations.exchange.values import Unquoted
from negotiations.models.records import SLUG
from negotiations.vocabulary import Scope


class LoadedRecordSerializer(serializers.Serializer[Any]):
    """What became of one record of a dossier."""

    resource = serializers.CharField(help_text="Which list it is in.")
    id = serializers.UUIDField(help_text="Its id.")
    slug = serializers.CharField(help_text="Its slug.")
    version = serializers.IntegerField(help_text="Its version now.")
    became = serializers.CharField(help_text="What the dossier made of it: new, changed or unchanged.")
    url = serializers.URLField(help_text="Where it is on the desk.")


class LoadedSerializer(serializers.Serializer[Any]):
    """What a dossier did: its records, as drafts or pending edits."""

    meta = DeskMetaSerializer()
    dossier = serializers.CharField(help_text="Its name.")
    records = LoadedRecordSerializer(many=True, help_text="Every record in it.")


class DossiersView(DeskView):
    """Whole dossiers."""

    def tell(self, action: str) -> Told:
        says = "Enter a dossier, as docs/dossiers.md describes it, as drafts: it adds and sets, never removes."
        return Told("Enter a whole dossier", says, body=reference(), answer=LoadedSerializer, status="201")

    def post(self, request: Request) -> HttpResponseBase:
        """Enter a dossier as drafts: it adds and sets, never removes, and loads whole or not at all."""
        need(request, Scope.WRITE)
        return self.act(request, lambda: self._loaded(request))

    def _loaded(self, request: Request) -> Response:
        dossier = _dossier_in(request.data)
        entered = enter(dossier, by=asking(request), permit=lambda plan: need_rights_for(request, plan))
        root = desk_root(request)
        records = [
            {
                "resource": RESOURCES[type(record)],
                "id": str(record.pk),
                "slug": record.slug,
                "version": record.version,
                "became": _became(entered.plan, row),
                "url": root.address(f"{RESOURCES[type(record)]}/{record.slug}/"),
            }
            for row, record in zip(dossier.records, entered.records, strict=True)
        ]
        meta = desk_meta(request, entered.warnings)
        return Response({"meta": meta, "dossier": dossier.document.name, "records": records}, status=201)


def _became(plan: Plan, row: Row) -> str:
    return "new" if row in plan.new else "changed" if row in plan.changed else "unchanged"


def _dossier_in(body: Any) -> Dossier:
    tree = _texts(object_in(body), 1)
    document = Document(Path("body"), tree)
    if not tree:
        raise bad_body([fault("", "invalid", "The dossier is empty; docs/dossiers.md says what it holds.")])
    document.name = str(tree.get("dossier", ""))
    is_slug = re.fullmatch(SLUG.removesuffix("$"), document.name) and not isinstance(tree["dossier"], Unquoted)
    if document.name and not is_slug:
        detail = "A dossier's name has small letters, digits and single hyphens: istanbul-2025."
        raise bad_body([fault("dossier", "invalid", detail)])
    return rows_of(document, is_bundled=False)


def _texts(node: Any, depth: int) -> Any:
    """JSON as a dossier's reader has it: every scalar is text, a null says nothing and is refused as such."""
    if depth > MAX_DEPTH + 1:
        raise bad_body([fault("", "too_deep", f"The dossier is nested more than {MAX_DEPTH} levels deep.")])
    if isinstance(node, dict):
        return {name: _texts(value, depth + 1) for name, value in node.items()}
    if isinstance(node, list):
        return [_texts(value, depth + 1) for value in node]
    if isinstance(node, bool):
        return Unquoted("true" if node else "false")
    if isinstance(node, int | float):
        return Unquoted(node)
    return node or ""
