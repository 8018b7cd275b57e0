"""What does the plan cost at each level of a probe? Solved one after the other, verified, each kept as a stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr

from model.revise import LinearProgram
from runners.curves.certificate import Point
from runners.curves.probe import AT_LEAST, HARD, Probe
from runners.family import Family, Outcome
from runners.reports.tables import tabulate_costs
from scenarios.catalog import TARGET
from scenarios.money import operation_discount
from scenarios.settings import Settings
from scenarios.targets import CUMULATIVE
from scenarios.terms import VINTAGE

WHOLE = ("units", "begin", "ever")
"""What is built, in whole numbers."""


@dataclass(frozen=True)
class Stop:
    """The plan of one level.

    `cost` is the least net present cost of the whole system, in money; of it `misses` is paid for missing targets
    that stand beside the probe. `bound`: no plan costs less. `slope` is what a unit of level adds to the cost, NaN
    where whole units are decided. `account` (year) is what the probe's account holds, `build` (technology, vintage);
    `whole` are the decisions in whole units.
    """

    level: float
    cost: float
    bound: float
    slope: float
    misses: float
    account: np.ndarray
    build: np.ndarray
    whole: Mapping[str, xr.DataArray]

    @property
    def point(self) -> Point:
        """The stop as a point of a convex curve."""
        return Point(self.level, self.cost, self.slope)

    @property
    def built(self) -> np.ndarray:
        """Capacity begun over all years (technology)."""
        return np.asarray(self.build.sum(axis=1))


@dataclass
class Tracer:
    """Solves a family at levels of a probe, other settings standing.

    `free` is the plan that the probe does not bind: its outcome, and as a stop at the level that it reaches by itself.
    """

    family: Family
    probe: Probe
    settings: Settings = field(default_factory=dict)
    stops: dict[float, Stop] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._weights = _weigh_caps(self.family, self.probe, self.settings)
        self.free_outcome = self._solve(self.probe.free)
        self.free = replace(self._keep(self.free_outcome, self.probe.free), slope=0.0)
        self.free = replace(self.free, level=self.measure_level(self.free))

    @property
    def scenario(self) -> xr.Dataset:
        """The scenario that the probe does not bind."""
        return self.free_outcome.scenario

    @property
    def held(self) -> np.ndarray:
        """Which plan years the probe holds in (year)."""
        return np.isfinite(self.scenario["cap"].sel({TARGET: self.probe.name}).values)

    def solve(self, level: float) -> Point:
        """The point at a level, its plan verified.

        Raises:
            NoPlan: no plan reaches the level.
            PlanRefused: the verifier did not accept the plan.
        """
        if level not in self.stops:
            self.stops[level] = self._keep(self._solve(level), level)
        return self.stops[level].point

    def measure_level(self, stop: Stop) -> float:
        """The tightest level at which this plan would still do."""
        amounts = stop.account[self.held]
        if self.probe.cumulative:
            return float(amounts @ self.scenario["length"].values[self.held])
        return float(amounts.max() if self.probe.side > 0 else amounts.min())

    def revise(self, level: float) -> LinearProgram:
        """The program of a level."""
        return self.family.revise({**self.settings, **self.probe.settle(level)})

    def _solve(self, level: float) -> Outcome:
        return self.family.solve({**self.settings, **self.probe.settle(level)})

    def _keep(self, outcome: Outcome, level: float) -> Stop:
        plan = outcome.plan
        return Stop(
            level=level,
            cost=float(plan.attrs["objective"]),
            bound=float(plan.attrs["bound"]),
            slope=float((self._weights * plan["shadow_price"].values).sum()),
            misses=_pay_misses(outcome),
            account=np.asarray(plan["account_value"].sel(account=self.probe.account).values),
            build=np.asarray(plan["build"].transpose(..., VINTAGE).values),
            whole={name: plan[name] for name in WHOLE},
        )


def _weigh_caps(family: Family, probe: Probe, settings: Settings) -> np.ndarray:
    """By what a unit of each shadow price (target, year) changes the cost, per unit of level.

    A dearer cap is a lower one: the cost falls by the price where a cap rises, and rises by it where a floor does.
    Where a path of caps runs straight to the probe's own target, those before it move in part.
    """
    one, two = (family.describe({**settings, **probe.settle(level)}) for level in (1.0, 2.0))
    moved = np.nan_to_num(two["cap"].values - one["cap"].values)
    cumulative = one["target_basis"].values == CUMULATIVE
    last = np.zeros_like(moved)
    for place in np.flatnonzero(cumulative):
        held = np.flatnonzero(moved[place])
        last[place, held[-1:]] = moved[place, held[-1:]]
    moved = np.where(cumulative[:, None], last, moved)
    floors = one["target_sense"].values == AT_LEAST
    return np.where(floors[:, None], moved, -moved)


def _pay_misses(outcome: Outcome) -> float:
    """What the plan pays, in present money, for missing targets; nothing where all are hard."""
    if (outcome.scenario["target_mode"].values == HARD).all():
        return 0.0
    costs = tabulate_costs(outcome.scenario, outcome.plan)
    return float(costs.loc[costs["component"] == "excess", "present_value"].sum())


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
    return {name: extra / amount if amount > 1e-9 else np.nan for name, amount in amounts.items()}
