"""Reads a table as people keep it (CSV, XLSX, or what they paste) into rows of texts; refuses what would surprise.

Nothing in a file is executed or followed: a formula is refused, XML knows no entities, an archive may not unpack to
more than the cap. What is wrong with a cell is data (`Fault`); a file that is no table at all raises Unreadable.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

MAX_BYTES = 2_000_000
MAX_ROWS = 2_000
MAX_COLUMNS = 100
MAX_CELLS = 50_000
DELIMITERS = "\t;,"

# What a spreadsheet would run (OWASP, "CSV Injection"), with the apostrophes that stand before it already. A plain
# number may begin with its sign.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")


class Unreadable(ValueError):
    """It is no table, or more than one may hold; the message says why and what to do."""


class DayText(str):
    """A day that a spreadsheet keeps as such, perhaps made of something else that was typed."""


class ClockText(str):
    """A clock time that a spreadsheet keeps as such."""


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong, and where, as spreadsheets count: from row 1, the header, and column 1, A. 0: all of it."""

    row: int
    column: int
    message: str

    @property
    def cell(self) -> str:
        """`C12`; `row 12` or nothing where it concerns more than a cell."""
        if self.row and self.column:
            return f"{letters(self.column)}{self.row}"
        return _("row %(row)s") % {"row": self.row} if self.row else ""


@dataclass
class Sheet:
    """A table as it was given: its first row, and each row below that holds something, with its number."""

    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def guarded(text: str) -> str:
    """`text` as a cell: an apostrophe keeps a spreadsheet from running what begins like a formula."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` made a cell of."""
    is_guarded = text.startswith("'") and FORMULA.match(text) and not NUMBER.fullmatch(text[1:])
    return text[1:] if is_guarded else text


def letters(column: int) -> str:
    """The name that spreadsheets give to a column: A for 1, AA for 27."""
    name = ""
    while column:
        column, left = divmod(column - 1, 26)
        name = chr(ord("A") + left) + name
    return name


def read_file(content: bytes) -> Sheet:
    """The table in a file of CSV or XLSX, told by its content; Unreadable says what else it is."""
    if len(content) > MAX_BYTES:
        raise Unreadable(_too_large())
    if content.startswith(b"PK\x03\x04"):
        from negotiations.exchange.workbooks import read_workbook  # which reads its cells with what stands here

        return read_workbook(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("This is an old Excel file, or one with a password. Save it as .xlsx without a password."))
    return read_text(decoded(content))


def decoded(content: bytes) -> str:
    """The text of a CSV file: UTF-8, or UTF-16 that begins with its mark, as Excel's Unicode text does."""
    is_wide, start = content.startswith((b"\xff\xfe", b"\xfe\xff")), content[:1000]
    if not is_wide and start.count(0) * 3 > len(start):
        raise Unreadable(_("This looks like UTF-16 without its mark. Save it as “CSV UTF-8”, or as .xlsx."))
    try:
        return content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            _("Line %(row)s is not %(encoding)s: the file has another encoding. Save it as “CSV UTF-8”, or as .xlsx.")
            % {"row": row, "encoding": "UTF-16" if is_wide else "UTF-8"}
        ) from None


def read_text(text: str) -> Sheet:
    """The table in CSV text, divided by commas, semicolons or tabs, whichever its first row has most of."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    sheet = Sheet()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    fill(sheet, _told(reader, sheet), is_ragged_wrong=True)
    return sheet


def as_text(sheet: Sheet) -> str:
    """The rows of `sheet` under their numbers as CSV, from which `read_text` reads the same."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(sheet.header)
    at = 1
    for number, texts in sheet.rows:
        written.write("\n" * (number - at - 1))
        writer.writerow([guarded(text) for text in texts])
        at = number
    return written.getvalue()


def _told(reader: Iterable[list[str]], sheet: Sheet) -> Iterator[list[str]]:
    """The rows of `reader`; what csv cannot read ends them, and is told with its row."""
    done = 0
    try:
        for cells in reader:
            yield cells
            done += 1
    except csv.Error as error:
        message = _('This row is not CSV (%(reason)s): write a text with quotation marks as "say ""so""".')
        sheet.faults.append(Fault(done + 1, 0, message % {"reason": str(error)}))


def fill(sheet: Sheet, rows: Iterable[Sequence[str]], *, is_ragged_wrong: bool) -> None:
    """Put `rows`, of which the first is the header, into `sheet`; stops with Unreadable at the caps."""
    cells = size = 0
    for number, texts in enumerate(rows, 1):
        cells += len(texts)
        size += sum(len(text.encode()) for text in texts)
        if number == 1:
            _take_header(sheet, texts)
        elif any(text.strip() for text in texts):
            _take_row(sheet, number, texts, is_ragged_wrong)
        if len(sheet.rows) > MAX_ROWS or cells > MAX_CELLS:
            raise Unreadable(
                _("The table has more than %(rows)s rows, or more than %(cells)s cells: divide it.")
                % {"rows": f"{MAX_ROWS:,}", "cells": f"{MAX_CELLS:,}"}
            )
        if size > MAX_BYTES:
            raise Unreadable(_too_large())
    if not any(sheet.header):
        raise Unreadable(_("Row 1 is empty. It names the columns; the first record stands in row 2."))


def _take_header(sheet: Sheet, texts: Sequence[str]) -> None:
    sheet.header = [text.strip() for text in texts]
    while sheet.header and not sheet.header[-1]:
        sheet.header.pop()
    if len(sheet.header) > MAX_COLUMNS:
        raise Unreadable(_("Row 1 names more than %(count)s columns: leave some out.") % {"count": MAX_COLUMNS})
    for column, name in enumerate(sheet.header, 1):
        first = sheet.header.index(name) + 1
        if name and first != column:
            message = _("The column “%(name)s” stands twice, in %(first)s1 too: keep one of them.")
            sheet.faults.append(Fault(1, column, message % {"name": name, "first": letters(first)}))


def _take_row(sheet: Sheet, number: int, texts: Sequence[str], is_ragged_wrong: bool) -> None:
    width = len(sheet.header)
    kept = [_text_of(sheet, number, column, text) for column, text in enumerate(texts, 1)]
    if is_ragged_wrong and len(kept) < width:
        message = _("This row has %(cells)s cells, row 1 has %(width)s: leave a cell empty rather than out.")
        sheet.faults.append(Fault(number, 0, message % {"cells": len(kept), "width": width}))
    for column, text in enumerate(kept, 1):
        if text and (column > width or not sheet.header[column - 1]):
            message = _("This cell is in no column that row 1 names: name it, or put a text with commas into quotes.")
            sheet.faults.append(Fault(number, column, message))
    sheet.rows.append((number, [*kept, *[""] * (width - len(kept))][:width]))


def _text_of(sheet: Sheet, number: int, column: int, text: str) -> str:
    if "\x00" in text:
        sheet.faults.append(Fault(number, column, _("This cell holds a NUL character: type it anew.")))
        return ""
    if isinstance(text, DayText | ClockText):
        return text
    return unguarded(text.strip())


def _too_large() -> str:
    return _("The table is larger than %(size)s MB: divide it.") % {"size": MAX_BYTES // 1_000_000}
