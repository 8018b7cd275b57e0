"""A first step carried through futures that it was not made for: what each costs then, and what is lacking."""

from __future__ import annotations

import numpy as np

from model.compiled.revise import LinearProgram
from model.solver.facts import ROOMS, hold_columns
from model.solver.least import settle_task, solve_task
from model.solver.nearest import hold_least_miss
from model.solver.recourse import Recourse, list_gives
from model.solver.solution import Solution
from model.solver.stages import find_main, pose_task
from model.solver.subproblem import Subproblem
from runners.analyses.futures.found import Tried
from runners.family import Family

LOST = Tried(np.inf, strained=True)
"""What no plan goes on from."""


class Trier:
    """Carries a first step through futures; where none goes on from it, what is lacking is priced.

    Args:
        family: of the case.
        program: of any future.
        first: positions of the columns of the first step.
    """

    def __init__(self, family: Family, program: LinearProgram, first: np.ndarray) -> None:
        self._options, self._first = family.options, first
        self._objective = find_main(program.program.structure)
        self._recourse = Recourse(program, list_gives(program.program.structure))

    def try_step(self, program: LinearProgram, point: np.ndarray) -> Tried:
        """What a future costs that begins as a point does; endless where even prices help nothing."""
        found = self._settle(program, point)
        if found.status.has_plan:
            return Tried(found.objective, strained=False, columns=found.columns)
        found = self._settle(self._recourse.lift(program), point)
        return Tried(found.objective if found.status.has_plan else np.inf, strained=True)

    def try_warm(self, apart: Subproblem, program: LinearProgram, point: np.ndarray) -> Tried:
        """The same of a future in parts of units, on the solver that has solved it by itself."""
        found, _ = apart.try_point(self._first, point[self._first], self._options.time_limit)
        if found.status.has_plan:
            return Tried(found.objective, strained=False, columns=found.columns)
        return self.try_step(program, point)

    def _settle(self, program: LinearProgram, point: np.ndarray) -> Solution:
        """The least of a future whose first step is that of a point."""
        if not program.program.structure.nearest:
            return settle_task(pose_task(program, self._objective), self._first, point, self._options)
        for room in ROOMS:
            held = hold_least_miss(hold_columns(program, self._first, point[self._first], room), self._options)
            if held is not None:
                return solve_task(pose_task(held, self._objective), self._options)
        return Solution.none()
