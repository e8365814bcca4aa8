"""Where a record is used: what refers to it, on the desk and in public, a page at a time and at the same cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations.analytics.uses import uses
from negotiations.models import (
    Citation,
    Delegation,
    Process,
    Source,
    Statement,
)
from tests import factories as make
from tests.admin.test_history import DESK, again, at, reader
from tests.scenery import public_scenery, published

pytestmark = pytest.mark.django_db


def test_where_a_record_is_used_is_told_with_what_is_public_of_it(curator: Any) -> None:
    scenery = public_scenery()
    Process.objects.create(slug="umbrella", title="Umbrella")
    draft = make.make_talk("A draft", process=scenery.process)
    Citation.objects.filter(talk=draft).update(source=scenery.source)
    Delegation.objects.filter(pk=scenery.delegation.pk).update(party=scenery.outlet)

    found = uses(scenery.source)
    assert {model._meta.model_name: count for model, count in found.counted.items()} == {"citation": 4}
    assert [(use.kind, str(use.record), use.label, use.of, use.on_desk, use.in_public) for use in found.page] == [
        ("citation", "A draft", "“they met”", "talk", True, False),
        ("citation", "Antalya talks", "“they met”", "talk", True, True),
        ("citation", "Istanbul talks", "“they met”", "talk", True, True),
        ("citation", "Istanbul talks", "“they met”", "talk", True, True),
    ]
    party = uses(scenery.ukraine)
    assert [(use.kind, use.column, str(use.record), use.on_desk, use.in_public) for use in party.page] == [
        ("delegation", "party", "Istanbul talks", False, True)
    ]
    page = reader().page(at(scenery.process, "used/"))
    assert page.count("desk and public") == 2
    assert page.count("desk only") == 1
    assert f'href="{at(draft, "change/")}"' in page
    assert "public only" in curator.page(at(scenery.ukraine, "used/"))
    published(again(scenery.istanbul), kind="correction", note="Another party.")
    assert uses(scenery.ukraine).page == [], "what was public once is not"
    assert "Nothing refers to it" in curator.page(at(scenery.antalya, "used/"))


def test_a_part_that_others_refer_to_is_named(curator: Any) -> None:
    delegation = make.make_delegation(make.make_talk(), make.make_actor("Türkiye"))
    statement: Statement = make.make_statement("Welcomed them.")
    statement.links.create(relation="about", to_delegation=delegation)

    (use,) = uses(delegation.talk).page

    assert (use.kind, use.target, use.record) == ("statement link", "delegation “Delegation of Türkiye”", statement)


def test_a_source_cited_often_is_paged_at_the_same_cost(curator: Any) -> None:
    def cited(times: int) -> Source:
        source = make.make_source()
        for _ in range(times):
            make.cite(make.make_delegation(talk), source=source)
        return source

    def queries(source: Source, page: str) -> int:
        with CaptureQueriesContext(connection) as made:
            curator.page(at(source, "used/"), page=page)
        return len(made)

    talk = make.make_talk()
    seldom, often = cited(2), cited(53)
    queries(seldom, "1")

    assert queries(often, "1") == queries(seldom, "1") < 40
    assert "Page 2 of 2" in (second := curator.page(at(often, "used/"), page="2"))
    assert second.count('class="desk-stage">Citation') == 3
    assert "None on this page" in curator.page(at(often, "used/"), kind="delegation")
    for wrong in ({"page": "0"}, {"page": "x"}, {"kind": "user"}):
        curator.page(at(often, "used/"), expect=404, **wrong)


def test_other_pages_lead_there(curator: Any, administrator: Any) -> None:
    scenery = public_scenery()
    draft = make.make_talk()
    used = f'href="{at(scenery.istanbul, "used/")}"'

    assert used in curator.page(at(scenery.istanbul, "change/"))
    assert used in administrator.page(at(scenery.istanbul, "suppress/"))
    assert f'href="{at(draft, "used/")}"' in curator.page(at(draft, "delete/"))
    part = curator.get(f"{DESK}/delegation/{scenery.delegation.pk}/history/")
    assert part.headers["Location"] == at(scenery.istanbul, "history/")


def test_the_page_of_an_act_costs_the_same_however_many_refer_to_the_record(administrator: Any) -> None:
    def queries(source: Source) -> int:
        with CaptureQueriesContext(connection) as made:
            administrator.page(at(source, "retract/"))
        return len(made)

    seldom, often = make.make_source(), make.make_source()
    for source, times in ((seldom, 1), (often, 25)):
        for number in range(times):
            make.cite(make.make_talk(f"Talk {number}"), source=source)
    make.published(seldom, often)
    queries(seldom)

    assert queries(often) == queries(seldom)
    assert "and others: 25 in all" in administrator.page(at(often, "retract/"))
