"""Between which numbers does each account lie, by what the case lets stand, run and be traded?

Bounds for the one rule that needs them: what may be credited of removals that can fall below zero. They come from
limits alone (no demand, no target), so every plan keeps them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.service import measure_alive
from scenarios.arithmetic.vintages import reach_availability
from scenarios.arrays import Arrays, remember
from scenarios.catalog import ACCOUNT, PART, TECHNOLOGY, YEAR
from scenarios.errors import Problem

Floats = NDArray[np.float64]
FACTORS = ("factor_activity", "factor_capacity", "factor_build", "factor_purchase", "factor_sale")


@remember
def find_dipping(scenario: Arrays) -> NDArray[np.bool_]:
    """Accounts of which something is credited and that can fall below zero, by the signs of their numbers (account)."""
    share = scenario["share"]
    falls = np.asarray((scenario["exogenous"] < 0).any(axis=1) | (scenario["credit_share"] > 0).any(axis=(1, 2)))
    for name in FACTORS:
        falls |= (scenario[name] < 0).any(axis=(1, 2))
    falls |= (share < 0).any(axis=(1, 2))
    part = (share > 0).any(axis=2)
    for _ in range(len(falls)):
        falls = falls | (part & falls[None, :]).any(axis=1)
    return np.asarray(falls & (scenario["credit_share"] > 0).any(axis=(0, 2)))


@remember
def bound_accounts(scenario: Arrays) -> tuple[Floats, Floats]:
    """The least and the most that each account can hold, endless where no limit says (account, year) each."""
    most = bound_decisions(scenario)
    low, high = scenario["exogenous"].copy(), scenario["exogenous"].copy()
    for name in FACTORS:
        factor = scenario[name]
        if name in FACTORS[:3]:
            factor = factor * scenario["counted_share"]
        low += _weigh(np.minimum(factor, 0.0), most[name])
        high += _weigh(np.maximum(factor, 0.0), most[name])
    own = low, high
    share, credit, cap = scenario["share"], scenario["credit_share"], scenario["most_credit"]
    up, down = np.maximum(share, 0.0), np.minimum(share, 0.0)
    for _ in range(len(low)):
        credited = np.where(credit > 0, np.minimum(multiply(credit, np.maximum(high, 0.0)[None]), cap), 0.0)
        parts_low = (multiply(up, low[None]) + multiply(down, high[None])).sum(axis=1)
        parts_high = (multiply(up, high[None]) + multiply(down, low[None])).sum(axis=1)
        low, high = own[0] + parts_low - credited.sum(axis=1), own[1] + parts_high
    return low, high


def find_unbounded_credits(scenario: Arrays) -> list[Problem]:
    """Removals that can fall below zero of which no limit says how much they can be, or may be credited."""
    low, high = bound_accounts(scenario)
    cap = np.where(scenario["credit_share"] > 0, np.minimum(scenario["most_credit"], high[None]), 0.0)
    names = [str(name) for name in scenario[ACCOUNT]]
    dipping = find_dipping(scenario)
    return [
        Problem("credit_unbounded", "parts.csv", None, "credit_share", {ACCOUNT: names[e], PART: names[f]})
        for e, f in np.argwhere((scenario["credit_share"] > 0).any(axis=2)).tolist()
        if dipping[f] and not (np.isfinite(cap[e, f]).all() and np.isfinite(low[f]).all())
    ]


def bound_decisions(scenario: Arrays) -> dict[str, Floats]:
    """The most of what each kind of factor counts, a year's rate (technology or commodity, year)."""
    length = scenario["length"]
    years = scenario[YEAR]
    opened = (scenario["earliest_start"][:, None] <= years) & (years <= scenario["latest_start"][:, None])
    buildable = scenario["technology_buildable"].astype(bool)[:, None] & opened
    build = np.where(buildable, scenario["most_build"], 0.0)
    stands = (multiply(measure_alive(scenario), (build * length)[:, :, None])).sum(axis=1) + scenario["existing"]
    capacity = np.minimum(scenario["most_capacity"], stands)
    place = {str(k): i for i, k in enumerate(scenario[TECHNOLOGY])}
    host = [place[str(k)] for k in scenario["technology_host"]]
    free = ~scenario["technology_capacitated"].astype(bool)[host][:, None]
    weight = scenario["capacity_weight"][:, None]
    used = multiply((reach_availability(scenario) * scenario["yield"])[host], capacity[host])
    ran = np.where(free | (weight == 0), np.inf, np.divide(used, weight, out=np.zeros(used.shape), where=weight > 0))
    return {
        "factor_activity": np.minimum(ran, scenario["most_activity"]),
        "factor_capacity": capacity[host],
        "factor_build": build,
        "factor_purchase": _trade(scenario, "purchase"),
        "factor_sale": _trade(scenario, "sale"),
    }


def _trade(scenario: Arrays, name: str) -> Floats:
    market = ~np.isnan(scenario[f"{name}_price"]).all(axis=1)
    return np.where(market, scenario[f"most_{name}"], 0.0)


def _weigh(factor: Floats, most: Floats) -> Floats:
    """Sum over the items of a factor (account, item, year) times the most of each."""
    return np.asarray(multiply(factor, most[None]).sum(axis=1))


def multiply(factor: Floats, amount: Floats) -> Floats:
    """A product in which nothing of something endless is nothing."""
    with np.errstate(invalid="ignore"):
        return np.where((factor == 0) | (amount == 0), 0.0, factor * amount)
