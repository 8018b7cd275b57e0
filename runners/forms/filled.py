"""What stands in a table of a form: rows of cells, each a figure, a text, the case's own word, or open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runners.forms.figures import Added, Figure


@dataclass(frozen=True)
class Given:
    """What the case itself says of a cell, and its source."""

    value: str | float
    source: str


@dataclass(frozen=True)
class Left:
    """A cell left open for another reason than its column's: keys of the reason and of who knows."""

    why: str
    who: str


FormCell = Figure | Added | str | int | Given | Left
FormRow = Mapping[str, FormCell]


@dataclass(frozen=True)
class Beyond:
    """A table below the form's own, of what the form does not ask for: titles, units, rows as columns from the left."""

    key: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[FormCell | None, ...], ...]


@dataclass(frozen=True)
class Filled:
    """Rows of a table by column key.

    Args:
        rows: cells; a column that is not named is open.
        summed: columns that are added up in a last row.
        heads: columns whose heading is of the run, such as a year.
        notes: keys of notes beside the common ones.
        beyond: tables that go beyond the form.
        tab: name of the sheet where it is not the table's.
    """

    rows: tuple[FormRow, ...]
    summed: tuple[str, ...] = ()
    heads: Mapping[str, str] | None = None
    notes: tuple[str, ...] = ()
    beyond: tuple[Beyond, ...] = ()
    tab: str = ""
