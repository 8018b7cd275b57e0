"""How far can a level go? As far as any plan goes, or as a price pays for, found in one solve: the level decides too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.highs import Session, solve_once
from model.revise import LinearProgram
from model.solution import SolverOptions
from model.sparse import CASH_COST, COST
from model.stages import pose_task
from model.starts import COLD
from model.task import Task


def find_reach(
    at: LinearProgram, beyond: LinearProgram, side: float, options: SolverOptions, price: float | None = None
) -> float | None:
    """How many steps a level can go on from a program before no plan is left, or before a step costs more than a price.

    The bounds of rows are straight in the level, so a column that moves them takes its place:

        minimise [cost x +] side * price * steps    where    lower + steps * by <= A x <= upper + steps * by

    with by = beyond - at. Without a price cost does not count; with one the level ends where the next step costs more.

    Args:
        at: the program at one level.
        beyond: at a level one step further; the same but for bounds of rows.
        side: 1 where fewer steps are tighter, -1 where more are.
        options: of the solver; whole columns are kept whole unless relaxed.
        price: in present money per step; None: whatever it costs.

    Returns:
        The steps, negative below the level of `at`; None where no level has a plan, infinite where every level has.
    """
    task = _free_level(pose_task(at, find_main(at)), measure_step(at, beyond), side, price)
    if task.mixed and not options.relax:
        found = solve_once(task, options, options.time_limit)
    else:
        found = Session(options, COLD).solve(task, options.time_limit)
    if found.status.has_plan:
        return float(found.columns[-1])
    return -side * np.inf if found.status.value == "unbounded" else None


def measure_step(at: LinearProgram, beyond: LinearProgram) -> np.ndarray:
    """How much each row's bounds move from one program to another (n_rows); times the rows' prices, what it costs."""
    step = np.zeros(len(at.row_lower))
    for before, after in ((at.row_lower, beyond.row_lower), (at.row_upper, beyond.row_upper)):
        finite = np.isfinite(before) & np.isfinite(after)
        step[finite] += np.where(step[finite] == 0.0, after[finite] - before[finite], 0.0)
    return step


def find_main(program: LinearProgram) -> str:
    """The objective whose least value is the plan's."""
    return CASH_COST if program.program.structure.finance.viewer else COST


def _free_level(task: Task, step: np.ndarray, side: float, price: float | None) -> Task:
    """The task with one more column, the steps; the only one that costs where there is no price."""
    moved = np.flatnonzero(step)
    n_columns = len(task.costs)
    return replace(
        task,
        starts=np.append(task.starts, task.starts[-1] + len(moved)).astype(task.starts.dtype),
        rows=np.append(task.rows, moved).astype(task.rows.dtype),
        entries=np.append(task.entries, -step[moved]),
        column_lower=np.append(task.column_lower, -np.inf),
        column_upper=np.append(task.column_upper, np.inf),
        costs=np.append(np.zeros(n_columns) if price is None else task.costs, side * (1.0 if price is None else price)),
        offset=0.0,
        integrality=np.append(task.integrality, 0).astype(task.integrality.dtype),
    )
