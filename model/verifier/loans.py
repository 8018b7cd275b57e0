"""What does a krona borrowed leave to be paid, year by year, in the prices of the price year?

A loan is followed through every calendar year in its own money, nominal or real, and deflated where it is paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.verifier.actors import find_debts
from model.verifier.reading import Scene, kept
from model.verifier.terms import Array
from model.verifier.time import SPREAD, find_belonging, list_calendar


@dataclass(frozen=True)
class Loans:
    """What one real krona drawn in plan year u leaves, real; zero for grants and before the draw.

    `balance` at the end of each calendar year (instrument, drawn, calendar); `repayment` and `interest` summed over the
    calendar years of a plan year (instrument, drawn, year); `terminal` (instrument, drawn) is owed in the year after
    the horizon, with the interest then falling due.
    """

    balance: Array
    repayment: Array
    interest: Array
    terminal: Array


@kept
def measure_loans(read: Scene) -> Loans:
    """Follow every loan from its draw to the year after the horizon.

    A krona drawn in calendar year u is `index[u]` nominal kronor where the contract is nominal. In each year t after u:

        interest = rate[t] owed[t-1]
        owed[t]  = owed[t-1] - repayment,  repayment as `_repay` says
        paid and owed count what they buy in t: divided by `index[t]` where the contract is nominal

    What is drawn in a plan year is drawn in its first year, or an equal part of it in each where that is the rule.
    """
    calendar, belongs = list_calendar(read), find_belonging(read)
    levels = measure_price_levels(read)
    end = max(levels)
    nominal = (read.given.instrument_basis == "nominal")[:, None]
    shape = (nominal.size, calendar.size)
    balance = np.zeros((*shape, calendar.size))
    repaid, charged = (np.zeros((*shape, read.years.size)) for _ in range(2))
    owed, principal = np.zeros(shape), np.zeros(shape)
    for i, t in enumerate(calendar.astype(int)):
        prices = np.where(nominal, levels[t], 1.0)
        interest = read.given.rate[:, belongs[i], None] * owed
        repayment = _repay(read, owed, principal, t)
        drawn = (calendar == t) & find_debts(read)[:, None]
        principal = np.where(drawn, prices, principal)
        owed = np.where(drawn, prices, owed - repayment)
        charged[:, :, belongs[i]] += interest / prices
        repaid[:, :, belongs[i]] += repayment / prices
        balance[:, :, i] = owed / prices
    due = owed * (1.0 + read.given.rate[:, -1, None]) / np.where(nominal, levels[end], 1.0)
    return Loans(*(_gather_draws(read, leaves) for leaves in (balance, repaid, charged, due)))


def _gather_draws(read: Scene, leaves: Array) -> Array:
    """What draws of calendar years leave (instrument, calendar, ...), by the plan year of the draw."""
    first = np.searchsorted(find_belonging(read), np.arange(read.years.size))
    if read.state("investment") != SPREAD:
        return np.asarray(leaves[:, first])
    spans = zip(first, read.length.astype(int), strict=True)
    return np.stack([leaves[:, start : start + length].mean(1) for start, length in spans], axis=1)


@kept
def measure_price_levels(read: Scene) -> Mapping[int, float]:
    """Price level of each calendar year of the horizon and of the year after it."""
    end = int(read.years[-1] + read.length[-1])
    return {t: measure_price_level(read, t) for t in range(int(read.years[0]), end + 1)}


@kept
def level_years(read: Scene) -> Array:
    """Price level of money that a plan year leaves or takes up: its years' mean where money is spread over them."""
    return level_running(read) if read.state("investment") == SPREAD else _level_spans(read, np.ones(read.years.size))


@kept
def level_running(read: Scene) -> Array:
    """Price level of what runs through a plan year: its years' mean."""
    return _level_spans(read, read.length)


def _level_spans(read: Scene, count: Array) -> Array:
    """Mean price level of the first so many calendar years of each plan year."""
    levels = measure_price_levels(read)
    spans = zip(read.years.astype(int), count.astype(int), strict=True)
    return np.array([sum(levels[first + i] for i in range(years)) / years for first, years in spans])


def measure_price_level(read: Scene, t: int) -> float:
    """Price level of a calendar year, 1 in the price year: of every year between the inflation of its plan year.

    Years outside the plan have their own.
    """
    base = int(read.state("price_year"))
    between = np.arange(min(t, base) + 1, max(t, base) + 1)
    rises = read.given.inflation[np.searchsorted(read.years[1:], between, side="right")]
    known = dict(zip(read.given.outside_year.tolist(), read.given.inflation_outside.tolist(), strict=True))
    level = float(np.prod([1.0 + known.get(year, rise) for year, rise in zip(between.tolist(), rises, strict=True)]))
    return level if t >= base else 1.0 / level


def find_plan_year(read: Scene, t: int) -> int:
    """Position of the plan year that a calendar year belongs to, the nearest one outside the horizon."""
    return int(np.count_nonzero(read.years[1:] <= t))


def _repay(read: Scene, owed: Array, principal: Array, t: int) -> Array:
    """What is repaid in calendar year t, (instrument, calendar year of the draw).

    nothing before the grace is over; everything left at the tenor; between them
        straight   principal / (tenor - grace)
        annuity    the level payment over the years left at the rate of t, less the interest
        bullet     nothing
    """
    given = read.given
    tenor, grace = given.tenor[:, None], given.grace[:, None]
    passed = t - list_calendar(read)
    rate = given.rate[:, find_plan_year(read, t), None]
    left = np.maximum(tenor - passed + 1.0, 1.0)
    straight = principal / np.maximum(tenor - grace, 1.0)
    annuity = owed * _level_payment(rate, left) - owed * rate
    kind = given.instrument_repayment[:, None]
    part = np.where(kind == "straight", straight, np.where(kind == "annuity", annuity, 0.0))
    return np.where(passed >= tenor, owed, np.where(passed > grace, part, 0.0))


def _level_payment(rate: Array, left: Array) -> Array:
    """`i / (1 - (1+i)^-n)`, 1/n at rate 0."""
    safe = np.where(rate == 0, 1.0, rate)
    return np.where(rate == 0, 1.0 / left, safe / (1.0 - (1.0 + safe) ** -left))
