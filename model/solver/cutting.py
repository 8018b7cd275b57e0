"""A block solved future by future: cuts of what each future costs over what is shared, gathered round the best point.

    F_s(x)    least cost of future s where what is shared is x
    cut       F_s(x) >= F_s(x') + d_s (x - x'),  d_s = c - A' price of the shared columns at x'
    cut       0 >= v_s(x') + d_s (x - x')        where x' leaves s no way on; v_s the least sum of what rows lack
    bound     least over x of sum_s p_s max(cuts of s, least of s by itself)
    next x    nearest to the best one, sum_j |x_j - best_j| / size_j, with  model(x) <= bound + LEVEL (value - bound)

Each F_s is convex in the linear program, so its cuts lie below it and the bound below every plan. With whole units the
shared ones are whole in the last rounds, and those that come after futures part are in parts of units: what is found is
solved once more with all of them whole, which is the value; the bound stays one (L-shaped method of Van Slyke and Wets
1969, many cuts of Birge and Louveaux 1988, level sets of Lemarechal, Nemirovskii and Nesterov 1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from scipy import sparse

from model.compiled.blocks import fix_columns
from model.compiled.task import Task
from model.solver.sessions import Session, open_session, solve_once
from model.solver.side_by_side import solve_each
from model.solver.solution import Solution, SolverOptions, Status
from model.solver.stages import GRACE
from model.solver.starts import COLD, WARM

LEVEL = 0.3
"""How far from the bound to the value the model may be at the next point: near 0 a leap, near 1 a step."""
MOST_ROUNDS = 400
FINE, FINEST = 1e-6, 1e-9
"""Gap at which a plan in parts of units is the best one, and the least that is asked for."""
PARTS = 4
"""Rounds for which a cut is kept that no longer binds."""
LOOSE = 1e-9
DUST = 1e-9
"""A price below this is rounding of nothing; beside true ones it would ask the solver for units of its own."""


@dataclass(frozen=True)
class Cut:
    """`slope @ x - (1 if of cost) theta[future] <= -level`: what a future costs at least, or that it has a way on."""

    future: int
    slope: np.ndarray
    level: float
    of_cost: bool


@dataclass(frozen=True)
class Point:
    """A first step (n_shared), what each future makes of it, and what that costs; endless where one has no way on."""

    shared: np.ndarray
    columns: np.ndarray
    costs: np.ndarray

    def weigh(self, weights: np.ndarray) -> float:
        """What is expected."""
        return float(weights @ self.costs) if np.isfinite(self.costs).all() else np.inf


@dataclass(frozen=True)
class Cutting:
    """What came of it: the best point, its expected cost in the linear program, the bound, and how many rounds."""

    status: Status
    point: Point | None = None
    value: float = np.inf
    bound: float = -np.inf
    rounds: int = 0


class _Future:
    """One future: what it costs at a point of what is shared, with a cut there."""

    def __init__(self, number: int, task: Task, shared: np.ndarray, options: SolverOptions) -> None:
        self._number, self._shared = number, shared
        self._task = replace(task, integrality=np.zeros_like(task.integrality))
        self._options = options
        self._session = open_session(options, WARM)
        self._lacking: Session | None = None

    def find_least(self, seconds: float) -> float:
        """What it costs at least, by itself and in parts of units; endless below where nobody knows."""
        found = self._session.solve(self._task, seconds)
        return found.objective if found.status.has_plan else -np.inf

    def try_point(self, point: np.ndarray, seconds: float) -> tuple[Solution, Cut | None]:
        """The least where what is shared is as at a point, with the cut there; None where no price is known."""
        held = fix_columns(self._task, self._shared, point)
        found = self._session.solve(held, seconds)
        if found.status.has_plan:
            slope = self._price(held, found)
            return found, Cut(self._number, slope, found.objective - float(slope @ point), of_cost=True)
        if found.status is not Status.INFEASIBLE:
            return found, None
        if self._lacking is None:
            self._lacking = open_session(self._options, COLD)
        eased = _ease_rows(held)
        short = self._lacking.solve(eased, seconds)
        if not short.status.has_plan:
            return found, None
        slope = self._price(eased, short)
        return found, Cut(self._number, slope, short.objective - float(slope @ point), of_cost=False)

    def _price(self, task: Task, found: Solution) -> np.ndarray:
        """What a unit more of each shared column would add: cost less what its rows are worth."""
        columns = np.repeat(np.arange(len(task.costs)), np.diff(task.starts))
        worth = np.bincount(columns, task.entries * found.row_duals[task.rows], len(task.costs))
        slope = (task.costs - worth)[self._shared]
        return np.asarray(np.where(np.abs(slope) < DUST, 0.0, slope))


def cut_futures(
    tasks: Sequence[Task], weights: np.ndarray, shared: np.ndarray, options: SolverOptions, start: np.ndarray
) -> Cutting:
    """The least expected cost of two stages; of what comes after the first, in parts of units.

    Args:
        tasks: of one pattern, one per future.
        weights: probabilities (n_futures).
        shared: positions of the columns that all share.
        options: of the solver; the time limit is for all of it.
        start: a point (n_columns), such as that of expected numbers.
    """
    ends = perf_counter() + options.time_limit
    futures = [_Future(i, task, shared, options) for i, task in enumerate(tasks)]
    leasts = np.array(solve_each(lambda future: future.find_least(options.time_limit), futures))
    model = _Model(tasks, weights, shared, leasts)
    search = _Search(futures, model, weights, options, ends)
    search.try_point(np.clip(start[shared], model.lower, model.upper))
    whole = bool(model.integrality.any()) and not options.relax
    gap = options.gap / PARTS if whole else options.gap
    found = search.run(max(gap, FINEST), whole=False)
    if whole and found.status.has_plan:
        return search.run(max(options.gap, FINEST), whole=True)
    return found


class _Search:
    """Rounds of points and cuts, until the bound meets the value."""

    def __init__(
        self,
        futures: Sequence[_Future],
        model: _Model,
        weights: np.ndarray,
        options: SolverOptions,
        ends: float,
    ) -> None:
        self._futures, self._model, self._weights, self._options = futures, model, weights, options
        self._ends = ends
        self._rounds = 0
        self._best: Point | None = None
        self._value, self._bound = np.inf, -np.inf

    @property
    def _left(self) -> float:
        return max(self._ends - perf_counter(), GRACE)

    def try_point(self, shared: np.ndarray) -> None:
        """What futures make of a first step: their cuts go to the model, and the best step is kept."""
        seconds = self._left
        answers = solve_each(lambda future: future.try_point(shared, seconds), self._futures)
        self._model.add([cut for _, cut in answers if cut is not None])
        if not all(found.status.has_plan for found, _ in answers):
            return
        columns = np.array([found.columns for found, _ in answers])
        point = Point(shared, columns, np.array([found.objective for found, _ in answers]))
        if point.weigh(self._weights) < self._value:
            self._best, self._value = point, point.weigh(self._weights)

    def run(self, close: float, *, whole: bool) -> Cutting:
        """Rounds with what is shared whole or in parts, until bound and value are close.

        What was tried in parts is no answer to the whole, but its bound is one.
        """
        if whole:
            best, self._best, self._value = self._best, None, np.inf
            if best is not None and self._model.is_whole(best.shared):
                self._best, self._value = best, best.weigh(self._weights)
        while self._rounds < MOST_ROUNDS and perf_counter() < self._ends:
            self._rounds += 1
            least = self._model.find_least(self._options, self._left, whole, close)
            if not least.status.has_plan:
                return Cutting(least.status, rounds=self._rounds)
            self._bound = max(self._bound, least.bound)
            if self._is_close(close):
                break
            self.try_point(self._choose_point(least, whole))
            if self._is_close(close):
                break
        if self._best is None:
            return Cutting(Status.NO_PLAN_IN_TIME, bound=self._bound, rounds=self._rounds)
        status = Status.OPTIMAL if self._is_close(FINE) else Status.WITHIN_GAP
        status = status if self._is_close(close) else Status.TIME_LIMIT
        return Cutting(status, self._best, self._value, min(self._bound, self._value), self._rounds)

    def _is_close(self, close: float) -> bool:
        return bool(np.isfinite(self._value) and self._value - self._bound <= close * (1.0 + abs(self._value)))

    def _choose_point(self, least: Solution, whole: bool) -> np.ndarray:
        """The point nearest to the best one that the model says to be good enough; the model's own without one."""
        own = self._model.take(least.columns)
        if self._best is None:
            return own
        level = self._bound + LEVEL * (self._value - self._bound)
        near = self._model.find_near(self._best.shared, level, self._options, self._left, whole)
        return self._model.take(near.columns) if near.status.has_plan else own


