"""Over the bundled data: names in several scripts and spellings find one person, and namesakes stay two."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.sites import Site


def found(site: Site, text: str) -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = site.get(f"/api/v1/actors/?q={quote(text)}")["results"]
    return people


# In Latin letters, in Ukrainian, in Russian, and as some page or other spells it.
@pytest.mark.parametrize(
    ("person", "spellings"),
    [
        ("volodymyr-zelensky", ["Zelensky", "Зеленський", "Зеленский", "Zelenskyy"]),
        ("rustem-umerov", ["Rustem Umerov", "Умєров", "Умеров", "Umierov", "Umyerov"]),
        ("vladimir-medinsky", ["Medinsky", "Мединський", "Мединский", "MEDINSKY"]),
        ("serhii-kyslytsia", ["Kyslytsia", "Кислиця", "Kyslytsya", "Kislitsa"]),
        ("sergei-lavrov", ["Sergei Lavrov", "Лавров", "Sergey Lavrov"]),
        ("mevlut-cavusoglu", ["Mevlüt Çavuşoğlu", "Mevlut Cavusoglu", "ÇAVUŞOĞLU", "mevlüt cavusoğlu"]),
        ("ibrahim-kalin", ["İbrahim Kalın", "Ibrahim Kalin", "ibrahim kalın"]),
    ],
)
def test_every_spelling_of_a_name_finds_one_person(bundled: Site, person: str, spellings: list[str]) -> None:
    ids = {spelling: [(actor["id"], actor["slug"]) for actor in found(bundled, spelling)] for spelling in spellings}

    assert [len(each) for each in ids.values()] == [1] * len(spellings), ids
    assert {slug for each in ids.values() for _, slug in each} == {person}
    assert len({id for each in ids.values() for id, _ in each}) == 1


@pytest.mark.parametrize(
    ("surname", "people"),
    [
        ("Fomin", {"alexander-fomin": "Deputy Defence Minister of Russia", "andrii-fomin": "General Staff of Ukraine"}),
    ],
)
def test_two_people_of_one_surname_stay_two(bundled: Site, surname: str, people: dict[str, str]) -> None:
    namesakes = {actor["slug"]: actor for actor in found(bundled, surname)}

    assert set(namesakes) == set(people)
    assert len({actor["id"] for actor in namesakes.values()}) == len(people)
    for slug, told_by in people.items():
        assert told_by in namesakes[slug]["description"]
