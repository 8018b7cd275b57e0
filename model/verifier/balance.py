"""Is every commodity balanced, every level kept, and every peak covered?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from model.verifier.capacity import measure_alive
from model.verifier.reading import Reading, Scene, kept, once
from model.verifier.terms import NOTHING, Array, Places, Rule, Sum, at_most, bound, equal, find_places, met, term
from model.verifier.vintages import add_more, find_running, has_runs, weigh_more
from model.verifier.weights import Weights, weigh
from scenarios.catalog import COMMODITY, SLICE, TECHNOLOGY, VINTAGE, YEAR

CY = (COMMODITY, YEAR)
CSY = (COMMODITY, SLICE, YEAR)


@kept
def weigh_flow(read: Scene) -> Weights:
    """`sum_k flow[k,c,s,y] activity[k,s,y]`, (commodity, slice, year)."""
    return weigh("kcsy,ksy->csy", read.given.flow, shape=read.shape(TECHNOLOGY, SLICE, YEAR))


@kept
def measure_demand(read: Scene) -> Array:
    """What is asked for in each slice, (commodity, slice, year)."""
    return np.asarray(read.given.demand[:, None, :] * read.given.demand_profile)


@kept
def measure_consumed(read: Scene) -> Array:
    """What a unit of activity takes, (technology, commodity, slice, year)."""
    return np.maximum(-read.given.flow, 0.0)


@once
def measure_net(read: Reading) -> Sum:
    """Left side minus right side of the balance in each slice, (commodity, slice, year).

    What vintages run counts with flows of their own.

    Activity decided per year already stands spread by its profile in the plan.
    """
    plan, made = read.plan, weigh_flow(read).times(read.plan.activity)
    return (
        add_more(read, made, weigh_more(read)[0]) + term(plan.purchase) - term(plan.sale) - term(measure_demand(read))
    )


@kept
def find_balanced(read: Scene) -> Mapping[tuple[bool, bool], Places]:
    """Where balances stand, by whether in each slice and whether surplus may be thrown away."""
    surplus = read.given.commodity_surplus.astype(bool)
    per_slice, per_year = (read.in_slices & ~read.stored)[:, None, None], ~read.in_slices[:, None]
    found = {}
    for free in (False, True):
        chosen = surplus == free
        found[True, free] = find_places(per_slice & chosen[:, None, None], read.shape(*CSY))
        found[False, free] = find_places(per_year & chosen[:, None], read.shape(*CY))
    return found


@kept
def find_spread(read: Scene) -> Places:
    """Where trade falls on the slices by their hours."""
    return find_places(~read.in_slices[:, None, None], read.shape(*CSY))


def check_balance(read: Reading) -> Iterator[Rule]:
    """Commodities without a level, and trade of those balanced over the year.

    balance   net = 0 in each slice or over the year; >= 0 where surplus may be thrown away
    spread    purchase and sale of what is balanced over the year fall on the slices by their hours
    """
    unit, net, places = read.given.commodity_unit, measure_net(read), find_balanced(read)
    yield equal("balance", CSY, unit, net, NOTHING, places[True, False])
    yield at_most("balance", CSY, unit, NOTHING, net, places[True, True])
    year = net.over(1)
    yield equal("balance", CY, unit, year, NOTHING, places[False, False])
    yield at_most("balance", CY, unit, NOTHING, year, places[False, True])
    for name, traded, yearly in (
        ("purchase", read.plan.purchase, read.yearly_purchase),
        ("sale", read.plan.sale, read.yearly_sale),
    ):
        spread = term(read.hours[:, None] * yearly[:, None, :])
        yield equal("spread", CSY, unit, term(traded), spread, find_spread(read), name)


@kept
def find_stored(read: Scene) -> Places:
    """Where levels are kept."""
    return find_places(read.stored[:, None, None], read.shape(*CSY))


@kept
def measure_keep(read: Scene) -> tuple[Array, Array]:
    """Share of a level that is kept through a slice, and the part of the net that stays in one cycle, (c, s, y)."""
    given = read.given
    season = (given.commodity_storage == "season")[:, None]
    cycles = np.where(season, given.cycles, 1.0)[:, :, None]
    return (1.0 - given.storage_loss[:, None, :]) ** (read.hours[:, None] / cycles), 1.0 / cycles


@kept
def weigh_room(read: Scene) -> Weights:
    """`sum_k stores[k,c] content[k,y] capacity[k,y]`, (commodity, year)."""
    return weigh("kc,ky,ky->cy", read.given.stores, read.given.content, shape=read.shape(TECHNOLOGY, YEAR))


def check_storage(read: Reading) -> Iterator[Rule]:
    """Levels and the stores that hold them.

    storage   level = keep level[previous] + net / n,  keep = (1 - storage_loss)^(h / (8760 n))
    level_start  level[before the first slice of y] = start_level[y], through the year or over the horizon
    content   level <= sum_k stores content capacity
    """
    unit, level, places = read.given.commodity_unit, read.plan.level, find_stored(read)
    if not places.count:
        yield from (met(name, CSY, unit, places) for name in ("storage", "level_start", "content"))
        return
    keep, part = measure_keep(read)
    previous = _find_previous(read)
    right = term(keep * previous) + measure_net(read) * part
    yield equal("storage", CSY, unit, term(level), right, places)
    start, given = bound(read.given.start_level)
    ruled = given & read.stored[:, None] & (read.given.commodity_storage != "season")[:, None]
    yield equal("level_start", CY, unit, term(previous[:, 0, :]), start, ruled)
    room = weigh_room(read).times(read.plan.capacity)
    yield at_most("content", CSY, unit, term(level), room.at((slice(None), None)), places)


def _find_previous(read: Reading) -> Array:
    """Level from which each slice starts: of its season, of the year around, or of the slice before on the horizon."""
    given, level = read.given, read.plan.level
    kind = given.commodity_storage[:, None, None]
    around = np.roll(level, 1, axis=1)
    onward = around.copy()
    onward[:, 0, 1:] = level[:, -1, :-1]
    first = given.start_level[:, 0]
    onward[:, 0, 0] = np.where(np.isnan(first), given.initial_level, first)
    before = np.arange(level.shape[1])
    for season in np.unique(given.slice_season):
        own = np.flatnonzero(given.slice_season == season)
        before[own] = np.roll(own, 1)
    return np.where(kind == "season", level[:, before], np.where(kind == "horizon", onward, around))


@kept
def find_firm(read: Scene) -> Places:
    """Where a peak has to be covered."""
    stands = read.in_slices[:, None] & ~np.isnan(read.given.reserve_margin)
    return find_places(stands[:, None, :], read.shape(*CSY))


@kept
def weigh_credited(read: Scene) -> Weights:
    """What a unit of each host's capacity is firm for in the best of its modes, summed, (commodity, year)."""
    given = read.given
    output = np.maximum(given.flow.max(2), 0.0) * given.firm_credit
    per_unit = np.where(given.capacity_weight > 0, given.capacity_weight, 1.0)
    best = np.zeros_like(output)
    for k in np.flatnonzero(read.hosts):
        modes = read.host == k
        best[k] = (output[modes] / per_unit[modes, None, None]).max(0) * given.yield_[k]
    return weigh("kcy,ky->cy", best, shape=read.shape(TECHNOLOGY, YEAR))


