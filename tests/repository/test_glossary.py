"""The glossary and the code use the same words: every model, every closed list, every value, and no other."""

import inspect
import re
from collections import Counter
from pathlib import Path

from django.apps import apps
from django.db.models import Model

from negotiations.wording import vocabularies, wordings

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
TERMS, LISTS = GLOSSARY.read_text("utf-8").split("\n## Closed lists\n")
# A list entry with its continuation lines: `- **term**: sentence` or `- \`value\`: sentence`.
ENTRY = re.compile(r"^- (?:\*\*(?P<term>[^*]+)\*\*|`(?P<value>[^`]+)`): (?P<sentence>.+(?:\n  .+)*)$", re.MULTILINE)
CODE_LISTS = {name: vocabulary.values for name, vocabulary in vocabularies().items()}


def closed_lists() -> dict[str, list[str]]:
    """The values under each heading of the glossary's second part, in order."""
    sections = re.split(r"^### ", LISTS, flags=re.MULTILINE)[1:]
    return {
        section.splitlines()[0].strip(): [match["value"] for match in ENTRY.finditer(section)] for section in sections
    }


def first_sentence(model: type[Model]) -> str:
    described = " ".join((inspect.getdoc(model) or "").split())
    return described.split(". ")[0].rstrip(".") + "."


def test_every_closed_list_is_in_the_glossary_and_no_other() -> None:
    assert sorted(closed_lists()) == sorted(CODE_LISTS)


def test_every_value_is_defined_once_in_the_order_of_the_code() -> None:
    assert closed_lists() == CODE_LISTS


def test_every_definition_is_that_of_the_wording() -> None:
    written = [" ".join(match["sentence"].split()) for match in ENTRY.finditer(LISTS)]

    assert written == [word.definition for found in wordings().values() for word in found.words]


def test_every_entry_is_one_sentence() -> None:
    entries = list(ENTRY.finditer(TERMS + LISTS))

    assert len(entries) == len(re.findall(r"^- ", TERMS + LISTS, re.MULTILINE))
    assert [entry[0] for entry in entries if not entry["sentence"].endswith(".") or ". " in entry["sentence"]] == []


def test_every_term_stands_once() -> None:
    terms = Counter(match["term"] for match in ENTRY.finditer(TERMS))

    assert [term for term, times in terms.items() if times > 1] == []


def test_every_model_is_explained_in_its_own_words() -> None:
    explained = {match["term"]: " ".join(match["sentence"].split()) for match in ENTRY.finditer(TERMS)}
    models = apps.get_app_config("negotiations").get_models()

    assert [
        f"{model.__name__}: {first_sentence(model)}"
        for model in models
        if explained.get(str(model._meta.verbose_name)) != first_sentence(model)
    ] == []
