"""Each claim of the article is answered because its record is public, and by nothing else.

Every pointer in the column `rests_on` of article_claims.csv is taken out of a copy of the article's dossier in turn,
and the copy is published alone. With it goes whatever cannot stand without it: its parts, what needs a reference to
it, citations that rest on it, and records that lose their last citation. Other references to it are dropped. Exactly
the rows that rest on something gone must then be without an answer.

A pointer is the way to a row of the dossier: `statements/zelensky-putin-afraid`, or for a part, after the key it
stands under, what it is known by: `talks/istanbul-2025-05-16/delegations/russia/members/vladimir-putin`, an
assertion's field and value (`…/assertions/duration:(,120)`), a link's relation and target (`…/links/about issue
sanctions`).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from negotiations.exchange.bundled import BUNDLED
from negotiations.exchange.dossiers import load
from negotiations.exchange.reading import Address, Document, read
from negotiations.exchange.rows import Row, rows_of
from negotiations.exchange.shape import Key, Kind
from negotiations.models import Assertion, Citation, Delegation, StatementLink, Talk
from negotiations.publication import MUST_BE_CITED
from tests.api.claims import ROWS, Asking, fault_of
from tests.api.client import Dashboard

ARTICLE = BUNDLED / "istanbul-2025-05-16-article.yaml"
POINTERS = sorted({pointer for row in ROWS for pointer in row.rests_on})
# References that may be empty in general, but not in a row of the article's that has them.
NEEDED = {(Citation, "source"), (Citation, "statement"), (Talk, "related_talk")}
# Of a part: the keys of which the first that is filled says what it is known by.
KNOWN_BY = ("person", "descriptor", "party", "title", "organisation", "actor", "text")
VALUES = ("word", "amount", "date", "value_actor")


class Article:
    """The article's dossier, its rows by pointer, and what each of them refers to."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.rows = list(rows_of(document, is_bundled=True).rows())
        self.by_pointer = {self.pointer_of(row): row for row in self.rows if row.shape.model is not Citation}
        self.records = {(row.shape.model, row.given["slug"]): row for row in self.rows if not row.parent}
        self.references = [
            (row, key, self._referred_to(row, key, text)) for row in self.rows for key, text in row.references()
        ]

    def pointer_of(self, row: Row) -> str:
        if row.parent is None or row.parts is None:
            return f"{row.at[0]}/{row.given['slug']}"
        return f"{self.pointer_of(row.parent)}/{row.parts.name}/{self._known_by(row)}"

    def _known_by(self, row: Row) -> str:
        stated = self._stated(row.at)
        if row.shape.model is Assertion:
            return f"{stated['field']}:{next(stated[value] for value in VALUES if value in stated)}"
        if row.shape.model is StatementLink:
            return f"{stated['relation']} {stated['to']}"
        return next((stated[key] for key in KNOWN_BY if key in stated), "")

    def _stated(self, at: Address) -> Any:
        found: Any = self.document.tree
        for step in at:
            found = found[step]
        return found

    def _referred_to(self, row: Row, key: Key, text: str) -> Row:
        """The row of this dossier to which `text` refers."""
        if key.kind == Kind.AFFILIATION:
            return self.by_pointer[f"actors/{row.given.get('person') or row.given['speaker']}/affiliations/{text}"]
        if key.kind == Kind.TARGET:
            kind, slug = text.split()
            model = key.targets[kind][1]
            if model is Delegation:
                talk, party = slug.split("/")
                return self.by_pointer[f"talks/{talk}/delegations/{party}"]
            return self.records[model, slug]
        assert key.kind == Kind.REFERENCE, f"{key.name} is a reference that this test does not follow yet"
        return self.records[key.to, text]  # type: ignore[index]

    def without(self, row: Row) -> tuple[set[Row], set[Address]]:
        """The rows that go with `row`, itself included, and the addresses of references that are dropped."""
        gone: set[Row] = set()
        leaving = [row]
        while leaving:
            for each in leaving:
                gone |= {each, *_parts(each)}
            leaving = [
                each
                for each in self.rows
                if each not in gone and (self._lacks_what_it_needs(each, gone) or _lost_its_citations(each, gone))
            ]
        dropped = {(*each.at, key.name) for each, key, target in self.references if target in gone and each not in gone}
        return gone, dropped

    def _lacks_what_it_needs(self, row: Row, gone: set[Row]) -> bool:
        return any(
            each is row and target in gone and (key.is_required or (row.shape.model, key.name) in NEEDED)
            for each, key, target in self.references
        )


