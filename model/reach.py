"""How far can a level go? As far as a price pays for, or any plan goes: found in one solve, the level deciding too."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from model.highs import Session, solve_once
from model.revise import LinearProgram
from model.solution import SolverOptions, Status
from model.stages import find_main, pose_task
from model.starts import WARM
from model.task import Task


@dataclass(frozen=True)
class Reach:
    """Levels in steps from a program: `paid` where the next step costs more than the price, `last` where none is left.

    None where there is no plan at any level; `last` is infinite where there is one at every level.
    """

    paid: float | None
    last: float | None


def find_reach(at: LinearProgram, step: np.ndarray, side: float, price: float, options: SolverOptions) -> Reach:
    """How many steps a level can go on from a program at a price, and at any.

    The bounds of rows are straight in the level, so a column that moves them takes its place:

        minimise [cost x +] side * price * steps    where    lower + steps * step <= A x <= upper + steps * step

    With the cost the level ends where the next step costs more than the price; without it, where no plan is left.

    Args:
        at: the program at one level.
        step: `measure_step` to the program one level further (n_rows).
        side: 1 where fewer steps are tighter, -1 where more are.
        price: in present money per step.
        options: of the solver; whole columns are kept whole unless relaxed.
    """
    priced = _free_level(pose_task(at, find_main(at.program.structure)), step, side * price)
    bare = replace(priced, costs=np.append(np.zeros(len(priced.costs) - 1), side))
    session = Session(options, WARM)
    paid, last = (_find_end(task, side, session, options) for task in (priced, bare))
    return Reach(paid, last)


def _find_end(task: Task, side: float, session: Session, options: SolverOptions) -> float | None:
    whole = task.mixed and not options.relax
    found = solve_once(task, options, options.time_limit) if whole else session.solve(task, options.time_limit)
    if found.status.has_plan:
        return float(found.columns[-1])
    return -side * np.inf if found.status is Status.UNBOUNDED else None


def measure_step(at: LinearProgram, beyond: LinearProgram) -> np.ndarray:
    """How much each row's bounds move from one program to another (n_rows); times the rows' prices, what it costs."""
    step = np.zeros(len(at.row_lower))
    for before, after in ((at.row_lower, beyond.row_lower), (at.row_upper, beyond.row_upper)):
        finite = np.isfinite(before) & np.isfinite(after)
        step[finite] += np.where(step[finite] == 0.0, after[finite] - before[finite], 0.0)
    return step


def _free_level(task: Task, step: np.ndarray, price: float) -> Task:
    """The task with one more column, the steps, at a price."""
    moved = np.flatnonzero(step)
    return replace(
        task,
        starts=np.append(task.starts, task.starts[-1] + len(moved)).astype(task.starts.dtype),
        rows=np.append(task.rows, moved).astype(task.rows.dtype),
        entries=np.append(task.entries, -step[moved]),
        column_lower=np.append(task.column_lower, -np.inf),
        column_upper=np.append(task.column_upper, np.inf),
        costs=np.append(task.costs, price),
        integrality=np.append(task.integrality, 0).astype(task.integrality.dtype),
    )
