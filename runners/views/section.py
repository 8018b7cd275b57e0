"""The block model: sections of texts, facts, tables and charts, none of which knows its medium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Points:
    """A list of sentences, numbered where their order matters."""

    items: tuple[str, ...]
    numbered: bool = False
    lead: str = ""


@dataclass(frozen=True)
class Fact:
    """One figure that a reader remembers: the figure, what it is, and a remark on it."""

    figure: str
    name: str
    remark: str = ""


@dataclass(frozen=True)
class Facts:
    """The few figures of the first page."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Row:
    """Cells of a table, the first of which names the row; kind is "" or `total`."""

    cells: tuple[str, ...]
    kind: str = ""


@dataclass(frozen=True)
class Grid:
    """A table of text as it is read.

    `texts` counts the columns from the left that hold words and not figures, `words` are others that do; `folded`
    tables are opened by the reader; `printed` is how many rows of one are set on paper (None: all).
    """

    key: str
    caption: str
    note: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    texts: int = 1
    folded: bool = False
    printed: int | None = None
    words: tuple[int, ...] = ()


class Kind(Enum):
    """How the cells of a column are shown."""

    TEXT = "text"
    """A name or a word."""
    LONG = "long"
    """Text that breaks into lines."""
    WHOLE = "whole"
    """A year or another whole number, without a thousands separator."""
    COUNT = "count"
    """A whole number with a thousands separator."""
    AMOUNT = "amount"
    """A number with as many decimals as its row is shown with."""
    YEARLY = "yearly"
    """The same in a year's column, where nothing is a dash."""
    FULL = "full"
    """A number of the case, with all its digits."""


@dataclass(frozen=True)
class Column:
    """A column: its title (a plan year is a number), how it is shown, its width in characters, whether it is summed.

    `decimals` holds for the whole column; None: each row has as many as it needs. A `spare` column is left out where
    there is no room for all: on a page and on paper.
    """

    title: str | int
    kind: Kind = Kind.TEXT
    width: float = 12.0
    summed: bool = False
    decimals: int | None = None
    spare: bool = False


class Gathering(Enum):
    """How a column per year becomes one per period, where there is no room for every year."""

    NONE = "none"
    """The years are shown one by one."""
    SUM = "sum"
    """What flows is summed over the years of the period."""
    LAST = "last"
    """What stands is taken at the end of the period."""


@dataclass(frozen=True)
class Formula:
    """A live formula of ours, never of the data, with the value that it has.

    `{row}` in its text is the row it stands in, `{block_2}` the third column of that block of its sheet.
    """

    text: str
    value: float


@dataclass(frozen=True)
class Said:
    """A number that a page says in words of its own, as `≤ 6.0` or `met`; a workbook has the number."""

    text: str
    value: float | int | None


@dataclass(frozen=True)
class Open:
    """A cell that is left open on purpose: why, and who knows what belongs there."""

    remark: str


Cell = str | float | int | Formula | Said | Open | None


@dataclass(frozen=True)
class Table:
    """A table whose cells are still numbers: a page writes them in its language, a workbook reckons with them.

    Args:
        key: of the table among all of its document.
        caption: what it shows.
        note: what a reader has to know of its numbers.
        columns: from the left, those that name the row first.
        rows: a cell per column.
        total: label of a last row that sums the summed columns, "" for none.
        across: title of a last column that sums the summed columns of each row, "" for none.
        decimals: of each row, for columns without their own; none: as many as each number needs.
        folded: whether a reader of the page has to open it.
        printed: how many rows of it are set on paper (None: all).
        every: all rows, where `rows` are some of them to be read: what a workbook shows.
        level: of which price level its money is, "" where a reader need not be told.
        gathered: how its years become periods, where there is no room for all.
        current: the same with its money in the prices of each year.
        annex: whether it stands at the end of a document, and not in its section.
        front: whether it stands on the first sheet of a workbook, and not on its section's.
        filtered: whether its rows can be filtered in a workbook.
        shaded: whether its years are shaded by their size in a workbook.
    """

    key: str
    caption: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: str = ""
    decimals: tuple[int, ...] = ()
    folded: bool = False
    printed: int | None = None
    across: str = ""
    every: tuple[tuple[Cell, ...], ...] = ()
    level: str = ""
    gathered: Gathering = Gathering.NONE
    current: Table | None = None
    annex: bool = False
    front: bool = False
    filtered: bool = False
    shaded: bool = False


class Shape(Enum):
    """How a workbook draws a chart from the cells of its table."""

    STACK = "stack"
    """A pile of rows for each year."""
    LINES = "lines"
    """A line per row over the years."""
    BARS = "bars"
    """A bar per row for each of some columns."""
    SHADES = "shades"
    """Not at all: the cells of the table are shaded."""


@dataclass(frozen=True)
class Drawing:
    """From which cells a workbook draws a chart: key of the table, title of the upright axis, which rows.

    `rows` None: the first `most`; `names` is the column that names a series, `columns` those of bars.
    """

    table: str
    axis: str = ""
    shape: Shape = Shape.STACK
    rows: tuple[int, ...] | None = None
    names: int = 0
    columns: tuple[int, ...] = ()
    most: int = 10


@dataclass(frozen=True)
class Chart:
    """A chart: its Vega-Lite specification, a caption, and what it shows in a sentence for who cannot see it.

    `drawing` tells from which cells of a table a workbook draws the same; without one it has a picture.
    """

    key: str
    caption: str
    alternative: str
    spec: Mapping[str, Any]
    drawing: Drawing | None = None


@dataclass(frozen=True)
class Finder:
    """A table of scenarios to search, sort and narrow down.

    `orders` has the place of each cell among its column's, by which it is sorted; `choices` are the columns with few
    values. `table` has all of it, with numbers to reckon with: what a workbook shows.
    """

    key: str
    caption: str
    note: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    orders: tuple[tuple[int | None, ...], ...]
    choices: tuple[int, ...]
    table: Table


Block = Text | Points | Facts | Grid | Table | Chart | Finder


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    key: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show under the heading."""
        return not self.blocks


@dataclass(frozen=True)
class Document:
    """A report in one language."""

    lang: str
    title: str
    kicker: str
    subtitle: str
    sections: tuple[Section, ...]
    words: Mapping[str, str]
