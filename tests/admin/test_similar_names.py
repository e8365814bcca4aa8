"""Who is about to enter what may be here already is shown it first, and confirms that it is another one."""

from __future__ import annotations

from typing import Any

import pytest

from negotiations import publication
from negotiations.analytics.similar_names import similar
from negotiations.models import Actor, Issue, Name, Place, Process, Source, Talk
from tests import factories as make
from tests.scenery import editor as another_editor

pytestmark = pytest.mark.django_db
ASKED = "Is it one of these?"


def at(model: Any, act: str = "add") -> str:
    return f"/admin/negotiations/{model._meta.model_name}/{act}/"


def filled(browser: Any, model: Any, address: str = "", **typed: Any) -> dict[str, Any]:
    return {**browser.form_of(address or at(model)), "slug": "a-new-one", **typed}


@pytest.mark.parametrize(
    ("model", "there", "typed"),
    [
        (Actor, "Volodymyr Zelensky", "Vladimir Zelenskiy"),
        (Actor, "Volodymyr Zelensky", "Володимир Зеленський"),
        (Place, "Istanbul", "İstanbul"),
        (Issue, "Prisoner exchange", "Prisoners exchange"),
        (Process, "Direct talks in Istanbul", "Direct talks at Istanbul"),
    ],
)
def test_a_name_like_anothers_is_asked_about_and_saved_when_confirmed(
    model: Any, there: str, typed: str, curator: Any
) -> None:
    column = "title" if model is Process else "name"
    kind = {"kind": "person"} if model is Actor else {"kind": "city"} if model is Place else {}
    one = model.objects.create(slug="there", **{column: there}, **kind)
    form = filled(curator, model, **{column: typed}, **kind)

    page = curator.send(at(model), form)

    assert ASKED in page
    assert f'href="/admin/negotiations/{model._meta.model_name}/{one.pk}/change/" target="_blank"' in page
    assert f'value="{typed}"' in page, "nothing that was typed is lost"
    assert model.objects.count() == 1
    curator.send(at(model), {**form, "it_is_another": str(one.pk)})
    assert model.objects.get(slug="a-new-one").label == typed


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        ("Recep Tayyip Erdoğan", "Erdogan"),
        ("Recep Tayyip Erdoğan", "Эрдоган"),
        ("Erdoğan", "Recep Tayyip Erdogan"),
        ("Rustem Umerov", "Rustam Umarov"),
        ("Volodymyr Zelensky", "V. Zelenskyy"),
    ],
)
def test_a_person_is_found_by_a_part_of_the_name_or_another_spelling(there: str, typed: str) -> None:
    person = make.make_actor(there, kind="person")

    assert [each.id for each in similar(Actor, [typed])] == [person.pk]


@pytest.mark.parametrize(
    ("there", "kind", "typed"),
    [
        ("Vladimir Putin", "person", "Vladimir Medinsky"),
        ("Andrii Yermak", "person", "ANI"),
        ("Hakan Fidan", "person", "Hakan Kaya"),
        ("Ministry of Defence of Ukraine", "government_body", "Defence"),
    ],
)
def test_a_first_name_or_a_word_alone_is_no_likeness(there: str, kind: str, typed: str) -> None:
    make.make_actor(there, kind=kind)

    assert similar(Actor, [typed]) == []


def test_a_further_name_in_another_script_is_compared_too(curator: Any) -> None:
    turkiye = make.make_actor("Türkiye")
    Name.objects.create(actor=turkiye, text="Туреччина", kind="official")

    page = curator.send(at(Actor), filled(curator, Actor, name="Turechchyna", kind="state"))

    assert ASKED in page
    assert "also “Туреччина”" in page


def test_the_further_names_of_what_is_added_are_compared_too(curator: Any) -> None:
    make.make_actor("Туреччина")
    form = filled(curator, Actor, name="Republic of Anatolia", kind="state")
    form |= {"names-TOTAL_FORMS": "1", "names-0-text": "Turechchyna", "names-0-kind": "official"}

    assert ASKED in curator.send(at(Actor), form)
    assert Actor.objects.count() == 1


def test_other_names_are_saved_at_once(curator: Any) -> None:
    make.make_actor("Iran")

    page = curator.send(at(Actor), filled(curator, Actor, name="Iraq", kind="state"))

    assert ASKED not in page
    assert Actor.objects.filter(name="Iraq").exists()


def test_what_was_confirmed_is_asked_again_for_records_that_were_not_shown(curator: Any) -> None:
    one = make.make_actor("Rustem Umerov", kind="person")
    form = filled(curator, Actor, name="Rustem Umierov", kind="person")
    assert ASKED in curator.send(at(Actor), form)
    make.make_actor("Rustem Umerow", kind="person")

    page = curator.send(at(Actor), {**form, "it_is_another": str(one.pk)})

    assert ASKED in page
    assert Actor.objects.count() == 2


