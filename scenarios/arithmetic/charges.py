"""Who pays the price of an account: an emission price as a charge on those who cause it, or on one actor.

An account's `payer` says so. Where it is blank the price is a value that everyone weighs alike and nobody pays. Where
it is `causer`, owners pay for what their technologies add and traders for what they buy and sell, through every
account of which the account is made; what comes from outside the plan is paid for by nobody. Charges leave the
actors, as what is bought from outside does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.arrays import Arrays, Scenario, read_arrays, remember
from scenarios.terms import ACCOUNT, ACTOR, COMMODITY, SLICE, TECHNOLOGY, YEAR

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]

CAUSER = "causer"
"""The word for whoever adds to an account."""


@remember
def find_causer(scenario: Arrays) -> NDArray[np.bool_]:
    """Accounts that whoever adds to them pays for (account)."""
    return np.asarray(scenario["account_payer"] == CAUSER)


@remember
def find_payers(scenario: Arrays) -> Floats:
    """1 where an actor pays for a whole account (account, actor)."""
    named = scenario["account_payer"][:, None] == scenario[ACTOR][None, :]
    return np.asarray(named & ~find_causer(scenario)[:, None], dtype=float)


@remember
def weigh_unpaid(scenario: Arrays) -> Floats:
    """Prices of accounts that nobody pays and everyone weighs (account, year)."""
    paid = find_causer(scenario) | (find_payers(scenario) > 0).any(axis=1)
    return np.where(paid[:, None], 0.0, scenario["account_price"])


@remember
def price_causes(scenario: Arrays) -> Floats:
    """What causers pay for a unit of each account's own factors (account, year), over all that it is part of.

    cause[f,y] = price[f,y] + sum_e share[e,f,y] cause[e,y],  price of causers' accounts alone
    """
    price = np.where(find_causer(scenario)[:, None], scenario["account_price"], 0.0)
    if not price.any():
        return price
    shares = scenario["share"].transpose(2, 1, 0)
    return np.asarray(np.linalg.solve(np.eye(len(price)) - shares, price.T[:, :, None])[:, :, 0].T)


def _charge_item(scenario: Arrays, factor: str) -> Floats:
    """Charge per unit that comes with a factor (item, year), as far as the account may count it."""
    factors = scenario[factor] if COMMODITY in _DIMS[factor] else scenario[factor] * scenario["counted_share"]
    return np.asarray(np.einsum("ey,eiy->iy", price_causes(scenario), factors))


_DIMS = {
    "factor_activity": (TECHNOLOGY,),
    "factor_capacity": (TECHNOLOGY,),
    "factor_build": (TECHNOLOGY,),
    "factor_purchase": (COMMODITY,),
    "factor_sale": (COMMODITY,),
}


@remember
def charge_activity(scenario: Arrays) -> Floats:
    """Charge per unit of activity, on its owners (technology, year)."""
    return _charge_item(scenario, "factor_activity")


@remember
def charge_capacity(scenario: Arrays) -> Floats:
    """Charge per unit of the host's capacity in a year, on the technology's owners (technology, year)."""
    return _charge_item(scenario, "factor_capacity")


@remember
def charge_build(scenario: Arrays) -> Floats:
    """Charge per unit begun in a plan year, a calendar year's rate, on its owners (technology, year)."""
    return np.asarray(_charge_item(scenario, "factor_build") / scenario["length"])


@remember
def charge_purchase(scenario: Arrays) -> Floats:
    """Charge per unit bought, on its trader (commodity, year)."""
    return _charge_item(scenario, "factor_purchase")


@remember
def charge_sale(scenario: Arrays) -> Floats:
    """Charge per unit sold, on its trader (commodity, year)."""
    return _charge_item(scenario, "factor_sale")


@remember
def find_hosts(scenario: Arrays) -> NDArray[np.intp]:
    """Place of the technology whose capacity each one uses (technology)."""
    labels = {str(label): place for place, label in enumerate(scenario[TECHNOLOGY])}
    return np.array([labels[str(host)] for host in scenario["technology_host"]], dtype=np.intp)


def charge_standing(scenario: Scenario, plan: xr.Dataset) -> Floats:
    """Charges on what stands and on what begins, a year's rate (technology, year)."""
    given = read_arrays(scenario)
    capacity, build = plan.variables["capacity"].values[find_hosts(given)], plan.variables["build"].values
    return np.asarray(charge_capacity(given) * capacity + charge_build(given) * build)


def charge_payers(scenario: Scenario, plan: xr.Dataset) -> Floats:
    """What actors pay for whole accounts, a year's rate (actor, year)."""
    given = read_arrays(scenario)
    value = plan.variables["account_value"].transpose(ACCOUNT, YEAR).values
    return np.asarray(find_payers(given).T @ (given["account_price"] * value))


def sum_charges(scenario: Scenario, plan: xr.Dataset) -> Floats:
    """What all actors together pay in charges, a year's rate (year)."""
    given = read_arrays(scenario)
    activity, purchase, sale = (
        plan.variables[name].transpose(dim, SLICE, YEAR).values.sum(axis=1)
        for name, dim in (("activity", TECHNOLOGY), ("purchase", COMMODITY), ("sale", COMMODITY))
    )
    run = (charge_activity(given) * activity).sum(axis=0) + charge_standing(given, plan).sum(axis=0)
    traded = charge_purchase(given) * purchase + charge_sale(given) * sale
    return np.asarray(run + traded.sum(axis=0) + charge_payers(given, plan).sum(axis=0))
