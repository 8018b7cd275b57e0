"""A table of a result with years as columns: a row per label, a column per year, sums below where asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from runners.views.section import Cell, Column, Kind, Table

WIDE, NARROW, FIGURE = 34.0, 14.0, 11.0
"""Characters of a column of names, of short words and of a year."""


def lay_years(
    rows: pd.DataFrame,
    labels: Mapping[str, str],
    value: str,
    *,
    key: str,
    caption: str,
    note: str = "",
    total: str = "",
    decimals: int | None = 1,
    years: Sequence[int] = (),
) -> Table:
    """Rows of one number a year, turned so that each label has one row.

    Args:
        rows: with the columns of `labels`, `year` and the number; what stands twice is summed.
        labels: column to its head, those that name the row first.
        value: the column of the number.
        key: of the table.
        caption: what it shows.
        note: what has to be known of its numbers.
        total: label of a last row of sums; "" for none.
        decimals: of the numbers; None: as many as each row needs.
        years: columns; none: those that the rows have.
    """
    names = list(labels)
    shown = list(years) or sorted(int(year) for year in rows["year"].unique())
    made = []
    for label, own in rows.groupby(names, sort=False, dropna=False):
        by_year = own.groupby("year")[value].sum(min_count=1)
        cells = tuple(_read(by_year.get(year)) for year in shown)
        made.append((*(str(word) for word in label), *cells))
    columns = tuple(Column(head, Kind.TEXT, NARROW if place else WIDE) for place, head in enumerate(labels.values()))
    figures = tuple(Column(year, Kind.YEARLY, FIGURE, summed=bool(total), decimals=decimals) for year in shown)
    return Table(key, caption, note, (*columns, *figures), tuple(made), total)


def _read(value: object) -> Cell:
    number = math.nan if value is None else float(str(value))
    return None if math.isnan(number) else number
