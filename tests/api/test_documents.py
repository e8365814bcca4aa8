"""What PostgreSQL writes of a record is what its serializer shows: each resource, shape and revision."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.http import QueryDict
from rest_framework import serializers

from negotiations.api.documents import Compiled, NotCompiled, members_of
from negotiations.api.records import ReadSerializer, ReadViewSet, RecordViewSet
from negotiations.api.references import Root
from negotiations.api.shaping import WHOLE, Shape, shape_asked_for
from negotiations.api.urls import RESOURCES
from negotiations.ledger.window import open_window, window_at
from negotiations.models import Affiliation, Assertion, Revision, Talk
from tests.api.asserted import asserted
from tests.api.client import Dashboard
from tests.api.test_lists import publish_a_world
from tests.api.test_shaping import shapes
from tests.factories import (
    cite,
    make_actor,
    make_delegation,
    make_place,
    make_source,
    make_statement,
    make_talk,
    published,
)

HERE = "https://tracker.example/api/v1/"
COMPILED = {name: view.serializer_class for name, view in RESOURCES.items()}


def by_serializer(serializer: type[ReadSerializer], shape: Shape, root: Root) -> dict[Any, str]:
    """The documents without compilation, out of instances, as JSON."""
    rows = list(serializer.loaded(serializer.Meta.model._default_manager.all(), shape))
    written = serializer(rows, many=True, shape=shape, context={"root": root, "shape": shape}).data
    return {row.pk: json.dumps(document) for row, document in zip(rows, json.loads(json.dumps(written)), strict=True)}


def differences(name: str, shape: Shape, root: Root) -> list[tuple[str, str]]:
    """What of a resource is written otherwise by PostgreSQL than by its serializer, the order of members included."""
    expected = by_serializer(COMPILED[name], shape, root)
    found = Compiled(COMPILED[name], shape).of(expected, root)
    written = {id: json.dumps(each.document) for id, each in found.items()}
    return [(expected[id], written.get(id, "nothing")) for id in expected if written.get(id) != expected[id]]


def every_shape(name: str) -> Iterator[Shape]:
    for query in shapes(name):
        if "page_size" not in query:
            yield shape_asked_for(QueryDict(query), COMPILED[name])
    yield WHOLE


def revisions() -> list[int]:
    return list(Revision.objects.order_by("number").values_list("number", flat=True))


def publish_oddities() -> None:
    """What a second account of the same may miss: long, empty and strange texts, and all that is asserted."""
    strange = 'Line one\nline "two" \\ ünï тест \u0085'.replace("\u0085", "…")
    texts = [
        "x" * 99,
        "x" * 100,
        "x" * 101,
        "a b" * 60,
        f"{'x' * 97}, y z and more",
        f"{'x ' * 49},;: and more",
        strange * 9,
    ]
    statements = [make_statement(text) for text in texts]
    russia, ukraine = make_actor("Russia \\ 'so called'"), make_actor('Ukraine "quoted"')
    delegation = make_delegation(make_talk(summary=strange), ukraine, styled="Kyiv")
    Affiliation.objects.create(actor=ukraine, title=" ".join(["Tit%le"] * 3), during_edtf="2025/..")
    cite(delegation, source=make_source("", archived_url="https://archive.example/%20a"), locator="¶3 100%s %(x)s")
    place = make_place(lat="41.00820", lon="-0.50000", country="TUR")
    Assertion.objects.create(delegation=delegation, field="size", amount="[3,5)", unit="people")
    published(delegation.talk, place, *statements, *asserted(7, russia, ukraine))


@pytest.mark.django_db
def test_each_record_is_written_as_its_serializer_shows_it_now_and_then() -> None:
    publish_a_world()
    publish_oddities()
    Talk.objects.update(title="Retitled", start_time="09:05", end_time="23:59")
    publish_a_world()

    with open_window():
        found = {name: differences(name, WHOLE, Root(HERE)) for name in COMPILED}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}

    with open_window():
        for number in (0, *revisions()):
            with window_at(number):
                found = {name: differences(name, WHOLE, Root(HERE, number or None)) for name in COMPILED}
            assert {name: wrong for name, wrong in found.items() if wrong} == {}, number


@pytest.mark.django_db
def test_each_shape_is_written_as_its_serializer_shows_it() -> None:
    publish_a_world()

    with open_window():
        for name in COMPILED:
            for shape in every_shape(name):
                assert differences(name, shape, Root(HERE)) == [], (name, shape)


@pytest.mark.long
@pytest.mark.django_db
def test_the_bundled_dossiers_are_written_as_serializers_show_them_at_each_revision() -> None:
    call_command("load_dossiers", "--bundled", "--publish", verbosity=0)

    with open_window():
        for number in revisions():
            with window_at(number):
                for name in COMPILED:
                    assert differences(name, WHOLE, Root(HERE, number)) == [], (name, number)
        for name in COMPILED:
            for shape in every_shape(name):
                assert differences(name, shape, Root(HERE)) == [], (name, shape)


def served(view: type[ReadViewSet]) -> Iterator[type[ReadViewSet]]:
    for found in view.__subclasses__():
        yield from (found, *served(found))


def test_every_field_of_every_list_that_is_compiled_has_sql() -> None:
    assert all(view.is_compiled for view in RESOURCES.values())
    compiled = {view.serializer_class for view in served(ReadViewSet) if view.is_compiled and view is not RecordViewSet}

    for serializer in compiled:
        assert members_of(serializer()).keys() == serializer().fields.keys()


class _Told(serializers.CharField):
    """Shows otherwise than the class it stands on, and does not say so in SQL."""

    def to_representation(self, value: Any) -> str:
        return str(value).upper()


def test_a_field_that_shows_something_of_its_own_needs_its_own_sql() -> None:
    class Odd(ReadSerializer):
        title = _Told()

        class Meta:
            model = Talk
            fields = ("id", "title")

    with pytest.raises(NotCompiled, match="title"):
        members_of(Odd())


def test_days_that_are_asked_for_are_told_the_certainty_of(dashboard: Dashboard) -> None:
    published(*(make_talk(slug=slug, start_edtf=day) for slug, day in (("sure", "2025-05-16"), ("perhaps", "2025-05"))))

    found = dashboard.get("talks/?during=2025-05-10/2025-05-20&on=2025-05-16&fields=slug")["results"]

    assert {each["slug"]: each["certainty"] for each in found} == {"sure": "certain", "perhaps": "possible"}


def test_a_shape_without_any_field_is_an_empty_record(dashboard: Dashboard) -> None:
    published(make_talk(slug="one"))
    everything = ",".join(COMPILED["talks"]().fields)

    assert dashboard.get(f"talks/?omit={everything}")["results"] == [{}]
    assert list(dashboard.get(f"talks/one/?omit={everything}")) == ["meta"]
