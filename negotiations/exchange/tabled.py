"""Turns the rows of a table into rows of a dossier: what each is, where it belongs, and what its cells say.

A cell is stated, an empty one too: it says what a new row has there, mostly nothing. A column that is not there leaves
its values as they are, and rows that are not there stay.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from negotiations.exchange.holdings import MOST_SUGGESTED
from negotiations.exchange.reading import Address, Document, sentence
from negotiations.exchange.rows import Dossier, Entry, Row, check_word
from negotiations.exchange.shape import Key, Kind, Parts, shape_of
from negotiations.exchange.sheets import ClockText, DayText, Fault, Sheet
from negotiations.exchange.table_shapes import ID, LIST, OF, WITHIN, Table
from negotiations.exchange.values import nearest, value_of, with_article
from negotiations.models import Delegation
from negotiations.models.records import Identified, Record

Node = tuple[type[Identified], uuid.UUID]


class SheetDocument(Document):
    """A table as a document: an address is a row's number and a column's name, and what is wrong has its cell."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(Path("table"))
        self.columns = {name: column for column, name in reversed(list(enumerate(sheet.header, 1))) if name}
        self.faults = list(sheet.faults)
        self.doubts: list[Fault] = []

    def complain(self, at: Address, message: str, *, line: int | None = None, code: str = "invalid") -> None:
        super().complain(at, message, line=line, code=code)
        self.faults.append(self._fault(at, message))

    def warn(self, at: Address, message: str) -> None:
        super().warn(at, message)
        self.doubts.append(self._fault(at, message))

    def place_of(self, at: Address) -> str:
        return _("in row %(row)s already") % {"row": at[0]}

    def _fault(self, at: Address, message: str) -> Fault:
        row, name = (*at, 0, "")[:2]
        column = self.columns.get(str(name), 0)
        told = message if column or not name else f"{name}: {message}"
        return Fault(int(row), column, sentence(told))


