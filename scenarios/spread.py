"""Rows of numbers spread over labels: which place a cell has, and what holds between the years that are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas
from numpy.typing import NDArray

from scenarios.catalog import SLICE, VINTAGE, WIDE_TABLES, YEAR, Quantity
from scenarios.tables import QUANTITY, VALUE, key_column

Frames = Mapping[str, pandas.DataFrame]
Labels = dict[str, "pandas.Index[Any]"]
Floats = NDArray[np.float64]
Cells = Mapping[str, Sequence[str]]
"""Rows as their columns: column to text, one for each row."""


class Written:
    """The rows of a case's tables by the quantity that they are about."""

    def __init__(self, frames: Frames) -> None:
        self._tables: dict[str, Cells] = {
            name: {str(column): frame[column].tolist() if len(frame) else () for column in frame.columns}
            for name, frame in frames.items()
        }
        self._found: dict[tuple[str, str], list[int]] = {}
        for name, cells in self._tables.items():
            for row, quantity in enumerate(cells.get(QUANTITY, ())):
                self._found.setdefault((name, quantity), []).append(row)

    def of(self, quantity: Quantity) -> Cells:
        """The rows about a quantity, in the order of the file."""
        cells = self._tables[quantity.table]
        if QUANTITY not in cells:
            return cells
        rows = self._found.get((quantity.table, quantity.name), ())
        return {column: [words[row] for row in rows] for column, words in cells.items()}


def fill(quantity: Quantity, written: Written, labels: Labels) -> Floats:
    """One quantity over all its labels; rows by vintage, which few have, are left to `vintage_rows`."""
    cells = written.of(quantity)
    if quantity.vintaged:
        plain = [row for row, built in enumerate(cells[VINTAGE]) if not built]
        cells = {column: [words[row] for row in plain] for column, words in cells.items()}
    values = numbers_of(cells[quantity.name if quantity.table in WIDE_TABLES else VALUE])
    return spread(quantity, {dim: cells[key_column(quantity, dim)] for dim in quantity.dims}, values, labels)


def spread(quantity: Quantity, columns: Cells, values: Floats, labels: Labels) -> Floats:
    """Numbers of rows put where their labels say: blank slices first, slices of their own over them.

    Args:
        quantity: what the numbers are of; its default stands where no row says anything.
        columns: dimension to the cells in which its labels stand, one for each number.
        values: the numbers; NaN where a cell is blank.
        labels: of each dimension.

    Returns:
        An array over the quantity's dimensions.

    Raises:
        KeyError: a label that is not there.
    """
    if quantity.dims == (YEAR,):
        return _spread_over_years(quantity, numbers_of(columns[YEAR]), values, labels)
    dims = [dim for dim in quantity.dims if dim != YEAR]
    grid = labels[YEAR].to_numpy(dtype=float) if quantity.yearly else np.zeros(1)
    filled = np.full([*(len(labels[dim]) for dim in dims), len(grid)], quantity.default, dtype=float)
    written = ~np.isnan(values)
    if written.any() and filled.size:
        places = [positions(columns[dim], labels[dim])[written] + (dim == SLICE) for dim in dims]
        sizes = [len(labels[dim]) + (dim == SLICE) for dim in dims]
        series = np.ravel_multi_index(places, sizes).astype(np.int64)
        at = numbers_of(columns[YEAR])[written] if quantity.yearly else np.full(len(series), np.nan)
        codes, lines = draw_lines(series, at, values[written], grid)
        found = list(np.unravel_index(codes, sizes))
        if SLICE not in dims:
            filled[tuple(found)] = lines
        else:
            everywhere = found[-1] == 0
            if everywhere.any():
                filled[tuple(place[everywhere] for place in found[:-1])] = lines[everywhere][:, None, :]
            found[-1] = found[-1] - 1
            filled[tuple(place[~everywhere] for place in found)] = lines[~everywhere]
    return filled if quantity.yearly else filled[..., 0]


def _spread_over_years(quantity: Quantity, at: Floats, values: Floats, labels: Labels) -> Floats:
    """A quantity of years alone: one series, or its default."""
    grid = labels[YEAR].to_numpy(dtype=float)
    if not len(values):
        return np.full(len(grid), quantity.default)
    return np.asarray(draw_lines(np.zeros(len(values), dtype=np.int64), at, values, grid)[1][0])


def draw_lines(series: NDArray[np.int64], at: Floats, values: Floats, grid: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Straight lines through the points of many series, at every place of a grid; constant outside the points.

    Point `i` of series `series[i]` lies at `at[i]` (NaN: everywhere, unless its series has other points) and has
    `values[i]`. Gives the series' numbers, ascending, and one row of values for each over `grid`.
    """
    codes, row = np.unique(series, return_inverse=True)
    placed = np.zeros(len(codes), dtype=bool)
    placed[row[~np.isnan(at)]] = True
    kept = ~(np.isnan(at) & placed[row])
    row, at, values = row[kept], np.nan_to_num(at[kept]), values[kept]
    order = np.lexsort((at, row))
    row, at, values = row[order], at[order], values[order]
    begin = np.searchsorted(row, np.arange(len(codes)))[:, None]
    end = np.append(begin[1:, 0], len(row))[:, None] - 1
    span = 2.0 * max(float(np.ptp(np.concatenate([at, grid, [0.0]]))), 1.0)
    right = np.searchsorted(row * span + at, np.arange(len(codes))[:, None] * span + grid)
    left, right = np.clip(right - 1, begin, end), np.clip(right, begin, end)
    width = at[right] - at[left]
    part = np.divide(grid - at[left], width, out=np.zeros(width.shape), where=width > 0)
    part = np.clip(part, 0.0, 1.0)
    with np.errstate(invalid="ignore"):
        between = values[left] * (1 - part) + values[right] * part
    return codes, np.where(part == 0, values[left], np.where(part == 1, values[right], between))


def numbers_of(cells: Sequence[str]) -> Floats:
    """Checked cells as floats, blank ones NaN."""
    return np.array([float(cell) if cell else np.nan for cell in cells], dtype=float)


def positions(cells: Sequence[str], labels: pandas.Index[Any]) -> NDArray[np.int64]:
    """Where each cell stands among the labels; -1 for a blank one. Raises KeyError for a label that is not there."""
    whole = labels.dtype.kind == "i"
    place = {label: number for number, label in enumerate(labels)}
    unknown = {cell for cell in cells if cell and (int(cell) if whole else cell) not in place}
    if unknown:
        raise KeyError(f"unknown labels: {sorted(unknown)}")
    return np.array([place[int(cell) if whole else cell] if cell else -1 for cell in cells], dtype=np.int64)
