"""Tables of a plan with a column per year, their money in constant prices and in those of each year."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from runners.results.catalog import find_table
from runners.results.manifest import PLAN
from runners.results.result import Result
from runners.views.locale import Speech
from runners.views.names import name_known
from runners.views.section import Cell, Column, Gathering, Kind, Table
from runners.views.tables import choose_decimals
from scenarios.terms import ACTOR, YEAR

CURRENT = {"amount": "nominal", "outlay": "nominal", "cost": "nominal", "change": "change_nominal"}
"""Columns of money in constant prices, and those with the same money in the prices of each year."""
CONSTANT_TO_CURRENT = "_current"
"""What the key of a table in current prices ends with."""
LEAST_YEAR = 5.0
"""Characters that a year's column has at least."""
LABEL = 32.0
PRINTED = 12
"""Rows of a long annex on paper."""


def list_years(result: Result) -> tuple[int, ...]:
    """The plan years."""
    return tuple(int(year) for year in result.facts["years"])


def head_label(title: str, width: float = LABEL) -> Column:
    """A column of words."""
    return Column(title, Kind.TEXT, width)


def find_head(speech: Speech, table: str, column: str, unit: str = "") -> str:
    """The head of a column of a plan's table as the catalog has it, and its unit where one is said."""
    head = find_table(PLAN, table).columns[column].heads[speech.lang]
    return f"{head}, {unit}" if unit else head


def lay_years(
    result: Result,
    speech: Speech,
    key: str,
    rows: pd.DataFrame,
    labels: Mapping[str, Column],
    values: str = "amount",
    *,
    gathered: Gathering = Gathering.SUM,
    summed: bool = True,
    across: bool = True,
    by_size: bool = False,
    caption: str = "",
    **flags: Any,
) -> Table:
    """A table of long rows: its labels, a column per plan year, sums both ways; below it the same in current prices.

    Args:
        result: the plan.
        speech: language and names.
        key: of the table; caption and note are the messages `report_<key>_caption` and `report_<key>_note`.
        rows: long, with `labels`, a year and `values`; rows of the same labels and year are summed.
        labels: columns of words by name, in their order.
        values: the column of numbers; where `CURRENT` has a twin of it that is here too, it is shown too.
        gathered: how years become periods where there is no room.
        summed: whether a last row sums all others.
        across: whether a last column sums the years.
        by_size: largest rows first; else as they first stand.
        caption: instead of the message.
        flags: what else a `Table` may be.
    """
    years = list_years(result)
    wide = spread_years(rows, list(labels), values, years)
    if by_size:
        wide.sort(key=lambda row: -sum(abs(amount) for amount in row.amounts if amount is not None))
    units = [str(row.labels[list(labels).index("unit")]) if "unit" in labels else speech.unit for row in wide]
    table = Table(
        key=key,
        caption=caption or speech.say(f"{key}_caption"),
        note=name_known(f"report_{key}_note", speech.lang, ""),
        columns=(
            *labels.values(),
            *(Column(year, Kind.YEARLY, LEAST_YEAR, summed or across) for year in years),
        ),
        rows=tuple(row.cells for row in wide),
        total=speech.say("total") if summed else "",
        across=speech.say("total") if across else "",
        decimals=tuple(_choose(row.cells, unit, speech) for row, unit in zip(wide, units, strict=True)),
        level=speech.price_level,
        gathered=gathered,
        **flags,
    )
    twin = CURRENT.get(values, "")
    if twin not in rows:
        return table
    nominal = {row.labels: row for row in spread_years(rows, list(labels), twin, years)}
    blank = (None,) * len(years)
    spent = tuple((*row.labels, *(nominal[row.labels].amounts if row.labels in nominal else blank)) for row in wide)
    return replace(table, current=mark_current(table, spent, speech))


def mark_current(table: Table, rows: tuple[tuple[Cell, ...], ...], speech: Speech) -> Table:
    """The same table with other cells, which says that its money is of each year; a reader of a page opens it."""
    spoken = speech.in_current_prices()
    return replace(
        table,
        key=f"{table.key}{CONSTANT_TO_CURRENT}",
        caption=speech.say("caption_current", caption=table.caption),
        level=spoken.price_level,
        rows=rows,
        folded=True,
    )


@dataclass(frozen=True)
class Spread:
    """A row of a table with a column per year: its labels, and an amount per year, None where there is no number."""

    labels: tuple[Cell, ...]
    amounts: tuple[float | None, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All of its cells."""
        return (*self.labels, *self.amounts)


def spread_years(rows: pd.DataFrame, labels: Sequence[str], values: str, years: Sequence[int]) -> list[Spread]:
    """A row per combination of labels in their order; amounts of the same labels and year are summed.

    A combination without a number has no row; one with numbers in other years only has blanks.
    """
    kept = rows[rows[values].notna() & rows[YEAR].notna()]
    told = zip(*([clean_cell(cell) for cell in kept[label].tolist()] for label in labels), strict=True)
    found: dict[tuple[Cell, ...], dict[int, list[float]]] = {}
    for key, year, amount in zip(told, kept[YEAR].tolist(), kept[values].tolist(), strict=True):
        found.setdefault(key, {}).setdefault(int(year), []).append(amount)
    return [
        Spread(key, tuple(math.fsum(own[year]) if year in own else None for year in years))
        for key, own in found.items()
    ]


def list_cells(table: pd.DataFrame, columns: Sequence[str] | None = None) -> tuple[tuple[Cell, ...], ...]:
    """Rows of a table, or of some of its columns, with plain cells; numbers that are none are blank."""
    chosen = list(table) if columns is None else columns
    return tuple(zip(*([clean_cell(cell) for cell in table[column].tolist()] for column in chosen), strict=True))


def clean_cell(cell: Any) -> Cell:
    """A cell as text, a number or nothing."""
    if isinstance(cell, str) or cell is None:
        return cell
    if isinstance(cell, float):
        return None if math.isnan(cell) else float(cell)
    if cell is pd.NA or pd.isna(cell):
        return None
    return int(cell) if isinstance(cell, int) else float(cell)


def order_actors(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of an account with each actor's together, actors and items in the order in which they first stand."""
    places = {actor: place for place, actor in enumerate(dict.fromkeys(table[ACTOR]))}
    return table.sort_values(ACTOR, key=lambda column: column.map(places), kind="stable")


def drop_zeros(table: pd.DataFrame, values: str = "amount", keys: Sequence[str] = (ACTOR, "item")) -> pd.DataFrame:
    """Without what is nothing in every year."""
    return table[is_something(table, values, keys)]


def is_something(table: pd.DataFrame, values: str = "amount", keys: Sequence[str] = (ACTOR, "item")) -> pd.Series[bool]:
    """Whether what a row is about is something in some year."""
    return table[values].abs().groupby([table[key] for key in keys]).transform("max") > 0


def _choose(row: Sequence[Cell], unit: str, speech: Speech) -> int:
    """One decimal for money, so that a column of it can be added by eye; as many as needed for other units."""
    return 1 if unit.startswith(speech.unit) else choose_decimals(row)
