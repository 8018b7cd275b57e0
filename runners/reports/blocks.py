"""Of what a document is made: sections of texts, points, tables and charts, none of which knows HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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

    `texts` counts the columns from the left that hold words and not figures; `folded` tables are opened by the reader;
    `printed` is how many rows of one are set on paper (None: all).
    """

    key: str
    caption: str
    note: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    texts: int = 1
    folded: bool = False
    printed: int | None = None


@dataclass(frozen=True)
class Chart:
    """A chart: its Vega-Lite specification, a caption, and what it shows in a sentence for who cannot see it."""

    key: str
    caption: str
    alternative: str
    spec: Mapping[str, Any]


@dataclass(frozen=True)
class Finder:
    """A table of scenarios to search, sort and narrow down.

    `orders` has the place of each cell among its column's, by which it is sorted; `choices` are the columns with few
    values.
    """

    key: str
    caption: str
    note: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    orders: tuple[tuple[int | None, ...], ...]
    choices: tuple[int, ...]


Block = Text | Points | Facts | Grid | Chart | Finder


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
