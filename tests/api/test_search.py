"""One search over all kinds of records: what is found, where, and how much of it is whose."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiations.analytics.searching import find
from negotiations.ledger.catalogue import indexes_there
from negotiations.ledger.searching import MARK
from negotiations.ledger.window import open_window
from negotiations.models import Actor, Citation, Name, Talk
from tests.api.client import Dashboard
from tests.factories import (
    cite,
    make_actor,
    make_delegation,
    make_issue,
    make_member,
    make_place,
    make_position,
    make_process,
    make_statement,
    make_talk,
    published,
)
from tests.ledger.growing import multiply


def search(dashboard: Dashboard, text: str, more: str = "") -> Any:
    return dashboard.get(f"search/?q={quote(text)}{more}")


def found(dashboard: Dashboard, text: str, more: str = "") -> list[str]:
    return [f"{each['resource']}/{each['slug']}" for each in search(dashboard, text, more)["results"]]


def shown(result: Any) -> list[str]:
    """The passages of one result, with what matches in brackets."""
    return [
        f"{each['field']}: " + "".join(f"[{p['text']}]" if p["is_match"] else p["text"] for p in each["pieces"])
        for each in result["highlights"]
    ]


@pytest.mark.parametrize(
    "spelling", ["Zelensky", "Zelenskyy", "zelenskiy", "Зеленський", "Зеленский", "Володимир Зеленський"]
)
def test_a_person_is_found_by_the_spellings_of_their_name(dashboard: Dashboard, spelling: str) -> None:
    published(make_actor("Volodymyr Zelensky", kind="person", slug="zelensky"), make_actor("Recep Tayyip Erdoğan"))

    assert found(dashboard, spelling) == ["actors/zelensky"]


@pytest.mark.parametrize(
    ("spelling", "slug"),
    [("Dolmabahce", "palace"), ("Dolmabahçe", "palace"), ("İstanbul", "city"), ("ISTANBUL", "city"),
     ("Стамбул", "city"),
     ("Istambul", "city"), ("Erdogan", "erdogan"), ("Эрдоган", "erdogan")],
)  # fmt: skip
def test_turkish_names_are_found_in_whatever_letters(dashboard: Dashboard, spelling: str, slug: str) -> None:
    city = make_place("Istanbul", slug="city")
    Name.objects.create(place=city, text="Стамбул", language="ru", kind="transliteration")
    published(city, make_place("Dolmabahçe Palace", slug="palace"), make_actor("Recep Tayyip Erdoğan", slug="erdogan"))

    assert [each.partition("/")[2] for each in found(dashboard, spelling)] == [slug]


def test_iran_is_not_iraq(dashboard: Dashboard) -> None:
    published(make_actor("Iran", slug="iran"), make_actor("Iraq", slug="iraq"))

    assert found(dashboard, "Iran") == ["actors/iran"]


def test_titles_come_before_texts_and_those_before_cited_passages(dashboard: Dashboard) -> None:
    title = make_talk("Talks on a truce", slug="title")
    text = make_talk("Talks", summary="About a truce, and what follows", slug="text")
    cited = make_talk("More talks", slug="cited")
    member = make_member(make_delegation(cited))
    cite(member, excerpt="they called it a truce")
    published(title, text, cited)

    results = search(dashboard, "truces")["results"]

    assert [each["slug"] for each in results] == ["title", "text", "cited"]
    assert [shown(each) for each in results] == [
        ["title: Talks on a [truce]"],
        ["summary: About a [truce], and what follows"],
        ["citations.excerpt: they called it a [truce]"],
    ]


def test_words_are_asked_for_as_people_write_them(dashboard: Dashboard) -> None:
    published(
        make_issue("Root causes", slug="root-causes"),
        make_issue("Causes at the root", slug="causes-root"),
        make_issue("Causes of a ceasefire", slug="ceasefire"),
        make_issue("Truce", slug="truce"),
    )

    assert set(found(dashboard, "root cause")) == {"issues/root-causes", "issues/causes-root"}
    assert found(dashboard, '"root causes"') == ["issues/root-causes"]
    assert set(found(dashboard, "cause -ceasefire or truces")) == {
        "issues/truce",
        "issues/root-causes",
        "issues/causes-root",
    }


def test_a_word_after_any_number_of_dashes_is_left_out(dashboard: Dashboard) -> None:
    published(make_issue("Causes of a ceasefire", slug="ceasefire"), make_issue("Root causes", slug="root-causes"))

    for dashes in (1, 60, 190):  # each of them would be a negation of its own on PostgreSQL's stack
        assert found(dashboard, f"cause {'-' * dashes}ceas") == found(dashboard, "cause -ceas")
    assert found(dashboard, f"cause {'-' * 60}ceasefire") == ["issues/root-causes"]


def test_a_name_found_by_its_sound_is_shown_whole(dashboard: Dashboard) -> None:
    actor = make_actor("Rustem Umerov")
    Name.objects.create(actor=actor, text="Рустем Умєров", language="uk", kind="official")
    published(actor)

    (result,) = search(dashboard, "Umierov")["results"]

    assert shown(result) == ["name: [Rustem Umerov]", "names.text: [Рустем Умєров]"]


def test_markup_in_a_text_is_no_markup_of_ours(dashboard: Dashboard) -> None:
    published(make_talk("<b>Talks</b> & <a href=x>alert(1)</a>"))

    (result,) = search(dashboard, "alert")["results"]

    assert shown(result) == ["title: <b>Talks</b> & <a href=x>[alert](1)</a>"]


def test_the_filters_of_the_lists_narrow_a_search(dashboard: Dashboard) -> None:
    one, other = make_process(slug="one"), make_process(slug="other")
    ours = make_talk("Truce talks", process=one, slug="ours")
    position = make_position("A truce", process=one, slug="position", party=make_actor("Ukraine", slug="ukraine"))
    published(ours, make_talk("Truce talks", process=other, slug="theirs"), position, make_issue("Truce", slug="truce"))

    assert set(found(dashboard, "truce", "&process=one")) == {"talks/ours", "positions/position"}
    assert found(dashboard, "truce", "&resource=talks&process=one") == ["talks/ours"]
    assert found(dashboard, "truce", "&party=ukraine") == ["positions/position"]


def test_each_facet_counts_what_its_filter_finds(dashboard: Dashboard) -> None:
    for number in range(3):
        process = make_process(f"Truce process {number}", slug=f"process-{number}")
        for _ in range(number + 1):
            talk = make_talk("Truce talks", process=process)
            make_delegation(talk, make_actor("Ukraine"))
            position = make_position("A truce", process=process)
            published(talk, position, make_statement("Called for a truce.", occasion=talk))

    facets = search(dashboard, "truce")["facets"]

    assert [each["value"] for each in facets["process"]] == ["process-2", "process-1", "process-0"]
    assert facets["party"]
    for name, values in facets.items():
        for each in values:
            narrowed = search(dashboard, "truce", f"&{name}={each['value']}")
            assert narrowed["count"] == each["count"], (name, each)


def test_what_is_more_than_is_shown_is_said(dashboard: Dashboard) -> None:
    published(*(make_issue(f"Truce {number}") for number in range(3)))

    whole, part = search(dashboard, "truce", "&page_size=3"), search(dashboard, "truce", "&page_size=2")

    assert (whole["count"], whole["truncated"], len(whole["results"])) == (3, False, 3)
    assert (part["count"], part["truncated"], len(part["results"])) == (3, True, 2)


def test_the_past_is_searched_as_it_was(dashboard: Dashboard) -> None:
    talk = make_talk("Truce talks", slug="talks")
    published(talk)
    Talk.objects.filter(pk=talk.pk).update(title="Peace talks")
    assert found(dashboard, "truce") == ["talks/talks"]
    published(talk)

    assert found(dashboard, "truce") == []
    assert found(dashboard, "truce", "&as_of=1") == ["talks/talks"]
    assert search(dashboard, "truce", "&as_of=1")["results"][0]["url"].endswith("/talks/talks/?as_of=1")


def test_what_cannot_be_searched_for_is_refused_with_the_remedy(dashboard: Dashboard) -> None:
    assert "q=ceasefire" in dashboard.refused("search/", "q")["detail"]
    assert dashboard.refused("search/?q=truce&resource=talk", "resource")["nearest"] == "talks"
    fault = dashboard.refused("search/?q=truce&resource=sources&process=one", "resource")
    assert "talks" in fault["allowed"]
    assert "sources" not in fault["allowed"]
    dashboard.refused("search/?q=truce&page_size=201", "page_size")
    dashboard.refused("search/?q=truce&during=2025-13", "during")
    dashboard.refused(f"search/?q={'a' * 201}", "q")
    dashboard.refused("search/?q=truce&ordering=title", "ordering")


def test_a_search_costs_the_same_queries_however_much_is_found(dashboard: Dashboard) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            search(dashboard, "truce")
        return len(made)

    def publish() -> None:
        talk = make_talk("Truce talks")
        cite(make_delegation(talk, make_actor("Truce Union")), excerpt="a truce")
        Name.objects.create(process=talk.process, text="Truce process", kind="short")
        published(talk, make_position("A truce"))

    publish()
    few = queries()
    for _ in range(5):
        publish()

    assert queries() == few


@pytest.mark.django_db
def test_texts_are_found_by_their_indexes() -> None:
    others = make_actor("Union of States")
    Name.objects.create(actor=others, text="Union", kind="short")
    published(others, make_talk("Other talks"))
    multiply(1000)
    published(make_actor("Volodymyr Zelensky"))
    with connection.cursor() as cursor:  # as autovacuum leaves them in its time
        for model in (Actor, Talk, Name, Citation):
            table = model._meta.db_table
            for index in indexes_there(cursor, table):
                if MARK in index:
                    cursor.execute(f"SELECT gin_clean_pending_list('ledger.{index}')")
            cursor.execute(f"ANALYZE ledger.{table}")

    with open_window(), CaptureQueriesContext(connection) as made:
        find("Zelensky", [Actor, Talk])
    with open_window(), connection.cursor() as cursor:
        plans = []
        for query in made.captured_queries:
            if query["sql"].startswith(("SELECT", "(SELECT")):
                cursor.execute(f"EXPLAIN {query['sql']}")
                plans.append("\n".join(line for (line,) in cursor.fetchall()))

    whole = "\n".join(plans)
    for index in ("actor_searched_words", "actor_searched_name", "talk_searched_words",
                  "name_searched_text", "citation_searched_words"):  # fmt: skip
        assert index in whole, whole
