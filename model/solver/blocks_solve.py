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

from model.compiled.blocks import Block, fix_columns, join_tasks, mean_task
from model.compiled.blocks_risk import Measure, Risk, hold_most, measure_risk, measure_values, pose_risk
from model.compiled.task import Task
from model.solver.cutting import cut_futures
from model.solver.facts import ROOMS
from model.solver.registry import CHOOSE_METHOD, HIGHS_NAME, IPM
from model.solver.sessions import open_session, solve_once
from model.solver.side_by_side import solve_each
from model.solver.solution import HIGHS, Solution, SolverOptions, Status, relative_gap
from model.solver.stages import GRACE
from model.solver.starts import COLD

LARGE = 60_000
"""Columns from which a linear block is solved by interior point: simplex takes far longer on blocks."""
DUST = 1e-6
"""How near to its least bound a column of an interior point is meant to be at it."""
HELD = 1e-8
"""Room, relative and absolute, that the most of `worst` and `regret` leaves to the expected cost."""


@dataclass(frozen=True)
class Joint:
    """A block solved.

    `value` is that of the measure at the point, `bound` what no point is below, `columns` each future's own columns
    (n_futures, n_columns), `costs` and `values` what each costs and what the measure looks at (n_futures). Without a
    plan the arrays are empty. `rounds` counts those of cuts; 0 where the block was one program.
    """

    status: Status
    value: float = np.nan
    bound: float = np.nan
    columns: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    costs: np.ndarray = field(default_factory=lambda: np.empty(0))
    values: np.ndarray = field(default_factory=lambda: np.empty(0))
    seconds: float = 0.0
    rounds: int = 0

    @property
    def gap(self) -> float:
        """How far the bound lies below the value, as a part of it."""
        return relative_gap(self.value, self.bound)


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
        held = solve_task(hold_most(block, posed, most), replace(options, time_limit=left))
        found = held if held.status.has_plan else found
    costs, values = block.cost(found.columns), measure_values(block, risk, found.columns)
    value = measure_risk(risk, block.weights, costs, values)
    columns, seconds = block.cut(found.columns), perf_counter() - started
    return Joint(found.status, value, min(bound, value), columns, costs, values, seconds)


def solve_apart(
    tasks: Sequence[Task], weights: np.ndarray, owners: np.ndarray, options: SolverOptions, start: np.ndarray
) -> Joint:
    """The least expected cost of two stages future by future (`model.solver.cutting`), with a bound that holds.

    With whole units the bound has those of the second stage in parts, and the value has them whole: the gap is real and
    may stay open.

    Args:
        tasks, weights, owners: as `join_tasks` takes them; all futures part at one stage.
        options: of the solver.
        start: a point (n_columns) to begin from.
    """
    started, shared = perf_counter(), find_first(owners)
    found = cut_futures(tasks, weights, shared, options, start)
    if found.point is None:
        return Joint(found.status, bound=found.bound, seconds=perf_counter() - started, rounds=found.rounds)
    columns, costs, status = found.point.columns, found.point.costs, found.status
    if bool(tasks[0].integrality.any()) and not options.relax:
        point = columns[0]
        ends = solve_each(lambda task: settle_task(task, shared, point, options), tasks)
        if not all(end.status.has_plan for end in ends):
            return Joint(Status.NO_PLAN_IN_TIME, bound=found.bound, seconds=perf_counter() - started)
        columns, costs = np.array([end.columns for end in ends]), np.array([end.objective for end in ends])
        close = relative_gap(float(weights @ costs), found.bound) <= options.gap
        status = Status.WITHIN_GAP if close else Status.TIME_LIMIT
    value = float(weights @ costs)
    bound, seconds = min(found.bound, value), perf_counter() - started
    return Joint(status, value, bound, columns, costs, costs, seconds, found.rounds)


def solve_task(task: Task, options: SolverOptions, start: np.ndarray | None = None) -> Solution:
    """The least of a task, whole columns whole unless the options relax them."""
    task = task.relax() if options.relax else task
    if task.mixed:
        return solve_once(task, options, options.time_limit, start=start)
    if len(task.costs) < LARGE or options.method != CHOOSE_METHOD or options.name != HIGHS_NAME:
        return open_session(options, COLD).solve(task, options.time_limit)
    rough = open_session(replace(options, method=IPM, crossover=False), COLD).solve(task, options.time_limit)
    if rough.status.has_plan:
        return replace(rough, columns=_sweep_dust(task, rough.columns))
    if rough.status is not Status.FAILED:
        return rough
    left = max(options.time_limit - rough.seconds.get(HIGHS, 0.0), GRACE)
    return open_session(replace(options, method=IPM), COLD).solve(task, left)


def _sweep_dust(task: Task, point: np.ndarray) -> np.ndarray:
    """The point with what an interior point leaves a little above a least bound at that bound."""
    return np.asarray(np.where(np.abs(point - task.column_lower) < DUST, task.column_lower, point))


def settle_task(task: Task, shared: np.ndarray, point: np.ndarray, options: SolverOptions) -> Solution:
    """The least of one future where what is shared (positions) is as at a point (n_columns)."""
    found = Solution.none()
    for room in ROOMS:
        found = solve_task(fix_columns(task, shared, point[shared], room), options)
        if found.status.has_plan:
            break
    return found


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
