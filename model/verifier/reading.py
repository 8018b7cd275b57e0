"""What do scenario and plan say, as plain arrays? Each variable taken out once, and which decisions there are.

Letters of the subscripts: k, m technology, c commodity, s slice, y year, v vintage, e, f account, g group, t target.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, field
from functools import cached_property, wraps
from typing import Any, TypeVar

import numpy as np
import xarray as xr

from model.verifier.memory import Memory
from model.verifier.terms import Array
from scenarios.catalog import (
    ACCOUNT,
    ACTOR,
    CALENDAR,
    COMMODITY,
    GROUP,
    INSTRUMENT,
    PART,
    SLICE,
    TARGET,
    TECHNOLOGY,
    VINTAGE,
    YEAR,
)

T = TypeVar("T")

LOGIC_ROW = "logic_row"
DIMS = (TECHNOLOGY, COMMODITY, ACCOUNT, PART, TARGET, GROUP, SLICE, YEAR, CALENDAR, VINTAGE, ACTOR, INSTRUMENT)
"""Dimensions of scenario and plan that carry labels of a place."""

HOURS_A_YEAR = 8760.0


class Arrays:
    """The variables of a plan as attributes: `plan.build` is the array of its variable `build`."""

    def __init__(self, dataset: xr.Dataset) -> None:
        self._dataset = dataset

    def __getattr__(self, name: str) -> Array:
        values: Array = self._dataset.variables[name].values
        self.__dict__[name] = values
        return values


def find_span(numbers: Array) -> tuple[float, float]:
    """The smallest and the largest of numbers and zero; no numbers where one is none."""
    return float(numbers.min(initial=0.0)), float(numbers.max(initial=0.0))


class Given:
    """The variables of a scenario as attributes: `given.capex` is the array of its variable `capex`.

    A trailing underscore steps past Python's own words: `given.yield_`.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def __getattr__(self, name: str) -> Array:
        return self._memory.read(name.rstrip("_"))


def kept(make: Callable[[Scene], T]) -> Callable[[Scene], T]:
    """Marks what is reckoned from the scenario alone: made once for all plans and scenarios where it is the same."""

    @wraps(make)
    def recall(scene: Scene) -> T:
        found: T = scene.memory.recall(make, scene.alone)
        return found

    return recall


def once(make: Callable[[Reading], T]) -> Callable[[Reading], T]:
    """Marks what several rules ask of the same plan: made once for each plan."""

    @wraps(make)
    def recall(read: Reading) -> T:
        if make not in read.made:
            read.made[make] = make(read)
        found: T = read.made[make]
        return found

    return recall


