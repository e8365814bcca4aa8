"""A file or a paste becomes rows of texts, or says in which cell what stands in the way."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from negotiations.exchange import sheets, workbooks
from negotiations.exchange.sheets import Sheet, Unreadable, as_text, guarded, read_file, read_text, unguarded

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
ROWS = [["slug", "name"], ["ukraine", "Україна"], ["turkiye", "Türkiye, “host”"]]


def xlsx(rows: list[list[Any]], change: Callable[[Any], None] = lambda _: None) -> bytes:
    """A workbook as a spreadsheet makes it."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    change(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def tampered(content: bytes, member: str, change: Callable[[str], str]) -> bytes:
    """The same archive with one file in it rewritten."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            text = old.read(each)
            new.writestr(each, change(text.decode()).encode() if each == member else text)
    return written.getvalue()


def as_excel_does(content: bytes) -> bytes:
    """The workbook with the text `ukraine` among shared strings, which openpyxl reads and does not write."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    listed = f'<Override PartName="/{STRINGS}" ContentType="{kind}"/></Types>'
    content = tampered(content, "[Content_Types].xml", lambda text: text.replace("</Types>", listed))
    inline, shared = 't="inlineStr"><is><t>ukraine</t></is>', 't="s"><v>0</v>'
    content = tampered(content, SHEET, lambda text: text.replace(inline, shared))
    added = io.BytesIO(content)
    with zipfile.ZipFile(added, "a") as archive:
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        archive.writestr(STRINGS, f'<?xml version="1.0"?><sst xmlns="{space}"><si><t>ukraine</t></si></sst>')
    return added.getvalue()


def told(sheet: Sheet) -> list[str]:
    return [f"{fault.cell}: {fault.message}" for fault in sorted(sheet.faults)]


def csv_of(separator: str) -> str:
    return "\r\n".join(separator.join(f'"{text}"' for text in row) for row in ROWS)


@pytest.mark.parametrize("content", [
    csv_of(",").encode(), csv_of(";").encode(), csv_of("\t").encode(), csv_of(",").encode("utf-8-sig"),
    csv_of("\t").encode("utf-16"), csv_of(";").replace("\r\n", "\r").encode(), xlsx(ROWS), as_excel_does(xlsx(ROWS)),
])  # fmt: skip
def test_a_table_is_read_from_whatever_spreadsheets_write(content: bytes) -> None:
    sheet = read_file(content)

    assert sheet.header == ROWS[0]
    assert sheet.rows == [(2, ROWS[1]), (3, ROWS[2])]
    assert told(sheet) == []


def test_blank_rows_count_as_spreadsheets_count_them() -> None:
    sheet = read_text("slug,name\n\nukraine,Ukraine\n,\nrussia,Russia\n")

    assert [number for number, _ in sheet.rows] == [3, 5]
    assert read_text(as_text(sheet)) == sheet


@pytest.mark.parametrize("text", [
    "=1+1", "'=1+1", "''=1+1", "+a", "-a", "@a", "-5", "+5.5", "'-5", "'tis", "'", "plain", "", "=", "'@", "-", "5-6",
])  # fmt: skip
def test_what_looks_like_a_formula_is_guarded_and_comes_back_as_it_was(text: str) -> None:
    cell = guarded(text)

    assert unguarded(cell) == text
    assert cell[:1] not in ("=", "+", "-", "@") or cell.lstrip("+-").replace(".", "").isdigit()


def test_a_text_that_looks_like_an_escape_survives_a_spreadsheet() -> None:
    content = workbooks.workbook("table", ["text"], [["_x000D_ and _x0041_"], ["=1+1"], ["two\nlines"], [" "]])

    assert [texts for _, texts in read_file(content).rows] == [["_x000D_ and _x0041_"], ["=1+1"], ["two\nlines"]]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert sheet["A3"].data_type == "s"


def test_a_text_that_a_spreadsheet_would_cut_is_not_written() -> None:
    with pytest.raises(workbooks.TooLong, match="Row 2, text"):
        workbooks.workbook("table", ["text"], [["x" * 32_767]])


