"""What a program is as arrays: a pattern with labels, and a linear map from numbers to values.

    values = S @ p + constant

where `values` are, one after the other, the entries of A, the row bounds and the objectives, and `p` is the vector
of all numbers that a scenario can change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from model.compiled.labels import Label, place_families
from model.compiled.task import Part, cut_part
from model.parameters.coefficient import Coefficient
from model.parameters.structure import Structure
from model.parameters.structure_finance import MONEY_DECISIONS, MONEY_RULES

COST = "cost"
MISS = "miss"
FINANCE_COST = "finance_cost"
RISE = "rise_sum"
CASH_COST = "cash_cost"
EARLY = "early"
OBJECTIVES = (COST, MISS, FINANCE_COST, RISE, CASH_COST, EARLY)


@dataclass(frozen=True, eq=False)
class SparseProgram:
    """A compiled program: its pattern, its labels, and the map from numbers to values.

    `starts` and `rows` are the column-wise pattern of A (n_columns + 1, n_entries). `map` (n_values, n_symbols) and
    `constant` (n_values) give the values in the order A, row lower, row upper, then per objective its offset and
    costs. `numbers` says of each symbol which coefficient it is and where in it: `gather` takes them in that order.
    """

    structure: Structure
    starts: np.ndarray
    rows: np.ndarray
    row_labels: Sequence[Label]
    column_labels: Sequence[Label]
    column_lower: np.ndarray
    column_upper: np.ndarray
    integrality: np.ndarray
    map: sparse.csr_matrix
    constant: np.ndarray
    numbers: tuple[tuple[str, np.ndarray, np.ndarray], ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, entries."""
        return len(self.row_labels), len(self.column_labels), len(self.rows)

    @cached_property
    def column_families(self) -> Mapping[str, np.ndarray]:
        """Positions of the columns of each family."""
        return place_families(self.column_labels)

    @cached_property
    def row_families(self) -> Mapping[str, np.ndarray]:
        """Positions of the rows of each family."""
        return place_families(self.row_labels)

    @cached_property
    def _by_row(self) -> tuple[np.ndarray, np.ndarray]:
        """Places of the entries row by row, and where those of each row begin (n_rows + 1)."""
        counts = np.bincount(self.rows, minlength=len(self.row_labels))
        return np.argsort(self.rows, kind="stable"), np.concatenate([[0], np.cumsum(counts)])

    def list_entries(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places of the entries of some rows, row by row, and of each entry which of those rows it stands in."""
        order, begins = self._by_row
        counts = begins[rows + 1] - begins[rows]
        row_of = np.repeat(np.arange(len(rows)), counts)
        within = np.arange(len(row_of)) - (np.cumsum(counts) - counts)[row_of]
        return order[begins[rows][row_of] + within], row_of

    @cached_property
    def money(self) -> Part:
        """What is decided anew where all that is built and run stands: who pays, and the rules of that."""
        columns = _gather_places(self.column_families, MONEY_DECISIONS)
        return cut_part(self.starts, self.rows, columns, _gather_places(self.row_families, MONEY_RULES))

    @cached_property
    def whole_built(self) -> np.ndarray:
        """Positions of whole columns of what is built; issues of debt are none of them."""
        return np.setdiff1d(np.flatnonzero(self.integrality), self.money.columns)

    @cached_property
    def name_weights(self) -> np.ndarray:
        """A weight for each column, larger for names that come later, by which ties are broken at last.

        One plus the root of the column's place among all sorted by family and labels, from 1 to 2: roots of different
        numbers sum to the same so seldom that no two plans weigh the same. 0 where a column has no lower bound.
        """
        names = [(label.family, tuple(map(str, label.index))) for label in self.column_labels]
        weights = np.empty(len(names))
        weights[sorted(range(len(names)), key=names.__getitem__)] = np.sqrt(np.arange(len(names)))
        return np.where(np.isfinite(self.column_lower), 1.0 + weights / np.sqrt(max(len(names), 1)), 0.0)

    def gather(self, coefficients: Mapping[str, Coefficient]) -> np.ndarray:
        """The vector of all symbols (n_symbols) out of a scenario's coefficients."""
        p = np.empty(self.map.shape[1])
        for name, places, positions in self.numbers:
            p[places] = coefficients[name].values.ravel()[positions]
        return p


def _gather_places(places: Mapping[str, np.ndarray], families: Collection[str]) -> np.ndarray:
    found = [places[family] for family in families if family in places]
    return np.sort(np.concatenate([np.empty(0, dtype=np.int64), *found]))
