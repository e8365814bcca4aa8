"""What the closed lists mean and how their words are called: definitions in English, labels in four languages.

The words themselves, with their English labels, stand in `vocabulary.py`; everything else is read from
`vocabularies.yaml`, which translators correct. It imports no model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db.models import TextChoices

from negotiations import vocabulary

FILE = Path(__file__).resolve().parent / "vocabularies.yaml"
ENGLISH = "en"
TRANSLATED = ("uk", "ru", "tr")
# Every scalar is text, so that `none` and `1.5` are words like others; the parser in C, where the wheel brings it.
Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True)
class Word:
    """One word of a closed list: what it means, and how it is called in each language."""

    value: str
    definition: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Wording:
    """A closed list for readers; `unreviewed` are the languages whose labels nobody who speaks them has checked."""

    name: str
    vocabulary: type[TextChoices]
    title: str
    description: str
    unreviewed: tuple[str, ...]
    words: tuple[Word, ...]


@cache
def vocabularies() -> dict[str, type[TextChoices]]:
    """The closed lists by the names of their classes, in the order of `vocabulary.py`."""
    return {
        name: found
        for name, found in vars(vocabulary).items()
        if isinstance(found, type) and issubclass(found, TextChoices) and found.choices
    }


@cache
def wordings() -> dict[str, Wording]:
    """The wording of each closed list, by the name of its class, in the order of `vocabulary.py`."""
    stated = yaml.load(FILE.read_text(encoding="utf-8"), Loader)  # which makes texts and nothing else
    return {name: _wording(found, stated[name]) for name, found in vocabularies().items()}


def _wording(found: type[TextChoices], stated: Mapping[str, Any]) -> Wording:
    return Wording(
        name=re.sub(r"(?<!^)(?=[A-Z])", "-", found.__name__).lower(),
        vocabulary=found,
        title=stated["title"],
        description=stated["description"],
        unreviewed=tuple(language for language in TRANSLATED if language not in stated["reviewed"]),
        words=tuple(_word(value, str(label), stated["words"][value]) for value, label in found.choices),
    )


def _word(value: str, label: str, stated: Mapping[str, str]) -> Word:
    """English labels of the desk carry an explanation in parentheses, which the definition makes needless here."""
    labels = {ENGLISH: label.partition(" (")[0], **{language: stated[language] for language in TRANSLATED}}
    return Word(value, stated["definition"], labels)
