"""Who receives and who pays in operation, what does finance cost, and is that what the plan says of itself?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.verify_actors import find_cashed, find_taxer, has_actors
from model.verify_ledger import Ledger
from model.verify_money import (
    discount_capital,
    discount_end,
    discount_operation,
    find_number,
    measure_components,
    measure_worth,
)
from model.verify_reading import Reading
from model.verify_terms import Array, Rule, Sum, equal, product, term
from scenarios.catalog import ACTOR, YEAR

COMMON = ("account_price", "excess")
"""Components of the social cost that an actor weighs like society."""


def price_use(read: Reading) -> Array:
    """What users pay makers, (commodity, slice, year).

    The tariff, else the purchase price, else the sale price, else 0; its mean by hours where the commodity is
    balanced over the year; 0 where surplus is thrown away or a level is kept.
    """
    given = read.given
    paid = np.where(np.isnan(given.tariff), given.purchase_price, given.tariff)
    paid = np.nan_to_num(np.where(np.isnan(paid), given.sale_price, paid))
    mean = (paid * read.hours[:, None]).sum(1, keepdims=True)
    settled = np.where(read.in_slices[:, None, None], paid, mean)
    free = given.commodity_surplus.astype(bool) | read.stored
    return np.where(free[:, None, None], 0.0, settled)


def measure_operating(read: Reading) -> Sum:
    """Cash of each actor outside construction and finance, a year's rate, (actor, year).

    of what it owns   sum tau flow activity - energy_tax consumed - variable_cost activity - fixed_cost capacity
    of what it trades (tau - purchase_price) purchase + (sale_price - tau) sale - tau demand profile
    of the state      energy_tax consumed
    """
    given, plan, tau = read.given, read.plan, price_use(read)
    made = product("kcsy,csy,ksy->ky", given.flow, tau, plan.activity)
    upkeep = term(given.variable_cost * read.yearly_activity) + term(given.fixed_cost * plan.capacity)
    owner = _hand_out(given.owned, made - measure_tax(read) - upkeep)
    buying, selling = np.nan_to_num(given.purchase_price), np.nan_to_num(given.sale_price)
    asked = given.demand[:, None, :] * given.demand_profile
    margin = term((tau - buying) * plan.purchase) + term((selling - tau) * plan.sale) - term(tau * asked)
    trader = _hand_out((given.commodity_trader[:, None] == given.actor).astype(float), margin.over(1))
    taxed = measure_tax(read).over(0)
    state = Sum(np.outer(find_taxer(read), taxed.value), np.outer(find_taxer(read), taxed.size))
    return owner + trader + state


def measure_tax(read: Reading) -> Sum:
    """Energy tax on what each technology consumes, a year's rate, (technology, year)."""
    consumed = np.maximum(-read.given.flow, 0.0)
    return product("cy,kcsy,ksy->ky", read.given.energy_tax, consumed, read.plan.activity)


def measure_resource_cost(read: Reading) -> Sum:
    """Upkeep, running and trade as society pays for them, a year's rate, (year)."""
    given, plan = read.given, read.plan
    upkeep = product("ky,ky->y", given.fixed_cost, plan.capacity)
    running = product("ky,ky->y", given.variable_cost, read.yearly_activity)
    bought = product("csy,csy->y", np.nan_to_num(given.purchase_price), plan.purchase)
    return upkeep + running + bought - product("csy,csy->y", np.nan_to_num(given.sale_price), plan.sale)


def measure_finance_cost(ledger: Ledger) -> Sum:
    """Present cost of borrowing beyond what is borrowed, less grants.

    sum draw (sum_y d_cap (repayment + interest) + terminal d_end - d_cap[u]) - sum d_cap grant
    """
    capital = discount_capital(ledger.read)
    paid = (ledger.repayment + ledger.interest - ledger.drawn - ledger.grant) * capital
    owed = product("iu,iau->", ledger.loans.terminal, ledger.read.plan.draw) * discount_end(ledger.read)
    return paid.over(0).over(0) + owed


def measure_cash_components(ledger: Ledger, actor: str) -> dict[str, Sum]:
    """Present cost of the plan to one actor in the case's money, by component; they add up to `cash_cost`."""
    read = ledger.read
    a = read.given.actor.tolist().index(actor)
    capital, operation, end = discount_capital(read), discount_operation(read), discount_end(read)
    owned, draw = read.given.owned[:, a], read.plan.draw[:, a]
    flows = {
        "operating": measure_operating(read) * -operation,
        "outlay": ledger.outlay * capital,
        "grant": ledger.grant * -capital,
        "draw": ledger.drawn * -capital,
        "repayment": ledger.repayment * capital,
        "interest": ledger.interest * capital,
    }
    social = measure_components(read)
    return {
        **{name: flow.at(a).over(0) for name, flow in flows.items()},
        "terminal": product("iu,iu->", ledger.loans.terminal, draw) * end,
        "salvage": product("k,kv,kv->", owned, measure_worth(read), ledger.invested) * -end,
        **{name: social[name] for name in COMMON},
    }


def measure_objective(read: Reading) -> dict[str, Sum]:
    """Present cost by component in the scenario's perspective: society's, or the cash cost of the actor it names."""
    perspective = str(read.scenario.attrs["perspective"])
    if perspective in read.given.actor:
        return measure_cash_components(Ledger(read), perspective)
    return measure_components(read)


def check_cash(read: Reading) -> Iterator[Rule]:
    """Whether no money is lost between actors, and what the plan says of its money; nothing without actors.

    net_outlay     stated as recomputed
    operating      stated as recomputed, of the actors whose it states
    cash           sum_a operating = -(fixed + variable + purchases - sales), less taxes where no state receives them
    social_cost    stated as recomputed
    finance_cost   stated as recomputed
    perspective    the scenario's
    """
    if not has_actors(read.scenario):
        return
    attrs, money, ledger = read.dataset.attrs, str(read.scenario.attrs["money"]), Ledger(read)
    yield equal("net_outlay", (ACTOR, YEAR), money, term(read.plan.net_outlay), ledger.net_outlay)
    operating, cashed = measure_operating(read), find_cashed(read)[:, None]
    yield equal("operating", (ACTOR, YEAR), money, term(read.plan.operating), operating, cashed)
    lost = measure_tax(read).over(0) * (1.0 - find_taxer(read).sum())
    yield equal("cash", (YEAR,), money, operating.over(0) + lost + measure_resource_cost(read), term(0.0))
    nothing = Sum(np.zeros(()), np.zeros(()))
    social = sum(measure_components(read).values(), nothing)
    yield equal("social_cost", (), money, social, find_number(attrs.get("social_cost")))
    yield equal("finance_cost", (), money, measure_finance_cost(ledger), find_number(attrs.get("finance_cost")))
    differs = attrs.get("perspective") != read.scenario.attrs["perspective"]
    yield equal("perspective", (), "", term(float(differs)), term(0.0))


def _hand_out(share: Array, amount: Sum) -> Sum:
    """Amounts (x, year) given to actors by their shares (x, actor), (actor, year)."""
    return Sum(np.einsum("xa,xy->ay", share, amount.value), np.einsum("xa,xy->ay", np.abs(share), amount.size))
