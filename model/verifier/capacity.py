"""Does what stands, and how it is used, follow from what is built and retired?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from model.verifier.reading import Reading, Scene, kept
from model.verifier.terms import Array, Places, Rule, at_most, bound, equal, find_places, met, product, term
from model.verifier.time import (
    count_serving,
    find_curved,
    find_service_start,
    find_width,
    list_cells,
    mean_serving,
)
from model.verifier.vintages import find_running
from model.verifier.weights import Weights, weigh
from scenarios.catalog import SLICE, TECHNOLOGY, VINTAGE, YEAR

TY = (TECHNOLOGY, YEAR)
TSY = (TECHNOLOGY, SLICE, YEAR)
TVY = (TECHNOLOGY, VINTAGE, YEAR)


@kept
def measure_alive(read: Scene) -> Array:
    """Share of each vintage that stands, mean over the plan year, (technology, vintage, year).

    `|[y, y+L) n [b, b+life)| / L`, or the mean of `survival[k, floor(u - b)]` over the calendar years u where a curve
    is given; the mean of what serves where starts are spread; nothing before the vintage's own year.
    """
    start = find_service_start(read)[:, :, None]
    year, length = read.years, read.length
    end = start + read.given.life[:, None, None]
    alive = np.clip(np.minimum(year + length, end) - np.maximum(year, start), 0.0, None) / length
    curved = find_curved(read)
    if curved.any():
        alive[curved] = _survive(np.nan_to_num(read.given.survival[curved]), start[curved], year, length)
    for k, v in zip(*np.nonzero(find_width(read)), strict=True):
        since = year - start[k, v]
        alive[k, v] = mean_serving(list_cells(read, k), find_width(read)[k, v], since, since + length)
    return np.where(read.years[:, None] <= year, alive, 0.0)


@kept
def find_most_build(read: Scene) -> Array:
    """Most that may begin, (technology, vintage): of what never serves in the plan no more than somebody asked for.

    What counts in an account as soon as it begins need not serve.
    """
    serves = (measure_alive(read) > 0).any(2) | np.any(read.given.factor_build, axis=(0, 2))[:, None]
    asked = np.maximum(read.length * read.given.least_build, read.projects)
    return np.where(serves, read.most_build, np.minimum(asked, read.most_build))


@kept
def measure_standing(read: Scene) -> Array:
    """Share of each vintage that stands when a plan year ends, (technology, vintage, year)."""
    start, width, end = find_service_start(read), find_width(read), read.years + read.length
    stands = np.zeros((*start.shape, read.years.size))
    for k, v in np.ndindex(start.shape):
        cells, since = list_cells(read, k), np.asarray(end - start[k, v])
        if width[k, v] > 0:
            stands[k, v] = count_serving(cells, float(width[k, v]), since)
        else:
            stands[k, v] = sum(share * ((first < since) & (since <= last)) for first, last, share in cells)
    return np.where(read.years[:, None] <= read.years, stands, 0.0)


def _survive(survival: Array, start: Array, year: Array, length: Array) -> Array:
    """Mean over calendar years of the curve at the age reached, zero before service and past the last age."""
    total = np.zeros((*start.shape[:2], year.size))
    rows = np.arange(len(survival))[:, None, None]
    for offset in range(int(length.max())):
        age = np.floor(year + offset - start).astype(int)
        within = (age >= 0) & (age < survival.shape[1]) & (offset < length)
        total += np.where(within, survival[rows, np.clip(age, 0, survival.shape[1] - 1)], 0.0)
    return total / length


@kept
def find_standing(read: Scene) -> Places:
    """Where capacity is kept count of."""
    return find_places(read.hosts[:, None], read.shape(*TY))


@kept
def find_later(read: Scene) -> Places:
    """Years after each vintage's own."""
    return find_places(read.given.vintage[:, None] < read.given.year, read.shape(*TVY))


def check_capacity(read: Reading) -> Iterator[Rule]:
    """What stands and what is gone.

    capacity_balance   capacity = existing (1 - scrapped) + sum_v alive (build - retired)
    retired_most       retired <= build
    retired_order      retired[y] >= retired[y-1], scrapped likewise
    """
    given, plan = read.given, read.plan
    unit, alive = given.technology_capacity_unit, measure_alive(read)
    retiring = read.span("retired") != (0.0, 0.0)
    stands = term(given.existing) - term(given.existing * plan.scrapped) + product("kvy,kv->ky", alive, plan.build)
    if retiring:
        stands = stands - product("kvy,kvy->ky", alive, plan.retired)
    yield equal("capacity_balance", TY, unit, term(plan.capacity), stands, find_standing(read))
    everywhere = Places(read.shape(*TVY), None)
    if retiring or read.span("build")[0] < 0:
        yield at_most("retired_most", TVY, unit, term(plan.retired), term(plan.build[:, :, None]), everywhere)
    else:
        yield met("retired_most", TVY, unit, everywhere)
    if retiring:
        before = np.concatenate([np.zeros_like(plan.retired[:, :, :1]), plan.retired[:, :, :-1]], axis=2)
        yield at_most("retired_order", TVY, unit, term(before), term(plan.retired), find_later(read))
    else:
        yield met("retired_order", TVY, unit, find_later(read))
    scrapped = np.concatenate([np.zeros_like(plan.scrapped[:, :1]), plan.scrapped[:, :-1]], axis=1)
    yield at_most("scrapped_order", TY, "1", term(scrapped), term(plan.scrapped))


