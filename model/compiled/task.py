"""What a solver is asked: the least of one objective over one set of arrays, of a whole program or a part of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

UNIT, SIGN = 1, 2
"""Kinds of whole columns: units and starts, and what tells above from below zero."""


@dataclass(frozen=True)
class Task:
    """Minimise `costs @ x + offset`; the matrix by compressed sparse column.

    `integrality` (n_columns, int32) is UNIT or SIGN for whole columns.
    """

    starts: np.ndarray
    rows: np.ndarray
    entries: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    column_lower: np.ndarray
    column_upper: np.ndarray
    costs: np.ndarray
    offset: float
    integrality: np.ndarray

    @property
    def mixed(self) -> bool:
        """True where a whole column is still to be decided."""
        return bool((self.integrality.astype(bool) & (self.column_lower < self.column_upper)).any())

    def relax(self) -> Task:
        """The task in parts of units: signs stay whole, for half of a sign means nothing."""
        return replace(self, integrality=np.where(self.integrality == SIGN, self.integrality, 0))

    def cut_rows(self, count: int) -> Task:
        """The task of its first rows, so many."""
        first = self.rows < count
        before = np.concatenate([[0], np.cumsum(first)])
        return replace(
            self,
            starts=before[self.starts].astype(self.starts.dtype),
            rows=self.rows[first],
            entries=self.entries[first],
            row_lower=self.row_lower[:count],
            row_upper=self.row_upper[:count],
        )

    def list_rows(self, first: int) -> sparse.csr_matrix:
        """The entries of its rows from one on (n_rows - first, n_columns)."""
        matrix = sparse.csc_matrix((self.entries, self.rows, self.starts), shape=(len(self.row_lower), len(self.costs)))
        return matrix.tocsr()[first:]

    def fix(self, columns: np.ndarray, values: np.ndarray) -> Task:
        """The task in which these columns (positions) have these values."""
        lower, upper = self.column_lower.copy(), self.column_upper.copy()
        lower[columns] = upper[columns] = values
        return replace(self, column_lower=lower, column_upper=upper)


@dataclass(frozen=True)
class Part:
    """Columns that are decided anew while all others stand, and the rows that bind them, cut out of a pattern.

    `columns` and `rows` are positions in the whole; `starts` and `row_places` the pattern of the part, `kept` where
    its entries are among those of the whole. `standing` are the entries of standing columns in these rows, with their
    `standing_rows` (in the part) and `standing_columns` (in the whole).
    """

    columns: np.ndarray
    rows: np.ndarray
    starts: np.ndarray
    row_places: np.ndarray
    kept: np.ndarray
    standing: np.ndarray
    standing_rows: np.ndarray
    standing_columns: np.ndarray

    def cut(self, whole: Task, point: np.ndarray) -> Task:
        """The task of the part, its bounds and offset less what the standing columns take at the point."""
        amounts = whole.entries[self.standing] * point[self.standing_columns]
        taken = np.bincount(self.standing_rows, weights=amounts, minlength=len(self.rows))
        costs = whole.costs[self.columns]
        return Task(
            starts=self.starts,
            rows=self.row_places,
            entries=whole.entries[self.kept],
            row_lower=whole.row_lower[self.rows] - taken,
            row_upper=whole.row_upper[self.rows] - taken,
            column_lower=whole.column_lower[self.columns],
            column_upper=whole.column_upper[self.columns],
            costs=costs,
            offset=whole.offset + float(whole.costs @ point - costs @ point[self.columns]),
            integrality=whole.integrality[self.columns],
        )

    def fill(self, point: np.ndarray, found: np.ndarray) -> np.ndarray:
        """The point (n_columns of the whole) with the part's columns as found."""
        filled = point.copy()
        filled[self.columns] = found
        return filled


def cut_part(starts: np.ndarray, rows: np.ndarray, columns: np.ndarray, binding: np.ndarray) -> Part:
    """The part of a pattern: `columns` decided anew, and of the rows `binding` those that have any of them.

    A rule between columns that all stand is kept by the point to the solver's tolerance; asked again it could fail on
    that tolerance alone.
    """
    n_columns = len(starts) - 1
    column_of = np.repeat(np.arange(n_columns), np.diff(starts))
    free = np.zeros(n_columns, dtype=bool)
    free[columns] = True
    touched = np.intersect1d(binding, rows[free[column_of]])
    place = np.full(max(rows.max(initial=-1), binding.max(initial=-1)) + 1, -1)
    place[touched] = np.arange(len(touched))
    inside = place[rows] >= 0
    kept, standing = np.flatnonzero(inside & free[column_of]), np.flatnonzero(inside & ~free[column_of])
    counts = np.bincount(column_of[kept], minlength=n_columns)[columns]
    return Part(
        columns=columns,
        rows=touched,
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(starts.dtype),
        row_places=place[rows[kept]].astype(rows.dtype),
        kept=kept,
        standing=standing,
        standing_rows=place[rows[standing]],
        standing_columns=column_of[standing],
    )
