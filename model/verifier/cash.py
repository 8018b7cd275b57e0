"""Who receives and who pays in operation, what does finance cost, and is that what the plan says of itself?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from model.verifier.actors import find_cashed, find_guarded, find_taxer, has_actors
from model.verifier.balance import measure_consumed, measure_demand
from model.verifier.ledger import Ledger, open_ledger
from model.verifier.money import (
    discount_end,
    discount_operation,
    find_left,
    find_number,
    measure_components,
    price_decisions,
)
from model.verifier.reading import Reading, Scene, kept, once
from model.verifier.support import measure_support
from model.verifier.terms import NOTHING, Array, Rule, Sum, at_most, equal, find_some, product, term
from model.verifier.time import SPREAD, find_belonging
from model.verifier.vintages import add_more, weigh_cash_more, weigh_priced_more
from model.verifier.weights import Weights, weigh
from model.verifier.worth import MOMENT, discount_own_payments, measure_worth
from scenarios.catalog import ACCOUNT, ACTOR, COMMODITY, SLICE, TECHNOLOGY, YEAR

CAUSER = "causer"
"""The word for whoever adds to an account."""


@kept
def price_causes(read: Scene) -> Array:
    """What causers pay for a unit of what each account itself adds up, (account, year).

    The price of every account that they pay, through all accounts of which it is made: price + share' (price + ...). No
    account is made of itself, so that no chain is longer than there are accounts.
    """
    given = read.given
    passed = np.where((given.account_payer == CAUSER)[:, None], given.account_price, 0.0)
    total = passed
    for _ in range(len(passed) - 1):
        passed = np.einsum("efy,ey->fy", given.share, passed)
        total = total + passed
    return total


@kept
def find_account_payers(read: Scene) -> Array:
    """One where an actor pays the price of a whole account, (actor, account)."""
    given = read.given
    return np.asarray(((given.account_payer == given.actor[:, None]) & (given.account_payer != CAUSER)).astype(float))


@kept
def price_use(read: Scene) -> Array:
    """What users pay makers, (commodity, slice, year).

    The tariff, else the purchase price and what causers pay with a purchase, else the sale price, else 0; its mean by
    hours where the commodity is balanced over the year; 0 where surplus is thrown away or a level is kept.
    """
    given = read.given
    charged = np.einsum("ey,ecy->cy", price_causes(read), given.factor_purchase)[:, None, :]
    paid = np.where(np.isnan(given.tariff), given.purchase_price + charged, given.tariff)
    paid = np.nan_to_num(np.where(np.isnan(paid), given.sale_price, paid))
    mean = (paid * read.hours[:, None]).sum(1, keepdims=True)
    settled = np.where(read.in_slices[:, None, None], paid, mean)
    free = given.commodity_surplus.astype(bool) | read.stored
    return np.where(free[:, None, None], 0.0, settled)


@dataclass(frozen=True)
class Tariffs:
    """What each decision of a year brings each actor, a year's rate: all (actor, year)."""

    made: Weights
    more: Weights
    variable: Weights
    fixed: Weights
    purchase: Weights
    sale: Weights
    demand: Array


@kept
def price_cash(read: Scene) -> Tariffs:
    """Prices between actors, by who owns and who trades."""
    given, tau, owned = read.given, price_use(read), read.given.owned
    trader = (given.commodity_trader[:, None] == given.actor).astype(float)
    buying, selling = np.nan_to_num(given.purchase_price), np.nan_to_num(given.sale_price)
    activity, yearly = read.shape(TECHNOLOGY, SLICE, YEAR), read.shape(TECHNOLOGY, YEAR)
    traded = read.shape(COMMODITY, SLICE, YEAR)
    return Tariffs(
        made=weigh("kcsy,csy,ka,ksy->ay", given.flow, tau, owned, shape=activity),
        more=weigh_priced_more(read, tau),
        variable=weigh("ky,ka,ky->ay", given.variable_cost, owned, shape=yearly),
        fixed=weigh("ky,ka,ky->ay", given.fixed_cost, owned, shape=yearly),
        purchase=weigh("csy,ca,csy->ay", tau - buying, trader, shape=traded),
        sale=weigh("csy,ca,csy->ay", selling - tau, trader, shape=traded),
        demand=np.einsum("csy,ca->ay", tau * measure_demand(read), trader),
    )


@dataclass(frozen=True)
class Charges:
    """What each decision costs each actor in account prices, a year's rate: all (actor, year)."""

    activity: Weights
    capacity: Weights
    build: Weights
    purchase: Weights
    sale: Weights
    account: Weights


