"""What does the plan cost at each level of a probe? Solved one after the other, each kept as a stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from model.chain import Chain
from model.conflict import explain_no_plan
from model.reach import LevelSearch, measure_step
from model.revise import LinearProgram
from model.solution import Solution
from model.sparse import SparseProgram
from model.stages import find_main
from runners.curves.certificate import Point
from runners.curves.probe import Probe
from runners.family import Family
from scenarios.catalog import ACCOUNT, TARGET, TECHNOLOGY, YEAR
from scenarios.money import operation_discount
from scenarios.settings import Settings

TINY = 1e-9
START = 1.0
"""A level, of no meaning, from which others are counted in steps."""
TRIFLE = 1e-5
"""Present money per unit of level that the cheapest plan may cost more: among equals the tightest is taken."""


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

    Raises:
        NoPlan: no plan keeps the other rules.

    `free` is the plan that the probe does not bind, at the level that it reaches by itself; `held` (year) says where
    the probe holds; `step` (n_rows) how a unit of level moves the bounds of rows.
    """

    def __init__(self, family: Family, probe: Probe, settings: Settings | None = None) -> None:
        self.family, self.probe, self.settings = family, probe, dict(settings or {})
        self.scenario: xr.Dataset = family.describe(self.settings) if self.settings else family.scenario
        self.held = np.isfinite(self.scenario["cap"].sel({TARGET: probe.name}).values)
        self.stops: dict[float, Stop] = {}
        self._chain = Chain(family.options, float(self.scenario.attrs["tolerance"]))
        self._readers: dict[SparseProgram, _Reader] = {}
        self._at = self.revise(START)
        self.step = measure_step(self._at, self.revise(START + 1.0))
        self._search = LevelSearch(self._at, self.step, probe.side, family.options)
        self.free = self._find_free()

    @property
    def mixed(self) -> bool:
        """Whether units are whole."""
        return bool(self._at.program.integrality.any()) and not self.family.options.relax

    def solve(self, level: float) -> Point:
        """The point at a level.

        Raises:
            NoPlan: no plan reaches the level.
        """
        if level not in self.stops:
            self.stops[level] = self._solve(level)
        return self.stops[level].point

    def find_level(self, price: float | None) -> float | None:
        """The level where the next unit costs more than a price in present money; None: the tightest of any plan.

        None where there is no plan, infinite where there is no end.
        """
        steps, _ = self._search.find(price)
        return None if steps is None else START + steps

    def revise(self, level: float) -> LinearProgram:
        """The program of a level."""
        return self.family.revise({**self.settings, **self.probe.settle(level)})

    def _find_free(self) -> Stop:
        """The cheapest plan; among equals, and but for a trifle, the one of the tightest level."""
        steps, found = self._search.find(TRIFLE)
        if not found.status.has_plan:
            return replace(self._solve(self.probe.free), slope=0.0, level=-self.probe.side * np.inf)
        level = START + (steps or 0.0)
        return replace(self._read(level, self._at, found), slope=0.0)

    def _solve(self, level: float) -> Stop:
        program = self.revise(level)
        found = self._chain.solve_main(program)
        if not found.status.has_plan:
            raise explain_no_plan(self.scenario, program, found.status, self.family.options)
        return self._read(level, program, found)

    def _read(self, level: float, program: LinearProgram, found: Solution) -> Stop:
        reader = self._readers.get(program.program)
        if reader is None:
            reader = self._readers[program.program] = _Reader(program.program, self.scenario, self.probe)
        return reader.read(level, program, found, self.step)


class _Reader:
    """Where in a point of a compiled program stands what a stop keeps."""

    def __init__(self, program: SparseProgram, scenario: xr.Dataset, probe: Probe) -> None:
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
        self._account = np.array([mine[year] for year in self._years], dtype=np.int64)
        self._paid = np.concatenate([families.get(name, none) for name in ("paid", "paid_total")])
        self._main = find_main(program.structure)

    def read(self, level: float, program: LinearProgram, found: Solution, step: np.ndarray) -> Stop:
        """The stop of a solution."""
        columns = found.columns
        build = np.zeros(self._shape)
        build[self._places] = np.where(np.abs(columns[self._builds]) < TINY, 0.0, columns[self._builds])
        priced = len(found.row_duals) == len(step)
        return Stop(
            level=level,
            cost=found.objective,
            bound=found.bound,
            slope=float(found.row_duals @ step) if priced else np.nan,
            misses=float(program.costs[self._main][self._paid] @ columns[self._paid]),
            account=columns[self._account],
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
