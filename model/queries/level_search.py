"""How far can a level go? As far as a price pays for, or any plan goes: found in one solve, the level deciding too."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from model.compiled.revise import LinearProgram
from model.compiled.task import Task
from model.solver.sessions import Session, open_session, solve_once
from model.solver.solution import Solution, SolverOptions, Status
from model.solver.stages import find_main, pose_task
from model.solver.starts import CHOOSE, WARM

TRIFLE = 1e-5
"""Present money per step that the cheapest plan may cost more: among equals the tightest is taken."""


class LevelSearch:
    """Finds levels, in steps from a program. The bounds of rows are straight in the level, so a column can move them:

        minimise [cost x +] side * price * steps    where    lower + steps * step <= A x <= upper + steps * step

    With the cost the level ends where the next step costs more than the price; without it, where no plan is left.

    Args:
        at: the program at one level.
        step: `measure_step` to the program one level further (n_rows).
        side: 1 where fewer steps are tighter, -1 where more are.
        options: of the solver; whole columns are kept whole unless relaxed.
    """

    def __init__(self, at: LinearProgram, step: np.ndarray, side: float, options: SolverOptions) -> None:
        self._open = _free_level(pose_task(at, find_main(at.program.structure)), step)
        self._side, self._options = side, options
        self._priced, self._fixed = open_session(options, WARM), open_session(options, CHOOSE)

    def find(self, price: float | None) -> tuple[float | None, Solution]:
        """The steps that a price in present money per step pays for, and the plan there, its price not in its cost.

        None: whatever it costs. No steps where there is no plan at any level; infinitely many where there is no end.
        """
        costs = self._open.costs if price is not None else np.zeros(len(self._open.costs))
        weight = self._side * (1.0 if price is None else price)
        return self._end(self._priced, replace(self._open, costs=np.append(costs[:-1], weight)))

    def find_free(self) -> tuple[float | None, Solution]:
        """As `find`, at a trifle of a price: the cheapest plan, and among equals the one of the tightest level."""
        return self._end(self._fixed, replace(self._open, costs=np.append(self._open.costs[:-1], self._side * TRIFLE)))

    def solve(self, steps: float) -> Solution:
        """The least cost so many steps away, whole columns relaxed; each from where the one before ended."""
        task = self._open.fix(np.array([len(self._open.costs) - 1]), np.array([steps]))
        found = self._fixed.solve(task, self._options.time_limit)
        return replace(found, columns=found.columns[:-1]) if found.status.has_plan else found

    def _end(self, session: Session, task: Task) -> tuple[float | None, Solution]:
        whole = task.mixed and not self._options.relax
        solve = partial(solve_once, task, self._options) if whole else partial(session.solve, task)
        found = solve(self._options.time_limit)
        if not found.status.has_plan:
            return -self._side * np.inf if found.status is Status.UNBOUNDED else None, found
        steps = float(found.columns[-1])
        paid = float(task.costs[-1]) * steps
        plan = replace(found, columns=found.columns[:-1], objective=found.objective - paid, bound=found.bound - paid)
        return steps, plan


def measure_step(at: LinearProgram, beyond: LinearProgram) -> np.ndarray:
    """How much each row's bounds move from one program to another (n_rows); times the rows' prices, what it costs."""
    step = np.zeros(len(at.row_lower))
    for before, after in ((at.row_lower, beyond.row_lower), (at.row_upper, beyond.row_upper)):
        finite = np.isfinite(before) & np.isfinite(after)
        step[finite] += np.where(step[finite] == 0.0, after[finite] - before[finite], 0.0)
    return step


def _free_level(task: Task, step: np.ndarray) -> Task:
    """The task with one more column, the steps, which cost nothing."""
    moved = np.flatnonzero(step)
    return replace(
        task,
        starts=np.append(task.starts, task.starts[-1] + len(moved)).astype(task.starts.dtype),
        rows=np.append(task.rows, moved).astype(task.rows.dtype),
        entries=np.append(task.entries, -step[moved]),
        column_lower=np.append(task.column_lower, -np.inf),
        column_upper=np.append(task.column_upper, np.inf),
        costs=np.append(task.costs, 0.0),
        integrality=np.append(task.integrality, 0).astype(task.integrality.dtype),
    )
