"""Does each vintage run within its own capacity, where efficiency or availability is given by vintage?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.verifier.capacity import measure_alive
from model.verifier.reading import Reading, Scene, kept
from model.verifier.terms import NOTHING, Array, Places, Rule, Sum, at_most, bound, equal, find_places, product, term
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

    Technologies that run so are few, and with each are its host and all modes of that: sums are over them alone.
    """
    if not has_runs(read):
        return
    unit, some, run = (
        read.given.technology_activity_unit,
        find_some_running(read),
        read.plan.run[find_some_running(read)],
    )
    rest = term(read.plan.activity[some]) - term(run).over(1)
    yield at_most("run_least", TSY, unit, NOTHING, rest, _place(read, rest, True))
    yield from _check_vintages(read, run)
    yield from _check_stock(read, rest)
    yield from _check_must(read)
    spread = term(read.given.activity_profile[some, None] * run.sum(2)[:, :, None])
    yearly = _place(read, spread, ~read.per_slice[some, None, None, None])
    yield equal("spread", TVSY, unit, term(run), spread, yearly, "run")


@kept
def find_some_running(read: Scene) -> Array:
    """Positions of the technologies that run by vintage; below, arrays (technology, ..) are of these alone."""
    return np.flatnonzero(find_running(read))


def _place(read: Scene, amount: Sum, stands: Array | bool) -> Places:
    return find_places(stands, amount.value.shape, find_some_running(read))


def _stand(read: Reading) -> Sum:
    """What stands of each vintage, (technology, vintage, year)."""
    some, plan = find_some_running(read), read.plan
    alive = measure_alive(read)[some]
    return product("kvy,kv->kvy", alive, plan.build[some]) - product("kvy,kvy->kvy", alive, plan.retired[some])


def _scale(amount: Sum, factor: Array) -> Sum:
    return Sum(amount.value * factor, lambda: amount.size * np.abs(factor))


@kept
def measure_available(read: Scene) -> tuple[Array, Array]:
    """Availability by hours (technology, vintage, slice, year) and annual availability (.., vintage, year)."""
    some, (slots, years) = find_some_running(read), read_availability(read)
    return slots[some] * read.hours[:, None], years[some]


@kept
def weigh_modes(read: Scene) -> Array:
    """What capacity a unit of mode m takes of host k, (m, k)."""
    some = find_some_running(read)
    return np.asarray(read.modes[np.ix_(some, some)] * read.given.capacity_weight[some, None])


def _check_vintages(read: Reading, run: Array) -> Iterator[Rule]:
    given, unit, some = read.given, read.given.technology_activity_unit, find_some_running(read)
    (part, years), stands = measure_available(read), _stand(read)
    hosts, per_slice = read.hosts[some], read.per_slice[some]
    taken = product("mk,mvsy->kvsy", weigh_modes(read), run)
    units = given.yield_[some, None, :]
    by_slot = _scale(stands.at((slice(None), slice(None), None)), part * units[:, :, None])
    placed = _place(read, taken, (hosts & per_slice)[:, None, None, None])
    yield at_most("run_most", TVSY, unit, taken, by_slot, placed)
    by_year, taken_year = _scale(stands, years * part.sum(2) * units), taken.over(2)
    placed = _place(read, taken_year, (hosts & ~per_slice)[:, None, None])
    yield at_most("run_most", TVY, unit, taken_year, by_year, placed)
    rationed = (years < 1).any(axis=(1, 2)) | (given.annual_availability[some] < 1).any(1)
    placed = _place(read, taken_year, (hosts & per_slice & rationed)[:, None, None])
    yield at_most("run_annual", TVY, unit, taken_year, _scale(stands, years * units), placed)
    load, loaded = bound(given.full_load[some])
    power = _scale(stands.at((slice(None), slice(None), None)), part * load.value[:, None, None])
    placed = _place(read, taken, (hosts & ~per_slice)[:, None, None, None] & loaded[:, None, None, :])
    yield at_most("run_peak", TVSY, unit, taken, power, placed)


def _check_stock(read: Reading, rest: Sum) -> Iterator[Rule]:
    given, unit, some = read.given, read.given.technology_activity_unit, find_some_running(read)
    stands = given.existing[some] * (1.0 - read.plan.scrapped[some])
    hosts, per_slice, units = read.hosts[some], read.per_slice[some], given.yield_[some]
    weights, annual = weigh_modes(read), given.annual_availability[some]
    taken = Sum(np.einsum("mk,msy->ksy", weights, rest.value), lambda: np.einsum("mk,msy->ksy", weights, rest.size))
    part, taken_year = given.availability[some] * read.hours[:, None], taken.over(1)
    by_slot = term(part * (units * stands)[:, None])
    yield at_most("run_most", TSY, unit, taken, by_slot, _place(read, taken, (hosts & per_slice)[:, None, None]))
    by_year = term(annual * part.sum(1) * units * stands)
    yield at_most("run_most", TY, unit, taken_year, by_year, _place(read, by_year, (hosts & ~per_slice)[:, None]))
    rationed = _place(read, by_year, (hosts & per_slice)[:, None] & (annual < 1))
    yield at_most("run_annual", TY, unit, taken_year, term(annual * units * stands), rationed)
    load, loaded = bound(given.full_load[some])
    peaked = _place(read, taken, (hosts & ~per_slice)[:, None, None] & loaded[:, None])
    yield at_most("run_peak", TSY, unit, taken, term(part * (load.value * stands)[:, None]), peaked)


def _check_must(read: Reading) -> Iterator[Rule]:
    given, unit, some = read.given, read.given.technology_activity_unit, find_some_running(read)
    host = np.searchsorted(some, read.host[some])
    (part, years), stands, per_slice = measure_available(read), _stand(read).at(host), read.per_slice[some]
    stock = (given.existing[some] * (1.0 - read.plan.scrapped[some]))[host]
    units, open_ = given.yield_[some], given.availability[some] * read.hours[:, None]
    by_slot = _scale(stands.at((slice(None), slice(None), None)), part * units[:, None, None]).over(1)
    by_slot += term(open_ * (units * stock)[:, None])
    must = given.must_run[some]
    mean = np.einsum("ksy,s->ky", must, read.hours)
    asked = _place(read, by_slot, per_slice[:, None, None] & (must > 0))
    yield at_most("use_least", TSY, unit, by_slot * must, term(read.plan.activity[some]), asked)
    by_year = _scale(stands, years * part.sum(2) * units[:, None]).over(1)
    by_year += term(given.annual_availability[some] * open_.sum(1) * units * stock)
    asked = _place(read, by_year, ~per_slice[:, None] & (mean > 0))
    yield at_most("use_least", TY, unit, by_year * mean, term(read.yearly_activity[some]), asked)