class _Model:
    """What is known of the futures: the rows that speak of shared columns alone, and cuts.

    Columns are the shared ones, what each future costs at least, and behind them how far a point lies from another.
    """

    def __init__(self, tasks: Sequence[Task], weights: np.ndarray, shared: np.ndarray, leasts: np.ndarray) -> None:
        self._weights, self._leasts, self._width = weights, leasts, len(shared)
        self.lower = np.max([task.column_lower[shared] for task in tasks], axis=0)
        self.upper = np.min([task.column_upper[shared] for task in tasks], axis=0)
        self.integrality = tasks[0].integrality[shared]
        self._own, self._own_lower, self._own_upper = _list_own_rows(tasks, shared)
        self._cuts: list[Cut] = []
        self._idle: list[int] = []

    def add(self, cuts: Sequence[Cut]) -> None:
        """Know more."""
        self._cuts += cuts
        self._idle += [0] * len(cuts)

    def take(self, columns: np.ndarray) -> np.ndarray:
        """The shared part of a point of the model, inside its bounds; whole columns whole where they nearly are."""
        point = np.clip(columns[: self._width], self.lower, self.upper)
        near = np.round(point)
        return np.asarray(np.where((self.integrality > 0) & (np.abs(point - near) < FINE), near, point))

    def is_whole(self, point: np.ndarray) -> bool:
        """Whether the whole columns of a point are."""
        some = point[self.integrality > 0]
        return bool(np.abs(some - np.round(some)).max(initial=0.0) < FINE)

    def find_least(self, options: SolverOptions, seconds: float, whole: bool, gap: float) -> Solution:
        """The least of the model; cuts that have not bound for some rounds are forgotten."""
        task = self._pose(whole)
        found = _solve(task, replace(options, gap=gap / PARTS), seconds)
        if found.status.has_plan and not whole:
            self._forget(found.columns)
        return found

    def find_near(
        self, best: np.ndarray, level: float, options: SolverOptions, seconds: float, whole: bool
    ) -> Solution:
        """The point nearest to the best one at which the model is no higher than a level."""
        return _solve(self._pose(whole, best, level), options, seconds)

    def _forget(self, columns: np.ndarray) -> None:
        """Cuts of cost that lie below the model for some rounds are let go; what bars a point is kept."""
        point, costs = columns[: self._width], columns[self._width : self._width + len(self._weights)]
        kept, idle = [], []
        for cut, rounds in zip(self._cuts, self._idle, strict=True):
            told = cut.level + float(cut.slope @ point)
            binds = not cut.of_cost or told >= costs[cut.future] - LOOSE * (1.0 + abs(told))
            now = 0 if binds else rounds + 1
            if now <= PARTS:
                kept.append(cut)
                idle.append(now)
        self._cuts, self._idle = kept, idle

    def _pose(self, whole: bool, best: np.ndarray | None = None, level: float = 0.0) -> Task:
        """The model as a task: its least, or the distance from a point where it is at most a level."""
        n, s = self._width, len(self._weights)
        far = 0 if best is None else n
        slopes = np.array([cut.slope for cut in self._cuts]).reshape(len(self._cuts), n)
        counted = sparse.csr_matrix(
            (
                [-1.0 for cut in self._cuts if cut.of_cost],
                (
                    [i for i, cut in enumerate(self._cuts) if cut.of_cost],
                    [cut.future for cut in self._cuts if cut.of_cost],
                ),
            ),
            shape=(len(self._cuts), s),
        )
        rows = [
            sparse.hstack([self._own, sparse.csr_matrix((self._own.shape[0], s + far))]),
            sparse.hstack([sparse.csr_matrix(slopes), counted, sparse.csr_matrix((len(self._cuts), far))]),
        ]
        lower = [self._own_lower, np.full(len(self._cuts), -np.inf)]
        upper = [self._own_upper, np.array([-cut.level for cut in self._cuts])]
        costs = np.r_[np.zeros(n), self._weights, np.zeros(far)]
        if best is not None:
            scale = 1.0 / np.maximum(1.0, np.abs(best))
            unit, none = sparse.identity(n, format="csr"), sparse.csr_matrix((n, s))
            rows += [sparse.hstack([unit, none, -unit]), sparse.hstack([-unit, none, -unit])]
            rows.append(sparse.csr_matrix(np.r_[np.zeros(n), self._weights, np.zeros(far)]))
            lower += [np.full(2 * n, -np.inf), np.array([-np.inf])]
            upper += [best, -best, np.array([level])]
            costs = np.r_[np.zeros(n + s), scale]
        matrix = sparse.vstack(rows, format="csc")
        return Task(
            starts=matrix.indptr.astype(np.int32),
            rows=matrix.indices.astype(np.int32),
            entries=matrix.data,
            row_lower=np.concatenate(lower),
            row_upper=np.concatenate(upper),
            column_lower=np.r_[self.lower, self._leasts, np.zeros(far)],
            column_upper=np.r_[self.upper, np.full(s + far, np.inf)],
            costs=costs,
            offset=0.0,
            integrality=np.r_[self.integrality if whole else 0 * self.integrality, np.zeros(s + far)].astype(np.int32),
        )