@kept
def weigh_charges(read: Scene) -> Charges:
    """Account prices that somebody pays: by owners and traders who add to the account, or by the actor it names."""
    given, cause = read.given, price_causes(read)
    owned, counted = given.owned, given.counted_share
    trader = (given.commodity_trader[:, None] == given.actor).astype(float)
    yearly, traded = read.shape(TECHNOLOGY, YEAR), read.shape(COMMODITY, SLICE, YEAR)
    added = "ey,eky,eky,ka,ky->ay"
    built = given.factor_build / read.length
    payers = find_account_payers(read)
    return Charges(
        activity=weigh(added, cause, given.factor_activity, counted, owned, shape=yearly),
        capacity=weigh(added, cause, given.factor_capacity, counted, owned, shape=yearly),
        build=weigh(added, cause, built, counted, owned, shape=yearly),
        purchase=weigh("ey,ecy,ca,csy->ay", cause, given.factor_purchase, trader, shape=traded),
        sale=weigh("ey,ecy,ca,csy->ay", cause, given.factor_sale, trader, shape=traded),
        account=weigh("ae,ey,ey->ay", payers, given.account_price, shape=read.shape(ACCOUNT, YEAR)),
    )


@once
def measure_charges(read: Reading) -> Sum:
    """What each actor pays in account prices, a year's rate, (actor, year)."""
    plan, charge = read.plan, weigh_charges(read)
    parts = (
        charge.activity.times(read.yearly_activity),
        charge.capacity.times(read.capacity_used),
        charge.build.times(plan.build),
        charge.purchase.times(plan.purchase),
        charge.sale.times(plan.sale),
        charge.account.times(plan.account_value),
    )
    return sum(parts, NOTHING)


@once
def measure_operating(read: Reading) -> Sum:
    """Cash of each actor outside construction and finance, a year's rate, (actor, year).

    of what it owns   sum tau flow activity - energy_tax consumed - variable_cost activity - fixed_cost capacity
    of what it trades (tau - purchase_price) purchase + (sale_price - tau) sale - tau demand profile
    of the state      energy_tax consumed
    of all            less what they pay in account prices
    """
    plan, price = read.plan, price_cash(read)
    upkeep = price.variable.times(read.yearly_activity) + price.fixed.times(plan.capacity)
    made = add_more(read, price.made.times(plan.activity), price.more)
    taken = add_more(read, weigh_tax(read)[0].times(plan.activity), weigh_cash_more(read)["owners"])
    owner = made - taken - upkeep
    trader = price.purchase.times(plan.purchase) + price.sale.times(plan.sale) - term(price.demand)
    taxed, taxer = measure_tax(read), find_taxer(read)
    state = Sum(np.outer(taxer, taxed.value), lambda: np.outer(taxer, taxed.size))
    return owner + trader + state - measure_charges(read)


@kept
def weigh_tax(read: Scene) -> tuple[Weights, Weights]:
    """Energy tax on what technologies consume, of their owners (actor, year) and in all (year)."""
    given, consumed = read.given, measure_consumed(read)
    shape = read.shape(TECHNOLOGY, SLICE, YEAR)
    owners = weigh("cy,kcsy,ka,ksy->ay", given.energy_tax, consumed, given.owned, shape=shape)
    return owners, weigh("cy,kcsy,ksy->y", given.energy_tax, consumed, shape=shape)


@once
def measure_tax(read: Reading) -> Sum:
    """Energy tax on what technologies consume, a year's rate, (year)."""
    return add_more(read, weigh_tax(read)[1].times(read.plan.activity), weigh_cash_more(read)["all"])


@kept
def weigh_purchases(read: Scene) -> tuple[Weights, Weights]:
    """What purchases cost and sales bring, (year)."""
    given, shape = read.given, read.shape(COMMODITY, SLICE, YEAR)
    buying, selling = np.nan_to_num(given.purchase_price), np.nan_to_num(given.sale_price)
    return weigh("csy,csy->y", buying, shape=shape), weigh("csy,csy->y", selling, shape=shape)


def measure_resource_cost(read: Reading) -> Sum:
    """Upkeep, running and trade as society pays for them, a year's rate, (year)."""
    given, plan, (buying, selling) = read.given, read.plan, weigh_purchases(read)
    upkeep = product("ky,ky->y", given.fixed_cost, plan.capacity)
    running = product("ky,ky->y", given.variable_cost, read.yearly_activity)
    return upkeep + running + buying.times(plan.purchase) - selling.times(plan.sale)


@kept
def discount_own(read: Scene) -> tuple[Array, Array, Array]:
    """`d_cap` and `D_op` (actor, year), `d_end` (actor): at each actor's own rate, society's where it has none."""
    given, belongs = read.given, find_belonging(read)
    payments = discount_own_payments(read)
    if read.state("investment") == SPREAD:
        capital = np.stack([payments[:, belongs == y].mean(1) for y in range(read.years.size)], axis=1)
    else:
        capital = payments[:, np.searchsorted(belongs, np.arange(read.years.size))]
    operation = np.tile(discount_operation(read), (given.actor.size, 1))
    end = np.full(given.actor.size, discount_end(read))
    first, last = read.years[0], read.years[-1] + read.length[-1]
    for a, rate in enumerate(given.own_rate):
        if np.isnan(rate):
            continue
        growth = 1.0 + float(rate)
        for y, year in enumerate(read.years):
            calendar = year + np.arange(read.length[y]) + MOMENT[read.state("discount_operation")] - first
            operation[a, y] = (growth**-calendar).sum()
        end[a] = growth ** -(last - first)
    return capital, operation, end


