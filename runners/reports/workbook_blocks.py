"""What a workbook is made of before any file is written: sheets of blocks, each a heading, columns and rows.

The same sheets become an Excel file (`workbook`) and a set of CSV files (`csv_set`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from conf.words import LANGUAGES, PER_YEAR, read_messages, say, say_unit
from runners.reports.curve_folder import CurveRun
from runners.reports.run_folder import Run
from runners.results.catalog import find_table
from runners.results.result import Result
from runners.results.sweep import SweepRun
from runners.views.renderers.sheets import Block, Row
from runners.views.section import Cell, Column, Formula, Kind
from runners.views.tables import choose_decimals as choose_of_row
from scenarios.terms import ACTOR, YEAR

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
    curves: tuple[CurveRun, ...] = ()
    results: tuple[Result, ...] = ()

    def find_curve(self, kind: str) -> CurveRun | None:
        """The curve of a kind, if one is at hand."""
        return next((curve for curve in self.curves if curve.kind == kind), None)

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

    def name_quantity(self, quantity: str) -> str:
        """A quantity of the catalog as a reader calls it."""
        known = self.word(f"quantity_{quantity}", quantity.replace("_", " "))
        return self.word(f"workbook_quantity_{quantity}", known)

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
        name = unit.removesuffix(PER_YEAR)
        known = f"workbook_unit_{name}"
        if known in read_messages():
            words = say(known, self.lang) + (say("unit_per_year", self.lang) if name != unit else "")
        else:
            words = say_unit(unit, self.lang)
        return words.replace(str(self.run.summary["money"]), self.money)

    def note_money(self, *keys: str) -> tuple[str, ...]:
        """Price level, then the sentences asked for, then how many years long plan years stand for."""
        level = self.say("note_prices", money=self.money, year=self.run.summary["price_year"])
        notes = [level, *(self.say(f"note_{key}", money=self.money) for key in keys)]
        if self.long_years:
            spans = ", ".join(f"{year}: {length:g}" for year, length in self.long_years.items())
            notes.append(self.say("note_long_years", spans=spans))
        return tuple(notes)


def year_columns(contents: Contents, summed: bool = True) -> tuple[Column, ...]:
    """A column per plan year."""
    return tuple(Column(year, Kind.YEARLY, LEAST_YEAR, summed) for year in contents.years)


def align_blocks(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Blocks with blank columns after their labels where others have more, so that a year has one column throughout."""
    yearly = [block for block in blocks if any(column.kind is Kind.YEARLY for column in block.columns)]
    most = max((_count_labels(block) for block in yearly), default=0)
    return tuple(_pad_labels(block, most - _count_labels(block)) if block in yearly else block for block in blocks)


def _count_labels(block: Block) -> int:
    return next(at for at, column in enumerate(block.columns) if column.kind is Kind.YEARLY)


def _pad_labels(block: Block, blanks: int) -> Block:
    at, blank = _count_labels(block), Column("", width=1.0)
    columns = (*block.columns[:at], *(blank,) * blanks, *block.columns[at:])
    rows = tuple((*row[:at], *(None,) * blanks, *row[at:]) for row in block.rows)
    return replace(block, columns=columns, rows=rows)


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


def spread_years(contents: Contents, table: pd.DataFrame, labels: Sequence[str], values: str) -> pd.DataFrame:
    """A row per combination of labels in their order, a column per plan year; sums, NaN where there is no number.

    The labels are columns again; year columns are whole numbers.
    """
    kept = table[table[values].notna() & table[YEAR].notna()]
    if kept.empty:
        return pd.DataFrame(columns=[*labels, *contents.years])
    wide = kept.groupby([*labels, YEAR], sort=False)[values].sum().unstack(YEAR)
    order = kept[list(labels)].drop_duplicates()
    wide.columns = pd.Index([int(year) for year in wide.columns], dtype=object)
    wide = wide.reindex(columns=pd.Index(contents.years, dtype=object)).reset_index()
    return order.merge(wide, on=list(labels), how="left").reset_index(drop=True)


def scale_unit(unit: str) -> tuple[float, str]:
    """How many of a plain unit a unit counts: `100 points` are 100 of `points`.

    >>> scale_unit("100 points"), scale_unit("MW")
    ((100.0, 'points'), (1.0, 'MW'))
    """
    count, _, noun = unit.partition(" ")
    return (float(count), noun) if count.isdigit() and noun else (1.0, unit)


def order_actors(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of an account with each actor's together, actors and items in the order in which they first stand."""
    places = {actor: place for place, actor in enumerate(dict.fromkeys(table[ACTOR]))}
    return table.sort_values(ACTOR, key=lambda column: column.map(places), kind="stable")


def choose_decimals(rows: Sequence[Row]) -> tuple[int, ...]:
    """Decimals by row: one, or more where all its numbers are small."""
    return tuple(map(choose_of_row, rows))
