"""Turns a document into rows: every key known, every value of the right sort, references still as written.

Nothing here asks the database. What does not fit is told to the document, and the row is marked unfit, so that the
steps that follow can go on and find what else is wrong.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from negotiations.exchange.reading import Address, Document
from negotiations.exchange.shape import PAIRS, Key, Kind, Parts, Shape, sections, shape_of
from negotiations.exchange.values import citation_in_one_line, nearest, value_of, with_article
from negotiations.models import Assertion, Citation
from negotiations.vocabulary import WORDS_OF, AssertionField, RevisionKind

WORDS_IN_BUNDLED_EXCERPT = 12
# A dossier only adds or sets, so it can neither retract nor merge nor suppress.
REVISION_KINDS = (RevisionKind.NEW, RevisionKind.NEW_FACT, RevisionKind.CORRECTION, RevisionKind.EDITORIAL)


class Entry(Enum):
    """What may become of a record: a dossier makes it or adds to it, whichever it is; at the desk one says which."""

    EITHER = auto()
    NEW = auto()
    CHANGE = auto()


@dataclass(eq=False)
class Row:
    """One row of a dossier: a record or a part, with the values it states."""

    document: Document
    at: Address
    shape: Shape
    parent: Row | None = None
    parts: Parts | None = None  # the key of the parent under which it stands
    stated_id: uuid.UUID | None = None
    given: dict[str, Any] = field(default_factory=dict)  # by key: values, and references as written
    children: list[Row] = field(default_factory=list)
    is_fit: bool = True
    entry: Entry = Entry.EITHER
    is_whole: bool = False  # what it does not state is emptied
    whole_parts: frozenset[str] = frozenset()  # the keys under which every part is stated, so that others go

    @property
    def root(self) -> Row:
        """The record that this is, or is a part of."""
        return self.parent.root if self.parent else self

    def complain(self, message: str, *keys: str | int, code: str = "invalid") -> None:
        """Note a problem with the row, or with one of its keys; the row will not be written."""
        self.is_fit = False
        self.document.complain((*self.at, *keys), message, code=code)

    def references(self) -> Iterator[tuple[Key, Any]]:
        """Each key of the row that refers to another row, with what stands there: a text, or an id (see entering)."""
        for name, value in self.given.items():
            key = self.shape.keys[name]
            if key.kind in (Kind.REFERENCE, Kind.AFFILIATION, Kind.SIBLING, Kind.TARGET):
                yield key, value


@dataclass(eq=False)
class Dossier:
    """One file, as rows: its records in the order in which they are worked through."""

    document: Document
    kind: RevisionKind = RevisionKind.NEW
    note: str = ""
    records: list[Row] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """All rows, each before its parts."""
        waiting = self.records[::-1]
        while waiting:
            row = waiting.pop()
            yield row
            waiting.extend(row.children[::-1])


def rows_of(document: Document, *, is_bundled: bool) -> Dossier:
    """The dossier in `document`; what does not fit has been told to the document."""
    dossier = Dossier(document)
    if not document.tree:
        return dossier
    _read_head(document, dossier)
    known = ["dossier", "title", "revision", *sections()]
    for key in document.tree:
        if key not in known:
            document.complain((key,), f'unknown key "{key}"{nearest(key, known)} (the keys: {", ".join(known)})')
    for name, model in sections().items():
        rows = document.tree.get(name, [])
        if not isinstance(rows, list):
            document.complain((name,), "must be a list of records, each beginning with a hyphen")
            continue
        for index, stated in enumerate(rows):
            row = Row(document, (name, index), shape_of(model))
            _fill(row, stated)
            dossier.records.append(row)
    if is_bundled:
        _check_excerpts(dossier)
    return dossier


def _read_head(document: Document, dossier: Dossier) -> None:
    for key in ("dossier", "title"):
        if not isinstance(document.tree.get(key), str) or not document.tree[key]:
            document.complain((key,), f'"{key}" is missing or is not a text')
    stated = document.tree.get("dossier")
    if isinstance(stated, str) and stated and stated != document.name:
        document.complain(("dossier",), f'says "{stated}", but the file is called "{document.path.name}"')
    revision = document.tree.get("revision", {})
    if not isinstance(revision, dict):
        document.complain(("revision",), 'must be a mapping: {kind: new, note: "What readers are told"}')
        return
    for key in revision:
        if key not in ("kind", "note"):
            document.complain(("revision", key), f'unknown key "{key}"{nearest(key, ["kind", "note"])}')
    if not isinstance(revision.get("note", "as yet unsaid"), str) or revision.get("note") == "":
        document.complain(("revision", "note"), "is empty or not a text; it tells readers what the revision brings")
    dossier.note = str(revision.get("note", ""))
    kind = revision.get("kind", RevisionKind.NEW)
    if kind in REVISION_KINDS:
        dossier.kind = RevisionKind(kind)
    else:
        document.complain(("revision", "kind"), f'"{kind}" is not one of: {", ".join(REVISION_KINDS)}')


def _fill(row: Row, stated: Any) -> None:
    """Read what is stated of a row into it, parts and parts of parts included."""
    if not isinstance(stated, dict):
        row.complain(f"{with_article(row.shape.name)} is a mapping of keys to values")
        return
    for name, value in stated.items():
        if name == "id":
            _take_id(row, value)
        elif name in row.shape.keys:
            _take_value(row, row.shape.keys[name], value)
        elif name in row.shape.parts:
            _take_parts(row, row.shape.parts[name], value)
        else:
            known = ["id", *row.shape.keys, *row.shape.parts]
            near = nearest(name, known)
            row.complain(
                f'{with_article(row.shape.name)} has no key "{name}"{near} (the keys: {", ".join(known)})', name
            )
    if row.shape.is_record:
        for name in ("id", "slug"):
            if name not in stated:
                fresh = f"; a fresh one: {uuid.uuid4()}" if name == "id" else ""
                row.complain(f'"{name}" is missing{fresh}')
    check_word(row)


def _take_id(row: Row, text: Any) -> None:
    try:
        row.stated_id = uuid.UUID(text)
        if str(row.stated_id) != text:
            raise ValueError
    except (ValueError, AttributeError, TypeError):
        row.stated_id = None
        row.complain(f"is not an id; a fresh one: {uuid.uuid4()}", "id")


def _take_value(row: Row, key: Key, stated: Any) -> None:
    texts = stated if key.is_list else [stated]
    if not isinstance(texts, list):
        row.complain(f"must be a list, such as [{stated if isinstance(stated, str) else '…'}]", key.name)
        return
    values = []
    for index, text in enumerate(texts):
        steps = (key.name, index) if key.is_list else (key.name,)
        if not isinstance(text, str):
            row.complain("must be one text, not a list or mapping", *steps)
            continue
        try:
            values.append(value_of(key, text))
        except ValueError as error:
            row.complain(str(error), *steps)
    if len(values) == len(texts) > 0:  # an empty list says nothing: a dossier never removes
        row.given[key.name] = values if key.is_list else values[0]


def _take_parts(row: Row, parts: Parts, stated: Any) -> None:
    shape = shape_of(parts.model)
    is_single = parts.model is Citation and not isinstance(stated, list)
    if not is_single and not isinstance(stated, list):
        row.complain(f"must be a list, each {shape.name} beginning with a hyphen", parts.name)
        return
    for index, each in enumerate([stated] if is_single else stated):
        at = (*row.at, parts.name) if is_single else (*row.at, parts.name, index)
        part = Row(row.document, at, shape, row, parts)
        row.children.append(part)
        if parts.model is Citation or parts.model in PAIRS:
            _fill_short(part, each)
        else:
            _fill(part, each)


def _fill_short(row: Row, stated: Any) -> None:
    """Fill a row that may be one text; a part that is no more than a reference is never anything else."""
    pair: Any = row.shape.model
    if pair in PAIRS and not isinstance(stated, str):
        row.complain(f"must be the slug of {with_article(PAIRS[pair])}")
    elif not isinstance(stated, str):
        _fill(row, stated)
    else:
        try:
            keys = {PAIRS[pair]: stated} if pair in PAIRS else citation_in_one_line(stated)
        except ValueError as error:
            row.complain(str(error))
            return
        short = Row(row.document, row.at, row.shape)
        for name, text in keys.items():
            try:
                row.given[name] = value_of(short.shape.keys[name], text)
            except ValueError as error:
                row.complain(str(error))


def check_word(row: Row) -> None:
    """The word of an assertion whose field has a closed list of its own is in that list."""
    if row.shape.model is not Assertion or row.given.get("word") is None or "field" not in row.given:
        return
    vocabulary = WORDS_OF.get(AssertionField(row.given["field"]))
    word = row.given["word"]
    if vocabulary and word not in vocabulary.values:
        near = nearest(word, vocabulary.values)
        message = f'"{word}" is not a {row.given["field"]}{near} (the list: {", ".join(vocabulary.values)})'
        row.complain(message, "word", code="rule")


def _check_excerpts(dossier: Dossier) -> None:
    for row in dossier.rows():
        if row.shape.model is Citation:
            count = len(row.given.get("excerpt", "").split())
            if count > WORDS_IN_BUNDLED_EXCERPT:
                row.complain(
                    f"the excerpt has {count} words; a bundled dossier quotes at most {WORDS_IN_BUNDLED_EXCERPT}"
                )
