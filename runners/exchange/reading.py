"""What stands in the cells of a workbook that anybody may have made: values only, nothing run, nothing followed.

Before openpyxl sees a byte, the container is weighed (size, sum of its parts, rows, cells) and every XML part is read
once by a parser that refuses document types and entities.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax import SAXException

from defusedxml.common import DefusedXmlException
from openpyxl import DEFUSEDXML, load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook

from runners.exchange.scanning import MOST_CELLS, MOST_ROWS, PartScan, TooMuch, scan_part
from runners.exchange.sheets import VARIANTS_NAME
from scenarios.errors import CaseError, Problem, explain_disk

MOST_FILE_MB = 50
MOST_TOTAL_MB = 200
MOST_PARTS = 5000
_MB = 2**20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files begin that are no zip: those before 2007, and new ones with a password."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_XML = (".xml", ".rels")
_MACROS = "vbaproject.bin"
_LINKS = "xl/externallinks/"
_BROKEN = (
    zipfile.BadZipFile,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    SAXException,
    SyntaxError,
    TypeError,
    ValueError,
    zlib.error,
)
"""What zipfile, the parsers and openpyxl raise where a workbook is not as the format says."""


@dataclass(frozen=True)
class Unusable:
    """A cell without a value to use: `key` is the message that says why, `found` what stands there."""

    key: str
    found: str


@dataclass(frozen=True)
class Sheet:
    """A worksheet, hidden or not: row to column to value (numbers from 1), cells without a value left out.

    `merged` are its merged ranges as (first column, first row, last column, last row); `formulas` counts its formulas.
    """

    title: str
    rows: Mapping[int, Mapping[int, object]]
    merged: tuple[tuple[int, int, int, int], ...]
    formulas: int


@dataclass(frozen=True)
class Book:
    """A workbook as read: its sheets in order, its own bytes, the variants noted in it, and what was left alone."""

    name: str
    data: bytes
    sheets: tuple[Sheet, ...]
    variants: str
    macros: bool
    links: bool


def read_book(path: Path) -> Book:
    """Read the values of a workbook.

    Raises:
        CaseError: one problem that says why it cannot be read, or may not.
    """
    data = _read_bytes(path)
    try:
        scans, names = _scan_container(path.name, data)
        with closing(open_quietly(data, read_only=True)) as workbook:
            sheets = tuple(_read_sheet(sheet, scans[sheet._worksheet_path]) for sheet in workbook.worksheets)
            variants = _find_variants(workbook, sheets)
    except TooMuch as error:
        raise _refusal(path.name, error.key, found=error.found, allowed=error.allowed) from error
    except DefusedXmlException as error:
        raise _refusal(path.name, "exchange_entities") from error
    except _BROKEN as error:
        raise _refusal(path.name, "exchange_broken", reason=_first_line(error)) from error
    lower = [name.lower() for name in names]
    macros = any(name.endswith(_MACROS) for name in lower)
    links = any(name.startswith(_LINKS) for name in lower)
    return Book(path.name, data, sheets, variants, macros, links)


def open_quietly(data: bytes, read_only: bool) -> Workbook:
    """The workbook with saved values in place of formulas, without macros and links, openpyxl's warnings unsaid."""
    if not DEFUSEDXML:
        raise RuntimeError("openpyxl does not use defusedxml: install it, and leave OPENPYXL_DEFUSEDXML alone")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(io.BytesIO(data), read_only=read_only, data_only=True, keep_links=False, keep_vba=False)


def _read_bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise _refusal(str(path), "exchange_no_file")
        size = path.stat().st_size
        if size > MOST_FILE_MB * _MB:
            raise _refusal(path.name, "exchange_file_large", found=-(-size // _MB), allowed=MOST_FILE_MB)
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise _refusal(str(path), "exchange_file_missing") from error
    except OSError as error:
        raise _refusal(str(path), "file_unreadable", reason=explain_disk(error)) from error
    if data.startswith(_OLE):
        raise _refusal(path.name, "exchange_password" if _ENCRYPTED in data else "exchange_old")
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise _refusal(path.name, "exchange_not_workbook")
    return data


def _scan_container(name: str, data: bytes) -> tuple[dict[str, PartScan], list[str]]:
    """What each XML part holds, and the names of all parts; raises where the whole is more than we take."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        total = sum(part.file_size for part in parts)
        if total > MOST_TOTAL_MB * _MB:
            raise TooMuch("exchange_total_large", -(-total // _MB), MOST_TOTAL_MB)
        if len(parts) > MOST_PARTS:
            raise TooMuch("exchange_parts_many", len(parts), MOST_PARTS)
        if any(part.flag_bits & 1 for part in parts):
            raise _refusal(name, "exchange_password")
        names = [part.filename for part in parts]
        if not any(part.lower().endswith("workbook.xml") for part in names):
            raise _refusal(name, "exchange_not_workbook")
        scans: dict[str, PartScan] = {}
        for part in names:
            if part.lower().endswith(_XML):
                with archive.open(part) as file:
                    scans[part] = scan_part(file)
    for key, counts, most in (
        ("exchange_rows_many", [scan.rows for scan in scans.values()], MOST_ROWS),
        ("exchange_cells_many", [scan.cells for scan in scans.values()], MOST_CELLS),
    ):
        if sum(counts) > most:
            raise TooMuch(key, sum(counts), most)
    return scans, names


def _read_sheet(sheet: Any, scan: PartScan) -> Sheet:
    sheet.reset_dimensions()  # what a file says of its own extent is not believed
    rows: dict[int, dict[int, object]] = {}
    for row, column, value in _list_values(sheet):
        rows.setdefault(row, {})[column] = value
    for (row, column), formula in scan.uncached.items():
        rows.setdefault(row, {})[column] = Unusable("exchange_uncached", formula)
    merged = tuple(range_boundaries(area) for area in scan.merged)
    return Sheet(sheet.title, dict(sorted(rows.items())), merged, scan.formulas)


def _list_values(sheet: Any) -> Iterator[tuple[int, int, object]]:
    for cells in sheet.iter_rows():
        for cell in cells:
            value = cell.value
            if value is None or (isinstance(value, str) and not value.strip()):
                continue
            if cell.data_type == "e":
                value = Unusable("exchange_cell_error", str(value))
            yield cell.row, cell.column, value


def _find_variants(workbook: Workbook, sheets: tuple[Sheet, ...]) -> str:
    """The text of the cell that names the variants; blank where the workbook has none."""
    name = workbook.defined_names.get(VARIANTS_NAME)
    for title, area in name.destinations if name is not None else ():
        column, row, *_ = range_boundaries(area)
        for sheet in sheets:
            if sheet.title == title:
                value = sheet.rows.get(row, {}).get(column, "")
                return value if isinstance(value, str) else ""
    return ""


def _refusal(file: str, key: str, **fields: object) -> CaseError:
    return CaseError([Problem(key, file, fields=fields)])


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:200] or type(error).__name__
