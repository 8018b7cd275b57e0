"""Which scenarios a design table lists: a file with one row per scenario and keys as columns.

CSV is read row by row and Parquet block by block, so that memory grows with the distinct values and not with the file;
of a workbook the first sheet is read, its values only.
"""

from __future__ import annotations

import csv
import unicodedata
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from math import isfinite
from operator import itemgetter
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from runners.designs.design import AS_BASE, TABLE, Design, check_count, find_duplicates
from runners.designs.samples import write_level
from scenarios.errors import CaseError, Problem, explain_disk, find_steering
from scenarios.files import check_decimals, find_separator, point_decimal, refuse_kind, write_minus

CheckKey = Callable[[str], Problem | None]
CheckLevel = Callable[[str, str], Problem | None]
SUFFIXES = (".csv", ".parquet", ".xlsx")
IGNORED = ("scenario", "id")
"""Columns that tables written by a sweep have beside its keys."""
NAMES = ("name", "namn")
"""What the column of the names of scenarios may be called; a row that has a name alone is the base."""
DELIMITERS = (";", ",", "\t")
MOST_SHOWN = 20
MOST_LINE = 1_000_000
MOST_UNPACKED_MB = 300
MOST_FILE_MB = 1000
SPOILED_BOOK = (
    BadZipFile,
    NotImplementedError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
    zlib.error,
)
"""What openpyxl, and the readers below it, raise where a workbook is cut off, changed, locked or has entities."""
_MB = 2**20
_BLOCK = 50_000
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
"""How files of UTF-16 begin, which old versions of Excel write as "Unicode text"."""
_LOST = range(0xDC80, 0xDD00)
"""What stands in text for bytes that are not UTF-8."""


class _Codes(dict[str, int]):
    """Text to its number, in the order in which texts are first met."""

    def __missing__(self, text: str) -> int:
        self[text] = code = len(self)
        return code


@dataclass
class _Column:
    """The cells of one column: each distinct text once, and which one each row has."""

    key: str
    places: _Codes = field(default_factory=_Codes)
    codes: array[int] = field(default_factory=lambda: array("i"))

    @property
    def texts(self) -> list[str]:
        return list(self.places)

    def extend(self, cells: Iterable[str]) -> None:
        self.codes.extend([self.places[cell] for cell in cells])

    def extend_coded(self, texts: Sequence[str], places: np.ndarray) -> None:
        """As `extend`, with cells given by their places in a list of texts."""
        codes = np.array([self.places[text] for text in texts], np.int32)
        self.codes.frombytes(codes[places].tobytes())


@dataclass
class _Rows:
    """What stands in a file, by column, and the line of each row."""

    file: str
    columns: list[_Column]
    lines: array[int]
    commas: bool = False
    """Whether decimal commas can stand in it."""


def read_table(path: Path, most: int, check_key: CheckKey, check_level: CheckLevel) -> Design:
    """The design that a table lists.

    Args:
        path: csv, parquet or xlsx.
        most: scenarios that are taken.
        check_key: what is wrong with the name of a column.
        check_level: what is wrong with a value of a key.

    Raises:
        CaseError: the file, its columns, its cells or its number of rows; the first `MOST_SHOWN` problems alone.
    """
    readers = dict(zip(SUFFIXES, (_read_csv, _read_parquet, _read_workbook), strict=True))
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise _refuse(path, "design_table_kind", names=", ".join(SUFFIXES))
    if not (path.exists() or path.is_symlink()):
        raise _refuse(path, "design_table_missing")
    if problem := refuse_kind(path):
        raise CaseError([problem])
    try:
        rows = reader(path, most, check_key)
    except OSError as error:
        raise _refuse(path, "file_unreadable", reason=explain_disk(error)) from error
    if problem := check_count(len(rows.lines), most):
        raise CaseError([replace(problem, file=path.name)])
    return _make_design(rows, check_level)


def show_problems(problems: Sequence[Problem], file: str) -> CaseError:
    """The first problems, and how many more there are."""
    shown = list(problems[:MOST_SHOWN])
    if len(problems) > len(shown):
        shown.append(Problem("design_more", file, fields={"count": len(problems) - len(shown)}))
    return CaseError(shown)


def _make_design(rows: _Rows, check_level: CheckLevel) -> Design:
    problems: list[Problem] = []
    levels, codes = [], []
    named = next((column for column in rows.columns if column.key in NAMES), None)
    keyed = [column for column in rows.columns if column is not named]
    for column in keyed:
        texts, places, found = _clean_column(rows, column, check_level)
        levels.append(texts)
        codes.append(places)
        problems += found
    problems += [] if named is None else _find_steered(rows, named)
    if problems:
        raise show_problems(sorted(problems, key=lambda problem: problem.row or 0), rows.file)
    table = np.column_stack(codes).astype(np.int32)
    for first, later in find_duplicates(table):
        fields = {"first": rows.lines[first]}
        problems.append(Problem("design_duplicate", rows.file, rows.lines[later], fields=fields))
    if problems:
        raise show_problems(problems, rows.file)
    names = () if named is None else tuple(named.texts[code].strip() for code in named.codes)
    return Design(tuple(column.key for column in keyed), tuple(levels), table, TABLE, names)