class Tabled:
    """A table's rows as those of a dossier; `texts` holds what each row of the table says, by column."""

    def __init__(self, table: Table, sheet: Sheet) -> None:
        self.table = table
        self.document = SheetDocument(sheet)
        self.dossier = Dossier(self.document)
        self.texts: dict[Row, dict[str, str]] = {}
        self.around: dict[Node, Row] = {}  # records and parts to which rows belong
        self.suggested = 0
        if self._names_its_columns(sheet):
            lines = [(number, dict(zip(sheet.header, texts, strict=True))) for number, texts in sheet.rows]
            if table.is_of_records:
                self._take_records(lines)
            else:
                self._take_parts(lines)
        if not sheet.rows:
            self.document.faults.append(Fault(0, 0, _("Below row 1, which names the columns, there is no row.")))

    def _names_its_columns(self, sheet: Sheet) -> bool:
        """Whether the rows can be told apart; every column that is unknown or lacking is told."""
        columns = {column.name: column for column in self.table.columns}
        for name, column in self.document.columns.items():
            if name not in columns:
                message = _("“%(name)s” is no column of this table%(near)s (the columns: %(all)s).")
                told = message % {"name": name[:100], "near": nearest(name[:100], columns), "all": ", ".join(columns)}
                self.document.faults.append(Fault(1, column, told))
        there = set(self.document.columns)
        needed = [{ID, "slug"}] if self.table.is_of_records else [{OF}]
        needed += [{WITHIN} for name in columns if name == WITHIN and columns[name].is_required]
        lacking = [names for names in needed if names.isdisjoint(there)]
        for names in lacking:
            message = _("The column %(names)s is missing: it says what each row is about.")
            self.document.faults.append(Fault(1, 0, message % {"names": " or ".join(sorted(names))}))
        return not lacking

    # What each row is

    def _take_records(self, lines: Iterable[tuple[int, dict[str, str]]]) -> None:
        rows = [Row(self.document, (number,), shape_of(self.table.root)) for number, _texts in lines]
        for row, (_number, texts) in zip(rows, lines, strict=True):
            row.stated_id = self._id_in(row, texts)
            self.texts[row] = texts
        slugs = {texts["slug"] for texts in self.texts.values() if texts.get("slug")}
        ids = {row.stated_id for row in rows if row.stated_id}
        records = self.table.root._default_manager.filter(Q(slug__in=slugs) | Q(pk__in=ids))
        by_slug = {slug: id for id, slug in records.values_list("pk", "slug")}
        known = set(by_slug.values())
        for row in rows:
            texts = self.texts[row]
            if not texts.get(ID):
                row.stated_id = by_slug.get(texts.get("slug", "")) or uuid.uuid4()
            row.entry = Entry.CHANGE if row.stated_id in known else Entry.NEW
            self._fill(row, texts)
            self.dossier.records.append(row)

    def _take_parts(self, lines: list[tuple[int, dict[str, str]]]) -> None:
        places = _Places(self.table, [texts for _number, texts in lines])
        for number, texts in lines:
            at = (number,)
            root = places.roots.get(texts[OF])
            if root is None:
                name = self.table.root._meta.verbose_name
                said = f'no {name} has the slug "{texts[OF]}"{self._near(texts[OF], places)}'
                self.document.complain((number, OF), said if texts[OF] else f"is empty: write the slug of the {name}")
                continue
            try:
                node, parts = places.of(texts)
            except ValueError as error:
                self.document.complain((number, WITHIN), str(error))
                continue
            parent = self._around(node, places, at)
            row = Row(self.document, at, shape_of(self.table.model), parent, parts)
            row.stated_id = self._id_in(row, texts)
            parent.children.append(row)
            self.texts[row] = texts
            self._fill(row, texts)

    def _around(self, node: Node, places: _Places, at: Address) -> Row:
        """The row of what others belong to: it states nothing, and is there already."""
        if node in self.around:
            return self.around[node]
        model, id = node
        if model is self.table.root:
            row = Row(self.document, at, shape_of(model), entry=Entry.CHANGE, stated_id=id)
            self.dossier.records.append(row)
        else:
            above, parts = places.above[node]
            parent = self._around(above, places, at)
            row = Row(self.document, at, shape_of(model), parent, parts, stated_id=id)
            parent.children.append(row)
        self.around[node] = row
        return row

    def _near(self, slug: str, places: _Places) -> str:
        self.suggested += 1
        return nearest(slug[:200], places.slugs) if self.suggested <= MOST_SUGGESTED else ""

    def _id_in(self, row: Row, texts: dict[str, str]) -> uuid.UUID | None:
        text = texts.get(ID, "")
        if text and _uuid(text) is None:
            row.complain(_("is not an id; leave it empty in a new row"), ID)
        return _uuid(text)

    # What its cells say

    def _fill(self, row: Row, texts: dict[str, str]) -> None:
        for name, key in row.shape.keys.items():
            if name not in texts:
                continue
            row.document.lines[(*row.at, name)] = 1  # that it was stated, whether or not it can be read
            try:
                row.given[name] = _value(key, texts[name]) if texts[name] else _nothing(row, key)
            except ValueError as error:
                row.complain(str(error), name)
        check_word(row)


