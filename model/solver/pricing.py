"""Many cases and few shared rows: prices of the rows, found by asking each case what it would do at them.

    bound(p) = sum_i least_i(p) - p @ limit,    least_i(p) = min over x_i of (c_i + p N_i) x_i,    0 <= p <= price

Dantzig-Wolfe. The master mixes what cases have offered (weights of each case sum to one) at the least cost within the
limits; its prices are smoothed towards those of the best bound (Wentges 1997). Rows without a price of their own are
hard: what is missing of them costs so much that nothing else would be chosen, and more where that was not enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
from scipy import sparse

from model.compiled.task import Task
from model.solver.sessions import open_session
from model.solver.solution import Solution, SolverOptions, Status
from model.solver.starts import COLD

SMOOTHED = 0.5
"""Weight of the prices of the best bound among those that are asked: half of it after each round that bettered the
bound, none after one that did not, and the whole after that."""
MOST_ROUNDS = 400
CLOSE = 1e-5
"""Distance of cost and bound, as a part of the cost, at which the search ends."""
DEAR = 100.0
"""How many times the dearest unit that cases have offered a unit missing of a hard row costs, at first."""
DEARER = 100.0
MOST_DEAR = 3
TINY = 1e-7
ROUNDING = 1e-7
"""A factor of a column without an end from here on is none of rounding: a solver's dual tolerance."""
FIXED_WITHIN = 2.0
"""How many times its size a column without a bound is taken to move at most, where its reduced cost is rounding."""


@dataclass(frozen=True)
class Offer:
    """What a case would do at prices: what it costs, what it uses of each row, and what none of its plans is below.

    `bound` is of cost and what is used at its price together.
    """

    cost: float
    used: np.ndarray
    bound: float


@dataclass(frozen=True)
class Agreement:
    """Prices of the shared rows, each case's part of them (n_cases, n_rows), and what is missing of rows.

    `cost` is that of the mixture, `bound` what no plan of all cases together is below.
    """

    status: Status
    cost: float = np.nan
    bound: float = -np.inf
    prices: np.ndarray = field(default_factory=lambda: np.empty(0))
    parts: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    missing: np.ndarray = field(default_factory=lambda: np.empty(0))
    rounds: int = 0
    seconds: float = 0.0


def find_least_bound(task: Task, found: Solution, reduced: np.ndarray | None = None, *, sure: bool = False) -> float:
    """What no point of a linear task is below, from its row duals alone: weak duality.

        y @ rows + (c - y A) @ columns,   each at its lower end where its factor is positive, else at its upper

    What has no such end has a factor of rounding: it counts as if it moved `FIXED_WITHIN` times its size. `sure`: the
    duals may be of another task, and such a factor beyond `ROUNDING` bounds nothing. `reduced` are the factors of the
    columns, where they are known.
    """
    y = found.row_duals
    reduced = reduce_costs(task, y) if reduced is None else reduced
    sides = np.where(reduced > 0, task.column_lower, task.column_upper)
    ended = np.isfinite(sides)
    ends = np.where(y > 0, task.row_lower, task.row_upper)
    unbounded = np.append(np.abs(reduced[~ended]), np.abs(y[~np.isfinite(ends)]))
    if sure and unbounded.max(initial=0.0) > ROUNDING:
        return -np.inf
    size = FIXED_WITHIN * np.maximum(np.abs(found.columns), 1.0)
    columns = np.where(ended, reduced * np.where(ended, sides, 0.0), -np.abs(reduced) * size)
    endless = ~np.isfinite(ends) & (y != 0)
    lost = 0.0
    if endless.any():
        terms = task.entries * np.repeat(found.columns, np.diff(task.starts))
        ends = np.where(endless, np.bincount(task.rows, terms, len(y)), ends)
        lost = float((np.abs(y[endless]) * FIXED_WITHIN * np.maximum(np.abs(ends[endless]), 1.0)).sum())
    return float((y * np.where(y != 0, ends, 0.0)).sum() + columns.sum() + task.offset) - lost


def reduce_costs(task: Task, y: np.ndarray) -> np.ndarray:
    """What a unit more of each column costs beyond what rows pay for it: c - y A (n_columns)."""
    by_column = np.repeat(np.arange(len(task.costs)), np.diff(task.starts))
    return np.asarray(task.costs - np.bincount(by_column, task.entries * y[task.rows], len(task.costs)))