@dataclass(frozen=True)
class Scene:
    """The scenario alone; every mask says for whom a decision or a rule is there."""

    memory: Memory

    @cached_property
    def given(self) -> Given:
        """Numbers and labels of the scenario."""
        return Given(self.memory)

    @property
    def alone(self) -> Scene:
        """The scenario without any plan."""
        return self

    def shape(self, *dims: str) -> tuple[int, ...]:
        """How many labels each of the dimensions has."""
        return tuple(self.memory.read(dim).size for dim in dims)

    def state(self, attribute: str) -> str:
        """An attribute of the scenario."""
        return str(self.memory.state(attribute))

    @property
    @kept
    def years(self: Scene) -> Array:
        """First calendar year of each plan year, (year)."""
        return self.given.year.astype(float)

    @property
    @kept
    def length(self: Scene) -> Array:
        """Calendar years that each plan year stands for, (year)."""
        return self.given.length.astype(float)

    @property
    @kept
    def hours(self: Scene) -> Array:
        """Part of the year that each slice takes, (slice)."""
        return np.asarray(self.given.hours / HOURS_A_YEAR)

    @property
    @kept
    def host(self: Scene) -> Array:
        """Position of the technology whose capacity each one uses, (technology)."""
        position = {str(k): i for i, k in enumerate(self.given.technology)}
        return np.array([position[str(k)] for k in self.given.technology_host], dtype=int)

    @property
    @kept
    def hosts(self: Scene) -> Array:
        """Technologies that have capacity of their own, (technology)."""
        own = self.host == np.arange(self.host.size)
        return np.asarray(own & self.given.technology_capacitated.astype(bool))

    @property
    @kept
    def hosted(self: Scene) -> Array:
        """Technologies whose activity takes capacity, their own or a host's, (technology)."""
        return np.asarray(self.hosts[self.host])

    @property
    @kept
    def modes(self: Scene) -> Array:
        """One where technology m is a mode of host k, (m, k)."""
        return np.asarray((self.host[:, None] == np.arange(self.host.size)) & self.hosts, dtype=float)

    @property
    @kept
    def per_slice(self: Scene) -> Array:
        """Technologies whose activity is decided per slice, (technology)."""
        return np.asarray(self.given.technology_resolution == SLICE)

    @property
    @kept
    def stored(self: Scene) -> Array:
        """Commodities with a level, (commodity)."""
        return np.asarray(self.given.commodity_storage != "no")

    @property
    @kept
    def in_slices(self: Scene) -> Array:
        """Commodities balanced in each slice, (commodity)."""
        return np.asarray((self.given.commodity_balance == SLICE) | self.stored)

    @property
    @kept
    def buildable(self: Scene) -> Array:
        """Technologies that may be built at all, (technology)."""
        return np.asarray(self.given.technology_buildable.astype(bool) & self.hosts)

    @property
    @kept
    def retirable(self: Scene) -> Array:
        """Technologies that may be retired early, (technology)."""
        return np.asarray(self.given.technology_retirable.astype(bool) & self.hosts)

    @property
    @kept
    def lumpy(self: Scene) -> Array:
        """Technologies built in whole units, (technology)."""
        return np.asarray(self.buildable & (self.given.unit_size > 0))

    @property
    @kept
    def once(self: Scene) -> Array:
        """Technologies that are one project, (technology)."""
        return np.asarray(self.buildable & self.given.technology_once.astype(bool))

    @property
    @kept
    def switched(self: Scene) -> Array:
        """Technologies whose starts are decided by yes or no, (technology)."""
        rows = np.isin(self.given.logic_kind, ("requires", "follows", "excludes"))
        named = np.concatenate([self.given.logic_technology[rows], self.given.logic_other[rows]])
        in_logic = np.isin(self.given.technology, named)
        sized = (self.given.least_size > 0) | (self.given.project_cost > 0).any(1)
        return np.asarray(self.buildable & (self.once | sized | in_logic))

    @property
    @kept
    def exclusive(self: Scene) -> Array:
        """Technologies of which a rule allows at most one, (technology)."""
        rows = self.given.logic_kind == "excludes"
        named = np.concatenate([self.given.logic_technology[rows], self.given.logic_other[rows]])
        return np.asarray(self.switched & np.isin(self.given.technology, named))

    @property
    @kept
    def most_build(self: Scene) -> Array:
        """Most capacity that may begin, (technology, vintage): of each year of it that is open; zero where none is.

        A project that is forced or decided begins all the same.
        """
        given, begun = self.given, self.years + np.arange(int(self.length.max()))[:, None]
        spread = self.state("service") == "spread"
        when = begun if spread else np.broadcast_to(self.years, begun.shape)
        after = when >= given.earliest_start[:, None, None]
        before = when <= given.latest_start[:, None, None]
        settled = self.projects[:, None] > 0
        own = settled & (np.floor(given.status_year)[:, None, None] == begun if spread else True)
        years = ((after & before | own) & (begun < self.years + self.length)).sum(1)
        most = np.maximum(np.where(years > 0, given.most_build * np.maximum(years, 1), 0.0), self.projects)
        return np.where(given.excluded.astype(bool)[:, None], self.decided, most)

    @property
    @kept
    def projects(self: Scene) -> Array:
        """What is forced or decided to begin in the plan year of its start, (technology, vintage)."""
        given, start = self.given, self.given.status_year[:, None]
        size = np.where(given.unit_size > 0, given.unit_size, given.least_size)
        size = np.where(np.isfinite(given.project_size), given.project_size, size)
        begins = (start >= self.years) & (start < self.years + self.length)
        return np.where(begins & (given.technology_status != "option")[:, None], size[:, None], 0.0)

    @property
    @kept
    def decided(self: Scene) -> Array:
        """What of it is decided, and so there whatever else is done, (technology, vintage)."""
        return np.asarray(self.projects * (self.given.technology_status == "decided")[:, None])

    @property
    @kept
    def held(self: Scene) -> Array:
        """Years in which each target holds, (target, year)."""
        return self.memory.locate("cap")

    @property
    @kept
    def cumulative(self: Scene) -> Array:
        """Targets on a sum over years, (target)."""
        return np.asarray(self.given.target_basis == "cumulative")

    @property
    @kept
    def soft(self: Scene) -> Array:
        """Targets that may be missed, (target)."""
        return np.asarray(self.given.target_mode != "hard")

    @property
    @kept
    def priced(self: Scene) -> Array:
        """Targets whose excess is paid for, (target)."""
        return np.asarray((self.given.target_mode == "priced") & self.held.any(1))

    @property
    @kept
    def floor(self: Scene) -> Array:
        """Targets that ask for at least their cap, (target)."""
        return np.asarray(self.given.target_sense == "at_least")


