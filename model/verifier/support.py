"""Is support paid only for what runs, for vintages in their supported years, and within its caps?

Letters of the subscripts: i instrument, a actor; the others as in `verify_reading`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from model.verifier.actors import find_granting, find_supported, find_supports
from model.verifier.capacity import measure_use
from model.verifier.limits import Limit, limit
from model.verifier.reading import Reading, Scene, kept, once
from model.verifier.terms import Array, Rule, Sum, at_most, equal, find_places, product, term
from model.verifier.time import (
    combine_alike,
    count_years,
    find_begun,
    find_belonging,
    find_service_start,
    find_width,
    list_cells,
    mean_serving,
)
from model.verifier.vintages import find_running, has_runs, read_availability
from model.verifier.weights import Weights, weigh
from scenarios.catalog import INSTRUMENT, SLICE, TECHNOLOGY, YEAR

IKSY = (INSTRUMENT, TECHNOLOGY, SLICE, YEAR)
TSY = (TECHNOLOGY, SLICE, YEAR)
TY = (TECHNOLOGY, YEAR)


@kept
def price_output(read: Scene) -> Array:
    """What a unit of activity brings in each slice, were all owners eligible, (instrument, technology, slice, year).

    The rate times 1, or what is made of the commodity, or what is added to the account, that the support names.
    """
    given = read.given
    price = np.zeros(read.shape(*IKSY))
    for i in np.flatnonzero(find_supports(read)):
        named = given.instrument_output[i]
        made = np.ones(price.shape[1:])
        if named in given.commodity:
            made = np.maximum(given.flow[:, given.commodity == named][:, 0], 0.0)
        elif named in given.account:
            made = np.maximum(given.factor_activity[given.account == named][0], 0.0)[:, None, :]
        price[i] = np.where(find_supported(read)[i][:, None, None], given.support_rate[i][:, None, :] * made, 0.0)
    return price


@kept
def weigh_support(read: Scene) -> tuple[Weights, Weights]:
    """What is paid for supported activity, a year's rate: to each actor (actor, year), by each support (.., year)."""
    given, price, shape = read.given, price_output(read), read.shape(*IKSY)
    paid = ("ia,ka,iksy,iksy", given.eligible, given.owned, price)
    return weigh(f"{paid[0]}->ay", *paid[1:], shape=shape), weigh(f"{paid[0]}->iy", *paid[1:], shape=shape)


@once
def measure_support(read: Reading) -> Sum:
    """Support to each actor for its own part of what is supported, a year's rate, (actor, year)."""
    if not find_supports(read).any():
        return term(np.zeros((read.given.actor.size, read.given.year.size)))
    return weigh_support(read)[0].times(read.plan.supported)


@kept
def measure_service(read: Scene) -> Mapping[int, Array]:
    """Share of each plan year in which a vintage stands and a support pays for it, (technology, vintage, year).

    Calendar year by calendar year: |[u, u+1) n [b, b + min(life, support_years))|, or the curve at the age reached
    while that is below support_years; whatever the window of starts.
    """
    given = read.given
    begin, year, length = find_service_start(read)[:, :, None], read.years, read.length
    curved = ~np.isnan(given.survival).all(1) if given.survival.size else np.zeros(read.host.size, bool)
    found = {}
    for i in np.flatnonzero(find_supports(read)):
        end = np.minimum(begin + given.life[:, None, None], begin + given.support_years[i])
        total = np.zeros(np.broadcast_shapes(begin.shape, year.shape))
        for offset in range(int(length.max())):
            moment = year + offset
            stands = np.clip(np.minimum(moment + 1.0, end) - np.maximum(moment, begin), 0.0, 1.0)
            if curved.any():
                age = np.floor(moment - begin[curved]).astype(int)
                counts = (age >= 0) & (age < given.survival.shape[1]) & (age < given.support_years[i])
                curve = np.nan_to_num(given.survival[curved])
                reached = np.take_along_axis(curve[:, None, :], np.clip(age, 0, curve.shape[1] - 1), axis=2)
                stands[curved] = np.where(counts, reached, 0.0)
            total += np.where(offset < length, stands, 0.0)
        served = total / length
        for k, v in zip(*np.nonzero(find_width(read)), strict=True):
            cells = [
                (first, min(last, float(given.support_years[i])), share)
                for first, last, share in list_cells(read, k)
                if first < given.support_years[i]
            ]
            since = year - begin[k, v]
            served[k, v] = mean_serving(cells, find_width(read)[k, v], since, since + length)
        begun = given.vintage[:, None] <= given.year
        found[int(i)] = np.where(begun, served, 0.0)
    return found


def list_sets(read: Scene) -> list[tuple[int, ...]]:
    """Every set of supports of one output, those of one window and as many years together."""
    given = read.given
    found: list[tuple[int, ...]] = []
    for output in sorted(set(given.instrument_output[find_supports(read)].tolist())):
        members = np.flatnonzero(find_supports(read) & (given.instrument_output == output))
        told = np.column_stack([given.support_years[members], find_granting(read)[members]])
        found += combine_alike(members, told)
    return found


