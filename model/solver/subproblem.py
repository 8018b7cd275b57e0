"""One of several futures by itself: what it costs at least, and what it costs where what all share is given.

F(x)      least cost where what is shared is x, in parts of units
cut       F(x) >= F(x') + d (x - x'),  d = c - A' price of the shared columns at x'
cut       0 >= v(x') + d (x - x')      where x' leaves no way on; v the least sum of what rows lack
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from model.compiled.blocks import fix_columns
from model.compiled.task import Task
from model.solver.sessions import Session, open_session
from model.solver.solution import Solution, SolverOptions, Status
from model.solver.starts import COLD, WARM

DUST = 1e-9
"""A price below this is rounding of nothing; beside true ones it would ask the solver for units of its own."""


@dataclass(frozen=True)
class Cut:
    """`slope @ x + level <= F(x)`, or `<= 0` where it is not of cost: what a future costs at least, or has a way on."""

    slope: np.ndarray
    level: float
    of_cost: bool


class Subproblem:
    """One future in parts of units, on a solver that stays warm from one question to the next."""

    def __init__(self, task: Task, options: SolverOptions) -> None:
        self.whole = task
        self._task = replace(task, integrality=np.zeros_like(task.integrality))
        self._options = options
        self._session = open_session(options, WARM)
        self._lacking: Session | None = None

    def find_least(self, seconds: float) -> Solution:
        """What it costs at least, by itself."""
        return self._session.solve(self._task, seconds)

    def try_point(self, shared: np.ndarray, point: np.ndarray, seconds: float) -> tuple[Solution, Cut | None]:
        """The least where what is shared (positions) is as at a point, with the cut there; None: no price is known."""
        held = fix_columns(self._task, shared, point)
        found = self._session.solve(held, seconds)
        if found.status.has_plan:
            slope = _price(held, found, shared)
            return found, Cut(slope, found.objective - float(slope @ point), of_cost=True)
        if found.status is not Status.INFEASIBLE:
            return found, None
        if self._lacking is None:
            self._lacking = open_session(self._options, COLD)
        eased = _ease_rows(held)
        short = self._lacking.solve(eased, seconds)
        if not short.status.has_plan:
            return found, None
        slope = _price(eased, short, shared)
        return found, Cut(slope, short.objective - float(slope @ point), of_cost=False)


def _price(task: Task, found: Solution, shared: np.ndarray) -> np.ndarray:
    """What a unit more of each shared column would add: cost less what its rows are worth."""
    columns = np.repeat(np.arange(len(task.costs)), np.diff(task.starts))
    worth = np.bincount(columns, task.entries * found.row_duals[task.rows], len(task.costs))
    slope = (task.costs - worth)[shared]
    return np.asarray(np.where(np.abs(slope) < DUST, 0.0, slope))


def _ease_rows(task: Task) -> Task:
    """The task that asks how little rows have to be broken for there to be a way on."""
    n_rows, n_columns = len(task.row_lower), len(task.costs)
    every = np.arange(n_rows, dtype=np.int32)
    starts = np.r_[task.starts, task.starts[-1] + np.arange(1, 2 * n_rows + 1)].astype(task.starts.dtype)
    return replace(
        task,
        starts=starts,
        rows=np.r_[task.rows, every, every].astype(task.rows.dtype),
        entries=np.r_[task.entries, np.ones(n_rows), -np.ones(n_rows)],
        column_lower=np.r_[task.column_lower, np.zeros(2 * n_rows)],
        column_upper=np.r_[task.column_upper, np.full(2 * n_rows, np.inf)],
        costs=np.r_[np.zeros(n_columns), np.ones(2 * n_rows)],
        offset=0.0,
        integrality=np.zeros(n_columns + 2 * n_rows, dtype=np.int32),
    )
