"""Does what stands, and how it is used, follow from what is built and retired?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.verify_reading import Reading
from model.verify_terms import Array, Rule, at_most, equal, product, term
from scenarios.catalog import SLICE, TECHNOLOGY, VINTAGE, YEAR

TY = (TECHNOLOGY, YEAR)
TSY = (TECHNOLOGY, SLICE, YEAR)
TVY = (TECHNOLOGY, VINTAGE, YEAR)


def find_service_start(read: Reading) -> Array:
    """`b = v + lead_time + start_delay`, first moment of service of each vintage, (technology, vintage)."""
    wait = read.given.lead_time + read.given.start_delay
    return np.asarray(read.years + wait[:, None])


def measure_alive(read: Reading) -> Array:
    """Share of each vintage that stands, mean over the plan year, (technology, vintage, year).

    `|[y, y+L) n [b, b+life)| / L`, or the mean of `survival[k, floor(u - b)]` over the calendar years u where a curve
    is given; nothing before the vintage's own year.
    """
    start = find_service_start(read)[:, :, None]
    year, length = read.years, read.length
    end = start + read.given.life[:, None, None]
    alive = np.clip(np.minimum(year + length, end) - np.maximum(year, start), 0.0, None) / length
    curved = ~np.isnan(read.given.survival).all(1) if read.given.survival.size else np.zeros(read.host.size, bool)
    if curved.any():
        alive[curved] = _survive(np.nan_to_num(read.given.survival[curved]), start[curved], year, length)
    return np.where(read.years[:, None] <= year, alive, 0.0)


def _survive(survival: Array, start: Array, year: Array, length: Array) -> Array:
    """Mean over calendar years of the curve at the age reached, zero before service and past the last age."""
    total = np.zeros((*start.shape[:2], year.size))
    rows = np.arange(len(survival))[:, None, None]
    for offset in range(int(length.max())):
        age = np.floor(year + offset - start).astype(int)
        within = (age >= 0) & (age < survival.shape[1]) & (offset < length)
        total += np.where(within, survival[rows, np.clip(age, 0, survival.shape[1] - 1)], 0.0)
    return total / length


def check_capacity(read: Reading) -> Iterator[Rule]:
    """What stands and what is gone.

    capacity_balance   capacity = existing (1 - scrapped) + sum_v alive (build - retired)
    retired_most       retired <= build
    retired_order      retired[y] >= retired[y-1], scrapped likewise
    """
    given, plan = read.given, read.plan
    unit = given.technology_capacity_unit
    alive = measure_alive(read)
    stock = term(given.existing) - term(given.existing * plan.scrapped)
    vintages = product("kvy,kv->ky", alive, plan.build) - product("kvy,kvy->ky", alive, plan.retired)
    yield equal("capacity_balance", TY, unit, term(plan.capacity), stock + vintages, read.hosts[:, None])
    yield at_most("retired_most", TVY, unit, term(plan.retired), term(plan.build[:, :, None]))
    later = given.vintage[:, None] < given.year
    before = np.concatenate([np.zeros_like(plan.retired[:, :, :1]), plan.retired[:, :, :-1]], axis=2)
    yield at_most("retired_order", TVY, unit, term(before), term(plan.retired), later)
    scrapped = np.concatenate([np.zeros_like(plan.scrapped[:, :1]), plan.scrapped[:, :-1]], axis=1)
    yield at_most("scrapped_order", TY, "1", term(scrapped), term(plan.scrapped))


def check_use(read: Reading) -> Iterator[Rule]:
    """How far capacity is and must be used, each in the slots in which its technology is decided.

    use_most    sum over modes of capacity_weight activity <= use capacity
    use_least   activity >= must_run use capacity
    use_annual  sum over modes and slices of capacity_weight activity <= annual_availability yield capacity
    spread      activity of one decided per year is its profile times its year
    """
    given, plan, hosts, per_slice = read.given, read.plan, read.hosts, read.per_slice
    unit, weight = given.technology_activity_unit, given.capacity_weight
    available = given.availability * read.hours[:, None]
    use = available * given.yield_[:, None, :]
    use_year = given.annual_availability * available.sum(1) * given.yield_
    taken = product("mk,m,msy->ksy", read.modes, weight, plan.activity)
    stands = (hosts & per_slice)[:, None, None]
    yield at_most("use_most", TSY, unit, taken, term(use * plan.capacity[:, None, :]), stands)
    stands_year = (hosts & ~per_slice)[:, None]
    yield at_most("use_most", TY, unit, taken.over(1), term(use_year * plan.capacity), stands_year)
    must, must_year = given.must_run, np.einsum("ksy,s->ky", given.must_run, read.hours)
    capacity = read.capacity_used
    stands = (read.hosted & per_slice)[:, None, None] & (must > 0)
    least = term(must * use * capacity[:, None, :])
    yield at_most("use_least", TSY, unit, least, term(plan.activity), stands)
    stands_year = (read.hosted & ~per_slice)[:, None] & (must_year > 0)
    least_year = term(must_year * use_year * capacity)
    yield at_most("use_least", TY, unit, least_year, term(read.yearly_activity), stands_year)
    annual = term(given.annual_availability * given.yield_ * plan.capacity)
    stands_year = (hosts & per_slice)[:, None] & (given.annual_availability < 1)
    yield at_most("use_annual", TY, unit, taken.over(1), annual, stands_year)
    spread = given.activity_profile * read.yearly_activity[:, None, :]
    yield equal("spread", TSY, unit, term(plan.activity), term(spread), ~per_slice[:, None, None], "activity")
