"""A table of a result as it is shown: columns chosen by name, their heads, units and types from the catalog."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from conf.words import LANGUAGES, say, say_unit
from runners.results.catalog import MONEY_UNIT, ResultColumn, Type, find_table
from runners.results.result import Result
from runners.views.names import name_money, name_table
from runners.views.section import Cell, Column, Kind, Table

UNIT, ROW_UNIT = "unit", "{unit}"
"""The column that says the unit of a row, and how the catalog refers to it."""
PART, PERCENT = "1", 100.0
"""A column that the catalog counts in parts of a whole is read in percent; one that counts in nothing has no unit."""
INFINITE = "∞"
NARROW, WIDE, WIDEST = 9.0, 46.0, 70.0
"""Characters of a column of numbers, of names, and of sentences."""
FINE, FINER = 10.0, 1.0
"""Numbers below these are shown with two and with three decimals, others with one."""
LARGE = 1000.0
"""Columns whose numbers are all above this need no decimals."""
HUNDREDS = 100.0
"""Rows of amounts with one above this need none."""


def list_columns(kind: str, name: str, table: pd.DataFrame, lang: str) -> list[str]:
    """Columns of a table that a reader of one language needs: no label beside its name, nothing in the other one."""
    declared = [column for column in find_table(kind, name).columns if column in table]
    others = tuple(f"_{other}" for other in LANGUAGES if other != lang)
    own = [column for column in declared if not column.endswith(others)]
    if f"name_{lang}" not in own:
        return own
    labels = [column for column in find_table(kind, name).keys if column in own and _is_label(kind, name, column)]
    return [column for column in own if column not in labels[-1:]]


def lay_table(
    result: Result,
    name: str,
    lang: str,
    columns: Sequence[str] | None = None,
    rows: pd.DataFrame | None = None,
    *,
    key: str = "",
    caption: str = "",
    note: str = "",
    words: Mapping[str, Mapping[str, str]] | None = None,
    heads: Mapping[str, str] | None = None,
    summed: Sequence[str] = (),
    folded: bool = False,
    printed: int | None = None,
) -> Table:
    """A table of a result.

    Amounts in units such as `1000 m2` are counted out, and what an amount is shown in stands beside it.

    Args:
        result: what it is a table of.
        name: of the table.
        lang: of heads, units and words.
        columns: to show, in their order; None: all that the reader needs.
        rows: of the table to show; None: all.
        key: of the table in its document; else kind and name.
        caption: what it shows; else what `result_<kind>_<name>` says, or its name.
        note: what has to be known of its numbers.
        words: by column, what a cell's word is called.
        heads: by column, where it is called otherwise than in the catalog.
        summed: columns that are summed below.
        folded: whether a reader of the page has to open it.
        printed: rows set on paper.
    """
    declared = find_table(result.kind, name).columns
    table = result.tables[name] if rows is None else rows
    chosen = list(columns) if columns is not None else list_columns(result.kind, name, table, lang)
    table = _count_out(table, chosen, declared)
    cells = [
        _list_cells(table, column, declared[column], lang, (words or {}).get(column), result.money) for column in chosen
    ]
    money = name_money(result.money, lang)
    laid = tuple(
        _lay_column(declared[column], own, lang, money, (heads or {}).get(column, ""), column in summed)
        for column, own in zip(chosen, cells, strict=True)
    )
    found = tuple(zip(*cells, strict=True)) if len(table) else ()
    return Table(
        key=key or f"{result.kind}_{name}",
        caption=caption or name_table(result.kind, name, lang),
        note=note,
        columns=laid,
        rows=found,
        total=say("subject_total", lang) if summed else "",
        decimals=_choose_by_row(laid, found),
        folded=folded,
        printed=printed,
    )


def _count_out(table: pd.DataFrame, chosen: Sequence[str], declared: Mapping[str, ResultColumn]) -> pd.DataFrame:
    """The table with amounts in units such as `1000 m2`, and prices of them, counted out."""
    amounts = [column for column in chosen if declared[column].unit.startswith(ROW_UNIT)]
    prices = [column for column in chosen if declared[column].unit.endswith(f"/{ROW_UNIT}")]
    return count_out(table, amounts, prices)


def _choose_by_row(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> tuple[int, ...]:
    """Decimals of each row, where there are amounts whose column has none of its own."""
    by_row = [place for place, column in enumerate(columns) if column.kind is Kind.AMOUNT and column.decimals is None]
    return tuple(choose_row([row[place] for place in by_row]) for row in rows) if by_row else ()


def choose_decimals(cells: Sequence[Cell]) -> int:
    """Decimals for numbers that are shown alike: one, or more where all of them are small."""
    sizes = [abs(cell) for cell in cells if isinstance(cell, float) and cell]
    largest = max(sizes, default=FINE)
    return 1 if largest >= FINE else 2 if largest >= FINER else 3


def count_out(table: pd.DataFrame, amounts: Sequence[str], prices: Sequence[str] = ()) -> pd.DataFrame:
    """Amounts of a unit such as `100 points` in plain points, and prices of it per point."""
    if UNIT not in table or table.empty:
        return table
    counts = table[UNIT].astype(str).str.extract(r"^(\d+) \S")[0].astype(float).fillna(1.0)
    if (counts == 1.0).all():
        return table
    plain = table[UNIT].astype(str).str.replace(r"^\d+ (?=\S)", "", regex=True)
    scaled = table.assign(**{UNIT: plain})
    for column in (column for column in amounts if column != UNIT):
        scaled[column] = table[column].astype(float) * counts
    for column in prices:
        scaled[column] = table[column].astype(float) / counts
    return scaled


def _is_label(kind: str, name: str, column: str) -> bool:
    return find_table(kind, name).columns[column].type is Type.TEXT


def _list_cells(
    table: pd.DataFrame, name: str, column: ResultColumn, lang: str, words: Mapping[str, str] | None, money: str
) -> list[Cell]:
    values = table[name].tolist()
    if words is not None:
        return [words.get(str(value), str(value)) for value in values]
    if name == UNIT:
        return [_say_unit(str(value), lang, money) for value in values]
    if column.type is Type.MARK:
        return [_say_mark(value, lang) for value in values]
    if column.type is Type.TEXT:
        return ["" if value is None or value is pd.NA or value != value else str(value) for value in values]
    scale = PERCENT if column.unit == PART else 1.0
    return [_read_number(value, column.type is Type.WHOLE, scale) for value in values]


def _say_unit(unit: str, lang: str, money: str) -> str:
    """The unit of a row as it is read; money by its name, and a share by that word."""
    told = say("subject_share", lang) if unit == PART else say_unit(unit, lang)
    return told.replace(money, name_money(money, lang)) if money else told


def _say_mark(value: Any, lang: str) -> str:
    if value is None or value is pd.NA or value != value or value == "":
        return ""
    return say("subject_yes" if str(value) == "True" else "subject_no", lang)


def _read_number(value: Any, whole: bool, scale: float) -> Cell:
    if value is None or value is pd.NA or math.isnan(float(value)):
        return None
    number = scale * float(value)
    if math.isinf(number):
        return INFINITE if number > 0 else f"−{INFINITE}"
    return int(number) if whole else number


def _lay_column(column: ResultColumn, cells: Sequence[Cell], lang: str, money: str, head: str, summed: bool) -> Column:
    own = head or _cut_language(column.heads[lang])
    title = own[:1].upper() + own[1:]
    if column.type is Type.WHOLE:
        return Column(title, Kind.WHOLE, NARROW)
    if column.type is not Type.NUMBER or any(isinstance(cell, str) and INFINITE not in cell for cell in cells):
        longest = max((len(str(cell)) for cell in cells), default=0)
        return Column(title, Kind.TEXT if longest <= WIDE else Kind.LONG, min(max(longest + 2.0, NARROW), WIDEST))
    unit = _name_unit(column.unit, lang, money)
    decimals = None if column.unit.startswith(ROW_UNIT) else _choose_column(cells, column.unit == PART)
    return Column(f"{title}, {unit}" if unit else title, Kind.AMOUNT, 12.0, summed, decimals)


def choose_row(cells: Sequence[Cell]) -> int:
    """Decimals of a row of amounts: none where there are hundreds, or whole numbers alone."""
    amounts = [abs(cell) for cell in cells if isinstance(cell, float) and math.isfinite(cell)]
    if max(amounts, default=0.0) >= HUNDREDS or all(amount.is_integer() for amount in amounts):
        return 0
    return choose_decimals(cells)


def _choose_column(cells: Sequence[Cell], part: bool) -> int:
    if part and all(float(cell).is_integer() for cell in cells if isinstance(cell, float)):
        return 0
    sizes = [abs(cell) for cell in cells if isinstance(cell, float) and cell]
    return 0 if sizes and min(sizes) >= LARGE else choose_decimals(cells)


def _cut_language(head: str) -> str:
    """`namn, svenska` is `namn` to a reader of Swedish."""
    return head.removesuffix(", svenska").removesuffix(", Swedish").removesuffix(", engelska").removesuffix(", English")


def _name_unit(unit: str, lang: str, money: str) -> str:
    """What stands after the head: nothing where the row's own unit holds, `mnkr per enhet` for a price of it."""
    if unit == PART:
        return "%"
    if unit in ("", ROW_UNIT):
        return ""
    if unit == f"{MONEY_UNIT}/{ROW_UNIT}":
        return say("subject_per_unit", lang, money=money)
    if ROW_UNIT in unit:
        return ""
    if unit == "SEK/t":
        return ""
    return say_unit(unit.replace(MONEY_UNIT, money), lang)
