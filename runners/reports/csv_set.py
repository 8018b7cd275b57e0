"""The tables of a workbook as a set of CSV files that Excel opens as the reader's language writes numbers."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from conf.words import say
from runners.atomic_write import tell_unwritable
from runners.views.renderers.sheets import Block, Sheet
from runners.views.section import Cell, Formula, Kind, Open, Said
from scenarios.errors import CaseError, Problem

ENCODING = "utf-8-sig"
"""With a mark at the start, without which Excel takes another encoding."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a text begins that a spreadsheet would run as a formula."""
DEFUSE = "'"


@dataclass(frozen=True)
class Dialect:
    """How a language's Excel reads CSV."""

    delimiter: str
    decimal: str


DIALECTS = {"sv": Dialect(";", ","), "en": Dialect(",", ".")}


def write_csv_set(lang: str, sheets: Sequence[Sheet], place: Path, force: bool = False) -> list[Path]:
    """Write a file per block, and one that says what they are; each is written aside and moved into place.

    Files of other names in the folder are left alone.

    Raises:
        CaseError: something stands in the folder and `force` is not said, or it cannot be written.
    """
    check_folder(place, force)
    files = dict(list_files(lang, sheets))
    with tell_unwritable(place):
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".csv-", dir=place) as aside:
            for name, text in files.items():
                (Path(aside) / name).write_text(text, encoding=ENCODING, newline="")
            for name in files:
                os.replace(Path(aside) / name, place / name)
    return [place / name for name in files]


def check_folder(place: Path, force: bool) -> None:
    """Refuse a folder in which something stands, unless its files may be replaced.

    Raises:
        CaseError: with what to do.
    """
    if place.exists() and not place.is_dir():
        raise CaseError([Problem("csv_place_file", str(place))])
    if not force and place.is_dir() and any(place.iterdir()):
        raise CaseError([Problem("csv_place_taken", str(place))])


def list_files(lang: str, sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    """Name and text of every file: first what the others are and in which money, then a file per block."""
    dialect = DIALECTS[lang]
    rows: list[tuple[Cell, ...]] = []
    files = []
    for number, sheet in enumerate(sheets, start=1):
        for block in sheet.blocks:
            name = f"{number:02d}_{_name_block(sheet, block)}.csv"
            rows.append((name, sheet.title, block.heading, " ".join(sheet.notes)))
            files.append((name, _write_block(block, dialect)))
    heads = [say(f"workbook_{word}", lang) for word in ("file", "content", "part", "note")]
    yield "00_" + say("workbook_contents_file", lang) + ".csv", _write_rows([tuple(heads), *rows], dialect)
    yield from files


def write_csv_cell(cell: Cell, dialect: Dialect) -> str:
    """A cell as text: a number with all its digits and the language's decimal mark, a text that no formula can be.

    >>> write_csv_cell(-1234.5, DIALECTS["sv"]), write_csv_cell("=1+1", DIALECTS["sv"])
    ('-1234,5', "'=1+1")
    """
    if isinstance(cell, Formula | Said):
        cell = cell.value
    if cell is None or isinstance(cell, Open):
        return ""
    if isinstance(cell, str):
        return DEFUSE + cell if cell.startswith(DANGEROUS) else cell
    return repr(cell).replace(".", dialect.decimal)


def _name_block(sheet: Sheet, block: Block) -> str:
    return block.key if block.key.startswith(sheet.key) else f"{sheet.key}_{block.key}"


def _write_block(block: Block, dialect: Dialect) -> str:
    """Titles and rows, without the columns that only keep years below each other."""
    kept = [at for at, column in enumerate(block.columns) if column.title != ""]
    whole = {at for at in kept if block.columns[at].kind is Kind.WHOLE}
    rows: list[tuple[Cell, ...]] = [tuple(block.columns[at].title for at in kept)]
    rows += [tuple(_cut_year(row[at]) if at in whole else row[at] for at in kept) for row in block.rows]
    return _write_rows(rows, dialect)


def _cut_year(cell: Cell) -> Cell:
    """A year without decimals, which a column of numbers with blanks gives it."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _write_rows(rows: Sequence[tuple[Cell, ...]], dialect: Dialect) -> str:
    text = StringIO()
    writer = csv.writer(text, delimiter=dialect.delimiter, lineterminator="\r\n")
    writer.writerows([[write_csv_cell(cell, dialect) for cell in row] for row in rows])
    return text.getvalue()
