"""Rows of the small tables that a design of futures is written in, each with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from scenarios.errors import Problem
from scenarios.files import (
    COMMA_DECIMALS,
    find_steering_cells,
    point_decimal,
    read_csv,
    refuse_kind,
    refuse_size,
    write_minus,
)
from scenarios.naming import offer_words
from scenarios.tables import parse_number

FOLDER_KEY = "risk.path"
ASIDE = ("note", "source", "confidence")
"""Columns that any of the tables may have beside its own: for people, not read."""


@dataclass(frozen=True)
class Row:
    """One row: the line it stands on, and its cells by column."""

    line: int
    cells: Mapping[str, str]

    def take(self, column: str) -> str:
        """A cell; blank where the table has no such column."""
        return self.cells.get(column, "")

    def read_number(self, column: str, file: str, problems: list[Problem]) -> float | None:
        """The number of a cell; where it is none, a problem."""
        text = write_minus(self.take(column))
        try:
            number = parse_number(text)
        except ValueError:
            number = float("nan")
        if isfinite(number):
            return number
        problems.append(Problem("futures_number", file, self.line, column, {"value": self.take(column)}))
        return None


def read_rows(
    path: Path, columns: Sequence[str], needed: Sequence[str], problems: list[Problem]
) -> tuple[Row, ...] | None:
    """The rows of a table; None where there is no such file."""
    if not path.exists() and not path.is_symlink():
        return None
    barred = refuse_kind(path) or refuse_size(path.parent, [path])
    if barred:
        problems.append(barred)
        return ()
    file, found = read_csv(path, columns)
    problems += found
    if file is None:
        return ()
    known = (*columns, *ASIDE)
    for name in file.header:
        if name and name not in known:
            fields = {"column": name, "nearest": offer_words(known, name)}
            problems.append(Problem("futures_column", path.name, 1, fields=fields))
    for name in needed:
        if name not in file.header:
            problems.append(Problem("futures_column_missing", path.name, 1, fields={"column": name}))
    problems += find_steering_cells(path.name, file, columns)
    commas = file.delimiter in COMMA_DECIMALS
    return tuple(
        Row(line, {name: point_decimal(cell) if commas else cell for name, cell in zip(file.header, row, strict=True)})
        for line, row in zip(file.lines, file.rows, strict=True)
    )
