"""Does the plan keep within every limit on building, capacity, activity and trade, alone and in groups?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from model.verifier.capacity import find_most_build, measure_standing
from model.verifier.reading import Reading, Scene, kept, once
from model.verifier.terms import NOTHING, Array, Places, Rule, Sum, at_most, bound, find_places, met, product, term
from model.verifier.time import SPREAD
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
        "build_most": limit(TV, find_most_build(read), can),
        "build_least": limit(TV, least_build, can & (least_build > 0)),
        "project_least": limit(TV, read.projects, can & (read.given.technology_status != "option")[:, None]),
        "capacity_most": limit(TY, given.most_capacity, owns),
        "capacity_end_most": limit(TY, given.most_capacity, can & is_spread(read)),
        "capacity_least": limit(TY, given.least_capacity, owns & (given.least_capacity > 0)),
        "activity_most": limit(TY, given.most_activity),
        "activity_least": limit(TY, given.least_activity, given.least_activity > 0),
    }


def check_technology_limits(read: Reading) -> Iterator[Rule]:
    """Limits of one technology: build_most, build_least, capacity_most, capacity_least, activity_most, activity_least.

    build[k,v] <= L[v] most_build[k,v], 0 outside the window of its start or where excluded; project_least: at least
    what is forced or decided to begin; capacity_end_most: what stands at the end of a plan year keeps to most_capacity
    too, where starts are spread; the others as named.
    """
    limits, unit = find_technology_limits(read), read.given.technology_capacity_unit
    build, capacity, activity = term(read.plan.build), term(read.plan.capacity), term(read.yearly_activity)
    yield limits["build_most"].cap("build_most", unit, build)
    yield limits["build_least"].support("build_least", unit, build)
    yield limits["project_least"].support("project_least", unit, build)
    yield limits["capacity_most"].cap("capacity_most", unit, capacity)
    ends = limits["capacity_end_most"]
    yield ends.cap("capacity_end_most", unit, measure_end(read) if ends.places.count else NOTHING)
    yield limits["capacity_least"].support("capacity_least", unit, capacity)
    yield limits["activity_most"].cap("activity_most", read.given.technology_activity_unit, activity)
    yield limits["activity_least"].support("activity_least", read.given.technology_activity_unit, activity)


def is_spread(read: Scene) -> bool:
    """Whether starts are spread over any period."""
    return read.state("service") == SPREAD and bool((read.length > 1).any())


@once
def measure_end(read: Reading) -> Sum:
    """What stands when each plan year ends, (technology, year)."""
    plan, stands = read.plan, measure_standing(read)
    stock = read.given.existing * (1.0 - plan.scrapped)
    return term(stock) + product("kvy,kvy->ky", stands, plan.build[:, :, None] - plan.retired)


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
        "group_capacity_end": (
            limit(GY, given.group_least_capacity, False),
            limit(GY, given.group_most_capacity, is_spread(read)),
        ),
        "group_build": (limit(GV, given.group_least_build * length), limit(GV, given.group_most_build * length)),
        "group_activity": (limit(GY, given.group_least_activity), limit(GY, given.group_most_activity)),
        "group_share": (limit(GY, given.group_least_share, named), limit(GY, given.group_most_share, named)),
    }


def check_groups(read: Reading) -> Iterator[Rule]:
    """Weighted sums over members: group_capacity, group_build, group_activity, each at most and at least.

    group_share   sum_k weight[g,k] activity[k,y] <= (>=) share[g,y] sum_k weight[of(g),k] activity[k,y]
    """
    plan, weight, unit, limits = read.plan, read.given.weight, read.given.group_unit, find_group_limits(read)
    activity = product("gk,ky->gy", weight, read.yearly_activity)
    ends = limits["group_capacity_end"][1]
    standing = product("gk,ky->gy", weight, measure_end(read).value) if ends.places.count else NOTHING
    yield ends.cap("group_capacity_end_most", unit, standing)
    for name, amount in (
        ("group_capacity", product("gk,ky->gy", weight, plan.capacity)),
        ("group_build", product("gk,ky->gy", weight, plan.build)),
        ("group_activity", activity),
    ):
        least, most = limits[name]
        yield most.cap(name, unit, amount)
        yield least.support(name, unit, amount)
    whole = activity.at(find_whole(read))
    least, most = limits["group_share"]
    yield at_most("group_share", GY, unit, activity, whole * most.amount.value, most.places)
    yield at_most("group_share", GY, unit, whole * least.amount.value, activity, least.places)


@kept
def find_whole(read: Scene) -> Array:
    """Position of the group that is the whole of each group; its own where it has none."""
    position = {str(g): i for i, g in enumerate(read.given.group)}
    return np.array([position.get(str(of), i) for i, of in enumerate(read.given.group_of)], dtype=int)
