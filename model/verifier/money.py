"""What does the plan cost by the page, and is that what it says of itself?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from model.verifier.breaches import has_breaches, measure_breach_cost
from model.verifier.pools import count_years, find_wholes, price_misses
from model.verifier.reading import Reading, Scene, kept, once
from model.verifier.targets import measure_miss
from model.verifier.terms import NOTHING, Array, Rule, Sum, at_most, equal, product, term
from model.verifier.time import SPREAD, find_belonging, find_curved
from model.verifier.weights import Weights, weigh
from model.verifier.worth import MOMENT, discount_payments, find_end, find_growth, measure_worth, pay_outlay
from scenarios.catalog import COMMODITY, SLICE, YEAR

MISS_ROOM = 1e-6
"""Room, relative and absolute, that the page leaves above the least miss for the sake of cost."""


@kept
def discount_capital(read: Scene) -> Array:
    """Of what is drawn and repaid: `(1+r)^-(y + o_cap - y0)`, or its mean over the years of a period, (year)."""
    yearly, belongs = discount_payments(read), find_belonging(read)
    if read.state("investment") == SPREAD:
        return np.array([yearly[belongs == y].mean() for y in range(read.years.size)])
    return np.asarray(yearly[np.searchsorted(belongs, np.arange(read.years.size))])


@kept
def discount_calendar_years(read: Scene) -> Array:
    """`(1+r)^-(y + i + o_op - y0)` for the calendar years i of each plan year, zero past its length, (offset, year)."""
    moment = MOMENT[read.state("discount_operation")]
    offset = np.arange(int(read.length.max()))[:, None]
    factor = find_growth(read) ** -(read.years + offset + moment - read.years[0])
    return np.where(offset < read.length, factor, 0.0)


@kept
def discount_operation(read: Scene) -> Array:
    """`D_op[y]`: the sum over the calendar years of each plan year, (year)."""
    return np.asarray(discount_calendar_years(read).sum(0))


@kept
def discount_end(read: Scene) -> float:
    """`d_end = (1+r)^-(E - y0)`."""
    return float(find_growth(read) ** -(find_end(read) - read.years[0]))


@kept
def price_capital(read: Scene) -> Array:
    """`A(hurdle_rate) / A(r)` over the loan term, or else the life; 1 where there is no hurdle rate, (technology)."""
    hurdle, term_given = read.given.hurdle_rate, np.isfinite(read.given.loan_term)
    life = np.where(term_given, read.given.loan_term, read.given.life)
    rate = float(read.given.discount_rate)
    own = np.isnan(hurdle) | (hurdle == rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        financed = _annuity(np.where(own, rate, hurdle), life) / _annuity(np.full_like(life, rate), life)
    for k in np.flatnonzero(find_curved(read) & ~own & ~term_given).tolist():
        financed[k] = _worth_of_service(read, k, rate) / _worth_of_service(read, k, float(hurdle[k]))
    return np.where(own, 1.0, financed)


def _worth_of_service(read: Scene, k: int, rate: float) -> float:
    """`sum_a survival (1 + rate)^-(a+1)`: what a unit repaid by what stands each year is worth at its start."""
    return float(sum(share * (1.0 + rate) ** -(age + 1.0) for age, share in enumerate(read.given.survival[k])))


def _annuity(rate: Array, life: Array) -> Array:
    """`A(i) = i / (1 - (1+i)^-life)`, 1/life at rate 0."""
    safe = np.where(rate == 0, 1.0, rate)
    return np.where(rate == 0, 1.0 / life, safe / (1.0 - (1.0 + safe) ** -life))


@dataclass(frozen=True)
class Prices:
    """Present cost of one unit of each decision, by component, as society pays for it."""

    investment: Array
    salvage: Array
    start: Array
    start_salvage: Array
    fixed: Array
    variable: Array
    purchase: Weights
    sale: Weights
    account: Array
    missed: Array
    excess_total: Array


@kept
def price_decisions(read: Scene) -> Prices:
    """Build and begin (technology, vintage); the others of a year at a year's rate, times the factor of operation."""
    given, operation = read.given, discount_operation(read)
    financed = price_capital(read)[:, None]
    capital, founding = financed * given.capex, financed * given.project_cost
    spent = np.einsum("kvt,t->kv", pay_outlay(read), discount_payments(read))
    price = np.where(read.given.target_mode == "priced", price_misses(read), 0.0)
    return Prices(
        investment=capital * spent,
        salvage=-capital * (measure_worth(read) * discount_end(read)),
        start=founding * spent,
        start_salvage=-founding * (measure_worth(read) * discount_end(read)),
        fixed=operation * given.fixed_cost,
        variable=operation * given.variable_cost,
        purchase=_weigh_trade(read, given.purchase_price, operation),
        sale=_weigh_trade(read, given.sale_price, -operation),
        account=operation * given.account_price,
        missed=np.where(find_wholes(read), price[:, None] * operation, 0.0),
        excess_total=price * average_years(read),
    )