def measure_finance_cost(ledger: Ledger) -> Sum:
    """Present cost of borrowing beyond what is borrowed, less grants and support.

    sum draw (sum_y d_cap (repayment + interest) + terminal d_end - d_cap[u]) - present value of grants
      - sum D_op support, what each actor pays and gets at its own rate
    """
    capital, operation, end = discount_own(ledger.read)
    paid = (ledger.repayment + ledger.interest - ledger.drawn) * capital
    owed = product("iu,iau,a->", ledger.loans.terminal, ledger.read.plan.draw, end)
    supported = (measure_support(ledger.read) * operation).over(0).over(0)
    return paid.over(0).over(0) + owed - ledger.grant_worth.over(0) - supported


def measure_cash_components(ledger: Ledger, actor: str) -> dict[str, Sum]:
    """Present cost of the plan to one actor in the case's money, by component; they add up to `cash_cost`."""
    read = ledger.read
    a = read.given.actor.tolist().index(actor)
    capital, operation, ends = discount_own(read)
    end = float(ends[a])
    owned, draw = read.given.owned[:, a], read.plan.draw[:, a]
    flows = {
        "operating": measure_operating(read) * -operation,
        "support": measure_support(read) * -operation,
        "draw": ledger.drawn * -capital,
        "repayment": ledger.repayment * capital,
        "interest": ledger.interest * capital,
    }
    social = measure_components(read)
    return {
        "outlay": ledger.outlay_worth.at(a),
        "grant": ledger.grant_worth.at(a) * -1.0,
        **{name: flow.at(a).over(0) for name, flow in flows.items()},
        "terminal": product("iu,iu->", ledger.loans.terminal, draw) * end,
        "salvage": product("k,kv,kv->", owned, measure_worth(read) * read.given.capex, find_left(read)) * -end
        + product("k,kv,kv->", owned, measure_worth(read) * read.given.project_cost, read.plan.begin) * -end,
        "account_price": _price_unpaid(read),
        **{name: social[name] for name in ("excess", "breach") if name in social},
    }


def check_participation(ledger: Ledger) -> Iterator[Rule]:
    """What the plan of one actor's perspective costs others.

    loss_most   present cost of the plan to the actor, in cash, less that of doing nothing <= most_loss
    """
    read, values = ledger.read, ("excess", "breach", "account_price")
    measured = find_guarded(read) & ~np.isnan(read.given.reference_worth)
    change = term(np.nan_to_num(read.given.reference_worth))
    for a in find_some(measured)[0]:
        parts = measure_cash_components(ledger, str(read.given.actor[a]))
        paid = sum((part for name, part in parts.items() if name not in values), NOTHING)
        change += paid * (np.arange(measured.size) == a).astype(float)
    most = term(np.where(measured, read.given.most_loss, 0.0))
    yield at_most("loss_most", (ACTOR,), read.state("money"), change, most, measured)


def _price_unpaid(read: Reading) -> Sum:
    """Present value of account prices that nobody pays, which an actor weighs like society."""
    unpaid = (read.given.account_payer != CAUSER) & ~find_account_payers(read).any(0)
    return product("e,ey,ey->", unpaid.astype(float), price_decisions(read).account, read.plan.account_value)


def measure_objective(read: Reading) -> dict[str, Sum]:
    """Present cost by component in the scenario's perspective: society's, or the cash cost of the actor it names."""
    perspective = read.state("perspective")
    if perspective in read.given.actor:
        return measure_cash_components(open_ledger(read), perspective)
    return measure_components(read)


def check_cash(read: Reading) -> Iterator[Rule]:
    """Whether no money is lost between actors, and what the plan says of its money; nothing without actors.

    net_outlay     stated as recomputed
    operating      stated as recomputed, of the actors whose it states
    cash           sum_a operating = -(fixed + variable + purchases - sales) - account prices that someone pays,
                   less taxes where no state receives them
    social_cost    stated as recomputed
    finance_cost   stated as recomputed
    perspective    the scenario's
    """
    if not has_actors(read):
        return
    money, ledger = read.state("money"), open_ledger(read)
    yield equal("net_outlay", (ACTOR, YEAR), money, term(read.plan.net_outlay), ledger.net_outlay)
    operating, cashed = measure_operating(read), find_cashed(read)[:, None]
    yield equal("operating", (ACTOR, YEAR), money, term(read.plan.operating), operating, cashed)
    lost = measure_tax(read) * (1.0 - find_taxer(read).sum())
    spent = measure_resource_cost(read) + measure_charges(read).over(0)
    yield equal("cash", (YEAR,), money, operating.over(0) + lost + spent, NOTHING)
    social = sum(measure_components(read).values(), NOTHING)
    yield equal("social_cost", (), money, social, find_number(read, "social_cost"))
    yield equal("finance_cost", (), money, measure_finance_cost(ledger), find_number(read, "finance_cost"))
    differs = read.tell("perspective") != read.state("perspective")
    yield equal("perspective", (), "", term(float(differs)), NOTHING)
