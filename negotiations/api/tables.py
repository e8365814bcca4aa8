"""Lines and tables: a list as JSON Lines, a record a line, and as CSV, with columns that follow from its shape."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from rest_framework import serializers

from negotiations.api.assembling import line
from negotiations.api.exporting import Export, WholeSetRenderer
from negotiations.api.references import ReferenceField
from negotiations.exchange.sheets import guarded

PATH_SEPARATOR = "."
BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets take Cyrillic for something else


class JsonLinesRenderer(WholeSetRenderer):
    """A record a line, as it stands in `results`."""

    media_type = "application/jsonl"
    format = "jsonl"

    def written(self, export: Export) -> Iterator[str]:
        yield ""
        for rows in export.batches:
            yield "".join(f"{line(served)}\n" for _, served in rows)


class CsvRenderer(WholeSetRenderer):
    """A record a row (RFC 4180). Objects spread over columns, `process.slug`; parts stand in one cell as JSON."""

    media_type = "text/csv"
    format = "csv"

    def written(self, export: Export) -> Iterator[str]:
        columns = list(columns_of(export.serializer))
        if export.serializer.context["view"].asked_days:
            columns.append(("certainty",))
        yield BYTE_ORDER_MARK + _rows([[PATH_SEPARATOR.join(path) for path in columns]])
        for rows in export.batches:
            yield _rows([[cell(_at(served, path)) for path in columns] for _, served in rows])


def written(serializer: serializers.Serializer[Any], rows: Iterable[dict[str, Any]]) -> str:
    """`rows` as CSV, with the columns of `serializer`."""
    columns = list(columns_of(serializer))
    lines = [[PATH_SEPARATOR.join(path) for path in columns]]
    lines += [[cell(_at(row, path)) for path in columns] for row in rows]
    return BYTE_ORDER_MARK + _rows(lines)


def columns_of(serializer: serializers.Serializer[Any]) -> Iterator[tuple[str, ...]]:
    """The paths of the columns, in the order of the fields; the same for every row, whatever stands in it."""
    for name, field in serializer.fields.items():
        members = field.serializer().fields if isinstance(field, ReferenceField) else getattr(field, "members", ())
        inner: list[tuple[str, ...]] = [(str(member),) for member in members]
        if isinstance(field, serializers.Serializer):
            inner = list(columns_of(field))
        for path in inner or [()]:
            yield (str(name), *path)


def _at(served: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        served = None if served is None else served[name]
    return served


def cell(value: Any) -> str:
    """A value as a cell's text; an apostrophe keeps a spreadsheet from running what begins like a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = "; ".join(value)
    text = value if isinstance(value, str) else line(value)
    return guarded(text)


def _rows(rows: list[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()