class _Places:
    """Where the rows of a table of parts belong: read once, in a query for each kind of thing that they name."""

    def __init__(self, table: Table, lines: list[dict[str, str]]) -> None:
        self.table = table
        self.parties: dict[tuple[str, str], uuid.UUID] = {}  # delegations by slugs of talk and party
        self.above: dict[Node, tuple[Node, Parts]] = {}  # what a part belongs to, and under which key
        self._slugs: list[str] | None = None
        slugs = {texts[OF] for texts in lines}
        self.roots = dict(table.root._default_manager.filter(slug__in=slugs).values_list("slug", "pk"))
        ids: dict[type[Identified], set[uuid.UUID]] = defaultdict(set)
        parties = set()
        for texts in lines:
            kind, _blank, name = texts.get(WITHIN, "").partition(" ")
            if (model := table.kinds_within.get(kind)) is not None:
                if (id := _uuid(name.strip())) is not None:
                    ids[model].add(id)
                elif model is Delegation:
                    parties.add(name.strip())
        if parties:
            found = Delegation._default_manager.filter(talk__slug__in=slugs, party__slug__in=parties)
            for id, talk, party in found.values_list("pk", "talk__slug", "party__slug"):
                self.parties[talk, party] = id
                ids[Delegation].add(id)
        for part, each in ids.items():
            self._read(part, each)

    @property
    def slugs(self) -> list[str]:
        """Those of all records of the kind, read when they are asked for."""
        if self._slugs is None:
            self._slugs = list(self.table.root._default_manager.values_list("slug", flat=True))
        return self._slugs

    def _read(self, model: Any, ids: set[uuid.UUID]) -> None:
        """Note what these parts belong to, and what that belongs to, up to the records."""
        columns = {f"{name}_id": model._meta.get_field(name).related_model for name in model.PART_OF}
        higher: dict[Any, set[uuid.UUID]] = defaultdict(set)
        for row in model._default_manager.filter(pk__in=ids).values("pk", *columns):
            column = next(name for name in columns if row[name] is not None)
            parts = _parts_of(columns[column], model, column)
            self.above[model, row["pk"]] = (columns[column], row[column]), parts
            if not issubclass(columns[column], Record):
                higher[columns[column]].add(row[column])
        for above, each in higher.items():
            self._read(above, each)

    def of(self, texts: dict[str, str]) -> tuple[Node, Parts]:
        """What a row belongs to, and under which key; ValueError says why that cannot be told."""
        stated, root = texts.get(WITHIN, ""), self.table.root
        if not stated:
            if direct := [path[0] for path in self.table.paths if len(path) == 1]:
                return (root, self.roots[texts[OF]]), direct[0]
            raise ValueError(_("is empty: write what it belongs to, as in: delegation russia"))
        kind, _blank, name = stated.partition(" ")
        model = self.table.kinds_within.get(kind)
        if model is None:
            kinds = ", ".join(self.table.kinds_within)
            raise ValueError(f'"{stated[:100]}" is not a kind and an id (the kinds: {kinds})')
        id = _uuid(name.strip()) or self.parties.get((texts[OF], name.strip()))
        node = (model, id) if id else None
        if node is None or node not in self.above:
            what = with_article(root._meta.verbose_name)
            raise ValueError(f'"{stated[:100]}" is no part of {what} that is there; bring in that part first')
        top: Node = node
        while top in self.above:
            top = self.above[top][0]
        if top != (root, self.roots[texts[OF]]):
            raise ValueError(f'"{stated[:100]}" belongs to another {root._meta.verbose_name}')
        return node, _parts_of(model, self.table.model)


def _parts_of(whole: Any, model: Any, column: str = "") -> Parts:
    """The key of `whole` under which `model` stands."""
    return next(
        parts
        for parts in shape_of(whole).parts.values()
        if parts.model is model and (not column or parts.parent == column)
    )


def _uuid(text: str) -> uuid.UUID | None:
    try:
        found = uuid.UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.lower() else None


def _value(key: Key, text: str) -> Any:
    """What a cell that is not empty says; ValueError says what is expected instead."""
    if isinstance(text, DayText) and key.kind not in (Kind.EDTF, Kind.DAY):
        raise ValueError(
            _("the spreadsheet made a day of what was typed here: make the column text, and type it again")
        )
    if isinstance(text, ClockText) and key.kind != Kind.TIME:
        raise ValueError(
            _("the spreadsheet made a time of what was typed here: make the column text, and type it again")
        )
    if key.is_list:
        return [value_of(key, each.strip()) for each in text.split(LIST.strip()) if each.strip()]
    if key.kind == Kind.TARGET:
        kind, _blank, name = text.partition(" ")
        id = _uuid(name.strip()) if kind in key.targets else None
        return (kind, id) if id else text
    if key.kind in (Kind.REFERENCE, Kind.AFFILIATION, Kind.SIBLING):
        return _uuid(text) or text
    # Spreadsheets write TRUE.
    return value_of(key, text.lower() if key.kind == Kind.TRUTH else str(text))


def _nothing(row: Row, key: Key) -> Any:
    """What a new row has in the key's column; ValueError when it has to be given."""
    if key.is_required:
        raise ValueError(_("cannot be left empty"))
    column: Any = next(each for each in row.shape.model._meta.concrete_fields if each.attname == key.column)
    return column.get_default()
