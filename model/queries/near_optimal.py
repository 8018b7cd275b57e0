"""Which points of a program cost little more than its least? The extremes of sums of its columns, in one warm chain.

    minimise  w @ x    subject to the program, and    cost @ x <= most

The row of the cost is appended to a task, once; then only `w` and `most` change from one question to the next, and
each starts from the basis of the one before.
"""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import numpy as np

from model.compiled.revise import LinearProgram
from model.compiled.sparse import CASH_COST, COST, OBJECTIVES
from model.compiled.task import Task
from model.solver.sessions import open_session
from model.solver.solution import HIGHS, Solution, SolverOptions, Status, relative_gap
from model.solver.stages import KEEP, pose_task
from model.solver.starts import WARM
from model.solver.ties import break_ties

MISS_ROW = "miss_most"
KEPT = (1e-6, 1e-5, 1e-4)
"""How far an amount that is kept may move, absolute and relative: one room after the other until there is a plan.

A point that a solver found keeps every rule to its tolerance; kept to the last digit it may keep none.
"""

ROUNDING = 1e-12
"""Part of the largest cost below which another is what a difference of equal numbers left."""


def name_objective(program: LinearProgram) -> str:
    """Which objective is a plan's cost: an actor's own cash under that actor's perspective, else society's."""
    return CASH_COST if program.program.structure.finance.viewer else COST


def limit_cost(task: Task, most: float) -> Task:
    """The task with a last row: its own objective, offset included, is at most `most`.

    Costs that are rounding of nothing stay out of it: as entries they would be beyond what a solver sees, and every
    question would be asked in other units, from cold.
    """
    sizes = np.abs(task.costs)
    costly = np.where(sizes > ROUNDING * sizes.max(initial=0.0), task.costs, 0.0)
    return add_row(task, costly, most - task.offset)


def add_row(task: Task, weights: np.ndarray, most: float) -> Task:
    """The task with a last row: a sum of its columns (n_columns) is at most so much."""
    added = weights != 0
    ends, before = task.starts[1:][added], np.concatenate([[0], np.cumsum(added)])
    return replace(
        task,
        starts=(task.starts + before).astype(task.starts.dtype),
        rows=np.insert(task.rows, ends, len(task.row_lower)),
        entries=np.insert(task.entries, ends, weights[added]),
        row_lower=np.append(task.row_lower, -np.inf),
        row_upper=np.append(task.row_upper, most),
    )


def hold_miss(program: LinearProgram, miss: float) -> LinearProgram:
    """The program in which the nearest targets are missed by no more than their least, as in the plan itself."""
    rows = program.program.row_families.get(MISS_ROW)
    if rows is None:
        return program
    upper = program.row_upper.copy()
    upper[rows] = miss + KEEP * (1.0 + abs(miss)) - program.offsets["miss"]
    return replace(program, row_upper=upper)


def keep_amounts(program: LinearProgram, columns: np.ndarray, amounts: np.ndarray, kept: float) -> LinearProgram:
    """The program in which these columns stay at these amounts, within `kept` of them."""
    room = kept * np.maximum(1.0, np.abs(amounts))
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    lower[columns] = np.maximum(lower[columns], amounts - room)
    upper[columns] = np.minimum(upper[columns], amounts + room)
    return replace(program, column_lower=lower, column_upper=upper)


class Nearby:
    """The points of a program that cost at most so much.

    Args:
        program: of one scenario; its nearest targets are held at the plan's `miss`.
        options: of the solver; the time limit is for one question.
        miss: of the plan, not a number where no target is in that mode.
        start: as in `model.solver.chain.Chain`.
    """

    def __init__(self, program: LinearProgram, options: SolverOptions, miss: float = np.nan, start: str = WARM) -> None:
        self.program = hold_miss(program, miss)
        self.objective = name_objective(program)
        self.questions = 0
        self._miss = miss
        self.options = options
        self._task = limit_cost(pose_task(self.program, self.objective), 0.0)
        self.prices, self.offset = self.program.costs[self.objective], self.program.offsets[self.objective]
        self.relaxed = np.nan
        self._session, self._marked = open_session(options, start), False
        self._asked: tuple[np.ndarray, float] | None = None

    @property
    def mixed(self) -> bool:
        """True where some columns must be whole, which the warm chain does not ask of them."""
        return self._task.mixed and not self.options.relax

    def begin(self, most: float) -> None:
        """Begin at the point of least cost, in whose program the limit is `most`: what `reach` finds in parts of units
        hangs from here on nothing that was asked before.
        """
        if not self._marked:
            found = self._session.solve(self.pose(self.prices, most), self.options.time_limit)
            self.relaxed = found.objective + self.offset
            self._session.mark()
            self._marked = True
        self._go_back()

    def _go_back(self) -> None:
        """Stand at the point of least cost again, which is within every limit: all that is asked may go on from it."""
        self._session.go_back()
        self._asked = None

    def _stand(self, weights: np.ndarray, most: float) -> None:
        """Go on from the last point where only the sum or only the limit is another, else from that of least cost."""
        before, self._asked = self._asked, (weights, most)
        if self._marked and before is not None and before[1] != most and not np.array_equal(before[0], weights):
            self._session.go_back()

    def pose(self, weights: np.ndarray, most: float) -> Task:
        """The task of least weights among points that cost at most `most`."""
        upper = self._task.row_upper.copy()
        upper[-1] = most - self.offset
        return replace(self._task, costs=weights, offset=0.0, row_upper=upper)

    def reach(self, weights: np.ndarray, most: float, *, settled: bool = True) -> Solution:
        """The point of least `weights @ columns` among those that cost at most `most`, units in parts.

        No plan lies outside what it reaches.

        Args:
            weights: one number per column.
            most: in the money of the objective, offset included.
            settled: of the points that are as far the cheapest is wanted, not just how far they are.

        Of the points that are as far, the relaxation's is the cheapest: where the limit of cost does not bind, another
        might count more as missed than is missed, for nothing.

        Returns:
            Solution whose `objective` and `bound` are of the sum asked for; `values` are the program's objectives.
        """
        self.questions += 1
        task, started = self.pose(weights, most), perf_counter()
        self._stand(weights, most)
        found = self._session.solve(task, self.options.time_limit)
        if settled and found.status is Status.OPTIMAL:
            found = break_ties(task, found, self.prices, self._session.settle)
        if not found.status.has_plan:
            return found
        took = {**found.seconds, "reach": perf_counter() - started}
        return replace(found, values=measure_objectives(self.program, found.columns), seconds=took)

    def describe(self, found: Solution, bound: float) -> Solution:
        """A point reached as an answer to the program itself: what it costs, against the least that can be.

        Args:
            found: as `reach` gives it.
            bound: least cost known to be possible.
        """
        cost = found.values[self.objective]
        bound = min(bound, cost)
        return replace(
            found,
            status=Status.WITHIN_GAP,
            row_duals=np.empty(0),
            objective=cost,
            bound=bound,
            gap=relative_gap(cost, bound),
            miss=self._miss,
            seconds={HIGHS: found.seconds.get(HIGHS, 0.0)},
        )


def measure_objectives(program: LinearProgram, point: np.ndarray) -> dict[str, float]:
    """Every objective of a program at a point, by name."""
    return {name: float(program.costs[name] @ point + program.offsets[name]) for name in OBJECTIVES}
