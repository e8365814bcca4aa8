"""Every record's list and pages open for those who may, find what is sought, and cost the same at any length."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.staticfiles import finders
from django.core import checks
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations import publication
from negotiations.ledger import aggregates
from negotiations.models import (
    Actor,
    Affiliation,
    AgendaItem,
    Assertion,
    EventParty,
    EventPlace,
    Identifier,
    Name,
    OutcomeIssue,
    OutcomeParty,
    Revision,
    StatementLink,
    Talk,
)
from negotiations.models.records import Part, Record
from tests import factories as make
from tests.scenery import editor as scenery_editor
from tests.scenery import public_scenery

RECORDS = sorted(str(model._meta.model_name) for model in aggregates.records())
PARTS_WITH_PAGES = sorted(
    str(model._meta.model_name) for model in aggregates.parts() if admin.site.is_registered(model)
)
MAKE: dict[str, Callable[[], Record]] = {
    "actor": make.make_actor,
    "event": make.make_event,
    "issue": make.make_issue,
    "outcome": make.make_outcome,
    "place": make.make_place,
    "position": make.make_position,
    "process": make.make_process,
    "source": make.make_source,
    "statement": make.make_statement,
    "talk": make.make_talk,
}


def make_part(kind: str) -> Part:
    if kind in ("delegation", "delegationmember"):
        delegation = make.make_delegation(make.make_talk())
        return delegation if kind == "delegation" else make.make_member(delegation)
    making: dict[str, Callable[[], Part]] = {
        "affiliation": lambda: Affiliation.objects.create(actor=make.make_actor(), title="Minister"),
        "assertion": lambda: Assertion.objects.create(talk=make.make_talk(), field="venue", word="a hall"),
        "agendaitem": lambda: AgendaItem.objects.create(talk=make.make_talk(), text="The next round"),
        "eventparty": lambda: EventParty.objects.create(event=make.make_event(), actor=make.make_actor(), role="actor"),
        "name": lambda: Name.objects.create(actor=make.make_actor(), text="Україна", kind="official"),
        "outcomeparty": lambda: OutcomeParty.objects.create(
            outcome=make.make_outcome(), actor=make.make_actor(), role="party"
        ),
        "statementlink": lambda: StatementLink.objects.create(
            statement=make.make_statement(), relation="about", to_talk=make.make_talk()
        ),
    }
    return making[kind]()


def at(kind: str, page: str, *args: Any) -> str:
    path = "/".join([str(arg) for arg in args] + ([page] if page else []))
    return f"/admin/negotiations/{kind}/{path}/" if path else f"/admin/negotiations/{kind}/"


@pytest.mark.parametrize("kind", RECORDS)
def test_an_editor_sees_every_records_list_and_pages(kind: str, editor: Any) -> None:
    record = MAKE[kind]()

    assert str(record) in editor.page(at(kind, ""))
    page = editor.page(at(kind, "change", record.pk))
    assert record.slug in page
    assert '<div class="readonly">draft</div>' in page
    assert 'name="slug"' in editor.page(at(kind, "add"))
    assert str(record) in editor.page(at(kind, "history", record.pk))
    assert "Are you sure" in editor.page(at(kind, "delete", record.pk))


@pytest.mark.parametrize("kind", PARTS_WITH_PAGES)
def test_a_part_has_a_page_that_leads_back_and_stays_out_of_the_index(kind: str, curator: Any) -> None:
    part = make_part(kind)

    page = curator.page(at(kind, "change", part.pk))

    assert f"/{part.whole.pk}/change/" in page
    assert 'name="citations-TOTAL_FORMS"' in page
    assert str(part) in curator.page(at(kind, ""))
    assert f'href="{at(kind, "")}"' not in curator.page("/admin/")
    assert f'href="{at("talk", "")}"' in curator.page("/admin/")


def test_parts_are_added_where_they_belong_but_an_office_also_by_itself(curator: Any) -> None:
    person = make.make_actor("Rustem Umerov", kind="person")
    for kind in set(PARTS_WITH_PAGES) - {"affiliation"}:
        curator.page(at(kind, "add"), expect=403)

    form = curator.form_of(at("affiliation", "add"))
    curator.send(at("affiliation", "add"), {**form, "actor": person.pk, "title": "Minister of Defence"})

    assert Affiliation.objects.get(actor=person).title == "Minister of Defence"
    assert Actor.objects.get(pk=person.pk).version == 2


def test_every_part_can_be_entered_somewhere() -> None:
    inlines = {inline.model for page in admin.site._registry.values() for inline in page.inlines}

    assert set(aggregates.parts()) <= inlines


def test_the_admins_checks_find_nothing() -> None:
    assert checks.run_checks(app_configs=None, tags=None, databases=[]) == []


@pytest.mark.parametrize("kind", [*RECORDS, *PARTS_WITH_PAGES])
def test_a_list_costs_the_same_queries_for_two_rows_and_twelve(kind: str, editor: Any) -> None:
    made = MAKE.get(kind) or (lambda: make_part(kind))
    made(), made()
    editor.page(at(kind, ""))
    with CaptureQueriesContext(connection) as for_two:
        editor.page(at(kind, ""))

    for _ in range(10):
        made()
    with CaptureQueriesContext(connection) as for_twelve:
        editor.page(at(kind, ""))

    assert len(for_two) == len(for_twelve), "\n".join(query["sql"] for query in for_twelve)


def test_a_list_of_public_records_tells_their_stage_at_a_constant_price(editor: Any) -> None:
    make.published(make.make_talk("One"), make.make_talk("Two"))
    with CaptureQueriesContext(connection) as for_two:
        page = editor.page(at("talk", ""))
    assert page.count("published</td>") == 2

    make.published(*(make.make_talk() for _ in range(10)))
    Talk.objects.filter(title="One").update(title="Uno")
    with CaptureQueriesContext(connection) as for_twelve:
        page = editor.page(at("talk", ""))

    assert (page.count("published</td>"), page.count("changed</td>")) == (11, 1)
    assert len(for_two) == len(for_twelve)


def test_search_finds_a_record_by_its_columns_and_by_other_names(curator: Any) -> None:
    ukraine = make.make_actor("Ukraine")
    make.make_actor("Russia")
    Name.objects.create(actor=ukraine, text="Україна", kind="official")

    page = curator.page(at("actor", ""), q="україн")

    assert f"/{ukraine.pk}/change/" in page
    assert "1 actor" in page


def test_a_list_is_filtered_by_year_and_shrugs_at_nonsense(curator: Any) -> None:
    make.make_talk("Istanbul", start_edtf="2025-05-16")
    make.make_talk("Antalya", start_edtf="2022-03-10")
    make.make_talk("Undated", start_edtf=None)

    assert "1 talk" in curator.page(at("talk", ""), during_year="2022")
    assert "3 talks" in curator.page(at("talk", ""), during_year="99999")
    assert "3 talks" in curator.page(at("talk", ""), during_year="x")


@pytest.mark.parametrize(
    ("model", "key"),
    [
        (model, field.name)
        for model in aggregates.tables()
        for field in model._meta.concrete_fields
        if field.many_to_one and field.name not in getattr(model, "PART_OF", ())
    ],
    ids=str,
)
def test_every_foreign_key_is_a_type_ahead_that_answers(model: Any, key: str, curator: Any) -> None:
    asked = {"app_label": "negotiations", "model_name": model._meta.model_name, "field_name": key, "term": "x"}

    assert '"results": []' in curator.page("/admin/autocomplete/", **asked)


def test_the_type_ahead_offers_what_matches(curator: Any) -> None:
    ukraine = make.make_actor("Ukraine")
    asked = {"app_label": "negotiations", "model_name": "delegation", "field_name": "party", "term": "ukr"}

    assert str(ukraine.pk) in curator.page("/admin/autocomplete/", **asked)


def test_the_type_ahead_does_not_offer_what_was_merged(curator: Any) -> None:
    double, ukraine = make.make_actor("Ukraine double"), make.make_actor("Ukraine")
    make.published(double, ukraine)
    publication.merge(double, ukraine, by=scenery_editor(), note="One state.")
    asked = {"app_label": "negotiations", "model_name": "delegation", "field_name": "party", "term": "ukr"}

    offered = curator.page("/admin/autocomplete/", **asked)

    assert (str(ukraine.pk) in offered, str(double.pk) in offered) == (True, False)
    assert "Ukraine double" in curator.page(at("actor", ""), q="double"), "it is still found in the list"


@pytest.mark.parametrize(
    "url", ["/admin/", *(at(kind, "") for kind in (*RECORDS, *PARTS_WITH_PAGES, "revision", "submission"))]
)
def test_a_stranger_is_sent_to_the_login_page(url: str, stranger: Any) -> None:
    answer = stranger.get(url)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_somebody_on_the_staff_without_a_group_sees_no_record(stranger: Any, django_user_model: Any) -> None:
    stranger.force_login(django_user_model.objects.create_user("new", is_staff=True))
    talk = make.make_talk()

    stranger.page(at("talk", ""), expect=403)
    stranger.page(at("talk", "change", talk.pk), expect=403)
    stranger.page(f"{at('talk', 'publish')}?record={talk.pk}", expect=403)


def test_revisions_are_a_list_to_read(editor: Any) -> None:
    public_scenery()
    revision = Revision.objects.get()

    page = editor.page(at("revision", ""))

    assert "Entered." in page
    assert "Entered." in editor.page(at("revision", "change", revision.pk))
    editor.page(at("revision", "add"), expect=403)
    assert editor.post(at("revision", "change", revision.pk), {"note": "x"}).status_code == 403
    assert editor.post(at("revision", "delete", revision.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("group", ["Curators", "Editors"])
def test_the_groups_may_edit_every_record_and_part(group: str, groups: None) -> None:
    from django.contrib.auth.models import Group

    codenames = set(Group.objects.get(name=group).permissions.values_list("codename", flat=True))

    expected = {
        f"{act}_{model._meta.model_name}"
        for model in aggregates.tables()
        for act in ("add", "change", "delete", "view")
    }
    assert expected | {"view_revision", "view_submission", "submit_records"} <= codenames
    assert ("publish_records" in codenames) == (group == "Editors")
    assert not {codename for codename in codenames if codename.endswith(("_user", "_group", "_permission"))}


def test_no_page_of_the_desk_carries_inline_script_or_style(editor: Any) -> None:
    talk = make.make_talk()
    make.make_delegation(talk)
    submission = publication.submit([talk], by=scenery_editor(), note="Please look.")
    urls = [at("talk", ""), at("talk", "change", talk.pk), f"{at('talk', 'publish')}?record={talk.pk}"]
    urls += [at("submission", "change", submission.pk), at("talk", "retract", talk.pk)]

    for url in urls:
        page = editor.page(url)
        assert "<style" not in page
        assert " style=" not in page
        assert "onclick" not in page
        assert "<script>" not in page


def test_parts_without_page_are_those_that_nothing_cites() -> None:
    without = {model for model in aggregates.parts() if not admin.site.is_registered(model)}

    assert {model.__name__ for model in without} == {
        "Citation",
        OutcomeIssue.__name__,
        EventPlace.__name__,
        Identifier.__name__,
    }


def test_every_page_names_an_icon_of_our_own(curator: Any, stranger: Any) -> None:
    for page in (curator.page("/admin/"), stranger.page("/admin/login/")):
        (address,) = re.findall(r'<link rel="icon"[^>]* href="([^"]+)"', page)
        assert finders.find(address.removeprefix("/static/")), address
