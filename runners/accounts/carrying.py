"""What each actor carries over of its frame and own money, out of years and into later ones, and reprioritises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runners.accounts.amounts import Floats, Money, find_ends, price_decided
from scenarios.arithmetic.carrying import CARRIED, level_savings, worth_later
from scenarios.arithmetic.loans import index_prices
from scenarios.arrays import read_arrays
from scenarios.terms import ACTOR, VINTAGE, YEAR

if TYPE_CHECKING:
    import xarray as xr

MOVED = {"frame": "frame_moved", "own_funds": "own_moved"}
"""The decision of the plan, by what is carried over."""
SHIFTED, REPRIORITISED = "shifted", "reprioritised"
SAVED, SAVINGS_USED, SAVINGS = "saved", "savings_used", "savings"
FRAME_ON, FRAME_IN, OWN_ON, OWN_IN = "frame_carried_on", "frame_carried_in", "own_carried_on", "own_carried_in"


def bring_own(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real own money that earlier years left (actor, year)."""
    return _follow(scenario, plan, "own_funds")[1]


def shift_planned(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real money that gives way in ordinary investment plans (actor, year), over the years of each plan year."""
    if SHIFTED not in plan:
        return np.zeros((scenario.sizes[ACTOR], scenario.sizes[YEAR]))
    return np.asarray(plan.variables[SHIFTED].transpose(ACTOR, YEAR).values)


def list_shifted(scenario: xr.Dataset, plan: xr.Dataset) -> dict[str, Money]:
    """The same a calendar year (actor, year); no number for actors of whose plan nothing may give way."""
    some = (scenario.variables["reprioritised_share"].values > 0).any(axis=1, keepdims=True)
    amount = np.where(some, shift_planned(scenario, plan), np.nan)
    return {REPRIORITISED: price_decided(scenario, amount) * (1.0 / scenario.variables["length"].values)}


def follow_savings(scenario: xr.Dataset, plan: xr.Dataset, name: str) -> Floats:
    """Real money of savings (actor, year) of a plan year: `saved`, `used`, or `savings` left by it.

    What is saved, and left of it, at the mean prices of the period; what is used at those at which it is invested.
    """
    if name not in plan:
        return np.zeros((scenario.sizes[ACTOR], scenario.sizes[YEAR]))
    return np.asarray(plan.variables[name].transpose(ACTOR, YEAR).values)


def hold_savings(scenario: xr.Dataset, plan: xr.Dataset) -> Money:
    """Savings left at the end of each plan year (actor, year), at the prices of its last calendar year as debts are."""
    kept = _price_saved(scenario, follow_savings(scenario, plan, SAVINGS)).nominal
    return Money(kept / index_prices(scenario)[find_ends(scenario)], kept)


def list_savings(scenario: xr.Dataset, plan: xr.Dataset) -> dict[str, Money]:
    """What is kept of savings and used of them a calendar year, and what is left at the year's end (actor, year).

    No number for actors who keep none.
    """
    some = np.asarray((scenario.variables["saving_share"].values > 0).any(axis=1))
    per_year = 1.0 / scenario.variables["length"].values
    found = {
        SAVED: _price_saved(scenario, follow_savings(scenario, plan, "saved")) * per_year,
        SAVINGS_USED: price_decided(scenario, follow_savings(scenario, plan, "used")) * per_year,
        SAVINGS: hold_savings(scenario, plan),
    }
    return {item: money.of(some) for item, money in found.items()}


def _price_saved(scenario: xr.Dataset, real: Floats) -> Money:
    """Real money that operation saves over a plan year (..., year), at the mean price level of its calendar years."""
    return Money(real, real * level_savings(read_arrays(scenario)))


def list_carried(scenario: xr.Dataset, plan: xr.Dataset) -> dict[str, Money]:
    """Money a calendar year of what is carried on to later years, and of what earlier ones left (actor, year).

    No number for actors who carry nothing over.
    """
    per_year = 1.0 / scenario.variables["length"].values
    found = {}
    for limit, items in (("frame", (FRAME_ON, FRAME_IN)), ("own_funds", (OWN_ON, OWN_IN))):
        carriers = (scenario[CARRIED[limit][0]].values > 0).any(axis=1, keepdims=True)
        for item, amount in zip(items, _follow(scenario, plan, limit), strict=True):
            found[item] = price_decided(scenario, np.where(carriers, amount, np.nan)) * per_year
    return found


def _follow(scenario: xr.Dataset, plan: xr.Dataset, limit: str) -> tuple[Floats, Floats]:
    """Real money that leaves each year, and that comes to it (actor, year)."""
    if MOVED[limit] not in plan:
        nothing = np.zeros((scenario.sizes[ACTOR], scenario.sizes[YEAR]))
        return nothing, nothing
    moved = plan[MOVED[limit]].transpose(ACTOR, VINTAGE, YEAR).values
    return moved.sum(axis=2), np.einsum("auy,uy->ay", moved, worth_later(read_arrays(scenario)))
