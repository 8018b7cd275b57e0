"""The sheets of a workbook before any file is written: blocks of columns and rows, charts drawn from their cells.

The same sheets become an Excel file and a set of CSV files.
"""

from __future__ import annotations

from dataclasses import dataclass

from runners.views.section import Cell, Column
from runners.views.section import Chart as Picture


@dataclass(frozen=True)
class Chart:
    """A native chart of a block's year columns: a series per row, the first `most` or those of `rows`.

    `lines` are not stacked; `names` is the column that names a series.
    """

    title: str
    axis: str
    lines: bool = False
    most: int = 10
    rows: tuple[int, ...] | None = None
    names: int = 0


@dataclass(frozen=True)
class Bars:
    """A native chart of the first `rows` rows of a block: a group of bars each, a bar per column, named by one."""

    title: str
    axis: str
    names: int
    columns: tuple[int, ...]
    rows: int


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Block:
    """A table of a sheet.

    `total` is the label of a last row that sums the summed columns, "" for none. `across` is the title of a last
    column that sums the summed columns of each row, "" for none. `decimals` has a number per row; none: one decimal.
    `plots` are drawn from its cells.
    """

    key: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    heading: str = ""
    total: str = ""
    across: str = ""
    decimals: tuple[int, ...] = ()
    plots: tuple[Chart | Bars, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A sheet: its key, tab and title, what a reader has to know of its numbers, and its blocks.

    `filtered` is the key of the block whose rows can be filtered, "" for none; `shaded` of the one whose year columns
    are shaded by size. `pictures` stand below its blocks.
    """

    key: str
    tab: str
    title: str
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]
    filtered: str = ""
    shaded: str = ""
    pictures: tuple[Picture, ...] = ()
