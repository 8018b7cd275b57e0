"""What does the plan cost by the page, and is that what it says of itself?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from model.verify_breaches import has_breaches, measure_breach_cost
from model.verify_capacity import find_curved, find_service_start
from model.verify_pools import count_years, find_wholes, price_misses
from model.verify_reading import Reading, Scene, kept, once
from model.verify_targets import measure_miss
from model.verify_terms import NOTHING, Array, Rule, Sum, at_most, equal, product, term
from model.verify_weights import Weights, weigh
from scenarios.catalog import COMMODITY, SLICE, YEAR

MOMENT: Mapping[str, float] = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""When in a year money is counted, as the scenario's attributes name it."""

MISS_ROOM = 1e-6
"""Room, relative and absolute, that the page leaves above the least miss for the sake of cost."""


@kept
def discount_capital(read: Scene) -> Array:
    """`(1+r)^-(y + o_cap - y0)`, (year)."""
    moment = MOMENT[read.state("discount_capital")]
    return np.asarray(_growth(read) ** -(read.years + moment - read.years[0]))


@kept
def discount_calendar_years(read: Scene) -> Array:
    """`(1+r)^-(y + i + o_op - y0)` for the calendar years i of each plan year, zero past its length, (offset, year)."""
    moment = MOMENT[read.state("discount_operation")]
    offset = np.arange(int(read.length.max()))[:, None]
    factor = _growth(read) ** -(read.years + offset + moment - read.years[0])
    return np.where(offset < read.length, factor, 0.0)


@kept
def discount_operation(read: Scene) -> Array:
    """`D_op[y]`: the sum over the calendar years of each plan year, (year)."""
    return np.asarray(discount_calendar_years(read).sum(0))


@kept
def discount_end(read: Scene) -> float:
    """`d_end = (1+r)^-(E - y0)`."""
    return float(_growth(read) ** -(_find_end(read) - read.years[0]))


@kept
def spread_outlay(read: Scene) -> Array:
    """Share of an investment paid in each year, past the horizon in the last, (technology, vintage, year).

    Evenly over the years of construction, or as `spending` says of the calendar years since the start.
    """
    begun = read.years[None, :, None]
    years = read.given.construction_years[:, None, None]
    overlap = np.minimum(read.years + read.length, begun + years) - np.maximum(read.years, begun)
    share = np.clip(overlap, 0.0, None) / years
    said = read.given.spending
    for k in np.flatnonzero(said.any(1)) if said.size else ():
        for v, first in enumerate(read.years):
            due = first + np.arange(said.shape[1])
            fallen = np.searchsorted(read.years, due, side="right") - 1
            share[k, v] = np.bincount(fallen, weights=said[k], minlength=read.years.size)
    share[:, :, -1] += 1.0 - share.sum(2)
    return np.asarray(share)


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


@kept
def measure_worth(read: Scene) -> Array:
    """What is left of a unit of investment at the end of the horizon, by the scenario's rule, (technology, vintage).

    A straight line leaves the share of service that is left, of the investment with interest until service starts.
    Every other rule leaves the present worth of the service still to come, had the investment been repaid by its
    service: paid and repaid at one rate.
    """
    salvage, growth, end = read.state("salvage"), _growth(read), _find_end(read)
    start = find_service_start(read)
    if salvage == "none":
        return np.zeros_like(start)
    rate = 1.0 if salvage == "straight_line" else growth
    used = np.clip(end - start, 0.0, None)
    left = _share_life_left(used, read.given.life[:, None], rate)
    for k in np.flatnonzero(find_curved(read)):
        left[k] = [_share_curve_left(read.given.survival[k], years, rate) for years in used[k]]
    begun = np.minimum(start, end)
    compounded = np.einsum("kvy,kvy->kv", spread_outlay(read), growth ** (begun[:, :, None] - read.years))
    return np.asarray(left * compounded)


def _share_life_left(used: Array, life: Array, growth: float) -> Array:
    """Service left of a life over service in all, in money of the moment and of the start; 1 of an endless one."""
    endless = np.isinf(life)
    finite = np.where(endless, 1.0, life)
    rest = np.clip(finite - used, 0.0, None)
    share = rest / finite if growth == 1.0 else (1.0 - growth**-rest) / (1.0 - growth**-finite)
    return np.asarray(np.where(endless, 1.0, share))


def _share_curve_left(survival: Array, used: float, growth: float) -> float:
    """The same of a curve, age by age."""
    whole = sum(share * _value_span(age, age + 1.0, growth) for age, share in enumerate(survival))
    left = sum(
        share * _value_span(max(age, used), age + 1.0, growth) for age, share in enumerate(survival) if age + 1.0 > used
    )
    return float(left * growth**used / whole) if whole > 0 else 0.0


def _value_span(first: float, last: float, growth: float) -> float:
    """One unit a year between two ages, each moment counted by `growth^-age`; its constant factor does not matter."""
    return last - first if growth == 1.0 else float((growth**-first - growth**-last) / (growth - 1.0))


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
    spent = np.einsum("kvy,y->kv", spread_outlay(read), discount_capital(read))
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
    return np.asarray(read.plan.build - read.plan.retired[:, :, -1])


@once
def measure_components(read: Reading) -> dict[str, Sum]:
    """Present cost of the plan in the case's money, by component; they add up to the objective."""
    plan, price = read.plan, price_decisions(read)
    operation = discount_operation(read)
    breaches = {"breach": measure_breach_cost(read, operation)} if has_breaches(read.scenario) else {}
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
    attrs, money = read.dataset.attrs, read.state("money")
    stated, lower, gap = (find_number(attrs.get(name)) for name in ("objective", "bound", "gap"))
    cost = sum(components.values(), NOTHING)
    yield equal("objective", (), money, cost, stated)
    yield at_most("bound", (), money, lower, stated)
    yield at_most("gap", (), money, stated - lower, gap * np.abs(stated.value), np.isfinite(lower.value))
    if (read.given.target_mode == "nearest").any():
        least, missed = find_number(attrs.get("miss")), measure_miss(read)
        yield at_most("miss", (), money, least, missed)
        yield at_most("miss", (), money, missed, least * (1.0 + MISS_ROOM) + term(MISS_ROOM))


def find_number(stated: object) -> Sum:
    """A number among the plan's attributes; one that is missing or not finite is no number that a rule can hold for."""
    number = float(stated) if isinstance(stated, (int, float, np.number)) else np.nan
    return Sum(np.asarray(number), lambda: np.abs(np.nan_to_num(number)))


def _growth(read: Scene) -> float:
    return 1.0 + float(read.given.discount_rate)


def _find_end(read: Scene) -> float:
    return float(read.years[-1] + read.length[-1])
