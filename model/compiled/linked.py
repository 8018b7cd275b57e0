"""Programs of several cases with rows over all of them: which columns count in a shared row, and all as one block.

    least   sum_i c_i @ x_i + price @ over
    of      l_i <= A_i x_i <= u_i                      of every case i
            shared   sum_i N_i x_i - over <= limit     N_i (n_shared, n_columns of i)

Patterns of the cases may differ: their arrays stand one behind the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from model.compiled.labels import Label
from model.compiled.revise import LinearProgram
from model.compiled.sparse import SparseProgram
from model.compiled.task import Task
from model.compiled.widening import Entry, Widening

CLAIMED, BUILT, BOUGHT, STANDING, HELD = "claimed", "build", "purchase", "capacity", "account"
SHARED, SHARED_CLAIMS = "shared", "shared_claims"
"""Families of shared rows; those over claims are rules of money, which later stages keep."""
PLACES: Mapping[str, tuple[int, int]] = {CLAIMED: (0, 2), BUILT: (0, 1), BOUGHT: (0, 1), STANDING: (0, 1), HELD: (0, 1)}
"""Where in the labels of a family its item stands and its year."""


@dataclass(frozen=True)
class Counted:
    """What of a case counts in a shared row.

    Args:
        row: position among the shared rows.
        family: of columns.
        item: their first label.
        factors: by plan year what a unit counts; other years do not.
        shares: of claims, by technology the share of the investment that the grant pays; None: 1.
    """

    row: int
    family: str
    item: str
    factors: Mapping[int, float]
    shares: Mapping[str, float] | None = None


def count_columns(program: SparseProgram, counted: Sequence[Counted], n_rows: int) -> sparse.csr_matrix:
    """What each column of a case counts in the shared rows (n_rows, n_columns)."""
    found: list[tuple[int, int, float]] = []
    for one in counted:
        item, year = PLACES[one.family]
        for column in program.column_families.get(one.family, ()):
            index = program.column_labels[column].index
            factor = one.factors.get(int(index[year]), 0.0) if str(index[item]) == one.item else 0.0
            if one.shares is not None:
                factor *= one.shares.get(str(index[1]), 0.0)
            if factor:
                found.append((one.row, int(column), factor))
    rows = np.array([row for row, _, _ in found], dtype=np.int64)
    columns = np.array([column for _, column, _ in found], dtype=np.int64)
    factors = np.array([factor for _, _, factor in found])
    shape = (n_rows, len(program.column_labels))
    return sparse.coo_matrix((factors, (rows, columns)), shape=shape).tocsr()


class Bound:
    """A case's program with its shared rows as rows of its own, free until parts are given."""

    def __init__(self, program: SparseProgram, matrix: sparse.csr_matrix) -> None:
        self.rows = np.flatnonzero(np.diff(matrix.indptr))
        claimed = set(program.column_families.get(CLAIMED, np.empty(0, dtype=int)).tolist())
        n_rows, labels, entries = program.shape[0], [], []
        for place, row in enumerate(self.rows):
            part = slice(matrix.indptr[row], matrix.indptr[row + 1])
            columns = matrix.indices[part].tolist()
            family = SHARED_CLAIMS if claimed.issuperset(columns) else SHARED
            labels.append(Label(family, (int(row),)))
            pairs = zip(columns, matrix.data[part].tolist(), strict=True)
            entries += [Entry(n_rows + place, column, factor) for column, factor in pairs]
        self._widening = Widening(program, (), labels, entries, {})

    def limit(self, program: LinearProgram, parts: np.ndarray) -> LinearProgram:
        """A scenario's program in which no shared row is used beyond the case's part (n_shared)."""
        lifted = self._widening.lift(program)
        upper = lifted.row_upper.copy()
        upper[len(program.row_upper) :] = parts[self.rows]
        return replace(lifted, row_upper=upper)


def join_cases(
    tasks: Sequence[Task], counts: Sequence[sparse.csr_matrix], limits: np.ndarray, prices: np.ndarray
) -> Task:
    """All cases as one task, with a column `over` behind their columns for each shared row that has a price.

    Args:
        tasks: of the cases.
        counts: what their columns count in shared rows (n_shared, n_columns of the case).
        limits: of shared rows; endless ones bind nothing.
        prices: of what is beyond; endless where a limit is hard.
    """
    soft = np.flatnonzero(np.isfinite(prices))
    over = sparse.csr_matrix((-np.ones(len(soft)), (soft, np.arange(len(soft)))), shape=(len(limits), len(soft)))
    blocks = [
        sparse.csc_matrix((task.entries, task.rows, task.starts), shape=(len(task.row_lower), len(task.costs)))
        for task in tasks
    ]
    whole = sparse.block_diag([*blocks, sparse.csc_matrix((0, len(soft)))], format="csc")
    matrix = sparse.vstack([whole, sparse.hstack([*counts, over])], format="csc")
    endless, none = np.full(len(limits), -np.inf), np.zeros(len(soft))

    def join(name: str, added: np.ndarray) -> np.ndarray:
        return np.concatenate([*(getattr(task, name) for task in tasks), added])

    return Task(
        starts=matrix.indptr.astype(np.int32),
        rows=matrix.indices.astype(np.int32),
        entries=matrix.data,
        row_lower=join("row_lower", endless),
        row_upper=join("row_upper", limits),
        column_lower=join("column_lower", none),
        column_upper=join("column_upper", np.full(len(soft), np.inf)),
        costs=join("costs", prices[soft]),
        offset=sum(task.offset for task in tasks),
        integrality=join("integrality", none).astype(np.int32),
    )


def cut_cases(tasks: Sequence[Task], point: np.ndarray) -> list[np.ndarray]:
    """Each case's own columns of a point of the block."""
    ends = np.cumsum([len(task.costs) for task in tasks])
    return np.split(point[: ends[-1]], ends[:-1])