def _find_steered(rows: _Rows, named: _Column) -> list[Problem]:
    """Names of scenarios that steer a terminal or turn a text, each where it stands first."""
    return [
        Problem(
            "character_steering",
            rows.file,
            rows.lines[named.codes.index(place)],
            named.key,
            {"found": text, "code": code},
        )
        for text, place in named.places.items()
        if not text.isprintable() and (code := find_steering(text))
    ]


def _clean_column(
    rows: _Rows, column: _Column, check_level: CheckLevel
) -> tuple[tuple[str, ...], np.ndarray, list[Problem]]:
    """The distinct levels, numbers in one spelling; which one each row has; and what is wrong with them."""
    raw = np.asarray(column.codes, dtype=np.int64)
    cleaned = [_clean_cell(text, rows.commas) for text in column.texts]
    wrong = [_check_cell(column.key, text, check_level) if text != AS_BASE else None for text in cleaned]
    problems = [
        replace(problem, file=rows.file, row=rows.lines[row], column=column.key)
        for code, problem in enumerate(wrong)
        if problem
        for row in np.flatnonzero(raw == code)[: MOST_SHOWN + 1].tolist()
    ]
    if rows.commas:
        first = [rows.lines[int(row)] for row in np.unique(raw, return_index=True)[1]]
        problems += check_decimals(rows.file, first, {column.key: column.texts})
    levels = {text: place for place, text in enumerate(dict.fromkeys(cleaned))}
    return tuple(levels), np.array([levels[text] for text in cleaned], np.int32)[raw], problems


def _check_cell(key: str, text: str, check_level: CheckLevel) -> Problem | None:
    lost = next((ord(sign) - 0xDC00 for sign in text if ord(sign) in _LOST), None)
    if lost is not None:
        return Problem("bytes_undecodable", key, fields={"found": f"0x{lost:02x}"})
    return check_level(key, text)


def _clean_cell(text: str, commas: bool) -> str:
    """A number in its shortest spelling, any other text without the space around it.

    >>> _clean_cell(" 0,80", True), _clean_cell("low", True), _clean_cell("1,0", False), _clean_cell("\u22121", False)
    ('0.8', 'low', '1,0', '-1')
    """
    stripped = unicodedata.normalize("NFC", text.strip())
    pointed = write_minus(point_decimal(stripped) if commas else stripped)
    if not pointed or pointed[0] not in "+-.0123456789":
        return stripped
    try:
        number = float(pointed)
    except ValueError:
        return stripped
    return f"{number:.15g}" if "_" not in pointed and isfinite(number) else stripped


def _name_columns(file: str, header: Sequence[Any], check_key: CheckKey, line: int = 1) -> list[tuple[int, str]]:
    """Position and key of each column that varies something, and of the names of scenarios.

    Raises:
        CaseError: unknown keys, keys said twice, or no column at all, on the header's line.
    """
    cells = [unicodedata.normalize("NFC", str(name if name is not None else "").strip()) for name in header]
    names = [(place, name) for place, name in enumerate(cells) if name]
    keys = [(place, name) for place, name in names if name not in IGNORED]
    asked = [key for _, key in keys if key not in NAMES]
    problems = [replace(problem, file=file, row=line, column=key) for key in asked if (problem := check_key(key))]
    seen: set[str] = set()
    for _, key in keys:
        known = NAMES[0] if key in NAMES else key
        if known in seen:
            problems.append(Problem("design_column_twice", file, line, key))
        seen.add(known)
    if not asked:
        problems.append(Problem("design_columns_none", file))
    if problems:
        raise show_problems(problems, file)
    return keys


