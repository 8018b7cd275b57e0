"""What money and capital of another year count today: discounting, outlays, lives and worth left, by scenario.

Letters as in docs/mathematics.md: rate `r`, first year `y0`, plan year `y` of `L[y]` calendar years, vintage `v`,
technology `k`, offset `o` of 0, 1/2 or 1 for money at the start, in the middle or at the end of a year.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.arrays import Arrays, Scenario, read_arrays, remember
from scenarios.catalog import AGE, YEAR
from scenarios.choices import SALVAGES, TIMINGS

Floats = NDArray[np.float64]
_NONE, _STRAIGHT_LINE, _SINKING_FUND, _ANNUITIES = SALVAGES


@remember
def capital_discount(scenario: Arrays) -> Floats:
    """What a unit of money spent on building in each plan year is worth in the first (year): `d_cap`.

    d_cap[y] = (1+r)^-(y + o_cap - y0)
    """
    years = _years(scenario)
    offset = TIMINGS[scenario.attrs["discount_capital"]]
    return _grow(scenario, -(years + offset - years[0]))


@remember
def operation_discount(scenario: Arrays) -> Floats:
    """What a unit of money in each calendar year of a plan year is worth in the first year, summed (year): `D_op`.

    D_op[y] = sum_{i<L[y]} (1+r)^-(y + i + o_op - y0)
    """
    return np.asarray(_one_year_factors(scenario).sum(axis=1))


@remember
def end_discount(scenario: Arrays) -> float:
    """What a unit of money at the end of the horizon is worth in the first year: `d_end`.

    d_end = (1+r)^-(E - y0),  E = last year + its length
    """
    return float(_grow(scenario, np.array(_years(scenario)[0] - _end(scenario))))


def discount_total(scenario: Scenario, held: NDArray[np.bool_]) -> Floats:
    """The mean of the one-year operation factors over the calendar years of the plan years held: `d_total`.

    `held` is bool (pool or target, year); gives one factor per row, 0 where a row holds no year.

    d_total = mean over y held, i < L[y] of (1+r)^-(y + i + o_op - y0)
    """
    counted = held @ read_arrays(scenario)["length"]
    discounted = held @ operation_discount(scenario)
    return np.asarray(np.divide(discounted, counted, out=np.zeros(len(counted)), where=counted > 0))


def annuity_factor(rate: Floats | float, life: Floats | float) -> Floats:
    """What has to be paid each year of a life to repay one unit of money at a rate, elementwise.

    A(i) = i / (1 - (1+i)^-life),  A(0) = 1/life; with an endless life A(i) = i, and 0 where i is 0 or less.
    """
    rate, life = np.broadcast_arrays(np.asarray(rate, dtype=float), np.asarray(life, dtype=float))
    with np.errstate(over="ignore"):
        repaid = -np.expm1(_multiply(-life, np.log1p(rate)))
    return np.divide(rate, repaid, out=np.asarray(1.0 / life), where=rate != 0)


@remember
def finance_multiplier(scenario: Arrays) -> Floats:
    """How much dearer an investment is because its capital asks for more than the discount rate (technology).

    finance[k] = A(hurdle_rate) / A(r),  1 where there is no hurdle rate.  Endless with an endless life, a hurdle
    rate above 0 and a discount rate of 0 or less: capital that is never repaid has no finite cost then.
    """
    rate = scenario["discount_rate"]
    hurdle = scenario["hurdle_rate"]
    life = scenario["life"]
    plain = np.isnan(hurdle) | (hurdle == rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        dearer = annuity_factor(np.where(plain, rate, hurdle), life) / annuity_factor(rate, life)
    return np.asarray(np.where(plain, 1.0, dearer))


@remember
def measure_alive(scenario: Arrays) -> Floats:
    """The share of each vintage in service in each plan year (technology, vintage, year): `alive`.

    With b = v + lead_time + start_delay, for y >= v, else 0:

    alive[k,v,y] = |[y, y+L) n [b, b+life)| / L[y]
    alive[k,v,y] = mean over calendar years u in [y, y+L) of survival[k, floor(u - b)]   where a curve is given
    """
    years, lengths = _years(scenario), scenario["length"]
    begin = _service_begin(scenario)[:, :, None]
    end = begin + scenario["life"][:, None, None]
    stands = np.minimum(years + lengths, end) - np.maximum(years, begin)
    alive = np.clip(stands, 0.0, None) / lengths
    curved = _curved(scenario)
    if curved.any():
        alive[curved] = _measure_survival(scenario, curved)
    return np.asarray(np.where(years >= years[:, None], alive, 0.0))


@remember
def outlay_shares(scenario: Arrays) -> Floats:
    """The share of each vintage's investment paid in each plan year (technology, vintage, year), summing to 1.

    outlay[k,v,y] = |[y, y+L) n [v, v + construction_years)| / construction_years; what falls after the horizon is
    paid in the last year.
    """
    years = _years(scenario)
    until = np.append(years[1:], np.inf)
    take = scenario["construction_years"][:, None, None]
    begin = years[:, None]
    paid = np.minimum(until, begin + take) - np.maximum(years, begin)
    return np.asarray(np.clip(paid, 0.0, None) / take)


@remember
def salvage_worth(scenario: Arrays) -> Floats:
    """The share of each vintage's investment that is left at the end of the horizon (technology, vintage): `worth`.

    With n = min(E - b, life), 0 <= n, the years used by the end E:

    none           0
    straight_line  1 - n/life
    sinking_fund   1 - ((1+r)^n - 1) / ((1+r)^life - 1)
    annuities      (1 - (1+r)^-(life-n)) / (1 - (1+r)^-life)       the same number, and computed so for both

    Straight line where r = 0; 1 where the life is endless.
    """
    life = scenario["life"][:, None]
    rate = float(scenario["discount_rate"])
    rule = scenario.attrs["salvage"]
    used = np.clip(np.minimum(_end(scenario) - _service_begin(scenario), life), 0.0, None)
    finite = np.where(np.isinf(life), 1.0, life)
    left = np.where(np.isinf(life), 1.0, np.clip(finite - used, 0.0, None) / finite)
    if rule == _NONE:
        left = np.zeros(left.shape)
    elif rule in (_SINKING_FUND, _ANNUITIES) and rate != 0:
        growth = np.log1p(rate)
        left = np.where(np.isinf(life), 1.0, np.expm1(-growth * left * finite) / np.expm1(-growth * finite))
    return np.asarray(left)


def _years(scenario: Arrays) -> Floats:
    return np.asarray(scenario[YEAR], dtype=float)


def _end(scenario: Arrays) -> float:
    return float(_years(scenario)[-1] + scenario["length"][-1])


def _grow(scenario: Arrays, years: Floats) -> Floats:
    return np.asarray((1.0 + float(scenario["discount_rate"])) ** years)


def _one_year_factors(scenario: Arrays) -> Floats:
    """Operation factors of the calendar years of each plan year (year, i), 0 past its length."""
    years, lengths = _years(scenario)[:, None], scenario["length"][:, None]
    within = np.arange(lengths.max())
    offset = TIMINGS[scenario.attrs["discount_operation"]]
    return np.where(within < lengths, _grow(scenario, -(years + within + offset - years[0])), 0.0)


def _service_begin(scenario: Arrays) -> Floats:
    """`b = v + lead_time + start_delay` (technology, vintage)."""
    wait = scenario["lead_time"] + scenario["start_delay"]
    return np.asarray(_years(scenario) + wait[:, None])


def _curved(scenario: Arrays) -> NDArray[np.bool_]:
    return np.asarray(~np.isnan(scenario["survival"]).all(axis=1))


def _measure_survival(scenario: Arrays, curved: NDArray[np.bool_]) -> Floats:
    """The mean of the survival curve over the calendar years of each plan year (curved technology, vintage, year)."""
    years, lengths = _years(scenario), scenario["length"]
    curves = scenario["survival"][curved]
    begin = _service_begin(scenario)[curved]
    within = np.arange(lengths.max())
    calendar = years[:, None] + within
    age = np.floor(calendar - begin[:, :, None, None]).astype(np.int64)
    stands = (age >= 0) & (age < scenario.sizes[AGE]) & (within < lengths[:, None])
    place = np.arange(len(curves))[:, None, None, None]
    shares = np.where(stands, curves[place, np.where(stands, age, 0)], 0.0)
    return np.asarray(shares.sum(axis=3) / lengths)


def _multiply(life: Floats, growth: Floats) -> Floats:
    """`life * growth`, 0 where nothing grows however long."""
    return np.multiply(life, growth, out=np.zeros(life.shape), where=growth != 0)
