"""Who pays whom in operation: tariffs, taxes, fuel and upkeep as cash of each actor.

Every tariff is paid by one actor and received by another, so the cash of all actors together is what the plan's
operation costs society.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from scenarios.terms import ACTOR, COMMODITY, SLICE, TECHNOLOGY, YEAR

Floats = NDArray[np.float64]
STATE = "state"
HOURS_OF_YEAR = 8760.0


def share_owners(scenario: xr.Dataset) -> Floats:
    """Share of each technology that each actor owns (technology, actor); the named actor's where no row says."""
    owned = scenario["owned"].values.copy()
    unsaid = owned.sum(axis=1) == 0
    named = scenario["technology_actor"].values[:, None] == scenario[ACTOR].values[None, :]
    owned[unsaid] = named[unsaid]
    return np.asarray(owned, dtype=float)


def share_grants(scenario: xr.Dataset) -> Floats:
    """Part of a grant that each owner receives (instrument, technology, actor): eligible owners, by what they own."""
    held = scenario["owned"].values[None] * scenario["eligible"].values[:, None, :]
    whole = held.sum(axis=2, keepdims=True)
    return np.asarray(np.divide(held, whole, out=np.zeros(held.shape), where=whole > 0))


def price_use(scenario: xr.Dataset) -> Floats:
    """What users pay makers (commodity, slice, year): tariff, else purchase price, else sale price, else 0.

    The mean by hours where the commodity is balanced over the year; 0 where surplus is thrown away or a level kept.
    """
    price = np.zeros(scenario["tariff"].shape)
    for name in ("sale_price", "purchase_price", "tariff"):
        given = scenario[name].values
        price = np.where(np.isnan(given), price, given)
    hours = scenario["hours"].values / HOURS_OF_YEAR
    mean = np.einsum("csy,s->cy", price, hours)[:, None, :]
    yearly = (scenario["commodity_balance"].values != SLICE)[:, None, None]
    price = np.where(yearly, mean, price)
    unpriced = scenario["commodity_surplus"].values | (scenario["commodity_storage"].values != "no")
    return np.where(unpriced[:, None, None], 0.0, price)


def trade_prices(scenario: xr.Dataset) -> tuple[Floats, Floats]:
    """Purchase and sale price as trade is settled (commodity, slice, year): by hours where balanced over the year."""
    hours = scenario["hours"].values / HOURS_OF_YEAR
    yearly = (scenario["commodity_balance"].values != SLICE)[:, None, None]
    settled = []
    for name in ("purchase_price", "sale_price"):
        given = np.nan_to_num(scenario[name].values)
        settled.append(np.where(yearly, np.einsum("csy,s->cy", given, hours)[:, None, :], given))
    return settled[0], settled[1]


def earn_activity(scenario: xr.Dataset) -> Floats:
    """Cash per unit of activity in a slice, to its owners together (technology, slice, year), upkeep not counted.

    sum_c (tau flow - energy_tax max(-flow, 0)) - variable_cost
    """
    flow = scenario["flow"].values
    earned = np.einsum("csy,kcsy->ksy", price_use(scenario), flow)
    taxed = np.einsum("cy,kcsy->ksy", scenario["energy_tax"].values, np.maximum(-flow, 0.0))
    return np.asarray(earned - taxed - scenario["variable_cost"].values[:, None, :])


def tax_activity(scenario: xr.Dataset) -> Floats:
    """Energy tax per unit of activity in a slice (technology, slice, year)."""
    return np.asarray(
        np.einsum("cy,kcsy->ksy", scenario["energy_tax"].values, np.maximum(-scenario["flow"].values, 0.0))
    )


def traders(scenario: xr.Dataset) -> Floats:
    """1 where the actor trades the commodity (commodity, actor)."""
    named = scenario["commodity_trader"].values[:, None] == scenario[ACTOR].values[None, :]
    return np.asarray(named, dtype=float)


def find_taxer(scenario: xr.Dataset) -> Floats:
    """1 for the actor who receives taxes (actor): the first of kind state; all 0 where there is none."""
    states = np.flatnonzero(scenario["actor_kind"].values == STATE)
    taxer = np.zeros(scenario.sizes[ACTOR])
    taxer[states[:1]] = 1.0
    return taxer


def operating_by_technology(scenario: xr.Dataset, plan: xr.Dataset) -> xr.DataArray:
    """Operating cash of each actor from each technology (actor, technology, year), money of the price year per year."""
    owned = share_owners(scenario)
    earned = np.einsum(
        "ksy,ksy->ky", earn_activity(scenario), plan["activity"].transpose(TECHNOLOGY, SLICE, YEAR).values
    )
    upkeep = scenario["fixed_cost"].values * plan["capacity"].transpose(TECHNOLOGY, YEAR).values
    cash = np.einsum("ka,ky->aky", owned, earned - upkeep)
    return xr.DataArray(cash, {d: scenario[d] for d in (ACTOR, TECHNOLOGY, YEAR)}, (ACTOR, TECHNOLOGY, YEAR))


def operating_cash(scenario: xr.Dataset, plan: xr.Dataset) -> xr.DataArray:
    """Operating cash of each actor (actor, year): from technologies, trade, demand and taxes; see docs/finance.md."""
    from_technologies = operating_by_technology(scenario, plan).sum(TECHNOLOGY).values
    tau = price_use(scenario)
    buying, selling = trade_prices(scenario)
    purchase, sale = (plan[name].transpose(COMMODITY, SLICE, YEAR).values for name in ("purchase", "sale"))
    demand = scenario["demand"].values[:, None, :] * scenario["demand_profile"].values
    traded = ((tau - buying) * purchase + (selling - tau) * sale - tau * demand).sum(axis=1)
    activity = plan["activity"].transpose(TECHNOLOGY, SLICE, YEAR).values
    taxes = np.einsum("ksy,ksy->y", tax_activity(scenario), activity)
    cash = from_technologies + np.einsum("ca,cy->ay", traders(scenario), traded) + np.outer(find_taxer(scenario), taxes)
    return xr.DataArray(cash, {d: scenario[d] for d in (ACTOR, YEAR)}, (ACTOR, YEAR))
