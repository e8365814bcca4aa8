"""negotiations/vocabularies.yaml says everything of every word, in every language, and nothing of any other."""

import re
from collections import Counter

import pytest
import yaml

from negotiations import wording
from negotiations.wording import ENGLISH, TRANSLATED, vocabularies, wordings

STATED = yaml.load(wording.FILE.read_text("utf-8"), wording.Loader)
CYRILLIC, UKRAINIAN_ONLY, RUSSIAN_ONLY = re.compile("[а-яёіїєґ]", re.I), re.compile("[іїєґ]", re.I), "ыэъё"
# Names of projects and their abbreviations stay as they are.
IN_LATIN = {"MEND", "GeoNames"}


def test_every_list_and_word_is_there_in_the_order_of_the_code_and_no_other() -> None:
    assert {name: list(stated["words"]) for name, stated in STATED.items()} == {
        name: vocabulary.values for name, vocabulary in vocabularies().items()
    }
    assert list(STATED) == list(vocabularies())


def test_every_list_and_word_has_the_same_keys() -> None:
    for name, stated in STATED.items():
        assert list(stated) == ["title", "description", "reviewed", "words"], name
        assert set(stated["reviewed"]) <= set(TRANSLATED), name
        for word, said in stated["words"].items():
            assert list(said) == ["definition", *TRANSLATED], (name, word)


def test_no_text_is_empty_or_has_blanks_at_its_ends() -> None:
    for name, found in wordings().items():
        texts = [found.title, found.description]
        texts += [text for word in found.words for text in (word.definition, *word.labels.values())]
        assert [text for text in texts if not text or text != text.strip()] == [], name


@pytest.mark.parametrize("language", [ENGLISH, *TRANSLATED])
def test_no_two_words_of_a_list_are_called_the_same(language: str) -> None:
    for name, found in wordings().items():
        times = Counter(word.labels[language].casefold() for word in found.words)
        assert [label for label, number in times.items() if number > 1] == [], name


def test_labels_are_written_in_the_letters_of_their_language() -> None:
    for name, found in wordings().items():
        for word in found.words:
            labels = word.labels
            where = (name, word.value)
            assert labels["uk"] in IN_LATIN or CYRILLIC.search(labels["uk"]), where
            assert labels["ru"] in IN_LATIN or CYRILLIC.search(labels["ru"]), where
            assert not set(labels["uk"].lower()) & set(RUSSIAN_ONLY), where
            assert not UKRAINIAN_ONLY.search(labels["ru"]), where
            assert not CYRILLIC.search(labels["tr"] + labels["en"]), where


def test_english_labels_leave_the_explanation_to_the_definition() -> None:
    consultation = next(word for word in wordings()["TalkKind"].words if word.value == "consultation")

    assert consultation.labels["en"] == "Consultation"
    assert not [
        word.labels["en"] for found in wordings().values() for word in found.words if set("()") & set(word.labels["en"])
    ]


def test_what_a_speaker_has_reviewed_is_not_called_unreviewed() -> None:
    stated = {**STATED["Rank"], "reviewed": ["uk"]}

    assert wording._wording(vocabularies()["Rank"], stated).unreviewed == ("ru", "tr")