def _solve(task: Task, options: SolverOptions, seconds: float) -> Solution:
    if task.mixed:
        return solve_once(task, options, seconds)
    return open_session(options, COLD).solve(task, seconds)


def _list_own_rows(tasks: Sequence[Task], shared: np.ndarray) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    """Rows that speak of shared columns alone, with the narrowest of their ends where all futures say the same."""
    first, n_rows = tasks[0], len(tasks[0].row_lower)
    columns = np.repeat(np.arange(len(first.costs)), np.diff(first.starts))
    mine = np.zeros(len(first.costs), dtype=bool)
    mine[shared] = True
    foreign = np.bincount(first.rows, ~mine[columns], n_rows) > 0
    differing = np.zeros(n_rows, dtype=bool)
    for task in tasks[1:]:
        differing |= np.bincount(first.rows, task.entries != first.entries, n_rows) > 0
    some = np.bincount(first.rows, minlength=n_rows) > 0
    own = np.flatnonzero(some & ~foreign & ~differing)
    matrix = sparse.csc_matrix((first.entries, first.rows, first.starts), shape=(n_rows, len(first.costs))).tocsr()
    lower = np.max([task.row_lower[own] for task in tasks], axis=0)
    upper = np.min([task.row_upper[own] for task in tasks], axis=0)
    return matrix[own][:, shared], lower, upper


def _ease_rows(task: Task) -> Task:
    """The task that asks how little rows have to be broken for there to be a way on."""
    n_rows, n_columns = len(task.row_lower), len(task.costs)
    every = np.arange(n_rows, dtype=np.int32)
    starts = np.r_[task.starts, task.starts[-1] + np.arange(1, 2 * n_rows + 1)].astype(task.starts.dtype)
    return replace(
        task,
        starts=starts,
        rows=np.r_[task.rows, every, every].astype(task.rows.dtype),
        entries=np.r_[task.entries, np.ones(n_rows), -np.ones(n_rows)],
        column_lower=np.r_[task.column_lower, np.zeros(2 * n_rows)],
        column_upper=np.r_[task.column_upper, np.full(2 * n_rows, np.inf)],
        costs=np.r_[np.zeros(n_columns), np.ones(2 * n_rows)],
        offset=0.0,
        integrality=np.zeros(n_columns + 2 * n_rows, dtype=np.int32),
    )
