"""A quote is found where it stands word for word, however its signs were copied, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiations.models.excerpts import QUOTATION_MARKS, check, in_marks, locate, paragraphs

ARTICLE = (
    "Kyiv is seeking an “unconditional ceasefire” in the conflict.\n\n"
    "The talks – held at Istanbul’s palace – lasted under two hours.\r\n"
    "  \n"
    "Çavuşoğlu said: „No progress.“ Further discussions may occur."
)
WORDS = st.text(alphabet="abcdeğіїЖé0", min_size=1, max_size=6)
LINES = st.lists(st.lists(WORDS, min_size=1, max_size=8), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("quote", "place"),
    [
        ("unconditional ceasefire", (1, 1)),
        ('KYIV  is seeking\nan "unconditional ceasefire"', (1, 1)),
        ("“Kyiv is seeking”", (1, 1)),
        ("The talks - held at Istanbul's palace—lasted", (2, 2)),
        ("C\u0327avus\u0327og\u0306lu said: «No progress.»", (3, 3)),
        ("cease\u00adfire", (1, 1)),
        ("ceasefire” in the conflict. The talks", (1, 2)),
        ("unconditional cease", None),
        ("conditional ceasefire", None),
        ("an unconditional truce", None),
        ("unconditionnal ceasefire", None),
        ("lasted two hours", None),
        ("Istanbuls palace", None),
        ("“”", None),
        ("…", None),
    ],
)
def test_a_quote_is_found_in_its_paragraph_or_not_at_all(quote: str, place: tuple[int, int] | None) -> None:
    assert locate(quote, ARTICLE) == place


@given(LINES, st.data())
def test_any_words_in_their_order_are_found_whatever_spaces_and_case(
    lines: list[list[str]], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(lines) - 1))
    first = data.draw(st.integers(0, len(lines[number]) - 1))
    last = data.draw(st.integers(first, len(lines[number]) - 1))
    mark = data.draw(st.sampled_from(QUOTATION_MARKS))
    passage = data.draw(st.sampled_from(["  ", "\n", "\u00a0", "\u2009"])).join(lines[number][first : last + 1])

    place = locate(f"{mark}{passage.upper()}{mark}", "\n".join(" ".join(line) for line in lines))

    assert place is not None
    assert place <= (number + 1, number + 1)


@given(LINES, st.data())
def test_a_quote_with_a_word_more_is_not_found(lines: list[list[str]], data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(lines))
    at = data.draw(st.integers(0, len(line)))
    reworded = [*line[:at], "z", *line[at:]]

    assert locate(" ".join(reworded), "\n".join(" ".join(each) for each in lines)) is None


@given(st.text(), st.text())
def test_whatever_is_asked_is_answered_within_the_article(quote: str, article: str) -> None:
    place = locate(quote, article)

    assert place is None or 1 <= place[0] <= place[1] <= len(paragraphs(article))


def test_what_a_citation_says_of_its_excerpt() -> None:
    assert check("no progress", ARTICLE) == ("found", "¶3")
    assert check("the conflict. The talks", ARTICLE) == ("found", "¶1–2")
    assert check("much progress", ARTICLE) == ("not_found", "")
    assert check("no progress", None) == ("not_checked", "")
    assert check("", ARTICLE) == ("not_checked", "")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("no progress", "“no progress”"),
        ("“no progress”", "“‘no progress’”"),
        ('"No progress," he said', "“‘No progress,’ he said”"),
        ('he (a "source") said "no"', "“he (a ‘source’) said ‘no’”"),
        ("„No progress.“", "“‚No progress.‘”"),
    ],
)
def test_marks_within_marks_are_single_ones(words: str, shown: str) -> None:
    assert in_marks(words) == shown
