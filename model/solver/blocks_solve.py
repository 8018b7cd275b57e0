"""How a block is solved, and what knowing the future would be worth.

WS   = sum_s p_s least_s                        each future by itself (wait and see)
RP   = least of the block                       decide now, adapt later (recourse problem)
EEV  = sum_s p_s least of s with the first stage of expected numbers
EVPI = RP - WS,  VSS = EEV - RP
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np

from model.compiled.blocks import Block, join_tasks, mean_task
from model.compiled.blocks_risk import Measure, Risk, hold_most, measure_risk, measure_values, pose_risk
from model.compiled.task import Task
from model.solver.cutting import FINE, INSIDE, Search
from model.solver.dual_decomposition import Decomposition
from model.solver.least import settle_task, solve_task
from model.solver.master import Master
from model.solver.side_by_side import solve_each
from model.solver.solution import Solution, SolverOptions, Status, relative_gap
from model.solver.stages import GRACE
from model.solver.subproblem import Subproblem

HELD = 1e-8
"""Room, relative and absolute, that the most of `worst` and `regret` leaves to the expected cost."""


@dataclass(frozen=True)
class Joint:
    """A block solved.

    `value` is that of the measure at the point, `bound` what no point is below, `columns` each future's own columns
    (n_futures, n_columns), `costs` and `values` what each costs and what the measure looks at (n_futures). Without a
    plan the arrays are empty. `rounds` counts those of cuts; 0 where the block was one program. `scale` is what
    the gap is a part of: what is expected to be paid.
    """

    status: Status
    value: float = np.nan
    bound: float = np.nan
    columns: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    costs: np.ndarray = field(default_factory=lambda: np.empty(0))
    values: np.ndarray = field(default_factory=lambda: np.empty(0))
    seconds: float = 0.0
    rounds: int = 0
    scale: float = np.nan

    @property
    def gap(self) -> float:
        """How far the bound lies below the value, as a part of `scale`, or of the value where there is none."""
        if np.isnan(self.scale):
            return relative_gap(self.value, self.bound)
        return max(self.value - self.bound, 0.0) / max(self.scale, 1e-9)


def solve_joint(block: Block, risk: Risk, options: SolverOptions, start: np.ndarray | None = None) -> Joint:
    """The least of a measure over a block.

    Args:
        block: of futures.
        risk: the measure.
        options: of the solver.
        start: a point of the block that keeps its rules, for a mixed-integer search for the least mean.

    The time limit is for both steps of `worst` and `regret` together.
    """
    started = perf_counter()
    posed = pose_risk(block, risk)
    found = solve_task(posed, options, start if posed is block.task else None)
    if not found.status.has_plan:
        return Joint(found.status, seconds=perf_counter() - started)
    bound = found.bound
    if risk.measure in (Measure.WORST, Measure.REGRET):
        most = found.objective + HELD * (1.0 + abs(found.objective))
        left = max(options.time_limit - (perf_counter() - started), GRACE)
        held = solve_task(hold_most(block.task, posed, most), replace(options, time_limit=left))
        found = held if held.status.has_plan else found
    costs, values = block.cost(found.columns), measure_values(block, risk, found.columns)
    value = measure_risk(risk, block.weights, costs, values)
    columns, seconds = block.cut(found.columns), perf_counter() - started
    return Joint(found.status, value, min(bound, value), columns, costs, values, seconds)


def solve_apart(
    tasks: Sequence[Task],
    weights: np.ndarray,
    owners: np.ndarray,
    options: SolverOptions,
    start: np.ndarray,
    risk: Risk | None = None,
    futures: Sequence[Subproblem] = (),
    known: np.ndarray | None = None,
) -> Joint:
    """The least of a measure of two stages future by future (`model.solver.cutting`), with a bound that holds.

    Args:
        tasks, weights, owners: as `join_tasks` takes them; all futures part at one stage.
        options: of the solver.
        start: a point (n_columns) to begin from.
        risk: the measure, of costs; None: the expected cost.
        futures: the tasks on warm solvers, where they are at hand.
        known: a plan in whole units (n_futures, n_columns), where one is known.
    """
    started, risk = perf_counter(), risk or Risk()
    tasks = [task.relax() for task in tasks] if options.relax else tasks
    futures = futures or [Subproblem(task, options) for task in tasks]
    alone = solve_each(lambda future: future.find_least(options.time_limit), futures)
    lost = next((found.status for found in alone if not found.status.has_plan), None)
    if lost is not None:
        return Joint(lost, seconds=perf_counter() - started)
    leasts = np.array([found.objective for found in alone])
    master = Master(tasks, find_first(owners), weights, risk, leasts)
    search = Search(futures, master, weights, risk, options, started + options.time_limit)
    search.try_point(np.clip(start[master.shared], master.lower, master.upper))
    whole = bool(tasks[0].integrality.any())
    gap = options.gap / INSIDE if whole else min(options.gap, FINE)
    found = search.run(gap, whole=False)
    if whole and found.point is not None:
        ended = Decomposition(tasks, master, search, weights, risk, options).solve(found, known)
        status, value, bound, columns, costs = ended.status, ended.value, ended.bound, ended.columns, ended.costs
    else:
        found = search.settle_mean(found, gap)
        if found.point is None:
            return Joint(found.status, bound=found.bound, seconds=perf_counter() - started, rounds=found.rounds)
        status, value, bound = found.status, found.value, found.bound
        columns, costs = found.point.columns, found.point.costs
    seconds, scale = perf_counter() - started, float(weights @ np.abs(costs))
    return Joint(status, value, bound, columns, costs, costs, seconds, search.rounds, scale)


@dataclass(frozen=True)
class Worth:
    """What information is worth: the four expected costs; not a number, or endless, where one could not be had."""

    wait: float
    recourse: float
    expected: float
    mean: float

    @property
    def perfect(self) -> float:
        """EVPI: what it would be worth to know which future comes."""
        return self.recourse - self.wait

    @property
    def stochastic(self) -> float:
        """VSS: what it is worth to plan for all futures and not for expected numbers."""
        return self.expected - self.recourse


def measure_worth(tasks: Sequence[Task], weights: np.ndarray, owners: np.ndarray, options: SolverOptions) -> Worth:
    """The value of information of futures under their expected cost.

    Args:
        tasks: of one pattern, one per future.
        weights: their probabilities.
        owners: as `join_tasks` takes them.
        options: of the solver.
    """
    joint = solve_joint(join_tasks(tasks, weights, owners), Risk(), options)
    alone = [solve_task(task, options) for task in tasks]
    mean = solve_task(mean_task(tasks, weights), options)
    shared = find_first(owners)
    settled = [settle_task(task, shared, mean.columns, options) for task in tasks] if mean.status.has_plan else []
    return Worth(
        wait=_expect(alone, weights),
        recourse=joint.value if joint.status.has_plan else np.inf,
        expected=_expect(settled, weights) if settled else np.nan,
        mean=mean.objective,
    )


def find_first(owners: np.ndarray) -> np.ndarray:
    """Positions of the columns that all futures share: the first stage."""
    return np.flatnonzero((owners == 0).all(axis=0))


def find_shared(owners: np.ndarray, future: int) -> np.ndarray:
    """Positions of the columns that a future shares with any other."""
    same = owners == owners[future]
    return np.flatnonzero(same.sum(axis=0) > 1)


def _expect(found: Sequence[Solution], weights: np.ndarray) -> float:
    """The expected objective; endless where one of them has no plan."""
    if not all(one.status.has_plan for one in found):
        return np.inf
    return float(weights @ np.array([one.objective for one in found]))
