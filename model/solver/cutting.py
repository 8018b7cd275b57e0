"""Futures solved one by one: cuts of what each costs over what is shared, gathered round the best point.

    F_s(x), cuts      `model.solver.subproblem`
    bound, near       `model.solver.master`: one future whole, cuts of the others
    next x            nearest to the best one at which the master is at most  bound + LEVEL (value - bound)

Each F_s is convex in the linear program, so its cuts lie below it and the bound below every plan, whatever the measure
of the costs. With whole units the shared ones are whole in the last rounds, and those that come after futures part are
in parts of units: the value then is none of a plan, the bound is one (L-shaped method of Van Slyke and Wets 1969,
many cuts of Birge and Louveaux 1988, level sets of Lemarechal, Nemirovskii and Nesterov 1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from model.compiled.blocks_risk import Measure, Risk, measure_risk
from model.solver.master import Master, Prices
from model.solver.side_by_side import solve_each
from model.solver.solution import Solution, SolverOptions, Status
from model.solver.stages import GRACE
from model.solver.subproblem import Subproblem

LEVEL = 0.3
"""How far from the bound to the value the master may be at the next point: near 0 a leap, near 1 a step."""
MOST_ROUNDS = 400
FINE, FINEST = 1e-6, 1e-9
"""Gap at which a plan in parts of units is the best one, and the least that is asked for."""
INSIDE = 4
"""The master is solved to this part of the gap of the whole."""
MEAN_GAP = 1e-4
"""Gap to which the expected cost is least where the most of `worst` and `regret` is held: it only chooses among plans
of the same most."""
MOST_MEAN = 40
"""Rounds that this may take."""


@dataclass(frozen=True)
class Point:
    """A first step (n_shared), what each future makes of it, and what that costs (n_futures)."""

    shared: np.ndarray
    columns: np.ndarray
    costs: np.ndarray


@dataclass(frozen=True)
class Cutting:
    """What came of rounds: the best point, its value in parts of units, the bound, and prices of the last master."""

    status: Status
    point: Point | None = None
    value: float = np.inf
    bound: float = -np.inf
    rounds: int = 0
    prices: Prices | None = None


class Search:
    """Rounds of points and cuts, until the bound meets the value.

    Args:
        futures: of one pattern.
        master: what is known of them.
        weights: probabilities (n_futures).
        risk: the measure of their costs.
        options: of the solver; the gap is a part of the expected cost.
        ends: when time is up, by `perf_counter`.
    """

    def __init__(
        self,
        futures: Sequence[Subproblem],
        master: Master,
        weights: np.ndarray,
        risk: Risk,
        options: SolverOptions,
        ends: float,
    ) -> None:
        self._futures, self._master, self._weights = futures, master, weights
        self._risk, self._options, self._ends = risk, options, ends
        self._mean, self._most = False, np.inf
        self.rounds = 0
        self._scale = 1.0
        self._best: Point | None = None
        self._whole: Point | None = None
        self._value, self._bound = np.inf, -np.inf
        self._prices: Prices | None = None
        self._tried: set[bytes] = set()

    @property
    def left(self) -> float:
        """Seconds left, a little at the least."""
        return max(self._ends - perf_counter(), GRACE)

    def try_point(self, shared: np.ndarray) -> float:
        """What the measure is at a first step, in parts of units; the cuts there go to the master, the best is kept."""
        self._tried.add(shared.tobytes())
        seconds, positions = self.left, self._master.shared
        answers = solve_each(lambda future: future.try_point(positions, shared, seconds), self._futures)
        for number, (_, cut) in enumerate(answers):
            if cut is not None:
                self._master.add(number, cut)
        if not all(found.status.has_plan for found, _ in answers):
            return np.inf
        columns = np.array([found.columns for found, _ in answers])
        columns[:, positions] = shared
        point = Point(shared, columns, np.array([found.objective for found, _ in answers]))
        value = self._measure(point)
        if self._master.is_whole(shared) and (self._whole is None or value < self._measure(self._whole)):
            self._whole = point
        if value < self._value:
            self._best, self._value = point, value
            self._scale = 1.0 + float(self._weights @ np.abs(point.costs))
        return value

    def run(self, gap: float, *, whole: bool, most: int = MOST_ROUNDS) -> Cutting:
        """Rounds with what is shared whole or in parts, until bound and value are within a gap, or so many at the most.

        What was tried in parts is no answer to the whole, but its bound is one.
        """
        if whole:
            self._drop_parts()
        gap = max(gap, FINEST)
        options = replace(self._options, gap=gap / INSIDE)
        last = self.rounds + most
        while self.rounds < last and perf_counter() < self._ends:
            self.rounds += 1
            least = self._master.find_least(options, self.left, whole=whole)
            if not least.status.has_plan:
                if self._best is None:
                    return Cutting(least.status, rounds=self.rounds)
                break
            self._bound = max(self._bound, least.bound)
            if not whole and not self._mean:
                self._prices = self._master.price(least)
            if self._is_close(gap):
                break
            point = self._choose_point(least, whole)
            if point is None:
                break
            self.try_point(point)
            if self._is_close(gap):
                break
        return self._conclude(gap)

    def settle_mean(self, first: Cutting, gap: float) -> Cutting:
        """What was found, with the least expected cost where the most of `worst` and `regret` is no more than that."""
        if self._best is None or self._risk.measure not in (Measure.WORST, Measure.REGRET):
            return first
        self._mean, self._most = True, self._value + gap / INSIDE * self._scale
        self._master.hold_most(self._most)
        self._value, self._bound = float(self._weights @ self._best.costs), -np.inf
        point = self.run(max(gap, MEAN_GAP), whole=False, most=MOST_MEAN).point or self._best
        value = measure_risk(self._risk, self._weights, point.costs, point.costs)
        return replace(first, point=point, value=value, rounds=self.rounds)

    def _measure(self, point: Point) -> float:
        """What is least of the costs at a point: the expected cost where the most is held."""
        most = measure_risk(self._risk, self._weights, point.costs, point.costs)
        if not self._mean:
            return most
        return float(self._weights @ point.costs) if most <= self._most else np.inf

    def _drop_parts(self) -> None:
        """From now on only points count of which what is shared is whole."""
        self._best = self._whole
        self._value = np.inf if self._whole is None else self._measure(self._whole)

    def _conclude(self, gap: float) -> Cutting:
        if self._best is None:
            return Cutting(Status.NO_PLAN_IN_TIME, bound=self._bound, rounds=self.rounds, prices=self._prices)
        status = Status.OPTIMAL if self._is_close(FINE) else Status.WITHIN_GAP
        status = status if self._is_close(gap) else Status.TIME_LIMIT
        bound = min(self._bound, self._value)
        return Cutting(status, self._best, self._value, bound, self.rounds, self._prices)

    def _is_close(self, gap: float) -> bool:
        return bool(np.isfinite(self._value) and self._value - self._bound <= gap * self._scale)

    def _choose_point(self, least: Solution, whole: bool) -> np.ndarray | None:
        """The point nearest to the best one that the master says to be good enough; the master's own without one.

        None where both were tried: the cuts there say all that can be said, to the solver's tolerance.
        """
        own = self._master.take(least.columns)
        if self._best is not None:
            level = self._bound + LEVEL * (self._value - self._bound)
            near = self._master.find_near(self._best.shared, level, self._options, self.left, whole=whole)
            point = self._master.take(near.columns) if near.status.has_plan else own
            if point.tobytes() not in self._tried:
                return point
        return None if own.tobytes() in self._tried else own
