"""All 44 claims of the article are answered over HTTP, each with its value, its evidence and on whose word it stands.

How a row is read and judged stands in tests/api/claims.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from negotiations.vocabulary import Attribution
from tests.api.claims import ROOT, ROWS, Asking, Row, fault_of, found_at, spelled
from tests.sites import Site

PAGE = Path(__file__).resolve().parents[2] / "docs/article.md"
WRITE_PAGE = ".venv/bin/python -m tests.api.test_article_claims"
COUNT = 44
ON_RECORD = {3, 26, 27, 28, 29, 30, 34, 35}
ON_BACKGROUND = {19, 20, 21, 22}  # 20 is presupposed by the source of 21
LONGEST_EXCERPT = 12


@pytest.fixture(scope="module")
def ask(bundled: Site) -> Asking:
    def get(path: str) -> Any:
        answer = bundled.ask(path)
        assert answer.status in (200, 404), f"{path}: {answer.status} {answer.body[:500]!r}"
        return answer.json if answer.status == 200 else None

    return Asking(get)


# What readers can rely on


@pytest.mark.parametrize("claim", sorted({row.claim for row in ROWS}))
def test_the_claim_is_answered(claim: int, ask: Asking) -> None:
    assert [fault for row in ROWS if row.claim == claim and (fault := fault_of(row, ask))] == []


def test_there_are_44_claims_and_eight_are_on_the_record() -> None:
    attributions = {(row.claim, row.attribution) for row in ROWS}

    assert [claim for claim, _ in groupby(row.claim for row in ROWS)] == list(range(1, COUNT + 1))
    assert len({(row.claim, row.says) for row in ROWS}) == len(ROWS)
    assert len(attributions) == COUNT
    assert {claim for claim, attribution in attributions if attribution == Attribution.ON_RECORD} == ON_RECORD
    assert {claim for claim, attribution in attributions if attribution == Attribution.BACKGROUND} == ON_BACKGROUND
    assert {attribution for _, attribution in attributions} == {"outlet", "on_record", "background", "reported"}
    assert [row.excerpt for row in ROWS if len(row.excerpt.split()) > LONGEST_EXCERPT] == []


def test_both_sides_of_the_users_sentence_are_answered(ask: Asking) -> None:
    ceasefire, root_causes = (
        {
            (position["party"]["slug"], position["label"])
            for position in ask(f"positions/?issue={issue}&during=2025-05-16")["results"]
            if position["is_headline"]
        }
        for issue in ("ceasefire", "root-causes")
    )

    assert ("ukraine", "Unconditional ceasefire") in ceasefire
    assert ("russia", "Address the root causes") in root_causes


def voices(answer: Any) -> Iterator[dict[str, Any]]:
    """Every statement and citation in an answer, however deep."""
    if isinstance(answer, dict):
        if "attribution" in answer and "speaker" in answer:
            yield answer
        answer = list(answer.values())
    if isinstance(answer, list):
        for each in answer:
            yield from voices(each)


@pytest.mark.parametrize(
    "records", ["statements", "positions", "talks", "processes", "actors", "places", "outcomes", "events"]
)
def test_whoever_speaks_on_background_is_described_and_never_named(records: str, ask: Asking) -> None:
    on_background = [voice for voice in voices(ask(f"{records}/")) if voice["attribution"] == Attribution.BACKGROUND]

    assert on_background or records not in ("statements", "positions")
    assert [voice for voice in on_background if voice["speaker"] or not voice["descriptor"]] == []
    assert [voice for voice in on_background if voice.get("affiliation")] == []


def texts(answer: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in an answer with the name of its field."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            yield from texts(value, key)
    elif isinstance(answer, list):
        for each in answer:
            yield from texts(each, name)
    elif isinstance(answer, str):
        yield name, answer


@pytest.mark.parametrize(("claim", "word"), [(20, "hardline"), (39, "hardline"), (40, "hardline"), (44, "occupies")])
def test_the_outlets_own_words_of_the_demands_stand_in_excerpts_only(claim: int, word: str, ask: Asking) -> None:
    found = [found_at(row.where, ask(row.request))[0] for row in ROWS if row.claim == claim]
    records = [each.around[1] for each in found]

    assert [text for name, text in texts(records) if word in text.lower() and name != "excerpt"] == []


def test_low_expectations_are_an_assessment_and_no_outcome(ask: Asking) -> None:
    excerpts = [text for name, text in texts(ask("outcomes/")) if name == "excerpt"]

    assert excerpts
    assert [excerpt for excerpt in excerpts if "low expectations" in excerpt] == []


# The page of the documentation

HEAD = """\
# The article, claim by claim

An article on the Istanbul talks of 16 May 2025 makes 44 claims. Here each stands beside the request that finds it, with
the field of the answer, what stands there, on whose word, and the words of the article it rests on. A claim that says
several things is asked about more than once. An answer such as `(,120)` is a range, here of less than 120.

The page is made from `tests/api/article_claims.csv`. `tests/api/test_article_claims.py` asks all of it of a running
server, and explains how a field is written: brackets choose among the items of a list. The requests are for a server
that `make run` has started."""


def page() -> str:
    """What docs/article.md says."""
    blocks = [HEAD]
    for claim, rows in groupby(ROWS, lambda row: row.claim):
        blocks.append(f"## Claim {claim}")
        for request, answered in groupby(rows, lambda row: row.request):
            blocks.append(f"```sh\ncurl 'http://127.0.0.1:8000{ROOT}{request}'\n```")
            blocks.append("\n".join(_item_of(row) for row in answered))
    return "\n\n".join(blocks) + "\n"


def _item_of(row: Row) -> str:
    voice = f"{Attribution(row.attribution).label} (`{row.attribution}`)"
    return f"- **{row.says}.**\n  `{row.where}`\n  is `{row.value}`. {voice}: *{row.excerpt}*"


def test_the_page_of_the_documentation_shows_each_claim_beside_its_request() -> None:
    assert PAGE.read_text("utf-8") == page(), f"docs/article.md is not what the claims say; run: {WRITE_PAGE}"


# The language itself


@pytest.mark.parametrize(
    ("where", "values"),
    [
        ("title", ["Talks"]),
        ("sides.name", ["a", "b"]),
        ("sides[name=b].roles", ["host", "chair"]),
        ("sides.roles[=chair]", ["chair"]),
        ("sides[name=c].roles", []),
        ("sides[head=null].name", ["a"]),
        ("sides[head.slug=x][name=b].head.slug", ["x"]),
        ("sides[head.slug=null].name", ["a"]),
        ("amounts[=(,120)]", ["(,120)"]),
        ("amounts", ["(,120)", "[90,100)"]),
    ],
)
def test_where_finds_values(where: str, values: list[str]) -> None:
    answer = {
        "title": "Talks",
        "sides": [
            {"name": "a", "roles": [], "head": None},
            {"name": "b", "roles": ["host", "chair"], "head": {"slug": "x"}},
        ],
        "amounts": [
            {"lower": None, "upper": "120", "lower_included": False, "upper_included": False},
            {"lower": "90", "upper": "100", "lower_included": True, "upper_included": False},
        ],
    }

    assert [spelled(found.value) for found in found_at(where, answer)] == values


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
