"""Whether the least of one task is the least of another, too, by weak duality alone: nothing is searched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from model.compiled.task import Task
from model.solver.pricing import find_least_bound
from model.solver.solution import HIGHS, Solution, Status

WITHIN = 1e-8
"""Part of its size by which a row or a column may be beyond a bound, and the least below the cost."""


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
    if not (_lies(x, task.column_lower, task.column_upper) and _lies(matrix @ x, task.row_lower, task.row_upper)):
        return None
    cost = float(task.costs @ x) + task.offset
    if cost - find_least_bound(task, before) > WITHIN * max(1.0, abs(cost)):
        return None
    return replace(before, objective=cost, bound=cost, gap=0.0, seconds={HIGHS: 0.0})


def _lies(values: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> bool:
    room = WITHIN * np.maximum(1.0, np.abs(values))
    return bool((values >= lower - room).all() and (values <= upper + room).all())
