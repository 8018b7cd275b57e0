"""Several futures of one program as one block: what they share stands once, everything else once per future.

    minimise sum p_s (c_s @ x_s + offset_s)   with  l_s <= A_s x_s <= u_s,   x_s[j] = x_r[j] where r owns j of s

All of it is index arithmetic on the arrays of tasks with one pattern: column j of future s stands at `places[s, j]`,
which is the place of its owner's. Labels are those of the one program, with the future in front.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from model.compiled.task import Task


@dataclass(frozen=True)
class Block:
    """A block and where the futures' columns stand in it.

    `places` (n_futures, n_columns) are positions among the block's columns, `weights` (n_futures) the probabilities,
    `tasks` the futures one by one. Columns that a measure of risk adds stand behind all of these.
    """

    task: Task
    places: np.ndarray
    weights: np.ndarray
    tasks: Sequence[Task]

    def cut(self, point: np.ndarray) -> np.ndarray:
        """Every future's columns (n_futures, n_columns) at a point of the block."""
        return np.asarray(point[self.places])

    def fill(self, columns: np.ndarray) -> np.ndarray:
        """The point of the block at which futures have these columns (n_futures, n_columns), alike where shared."""
        point = np.empty(len(self.task.costs))
        for place, values in zip(self.places[::-1], columns[::-1], strict=True):
            point[place] = values
        return point

    def cost(self, point: np.ndarray) -> np.ndarray:
        """What each future costs at a point of the block (n_futures)."""
        return np.array([task.costs @ x + task.offset for task, x in zip(self.tasks, self.cut(point), strict=True)])


def join_tasks(tasks: Sequence[Task], weights: np.ndarray, owners: np.ndarray) -> Block:
    """The block of futures.

    Args:
        tasks: of one pattern (`starts` and `rows` alike), one per future.
        weights: probabilities (n_futures).
        owners: whose column each future's is (n_futures, n_columns): its own number, or that of an earlier future.

    A shared column keeps the narrowest of its bounds. A row whose columns are all an earlier future's, with the same
    numbers there, stands once: in a tree that is the row of the node of its latest column.
    """
    first, n_futures = tasks[0], len(tasks)
    if any(not _are_alike(first, task) for task in tasks):
        raise ValueError("futures of one block have one pattern")
    own = owners == np.arange(n_futures)[:, None]
    numbers = np.cumsum(own.ravel()).reshape(own.shape) - 1
    places = np.take_along_axis(numbers, owners, axis=0)
    n_block = int(own.sum())
    lower, upper, costs = np.full(n_block, -np.inf), np.full(n_block, np.inf), np.zeros(n_block)
    integrality = np.zeros(n_block, dtype=np.int32)
    for task, place, weight in zip(tasks, places, weights, strict=True):
        np.maximum.at(lower, place, task.column_lower)
        np.minimum.at(upper, place, task.column_upper)
        np.add.at(costs, place, weight * task.costs)
        integrality[place] = task.integrality
    kept = _choose_rows(tasks, owners)
    matrix = _stack(tasks, places, kept, n_block)
    joined = Task(
        starts=matrix.indptr,
        rows=matrix.indices,
        entries=matrix.data,
        row_lower=np.concatenate([task.row_lower[rows] for task, rows in zip(tasks, kept, strict=True)]),
        row_upper=np.concatenate([task.row_upper[rows] for task, rows in zip(tasks, kept, strict=True)]),
        column_lower=lower,
        column_upper=upper,
        costs=costs,
        offset=float(weights @ np.array([task.offset for task in tasks])),
        integrality=integrality,
    )
    return Block(joined, places, weights, tasks)


def mean_task(tasks: Sequence[Task], weights: np.ndarray) -> Task:
    """The task of expected numbers: since all numbers enter linearly, the mean of the futures' arrays."""

    def mean(name: str) -> np.ndarray:
        arrays = [getattr(task, name) for task in tasks]
        total = sum(
            weight * np.where(np.isfinite(array), array, 0.0) for weight, array in zip(weights, arrays, strict=True)
        )
        endless = [np.where(np.isfinite(array), 0.0, array) for array in arrays]
        return np.asarray(total + np.where(np.any(endless, axis=0), np.sum(endless, axis=0), 0.0))

    names = ("entries", "row_lower", "row_upper", "column_lower", "column_upper", "costs")
    offset = float(weights @ np.array([task.offset for task in tasks]))
    return replace(tasks[0], offset=offset, **{name: mean(name) for name in names})


def fix_columns(task: Task, columns: np.ndarray, values: np.ndarray, room: float = 0.0) -> Task:
    """The task in which these columns stay at these values, within a room relative to them and inside their bounds."""
    lower, upper = task.column_lower.copy(), task.column_upper.copy()
    wide = room * np.maximum(1.0, np.abs(values))
    lower[columns] = np.clip(values - wide, task.column_lower[columns], task.column_upper[columns])
    upper[columns] = np.clip(values + wide, task.column_lower[columns], task.column_upper[columns])
    return replace(task, column_lower=lower, column_upper=upper)


def _are_alike(first: Task, task: Task) -> bool:
    return (
        np.array_equal(first.starts, task.starts)
        and np.array_equal(first.rows, task.rows)
        and len(first.row_lower) == len(task.row_lower)
    )


def _choose_rows(tasks: Sequence[Task], owners: np.ndarray) -> list[np.ndarray]:
    """Positions of the rows that each future brings; those that say what an earlier future's said are left out."""
    first, n_rows = tasks[0], len(tasks[0].row_lower)
    column_of = np.repeat(np.arange(len(first.costs)), np.diff(first.starts))
    kept = []
    for future, task in enumerate(tasks):
        latest = np.zeros(n_rows, dtype=np.int64)
        np.maximum.at(latest, first.rows, owners[future, column_of])
        said = np.zeros(n_rows, dtype=bool)
        for earlier in np.unique(latest[latest < future]):
            said |= (latest == earlier) & _says_same(task, tasks[earlier], owners[future] == owners[earlier], column_of)
        kept.append(np.flatnonzero(~said))
    return kept


def _says_same(task: Task, other: Task, shared: np.ndarray, column_of: np.ndarray) -> np.ndarray:
    """Rows with the same numbers over the same columns of the block in two futures (n_rows)."""
    moved = np.bincount(task.rows, (task.entries != other.entries) | ~shared[column_of], len(task.row_lower)) > 0
    return np.asarray(~moved & (task.row_lower == other.row_lower) & (task.row_upper == other.row_upper))


def _stack(tasks: Sequence[Task], places: np.ndarray, kept: Sequence[np.ndarray], n_block: int) -> sparse.csc_matrix:
    """The matrix of the block: each future's entries at the block's rows and columns."""
    first, n_rows = tasks[0], len(tasks[0].row_lower)
    column_of = np.repeat(np.arange(len(first.costs)), np.diff(first.starts))
    rows, columns, entries, count = [], [], [], 0
    for task, place, chosen in zip(tasks, places, kept, strict=True):
        number = np.full(n_rows, -1, dtype=np.int64)
        number[chosen] = count + np.arange(len(chosen))
        there = number[task.rows] >= 0
        rows.append(number[task.rows[there]])
        columns.append(place[column_of[there]])
        entries.append(task.entries[there])
        count += len(chosen)
    stacked = np.concatenate(entries), (np.concatenate(rows), np.concatenate(columns))
    matrix = sparse.coo_matrix(stacked, shape=(count, n_block)).tocsc()
    matrix.indptr, matrix.indices = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
    return matrix
