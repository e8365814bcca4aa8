"""Every box and link on the desk's pages has a name that is read aloud, on pages with rows too."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from negotiations.admin.base import page_of
from negotiations.models import EventParty, EventPlace, Identifier, Name, OutcomeIssue, OutcomeParty
from negotiations.models.records import Part, Record
from tests import factories as make
from tests.admin.test_desk_pages import MAKE, RECORDS, at

ASKED = ("input", "select", "textarea")
NEEDS_NO_LABEL = ("hidden", "submit", "button")  # a button is named by its words


class Names(HTMLParser):
    """Which boxes and links of a page have no name; those of patterns for new rows count too."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.boxes: list[dict[str, str | None]] = []
        self.labelled: set[str | None] = set()
        self.links: list[tuple[str, list[str]]] = []  # address and words
        self.open_link = False
        self.in_label = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "label":
            self.labelled.add(given.get("for"))
            self.in_label = True
        elif tag in ASKED and given.get("type") not in NEEDS_NO_LABEL and not self.in_label:
            self.boxes.append(given)
        elif tag == "a":
            self.open_link = True
            self.links.append((str(given.get("href")), [given.get("aria-label") or given.get("title") or ""]))
        elif tag == "img" and self.open_link:
            self.links[-1][1].append(given.get("alt") or "")

    def handle_data(self, data: str) -> None:
        if self.open_link:
            self.links[-1][1].append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.in_label = False
        elif tag == "a":
            self.open_link = False

    @property
    def missing(self) -> list[str]:
        boxes = [
            str(box.get("name"))
            for box in self.boxes
            if box.get("id") not in self.labelled and not (box.get("aria-label") or box.get("aria-labelledby"))
        ]
        return boxes + [address for address, words in self.links if not any(words)]


def with_rows(kind: str) -> Record:
    """A record with a row of each kind that its page shows in a table."""
    record = MAKE[kind]()
    parts: list[Part] = [
        *([Name(text="Україна", kind="official")] if kind in Name.PART_OF else []),
        *([Identifier(scheme="wikidata", value="Q212")] if kind in Identifier.PART_OF else []),
        *([EventParty(actor=make.make_actor(), role="actor"), EventPlace(place=make.make_place())] * (kind == "event")),
        *([OutcomeParty(actor=make.make_actor(), role="party")] * (kind == "outcome")),
        *([OutcomeIssue(issue=make.make_issue())] * (kind == "outcome")),
    ]
    for part in parts:
        setattr(part, kind, record)
        part.save()
    return record


@pytest.mark.parametrize("kind", RECORDS)
def test_every_box_and_link_of_a_record_has_a_name(kind: str, editor: Any) -> None:
    record = with_rows(kind)

    pages = [page_of(record), at(kind, "add"), at(kind, "")]
    missing = [(page, name) for page in pages for name in Names(editor.page(page)).missing]

    assert missing == []


def test_every_box_and_link_of_accounts_and_tokens_has_a_name(administrator: Any) -> None:
    pages = [at(kind, page) for kind in ("account", "token") for page in ("", "add")]

    assert [(page, name) for page in pages for name in Names(administrator.page(page)).missing] == []
