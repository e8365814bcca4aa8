"""The words of the interface: every language has every one of them, and says whether a speaker has read them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from negotiations.dashboard.views import LANGUAGES, WORDS

PLURALS = {"zero", "one", "two", "few", "many", "other"}


def texts(words: Any, path: str = "") -> dict[str, str]:
    """Every text by its path; the forms of a number are one text, which is that of `other`."""
    if isinstance(words, str):
        return {path: words}
    if "other" in words and set(words) <= PLURALS:
        return {path: words["other"]}
    return {name: text for key, value in words.items() for name, text in texts(value, f"{path}.{key}").items()}


def read(language: str) -> dict[str, Any]:
    words = json.loads((WORDS / f"{language}.json").read_text("utf-8"))
    assert words["language"].pop("reviewed") is (language == "en")
    found: dict[str, Any] = words
    return found


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_each_language_has_the_words_and_places_of_english(language: str) -> None:
    english, other = texts(read("en")), texts(read(language))

    assert list(other) == list(english)
    places = {name: sorted(re.findall(r"\{\w+\}", text)) for name, text in english.items()}
    assert {name: sorted(re.findall(r"\{\w+\}", text)) for name, text in other.items()} == places
    assert [name for name, text in other.items() if not text] == []


def test_every_word_a_script_or_template_asks_for_exists() -> None:
    known = set(texts(read("en")))
    folder = Path(WORDS).parents[2]
    scripts = "\n".join(file.read_text("utf-8") for file in folder.rglob("*.js"))
    templates = "\n".join(file.read_text("utf-8") for file in folder.rglob("*.html"))

    asked = set(re.findall(r'word\("([\w.]+)"', scripts)) | set(re.findall(r"\bwords\.([\w.]+)", templates))

    assert len(asked) > 40
    assert {name for name in asked if f".{name}" not in known} - {"language.reviewed"} == set()