@kept
def measure_use(read: Scene) -> tuple[Array, Array]:
    """Most activity per unit of capacity, in each slot (technology, slice, year) and in the year (technology, year)."""
    given = read.given
    available = given.availability * read.hours[:, None]
    return available * given.yield_[:, None, :], given.annual_availability * available.sum(1) * given.yield_


@kept
def measure_must(read: Scene) -> tuple[Array, Array]:
    """Least activity per unit of capacity, in each slot (technology, slice, year) and in the year (.., year)."""
    must, (use, use_year) = read.given.must_run, measure_use(read)
    return must * use, np.einsum("ksy,s->ky", must, read.hours) * use_year


@kept
def weigh_taken(read: Scene) -> Weights:
    """Capacity that the modes of each technology take, (technology, slice, year)."""
    return weigh("mk,m,msy->ksy", read.modes, read.given.capacity_weight, shape=read.shape(*TSY))


@kept
def find_used(read: Scene) -> Mapping[str, Places]:
    """Where each rule on use stands; what runs by vintage has rules of its own."""
    given, pooled, per_slice = read.given, ~find_running(read), read.per_slice
    hosts, hosted = read.hosts & pooled, read.hosted & pooled
    must_year = np.einsum("ksy,s->ky", given.must_run, read.hours) > 0
    slots = {
        "most": (hosts & per_slice)[:, None, None],
        "least": (hosted & per_slice)[:, None, None] & (given.must_run > 0),
        "spread": ~per_slice[:, None, None],
        "peak": (hosts & ~per_slice)[:, None, None] & np.isfinite(given.full_load)[:, None, :],
    }
    years = {
        "most_year": (hosts & ~per_slice)[:, None],
        "least_year": (hosted & ~per_slice)[:, None] & must_year,
        "annual": (hosts & per_slice)[:, None] & (given.annual_availability < 1),
    }
    found = {name: find_places(stands, read.shape(*TSY)) for name, stands in slots.items()}
    return found | {name: find_places(stands, read.shape(*TY)) for name, stands in years.items()}


def check_use(read: Reading) -> Iterator[Rule]:
    """How far capacity is and must be used, each in the slots in which its technology is decided.

    use_most    sum over modes of capacity_weight activity <= use capacity
    use_least   activity >= must_run use capacity
    use_annual  sum over modes and slices of capacity_weight activity <= annual_availability yield capacity
    use_peak    sum over modes of capacity_weight activity, by profile in each slice, <= availability h/8760 full_load
                capacity, where decided per year
    spread      activity of one decided per year is its profile times its year
    """
    given, plan, capacity, unit = read.given, read.plan, read.capacity_used, read.given.technology_activity_unit
    (use, use_year), (must, must_year), places = measure_use(read), measure_must(read), find_used(read)
    taken = weigh_taken(read).times(plan.activity)
    taken_year = taken.over(1)
    yield at_most("use_most", TSY, unit, taken, term(use * plan.capacity[:, None, :]), places["most"])
    yield at_most("use_most", TY, unit, taken_year, term(use_year * plan.capacity), places["most_year"])
    yield at_most("use_least", TSY, unit, term(must * capacity[:, None, :]), term(plan.activity), places["least"])
    least_year = term(must_year * capacity)
    yield at_most("use_least", TY, unit, least_year, term(read.yearly_activity), places["least_year"])
    annual = term(given.annual_availability * given.yield_ * plan.capacity)
    yield at_most("use_annual", TY, unit, taken_year, annual, places["annual"])
    load, _ = bound(given.full_load)
    power = given.availability * read.hours[:, None] * (load.value * plan.capacity)[:, None, :]
    yield at_most("use_peak", TSY, unit, taken, term(power), places["peak"])
    spread = given.activity_profile * read.yearly_activity[:, None, :]
    yield equal("spread", TSY, unit, term(plan.activity), term(spread), places["spread"], "activity")
