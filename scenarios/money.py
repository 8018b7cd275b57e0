"""What money and capital of another year count today: discounting, outlays and worth left, by scenario.

Letters as in docs/mathematics.md: rate `r`, first year `y0`, plan year `y` of `L[y]` calendar years, vintage `v`,
technology `k`, offset `o` of 0, 1/2 or 1 for money at the start, in the middle or at the end of a year.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from scenarios.arrays import Arrays, Scenario, read_arrays, remember
from scenarios.choices import SALVAGES, TIMINGS
from scenarios.service import (
    find_curved,
    find_end,
    find_service_start,
    measure_overlap,
    read_years,
    share_left,
    share_left_discounted,
)
from scenarios.terms import TECHNOLOGY, VINTAGE

Floats = NDArray[np.float64]
_NONE, _STRAIGHT_LINE, _SINKING_FUND, _ANNUITIES = SALVAGES


@remember
def capital_discount(scenario: Arrays) -> Floats:
    """What a unit of money spent on building in each plan year is worth in the first (year): `d_cap`.

    d_cap[y] = (1+r)^-(y + o_cap - y0)
    """
    years = read_years(scenario)
    offset = TIMINGS[scenario.attrs["discount_capital"]]
    return _grow(scenario, -(years + offset - years[0]))


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
    spent = (outlay_shares(scenario) * capital_discount(scenario)).sum(axis=2)
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
    build, begin = (plan[name].transpose(TECHNOLOGY, VINTAGE).values for name in ("build", "begin"))
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
def outlay_shares(scenario: Arrays) -> Floats:
    """The share of each vintage's investment paid in each plan year (technology, vintage, year), summing to 1.

    outlay[k,v,y] = |[y, y+L) n [v, v + construction_years)| / construction_years; what falls after the horizon is
    paid in the last year. Where the case says how it is spent, the sum over years n since the start of

    spending[k,n] |[y, y+L) n [v + n, v + n + 1)|
    """
    years = read_years(scenario)
    until = np.append(years[1:], np.inf)
    take = scenario["construction_years"][:, None, None]
    begin = years[:, None]
    paid = np.asarray(measure_overlap(np.minimum(until, begin + take), np.maximum(years, begin)) / take)
    spending = scenario["spending"]
    for n in range(spending.shape[1]):
        falls = measure_overlap(np.minimum(until, begin + n + 1), np.maximum(years, begin + n))
        said = spending.sum(axis=1) > 0
        paid[said] = (0.0 if n == 0 else paid[said]) + spending[said, n, None, None] * falls
    return paid


@remember
def salvage_worth(scenario: Arrays) -> Floats:
    """What is left of each vintage at the end of the horizon, per unit of investment (technology, vintage): `worth`.

    With left and left_r the share of its service, plain and discounted, that comes after the end E (a share of what
    still stands by life or survival curve), and service from b on:

    none           0
    straight_line  left sum_y outlay[k,v,y] (1+r)^(min(b, E) - y)      investment with interest to the start of service
    sinking_fund   left_r sum_y outlay[k,v,y] (1+r)^(E - y)            what the debt is after a repayment as service is
    annuities      the same: what the annuities still to come are worth

    Without lead time or survival curve these are 1 - n/life and 1 - ((1+r)^n - 1) / ((1+r)^life - 1), n = min(E - b,
    life) years used. 1 where the life is endless, with interest for the time of construction.
    """
    rule, end = scenario.attrs["salvage"], find_end(scenario)
    begin = find_service_start(scenario)
    if rule == _NONE:
        return np.zeros(begin.shape)
    used = np.clip(end - begin, 0.0, None)
    rate = float(scenario["discount_rate"])
    if rule == _STRAIGHT_LINE or rate == 0:
        left = share_left(scenario)
    else:
        left = share_left_discounted(scenario) * (1.0 + rate) ** used
        endless = np.isinf(scenario["life"]) & ~find_curved(scenario)
        left = np.where(endless[:, None], 1.0, left)
    waited = np.minimum(begin, end)[:, :, None] - read_years(scenario)
    grown = (outlay_shares(scenario) * (1.0 + rate) ** waited).sum(axis=2)
    return np.asarray(left * grown)


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