def _parts(row: Row) -> set[Row]:
    return {part for child in row.children for part in (child, *_parts(child))}


def _lost_its_citations(row: Row, gone: set[Row]) -> bool:
    citations = {child for child in row.children if child.shape.model is Citation}
    return row.shape.model in MUST_BE_CITED and citations <= gone


def _kept(value: Any, at: Address, left_out: set[Address]) -> Any:
    """`value`, which stands at `at`, without what stands at the addresses in `left_out`."""
    if isinstance(value, dict):
        return {key: _kept(each, (*at, key), left_out) for key, each in value.items() if (*at, key) not in left_out}
    if isinstance(value, list):
        return [_kept(each, (*at, index), left_out) for index, each in enumerate(value) if (*at, index) not in left_out]
    return value


@cache
def article() -> Article:
    document = read(ARTICLE)
    found = Article(document)
    assert not document.problems, document.problems
    return found


def publish_without(left_out: set[Address], folder: Path) -> None:
    """Publish a copy of the dossier, as it is without what stands at these addresses."""
    copy = folder / ARTICLE.name
    tree = _kept(article().document.tree, (), left_out)
    copy.write_text(yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False), "utf-8")

    report = load([copy], publish=True)

    assert report.is_ok, report.problems


@pytest.fixture
def ask(dashboard: Dashboard) -> Asking:
    def get(path: str) -> Any:
        response = dashboard.ask(path)
        assert response.status_code in (200, 404), f"{path}: {response.status_code} {response.content[:500]!r}"
        return json.loads(response.content) if response.status_code == 200 else None

    return Asking(get)


def unanswered(ask: Asking) -> set[tuple[int, str]]:
    for request in {row.request for row in ROWS if "?" in row.request}:
        ask(request)  # lists first: they hold the statements that the evidence leads to
    return {(row.claim, row.says) for row in ROWS if fault_of(row, ask)}


@pytest.mark.django_db
def test_the_articles_dossier_alone_answers_every_claim(ask: Asking, tmp_path: Path) -> None:
    publish_without(set(), tmp_path)

    assert unanswered(ask) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("pointer", POINTERS)
def test_without_a_record_exactly_the_claims_that_rest_on_it_are_unanswered(
    pointer: str, ask: Asking, tmp_path: Path
) -> None:
    gone, dropped = article().without(article().by_pointer[pointer])
    pointers = {article().pointer_of(row) for row in gone}
    resting_on_it = {(row.claim, row.says) for row in ROWS if pointers & set(row.rests_on)}

    publish_without({row.at for row in gone} | dropped, tmp_path)

    assert resting_on_it
    assert unanswered(ask) == resting_on_it


@pytest.mark.parametrize(
    ("pointer", "goes_too", "stays"),
    [
        ("statements/zelensky-ceasefire-urgent", "positions/ukraine-urgent-ceasefire", "processes/istanbul-2025"),
        ("talks/istanbul-2025-05-16", "talks/european-summit-albania", "statements/zelensky-strong-reaction"),
        (
            "talks/istanbul-2025-05-16/delegations/russia",
            "statements/zelensky-empty-heads/links/about delegation istanbul-2025-05-16/russia",
            "statements/zelensky-empty-heads",
        ),
        (
            "statements/ukrainian-source-demands-unacceptable",
            "positions/ukraine-rejects-territorial-demands",
            "positions/russia-territorial-demands",
        ),
    ],
)
def test_a_removed_record_takes_along_what_cannot_stand_without_it(pointer: str, goes_too: str, stays: str) -> None:
    gone, _ = article().without(article().by_pointer[pointer])

    assert article().by_pointer[goes_too] in gone
    assert article().by_pointer[stays] not in gone


def test_other_references_to_a_removed_record_are_dropped() -> None:
    _, dropped = article().without(article().by_pointer["talks/european-summit-albania"])

    speech = article().by_pointer["statements/zelensky-strong-reaction"]
    assert dropped == {(*speech.at, "occasion")}