def _read_csv(path: Path, most: int, check_key: CheckKey) -> _Rows:
    """The rows of a CSV file that are not blank; refused by their count before the first one is read."""
    with path.open("rb") as raw:
        start = raw.read(len(WIDE_MARKS[0]))
        if start in WIDE_MARKS or b"\0" in start:
            raise CaseError([Problem("bytes_undecodable", path.name, 1, fields={"found": f"0x{start[0]:02x}"})])
        raw.seek(0)
        count = sum(block.count(b"\n") for block in iter(lambda: raw.read(_MB), b""))
    if count - 1 > most:
        raise _refuse(path, "design_many", count=count - 1, most=most)
    if (size := path.stat().st_size) > MOST_FILE_MB * _MB:
        raise _refuse(path, "file_large", found=-(-size // _MB), allowed=MOST_FILE_MB)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        head = file.readline(MOST_LINE)
        named = find_separator(head)
        if named is not None and named[0] not in DELIMITERS:
            raise CaseError([Problem("separator_unknown", path.name, 1, fields={"found": named[0]})])
        above = 0 if named is None else 1
        delimiter = named[0] if named else max(DELIMITERS, key=lambda mark: _count_known(head, mark, check_key))
        if named is None:
            file.seek(0)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            header = next(reader, [])
            names = _name_columns(path.name, header, check_key, above + 1)
            rows = _Rows(path.name, [_Column(key) for _, key in names], array("q"), commas=delimiter != ",")
            last = max(place for place, name in enumerate(header, start=1) if name.strip())
            _fill_rows(rows, reader, [place for place, _ in names], last, above)
        except csv.Error as error:
            fields = {"reason": str(error)}
            raise CaseError([Problem("row_broken", path.name, above + reader.line_num, fields=fields)]) from error
    return rows


def _fill_rows(rows: _Rows, reader: Any, places: Sequence[int], last: int, above: int) -> None:
    """Take the rows of a reader; `last` columns have a name, and `above` lines stand before the header.

    A cell beyond them is no cell: 0,04 in a file of commas would be 0 with something behind it.
    """
    problems: list[Problem] = []
    width = max(places) + 1
    pick = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
    block: list[tuple[str, ...]] = []
    line = above + reader.line_num + 1
    for row in reader:
        if len(row) >= width and any(row) and not any(row[last:]):
            rows.lines.append(line)
            block.append(pick(row))
        elif any(row):
            fields = {"found": len(row), "expected": last, "delimiter": reader.dialect.delimiter}
            problems.append(Problem("row_ragged", rows.file, line, fields=fields))
        if len(block) >= _BLOCK:
            _take_block(rows, block)
        line = above + reader.line_num + 1
    _take_block(rows, block)
    if problems:
        raise show_problems(problems, rows.file)


def _take_block(rows: _Rows, block: list[tuple[str, ...]]) -> None:
    """Move rows into the columns; the block is empty afterwards."""
    for column, cells in zip(rows.columns, zip(*block, strict=True), strict=False):
        column.extend(cells)
    block.clear()


def _count_known(header: str, mark: str, check_key: CheckKey) -> tuple[int, int]:
    """How many keys the header has under a delimiter, then how many names."""
    names = [name.strip(' "\r\n') for name in header.split(mark)]
    return sum(check_key(name) is None for name in names), len(names)


def _read_parquet(path: Path, most: int, check_key: CheckKey) -> _Rows:
    """The rows of a Parquet file, numbered from 1; refused by the count in its foot."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            if file.metadata.num_rows > most:
                raise _refuse(path, "design_many", count=file.metadata.num_rows, most=most)
            names = _name_columns(path.name, file.schema_arrow.names, check_key)
            rows = _Rows(
                path.name, [_Column(key) for _, key in names], array("q", range(1, file.metadata.num_rows + 1))
            )
            for batch in file.iter_batches(_BLOCK, columns=[key for _, key in names]):
                for column in rows.columns:
                    _take_array(column, batch.column(column.key))
    except pa.ArrowNotImplementedError as error:
        raise _refuse(path, "design_column_nested") from error
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise _refuse(path, "design_table_spoiled", kind="Parquet") from error
    return rows


def _take_array(column: _Column, values: Any) -> None:
    """Move a block of a Parquet column into ours, writing each distinct value once."""
    coded = values if hasattr(values, "dictionary") else values.dictionary_encode()
    texts = [_write_cell(value) for value in coded.dictionary.to_pylist()]
    blank = [AS_BASE] if coded.indices.null_count else []
    column.extend_coded([*texts, *blank], coded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False))


def _read_workbook(path: Path, most: int, check_key: CheckKey) -> _Rows:
    """The first sheet of a workbook, row by row and no further than one row too many; a formula is no value."""
    from zipfile import ZipFile

    from openpyxl import load_workbook

    try:
        with ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > MOST_UNPACKED_MB * _MB:
            raise _refuse(path, "design_unpacked", found=-(-size // _MB), allowed=MOST_UNPACKED_MB)
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, keep_links=False)
            return _fill_sheet(path.name, book.worksheets[0].iter_rows(), most, check_key)
    except SPOILED_BOOK as error:
        raise _refuse(path, "design_table_spoiled", kind="Excel") from error


def _fill_sheet(file: str, sheet: Iterator[Sequence[Any]], most: int, check_key: CheckKey) -> _Rows:
    header = [cell.value for cell in next(sheet, ())]
    names = _name_columns(file, header, check_key)
    rows = _Rows(file, [_Column(key) for _, key in names], array("q"))
    problems: list[Problem] = []
    for line, cells in enumerate(islice(sheet, most + 1), start=2):
        row = [cells[place] if place < len(cells) else None for place, _ in names]
        formulas = [
            key for cell, (_, key) in zip(row, names, strict=True) if cell is not None and cell.data_type == "f"
        ]
        problems += [Problem("design_formula", file, line, key) for key in formulas]
        values = [_write_cell(None if cell is None else cell.value) for cell in row]
        if any(values):
            rows.lines.append(line)
            for column, value in zip(rows.columns, values, strict=True):
                column.extend((value,))
    if problems:
        raise show_problems(problems, file)
    return rows


def _write_cell(value: Any) -> str:
    """A typed cell as text; what is not there leaves the key as it is."""
    return AS_BASE if value is None or value != value else write_level(value)


def _refuse(path: Path, message: str, **fields: Any) -> CaseError:
    return CaseError([Problem(message, path.name, fields=fields)])