def test_a_records_own_edits_and_unchanged_names_are_not_asked_about(curator: Any) -> None:
    make.make_actor("Rustem Umerov", kind="person")
    other = make.make_actor("Rustem Umierov", kind="person")
    page = f"/admin/negotiations/actor/{other.pk}/change/"

    curator.send(page, {**curator.form_of(page), "description": "Another man."})
    other.refresh_from_db()
    assert other.description == "Another man."
    assert ASKED in curator.send(page, {**curator.form_of(page), "name": "Rustem Umerow"})
    curator.send(page, {**curator.form_of(page), "name": "Somebody else"})
    other.refresh_from_db()
    assert other.name == "Somebody else"


def test_the_window_of_the_plus_sign_asks_too_and_saves_into_its_page(curator: Any) -> None:
    one = make.make_place("Istanbul")
    form = filled(curator, Place, f"{at(Place)}?_to_field=id&_popup=1", name="Istambul", kind="city")
    assert form["_popup"] == "1"

    page = curator.send(f"{at(Place)}?_to_field=id&_popup=1", form)

    assert ASKED in page
    assert "close this window and choose it" in page
    done = curator.send(at(Place), {**form, "it_is_another": str(one.pk)})
    assert "popup_response.js" in done
    assert Place.objects.filter(name="Istambul").exists()


def test_a_page_that_moved_is_asked_about_by_its_address_alone(curator: Any) -> None:
    there, other = (make.make_source("Talks end", page_url=f"https://outlet.example/{name}") for name in "ab")
    page = f"/admin/negotiations/source/{other.pk}/change/"

    assert ASKED in curator.send(page, {**curator.form_of(page), "page_url": there.page_url})
    curator.send(page, {**curator.form_of(page), "page_url": "https://outlet.example/c"})

    other.refresh_from_db()
    assert other.page_url == "https://outlet.example/c"


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("http://www.outlet.example/page/", "Something else"),
        ("https://outlet.example/page#top", ""),
        ("https://elsewhere.example/x", "Talks between Ukraine and Russia ended"),
    ],
)
def test_a_page_is_known_by_its_address_and_by_its_headline(address: str, title: str, curator: Any) -> None:
    there = make.make_source("Talks between Ukraine and Russia end", page_url="https://outlet.example/page")
    form = filled(curator, Source, page_url=address, title=title, kind="news", publisher=there.publisher_id)
    form |= {"reproduction": "original", "reliability": "usual"}

    assert ASKED in curator.send(at(Source), form)
    curator.send(at(Source), {**form, "it_is_another": str(there.pk)})
    assert Source.objects.filter(page_url=address).exists()


def test_the_source_of_a_sitting_is_asked_about_on_the_page_of_the_talk(curator: Any) -> None:
    there = make.make_source("Talks end", page_url="https://outlet.example/page")
    form = curator.form_of(at(Talk))
    form |= {"title": "Istanbul talks", "slug": "istanbul", "process": make.make_process().pk, "kind": "round",
             "status": "held", "start_edtf": "2025-05-16", "source_url": "https://www.outlet.example/page",
             "source_publisher": there.publisher_id, "source_title": "Another"}  # fmt: skip

    page = curator.send(at(Talk), form)
    assert ASKED in page
    assert "leave this page" not in page
    assert "put that one’s address into “Address”" in page
    assert '<code class="desk-address">https://outlet.example/page</code>' in page
    assert not Talk.objects.exists()
    curator.send(at(Talk), {**form, "it_is_another": str(there.pk)})
    assert Talk.objects.get().title == "Istanbul talks"
    assert Source.objects.count() == 2


def test_a_sitting_goes_on_with_the_source_whose_address_it_takes_from_the_page(curator: Any) -> None:
    there = make.make_source("Talks end", page_url="https://outlet.example/page")
    form = curator.form_of(at(Talk))
    form |= {"title": "Istanbul talks", "slug": "istanbul", "process": make.make_process().pk, "kind": "round",
             "status": "held", "start_edtf": "2025-05-16", "source_url": there.page_url,
             "source_publisher": there.publisher_id, "source_title": "Another"}  # fmt: skip

    curator.send(at(Talk), form)

    assert Talk.objects.get().title == "Istanbul talks"
    assert Source.objects.count() == 1


def test_it_costs_one_statement_and_leaves_out_what_was_merged(django_assert_num_queries: Any) -> None:
    double, ukraine = make.make_actor("Ukrayina"), make.make_actor("Ukraina")
    make.published(double, ukraine)
    publication.merge(double, ukraine, by=another_editor(), note="One state.")

    with django_assert_num_queries(1):
        found = similar(Actor, ["Україна"])

    assert [each.id for each in found] == [ukraine.pk]
    assert similar(Actor, ["Україна"], but=ukraine.pk) == []
    assert similar(Talk, ["Україна"]) == []


def test_whoever_may_not_add_is_refused(stranger: Any, django_user_model: Any) -> None:
    make.make_actor("Ukraine")
    assert ASKED not in stranger.send(at(Actor), {"name": "Ukraina"}, expect=403)
    stranger.force_login(django_user_model.objects.create_user("new", is_staff=True))
    page = stranger.send(at(Actor), {"name": "Ukraina"}, expect=403)
    assert ASKED not in page
