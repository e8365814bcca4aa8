"""Nothing on the desk changes a byte of a public answer, and no public request asks the desk's connection anything.

The article is published. Then its desk is filled with a draft copy of every record and part, sharing actors, sources
and issues with what is public, and with an unpublished edit of every published row; and then emptied altogether. Both
are asked the same requests, made from the contract: every path, every parameter, every word of every closed list. It
runs in the demo's configuration, both doors in one process on two connections with committed data, where a leak is
likeliest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator

from negotiations.api.urls import RESOURCES
from negotiations.exchange import dossiers
from negotiations.ledger import aggregates
from negotiations.ledger.window import open_window
from negotiations.models import Assertion, LoadedDossier
from negotiations.models.records import LineField, Part, ProseField, Record
from negotiations.vocabulary import WORDS_OF
from tests.api.test_contract import parameters_of
from tests.scenery import editor

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "public"]),
    pytest.mark.two_connections,
    pytest.mark.usefixtures("committed"),
]

NOT_FREE = ("value", "language", "translated_from", "zone")  # codes, which cannot say just anything
CANARY = "Канарка-Canary"
ARTICLE = dossiers.BUNDLED / "istanbul-2025-05-16-article.yaml"
# What else each parameter is asked: words that are drafts' alone, shared ones, and nonsense.
FREE = {
    "q": [CANARY, "ceasefire", "Istanbul", "a"],
    "during": ["2025-05-16", "2025-01-01/2025-12-31", "nonsense"],
    "page_size": ["1", "200", "0"],
    "cursor": ["nonsense"],
    "is_headline": ["true", "false"],
    "ordering": ["nonsense"],
    "as_of": ["1", "2", "2000-01-01T00:00:00Z", "9999-01-01T00:00:00Z"],
}
SLUGS = ["ukraine", "volodymyr-zelensky", "ceasefire", "istanbul-2025", "istanbul-2025-05-16", "nonsense"]


def asked(canaries: list[str]) -> Iterator[str]:
    """Every path of the contract; each list with every parameter, the rest with public, draft and unknown ids."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    for path, operations in schema["paths"].items():
        parameters = parameters_of(schema, operations["get"])
        if "{id}" in path:
            resource, whole = path.split("/")[3], path.replace("{m}", "1").replace("{n}", "1")
            for name in [*public_of(resource), *canaries, str(uuid4()), "99"]:
                yield whole.replace("{id}", name)
                yield f"{whole.replace('{id}', name)}?as_of=1"
            continue
        yield path
        for parameter in parameters:
            values = [*_words(parameter["schema"]), *FREE.get(parameter["name"], [*SLUGS, *canaries])]
            for value in values:
                yield f"{path}?{urlencode({parameter['name']: value})}"
            yield f"{path}?{urlencode({parameter['name']: values[0]})}&as_of=1"


def public_of(resource: str) -> list[str]:
    """Some addresses of `resource` at which something public is, or was meant to be."""
    if resource == "revisions":
        return ["1"]
    model = RESOURCES[resource].serializer_class.Meta.model
    with open_window():
        rows = list(model._default_manager.order_by("pk")[:2])
    return [str(rows[0].pk), getattr(rows[-1], "slug", str(rows[-1].pk))]


def _words(schema: dict[str, Any]) -> list[str]:
    found = schema.get("items", schema).get("enum", [])
    return [str(word) for word in found]


def plant_drafts() -> list[str]:
    """A draft copy of every record and part, with canary texts; returns the drafts' slugs and ids."""
    copies: dict[UUID, UUID] = {}
    planted: list[str] = []
    for model in aggregates.tables():
        for row in model._default_manager.all():
            copies[row.pk] = row.pk = uuid4()
            row._state.adding = True
            if isinstance(row, Record):
                row.slug = f"canary-{len(planted)}"
                planted += [row.slug, str(row.pk)]
            if isinstance(row, Part):
                for name in row.PART_OF:
                    owner = getattr(row, f"{name}_id")
                    setattr(row, f"{name}_id", copies.get(owner, owner))
            _make_lawful(row)
            _write_canaries(row)
            row.save(force_insert=True)
    return planted


def _make_lawful(row: Any) -> None:
    """Rules that a copy would break: what is unique among all records."""
    for name, value in {"iso3": None, "is_headline": False, "round_number": None}.items():
        if hasattr(row, name):
            setattr(row, name, value)
    if row._meta.model_name == "identifier":
        row.value = str(row.pk)


def _write_canaries(row: Any) -> None:
    """The canary in every text that says something; dates and words of closed lists stay."""
    for field in row._meta.concrete_fields:
        is_text = type(field) in (LineField, ProseField) and bool(getattr(row, field.attname))
        is_closed = isinstance(row, Assertion) and row.field in WORDS_OF and field.attname == "word"
        if is_text and not is_closed and field.attname not in NOT_FREE:
            setattr(row, field.attname, CANARY)


def edit_everything_public() -> None:
    """An unpublished edit of every published row, and an unpublished part on every published record."""
    for model in aggregates.tables():
        for row in model._default_manager.all():
            _write_canaries(row)
            row.save()


def answers(requests: list[str]) -> dict[str, tuple[int, dict[str, str], bytes]]:
    client = Client()
    found = {}
    for request in requests:
        response = client.get(request)
        found[request] = (response.status_code, dict(response.headers), response.getvalue())
    return found


@pytest.fixture
def article() -> None:
    dossiers.load([ARTICLE], publish=True, dry_run=False, by=editor())
    LoadedDossier.objects.all().delete()


def test_drafts_and_pending_edits_change_no_byte_of_any_public_answer(article: None) -> None:
    canaries = plant_drafts()
    assert all(model._default_manager.filter(slug__startswith="canary").exists() for model in aggregates.records())
    requests = sorted(set(asked(canaries[:2])))
    assert len(requests) > 700
    edit_everything_public()
    with CaptureQueriesContext(connections["default"]) as on_the_desk:
        with_drafts = answers(requests)
    assert on_the_desk.captured_queries == []

    with connections["default"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(model._meta.db_table for model in aggregates.tables())} CASCADE")
    without = answers(requests)

    assert {request: (a, without[request]) for request, a in with_drafts.items() if a != without[request]} == {}
    assert not [request for request, (_, _, body) in with_drafts.items() if CANARY.encode() in body]
    statuses = [status for status, _, _ in with_drafts.values()]
    assert set(statuses) <= {200, 302, 400, 404}
    assert statuses.count(200) > len(statuses) / 2


def test_a_drafts_address_is_answered_like_one_that_never_existed(article: None) -> None:
    client = Client()
    canaries = plant_drafts()

    def said(address: str) -> tuple[int, bytes]:
        response = client.get(f"/api/v1/talks/{address}/")
        return response.status_code, re.sub(address.encode(), b"", response.getvalue())

    draft = apps.get_model("negotiations", "Talk").objects.filter(slug__in=canaries).first()
    assert said(draft.slug) == said("never-existed")
    assert said(str(draft.pk)) == said(str(uuid4()))
