"""When does what is built serve: from when to when, how much of it in each plan year, how much after the plan's end?

Letters as in docs/mathematics.md: plan year `y` of `L[y]` calendar years, vintage `v`, technology `k`, service from
`b = v + lead_time + start_delay` on, the horizon's end `E`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.arrays import Arrays, remember
from scenarios.terms import AGE, YEAR

Floats = NDArray[np.float64]

ENDLESS = np.inf
DUST = 1e-12
"""Shares of service nearer to 0 or 1 than this are rounding."""
MOMENT = 1e-9
"""Years: dates nearer to each other than this are one date, told apart by rounding."""


def read_years(scenario: Arrays) -> Floats:
    """First calendar year of each plan year (year)."""
    return np.asarray(scenario[YEAR], dtype=float)


def find_end(scenario: Arrays) -> float:
    """`E`: the moment at which the horizon ends."""
    return float(read_years(scenario)[-1] + scenario["length"][-1])


def find_service_start(scenario: Arrays) -> Floats:
    """`b = v + lead_time + start_delay` (technology, vintage)."""
    wait = scenario["lead_time"] + scenario["start_delay"]
    return np.asarray(read_years(scenario) + wait[:, None])


def find_curved(scenario: Arrays) -> NDArray[np.bool_]:
    """Whether a survival curve takes the place of the life (technology)."""
    return np.asarray(~np.isnan(scenario["survival"]).all(axis=1))


def stand_within(scenario: Arrays, most: Floats) -> Floats:
    """As `alive`, of vintages at most so many years in service (technology, vintage, year).

    `most` broadcasts to (technology, vintage); a vintage whose `most` is 0 never counts.
    """
    years, lengths = read_years(scenario), scenario["length"]
    begin = find_service_start(scenario)[:, :, None]
    most = np.broadcast_to(most, begin.shape[:2])[:, :, None]
    end = begin + np.minimum(scenario["life"][:, None, None], most)
    stands = np.clip(np.minimum(years + lengths, end) - np.maximum(years, begin), 0.0, None) / lengths
    curved = find_curved(scenario)
    if curved.any():
        stands[curved] = _measure_survival(scenario, curved, most[curved])
    return np.asarray(np.where(years >= years[:, None], stands, 0.0))


@remember
def measure_alive(scenario: Arrays) -> Floats:
    """The share of each vintage in service in each plan year (technology, vintage, year): `alive`.

    For y >= v, else 0:

    alive[k,v,y] = |[y, y+L) n [b, b+life)| / L[y]
    alive[k,v,y] = mean over calendar years u in [y, y+L) of survival[k, floor(u - b)]   where a curve is given
    """
    years = read_years(scenario)
    alive = measure_serving(scenario)
    curved = find_curved(scenario)
    if curved.any():
        alive = alive.copy()
        alive[curved] = _measure_survival(scenario, curved)
    return np.asarray(np.where(years >= years[:, None], alive, 0.0))


@remember
def measure_serving(scenario: Arrays) -> Floats:
    """Share of each plan year in which a vintage serves (technology, vintage, year), by its life alone.

    serving = |[y, y+L) n [b, b+life)| / L
    """
    years, lengths = read_years(scenario), scenario["length"]
    begin = find_service_start(scenario)[:, :, None]
    end = begin + scenario["life"][:, None, None]
    return np.asarray(measure_overlap(np.minimum(years + lengths, end), np.maximum(years, begin)) / lengths)


def measure_overlap(until: Floats, since: Floats) -> Floats:
    """The years from one date to another; none where the other comes first, or is the same but for rounding."""
    between = until - since
    return np.where(between > MOMENT, between, 0.0)


def _measure_survival(scenario: Arrays, curved: NDArray[np.bool_], most: Floats | float = ENDLESS) -> Floats:
    """The mean of the survival curve over the calendar years of each plan year (curved technology, vintage, year).

    `most` (curved technology, vintage, 1): ages from which on nothing counts.
    """
    years, lengths = read_years(scenario), scenario["length"]
    curves = scenario["survival"][curved]
    begin = find_service_start(scenario)[curved]
    within = np.arange(lengths.max())
    calendar = years[:, None] + within
    age = np.floor(calendar - begin[:, :, None, None]).astype(np.int64)
    ends = np.minimum(scenario.sizes[AGE], np.asarray(most)[..., None])
    stands = (age >= 0) & (age < ends) & (within < lengths[:, None])
    place = np.arange(len(curves))[:, None, None, None]
    shares = np.where(stands, curves[place, np.where(stands, age, 0)], 0.0)
    return np.asarray(shares.sum(axis=3) / lengths)


@remember
def share_left(scenario: Arrays) -> Floats:
    """Service that a vintage has left at the end of the horizon over its service in all (technology, vintage).

    With S(a) the share that stands at age a (1 below the life; the survival curve where one is given), n = E - b:

    left[k,v] = integral_{max(n,0)}^inf S(a) da / integral_0^inf S(a) da

    1 where service is endless.
    """
    return _share_service(scenario, 0.0)


@remember
def share_left_discounted(scenario: Arrays) -> Floats:
    """The same of service discounted at the discount rate r: S(a) (1+r)^-a for S(a).

    Where service is endless and the rate is 0 or less, 1.
    """
    return _share_service(scenario, float(np.log1p(float(scenario["discount_rate"]))))


def _share_service(scenario: Arrays, growth: float) -> Floats:
    """Service left over service in all; each unit counts exp(-growth a) at age a.

    S falls in steps: `drops[k,j]` of it are gone from `ages[k,j]` on, so its integral from n on is
    sum_j drops[k,j] integral_{max(n,0)}^{max(ages[k,j], n, 0)} exp(-growth a) da.
    """
    ages, drops = list_drops(scenario)
    used = np.clip(find_end(scenario) - find_service_start(scenario), 0.0, None)
    endless = np.asarray(np.isinf(ages).any(axis=1))
    served = np.where(np.isinf(ages), 0.0, ages)
    whole = (drops * _integrate(served, growth)).sum(axis=1)[:, None]
    past = _integrate(np.maximum(served[:, None, :], used[:, :, None]), growth) - _integrate(used, growth)[:, :, None]
    left = (drops[:, None, :] * past).sum(axis=2)
    share = np.divide(left, whole, out=np.zeros(left.shape), where=whole > 0)
    forever = np.exp(-growth * used) if growth > 0 else np.ones(used.shape)
    share = np.where(endless[:, None], forever, share)
    return np.asarray(np.where(share < DUST, 0.0, share))


def _integrate(age: Floats, growth: float) -> Floats:
    """`integral_0^age exp(-growth a) da`."""
    return np.asarray(-np.expm1(-growth * age) / growth if growth else age)


@remember
def list_drops(scenario: Arrays) -> tuple[Floats, Floats]:
    """Ages at which what stands of a vintage drops, and by which share of it (technology, drop).

    All of it at the end of its life; where a survival curve is given, what the curve says at whole ages.
    """
    curves = np.nan_to_num(scenario["survival"])
    curved = find_curved(scenario)
    kept = np.concatenate([curves, np.zeros((len(curves), 1))], axis=1)
    drops = np.where(curved[:, None], -np.diff(kept, axis=1), 0.0)
    ages = np.where(curved[:, None], np.arange(1.0, curves.shape[1] + 1), 0.0)
    life = np.where(curved, 0.0, scenario["life"])
    return np.column_stack([life, ages]), np.column_stack([np.where(curved, 0.0, 1.0), drops])
