"""Whether the least of one task is the least of another, too, by weak duality alone: nothing is searched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from model.compiled.task import Task
from model.solver.pricing import find_least_bound
from model.solver.solution import HIGHS, Solution, Status

WITHIN = 1e-9
"""Part of its size, or of its terms, by which a column or a row may be beyond a bound."""
GAP = 1e-10
"""Part of the cost by which the least may be below it."""


def keep_least(task: Task, before: Solution) -> Solution | None:
    """The solution of another task of the same shape where it is the least of this one; None where it may not be.

        lower <= x <= upper,   row_lower <= A x <= row_upper,   cost @ x <= bound(y)

    The point keeps all rules of the task, and its prices prove that no point costs less: the answer is as sound as a
    search, and where several points cost the least it is the one from before.
    """
    if before.status is not Status.OPTIMAL or not len(before.row_duals):
        return None
    x = before.columns
    matrix = sparse.csc_matrix((task.entries, task.rows, task.starts), shape=(len(task.row_lower), len(x)))
    terms = abs(matrix) @ abs(x)
    if not _lies(x, task.column_lower, task.column_upper, abs(x)):
        return None
    if not _lies(matrix @ x, task.row_lower, task.row_upper, terms):
        return None
    cost = float(task.costs @ x) + task.offset
    if cost - find_least_bound(task, before) > GAP * max(1.0, abs(cost)):
        return None
    return replace(before, objective=cost, bound=cost, gap=0.0, seconds={HIGHS: 0.0})


def _lies(values: np.ndarray, lower: np.ndarray, upper: np.ndarray, sizes: np.ndarray) -> bool:
    room = WITHIN * np.maximum(1.0, sizes)
    return bool((values >= lower - room).all() and (values <= upper + room).all())
