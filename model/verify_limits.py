"""Does the plan keep within every limit on building, capacity, activity and trade, alone and in groups?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.verify_reading import Reading
from model.verify_terms import Array, Rule, Sum, at_most, bound, product, term
from scenarios.catalog import COMMODITY, GROUP, TECHNOLOGY, VINTAGE, YEAR

TV = (TECHNOLOGY, VINTAGE)
TY = (TECHNOLOGY, YEAR)
CY = (COMMODITY, YEAR)
GY = (GROUP, YEAR)
GV = (GROUP, VINTAGE)


def check_technology_limits(read: Reading) -> Iterator[Rule]:
    """Limits of one technology: build_most, build_least, capacity_most, capacity_least, activity_most, activity_least.

    build[k,v] <= L[v] most_build[k,v], 0 outside the window of its start or where excluded; the others as named.
    """
    given, plan = read.given, read.plan
    built, standing = given.technology_capacity_unit, given.technology_capacity_unit
    can, owns = read.buildable[:, None], read.hosts[:, None]
    yield _most("build_most", TV, built, plan.build, read.most_build, can)
    yield _least("build_least", TV, built, plan.build, given.least_build * read.length, can)
    yield _most("capacity_most", TY, standing, plan.capacity, given.most_capacity, owns)
    yield _least("capacity_least", TY, standing, plan.capacity, given.least_capacity, owns)
    activity, unit = read.yearly_activity, given.technology_activity_unit
    yield _most("activity_most", TY, unit, activity, given.most_activity)
    yield _least("activity_least", TY, unit, activity, given.least_activity)


def check_growth(read: Reading) -> Iterator[Rule]:
    """How fast building and activity may grow.

    build_growth      build[v] / L[v] <= growth^(v-u) build[u] / L[u] + seed,  u the plan year before v
    activity_growth   activity[y] <= growth^(y-u) activity[u] + seed;  the first year from the year before the plan
    """
    given = read.given
    rate = read.plan.build / read.length
    for name, unit, amount, before, growth, seed, stands in (
        (
            "build_growth",
            given.technology_capacity_unit,
            rate,
            given.build_before,
            given.build_growth,
            given.build_seed,
            read.buildable[:, None],
        ),
        (
            "activity_growth",
            given.technology_activity_unit,
            read.yearly_activity,
            given.activity_before,
            given.activity_growth,
            given.activity_seed,
            np.array(True),
        ),
    ):
        finite = np.isfinite(growth)
        gap = np.diff(read.years, prepend=read.years[0] - 1)
        earlier = np.concatenate([before[:, None], amount[:, :-1]], axis=1)
        grown = term(np.where(finite, growth, 0.0) ** gap * earlier) + term(seed)
        dims = TV if name == "build_growth" else TY
        yield at_most(name, dims, unit, term(amount), grown, stands & finite)


def check_trade_limits(read: Reading) -> Iterator[Rule]:
    """Limits of yearly trade: purchase_most, purchase_least, sale_most."""
    given, unit = read.given, read.given.commodity_unit
    bought, sold = read.plan.purchase.sum(1), read.plan.sale.sum(1)
    yield _most("purchase_most", CY, unit, bought, given.most_purchase)
    yield _least("purchase_least", CY, unit, bought, given.least_purchase)
    yield _most("sale_most", CY, unit, sold, given.most_sale)


def check_groups(read: Reading) -> Iterator[Rule]:
    """Weighted sums over members: group_capacity, group_build, group_activity, each at most and at least.

    group_share   sum_k weight[g,k] activity[k,y] <= (>=) share[g,y] sum_k weight[of(g),k] activity[k,y]
    """
    given, plan, weight = read.given, read.plan, read.given.weight
    capacity = product("gk,ky->gy", weight, plan.capacity)
    yield from _between("group_capacity", GY, read, capacity, given.group_least_capacity, given.group_most_capacity)
    build = product("gk,ky->gy", weight, plan.build)
    least, most = given.group_least_build * read.length, given.group_most_build * read.length
    yield from _between("group_build", GV, read, build, least, most)
    activity = product("gk,ky->gy", weight, read.yearly_activity)
    yield from _between("group_activity", GY, read, activity, given.group_least_activity, given.group_most_activity)
    whole = activity.at(_find_whole(read))
    named = (given.group_of != "")[:, None]
    most_share, has_most = bound(given.group_most_share)
    yield at_most("group_share", GY, given.group_unit, activity, whole * most_share.value, has_most & named)
    least_share, has_least = bound(given.group_least_share)
    yield at_most("group_share", GY, given.group_unit, whole * least_share.value, activity, has_least & named)


def _find_whole(read: Reading) -> Array:
    """Position of the group that is the whole of each group; its own where it has none."""
    position = {str(g): i for i, g in enumerate(read.given.group)}
    return np.array([position.get(str(of), i) for i, of in enumerate(read.given.group_of)], dtype=int)


def _between(name: str, dims: tuple[str, ...], read: Reading, amount: Sum, least: Array, most: Array) -> Iterator[Rule]:
    unit = read.given.group_unit
    upper, has_upper = bound(most)
    yield at_most(name, dims, unit, amount, upper, has_upper)
    lower, has_lower = bound(least)
    yield at_most(name, dims, unit, lower, amount, has_lower)


def _most(
    name: str, dims: tuple[str, ...], unit: Array, amount: Array, limit: Array, stands: Array | bool = True
) -> Rule:
    right, finite = bound(limit)
    return at_most(name, dims, unit, term(amount), right, finite & stands)


def _least(
    name: str, dims: tuple[str, ...], unit: Array, amount: Array, limit: Array, stands: Array | bool = True
) -> Rule:
    left, finite = bound(limit)
    return at_most(name, dims, unit, left, term(amount), finite & stands & (limit > 0))
