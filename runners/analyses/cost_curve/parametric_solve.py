"""What does the plan cost at each level of a probe? Solved one after the other, each kept as a stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from model.queries.infeasibility import explain_no_plan
from model.queries.level_search import LevelSearch, measure_step
from model.solver.sessions import open_session
from model.solver.solution import Solution
from model.solver.stages import find_main, pose_task
from model.solver.starts import WARM
from runners.analyses.cost_curve.certificate import Point
from runners.analyses.cost_curve.varied_target import Probe
from runners.analyses.oracle import Oracle
from runners.family import Family
from runners.progress import QUIET, Progress
from scenarios.arithmetic.money import operation_discount
from scenarios.catalog import ACCOUNT, TARGET, TECHNOLOGY, YEAR
from scenarios.settings import Settings

TINY = 1e-9
STILL = 1e-6
"""An account that moves by less, relative to the larger of 1 and itself, does not move."""
START = 1.0
"""A level, of no meaning, from which others are counted in steps."""


@dataclass(frozen=True)
class Stop:
    """The plan of one level.

    `cost` is the least net present cost of the whole system, in money; of it `misses` is paid for missing targets
    that stand beside the probe. `bound`: no plan costs less. `slope` is what a unit of level adds to the cost (with
    whole units: while those stand). `account` (year) is what the probe's account holds, `build` (technology, vintage)
    what is begun; `columns` the point itself.
    """

    level: float
    cost: float
    bound: float
    slope: float
    misses: float
    account: np.ndarray
    build: np.ndarray
    columns: np.ndarray

    @property
    def point(self) -> Point:
        """The stop as a point of a convex curve."""
        return Point(self.level, self.cost, self.slope)

    @property
    def built(self) -> np.ndarray:
        """Capacity begun over all years (technology)."""
        return np.asarray(self.build.sum(axis=1))


class Tracer:
    """Solves a family at levels of a probe, other settings standing, in a chain of its own.

    Args:
        family: of a case with the probe among its targets.
        probe: whose level moves.
        settings: of every level.
        progress: told each level that is solved.

    Raises:
        NoPlan: no plan keeps the other rules.

    `free` is the plan that the probe does not bind, at the level that it reaches by itself; `held` (year) says where
    the probe holds; `step` (n_rows) how a unit of level moves the bounds of rows.
    """

    def __init__(
        self, family: Family, probe: Probe, settings: Settings | None = None, progress: Progress = QUIET
    ) -> None:
        self._progress = progress
        self.oracle, self.probe = Oracle(family, settings), probe
        self.scenario: xr.Dataset = family.describe(self.oracle.settings) if settings else family.scenario
        self.held = np.isfinite(self.scenario["cap"].sel({TARGET: probe.name}).values)
        self.stops: dict[float, Stop] = {}
        self._at = self.revise(START)
        self.step = measure_step(self._at, self.revise(START + 1.0))
        self._search = LevelSearch(self._at, self.step, probe.side, family.options)
        self._reader = _Reader(self._at, self.scenario, probe, self.step)
        self._ends: dict[float, Stop] = {}
        self.free = self._find_free()

    @property
    def mixed(self) -> bool:
        """Whether units are whole."""
        return bool(self._at.program.integrality.any()) and not self.oracle.family.options.relax

    def solve(self, level: float) -> Point:
        """The point at a level.

        Raises:
            NoPlan: no plan reaches the level.
        """
        if level not in self.stops:
            self.stops[level] = self._ends.get(level) or self._solve(level)
            self._progress.step()
        return self.stops[level].point

    def find_level(self, price: float | None) -> float | None:
        """The level where the next unit costs more than a price in present money; None: the tightest of any plan.

        Its plan is kept as a stop where a price led to it. None where there is no plan, infinite where there is no end.
        """
        steps, found = self._search.find(price)
        if steps is None or not np.isfinite(steps):
            return steps
        level = START + steps
        if price is not None and not self.mixed:
            self._ends[level] = self._reader.read(level, found)
        return level

    def revise(self, level: float) -> LinearProgram:
        """The program of a level."""
        return self.oracle.pose(self.probe.settle(level))

    def is_fixed(self) -> bool:
        """Whether the account is the same in every plan: none goes further from the cap than the free one.

        In parts of units: what a whole-unit plan can do, they can.
        """
        program = self.revise(self.probe.free)
        task = pose_task(program, find_main(program.program.structure))
        columns = self._reader.account[self.held]
        costs = np.zeros(len(task.costs))
        costs[columns] = -self.probe.side
        furthest = open_session(self.oracle.family.options, WARM).solve(
            replace(task, costs=costs, offset=0.0), self.oracle.family.options.time_limit
        )
        if not furthest.status.has_plan:
            return False
        moved = furthest.columns[columns] - self.free.columns[columns]
        return bool(np.abs(moved).max() <= STILL * max(1.0, np.abs(self.free.columns[columns]).max()))

    def _find_free(self) -> Stop:
        """The cheapest plan."""
        steps, found = self._search.find_free()
        if not found.status.has_plan:
            return replace(self._solve(self.probe.free), slope=0.0, level=-self.probe.side * np.inf)
        level = START + (steps or 0.0)
        return replace(self._reader.read(level, found), slope=0.0)

    def _solve(self, level: float) -> Stop:
        at = self.probe.settle(level)
        found = self.oracle.find_least(at) if self.mixed else self._search.solve(level - START)
        if not found.status.has_plan:
            raise explain_no_plan(self.scenario, self.revise(level), found.status, self.oracle.family.options)
        return self._reader.read(level, found)


class _Reader:
    """Where in a point of a compiled program stands what a stop keeps."""

    def __init__(self, at: LinearProgram, scenario: xr.Dataset, probe: Probe, step: np.ndarray) -> None:
        program = at.program
        families = program.column_families
        none = np.empty(0, dtype=np.int64)
        self._years = {int(year): place for place, year in enumerate(scenario[YEAR].values)}
        technologies = {str(name): place for place, name in enumerate(scenario[TECHNOLOGY].values)}
        builds = [(int(j), *program.column_labels[j].index) for j in families.get("build", none)]
        self._builds = np.array([j for j, _, _ in builds], dtype=np.int64)
        self._places = (
            np.array([technologies[str(k)] for _, k, _ in builds], dtype=np.int64),
            np.array([self._years[v] for _, _, v in builds], dtype=np.int64),
        )
        self._shape = (len(technologies), len(self._years))
        accounts = [(int(j), *program.column_labels[j].index) for j in families.get(ACCOUNT, none)]
        mine = {y: j for j, e, y in accounts if e == probe.account}
        self.account = np.array([mine[year] for year in self._years], dtype=np.int64)
        self._paid = np.concatenate([families.get(name, none) for name in ("missed", "excess_total")])
        self._prices = at.costs[find_main(program.structure)][self._paid]
        self._step = step
        self._moved = np.flatnonzero(step)

    def read(self, level: float, found: Solution) -> Stop:
        """The stop of a solution."""
        columns = found.columns
        build = np.zeros(self._shape)
        build[self._places] = np.where(np.abs(columns[self._builds]) < TINY, 0.0, columns[self._builds])
        priced = len(found.row_duals) == len(self._step)
        return Stop(
            level=level,
            cost=found.objective,
            bound=found.bound,
            slope=float(found.row_duals[self._moved] @ self._step[self._moved]) if priced else np.nan,
            misses=float(self._prices @ columns[self._paid]),
            account=columns[self.account],
            build=build,
            columns=columns,
        )


def discount_level(tracer: Tracer) -> float:
    """What money of the probe's first year is worth in the present; 1 for a cumulative one, which has no year."""
    if tracer.probe.cumulative:
        return 1.0
    return float(operation_discount(tracer.scenario)[np.flatnonzero(tracer.held)[0]])


def average_costs(scenario: xr.Dataset, probe: Probe, free: Stop, stop: Stop) -> Mapping[str, float]:
    """Extra present cost per unit avoided against the free plan, over all years of the plan: by two definitions.

    `discounted`: over discounted units; `undiscounted`: over units as they fall. NaN where nothing is avoided.
    """
    avoided = probe.side * (free.account - stop.account)
    extra = stop.cost - free.cost
    amounts = {
        "discounted": float(avoided @ operation_discount(scenario)),
        "undiscounted": float(avoided @ scenario["length"].values),
    }
    return {name: extra / amount if amount > TINY else np.nan for name, amount in amounts.items()}
