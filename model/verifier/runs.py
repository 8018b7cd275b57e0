"""Does each vintage run within its own capacity, where efficiency or availability is given by vintage?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.verifier.capacity import measure_alive
from model.verifier.reading import Reading
from model.verifier.terms import NOTHING, Array, Rule, Sum, at_most, bound, equal, product, term
from model.verifier.vintages import find_running, has_runs, read_availability
from scenarios.catalog import SLICE, TECHNOLOGY, VINTAGE, YEAR

TY, TSY = (TECHNOLOGY, YEAR), (TECHNOLOGY, SLICE, YEAR)
TVY, TVSY = (TECHNOLOGY, VINTAGE, YEAR), (TECHNOLOGY, VINTAGE, SLICE, YEAR)


def check_runs(read: Reading) -> Iterator[Rule]:
    """Use of capacity vintage by vintage; nothing where no technology runs so.

    run_least    what the stock runs, activity - sum_v run, >= 0
    run_most     of a vintage, and of the stock: sum over modes of capacity_weight run <= use stands, in each slot
    run_annual   the same over the year, annual_availability yield for use, where that is below 1
    run_peak     the same by profile in each slice, availability h/8760 full_load for use, where decided per year
    use_least    activity >= must_run sum over stock and vintages of use stands of the host
    spread       what a vintage decided per year runs is its profile times its year
    """
    if not has_runs(read.scenario):
        return
    unit, running, run = read.given.technology_activity_unit, find_running(read), read.plan.run
    rest = term(read.plan.activity) - term(run).over(1)
    yield at_most("run_least", TSY, unit, NOTHING, rest, running[:, None, None])
    yield from _check_vintages(read)
    yield from _check_stock(read, rest)
    yield from _check_must(read)
    spread = read.given.activity_profile[:, None] * run.sum(2)[:, :, None]
    yearly = (running & ~read.per_slice)[:, None, None, None]
    yield equal("spread", TVSY, unit, term(run), term(spread), yearly, "run")


def _stand(read: Reading) -> Sum:
    """What stands of each vintage, (technology, vintage, year)."""
    alive, plan = measure_alive(read), read.plan
    return product("kvy,kv->kvy", alive, plan.build) - product("kvy,kvy->kvy", alive, plan.retired)


def _scale(amount: Sum, factor: Array) -> Sum:
    return Sum(amount.value * factor, lambda: amount.size * np.abs(factor))


def _check_vintages(read: Reading) -> Iterator[Rule]:
    given, unit = read.given, read.given.technology_activity_unit
    (slots, years), stands = read_availability(read), _stand(read)
    hosts, per_slice = find_running(read) & read.hosts, read.per_slice
    taken = product("mk,m,mvsy->kvsy", read.modes, given.capacity_weight, read.plan.run)
    part = slots * read.hours[:, None]
    units = given.yield_[:, None, :]
    by_slot = _scale(stands.at((slice(None), slice(None), None)), part * units[:, :, None])
    yield at_most("run_most", TVSY, unit, taken, by_slot, (hosts & per_slice)[:, None, None, None])
    by_year = _scale(stands, years * part.sum(2) * units)
    yield at_most("run_most", TVY, unit, taken.over(2), by_year, (hosts & ~per_slice)[:, None, None])
    rationed = (years < 1).any(axis=(1, 2)) | (given.annual_availability < 1).any(1)
    annual = (hosts & per_slice & rationed)[:, None, None]
    yield at_most("run_annual", TVY, unit, taken.over(2), _scale(stands, years * units), annual)
    load, loaded = bound(given.full_load)
    power = _scale(stands.at((slice(None), slice(None), None)), part * load.value[:, None, None])
    peaked = (hosts & ~per_slice)[:, None, None, None] & loaded[:, None, None, :]
    yield at_most("run_peak", TVSY, unit, taken, power, peaked)


def _check_stock(read: Reading, rest: Sum) -> Iterator[Rule]:
    given, unit = read.given, read.given.technology_activity_unit
    stands = given.existing * (1.0 - read.plan.scrapped)
    hosts, per_slice = find_running(read) & read.hosts, read.per_slice
    weights = read.modes * given.capacity_weight[:, None]
    taken = Sum(np.einsum("mk,msy->ksy", weights, rest.value), lambda: np.einsum("mk,msy->ksy", weights, rest.size))
    part = given.availability * read.hours[:, None]
    by_slot = term(part * (given.yield_ * stands)[:, None])
    yield at_most("run_most", TSY, unit, taken, by_slot, (hosts & per_slice)[:, None, None])
    by_year = term(given.annual_availability * part.sum(1) * given.yield_ * stands)
    yield at_most("run_most", TY, unit, taken.over(1), by_year, (hosts & ~per_slice)[:, None])
    annual = (hosts & per_slice)[:, None] & (given.annual_availability < 1)
    yield at_most(
        "run_annual", TY, unit, taken.over(1), term(given.annual_availability * given.yield_ * stands), annual
    )
    load, loaded = bound(given.full_load)
    peaked = (hosts & ~per_slice)[:, None, None] & loaded[:, None]
    yield at_most("run_peak", TSY, unit, taken, term(part * (load.value * stands)[:, None]), peaked)


def _check_must(read: Reading) -> Iterator[Rule]:
    given, unit, running = read.given, read.given.technology_activity_unit, find_running(read)
    (slots, years), stands = read_availability(read), _stand(read).at(read.host)
    stock = (given.existing * (1.0 - read.plan.scrapped))[read.host]
    part, units = slots * read.hours[:, None], given.yield_[:, None, :]
    standing = stands.at((slice(None), slice(None), None))
    by_slot = _scale(standing, part * units[:, :, None]).over(1)
    by_slot += term(given.availability * read.hours[:, None] * (given.yield_ * stock)[:, None])
    must, mean = given.must_run, np.einsum("ksy,s->ky", given.must_run, read.hours)
    asked = (running & read.per_slice)[:, None, None] & (must > 0)
    yield at_most("use_least", TSY, unit, by_slot * must, term(read.plan.activity), asked)
    by_year = _scale(stands, years * part.sum(2) * units).over(1)
    by_year += term(
        given.annual_availability * (given.availability * read.hours[:, None]).sum(1) * given.yield_ * stock
    )
    asked = (running & ~read.per_slice)[:, None] & (mean > 0)
    yield at_most("use_least", TY, unit, by_year * mean, term(read.yearly_activity), asked)
