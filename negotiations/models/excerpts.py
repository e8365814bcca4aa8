"""Whether a passage stands in an article, and in which paragraph: word for word, whatever the signs look like.

Quotation marks, dashes, spaces and case are taken as equal, since they change whenever text is copied. Nothing else is:
another word, or half of one, is not found.
"""

from __future__ import annotations

import re
import unicodedata

from negotiations.vocabulary import ExcerptCheck

QUOTATION_MARKS = "\"'`´‘’‚‛“”„‟‹›«»′″「」『』＂＇"
OPENING = re.compile(r'(?<![^\s([—–-])"')  # a straight mark at the beginning of a word
NESTED = str.maketrans('“”„"', "‘’‚’")
DASHES = "-‐‑‒–—―−"
UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
ALIKE = str.maketrans({**dict.fromkeys(QUOTATION_MARKS, "'"), **dict.fromkeys(DASHES, "-"), **dict.fromkeys(UNSEEN)})
# A word, or the same sign once or several times.
TOKEN = re.compile(r"\w+|([^\w\s])\1*")


def in_marks(words: str) -> str:
    """`words` in quotation marks; those within it are single ones, as is usual in English."""
    return f"“{OPENING.sub('‘', words).translate(NESTED)}”"


def _tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text.translate(ALIKE)).translate(ALIKE)
    plain = unicodedata.normalize("NFKC", plain.casefold())
    return [match[1] or match[0] for match in TOKEN.finditer(plain)]


def paragraphs(article: str) -> list[str]:
    """The lines of `article` that hold something, as the article pane numbers them from 1."""
    return [line for line in article.splitlines() if line.strip()]


def locate(excerpt: str, article: str) -> tuple[int, int] | None:
    """The paragraphs, counted from 1, in which `excerpt` first begins and ends; None when it does not stand there."""
    wanted = _tokens(excerpt)
    while wanted and wanted[0] == "'":
        wanted = wanted[1:]
    while wanted and wanted[-1] == "'":
        wanted = wanted[:-1]
    if not any(token[0].isalnum() for token in wanted):
        return None
    found = [(token, number) for number, line in enumerate(paragraphs(article), 1) for token in _tokens(line)]
    words = [token for token, _ in found]
    length = len(wanted)
    for start, word in enumerate(words):
        if word == wanted[0] and words[start : start + length] == wanted:
            return found[start][1], found[start + length - 1][1]
    return None


def check(excerpt: str, article: str | None) -> tuple[ExcerptCheck, str]:
    """What the citation of `excerpt` says of it, with the locator: found in ¶3, not found, or not checked."""
    if not excerpt or article is None:
        return ExcerptCheck.NOT_CHECKED, ""
    place = locate(excerpt, article)
    if place is None:
        return ExcerptCheck.NOT_FOUND, ""
    first, last = place
    return ExcerptCheck.FOUND, f"¶{first}" if first == last else f"¶{first}–{last}"
