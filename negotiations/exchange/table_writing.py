"""Tables out: rows of texts as a file that spreadsheets read, of which nothing is run there."""

from __future__ import annotations

import csv
import io

from negotiations.exchange.sheets import guarded
from negotiations.exchange.table_shapes import Table
from negotiations.exchange.workbooks import workbook

BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets take Cyrillic for something else


def as_csv(table: Table, header: list[str], rows: list[list[str]]) -> bytes:
    """The table as CSV in UTF-8 (RFC 4180)."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(header)
    writer.writerows([guarded(text) for text in row] for row in rows)
    return (BYTE_ORDER_MARK + written.getvalue()).encode()


def as_xlsx(table: Table, header: list[str], rows: list[list[str]]) -> bytes:
    """The table as a spreadsheet, every cell a text; workbooks.TooLong when a text does not go into a cell."""
    return workbook(table.title, header, rows)
