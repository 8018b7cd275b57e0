"""What does the plan cost by the page, and is that what it says of itself?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from model.verify_capacity import find_service_start
from model.verify_reading import Reading
from model.verify_targets import measure_miss
from model.verify_terms import Array, Rule, Sum, at_most, equal, product, term

MOMENT: Mapping[str, float] = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""When in a year money is counted, as the scenario's attributes name it."""

MISS_ROOM = 1e-6
"""Room, relative and absolute, that the page leaves above the least miss for the sake of cost."""


def discount_capital(read: Reading) -> Array:
    """`(1+r)^-(y + o_cap - y0)`, (year)."""
    moment = MOMENT[read.scenario.attrs["discount_capital"]]
    return np.asarray(_growth(read) ** -(read.years + moment - read.years[0]))


def discount_calendar_years(read: Reading) -> Array:
    """`(1+r)^-(y + i + o_op - y0)` for the calendar years i of each plan year, zero past its length, (offset, year)."""
    moment = MOMENT[read.scenario.attrs["discount_operation"]]
    offset = np.arange(int(read.length.max()))[:, None]
    factor = _growth(read) ** -(read.years + offset + moment - read.years[0])
    return np.where(offset < read.length, factor, 0.0)


def discount_operation(read: Reading) -> Array:
    """`D_op[y]`: the sum over the calendar years of each plan year, (year)."""
    return np.asarray(discount_calendar_years(read).sum(0))


def spread_outlay(read: Reading) -> Array:
    """Share of an investment paid in each year, past the horizon in the last, (technology, vintage, year)."""
    begun = read.years[None, :, None]
    years = read.given.construction_years[:, None, None]
    overlap = np.minimum(read.years + read.length, begun + years) - np.maximum(read.years, begun)
    share = np.clip(overlap, 0.0, None) / years
    share[:, :, -1] += 1.0 - share.sum(2)
    return np.asarray(share)


def price_capital(read: Reading) -> Array:
    """`A(hurdle_rate) / A(r)`, 1 where there is no hurdle rate, (technology)."""
    hurdle, life = read.given.hurdle_rate, read.given.life
    rate = float(read.given.discount_rate)
    own = np.isnan(hurdle) | (hurdle == rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        financed = _annuity(np.where(own, rate, hurdle), life) / _annuity(np.full_like(life, rate), life)
    return np.where(own, 1.0, financed)


def _annuity(rate: Array, life: Array) -> Array:
    """`A(i) = i / (1 - (1+i)^-life)`, 1/life at rate 0."""
    safe = np.where(rate == 0, 1.0, rate)
    return np.where(rate == 0, 1.0 / life, safe / (1.0 - (1.0 + safe) ** -life))


def measure_worth(read: Reading) -> Array:
    """Share of an investment left at the end of the horizon, by the scenario's rule, (technology, vintage)."""
    salvage = read.scenario.attrs["salvage"]
    life = read.given.life[:, None]
    used = np.clip(np.minimum(_find_end(read) - find_service_start(read), life), 0.0, None)
    growth, endless = _growth(read), np.isinf(life)
    finite = np.where(endless, 1.0, life)
    used = np.where(endless, 0.0, used)
    if salvage == "none":
        return np.zeros_like(used)
    if salvage == "straight_line" or growth == 1.0:
        return np.asarray(1.0 - used / finite)
    if salvage == "sinking_fund":
        return np.asarray(1.0 - (growth**used - 1.0) / (growth**finite - 1.0))
    return np.asarray((1.0 - growth ** -(finite - used)) / (1.0 - growth**-finite))


def measure_components(read: Reading) -> dict[str, Sum]:
    """Present cost of the plan in the case's money, by component; they add up to the objective."""
    given, plan = read.given, read.plan
    capital = price_capital(read)[:, None] * given.capex * plan.build
    spent = np.einsum("kvy,y->kv", spread_outlay(read), discount_capital(read))
    end = _growth(read) ** -(_find_end(read) - read.years[0])
    operation = discount_operation(read)
    return {
        "investment": product("kv,kv->", capital, spent),
        "salvage": product("kv,kv->", -capital, measure_worth(read) * end),
        "fixed": product("y,ky,ky->", operation, given.fixed_cost, plan.capacity),
        "variable": product("y,ky,ky->", operation, given.variable_cost, read.yearly_activity),
        "purchase": product("y,csy,csy->", operation, np.nan_to_num(given.purchase_price), plan.purchase),
        "sale": product("y,csy,csy->", -operation, np.nan_to_num(given.sale_price), plan.sale),
        "account_price": product("y,ey,ey->", operation, given.account_price, plan.account_value),
        "excess": _price_excess(read, operation),
    }


def _price_excess(read: Reading, operation: Array) -> Sum:
    """`sum D_op price paid + sum price d_total paid_total` over the pools."""
    price = np.where(read.payers, read.given.price[:, None], 0.0).max(0, initial=0.0)
    yearly = product("q,y,qy->", price, operation, read.plan.paid)
    member = (read.given.target_pool[:, None] == read.plan.pool) & read.cumulative[:, None]
    spanned = np.einsum("tq,ty->qy", member, read.held)
    calendar = spanned @ read.length
    mean = spanned @ operation / np.maximum(calendar, 1.0)
    return yearly + product("q,q,q->", price, mean, read.plan.paid_total)


def check_money(read: Reading, components: Mapping[str, Sum]) -> Iterator[Rule]:
    """What the plan says of its own cost.

    objective   the sum of the components is the objective of the plan
    bound       bound <= objective
    gap         objective - bound <= gap |objective|
    miss        what the nearest targets miss in all is the least, the plan's miss, within the room left for cost
    """
    attrs, money = read.dataset.attrs, str(read.scenario.attrs["money"])
    stated, lower, gap = (_find_number(attrs.get(name)) for name in ("objective", "bound", "gap"))
    cost = Sum(np.zeros(()), np.zeros(()))
    for component in components.values():
        cost = cost + component
    yield equal("objective", (), money, cost, stated)
    yield at_most("bound", (), money, lower, stated)
    yield at_most("gap", (), money, stated - lower, gap * np.abs(stated.value), np.isfinite(lower.value))
    if (read.given.target_mode == "nearest").any():
        least, missed = _find_number(attrs.get("miss")), measure_miss(read)
        yield at_most("miss", (), money, least, missed)
        yield at_most("miss", (), money, missed, least * (1.0 + MISS_ROOM) + term(MISS_ROOM))


def _find_number(stated: object) -> Sum:
    """A number among the plan's attributes; one that is missing or not finite is no number that a rule can hold for."""
    number = float(stated) if isinstance(stated, (int, float, np.number)) else np.nan
    return Sum(np.asarray(number), np.abs(np.nan_to_num(number)))


def _growth(read: Reading) -> float:
    return 1.0 + float(read.given.discount_rate)


def _find_end(read: Reading) -> float:
    return float(read.years[-1] + read.length[-1])
