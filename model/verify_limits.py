"""Does the plan keep within every limit on building, capacity, activity and trade, alone and in groups?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from model.verify_reading import Reading, Scene, kept
from model.verify_terms import Array, Places, Rule, Sum, at_most, bound, find_places, met, product, term
from scenarios.catalog import COMMODITY, GROUP, TECHNOLOGY, VINTAGE, YEAR

TV = (TECHNOLOGY, VINTAGE)
TY = (TECHNOLOGY, YEAR)
CY = (COMMODITY, YEAR)
GY = (GROUP, YEAR)
GV = (GROUP, VINTAGE)


@dataclass(frozen=True)
class Limit:
    """The most or the least of an amount, and where there is such a limit."""

    dims: tuple[str, ...]
    amount: Sum
    places: Places

    def cap(self, name: str, unit: str | Array, amount: Sum) -> Rule:
        """The rule that an amount is at most the limit."""
        if not self.places.count:
            return met(name, self.dims, unit, self.places)
        return at_most(name, self.dims, unit, amount, self.amount, self.places)

    def support(self, name: str, unit: str | Array, amount: Sum) -> Rule:
        """The rule that an amount is at least the limit."""
        if not self.places.count:
            return met(name, self.dims, unit, self.places)
        return at_most(name, self.dims, unit, self.amount, amount, self.places)


def limit(dims: tuple[str, ...], amounts: Array, stands: Array | bool = True) -> Limit:
    """A limit at all places where it is finite and stands."""
    amount, finite = bound(amounts)
    return Limit(dims, amount, find_places(finite & stands, amounts.shape))


@kept
def find_technology_limits(read: Scene) -> Mapping[str, Limit]:
    """Limits of one technology, by rule."""
    given, can, owns = read.given, read.buildable[:, None], read.hosts[:, None]
    least_build = given.least_build * read.length
    return {
        "build_most": limit(TV, read.most_build, can),
        "build_least": limit(TV, least_build, can & (least_build > 0)),
        "project_least": limit(TV, read.projects, can & (read.given.technology_status != "option")[:, None]),
        "capacity_most": limit(TY, given.most_capacity, owns),
        "capacity_least": limit(TY, given.least_capacity, owns & (given.least_capacity > 0)),
        "activity_most": limit(TY, given.most_activity),
        "activity_least": limit(TY, given.least_activity, given.least_activity > 0),
    }


def check_technology_limits(read: Reading) -> Iterator[Rule]:
    """Limits of one technology: build_most, build_least, capacity_most, capacity_least, activity_most, activity_least.

    build[k,v] <= L[v] most_build[k,v], 0 outside the window of its start or where excluded; project_least: at least
    what is forced or decided to begin; the others as named.
    """
    limits, unit = find_technology_limits(read), read.given.technology_capacity_unit
    build, capacity, activity = term(read.plan.build), term(read.plan.capacity), term(read.yearly_activity)
    yield limits["build_most"].cap("build_most", unit, build)
    yield limits["build_least"].support("build_least", unit, build)
    yield limits["project_least"].support("project_least", unit, build)
    yield limits["capacity_most"].cap("capacity_most", unit, capacity)
    yield limits["capacity_least"].support("capacity_least", unit, capacity)
    yield limits["activity_most"].cap("activity_most", read.given.technology_activity_unit, activity)
    yield limits["activity_least"].support("activity_least", read.given.technology_activity_unit, activity)


@dataclass(frozen=True)
class Growth:
    """How fast an amount may grow: what one year allows the next, what it was before the plan, and where this holds."""

    factor: Array
    before: Array
    seed: Array
    places: Places

    def cap(self, name: str, dims: tuple[str, ...], unit: Array, amount: Array) -> Rule:
        """The rule that an amount grows no faster."""
        if not self.places.count:
            return met(name, dims, unit, self.places)
        earlier = np.concatenate([self.before[:, None], amount[:, :-1]], axis=1)
        return at_most(name, dims, unit, term(amount), term(self.factor * earlier) + term(self.seed), self.places)


@kept
def find_group_growth(read: Scene) -> tuple[Growth, Growth]:
    """How fast weighted building and activity of groups may grow."""
    given = read.given
    found = []
    for growth, before, seed in (
        (given.group_build_growth, given.group_build_before, given.group_build_seed),
        (given.group_activity_growth, given.group_activity_before, given.group_activity_seed),
    ):
        finite = np.isfinite(growth)
        gaps = np.concatenate([[1.0], np.diff(read.years)])
        found.append(Growth(np.where(finite, growth, 0.0) ** gaps, before, seed, find_places(finite, growth.shape)))
    return found[0], found[1]


@kept
def find_growth(read: Scene) -> tuple[Growth, Growth]:
    """How fast building and activity may grow."""
    given = read.given
    gap = np.diff(read.years, prepend=read.years[0] - 1)
    found = []
    for growth, before, seed, stands in (
        (given.build_growth, given.build_before, given.build_seed, read.buildable[:, None]),
        (given.activity_growth, given.activity_before, given.activity_seed, np.array(True)),
    ):
        finite = np.isfinite(growth)
        factor = np.where(finite, growth, 0.0) ** gap
        found.append(Growth(factor, before, seed, find_places(stands & finite, factor.shape)))
    return found[0], found[1]


def check_growth(read: Reading) -> Iterator[Rule]:
    """How fast building and activity may grow.

    build_growth      build[v] / L[v] <= growth^(v-u) build[u] / L[u] + seed,  u the plan year before v
    activity_growth   activity[y] <= growth^(y-u) activity[u] + seed;  the first year from the year before the plan
    """
    build, activity = find_growth(read)
    yield build.cap("build_growth", TV, read.given.technology_capacity_unit, read.plan.build / read.length)
    yield activity.cap("activity_growth", TY, read.given.technology_activity_unit, read.yearly_activity)


@kept
def find_trade_limits(read: Scene) -> Mapping[str, Limit]:
    """Limits of yearly trade, by rule."""
    given = read.given
    return {
        "purchase_most": limit(CY, given.most_purchase),
        "purchase_least": limit(CY, given.least_purchase, given.least_purchase > 0),
        "sale_most": limit(CY, given.most_sale),
    }


def check_trade_limits(read: Reading) -> Iterator[Rule]:
    """Limits of yearly trade: purchase_most, purchase_least, sale_most."""
    limits, unit = find_trade_limits(read), read.given.commodity_unit
    yield limits["purchase_most"].cap("purchase_most", unit, term(read.yearly_purchase))
    yield limits["purchase_least"].support("purchase_least", unit, term(read.yearly_purchase))
    yield limits["sale_most"].cap("sale_most", unit, term(read.yearly_sale))


@kept
def find_group_limits(read: Scene) -> Mapping[str, tuple[Limit, Limit]]:
    """The least and the most of each group, by rule."""
    given, length = read.given, read.length
    named = (given.group_of != "")[:, None]
    return {
        "group_capacity": (limit(GY, given.group_least_capacity), limit(GY, given.group_most_capacity)),
        "group_build": (limit(GV, given.group_least_build * length), limit(GV, given.group_most_build * length)),
        "group_activity": (limit(GY, given.group_least_activity), limit(GY, given.group_most_activity)),
        "group_share": (limit(GY, given.group_least_share, named), limit(GY, given.group_most_share, named)),
    }


def check_groups(read: Reading) -> Iterator[Rule]:
    """Weighted sums over members: group_capacity, group_build, group_activity, each at most and at least.

    group_build_growth, group_activity_growth: growth of the weighted sums, as of one technology's.
    group_share   sum_k weight[g,k] activity[k,y] <= (>=) share[g,y] sum_k weight[of(g),k] activity[k,y]
    """
    plan, weight, unit, limits = read.plan, read.given.weight, read.given.group_unit, find_group_limits(read)
    activity = product("gk,ky->gy", weight, read.yearly_activity)
    for name, amount in (
        ("group_capacity", product("gk,ky->gy", weight, plan.capacity)),
        ("group_build", product("gk,ky->gy", weight, plan.build)),
        ("group_activity", activity),
    ):
        least, most = limits[name]
        yield most.cap(name, unit, amount)
        yield least.support(name, unit, amount)
    built, used = find_group_growth(read)
    yield built.cap("group_build_growth", GV, unit, weight @ (plan.build / read.length))
    yield used.cap("group_activity_growth", GY, unit, activity.value)
    whole = activity.at(find_whole(read))
    least, most = limits["group_share"]
    yield at_most("group_share", GY, unit, activity, whole * most.amount.value, most.places)
    yield at_most("group_share", GY, unit, whole * least.amount.value, activity, least.places)


@kept
def find_whole(read: Scene) -> Array:
    """Position of the group that is the whole of each group; its own where it has none."""
    position = {str(g): i for i, g in enumerate(read.given.group)}
    return np.array([position.get(str(of), i) for i, of in enumerate(read.given.group_of)], dtype=int)