class Master:
    """The mixture of what cases have offered.

    Args:
        count: of cases.
        limits: of shared rows.
        prices: of what is beyond them; endless where they are hard.
    """

    def __init__(self, count: int, limits: np.ndarray, prices: np.ndarray, options: SolverOptions) -> None:
        self.limits, self.prices = limits, prices
        self._count, self._options = count, replace(options, relax=True)
        self._offers: list[tuple[int, Offer]] = []
        self._dear = DEAR

    def add(self, offers: Sequence[Offer]) -> None:
        """Keep an offer of each case."""
        self._offers += enumerate(offers)

    def demand_more(self) -> None:
        """Make what is missing of hard rows dearer."""
        self._dear *= DEARER

    @property
    def charged(self) -> np.ndarray:
        """What a unit beyond each limit costs."""
        costs = np.array([abs(offer.cost) for _, offer in self._offers])
        used = np.array([np.abs(offer.used) for _, offer in self._offers])
        unit = (costs.max(initial=1.0) / np.maximum(used.max(axis=0, initial=0.0), TINY)).clip(1.0, 1e7)
        return np.where(np.isfinite(self.prices), self.prices, self._dear * unit)

    def solve(self, limits: np.ndarray | None = None) -> tuple[Solution, np.ndarray, np.ndarray, np.ndarray]:
        """The mixture: the solution, the prices of the rows, each case's part of them, and what is beyond."""
        limits = self.limits if limits is None else limits
        task = self._pose(limits)
        found = open_session(self._options, COLD).solve(task, self._options.time_limit)
        if not found.status.has_plan:
            return found, np.empty(0), np.empty((0, 0)), np.empty(0)
        n_rows, n_offers = len(limits), len(self._offers)
        parts = np.zeros((self._count, n_rows))
        for (case, offer), weight in zip(self._offers, found.columns[:n_offers], strict=True):
            parts[case] += weight * offer.used
        prices = np.maximum(-found.row_duals[:n_rows], 0.0)
        return found, prices, parts, found.columns[n_offers:]

    def _pose(self, limits: np.ndarray) -> Task:
        n_rows, n_offers = len(limits), len(self._offers)
        used = np.array([offer.used for _, offer in self._offers]).T
        of_case = np.array([case for case, _ in self._offers])
        weights = sparse.csc_matrix((np.ones(n_offers), (of_case, np.arange(n_offers))), shape=(self._count, n_offers))
        over = sparse.vstack([-sparse.identity(n_rows), sparse.csc_matrix((self._count, n_rows))])
        matrix = sparse.hstack([sparse.vstack([sparse.csc_matrix(used), weights]), over], format="csc")
        ones, count = np.ones(self._count), n_offers + n_rows
        return Task(
            starts=matrix.indptr.astype(np.int32),
            rows=matrix.indices.astype(np.int32),
            entries=matrix.data,
            row_lower=np.concatenate([np.full(n_rows, -np.inf), ones]),
            row_upper=np.concatenate([limits, ones]),
            column_lower=np.zeros(count),
            column_upper=np.full(count, np.inf),
            costs=np.concatenate([[offer.cost for _, offer in self._offers], self.charged]),
            offset=0.0,
            integrality=np.zeros(count, dtype=np.int32),
        )


def agree_on_prices(
    ask: Callable[[np.ndarray], Sequence[Offer]],
    count: int,
    limits: np.ndarray,
    prices: np.ndarray,
    options: SolverOptions,
    say_round: Callable[[int, float, float], None] = lambda *_: None,
) -> tuple[Agreement, Master]:
    """Prices at which the cases together keep the shared rows at the least cost.

    Args:
        ask: what each case would do at prices (n_rows).
        count: of cases.
        limits: of shared rows; endless for what is only counted.
        prices: of what is beyond; endless where a limit is hard.
        options: of the solver.
        say_round: told each round, the cost and the bound so far.
    """
    started = perf_counter()
    master = Master(count, limits, prices, options)
    binding = np.isfinite(limits)
    best = np.zeros(len(limits))
    bound, asked, smoothed = -np.inf, best, SMOOTHED
    for turn in range(1, MOST_ROUNDS + 1):
        offers = ask(asked)
        master.add(offers)
        value = sum(offer.bound for offer in offers) - float(asked[binding] @ limits[binding])
        if value > bound:
            bound, best = value, asked
        found, wanted, parts, over = master.solve()
        if not found.status.has_plan:
            return Agreement(found.status, rounds=turn, seconds=perf_counter() - started), master
        say_round(turn, found.objective, bound)
        close = found.objective - bound <= CLOSE * max(abs(found.objective), 1.0)
        late = perf_counter() - started > options.time_limit
        if close or late:
            status = _judge(master, over) if close else Status.TIME_LIMIT
            if status is Status.INFEASIBLE and master._dear < DEAR * DEARER**MOST_DEAR:
                master.demand_more()
                smoothed, asked = 0.0, np.minimum(wanted * DEARER, master.charged)
                continue
            seconds = perf_counter() - started
            return Agreement(status, found.objective, bound, wanted, parts, over, turn, seconds), master
        smoothed = 0.5 * smoothed if value >= bound and smoothed else SMOOTHED if smoothed == 0.0 else 0.0
        asked = smoothed * best + (1.0 - smoothed) * wanted
    return Agreement(
        Status.TIME_LIMIT, found.objective, bound, wanted, parts, over, turn, perf_counter() - started
    ), master


def _judge(master: Master, over: np.ndarray) -> Status:
    """Whether nothing is missing of a hard row."""
    hard = ~np.isfinite(master.prices) & np.isfinite(master.limits)
    room = TINY * np.maximum(1.0, np.abs(np.where(hard, master.limits, 0.0)))
    return Status.INFEASIBLE if bool((over[hard] > 10 * room[hard]).any()) else Status.OPTIMAL
