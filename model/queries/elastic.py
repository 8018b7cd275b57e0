"""How far do rows have to give? A task with a slack for each set of rows that give together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST
from model.compiled.task import Task
from model.solver.stages import pose_task


@dataclass(frozen=True)
class Slack:
    """Rows that give together: a unit of the slack moves the bounds of `rows` by `push` (both n_given).

    `most` is how far it may go; endless unless said.
    """

    rows: np.ndarray
    push: np.ndarray
    most: float = np.inf


def ease_rows(program: LinearProgram, rows: Sequence[int]) -> Slack:
    """The slack of rows that each have one bound: a unit moves every bound one unit outwards."""
    places = np.asarray(rows, dtype=np.int64)
    return Slack(places, np.where(np.isfinite(program.row_upper[places]), 1.0, -1.0))


def add_slacks(program: LinearProgram, slacks: Sequence[Slack]) -> Task:
    """The program as a task of no cost, with a column (>= 0) behind the others for each slack.

    row_lower <= A x - push z <= row_upper
    """
    task = pose_task(program, COST)
    counts = np.cumsum([len(slack.rows) for slack in slacks])
    added, none = len(slacks), [np.empty(0)]
    return replace(
        task,
        starts=np.concatenate([task.starts, task.starts[-1] + counts]).astype(task.starts.dtype),
        rows=np.concatenate([task.rows, *(slack.rows for slack in slacks)]).astype(task.rows.dtype),
        entries=np.concatenate([task.entries, *(-slack.push for slack in slacks)]),
        column_lower=np.concatenate([task.column_lower, np.zeros(added)]),
        column_upper=np.concatenate([task.column_upper, *none, [slack.most for slack in slacks]]),
        costs=np.zeros(len(task.costs) + added),
        offset=0.0,
        integrality=np.concatenate([task.integrality, np.zeros(added)]).astype(np.int32),
    )


def free_rows(task: Task, rows: np.ndarray) -> Task:
    """The task without some rows: their bounds are endless, its pattern stays."""
    lower, upper = task.row_lower.copy(), task.row_upper.copy()
    lower[rows], upper[rows] = -np.inf, np.inf
    return replace(task, row_lower=lower, row_upper=upper)
