"""Codes are taken as they are; of what people write in their own words the blanks around it are no part."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from negotiations.exchange.shape import KNOWN_BY, RECORDS, shape_of
from tests.contract import takes
from tests.desk_api.conftest import Program
from tests.factories import make_process
from tests.scenery import Scenery, drafted

CODES = [
    ("issues/", {"slug": "jq", "name": "Jq", "definition": "What it is."}, "slug"),
    ("actors/", {"slug": "here", "name": "Here", "kind": "state", "iso3": "TUR"}, "iso3"),
    ("places/", {"slug": "here", "name": "Here", "kind": "city", "country": "TUR"}, "country"),
    ("sources/", {"slug": "said", "title": "Said", "kind": "news", "publisher": "outlet",
                  "language": "uk", "page_url": "https://example.org/"}, "language"),
    ("sources/", {"slug": "said", "title": "Said", "kind": "news", "publisher": "outlet",
                  "page_url": "https://example.org/"}, "page_url"),
    ("talks/", {"slug": "bern", "title": "Bern", "process": "direct-talks", "kind": "round", "status": "held",
                "start": "2026-01-10", "start_time": "13:30", "zone": "Europe/Kyiv"}, "zone"),
]  # fmt: skip


@pytest.fixture
def scenery(db: None) -> Scenery:
    return drafted()


def with_blanks(value: str) -> list[str]:
    return [f"{value} ", f" {value}", f"{value}\n", f"{value}\u00a0"]


@pytest.mark.parametrize(("path", "body", "key"), CODES, ids=[key for _, _, key in CODES])
def test_a_code_is_taken_as_it_is(
    curator: Program, scenery: Scenery, path: str, body: dict[str, Any], key: str
) -> None:
    for value in with_blanks(body[key]):
        faults = curator.faults(curator.post(path, {**body, key: value}, expect=400))
        assert list(faults) == [key], value

    assert curator.post(path, body)[key] == body[key]


def test_the_codes_of_a_list_are_taken_as_they_are(curator: Program, scenery: Scenery) -> None:
    problem = curator.patch("talks/istanbul/", {"languages": ["ru", "tr "]}, seen=1, expect=400)

    assert any(place.startswith("languages") for place in curator.faults(problem))


@pytest.mark.parametrize(
    ("body", "place"),
    [({"languages": ["ru", "tr", "ru"]}, "languages"),
     ({"delegations": [{"party": "ukraine", "roles": ["party", "party"]}]}, "delegations[0].roles")],
)  # fmt: skip
def test_a_code_twice_in_a_list_is_refused_at_the_list(
    curator: Program, scenery: Scenery, body: dict[str, Any], place: str
) -> None:
    assert list(curator.faults(curator.patch("talks/istanbul/", body, seen=1, expect=400))) == [place]


def test_blanks_around_what_people_write_are_no_part_of_it(curator: Program, scenery: Scenery) -> None:
    talk = curator.patch("talks/istanbul/", {"title": "  In Istanbul \u00a0", "summary": "\nThey met.\n\n"}, seen=1)

    assert (talk["title"], talk["summary"]) == ("In Istanbul", "They met.")


@pytest.mark.parametrize(
    ("to", "is_taken"),
    [("talk istanbul", True), ("talk  istanbul", False), ("talk istanbul ", False),
     ("delegation istanbul/ukraine", True), ({"kind": "talk", "slug": "istanbul"}, True),
     ({"kind": "talk", "slug": None}, False), ({"kind": "talk"}, False)],
)  # fmt: skip
def test_the_contract_says_what_a_link_may_point_at(
    curator: Program, scenery: Scenery, to: Any, *, is_taken: bool
) -> None:
    said = {"slug": "said", "text": "They came.", "act": "appeal", "attribution": "reported",
            "links": [{"relation": "about", "to": to}]}  # fmt: skip

    curator.post("statements/", said, expect=201 if is_taken else 400)
    assert takes("POST", "/api/v1/desk/statements/", said) is is_taken


@pytest.mark.parametrize("key", ["id", "slug", "process", "start", "track", "title"])
def test_a_dossier_is_read_as_strictly(curator: Program, scenery: Scenery, key: str) -> None:
    talk = {"id": str(uuid.uuid4()), "slug": "minsk", "title": "Minsk", "process": "direct-talks", "kind": "round",
            "status": "held", "track": "1", "start": "2015-02-11"}  # fmt: skip
    dossier = {"dossier": "minsk", "title": "Minsk", "talks": [{**talk, key: f"{talk[key]} "}]}

    if key == "title":
        assert curator.post("dossiers/", dossier)["records"][0]["became"] == "new"
        assert curator.get("talks/minsk/")["title"] == "Minsk"
    else:
        assert f"talks[0].{key}" in curator.faults(curator.post("dossiers/", dossier, expect=400))


@pytest.mark.parametrize(
    ("stated", "is_taken"),
    [({"title": 2015}, True), ({"title": False}, True), ({"track": 1}, True), ({"start": 2015}, True),
     ({"slug": 2015}, False), ({"slug": False}, False), ({"process": 2015}, False)],
)  # fmt: skip
def test_a_number_or_a_truth_in_a_dossier_is_a_text_but_no_slug(
    curator: Program, scenery: Scenery, stated: dict[str, Any], *, is_taken: bool
) -> None:
    make_process(slug="2015")
    talk = {"id": str(uuid.uuid4()), "slug": "minsk", "title": "Minsk", "process": "direct-talks", "kind": "round",
            "status": "held", "track": "1"}  # fmt: skip
    dossier = {"dossier": "minsk", "title": 2015, "talks": [{**talk, **stated}]}

    curator.post("dossiers/", dossier, expect=201 if is_taken else 400)
    assert takes("POST", "/api/v1/desk/dossiers/", dossier) is is_taken


@pytest.mark.parametrize("name", [False, 2015, "minsk "])
def test_the_name_of_a_dossier_is_a_slug(curator: Program, scenery: Scenery, name: Any) -> None:
    assert "dossier" in curator.faults(curator.post("dossiers/", {"dossier": name, "title": "Minsk"}, expect=400))


def test_words_of_people_are_told_from_codes_by_what_the_models_check() -> None:
    codes = {
        key.name
        for model in (*RECORDS, *KNOWN_BY)
        for key in shape_of(model).keys.values()
        if key.kind == "text" and not key.is_free_text
    }

    assert codes == {
        "slug", "iso3", "country", "language", "languages", "translated_from", "zone", "page_url", "canonical_url",
        "archived_url",
    }  # fmt: skip
