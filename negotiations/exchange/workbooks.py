"""XLSX, read and written: cells as texts, whatever the spreadsheet keeps them as.

Read by openpyxl, a row at a time, with defusedxml under it. What it does not look at is looked at here: how much an
archive unpacks to, formulas, cells that hold an error, merged cells, and days that were made of something else.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from xml.parsers import expat

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell

from negotiations.exchange.sheets import MAX_COLUMNS, ClockText, DayText, Fault, Sheet, Unreadable, fill, guarded

MAX_UNPACKED = 40_000_000
LAST_ROW = 1_048_576  # as spreadsheets have them
LONGEST_CELL = 32_767
# What a spreadsheet writes for a sign that XML does not take, and for an underscore that would look like that.
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
NOT_SHOWN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')  # of a number format: what it quotes, colours and languages


class TooLong(ValueError):
    """A text does not go into a cell of a spreadsheet; a CSV file takes it."""


def read_workbook(content: bytes) -> Sheet:
    """The first visible sheet of an XLSX file; Unreadable when it is none, or unpacks to more than the cap."""
    sheet = Sheet()
    try:
        _refuse_bombs(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        try:
            visible = [each for each in book.worksheets if each.sheet_state == "visible"]
            if not visible:
                raise Unreadable(_("The file has no sheet: save the table as .xlsx again."))
            if len(visible) > 1:
                message = _("Only the first sheet, “%(name)s”, was read.")
                sheet.warnings.append(message % {"name": visible[0].title})
            fill(sheet, _rows(visible[0], sheet), is_ragged_wrong=False)
            sheet.faults += _merged(book, visible[0])
        finally:
            book.close()
    except Unreadable:
        raise
    except Exception as error:  # whatever zipfile and openpyxl stumble over in a file that no spreadsheet wrote
        message = _("This is no spreadsheet that can be read (%(reason)s): save it as .xlsx or CSV again.")
        raise Unreadable(message % {"reason": _first_reason(error)}) from error
    return sheet


def _first_reason(error: BaseException) -> str:
    """openpyxl tells of a fault by another, in words for programmers."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return f"{type(error).__name__}: {error}"[:200]


def _refuse_bombs(content: bytes) -> None:
    """By what the archive says of itself; zipfile reads no more of a member than that."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > MAX_UNPACKED:
        message = _("The file unpacks to more than %(size)s MB: divide it, or save it as CSV.")
        raise Unreadable(message % {"size": MAX_UNPACKED // 1_000_000})


def _rows(worksheet: Any, sheet: Sheet) -> Iterator[list[str]]:
    worksheet.reset_dimensions()  # which a file may claim to be anything
    for number, cells in enumerate(worksheet.iter_rows(max_row=LAST_ROW), 1):
        filled = list(cells)
        while filled and filled[-1].value is None:
            filled.pop()
        if len(filled) > MAX_COLUMNS:
            raise Unreadable(
                _("Row %(row)s goes beyond %(count)s columns: leave some out.") % {"row": number, "count": MAX_COLUMNS}
            )
        texts = []
        for column, cell in enumerate(filled, 1):
            try:
                texts.append(_text_of(cell))
            except ValueError as error:
                sheet.faults.append(Fault(number, column, str(error)))
                texts.append("")
        yield texts


def _text_of(cell: Any) -> str:
    """What the cell holds as text; ValueError says why that cannot be told."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise ValueError(_("This cell holds a formula: put its value there, as text."))
    if cell.data_type == "e":
        raise ValueError(_("This cell holds the error %(error)s: mend it, or empty it.") % {"error": value})
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    if isinstance(value, datetime.time):
        return _clock(value)
    if isinstance(value, datetime.date):
        return _day(value, NOT_SHOWN.sub("", cell.number_format).lower())
    if isinstance(value, datetime.timedelta):
        raise ValueError(_("This cell holds a span of time: write it as text."))
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), str(value)).replace("\r\n", "\n")


def _day(value: datetime.date, shown: str) -> str:
    if "d" not in shown and shown != "general":
        raise ValueError(
            _("The spreadsheet made %(day)s of this and shows less: make the column text and write 2025-05 or 2025.")
            % {"day": value.strftime("%Y-%m-%d")}
        )
    if isinstance(value, datetime.datetime):
        if value.time() != datetime.time():
            raise ValueError(_("This cell holds a day with a clock time: write them in two columns, as text."))
        value = value.date()
    return DayText(value.isoformat())


def _clock(value: datetime.time) -> str:
    if value.second or value.microsecond:
        raise ValueError(_("This cell holds seconds, which are not kept: write 13:30."))
    return ClockText(f"{value:%H:%M}")


def _merged(book: Any, worksheet: Any) -> list[Fault]:
    """A fault for each range of merged cells, of which all but the first would be read as empty.

    openpyxl tells them only of a sheet that it holds in memory whole, so the sheet's own file is asked.
    """
    found: list[str] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "mergeCell":
            found.append(attributes.get("ref", ""))

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    with book._archive.open(worksheet._worksheet_path) as file:
        parser.ParseFile(file)
    message = _("The cells %(range)s are merged: unmerge them, and fill each.")
    return [Fault(*_place(each), message % {"range": each}) for each in found]


def _place(reference: str) -> tuple[int, int]:
    """Row and column of the first cell of `B2:C4`."""
    match = re.match(r"([A-Z]{1,3})([0-9]{1,7})", reference)
    if not match:
        return 0, 0
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def workbook(title: str, header: list[str], rows: Iterable[list[str]]) -> bytes:
    """An XLSX file of texts, which a spreadsheet keeps as they are; TooLong names the cell that it would cut."""
    lines = [header, *rows]
    for number, row in enumerate(lines, 1):
        for name, text in zip(header, row, strict=True):
            if len(text) >= LONGEST_CELL:
                message = _("Row %(row)s, %(name)s: the text is too long for a spreadsheet. Take it out as CSV.")
                raise TooLong(message % {"row": number, "name": name})
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for row in lines:
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, ESCAPED.sub(r"_x005F\g<0>", guarded(text)) or None)
            cell.data_type = "s" if text else "n"
            cell.number_format = "@"  # or what is typed there later becomes a day, or a number
            cells.append(cell)
        sheet.append(cells)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
