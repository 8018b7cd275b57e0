"""What money and capital of another year count today: discounting, outlays and worth left, by scenario.

Letters as in docs/mathematics.md: rate `r`, first year `y0`, plan year `y` of `L[y]` calendar years, vintage `v`,
technology `k`, offset `o` of 0, 1/2 or 1 for money at the start, in the middle or at the end of a year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.service import (
    find_curved,
    find_end,
    find_service_start,
    measure_overlap,
    share_left,
    share_left_discounted,
    spread_starts,
)
from scenarios.arithmetic.windows import find_starts, read_years
from scenarios.arrays import Arrays, Scenario, read_arrays, remember
from scenarios.choices import SALVAGES, SPREAD, TIMINGS
from scenarios.terms import CALENDAR, TECHNOLOGY, VINTAGE, YEAR

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]
_NONE, _STRAIGHT_LINE, _SINKING_FUND, _ANNUITIES = SALVAGES


@remember
def capital_discount(scenario: Arrays) -> Floats:
    """What a unit of money drawn or repaid in each plan year is worth in the first (year): `d_cap`.

    d_cap[y] = (1+r)^-(y + o_cap - y0), the mean of (1+r)^-(y + i + o_cap - y0) over i < L[y] where investment is spread
    """
    return average_investment(scenario, discount_calendar(scenario))


@remember
def operation_discount(scenario: Arrays) -> Floats:
    """What a unit of money in each calendar year of a plan year is worth in the first year, summed (year): `D_op`.

    D_op[y] = sum_{i<L[y]} (1+r)^-(y + i + o_op - y0)
    """
    return np.asarray(calendar_factors(scenario).sum(axis=1))


@remember
def end_discount(scenario: Arrays) -> float:
    """What a unit of money at the end of the horizon is worth in the first year: `d_end`.

    d_end = (1+r)^-(E - y0),  E = last year + its length
    """
    return float(_grow(scenario, np.array(read_years(scenario)[0] - find_end(scenario))))


@remember
def weigh_investment(scenario: Arrays) -> Floats:
    """A krona of investment less what is left of it, in money of the first year (technology, vintage)."""
    spent = outlay_values(scenario).sum(axis=2)
    kept = salvage_worth(scenario) * end_discount(scenario)
    return np.asarray(finance_multiplier(scenario)[:, None] * (spent - kept))


@remember
def weigh_early(scenario: Arrays) -> Floats:
    """A krona of investment weighed by the part of the horizon that is left when it is paid (technology, vintage)."""
    years, end = read_years(scenario), find_end(scenario)
    left = (end - years) / (end - years[0])
    return np.asarray((outlay_shares(scenario) * left).sum(axis=2))


def begin_investments(scenario: Scenario, plan: xr.Dataset) -> Floats:
    """Real money of what a plan begins (technology, vintage): `capex build`, and the fixed sums of its starts.

    capex[k,v] build[k,v] + project_cost[k,v] begin[k,v]
    """
    given = read_arrays(scenario)
    build, begin = (plan.variables[name].transpose(TECHNOLOGY, VINTAGE).values for name in ("build", "begin"))
    return np.asarray(given["capex"] * build + given["project_cost"] * begin)


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

    finance[k] = A(hurdle_rate) / A(r),  1 where there is no hurdle rate, over the loan term, else the life

    Where a survival curve is given and no loan term, what stands repays: A(i) = 1 / sum_a survival[k,a] (1+i)^-(a+1).
    Endless with an endless life, a hurdle rate above 0 and a discount rate of 0 or less: capital never repaid has no
    finite cost then.
    """
    rate = scenario["discount_rate"]
    hurdle = scenario["hurdle_rate"]
    plain = np.isnan(hurdle) | (hurdle == rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        dearer = _repay(scenario, np.where(plain, rate, hurdle)) / _repay(scenario, np.broadcast_to(rate, plain.shape))
    return np.asarray(np.where(plain, 1.0, dearer))


def _repay(scenario: Arrays, rate: Floats) -> Floats:
    """`A(rate)`, what repays a unit of investment in each year of its loan term, else that it serves (technology)."""
    termed = ~np.isnan(scenario["loan_term"])
    evenly = annuity_factor(rate, np.where(termed, scenario["loan_term"], scenario["life"]))
    curved = find_curved(scenario) & ~termed
    if not curved.any():
        return evenly
    curves = np.nan_to_num(scenario["survival"])
    ages = np.arange(1.0, curves.shape[1] + 1)
    served = (curves * (1.0 + rate[:, None]) ** -ages).sum(axis=1)
    return np.asarray(np.where(curved, np.divide(1.0, served, out=evenly.copy(), where=served > 0), evenly))


@remember
def outlay_calendar(scenario: Arrays) -> Floats:
    """The share of each vintage's investment paid in each calendar year (technology, vintage, calendar), summing to 1.

    What starts in a year s is paid evenly over the years s .. s + construction_years - 1, or as `spending` says of the
    years from s on; what falls after the horizon in its last year. A period's building starts in its first open year,
    or in equal parts in all that are open where investment is spread.

    paid[k,v,t] = mean over starts s of |[t, t+1) n [s, s + construction_years)| / construction_years, or of
                  sum_n spending[k,n] |[t, t+1) n [s + n, s + n + 1)|
    """
    years, starts, calendar = read_years(scenario), find_starts(scenario), scenario[CALENDAR]
    first = np.where(starts.count > 0, starts.first, years)
    spread = scenario.attrs["investment"] == SPREAD
    count = np.maximum(starts.count, 1.0) if spread else np.ones(first.shape)
    paid = np.zeros((*first.shape, len(calendar)))
    for i in range(int(count.max(initial=1.0))):
        paid += np.where((i < count)[:, :, None], _spend_from(scenario, (first + i)[:, :, None]), 0.0)
    return np.asarray(paid / count[:, :, None])


def _spend_from(scenario: Arrays, begin: Floats) -> Floats:
    """How an investment begun at a date (technology, vintage, 1) falls on the calendar years (.., .., calendar)."""
    calendar, spending = scenario[CALENDAR].astype(float), scenario["spending"]
    until = np.append(calendar[1:], np.inf)
    take = scenario["construction_years"][:, None, None]
    paid = np.asarray(measure_overlap(np.minimum(until, begin + take), np.maximum(calendar, begin)) / take)
    said = spending.sum(axis=1) > 0
    for n in range(spending.shape[1]):
        falls = measure_overlap(np.minimum(until, begin + n + 1), np.maximum(calendar, begin + n))
        paid[said] = (0.0 if n == 0 else paid[said]) + spending[said, n, None, None] * falls[said]
    return paid


@remember
def outlay_shares(scenario: Arrays) -> Floats:
    """The share of each vintage's investment paid in each plan year (technology, vintage, year): `outlay`.

    outlay[k,v,y] = sum over the calendar years t of y of paid[k,v,t]
    """
    return gather_calendar(scenario, outlay_calendar(scenario))


@remember
def outlay_values(scenario: Arrays) -> Floats:
    """What that share is worth in the first year (technology, vintage, year).

    sum over the calendar years t of y of paid[k,v,t] (1+r)^-(t + o_cap - y0)
    """
    return gather_calendar(scenario, outlay_calendar(scenario) * discount_calendar(scenario))


def discount_calendar(scenario: Arrays) -> Floats:
    """What a unit of money spent on building in each calendar year is worth in the first (calendar)."""
    calendar = scenario[CALENDAR].astype(float)
    return _grow(scenario, -(calendar + TIMINGS[scenario.attrs["discount_capital"]] - calendar[0]))


def average_investment(scenario: Arrays, yearly: Floats) -> Floats:
    """Numbers of calendar years (..., calendar) as they count for what a plan year draws or repays (..., year).

    The mean of the plan year's calendar years where investment is spread, else that of the first.
    """
    if scenario.attrs["investment"] == SPREAD:
        return np.asarray(gather_calendar(scenario, yearly) / scenario["length"])
    return np.asarray(yearly[..., np.searchsorted(scenario[CALENDAR], scenario[YEAR])])


def gather_calendar(scenario: Arrays, values: Floats) -> Floats:
    """Sums over the calendar years of each plan year (..., calendar) -> (..., year)."""
    begins = np.searchsorted(scenario[CALENDAR], scenario[YEAR])
    return np.asarray(np.add.reduceat(values, begins, axis=-1))


@remember
def salvage_worth(scenario: Arrays) -> Floats:
    """What is left of each vintage at the end of the horizon, per unit of investment (technology, vintage): `worth`.

    With left and left_r the share of its service, plain and discounted, that comes after the end E (a share of what
    still stands by life or survival curve), and service from b on:

    none           0
    straight_line  left sum_t paid[k,v,t] (1+r)^(min(b, E) - t)      investment with interest to the start of service
    sinking_fund   left_r sum_t paid[k,v,t] (1+r)^(E - t)            what the debt is after a repayment as service is
    annuities      the same: what the annuities still to come are worth

    Without lead time or survival curve these are 1 - n/life and 1 - ((1+r)^n - 1) / ((1+r)^life - 1), n = min(E - b,
    life) years used. 1 where the life is endless, with interest for the time of construction. Where starts are spread
    (1+r)^-b is its mean over them.
    """
    rule, begin = scenario.attrs["salvage"], find_service_start(scenario)
    if rule == _NONE:
        return np.zeros(begin.shape)
    rate, end = float(scenario["discount_rate"]), find_end(scenario)
    if rule == _STRAIGHT_LINE or rate == 0:
        left = share_left(scenario) / _delay(scenario)
    else:
        left = share_left_discounted(scenario) * (1.0 + rate) ** np.clip(end - begin, 0.0, None)
        endless = np.isinf(scenario["life"]) & ~find_curved(scenario)
        left = np.where(endless[:, None] & (spread_starts(scenario) == 0), 1.0, left)
    waited = np.minimum(begin, end)[:, :, None] - scenario[CALENDAR]
    grown = (outlay_calendar(scenario) * (1.0 + rate) ** waited).sum(axis=2)
    return np.asarray(left * grown)


def _delay(scenario: Arrays) -> Floats:
    """What a unit at each start of service is worth at the first of them, on the mean (technology, vintage).

    The mean of (1+r)^-min(x, E - b) over the starts x in [0, W).
    """
    growth = np.log1p(float(scenario["discount_rate"]))
    spread = spread_starts(scenario)
    if growth == 0 or not spread.any():
        return np.ones(spread.shape)
    width = np.where(spread > 0, spread, 1.0)
    before = np.clip(find_end(scenario) - find_service_start(scenario), 0.0, width)
    late = (width - before) * np.exp(-growth * before)
    return np.where(spread > 0, (-np.expm1(-growth * before) / growth + late) / width, 1.0)


def _grow(scenario: Arrays, years: Floats) -> Floats:
    return np.asarray((1.0 + float(scenario["discount_rate"])) ** years)


def calendar_factors(scenario: Arrays) -> Floats:
    """Operation factors of the calendar years of each plan year (year, i), 0 past its length."""
    years, lengths = read_years(scenario)[:, None], scenario["length"][:, None]
    within = np.arange(lengths.max())
    offset = TIMINGS[scenario.attrs["discount_operation"]]
    return np.where(within < lengths, _grow(scenario, -(years + within + offset - years[0])), 0.0)


def _multiply(life: Floats, growth: Floats) -> Floats:
    """`life * growth`, 0 where nothing grows however long."""
    return np.multiply(life, growth, out=np.zeros(life.shape), where=growth != 0)
