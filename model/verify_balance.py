"""Is every commodity balanced, every level kept, and every peak covered?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.verify_reading import Reading
from model.verify_terms import Array, Rule, Sum, at_most, equal, product, term
from scenarios.catalog import COMMODITY, SLICE, YEAR

CY = (COMMODITY, YEAR)
CSY = (COMMODITY, SLICE, YEAR)


def measure_net(read: Reading) -> Sum:
    """Left side minus right side of the balance in each slice, (commodity, slice, year).

    Activity decided per year already stands spread by its profile in the plan.
    """
    given, plan = read.given, read.plan
    demand = term(given.demand[:, None, :] * given.demand_profile)
    return product("kcsy,ksy->csy", given.flow, plan.activity) + term(plan.purchase) - term(plan.sale) - demand


def check_balance(read: Reading) -> Iterator[Rule]:
    """Commodities without a level, and trade of those balanced over the year.

    balance   net = 0 in each slice or over the year; >= 0 where surplus may be thrown away
    spread    purchase and sale of what is balanced over the year fall on the slices by their hours
    """
    given, plan = read.given, read.plan
    unit, net = given.commodity_unit, measure_net(read)
    surplus = given.commodity_surplus.astype(bool)
    nothing = term(0.0)
    per_slice, per_year = read.in_slices & ~read.stored, ~read.in_slices
    yield equal("balance", CSY, unit, net, nothing, (per_slice & ~surplus)[:, None, None])
    yield at_most("balance", CSY, unit, nothing, net, (per_slice & surplus)[:, None, None])
    year = net.over(1)
    yield equal("balance", CY, unit, year, nothing, (per_year & ~surplus)[:, None])
    yield at_most("balance", CY, unit, nothing, year, (per_year & surplus)[:, None])
    for name, traded in (("purchase", plan.purchase), ("sale", plan.sale)):
        spread = term(read.hours[:, None] * traded.sum(1, keepdims=True))
        yield equal("spread", CSY, unit, term(traded), spread, per_year[:, None, None], name)


def check_storage(read: Reading) -> Iterator[Rule]:
    """Levels and the stores that hold them.

    storage   level = keep level[previous] + net / n,  keep = (1 - storage_loss)^(h / (8760 n))
    content   level <= sum_k stores content capacity
    """
    given, level = read.given, read.plan.level
    stands = read.stored[:, None, None]
    season = (given.commodity_storage == "season")[:, None]
    cycles = np.where(season, given.cycles, 1.0)[:, :, None]
    keep = (1.0 - given.storage_loss[:, None, :]) ** (read.hours[:, None] / cycles)
    right = term(keep * _find_previous(read)) + measure_net(read) * (1.0 / cycles)
    yield equal("storage", CSY, given.commodity_unit, term(level), right, stands)
    room = product("kc,ky,ky->cy", given.stores, given.content, read.plan.capacity)
    yield at_most("content", CSY, given.commodity_unit, term(level), room.at((slice(None), None)), stands)


def _find_previous(read: Reading) -> Array:
    """Level from which each slice starts: of its season, of the year around, or of the slice before on the horizon."""
    given, level = read.given, read.plan.level
    kind = given.commodity_storage[:, None, None]
    around = np.roll(level, 1, axis=1)
    onward = around.copy()
    onward[:, 0, 1:] = level[:, -1, :-1]
    onward[:, 0, 0] = given.initial_level
    before = np.arange(level.shape[1])
    for season in np.unique(given.slice_season):
        own = np.flatnonzero(given.slice_season == season)
        before[own] = np.roll(own, 1)
    return np.where(kind == "season", level[:, before], np.where(kind == "horizon", onward, around))


def check_firm(read: Reading) -> Iterator[Rule]:
    """Credited capacity covers the peak.

    firm   sum_k firm_credit max_s(flow) yield capacity
             >= (1 + reserve_margin) peak_factor (8760 / h) (demand profile + what technologies draw), each slice
    """
    given, plan = read.given, read.plan
    stands = (read.in_slices[:, None] & ~np.isnan(given.reserve_margin))[:, None, :]
    output = np.maximum(given.flow, 0.0).max(2)
    usable = given.yield_ * read.capacity_used
    credited = product("kcy,kcy,ky->cy", given.firm_credit, output, usable)
    drawn = product("kcsy,ksy->csy", np.maximum(-given.flow, 0.0), plan.activity)
    peak = (1.0 + np.nan_to_num(given.reserve_margin)) * given.peak_factor
    asked = (term(given.demand[:, None, :] * given.demand_profile) + drawn) * (peak[:, None, :] / read.hours[:, None])
    yield at_most("firm", CSY, given.commodity_unit, asked, credited.at((slice(None), None)), stands)