def _weigh_trade(read: Scene, price: Array, operation: Array) -> Weights:
    """`sum D_op price traded` over commodities, slices and years."""
    return weigh("csy,y,csy->", np.nan_to_num(price), operation, shape=read.shape(COMMODITY, SLICE, YEAR))


def average_years(read: Scene) -> Array:
    """The mean discount factor of the calendar years that each cumulative target adds up, (target)."""
    calendar = read.years + np.arange(int(read.length.max()))[:, None]
    begin, counted = read.given.target_year.astype(float), count_years(read)
    end = begin + counted.sum(1)
    meant = (calendar >= begin[:, None, None]) & (calendar < end[:, None, None])
    return np.asarray((meant * discount_calendar_years(read)).sum((1, 2)) / np.maximum(counted.sum(1), 1.0))


@once
def find_left(read: Reading) -> Array:
    """What has not been retired by the last year, (technology, vintage)."""
    return read.plan.build - read.plan.retired[:, :, -1]


@once
def measure_components(read: Reading) -> dict[str, Sum]:
    """Present cost of the plan in the case's money, by component; they add up to the objective."""
    plan, price = read.plan, price_decisions(read)
    operation = discount_operation(read)
    breaches = {"breach": measure_breach_cost(read, operation)} if has_breaches(read) else {}
    return {
        "investment": product("kv,kv->", price.investment, plan.build) + product("kv,kv->", price.start, plan.begin),
        "salvage": product("kv,kv->", price.salvage, find_left(read))
        + product("kv,kv->", price.start_salvage, plan.begin),
        "fixed": product("ky,ky->", price.fixed, plan.capacity),
        "variable": product("ky,ky->", price.variable, read.yearly_activity),
        "purchase": price.purchase.times(plan.purchase),
        "sale": price.sale.times(plan.sale),
        "account_price": product("ey,ey->", price.account, plan.account_value),
        "excess": product("ty,ty->", price.missed, plan.missed)
        + product("t,t->", price.excess_total, plan.excess_total),
        **breaches,
    }


def check_money(read: Reading, components: Mapping[str, Sum]) -> Iterator[Rule]:
    """What the plan says of its own cost.

    objective   the sum of the components is the objective of the plan
    bound       bound <= objective
    gap         objective - bound <= gap |objective|
    miss        what the nearest targets miss in all is the least, the plan's miss, within the room left for cost
    """
    money = read.state("money")
    stated, lower, gap = (find_number(read, name) for name in ("objective", "bound", "gap"))
    cost = sum(components.values(), NOTHING)
    yield equal("objective", (), money, cost, stated)
    yield at_most("bound", (), money, lower, stated)
    yield at_most("gap", (), money, stated - lower, gap * np.abs(stated.value), np.isfinite(lower.value))
    if (read.given.target_mode == "nearest").any():
        least, missed = find_number(read, "miss"), measure_miss(read)
        yield at_most("miss", (), money, least, missed)
        yield at_most("miss", (), money, missed, least * (1.0 + MISS_ROOM) + term(MISS_ROOM))


def find_number(read: Reading, attribute: str) -> Sum:
    """A number among the plan's attributes; one that is missing or not finite is no number that a rule can hold for."""
    number = read.count(attribute)
    return Sum(number, lambda: np.abs(np.nan_to_num(number)))
