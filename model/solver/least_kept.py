"""Whether what was found of tasks answers another one, too, by weak duality alone: nothing is searched.

a point that keeps all rules of a task costs at least its least;   prices bound its least from below
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import numpy as np

from model.compiled.task import Task
from model.solver.pricing import find_least_bound, reduce_costs
from model.solver.solution import HIGHS, Solution, Status

WITHIN = 1e-9
"""Part of its size, or of its terms, by which a column or a row may be beyond a bound."""
KEPT_RULE = 1e-7
"""The same where it is only asked whether a plan costs less than so much: what a solver lets pass itself."""
GAP = 1e-10
"""Part of the cost by which the least may be below it."""
MOST_KNOWN = 2
"""Solutions that are tried besides the first: each takes a twentieth of a search, and older ones answer one question in
three hundred."""


def keep_least(task: Task, before: Solution) -> Solution | None:
    """The solution of another task of the same shape where it is the least of this one; None where it may not be.

        lower <= x <= upper,   row_lower <= A x <= row_upper,   cost @ x <= bound(y)

    The point keeps all rules of the task, and its prices prove that no point costs less: the answer is as sound as a
    search, and where several points cost the least it is the one from before.
    """
    return _Tried(before).keep(task) if _is_priced(before) else None


def keeps_rules(task: Task, x: np.ndarray, within: float = WITHIN) -> bool:
    """Whether a point keeps all rules of a task, but for a part of the size of their terms."""
    if not _lies(x, task.column_lower, task.column_upper, np.abs(x), within):
        return False
    terms = task.entries * np.repeat(x, np.diff(task.starts))
    count = len(task.row_lower)
    amounts, sizes = np.bincount(task.rows, terms, count), np.bincount(task.rows, np.abs(terms), count)
    return _lies(amounts, task.row_lower, task.row_upper, sizes, within)


class Known:
    """Solutions of tasks of one shape, the latest first, tried for the next task before it is searched.

    `first` is kept for good.
    """

    def __init__(self, first: Solution | None = None) -> None:
        self._first: list[_Tried] = []
        self._found: deque[_Tried] = deque(maxlen=MOST_KNOWN)
        if first is not None and _is_priced(first):
            self._first.append(_Tried(first))

    def add(self, found: Solution) -> None:
        """Keep a solution that has prices."""
        if _is_priced(found):
            self._found.appendleft(_Tried(found))

    def keep(self, task: Task) -> Solution | None:
        """The one that is the least of a task."""
        kept = (tried.keep(task) for tried in (*self._found, *self._first))
        return next((found for found in kept if found is not None), None)

    def is_below(self, task: Task, amount: float) -> bool | None:
        """Whether the least of a task is below an amount, as far as points and prices tell; None where they do not."""
        tried = (*self._found, *self._first)
        if any(one.cost(task) < amount and keeps_rules(task, one.found.columns, KEPT_RULE) for one in tried):
            return True
        return False if any(one.bound(task, sure=True) >= amount for one in tried) else None


class _Tried:
    """A solution that is tried for other tasks; what its prices make of costs is kept while these are the same."""

    def __init__(self, found: Solution) -> None:
        self.found = found
        self._of: tuple[np.ndarray, np.ndarray] | None = None
        self._reduced = np.empty(0)

    def cost(self, task: Task) -> float:
        """What the point costs in a task."""
        return float((task.costs * self.found.columns).sum()) + task.offset

    def bound(self, task: Task, *, sure: bool = False) -> float:
        """What the prices prove of the least of a task."""
        if self._of is None or self._of[0] is not task.entries or self._of[1] is not task.costs:
            self._of, self._reduced = (task.entries, task.costs), reduce_costs(task, self.found.row_duals)
        return find_least_bound(task, self.found, self._reduced, sure=sure)

    def keep(self, task: Task) -> Solution | None:
        """The solution where it is the least of a task."""
        cost = self.cost(task)
        if cost - self.bound(task) > GAP * max(1.0, abs(cost)) or not keeps_rules(task, self.found.columns):
            return None
        return replace(self.found, objective=cost, bound=cost, gap=0.0, seconds={HIGHS: 0.0})


def _is_priced(found: Solution) -> bool:
    return found.status is Status.OPTIMAL and len(found.row_duals) > 0


def _lies(values: np.ndarray, lower: np.ndarray, upper: np.ndarray, sizes: np.ndarray, within: float) -> bool:
    room = within * np.maximum(1.0, sizes)
    return bool((values >= lower - room).all() and (values <= upper + room).all())
