"""Whole units in every future: a bound and plans, found future by future.

    measure(C)  >=  sum_s w_s C_s - given                           w of `model.compiled.blocks_risk.weigh_futures`
    bound  =  sum_s  least of  w_s C_s(x_s, y_s) - d_s x_s  - given        each future with all its units whole

    d_s   sum of its cuts' slopes, each with its price; of the kept future  - sum of all others'

The d_s cancel where all x_s are one, so the bound holds whatever they are; those of the linear program leave of the
distance to the least what whole units of single futures do not close (Carøe and Schultz 1999). What a future chooses
there is a first step to try.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from model.compiled.blocks_risk import Risk, measure_risk
from model.compiled.task import Task
from model.solver.cutting import FINE, INSIDE, Cutting, Search
from model.solver.least import settle_task
from model.solver.master import Master, Prices
from model.solver.sessions import open_session, solve_once
from model.solver.side_by_side import solve_each
from model.solver.solution import Solution, SolverOptions, Status
from model.solver.starts import COLD

ROUGH, CLOSE = 1.0, 0.25
"""How near to their own least the futures are solved, as parts of the gap of the whole: no nearer than is needed."""
MOST_TRIED = 3
"""First steps of single futures that are tried."""


@dataclass(frozen=True)
class Whole:
    """The best plan with whole units, its value, and what no plan is below; `columns` (n_futures, n_columns)."""

    status: Status
    value: float = np.inf
    bound: float = -np.inf
    columns: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    costs: np.ndarray = field(default_factory=lambda: np.empty(0))
    rounds: int = 0


class Decomposition:
    """Finds whole plans of futures whose linear program is solved.

    Args:
        tasks: one per future.
        master: of the futures.
        search: that solved the linear program.
        weights: probabilities (n_futures).
        risk: the measure of their costs.
        options: of the solver; the gap is a part of the expected cost.
    """

    def __init__(
        self,
        tasks: Sequence[Task],
        master: Master,
        search: Search,
        weights: np.ndarray,
        risk: Risk,
        options: SolverOptions,
    ) -> None:
        self._tasks, self._master, self._search = tasks, master, search
        self._weights, self._risk, self._options = weights, risk, options
        self._best = Whole(Status.NO_PLAN_IN_TIME)

    def solve(self, linear: Cutting, known: np.ndarray | None) -> Whole:
        """The best plan.

        Args:
            linear: the least in parts of units.
            known: columns of a plan (n_futures, n_columns), if there is one.
        """
        if known is not None:
            self._keep(known)
        if linear.prices is None or linear.point is None:  # time was up before the first master
            return self._conclude(linear.bound, self._search.rounds)
        room = self._options.gap * float(self._weights @ np.abs(linear.point.costs))
        bound = max(linear.bound, self._bound_apart(linear.prices, ROUGH * room))
        if not self._is_close(bound):
            bound = max(bound, self._search_whole())
        if not self._is_close(bound):
            bound = max(bound, self._bound_apart(linear.prices, CLOSE * room))
        return self._conclude(bound, self._search.rounds)

    def _bound_apart(self, prices: Prices, room: float) -> float:
        """The bound of single futures with their part of the prices; first steps that they choose are tried."""
        found = self._solve_apart(prices, room)
        bound = sum(one.bound for one in found) - prices.given
        self._try_points(self._list_points(prices, found), bound)
        return bound

    def _search_whole(self) -> float:
        """The bound of rounds with whole shared columns; the best first step of them is tried."""
        rounds = self._search.run(self._options.gap, whole=True)
        if rounds.point is not None:
            self._settle(rounds.point.shared)
        return rounds.bound

    def _solve_apart(self, prices: Prices, room: float) -> list[Solution]:
        """The least of each future with its part of the prices, all together within a room of their own least."""
        tasks = [self._price_task(number, prices) for number in range(len(self._tasks))]
        options, seconds = self._options, self._search.left

        def solve(task: Task) -> Solution:
            if not task.costs.any():
                return replace(Solution.none(), bound=task.offset)
            found = solve_once(task, options, seconds, room=room / len(tasks))
            if found.status.has_plan:
                return found
            linear = open_session(options, COLD).solve(replace(task, integrality=0 * task.integrality), seconds)
            return replace(found, bound=linear.objective if linear.status.has_plan else -np.inf)

        return solve_each(solve, tasks)

    def _price_task(self, number: int, prices: Prices) -> Task:
        """A future with its weight and its part of what is paid for the shared columns."""
        task, weight = self._tasks[number], prices.weights[number]
        paid = -prices.slopes.sum(axis=0) if number == prices.kept else prices.slopes[number]
        costs = weight * task.costs
        costs[self._master.shared] -= paid
        return replace(task, costs=costs, offset=weight * task.offset)

    def _list_points(self, prices: Prices, found: Sequence[Solution]) -> list[np.ndarray]:
        """First steps to try: that of the kept future, whose prices are of all others, and those that weigh most."""
        counted = np.flatnonzero(prices.weights).tolist()
        order = sorted(counted, key=lambda i: (i != prices.kept, -prices.weights[i]))
        points = [self._master.take(found[i].columns) for i in order if found[i].status.has_plan]
        return list({point.tobytes(): point for point in points}.values())[:MOST_TRIED]

    def _try_points(self, points: Sequence[np.ndarray], bound: float) -> None:
        """Look for better plans at first steps, until one is close to the bound."""
        for point in points:
            if self._is_close(bound):
                break
            if self._search.try_point(point) < self._best.value:
                self._settle(point)

    def _settle(self, point: np.ndarray) -> None:
        """What all futures make of a first step with whole units."""
        shared, options = self._master.shared, replace(self._options, gap=self._options.gap / INSIDE)
        seconds = self._search.left
        whole = np.zeros(len(self._tasks[0].costs))
        whole[shared] = point
        options = replace(options, time_limit=seconds)
        ends = solve_each(lambda task: settle_task(task, shared, whole, options), self._tasks)
        if all(end.status.has_plan for end in ends):
            columns = np.array([end.columns for end in ends])
            columns[:, shared] = point
            self._keep(columns)

    def _keep(self, columns: np.ndarray) -> None:
        """Remember a plan if it is the best so far; of two as good that of less expected cost."""
        costs = np.array([task.costs @ x + task.offset for task, x in zip(self._tasks, columns, strict=True)])
        value = measure_risk(self._risk, self._weights, costs, costs)
        best = self._best
        known = (best.value, float(self._weights @ best.costs)) if len(best.costs) else (np.inf, np.inf)
        if (value, float(self._weights @ costs)) < known:
            self._best = Whole(Status.TIME_LIMIT, value, columns=columns, costs=costs)

    def _conclude(self, bound: float, rounds: int) -> Whole:
        best = self._best
        if not len(best.columns):
            return replace(best, bound=bound, rounds=rounds)
        status = Status.WITHIN_GAP if self._is_close(bound) else Status.TIME_LIMIT
        status = Status.OPTIMAL if self._is_close(bound, FINE) else status
        return replace(best, status=status, bound=min(bound, best.value), rounds=rounds)

    def _is_close(self, bound: float, gap: float | None = None) -> bool:
        room = self._options.gap if gap is None else gap
        scale = float(self._weights @ np.abs(self._best.costs)) if len(self._best.costs) else 0.0
        return bool(np.isfinite(self._best.value) and self._best.value - bound <= room * scale)
