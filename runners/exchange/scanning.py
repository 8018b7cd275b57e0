"""How much one XML part of a workbook holds, found in one pass that keeps nothing of it in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, Any
from xml.sax.handler import ContentHandler

from defusedxml.expatreader import DefusedExpatParser
from openpyxl.utils import range_boundaries
from openpyxl.utils.cell import coordinate_to_tuple

MOST_ROWS = 100_000
MOST_CELLS = 1_000_000
"""Most cells of a workbook, the blank ones before the last of each row and those of merged ranges included."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""The last row and column that Excel has."""
_RANGED = ("mergeCell", "hyperlink", "comment")
"""Elements for which openpyxl makes every cell of their range."""
_SHOWN = 80
"""Letters of a formula that a message shows."""


class TooMuch(Exception):
    """More of something than we take: `key` is the message that says of what."""

    def __init__(self, key: str, found: int, allowed: int) -> None:
        super().__init__(key)
        self.key, self.found, self.allowed = key, found, allowed


@dataclass
class PartScan:
    """What one part holds: rows, cells, merged ranges, formulas, and those of them without a saved value."""

    rows: int = 0
    cells: int = 0
    formulas: int = 0
    merged: list[str] = field(default_factory=list)
    uncached: dict[tuple[int, int], str] = field(default_factory=dict)


def scan_part(file: IO[bytes]) -> PartScan:
    """Scan a part.

    Raises:
        TooMuch: more rows or cells than we take; told at once, not at the end.
        DefusedXmlException: a document type or an entity.
        SAXException, ValueError: no XML, or rows and cells where there can be none.
    """
    scan = PartScan()
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(_Scanner(scan))
    parser.parse(file)
    return scan


class _Scanner(ContentHandler):
    """Counts while the parser reads; prefixes of names do not matter."""

    def __init__(self, scan: PartScan) -> None:
        super().__init__()
        self.scan = scan
        self.row = self.column = 0
        self.type = ""
        self.text: list[str] | None = None
        self.formula: str | None = None
        self.value = ""

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 (the name that SAX calls)
        tag = name.rpartition(":")[2]
        if tag == "row":
            self._start_row(attrs.get("r"))
        elif tag == "c":
            self._start_cell(attrs.get("r"), attrs.get("t", ""))
        elif tag in ("f", "v"):
            self.text = []
        elif tag in _RANGED and ":" in attrs.get("ref", ""):
            self._count_area(tag, attrs["ref"])

    def endElement(self, name: str) -> None:  # noqa: N802
        tag = name.rpartition(":")[2]
        if tag == "f" and self.text is not None:
            self.formula, self.text = "".join(self.text), None
        elif tag == "v" and self.text is not None:
            self.value, self.text = "".join(self.text), None
        elif tag == "c" and self.formula is not None:
            self.scan.formulas += 1
            if not self.value and self.type != "str":
                self.scan.uncached[self.row, self.column] = "=" + self.formula[:_SHOWN]

    def characters(self, content: str) -> None:
        if self.text is not None:
            self.text.append(content)

    def _start_row(self, number: str | None) -> None:
        row = int(number) if number else self.row + 1
        if not self.row < row <= LAST_ROW:
            raise ValueError(f"row {row} after row {self.row}")
        self.row, self.column = row, 0
        self.scan.rows += 1
        if self.scan.rows > MOST_ROWS:
            raise TooMuch("exchange_rows_many", self.scan.rows, MOST_ROWS)

    def _start_cell(self, place: str | None, kind: str) -> None:
        before = self.column
        row, column = coordinate_to_tuple(place) if place else (self.row, before + 1)
        if row != self.row or not before < column <= LAST_COLUMN:
            raise ValueError(f"cell {place} in row {self.row}")
        self.column, self.type, self.formula, self.value = column, kind, None, ""
        self._count_cells(column - before)

    def _count_area(self, tag: str, area: str) -> None:
        first_column, first_row, last_column, last_row = range_boundaries(area)
        self._count_cells((last_column - first_column + 1) * (last_row - first_row + 1))
        if tag == "mergeCell":
            self.scan.merged.append(area)

    def _count_cells(self, count: int) -> None:
        self.scan.cells += count
        if self.scan.cells > MOST_CELLS:
            raise TooMuch("exchange_cells_many", self.scan.cells, MOST_CELLS)
