"""Who pays whom in operation: tariffs, taxes, charges, fuel and upkeep as cash of each actor.

Every tariff is paid by one actor and received by another, so the cash of all actors together is what the plan's
operation, with the account prices that someone pays, costs society.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.charges import charge_activity, charge_payers, charge_purchase, charge_sale, charge_standing
from scenarios.arithmetic.vintages import Places, measure_flown
from scenarios.arrays import Arrays, Scenario, read_arrays, remember
from scenarios.terms import ACTOR, COMMODITY, SLICE, TECHNOLOGY, YEAR

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]
STATE = "state"
HOURS_OF_YEAR = 8760.0


@remember
def share_owners(scenario: Arrays) -> Floats:
    """Share of each technology that each actor owns (technology, actor); the named actor's where no row says."""
    owned = scenario["owned"].copy()
    unsaid = owned.sum(axis=1) == 0
    named = scenario["technology_actor"][:, None] == scenario[ACTOR][None, :]
    owned[unsaid] = named[unsaid]
    return np.asarray(owned, dtype=float)


@remember
def share_grants(scenario: Arrays) -> Floats:
    """Part of a grant that each owner receives (instrument, technology, actor): eligible owners, by what they own."""
    held = scenario["owned"][None] * scenario["eligible"][:, None, :]
    whole = held.sum(axis=2, keepdims=True)
    return np.asarray(np.divide(held, whole, out=np.zeros(held.shape), where=whole > 0))


@remember
def price_use(scenario: Arrays) -> Floats:
    """What users pay makers (commodity, slice, year): tariff, else purchase price, else sale price, else 0.

    A charge on purchases is passed on where no tariff says what users pay. The mean by hours where the commodity is
    balanced over the year; 0 where surplus is thrown away or a level kept.
    """
    price = np.zeros(scenario["tariff"].shape)
    for name in ("sale_price", "purchase_price", "tariff"):
        given = scenario[name] + (charge_purchase(scenario)[:, None, :] if name == "purchase_price" else 0.0)
        price = np.where(np.isnan(given), price, given)
    hours = scenario["hours"] / HOURS_OF_YEAR
    mean = np.einsum("csy,s->cy", price, hours)[:, None, :]
    yearly = (scenario["commodity_balance"] != SLICE)[:, None, None]
    price = np.where(yearly, mean, price)
    unpriced = scenario["commodity_surplus"] | (scenario["commodity_storage"] != "no")
    return np.where(unpriced[:, None, None], 0.0, price)


@remember
def trade_prices(scenario: Arrays) -> tuple[Floats, Floats]:
    """What a unit bought costs and one sold brings its trader, charges included (commodity, slice, year).

    By hours where balanced over the year.
    """
    hours = scenario["hours"] / HOURS_OF_YEAR
    yearly = (scenario["commodity_balance"] != SLICE)[:, None, None]
    settled = []
    for name in ("purchase_price", "sale_price"):
        given = np.nan_to_num(scenario[name])
        settled.append(np.where(yearly, np.einsum("csy,s->cy", given, hours)[:, None, :], given))
    return settled[0] + charge_purchase(scenario)[:, None, :], settled[1] - charge_sale(scenario)[:, None, :]


@remember
def earn_activity(scenario: Arrays) -> Floats:
    """Cash per unit of activity in a slice, to its owners together (technology, slice, year), upkeep not counted.

    sum_c (tau flow - energy_tax max(-flow, 0)) - variable_cost - charge_activity
    """
    return _earn_flow(scenario, scenario["flow"], tax_activity(scenario))


def _earn_flow(scenario: Arrays, flow: Floats, taxed: Floats, some: Places | slice = slice(None)) -> Floats:
    """The same of some technologies, where a unit of activity has other flows (technology, commodity, slice, year).

    `taxed` is the energy tax on it (technology, slice, year).
    """
    earned = np.einsum("csy,kcsy->ksy", price_use(scenario), flow)
    running = (scenario["variable_cost"] + charge_activity(scenario))[some]
    return np.asarray(earned - taxed - running[:, None, :])


@remember
def tax_activity(scenario: Arrays) -> Floats:
    """Energy tax per unit of activity in a slice (technology, slice, year)."""
    return _tax_flow(scenario, scenario["flow"])


def _tax_flow(scenario: Arrays, flow: Floats) -> Floats:
    """The same where a unit of activity has other flows (technology, commodity, slice, year)."""
    return np.asarray(np.einsum("cy,kcsy->ksy", scenario["energy_tax"], np.maximum(-flow, 0.0)))


def _earn_plan(scenario: Arrays, plan: xr.Dataset) -> Floats:
    """What a unit of activity earns as the vintages run in a plan (technology, slice, year)."""
    some, flow = measure_flown(scenario, plan)
    earned = earn_activity(scenario)
    if some.size:
        earned = earned.copy()
        earned[some] = _earn_flow(scenario, flow, _tax_flow(scenario, flow), some)
    return earned


def tax_plan(scenario: Scenario, plan: xr.Dataset) -> Floats:
    """Energy tax on all that a plan uses, a year's rate (year)."""
    given = read_arrays(scenario)
    some, flow = measure_flown(given, plan)
    taxed = tax_activity(given)
    if some.size:
        taxed = taxed.copy()
        taxed[some] = _tax_flow(given, flow)
    activity = plan.variables["activity"].transpose(TECHNOLOGY, SLICE, YEAR).values
    return np.asarray(np.einsum("ksy,ksy->y", taxed, activity))


@remember
def traders(scenario: Arrays) -> Floats:
    """1 where the actor trades the commodity (commodity, actor)."""
    named = scenario["commodity_trader"][:, None] == scenario[ACTOR][None, :]
    return np.asarray(named, dtype=float)


@remember
def find_taxer(scenario: Arrays) -> Floats:
    """1 for the actor who receives taxes (actor): the first of kind state; all 0 where there is none."""
    states = np.flatnonzero(scenario["actor_kind"] == STATE)
    taxer = np.zeros(scenario.sizes[ACTOR])
    taxer[states[:1]] = 1.0
    return taxer


def operating_by_technology(scenario: Scenario, plan: xr.Dataset) -> Floats:
    """Operating cash of each actor from each technology (actor, technology, year), money of the price year per year."""
    given = read_arrays(scenario)
    activity = plan.variables["activity"].transpose(TECHNOLOGY, SLICE, YEAR).values
    earned = np.einsum("ksy,ksy->ky", _earn_plan(given, plan), activity)
    upkeep = given["fixed_cost"] * plan.variables["capacity"].transpose(TECHNOLOGY, YEAR).values + charge_standing(
        given, plan
    )
    return np.asarray(np.einsum("ka,ky->aky", share_owners(given), earned - upkeep))


def operating_cash(scenario: Scenario, plan: xr.Dataset) -> Floats:
    """Operating cash of each actor (actor, year), from technologies, trade, demand, taxes, charges: docs/finance.md."""
    given = read_arrays(scenario)
    from_technologies = operating_by_technology(given, plan).sum(axis=1)
    tau = price_use(given)
    buying, selling = trade_prices(given)
    purchase, sale = (plan.variables[name].transpose(COMMODITY, SLICE, YEAR).values for name in ("purchase", "sale"))
    demand = given["demand"][:, None, :] * given["demand_profile"]
    traded = ((tau - buying) * purchase + (selling - tau) * sale - tau * demand).sum(axis=1)
    received = traders(given).T @ traded + np.outer(find_taxer(given), tax_plan(given, plan))
    return np.asarray(from_technologies + received - charge_payers(given, plan))
