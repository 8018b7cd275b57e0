"""Where a task is handed to the solver that was chosen: the one door to all of them.

A solver is loaded when a task is handed to it: a plan that was found before is shown without one.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from model.compiled.task import Task
from model.solver.registry import HIGHS_NAME
from model.solver.solution import Solution, SolverOptions


class Session(Protocol):
    """Solves linear tasks of one objective and pattern one after the other."""

    def solve(self, task: Task, seconds: float) -> Solution:
        """The least of the task, whole columns relaxed, in so many seconds."""

    def settle(self, face: Task) -> Solution:
        """The least over the face of the task solved last; that task is then as it was."""

    def mark(self) -> None:
        """Keep where the last task ended, for `go_back`."""

    def go_back(self) -> None:
        """Begin the next task where `mark` was said, as if nothing had been solved since."""


def open_session(options: SolverOptions, start: str) -> Session:
    """A session of the solver that the options name.

    Args:
        options: of the solver.
        start: as in `model.solver.chain.Chain`; solvers outside of this process start from cold.
    """
    if options.name == HIGHS_NAME:
        from model.solver.highs_session import HighsSession

        return HighsSession(options, start)
    from model.solver.external.run import ExternalSession

    return ExternalSession(options)


def solve_once(
    task: Task,
    options: SolverOptions,
    seconds: float,
    room: float | None = None,
    start: np.ndarray | None = None,
) -> Solution:
    """The least of a mixed-integer task, from cold or from a point.

    Args:
        task: with whole columns.
        options: of the solver.
        seconds: at the most.
        room: how far above the least it may end, in place of the relative gap of the options.
        start: a point (n_columns) that keeps all rules of the task; solvers outside of this process leave it aside.
    """
    if options.name == HIGHS_NAME:
        from model.solver.highs import solve_mixed

        return solve_mixed(task, options, seconds, room, start)
    from model.solver.external.run import solve_outside

    return solve_outside(task, options, seconds, room)
