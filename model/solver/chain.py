"""How programs of one structure are solved one after the other: each from where the one before ended."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import numpy as np

from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST, SparseProgram
from model.compiled.task import Task
from model.solver.decided import Spending, measure_decided, split_cost
from model.solver.sessions import Session, open_session, solve_once
from model.solver.solution import HIGHS, SOLVE, WHOLE_WITHIN, Solution, SolverOptions, Status, relative_gap
from model.solver.stages import GRACE, find_main, pose_task, solve_stages
from model.solver.starts import CHOOSE
from model.solver.ties import break_ties


def solve_program(program: LinearProgram, options: SolverOptions | None = None, tolerance: float = 1e-3) -> Solution:
    """The plan's solution: stage by stage, least miss, least cost, then least finance cost and the smoothest outlay.

    Args:
        program: numbers and pattern of one scenario.
        options: how; the defaults of `SolverOptions` where None.
        tolerance: part of what the plan decides that later stages of the lexicographic perspective may give up.
    """
    return Chain(options or SolverOptions(), tolerance).solve(program)


class Chain:
    """Solves programs of one structure one after the other, each from where the one before ended.

    Args:
        options: how; the time limit is for all stages of one program.
        tolerance: as in `solve_program`.
        start: `warm` from the solution before, `cold` from nothing, `choose` by what has paid so far.

    Only linear programs start warm. A program of another compiled structure begins a new chain. `branched` says
    whether a stage of the last program had to be branched on.
    """

    def __init__(self, options: SolverOptions, tolerance: float = 1e-3, start: str = CHOOSE) -> None:
        self._options = options
        self._tolerance = tolerance
        self._start = start
        self._compiled: SparseProgram | None = None
        self._sessions: dict[str, Session] = {}
        self._program: LinearProgram | None = None
        self._nothing: Spending | None = None
        self.branched = False

    def solve(self, program: LinearProgram, nothing: Spending | None = None) -> Solution:
        """As `solve_program`: the same plan, however the chain came there (docs/decisions/15-ties.md).

        Args:
            program: of one scenario.
            nothing: what doing nothing spends, where it is known; the gap is then part of what the plan decides.
        """
        started = perf_counter()
        self._program, self._nothing, self.branched = program, nothing, False
        if program.program is not self._compiled:
            self._compiled, self._sessions = program.program, {}
        limit, settle = self._options.time_limit, self.settle_stage
        found = solve_stages(program, limit, self._tolerance, self._solve_stage, settle, nothing)
        return replace(found, seconds={SOLVE: perf_counter() - started, **found.seconds})

    def solve_main(self, program: LinearProgram, nothing: Spending | None = None) -> Solution:
        """The least cost and its prices alone: neither least miss before it nor what pays for it afterwards."""
        started = perf_counter()
        self._program, self._nothing, self.branched = program, nothing, False
        if program.program is not self._compiled:
            self._compiled, self._sessions = program.program, {}
        objective = find_main(program.program.structure)
        found = self._solve_stage(objective, pose_task(program, objective), self._options.time_limit)
        return replace(found, seconds={SOLVE: perf_counter() - started, **found.seconds})

    def _solve_stage(self, objective: str, task: Task, seconds: float) -> Solution:
        """A mixed-integer task, and then the linear one with integers fixed, for exact values and duals.

        One whose linear relaxation is whole by itself is answered by that.
        """
        task = task.relax() if self._options.relax else task
        if not task.mixed:
            return self._solve_linear(objective, task, seconds)
        started = perf_counter()
        relaxed, whole = self._solve_relaxed(objective, task, seconds)
        if whole is not None:
            return whole
        room = self._allow(objective, relaxed)
        self.branched = True
        mixed = solve_once(task, self._options, max(seconds - (perf_counter() - started), GRACE), room)
        if not mixed.status.has_plan:
            return mixed
        left = max(seconds - (perf_counter() - started), GRACE)
        polished = self._solve_linear(objective, _fix_whole(task, mixed.columns), left)
        took = {HIGHS: mixed.seconds[HIGHS] + polished.seconds[HIGHS]}
        if not polished.status.has_plan:  # rounding lost the plan: keep the point as found, without duals
            return replace(mixed, row_duals=np.empty(0), seconds=took)
        bound = min(mixed.bound, polished.objective)
        gap = relative_gap(polished.objective, bound)
        return replace(polished, status=mixed.status, bound=bound, gap=gap, seconds=took)

    def _solve_relaxed(self, objective: str, task: Task, seconds: float) -> tuple[Solution, Solution | None]:
        """The linear relaxation of a task, and the task's own answer where it is whole by itself.

        It is solved from cold, as what is branched on is: whole numbers hang on nothing that was solved before.
        """
        before, session = self._sessions.get(objective), open_session(self._options, self._start)
        relaxed = session.solve(task, seconds)
        if relaxed.status is Status.OPTIMAL and _is_whole(task, relaxed.columns):
            fixed = session.solve(_fix_whole(task, relaxed.columns), seconds)
            if fixed.status is Status.OPTIMAL:
                self._sessions[objective] = session
                bound = min(relaxed.objective, fixed.objective)
                gap, took = relative_gap(fixed.objective, bound), relaxed.seconds[HIGHS] + fixed.seconds[HIGHS]
                return relaxed, replace(fixed, bound=bound, gap=gap, seconds={HIGHS: took})
        if before is not None:
            self._sessions[objective] = before
        return relaxed, None

    def _allow(self, objective: str, relaxed: Solution) -> float | None:
        """Money by which a mixed-integer plan may cost more than the least: the gap's part of what it decides.

        What it decides is measured at the linear relaxation, and None where there is no telling.
        """
        if objective != COST or self._nothing is None or self._program is None or not relaxed.status.has_plan:
            return None
        mine = split_cost(self._program, relaxed.columns)
        return self._options.gap * measure_decided(mine, self._nothing, relaxed.objective)

    def settle_stage(self, objective: str, task: Task, found: Solution, weights: np.ndarray) -> Solution:
        """Of all points of a task that has been solved and of the value found, the one that weighs least."""
        if not self._options.relax and task.integrality.any():
            task = _fix_whole(task, found.columns)
        return break_ties(task, found, weights, self._sessions[objective].settle)

    def _solve_linear(self, objective: str, task: Task, seconds: float) -> Solution:
        if objective not in self._sessions:
            self._sessions[objective] = open_session(self._options, self._start)
        return self._sessions[objective].solve(task, seconds)


def _is_whole(task: Task, point: np.ndarray) -> bool:
    """Whether a point has whole numbers wherever a task asks for them."""
    asked = point[task.integrality.astype(bool)]
    return bool(np.abs(asked - np.round(asked)).max(initial=0.0) <= WHOLE_WITHIN)


def _fix_whole(task: Task, point: np.ndarray) -> Task:
    """The task with its whole columns as a point has them."""
    whole = np.flatnonzero(task.integrality)
    return task.fix(whole, np.round(point[whole]))
