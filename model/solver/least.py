"""The least of one task, by the method that suits its size; and with some of its columns held."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.compiled.blocks import fix_columns
from model.compiled.task import Task
from model.solver.facts import ROOMS
from model.solver.registry import CHOOSE_METHOD, HIGHS_NAME, IPM
from model.solver.sessions import open_session, solve_once
from model.solver.solution import HIGHS, Solution, SolverOptions, Status
from model.solver.stages import GRACE
from model.solver.starts import COLD

LARGE = 60_000
"""Columns from which a linear block is solved by interior point: simplex takes far longer on blocks."""
DUST = 1e-6
"""How near to its least bound a column of an interior point is meant to be at it."""


def solve_task(task: Task, options: SolverOptions, start: np.ndarray | None = None) -> Solution:
    """The least of a task, whole columns whole unless the options relax them."""
    task = task.relax() if options.relax else task
    if task.mixed:
        return solve_once(task, options, options.time_limit, start=start)
    if len(task.costs) < LARGE or options.method != CHOOSE_METHOD or options.name != HIGHS_NAME:
        return open_session(options, COLD).solve(task, options.time_limit)
    rough = open_session(replace(options, method=IPM, crossover=False), COLD).solve(task, options.time_limit)
    if rough.status.has_plan:
        return replace(rough, columns=_sweep_dust(task, rough.columns))
    if rough.status is not Status.FAILED:
        return rough
    left = max(options.time_limit - rough.seconds.get(HIGHS, 0.0), GRACE)
    return open_session(replace(options, method=IPM), COLD).solve(task, left)


def _sweep_dust(task: Task, point: np.ndarray) -> np.ndarray:
    """The point with what an interior point leaves a little above a least bound at that bound."""
    return np.asarray(np.where(np.abs(point - task.column_lower) < DUST, task.column_lower, point))


def settle_task(task: Task, shared: np.ndarray, point: np.ndarray, options: SolverOptions) -> Solution:
    """The least of one future where what is shared (positions) is as at a point (n_columns)."""
    found = Solution.none()
    for room in ROOMS:
        found = solve_task(fix_columns(task, shared, point[shared], room), options)
        if found.status.has_plan:
            break
    return found
