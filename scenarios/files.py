"""What a CSV file says: its rows as text, each with its line, or why it cannot be read.

Files are UTF-8 with or without a byte order mark, separated by `,`, `;` or tabs, and small enough. A first line
`sep=;`, which Excel reads and writes, names the separator and is no row. Letters are composed (NFC): a name typed on a
Mac is the same name. No table is known here.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from scenarios.errors import Problem, explain_disk, find_steering

MOST_FILE_MB = 64
MOST_CASE_MB = 200
MOST_ROWS = 2_000_000
DELIMITERS = (",", ";", "\t")
COMMA_DECIMALS = (";", "\t")
"""Separators beside which a comma can only be a decimal comma."""
MINUS = "\u2212"
"""The minus sign as it is typeset; a number may be written with it."""
_MB = 2**20
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?")
_SEPARATOR_LINE = re.compile(r"sep=(.)[ \t]*(?:\r\n|\r|\n|$)", re.IGNORECASE)
_POINT = re.compile(r"[+-]?[0-9]*\.[0-9]+([eE][+-]?[0-9]+)?")


@dataclass(frozen=True)
class CsvFile:
    """The header and the rows of a file: stripped cells, as many in each row as in the header; blank rows left out.

    `lines` are the lines of the file on which the rows begin, the header's being 1 where nothing stands above it.
    """

    delimiter: str
    header: tuple[str, ...]
    lines: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


def find_steering_cells(name: str, file: CsvFile, columns: Container[str]) -> list[Problem]:
    """Cells of some columns that steer a terminal or break a line: every view and chart would carry them out."""
    places = [(place, column) for place, column in enumerate(file.header) if column in columns]
    return [
        Problem("character_steering", name, line, column, {"found": row[place], "code": code})
        for line, row in zip(file.lines, file.rows, strict=True)
        for place, column in places
        if not row[place].isprintable() and (code := find_steering(row[place]))
    ]


def refuse_kind(path: Path) -> Problem | None:
    """The problem of a name in a folder behind which there is no file: nothing may count as absent that is there."""
    if path.is_file():
        return None
    if path.is_symlink() and not path.exists():
        return Problem("file_link_broken", path.name, fields={"target": str(path.readlink())})
    return Problem("file_no_file", path.name)


def refuse_size(folder: Path, paths: Sequence[Path]) -> Problem | None:
    """The one problem of files that are too large to be read, alone or together; None where they are not."""
    sizes = {path: path.stat().st_size for path in paths}
    for path, size in sizes.items():
        if size > MOST_FILE_MB * _MB:
            return Problem("file_large", path.name, fields={"found": -(-size // _MB), "allowed": MOST_FILE_MB})
    total = sum(sizes.values())
    if total > MOST_CASE_MB * _MB:
        return Problem("case_large", str(folder), fields={"found": -(-total // _MB), "allowed": MOST_CASE_MB})
    if total > MOST_ROWS:
        rows = sum(_count_lines(path) for path in paths)
        if rows > MOST_ROWS:
            return Problem("rows_many", str(folder), fields={"found": rows, "allowed": MOST_ROWS})
    return None


def read_csv(path: Path, columns: Sequence[str]) -> tuple[CsvFile | None, list[Problem]]:
    """A file and its problems; None where nothing can be read, without a problem where nothing stands in it.

    `columns` are the names that its header may have: they tell the delimiter. Rows that do not have the header's
    number of cells are left out with a problem each, and all after a row that is no CSV.
    """
    try:
        data = path.read_bytes()
        text = unicodedata.normalize("NFC", data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"0x{data[error.start]:02x}"
        return None, [Problem("bytes_undecodable", path.name, line, fields={"found": found})]
    except OSError as error:
        return None, [Problem("file_unreadable", path.name, fields={"reason": explain_disk(error)})]
    named = find_separator(text)
    if named is None:
        delimiter, above = _find_delimiter(text, columns), 0
    elif named[0] in DELIMITERS:
        delimiter, above, text = named[0], 1, text[named[1] :]
    else:
        return None, [Problem("separator_unknown", path.name, 1, fields={"found": named[0]})]
    found_rows, problems = _split_rows(path.name, text, delimiter, above)
    if not found_rows:
        return None, problems
    (_, header), *body = found_rows
    width = max(place for place, name in enumerate(header, start=1) if name)
    lines, rows = [], []
    for line, row in body:
        if len(row) < width or any(row[width:]):
            fields = {"found": len(row), "expected": width, "delimiter": delimiter}
            problems.append(Problem("row_ragged", path.name, line, fields=fields))
        else:
            lines.append(line)
            rows.append(tuple(row[:width]))
    return CsvFile(delimiter, tuple(header[:width]), tuple(lines), tuple(rows)), problems


def find_separator(text: str) -> tuple[str, int] | None:
    """The separator that a first line names, and where that line ends; None where it names none.

    >>> find_separator("sep=;\\na;b"), find_separator("a;b")
    ((';', 6), None)
    """
    named = _SEPARATOR_LINE.match(text)
    return None if named is None else (named[1], named.end())


def point_decimal(cell: str) -> str:
    """A cell with a decimal point where it is a number with a decimal comma.

    >>> point_decimal("-1,5"), point_decimal("1 234,5")
    ('-1.5', '1 234,5')
    """
    return cell.replace(",", ".") if _COMMA.fullmatch(cell) else cell


def write_minus(cell: str) -> str:
    """A cell with a hyphen in place of a leading minus sign, as numbers are read.

    >>> write_minus("\\u22121,5")
    '-1,5'
    """
    return "-" + cell[1:] if cell.startswith(MINUS) else cell


def check_decimals(file: str, lines: Sequence[int], columns: Mapping[str, Sequence[str]]) -> list[Problem]:
    """One problem where some numbers have decimal commas and others points: at the first of the rarer kind."""
    cells = [(line, name, cell) for name, column in columns.items() for line, cell in zip(lines, column, strict=True)]
    commas = [place for place in cells if _COMMA.fullmatch(place[2])]
    points = [place for place in cells if _POINT.fullmatch(place[2])]
    if not commas or not points:
        return []
    rare, mark, other = (commas, ",", ".") if len(commas) < len(points) else (points, ".", ",")
    line, column, cell = min(rare)
    return [Problem("decimals_mixed", file, line, column, {"found": cell, "mark": mark, "other": other})]


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(_MB), b""))


def _find_delimiter(text: str, columns: Sequence[str]) -> str:
    """The delimiter under which the header has the most names of the table."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    known = set(columns)
    return max(DELIMITERS, key=lambda mark: len(known & {cell.strip(' "') for cell in header.split(mark)}))


def _split_rows(file: str, text: str, delimiter: str, above: int) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """The rows that are not blank, each with the line on which it begins, up to the first that is no CSV.

    `above` counts the lines of the file that stand before the text.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = above + 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                rows.append((line, cells))
            line = above + reader.line_num + 1
    except csv.Error as error:
        return rows, [Problem("row_broken", file, line, fields={"reason": str(error)})]
    return rows, []


def find_nearest(name: str, words: Iterable[str]) -> str:
    """The word that is most like a name, however unlike it is."""
    return get_close_matches(name, list(words), n=1, cutoff=0.0)[0]


def check_header(file: str, header: Sequence[str], columns: Sequence[str], required: Sequence[str]) -> list[Problem]:
    """Columns that a file has and its table does not know, has twice, or lacks."""
    problems = []
    for name in dict.fromkeys(header):
        if name not in columns:
            nearest = find_nearest(name, columns)
            problems.append(
                Problem("column_unknown", file, 1, name, {"nearest": nearest, "columns": ", ".join(columns)})
            )
        elif header.count(name) > 1:
            problems.append(Problem("column_twice", file, 1, name))
    for name in required:
        if name not in header:
            problems.append(Problem("column_missing", file, 1, name, {"found": ", ".join(header)}))
    return problems