def open_scene(scenario: xr.Dataset) -> Scene:
    """A scenario without a plan."""
    memory = Memory()
    memory.turn_to(scenario)
    return Scene(memory)


@dataclass(frozen=True)
class Reading(Scene):
    """Scenario and plan side by side.

    `memory` holds what was reckoned for scenarios before; `made` what is reckoned for this plan.
    """

    memory: Memory = field(init=False)
    scenario: xr.Dataset
    dataset: xr.Dataset
    relaxed: bool = False
    before: InitVar[Memory | None] = None
    made: dict[object, Any] = field(default_factory=dict, init=False)

    def __post_init__(self, before: Memory | None) -> None:
        memory = before or Memory()
        if not memory.holds(self.scenario):
            memory.turn_to(self.scenario)
        object.__setattr__(self, "memory", memory)

    @cached_property
    def alone(self) -> Scene:
        """The scenario without the plan: what is kept cannot look at it."""
        return Scene(self.memory)

    @cached_property
    def plan(self) -> Arrays:
        """Decisions of the plan."""
        return Arrays(self.dataset)

    def tell(self, attribute: str) -> object:
        """What the plan says of itself; None where it does not."""
        return self.dataset.attrs.get(attribute)

    def count(self, attribute: str) -> Array:
        """A number that the plan says of itself; no number where it says none."""
        stated = self.tell(attribute)
        return np.asarray(float(stated) if isinstance(stated, int | float | np.number) else np.nan)

    @cached_property
    def labels(self) -> Mapping[str, Array]:
        """Labels of each dimension, for the places of violations."""
        found = {dim: self.memory.read(dim) for dim in DIMS}
        return {**found, LOGIC_ROW: self.given.logic_rule}

    def find_some(self, decision: str) -> Array:
        """Where a decision is anything but zero, counted along all dimensions; of a chunk of plans, in any of them."""
        if decision not in self.made:
            self.made[decision] = self._find_some(decision)
        found: Array = self.made[decision][0]
        return found

    def span(self, decision: str) -> tuple[float, float]:
        """The smallest and the largest number of a decision, zero among them; no numbers where one is none."""
        self.find_some(decision)
        found: tuple[float, float] = self.made[decision][1]
        return found

    def _find_some(self, decision: str) -> tuple[Array, tuple[float, float]]:
        values = getattr(self.plan, decision)
        some = np.flatnonzero(values != 0)
        return some, find_span(values.take(some))

    @cached_property
    def capacity_used(self) -> Array:
        """Capacity of each technology's host, (technology, year)."""
        used: Array = self.plan.capacity[self.host]
        return used

    @cached_property
    def yearly_activity(self) -> Array:
        """Activity of the whole year, (technology, year)."""
        used: Array = self.plan.activity.sum(1)
        return used

    @cached_property
    def yearly_purchase(self) -> Array:
        """What is bought in the whole year, (commodity, year)."""
        bought: Array = self.plan.purchase.sum(1)
        return bought

    @cached_property
    def yearly_sale(self) -> Array:
        """What is sold in the whole year, (commodity, year)."""
        sold: Array = self.plan.sale.sum(1)
        return sold

    @cached_property
    def starts(self) -> Array:
        """Starts as yes or no, (technology, vintage): 1e-7 of a start is none, and opens nothing.

        A start that is a hair off zero would otherwise admit that hair of a large bound. In a plan of the relaxed
        program parts of starts are meant.
        """
        return self.plan.begin if self.relaxed else np.rint(self.plan.begin)
