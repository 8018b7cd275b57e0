"""What a workbook is made of before any file is written: sheets of blocks, each a heading, columns and rows.

The same sheets become an Excel file (`workbook`) and a set of CSV files (`csv_set`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from conf.whole_numbers import read_whole
from conf.words import LANGUAGES, read_messages, say, say_unit
from runners.reports.run_folder import Run
from runners.results.catalog import find_table
from runners.results.result import Result
from runners.results.sweep import SweepRun
from runners.views.renderers.sheets import Row
from runners.views.section import Cell, Formula
from runners.views.tables import choose_decimals as choose_of_row

MISSING = None
INFINITE = "∞"
SEPARATOR = " · "
LEAST_YEAR = 5.0
"""Characters that a year's column has at least."""


@dataclass(frozen=True)
class Contents:
    """What a workbook is about: a run; maybe another to compare it with, a sweep, curves, other results."""

    run: Run
    lang: str = LANGUAGES[0]
    against: Run | None = None
    sweep: SweepRun | None = None
    curves: tuple[Result, ...] = ()
    results: tuple[Result, ...] = ()

    def table(self, name: str) -> pd.DataFrame | None:
        """A table of the run; None where it has none or nothing stands in it."""
        found = self.run.tables.get(name)
        return None if found is None or found.empty else found

    def say(self, key: str, **fields: object) -> str:
        """A text of the workbook."""
        return say(f"workbook_{key}", self.lang, **fields)

    def head(self, place: str, column: str, unit: str = "") -> str:
        """The head of a column as the catalog of results has it, and its unit where one is said.

        Args:
            place: kind and name of its table, as `plan/costs`.
            column: of the table.
            unit: as it is read.
        """
        kind, _, table = place.partition("/")
        head = find_table(kind, table).columns[column].heads[self.lang]
        return f"{head}, {unit}" if unit else head

    def word(self, key: str, otherwise: str) -> str:
        """A word that the case or the program uses, as a reader calls it; as written where the catalogue has none."""
        return say(key, self.lang) if key in read_messages() else otherwise

    @property
    def name(self) -> str:
        """The column of names in the language."""
        return f"name_{self.lang}"

    @property
    def money(self) -> str:
        """The unit of money as a reader writes it."""
        return self.word(f"money_{self.run.summary['money']}", str(self.run.summary["money"]))

    @property
    def years(self) -> tuple[int, ...]:
        """The plan years."""
        return tuple(int(year) for year in self.run.summary["years"])

    @property
    def long_years(self) -> Mapping[int, float]:
        """Plan years that stand for more than themselves, with their calendar years."""
        return {int(year): length for year, length in self.run.summary["years"].items() if length != 1}

    def write_unit(self, unit: str) -> str:
        """A unit as it is read: MSEK/yr is mnkr/år."""
        return say_unit(unit, self.lang).replace(str(self.run.summary["money"]), self.money)

    def note_money(self, *keys: str) -> tuple[str, ...]:
        """Price level, then the sentences asked for, then how many years long plan years stand for."""
        level = self.say("note_prices", money=self.money, year=self.run.summary["price_year"])
        notes = [level, *(self.say(f"note_{key}", money=self.money) for key in keys)]
        return (*notes, *self.note_years())

    def note_years(self) -> tuple[str, ...]:
        """How many years long plan years stand for."""
        if not self.long_years:
            return ()
        spans = ", ".join(f"{year}: {length:g}" for year, length in self.long_years.items())
        return (self.say("note_long_years", spans=spans),)


def list_cells(table: pd.DataFrame, columns: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Rows of a table, or of some of its columns, with plain cells; numbers that are none are blank."""
    chosen = table if columns is None else table[list(columns)]
    return tuple(tuple(clean_cell(cell) for cell in row) for row in chosen.itertuples(index=False, name=None))


def clean_cell(cell: Any) -> Cell:
    """A cell as text, a number or nothing."""
    if isinstance(cell, str | Formula) or cell is None:
        return cell
    if cell is pd.NA:
        return MISSING
    number = float(cell)
    if math.isnan(number):
        return MISSING
    if math.isinf(number):
        return INFINITE if number > 0 else f"−{INFINITE}"
    return int(number) if isinstance(cell, int) else number


def scale_unit(unit: str) -> tuple[float, str]:
    """How many of a plain unit a unit counts: `100 points` are 100 of `points`.

    >>> scale_unit("100 points"), scale_unit("MW")
    ((100.0, 'points'), (1.0, 'MW'))
    """
    count, _, noun = unit.partition(" ")
    return (float(count), noun) if read_whole(count) and noun else (1.0, unit)


def choose_decimals(rows: Sequence[Row]) -> tuple[int, ...]:
    """Decimals by row: one, or more where all its numbers are small."""
    return tuple(map(choose_of_row, rows))
