"""How far can a level go? As far as a price pays for, or any plan goes: found in one solve, the level deciding too."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from model.highs import Session, solve_once
from model.revise import LinearProgram
from model.solution import Solution, SolverOptions, Status
from model.stages import find_main, pose_task
from model.starts import WARM
from model.task import Task


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
        self._priced = _free_level(pose_task(at, find_main(at.program.structure)), step)
        self._side, self._options = side, options
        self._session = Session(options, WARM)

    def find(self, price: float | None = None) -> tuple[float | None, Solution]:
        """The steps that a price in present money per step pays for, and the plan there, its price not in its cost.

        None: whatever it costs. No steps where there is no plan at any level; infinitely many where there is no end.
        """
        costs = self._priced.costs if price is not None else np.zeros(len(self._priced.costs))
        weight = self._side * (1.0 if price is None else price)
        task = replace(self._priced, costs=np.append(costs[:-1], weight))
        options = self._options
        whole = task.mixed and not options.relax
        solve = partial(solve_once, task, options) if whole else partial(self._session.solve, task)
        found = solve(options.time_limit)
        if not found.status.has_plan:
            return -self._side * np.inf if found.status is Status.UNBOUNDED else None, found
        steps = float(found.columns[-1])
        paid = weight * steps
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
