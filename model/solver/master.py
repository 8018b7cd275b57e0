"""What is known of several futures while they are solved one by one: one of them whole, and cuts of the others.

    columns    x of the future that is kept, the shared ones among them; theta[s], what each future costs at least
    rows       all rules of the kept future k;   theta[k] >= c_k x;   theta[s] >= level + slope x  (each cut of s)
    least      of a measure of theta (`model.compiled.blocks_risk`): a bound, for theta[s] is nowhere above F_s
    near       sum_j |x_j - best_j| / size_j  over the shared, with the measure at most a level

The kept future's rules are those of all but for numbers. So what the master proposes leaves nearly every future a way
on, and the bound begins near the end (partial decomposition of Crainic, Hewitt and Rei 2014).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from model.compiled.blocks_risk import Added, Risk, add_measure, hold_most, weigh_futures
from model.compiled.task import Task
from model.solver.sessions import Session, open_session, solve_once
from model.solver.solution import Solution, SolverOptions
from model.solver.starts import WARM
from model.solver.subproblem import DUST, Cut

WHOLE_NEAR = 1e-6
"""A whole column nearer than this to a whole number is meant to be it, and any column that near to a bound."""
IDLE_ROUNDS = 4
"""Rounds after which a cut of cost that no longer binds is left out of a master with whole columns."""
LOOSE = 1e-9


@dataclass(frozen=True)
class Prices:
    """What the least of a master is worth, future by future.

    `weights` (n_futures) of the futures' costs, `given` what the measure takes off their sum, `slopes` (n_futures,
    n_shared) what each future's cuts pay per unit of the shared columns, weighted; 0 of the kept one.
    """

    weights: np.ndarray
    given: float
    slopes: np.ndarray
    kept: int


class Master:
    """One future whole, and cuts of the others.

    Args:
        tasks: of one pattern, one per future.
        shared: positions of the columns that all share.
        weights: probabilities (n_futures).
        risk: the measure of the futures' costs.
        leasts: what each costs by itself at least (n_futures).
    """

    def __init__(
        self, tasks: Sequence[Task], shared: np.ndarray, weights: np.ndarray, risk: Risk, leasts: np.ndarray
    ) -> None:
        self.shared, self._weights, self._risk = shared, weights, risk
        self.kept = int(np.argmin(np.abs(leasts - weights @ leasts)))
        kept = _narrow(tasks, shared, self.kept)
        self.lower, self.upper = kept.column_lower[shared], kept.column_upper[shared]
        self.integrality = kept.integrality[shared]
        self._base, self._thetas = _pose_base(kept, weights, leasts, self.kept)
        self._posed = add_measure(Added(self._base), risk, weights, self._thetas)
        self._cuts: list[tuple[int, Cut]] = []
        self._idle: list[int] = []
        self._sizes = np.empty(0)
        self._sessions: dict[str, Session] = {}

    def add(self, future: int, cut: Cut) -> None:
        """Know more of a future; of the kept one everything is known."""
        if future != self.kept:
            self._cuts.append((future, cut))
            self._idle.append(0)

    def hold_most(self, most: float) -> None:
        """From now on the expected cost is least, the most of the measure held."""
        self._posed = hold_most(self._base, self._posed, most)

    def take(self, columns: np.ndarray) -> np.ndarray:
        """The shared part of a point, inside its bounds; whole columns whole where they nearly are."""
        point = np.clip(columns[self.shared], self.lower, self.upper)
        for bound in (self.lower, self.upper):
            point = np.where(np.abs(point - bound) < WHOLE_NEAR, bound, point)
        near = np.round(point)
        return np.asarray(np.where((self.integrality > 0) & (np.abs(point - near) < WHOLE_NEAR), near, point))

    def is_whole(self, point: np.ndarray) -> bool:
        """Whether the whole columns of what is shared are."""
        some = point[self.integrality > 0]
        return bool(np.abs(some - np.round(some)).max(initial=0.0) < WHOLE_NEAR)

    def find_least(self, options: SolverOptions, seconds: float, *, whole: bool) -> Solution:
        """The least; with whole columns cuts of cost that have not bound for some rounds are left out."""
        added = Added(self._posed)
        self._add_cuts(added, whole)
        found = self._solve("least", self._cast(added.finish(), whole), options, seconds)
        if found.status.has_plan and not whole:
            self._count_idle(found.columns)
        return found

    def find_near(
        self, best: np.ndarray, level: float, options: SolverOptions, seconds: float, *, whole: bool
    ) -> Solution:
        """The point nearest to one of the shared columns at which the measure is at most a level."""
        added, posed = Added(self._posed), self._posed
        there = np.flatnonzero(posed.costs)
        added.add_row(there, posed.costs[there], -np.inf, level - posed.offset)
        self._sizes = self._sizes if len(self._sizes) else np.maximum(1.0, np.abs(best))
        far = added.add_columns(np.zeros(len(best)))
        for column, distance, value in zip(self.shared, far, best, strict=True):
            added.add_row(np.array([column, distance]), np.array([1.0, -1.0]), -np.inf, value)
            added.add_row(np.array([column, distance]), np.array([1.0, 1.0]), value, np.inf)
        self._add_cuts(added, whole)
        task = added.finish()
        costs = np.zeros(len(task.costs))
        costs[far] = 1.0 / self._sizes
        return self._solve("near", self._cast(replace(task, costs=costs, offset=0.0), whole), options, seconds)

    def price(self, least: Solution) -> Prices:
        """What the least just found in parts of units is worth, future by future."""
        measured, first = len(self._base.row_lower), len(self._posed.row_lower)
        weights, given = weigh_futures(self._risk, self._weights, least.row_duals[measured:first])
        slopes = np.zeros((len(weights), len(self.shared)))
        for (future, cut), price in zip(self._cuts, least.row_duals[first:], strict=True):
            slopes[future] += max(-price, 0.0) * cut.slope
        return Prices(weights, given, slopes, self.kept)

    def _add_cuts(self, added: Added, live: bool) -> None:
        """Add the cuts as rows, all of them or the live ones."""
        for (future, cut), idle in zip(self._cuts, self._idle, strict=True):
            if live and idle > IDLE_ROUNDS:
                continue
            there = np.flatnonzero(cut.slope)
            columns, entries = self.shared[there], cut.slope[there]
            if cut.of_cost:
                columns, entries = np.r_[columns, self._thetas[future]], np.r_[entries, -1.0]
            added.add_row(columns, entries, -np.inf, -cut.level)

    def _solve(self, name: str, task: Task, options: SolverOptions, seconds: float) -> Solution:
        """The least of a task of the master: in parts of units from where the last of its name ended."""
        if task.mixed:
            return solve_once(task, options, seconds)
        session = self._sessions.setdefault(name, open_session(options, WARM))
        return session.solve(task, seconds)

    def _cast(self, task: Task, whole: bool) -> Task:
        """The task in which what is shared is whole, or nothing."""
        integrality = np.zeros(len(task.costs), dtype=np.int32)
        integrality[self.shared] = self.integrality if whole else 0
        return replace(task, integrality=integrality)

    def _count_idle(self, columns: np.ndarray) -> None:
        """Count the rounds for which each cut of cost lay below what its future costs; what bars a point is kept."""
        point = columns[self.shared]
        for i, (future, cut) in enumerate(self._cuts):
            told = cut.level + float(cut.slope @ point)
            binds = not cut.of_cost or told >= columns[self._thetas[future]] - LOOSE * (1.0 + abs(told))
            self._idle[i] = 0 if binds else self._idle[i] + 1


def _pose_base(kept: Task, weights: np.ndarray, leasts: np.ndarray, number: int) -> tuple[Task, np.ndarray]:
    """The kept future with a column for each future's cost, least where their expected sum is; their positions."""
    added = Added(replace(kept, costs=np.zeros_like(kept.costs), offset=0.0))
    thetas = added.add_columns(leasts)
    there = np.flatnonzero(np.abs(kept.costs) >= DUST)
    added.add_row(np.r_[there, thetas[number]], np.r_[kept.costs[there], -1.0], -np.inf, -kept.offset)
    task = added.finish()
    costs = task.costs.copy()
    costs[thetas] = weights
    return replace(task, costs=costs), thetas


