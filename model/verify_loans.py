"""What does a krona borrowed leave to be paid, year by year, in the prices of the price year?

A loan is followed through every calendar year in its own money, nominal or real, and deflated where it is paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.verify_actors import find_debts
from model.verify_reading import Scene, kept
from model.verify_terms import Array


@dataclass(frozen=True)
class Loans:
    """What one real krona drawn in plan year u leaves, real; zero for grants and before the draw.

    `balance` at the end of each plan year, `repayment` and `interest` summed over its calendar years, all
    (instrument, drawn, year); `terminal` (instrument, drawn) is owed in the year after the horizon, with the interest
    then falling due.
    """

    balance: Array
    repayment: Array
    interest: Array
    terminal: Array


@kept
def measure_loans(read: Scene) -> Loans:
    """Follow every loan from its draw to the year after the horizon.

    A krona drawn in u is `index[u]` nominal kronor where the contract is nominal. In each calendar year t after u:

        interest = rate[t] owed[t-1]
        owed[t]  = owed[t-1] - repayment,  repayment as `_repay` says
        paid and owed count what they buy in t: divided by `index[t]` where the contract is nominal
    """
    years = read.years.astype(int)
    levels = measure_price_levels(read)
    end = max(levels)
    nominal = (read.given.instrument_basis == "nominal")[:, None]
    shape = (nominal.size, years.size, years.size)
    balance, repaid, charged = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    owed, principal = np.zeros(shape[:2]), np.zeros(shape[:2])
    for t in range(years[0], end):
        prices = np.where(nominal, levels[t], 1.0)
        y = find_plan_year(read, t)
        interest = read.given.rate[:, y, None] * owed
        repayment = _repay(read, owed, principal, t)
        drawn = (years == t) & find_debts(read)[:, None]
        principal = np.where(drawn, prices, principal)
        owed = np.where(drawn, prices, owed - repayment)
        charged[:, :, y] += interest / prices
        repaid[:, :, y] += repayment / prices
        balance[:, :, y] = owed / prices
    due = owed * (1.0 + read.given.rate[:, -1, None])
    return Loans(balance, repaid, charged, due / np.where(nominal, levels[end], 1.0))


@kept
def measure_price_levels(read: Scene) -> Mapping[int, float]:
    """Price level of each calendar year of the horizon and of the year after it."""
    end = int(read.years[-1] + read.length[-1])
    return {t: measure_price_level(read, t) for t in range(int(read.years[0]), end + 1)}


def measure_price_level(read: Scene, t: int) -> float:
    """Price level of a calendar year, 1 in the price year; every year between has the inflation of its plan year."""
    base = int(read.state("price_year"))
    between = np.arange(min(t, base) + 1, max(t, base) + 1)
    risen = 1.0 + read.given.inflation[np.searchsorted(read.years[1:], between, side="right")]
    level = float(np.prod(risen))
    return level if t >= base else 1.0 / level


def find_plan_year(read: Scene, t: int) -> int:
    """Position of the plan year that a calendar year belongs to, the nearest one outside the horizon."""
    return int(np.count_nonzero(read.years[1:] <= t))


def _repay(read: Scene, owed: Array, principal: Array, t: int) -> Array:
    """What is repaid in calendar year t, (instrument, drawn).

    nothing before the grace is over; everything left at the tenor; between them
        straight   principal / (tenor - grace)
        annuity    the level payment over the years left at the rate of t, less the interest
        bullet     nothing
    """
    given = read.given
    tenor, grace = given.tenor[:, None], given.grace[:, None]
    passed = t - read.years
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