@kept
def weigh_credits_more(read: Scene) -> tuple[Weights, Weights]:
    """What vintages are firm for more than the stock would be, (commodity, year): what began, and what is retired."""
    given, some = read.given, np.flatnonzero(find_running(read) & read.hosts)
    per_unit = np.where(given.capacity_weight > 0, given.capacity_weight, 1.0)[:, None, None]
    technology, commodity = (read.memory.read(dim).tolist() for dim in (TECHNOLOGY, COMMODITY))
    stock = np.maximum(given.flow.max(2), 0.0)
    more = np.zeros((some.size, given.vintage.size, *stock.shape[1:]))
    for v in range(given.vintage.size):
        own = stock.copy()
        for pair, (k, c) in enumerate(zip(given.flown_technology, given.flown_commodity, strict=True)):
            own[technology.index(k), commodity.index(c)] = np.maximum(given.flow_by_vintage[pair, v].max(0), 0.0)
        for row, h in enumerate(some):
            modes = read.host == h
            best, plain = ((flow[modes] * given.firm_credit[modes] / per_unit[modes]).max(0) for flow in (own, stock))
            more[row, v] = (best - plain) * given.yield_[h] * measure_alive(read)[h, v]
    which = (some[:, None] == np.arange(len(technology))).astype(float)
    began, retired = (TECHNOLOGY, VINTAGE), (TECHNOLOGY, VINTAGE, YEAR)
    return (
        weigh("hvcy,hk,kv->cy", more, which, shape=read.shape(*began)),
        weigh("hvcy,hk,kvy->cy", more, which, shape=read.shape(*retired)),
    )


@kept
def weigh_drawn(read: Scene) -> Weights:
    """What technologies draw of a commodity whose peak has to be covered, (commodity, slice, year)."""
    asked = (read.in_slices & ~np.isnan(read.given.reserve_margin).all(1)).astype(float)
    return weigh("c,kcsy,ksy->csy", asked, measure_consumed(read), shape=read.shape(TECHNOLOGY, SLICE, YEAR))


@kept
def measure_peak(read: Scene) -> Array:
    """`(1 + reserve_margin) peak_factor (8760 / h)`, (commodity, slice, year)."""
    peak = (1.0 + np.nan_to_num(read.given.reserve_margin)) * read.given.peak_factor
    return np.asarray(peak[:, None, :] / read.hours[:, None])


def check_firm(read: Reading) -> Iterator[Rule]:
    """Credited capacity covers the peak.

    firm   sum over hosts of capacity yield max over its modes of firm_credit max_s(flow) / capacity_weight
             >= (1 + reserve_margin) peak_factor (8760 / h) (demand profile + what technologies draw), each slice
    """
    unit, places = read.given.commodity_unit, find_firm(read)
    if not places.count:
        yield met("firm", CSY, unit, places)
        return
    credited = weigh_credited(read).times(read.plan.capacity)
    asked = (term(measure_demand(read)) + weigh_drawn(read).times(read.plan.activity)) * measure_peak(read)
    if has_runs(read):
        began, retired = weigh_credits_more(read)
        credited += began.times(read.plan.build) - retired.times(read.plan.retired)
        drawn = weigh_more(read)[1].times(read.plan.run)
        asked += drawn * measure_peak(read)
    yield at_most("firm", CSY, unit, asked, credited.at((slice(None), None)), places)
