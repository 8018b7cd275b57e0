"""A compiled program with further columns and rows: the pattern is widened once, and numbers move as ever.

    entry = factor, or factor times an entry that the compiled program has       costs of further columns are numbers

Columns and rows of the compiled program keep their places; further ones stand behind them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from model.compiled.labels import Label
from model.compiled.revise import LinearProgram
from model.compiled.sparse import OBJECTIVES, SparseProgram

NUMBER = -1
"""Source of an entry that is a number by itself."""


@dataclass(frozen=True)
class Entry:
    """A further entry: its row and column, a factor, and the entry of the compiled program that it multiplies."""

    row: int
    column: int
    factor: float
    source: int = NUMBER


class Widening:
    """A compiled program with further columns (>= 0), rows (without bounds until they are given some) and entries.

    Args:
        compiled: the program.
        columns: labels of the further columns.
        rows: labels of the further rows.
        entries: in rows and columns of the widened program, none where the compiled one has an entry.
        costs: of the further columns, by objective; 0 where an objective is not named.
    """

    def __init__(
        self,
        compiled: SparseProgram,
        columns: Sequence[Label],
        rows: Sequence[Label],
        entries: Sequence[Entry],
        costs: Mapping[str, np.ndarray],
    ) -> None:
        self.compiled = compiled
        n_rows, n_columns, n_entries = compiled.shape
        self._added, self._rows = len(columns), len(rows)
        self._costs = {name: costs.get(name, np.zeros(self._added)) for name in OBJECTIVES}
        self._factors = np.array([entry.factor for entry in entries])
        self._sources = np.array([entry.source for entry in entries], dtype=np.int64)
        own = np.repeat(np.arange(n_columns), np.diff(compiled.starts))
        place = np.concatenate([own, np.array([entry.column for entry in entries], dtype=np.int64)])
        row = np.concatenate([compiled.rows, np.array([entry.row for entry in entries], dtype=np.int64)])
        self._order = np.lexsort((row, place))
        counts = np.bincount(place, minlength=n_columns + self._added)
        self.program = replace(
            compiled,
            starts=np.concatenate([[0], np.cumsum(counts)]).astype(compiled.starts.dtype),
            rows=row[self._order].astype(compiled.rows.dtype),
            row_labels=(*compiled.row_labels, *rows),
            column_labels=(*compiled.column_labels, *columns),
            column_lower=np.concatenate([compiled.column_lower, np.zeros(self._added)]),
            column_upper=np.concatenate([compiled.column_upper, np.full(self._added, np.inf)]),
            integrality=np.concatenate([compiled.integrality, np.zeros(self._added)]).astype(
                compiled.integrality.dtype
            ),
            map=self._widen_map(n_rows, n_columns, n_entries),
            constant=self._widen_constant(n_rows, n_columns, n_entries),
        )

    @property
    def width(self) -> int:
        """Columns of the compiled program, behind which the further ones stand."""
        return len(self.compiled.column_labels)

    def lift(self, program: LinearProgram) -> LinearProgram:
        """A scenario's program with the further columns and rows."""
        if program.program is not self.compiled:
            raise ValueError("further columns of another compiled program")
        none, endless = np.zeros(self._added), np.full(self._rows, np.inf)
        entries = self._add_entries(program.entries)
        return replace(
            program,
            program=self.program,
            starts=self.program.starts,
            rows=self.program.rows,
            entries=entries,
            row_lower=np.concatenate([program.row_lower, -endless]),
            row_upper=np.concatenate([program.row_upper, endless]),
            column_lower=np.concatenate([program.column_lower, none]),
            column_upper=np.concatenate([program.column_upper, np.full(self._added, np.inf)]),
            costs={name: np.concatenate([costs, self._costs[name]]) for name, costs in program.costs.items()},
        )

    def _add_entries(self, entries: np.ndarray) -> np.ndarray:
        multiplied = np.where(self._sources == NUMBER, 1.0, entries[self._sources])
        return np.concatenate([entries, self._factors * multiplied])[self._order]

    def _widen_map(self, n_rows: int, n_columns: int, n_entries: int) -> sparse.csr_matrix:
        old = self.compiled.map
        scaled = sparse.diags(np.where(self._sources == NUMBER, 0.0, self._factors)) @ old[np.maximum(self._sources, 0)]
        parts = [sparse.vstack([old[:n_entries], scaled], format="csr")[self._order]]
        place = n_entries
        for length, added in (
            (n_rows, self._rows),
            (n_rows, self._rows),
            *[(n_columns + 1, self._added)] * len(OBJECTIVES),
        ):
            parts += [old[place : place + length], sparse.csr_matrix((added, old.shape[1]))]
            place += length
        return sparse.vstack(parts, format="csr")

    def _widen_constant(self, n_rows: int, n_columns: int, n_entries: int) -> np.ndarray:
        old, endless = self.compiled.constant, np.full(self._rows, np.inf)
        ends = np.cumsum([n_entries, n_rows, n_rows, *[n_columns + 1] * len(OBJECTIVES)])
        entries, lower, upper, *objectives = np.split(old, ends[:-1])
        parts = [self._add_entries(entries), lower, -endless, upper, endless]
        for name, costs in zip(OBJECTIVES, objectives, strict=True):
            parts += [costs, self._costs[name]]
        return np.concatenate(parts)