@kept
def serve_sets(read: Scene) -> Mapping[tuple[int, ...], Array]:
    """Share of each plan year in which a vintage stands and one of a set of supports pays, (technology, vintage, year).

    Mean over the calendar years of its starts: the longest service of the supports whose window has that year.
    """
    begun, granting = find_begun(read), find_granting(read)
    starts = count_years(read, begun)
    found = {}
    for supports in list_sets(read):
        served = {i: measure_service(read)[i] for i in supports}
        total = np.zeros(served[supports[0]].shape)
        for year, vintage in enumerate(find_belonging(read)):
            opened = [served[i][:, vintage] for i in supports if granting[i, year]]
            if opened:
                total[:, vintage] += begun[:, year, None] * np.max(opened, axis=0)
        found[supports] = np.asarray(total / np.where(starts > 0, starts, 1.0)[:, :, None])
    return found


@kept
def find_caps(read: Scene) -> tuple[Limit, Limit]:
    """Most support of each year, and in all."""
    given, supports = read.given, find_supports(read)
    yearly = limit((INSTRUMENT, YEAR), given.most_support * read.length, supports[:, None])
    return yearly, limit((INSTRUMENT,), given.most_support_in_all, supports)


def check_support(read: Reading) -> Iterator[Rule]:
    """Support by output; nothing where no instrument is of that kind.

    support_active    supports of one output: sum_i supported <= activity
    support_serving   every set of supports of one output, and each host:
                        sum of capacity_weight supported over them and the host's modes <= use (what they support)
    support_annual    the same over the year, where annual availability is a limit of its own
    support_most      paid in a year <= L most_support
    support_in_all    paid in all years <= most_support_in_all
    spread            supported of a technology decided per year is its profile times its year
    """
    if not find_supports(read).any():
        return
    given, supported, money = read.given, read.plan.supported, read.state("money")
    unit = given.technology_activity_unit
    for output in sorted(set(given.instrument_output[find_supports(read)].tolist())):
        members = np.flatnonzero(find_supports(read) & (given.instrument_output == output)).tolist()
        yield at_most("support_active", TSY, unit, term(supported[members]).over(0), term(read.plan.activity))
    for supports, service in serve_sets(read).items():
        yield from _check_set(read, list(supports), service)
    yearly, in_all = find_caps(read)
    paid = weigh_support(read)[1].times(supported) * read.length
    yield yearly.cap("support_most", money, paid)
    yield in_all.cap("support_in_all", money, paid.over(1))
    whole = term(supported).over(2)
    spread = given.activity_profile * whole.value[:, :, None, :]
    yearly_decided = find_places(~read.per_slice[:, None, None], supported.shape)
    yield equal("spread", IKSY, "", term(supported), term(spread), yearly_decided, "supported")


def _check_set(read: Reading, supports: list[int], service: Array) -> Iterator[Rule]:
    """What supports of one output pay for together is at most what the vintages that any of them supports can give."""
    given, plan, unit = read.given, read.plan, read.given.technology_activity_unit
    served = product("kvy,kv->ky", service, plan.build) - product("kvy,kvy->ky", service, plan.retired)
    use, use_year = measure_use(read)
    modes, weight = read.modes, given.capacity_weight
    taken = product("mk,m,imsy->ksy", modes, weight, plan.supported[supports])
    hosts, per_slice = read.hosts, read.per_slice
    by_slice = Sum(use * served.value[:, None, :], lambda: use * served.size[:, None, :])
    by_year, annual = served * use_year, served * (given.annual_availability * given.yield_)
    if has_runs(read):
        by_slice, by_year, annual = _serve_vintages(read, service)
    yield at_most("support_serving", TSY, unit, taken, by_slice, (hosts & per_slice)[:, None, None])
    yield at_most("support_serving", TY, unit, taken.over(1), by_year, (hosts & ~per_slice)[:, None])
    ever = np.asarray(find_running(read) & (read_availability(read)[1] < 1).any(axis=(1, 2)))
    limited = (hosts & per_slice)[:, None] & ((given.annual_availability < 1) | ever[:, None])
    yield at_most("support_annual", TY, unit, taken.over(1), annual, limited)


def _serve_vintages(read: Reading, service: Array) -> tuple[Sum, Sum, Sum]:
    """What supported vintages can give, each at its own availability: by slot, over the year, by annual limit."""
    given, plan, (slots, years) = read.given, read.plan, read_availability(read)
    stands = service * (plan.build[:, :, None] - plan.retired)
    part, units = slots * read.hours[:, None], given.yield_[:, None, :]
    amounts = (
        part * units[:, :, None] * stands[:, :, None],
        years * part.sum(2) * units * stands,
        years * units * stands,
    )
    by_slot, by_year, annual = (term(amount).over(1) for amount in amounts)
    return by_slot, by_year, annual
