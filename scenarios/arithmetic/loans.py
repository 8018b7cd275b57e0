"""What a loan leaves behind: balance, repayment and interest of every krona drawn, in money of the price year.

A nominal loan is reckoned in nominal money and deflated year by year; a real one as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.arrays import Arrays, Scenario, read_arrays, remember
from scenarios.catalog_finance import DEBTS
from scenarios.choices import SPREAD
from scenarios.terms import INFLATION_OUTSIDE, OUTSIDE, YEAR

Floats = NDArray[np.float64]

NOMINAL = "nominal"
STRAIGHT = "straight"
ANNUITY = "annuity"


@dataclass(frozen=True)
class Loans:
    """Schedules of one real krona drawn; zero for what is not paid back.

    `balance` (instrument, drawn, calendar year), at the end of each year of the horizon; `repayment` and `interest`
    over the calendar years of each plan year (instrument, drawn, year); `terminal` (instrument, drawn): what is owed
    when the horizon has ended, with the interest then falling due.
    """

    balance: Floats
    repayment: Floats
    interest: Floats
    terminal: Floats


@remember
def index_prices(scenario: Arrays) -> Floats:
    """Price level of every calendar year from the first to the one after the horizon; 1 in the price year.

    index[t] = index[t-1] (1 + inflation[t]); a calendar year between plan years has the plan year's inflation, one
    between the price year and the plan its own.
    """
    calendar = list_calendar(scenario)
    first, price_year = int(calendar[0]), int(scenario["price_year"])
    span = np.arange(min(first, price_year), max(int(calendar[-1]), price_year) + 1)
    rise = 1.0 + spread_years(scenario, scenario["inflation"], span)
    outside = np.asarray(scenario[OUTSIDE], dtype=int)
    rise[outside - span[0]] = 1.0 + scenario[INFLATION_OUTSIDE]
    level = np.cumprod(rise)
    level = level / level[price_year - span[0]]
    return np.asarray(level[first - span[0] : first - span[0] + len(calendar)])


@remember
def list_calendar(scenario: Arrays) -> NDArray[np.int64]:
    """The calendar years of the horizon and the one after it."""
    years, lengths = scenario[YEAR], scenario["length"]
    return np.arange(int(years[0]), int(years[-1] + lengths[-1]) + 1)


def spread_years(scenario: Scenario, values: Floats, calendar: NDArray[np.int64]) -> Floats:
    """Numbers of plan years (last axis) given to the calendar years each stands for; the nearest outside the plan."""
    place = np.searchsorted(read_arrays(scenario)[YEAR], calendar, side="right") - 1
    return np.asarray(values[..., np.clip(place, 0, None)])


@remember
def loan_schedules(scenario: Arrays) -> Loans:
    """Schedules of all instruments.

    For a draw in calendar year u, calendar years t > u, opening balance B[t-1], B[u] = 1:

    interest[t]  = rate[t] B[t-1]
    repayment[t] = 0 while t - u <= grace, then by the instrument's repayment:
        straight   1 / (tenor - grace)
        annuity    level payment of B[t-1] over the n = tenor - (t-1-u) years left at rate[t], less interest
        bullet     B[t-1] at t - u = tenor

    What is drawn in a plan year is drawn in its first year, or evenly in all of its years where investment is spread.
    """
    years = scenario[YEAR].astype(int)
    calendar = list_calendar(scenario)
    rates = spread_years(scenario, scenario["rate"], calendar)
    shape = (scenario.sizes["instrument"], len(years), len(calendar))
    balance, repayment, interest = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    prices = index_prices(scenario)
    rows = zip(scenario["instrument_kind"], scenario["instrument_repayment"], strict=True)
    for i, (kind, rule) in enumerate(rows):
        if kind not in DEBTS:
            continue
        terms = int(scenario["tenor"][i]), int(scenario["grace"][i])
        level = prices if scenario["instrument_basis"][i] == NOMINAL else np.ones(len(calendar))
        for u, drawn, part in _list_draws(scenario, years - calendar[0]):
            after = slice(drawn + 1, None)
            balance[i, u, drawn] += part
            plain = schedule_krona(str(rule), *terms, rates[i, after])
            deflator = part * level[drawn] / level[after]
            for kept, values in zip((balance, repayment, interest), plain, strict=True):
                kept[i, u, after] += values * deflator
    return _by_plan_year(scenario, calendar, balance, repayment, interest)


def _list_draws(scenario: Arrays, starts: NDArray[np.int64]) -> Iterator[tuple[int, int, float]]:
    """Plan year, calendar year and part of a krona, for every moment at which what a plan year draws is drawn."""
    spread = scenario.attrs["investment"] == SPREAD
    for u, (start, length) in enumerate(zip(starts.tolist(), scenario["length"].astype(int).tolist(), strict=True)):
        for i in range(length if spread else 1):
            yield u, start + i, 1.0 / length if spread else 1.0


def schedule_krona(rule: str, tenor: int, grace: int, rates: Floats) -> tuple[Floats, Floats, Floats]:
    """Balance, repayment and interest of one krona in each year after the draw, undeflated.

    Args:
        rule: straight, annuity or bullet.
        tenor: years to the last repayment.
        grace: years without repayment.
        rates: of the years after the draw (n_years).

    >>> [values.round(3).tolist() for values in schedule_krona("straight", 2, 0, np.array([0.1, 0.1, 0.1]))]
    [[0.5, 0.0, 0.0], [0.5, 0.5, 0.0], [0.1, 0.05, 0.0]]
    """
    balance, repayment, interest = (np.zeros(len(rates)) for _ in range(3))
    opening = 1.0
    for t, rate in enumerate(rates):
        passed, left = t + 1, tenor - t
        interest[t] = rate * opening
        if passed == tenor:
            repayment[t] = opening
        elif grace < passed < tenor and rule == STRAIGHT:
            repayment[t] = 1.0 / (tenor - grace)
        elif grace < passed < tenor and rule == ANNUITY:
            repayment[t] = opening / left if rate == 0 else opening * rate / np.expm1(left * np.log1p(rate))
        opening -= repayment[t]
        balance[t] = opening
    return balance, repayment, interest


def _by_plan_year(
    scenario: Arrays, calendar: NDArray[np.int64], balance: Floats, repayment: Floats, interest: Floats
) -> Loans:
    """Calendar years gathered into plan years; what is owed in the year after them is the terminal."""
    starts = scenario[YEAR].astype(int) - calendar[0]
    return Loans(
        balance=balance[:, :, :-1],
        repayment=np.add.reduceat(repayment[:, :, :-1], starts, axis=2),
        interest=np.add.reduceat(interest[:, :, :-1], starts, axis=2),
        terminal=balance[:, :, -1] + repayment[:, :, -1] + interest[:, :, -1],
    )