def _narrow(tasks: Sequence[Task], shared: np.ndarray, kept: int) -> Task:
    """One future, what is shared bounded as all futures have it.

    A row that speaks of shared columns alone, with the same entries in all futures, has the narrowest of their ends.
    """
    task, n_rows = tasks[kept], len(tasks[kept].row_lower)
    columns = np.repeat(np.arange(len(task.costs)), np.diff(task.starts))
    mine = np.zeros(len(task.costs), dtype=bool)
    mine[shared] = True
    other = np.bincount(task.rows, ~mine[columns], n_rows) > 0
    for each in tasks:
        other |= np.bincount(task.rows, each.entries != task.entries, n_rows) > 0
    own = np.flatnonzero(~other)
    lower, upper = task.row_lower.copy(), task.row_upper.copy()
    lower[own] = np.max([each.row_lower[own] for each in tasks], axis=0)
    upper[own] = np.min([each.row_upper[own] for each in tasks], axis=0)
    least, most = task.column_lower.copy(), task.column_upper.copy()
    least[shared] = np.max([each.column_lower[shared] for each in tasks], axis=0)
    most[shared] = np.min([each.column_upper[shared] for each in tasks], axis=0)
    return replace(task, row_lower=lower, row_upper=upper, column_lower=least, column_upper=most)