@pytest.mark.parametrize(("content", "reason"), [
    (b"", "Row 1 is empty"),
    (b"\n\nslug\n", "Row 1 is empty"),
    ("slug,name\nukraine,Україна\n".encode("cp1251"), "Line 2 is not UTF-8"),
    ("slug,name\nukraine,x\n".encode("utf-16-le"), "looks like UTF-16"),
    (b"\xff\xfes", "not UTF-16"),
    (b"\xd0\xcf\x11\xe0rest", "old Excel file"),
    (b"PK\x03\x04rest", "no spreadsheet that can be read"),
    (b"x" * (sheets.MAX_BYTES + 1), "larger than 2 MB"),
    (b"a\n" + b"x\n" * (sheets.MAX_ROWS + 1), "more than 2,000 rows"),
    (b"a" + b",a" * 40 + b"\n" + (b"," * 40 + b"x\n") * 1500, "more than 50,000 cells"),
    (b",".join(b"c%d" % each for each in range(101)), "more than 100 columns"),
])  # fmt: skip
def test_what_is_no_table_says_what_to_do(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_file(content)


@pytest.mark.parametrize(("text", "fault"), [
    ("slug,name\nukraine,a\x00b\n", "B2: This cell holds a NUL character"),
    ("slug,name,slug\na,b,c\n", "C1: The column “slug” stands twice, in A1 too"),
    ("slug,name\na,b,c\n", "C2: This cell is in no column that row 1 names"),
    ("slug,name\na\n", "row 2: This row has 1 cells, row 1 has 2"),
    ("slug,,name\na,b,c\n", "B2: This cell is in no column that row 1 names"),
    ('slug,name\na,"b\n', "row 2: This row is not CSV"),
    ('slug,name\na,"b"c\n', "row 2: This row is not CSV"),
    ("slug,name\na," + "b" * 140_000, "row 2: This row is not CSV (field larger than field limit"),
])  # fmt: skip
def test_a_faulty_row_of_csv_is_named(text: str, fault: str) -> None:
    (found,) = told(read_text(text))

    assert found.startswith(fault)


def formatted(value: Any, shown: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book.active["B2"].value = value
        book.active["B2"].number_format = shown

    return change


def merge(book: Any) -> None:
    book.active.merge_cells("B2:C3")


@pytest.mark.parametrize(("change", "fault"), [
    (formatted("=1+1", "General"), "B2: This cell holds a formula"),
    (formatted("#N/A", "General"), "B2: This cell holds the error #N/A"),
    (formatted(datetime.date(2025, 5, 1), "mmm-yy"), "B2: The spreadsheet made 2025-05-01 of this and shows less"),
    (formatted(datetime.date(2025, 5, 1), '[$-409]"day" yyyy'), "B2: The spreadsheet made 2025-05-01"),
    (formatted(datetime.datetime(2025, 5, 1, 13, 30), "yyyy-mm-dd h:mm"), "B2: This cell holds a day with a clock"),
    (formatted(datetime.time(13, 30, 5), "h:mm:ss"), "B2: This cell holds seconds"),
    (formatted(datetime.timedelta(hours=30), "[h]:mm"), "B2: This cell holds a span of time"),
    (merge, "B2: The cells B2:C3 are merged"),
    (lambda book: book.active.cell(2, 3, "x"), "C2: This cell is in no"),
])  # fmt: skip
def test_a_cell_that_says_another_thing_than_it_shows_is_named(change: Callable[[Any], None], fault: str) -> None:
    (found,) = told(read_file(xlsx([["slug", "name"], ["a"]], change)))

    assert found.startswith(fault)


@pytest.mark.parametrize(("value", "shown", "text"), [
    (12, "General", "12"), (12.0, "0.00", "12"), (41.03917, "General", "41.03917"), (1e-7, "General", "0.0000001"),
    (True, "General", "true"), (datetime.date(2025, 5, 16), "dd/mm/yyyy", "2025-05-16"),
    (datetime.datetime(2025, 5, 16), "d mmmm", "2025-05-16"), (datetime.time(13, 30), "h:mm", "13:30"),
    ("'=x", "General", "=x"), ("a\r\nb", "General", "a\nb"), ("007", "@", "007"), ("_x0041_", "General", "A"),
])  # fmt: skip
def test_a_cell_is_read_as_the_text_that_it_stands_for(value: Any, shown: str, text: str) -> None:
    sheet = read_file(xlsx([["slug", "name"], ["a"]], formatted(value, shown)))

    assert told(sheet) == []
    assert sheet.rows == [(2, ["a", text])]


def test_only_the_first_sheet_is_read_and_that_is_said() -> None:
    def add(book: Any) -> None:
        book.active.title = "talks"
        book.create_sheet("notes").append(["slug"])

    sheet = read_file(xlsx(ROWS, add))

    assert sheet.warnings == ["Only the first sheet, “talks”, was read."]
    assert len(sheet.rows) == 2


BILLION = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def with_entities(declared: str) -> Callable[[str], str]:
    return lambda text: declared + text.split("?>", 1)[-1].replace("ukraine", "&a;")


@pytest.mark.parametrize("declared", [BILLION, OUTSIDE])
@pytest.mark.parametrize("member", [STRINGS, SHEET, "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml"])
def test_a_spreadsheet_that_declares_entities_is_refused(member: str, declared: str) -> None:
    content = tampered(as_excel_does(xlsx(ROWS)), member, with_entities(declared))

    with pytest.raises(Unreadable, match="EntitiesForbidden"):
        read_file(content)


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is() -> None:
    bomb = tampered(xlsx(ROWS), "xl/styles.xml", lambda text: text + " " * workbooks.MAX_UNPACKED)
    assert len(bomb) < 100_000

    with pytest.raises(Unreadable, match="unpacks to more than 40 MB"):
        read_file(bomb)


@pytest.mark.parametrize("damage", [
    (SHEET, lambda text: text.replace("<c ", "<c x<", 1)),
    (SHEET, lambda text: text.replace('t="s"><v>0<', 't="s"><v>999<')),
    (SHEET, lambda text: text.replace('r="A2"', 'r="AAAAAAAA2"')),
    (SHEET, lambda text: text.replace('t="s"', 't="n"').replace("<v>0<", "<v>zero<")),
    ("xl/workbook.xml", lambda text: text.replace('r:id="rId1"', 'r:id="rId99"')),
    ("xl/workbook.xml", lambda text: text.replace("<sheets>", "<sheets><!--").replace("</sheets>", "--></sheets>")),
    ("[Content_Types].xml", lambda _: "<Types/>"),
])  # fmt: skip
def test_a_spreadsheet_that_nothing_can_read_says_so(damage: tuple[str, Callable[[str], str]]) -> None:
    content = tampered(as_excel_does(xlsx(ROWS)), *damage)

    with pytest.raises(Unreadable, match=r"no spreadsheet|no sheet|Row \d goes beyond"):
        read_file(content)


def test_an_archive_that_zipfile_does_not_know_says_so_too() -> None:
    content = xlsx(ROWS)
    directory = content.index(b"PK\x01\x02")
    newer = content[: directory + 6] + b"\xff" + content[directory + 7 :]

    with pytest.raises(Unreadable, match=r"zip file version 25\.5"):
        read_file(newer)


def test_an_archive_of_another_kind_is_no_spreadsheet() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.txt", "hello")

    with pytest.raises(Unreadable, match="no spreadsheet"):
        read_file(written.getvalue())


def test_a_size_that_a_file_claims_costs_nothing() -> None:
    claimed = tampered(xlsx(ROWS), SHEET, lambda text: text.replace("A1:B3", "A1:XFD1048576"))
    far = xlsx(ROWS, lambda book: book.active.cell(1_048_576, 2).__setattr__("number_format", "0"))

    assert [read_file(content).rows for content in (claimed, far)] == [[(2, ROWS[1]), (3, ROWS[2])]] * 2


def test_more_cells_than_a_table_may_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_CELLS", 200)

    with pytest.raises(Unreadable, match="more than 200 cells: divide it"):
        read_file(xlsx([["slug", "name"], *([[f"a-{number}", "A"] for number in range(200)])]))
