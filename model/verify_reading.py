"""What do scenario and plan say, as plain arrays? Each variable taken out once, and which decisions there are.

Letters of the subscripts: k, m technology, c commodity, s slice, y year, v vintage, e, f account, g group, t target.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from model.verify_terms import Array
from scenarios.catalog import (
    ACCOUNT,
    COMMODITY,
    GROUP,
    PART,
    SLICE,
    TARGET,
    TECHNOLOGY,
    VINTAGE,
    YEAR,
)

POOL = "pool"
LOGIC_ROW = "logic_row"
DIMS = (TECHNOLOGY, COMMODITY, ACCOUNT, PART, TARGET, GROUP, SLICE, YEAR, VINTAGE)
"""Dimensions of scenario and plan that carry labels of a place."""

HOURS_A_YEAR = 8760.0


class Arrays:
    """The variables of one Dataset as attributes: `given.capex` is the array of its variable `capex`.

    A trailing underscore steps past Python's own words: `given.yield_`.
    """

    def __init__(self, dataset: xr.Dataset) -> None:
        self._dataset = dataset

    def __getattr__(self, name: str) -> Array:
        values: Array = self._dataset.variables[name.rstrip("_")].values
        if values.dtype == object:
            values = values.astype(str)
        self.__dict__[name] = values
        return values


@dataclass(frozen=True)
class Reading:
    """Scenario and plan side by side; every mask says for whom a decision or a rule is there."""

    scenario: xr.Dataset
    dataset: xr.Dataset
    relaxed: bool = False

    @cached_property
    def given(self) -> Arrays:
        """Numbers and labels of the scenario."""
        return Arrays(self.scenario)

    @cached_property
    def plan(self) -> Arrays:
        """Decisions of the plan."""
        return Arrays(self.dataset)

    @cached_property
    def labels(self) -> Mapping[str, Array]:
        """Labels of each dimension, for the places of violations."""
        found = {dim: self.scenario[dim].values for dim in DIMS}
        return {**found, POOL: self.plan.pool, LOGIC_ROW: self.given.logic_rule}

    @cached_property
    def years(self) -> Array:
        """First calendar year of each plan year, (year)."""
        return self.given.year.astype(float)

    @cached_property
    def length(self) -> Array:
        """Calendar years that each plan year stands for, (year)."""
        return self.given.length.astype(float)

    @cached_property
    def hours(self) -> Array:
        """Part of the year that each slice takes, (slice)."""
        return np.asarray(self.given.hours / HOURS_A_YEAR)

    @cached_property
    def host(self) -> Array:
        """Position of the technology whose capacity each one uses, (technology)."""
        position = {str(k): i for i, k in enumerate(self.given.technology)}
        return np.array([position[str(k)] for k in self.given.technology_host], dtype=int)

    @cached_property
    def hosts(self) -> Array:
        """Technologies that have capacity of their own, (technology)."""
        own = self.host == np.arange(self.host.size)
        return np.asarray(own & self.given.technology_capacitated.astype(bool))

    @cached_property
    def hosted(self) -> Array:
        """Technologies whose activity takes capacity, their own or a host's, (technology)."""
        return np.asarray(self.hosts[self.host])

    @cached_property
    def modes(self) -> Array:
        """One where technology m is a mode of host k, (m, k)."""
        return np.asarray((self.host[:, None] == np.arange(self.host.size)) & self.hosts, dtype=float)

    @cached_property
    def capacity_used(self) -> Array:
        """Capacity of each technology's host, (technology, year)."""
        return np.asarray(self.plan.capacity[self.host])

    @cached_property
    def per_slice(self) -> Array:
        """Technologies whose activity is decided per slice, (technology)."""
        return np.asarray(self.given.technology_resolution == SLICE)

    @cached_property
    def yearly_activity(self) -> Array:
        """Activity of the whole year, (technology, year)."""
        return np.asarray(self.plan.activity.sum(1))

    @cached_property
    def stored(self) -> Array:
        """Commodities with a level, (commodity)."""
        return np.asarray(self.given.commodity_storage != "no")

    @cached_property
    def in_slices(self) -> Array:
        """Commodities balanced in each slice, (commodity)."""
        return np.asarray((self.given.commodity_balance == SLICE) | self.stored)

    @cached_property
    def buildable(self) -> Array:
        """Technologies that may be built at all, (technology)."""
        return np.asarray(self.given.technology_buildable.astype(bool) & self.hosts)

    @cached_property
    def retirable(self) -> Array:
        """Technologies that may be retired early, (technology)."""
        return np.asarray(self.given.technology_retirable.astype(bool) & self.hosts)

    @cached_property
    def lumpy(self) -> Array:
        """Technologies built in whole units, (technology)."""
        return np.asarray(self.buildable & (self.given.unit_size > 0))

    @cached_property
    def once(self) -> Array:
        """Technologies that are one project, (technology)."""
        return np.asarray(self.buildable & self.given.technology_once.astype(bool))

    @cached_property
    def switched(self) -> Array:
        """Technologies whose starts are decided by yes or no, (technology)."""
        rows = np.isin(self.given.logic_kind, ("requires", "follows", "excludes"))
        named = np.concatenate([self.given.logic_technology[rows], self.given.logic_other[rows]])
        in_logic = np.isin(self.given.technology, named)
        return np.asarray(self.buildable & (self.once | (self.given.least_size > 0) | in_logic))

    @cached_property
    def exclusive(self) -> Array:
        """Technologies of which a rule allows at most one, (technology)."""
        rows = self.given.logic_kind == "excludes"
        named = np.concatenate([self.given.logic_technology[rows], self.given.logic_other[rows]])
        return np.asarray(self.switched & np.isin(self.given.technology, named))

    @cached_property
    def starts(self) -> Array:
        """Starts as yes or no, (technology, vintage): 1e-7 of a start is none, and opens nothing.

        A start that is a hair off zero would otherwise admit that hair of a large bound. In a plan of the relaxed
        program parts of starts are meant.
        """
        return np.asarray(self.plan.begin if self.relaxed else np.rint(self.plan.begin))

    @cached_property
    def most_build(self) -> Array:
        """Most capacity that may begin, (technology, vintage); zero where nothing may."""
        after = self.years >= self.given.earliest_start[:, None]
        before = self.years <= self.given.latest_start[:, None]
        allowed = after & before & ~self.given.excluded.astype(bool)[:, None]
        return np.where(allowed, self.given.most_build * self.length, 0.0)

    @cached_property
    def held(self) -> Array:
        """Years in which each target holds, (target, year)."""
        return np.asarray(~np.isnan(self.given.cap))

    @cached_property
    def cumulative(self) -> Array:
        """Targets on a sum over years, (target)."""
        return np.asarray(self.given.target_basis == "cumulative")

    @cached_property
    def soft(self) -> Array:
        """Targets that may be missed, (target)."""
        return np.asarray(self.given.target_mode != "hard")

    @cached_property
    def priced(self) -> Array:
        """Targets whose excess is paid for, (target)."""
        return np.asarray((self.given.target_mode == "priced") & self.held.any(1))

    @cached_property
    def floor(self) -> Array:
        """Targets that ask for at least their cap, (target)."""
        return np.asarray(self.given.target_sense == "at_least")

    @cached_property
    def payers(self) -> Array:
        """True where a priced target pays into a pool, (target, pool)."""
        return np.asarray((self.given.target_pool[:, None] == self.plan.pool) & self.priced[:, None])
