"""Which numbers of savings enter the program: shares, what doing nothing brings, and between what a year can save."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.parameters.coefficient import Measure, find_sliced
from scenarios.arithmetic.account_bounds import bound_accounts, bound_decisions, multiply
from scenarios.arithmetic.support import list_supported
from scenarios.arithmetic.vintages import list_running
from scenarios.arrays import Arrays
from scenarios.errors import Problem
from scenarios.terms import ACTOR

Cash = Mapping[str, Measure]
"""Coefficients of operating cash, by the names that the program asks for."""


def share_savings(scenario: Arrays) -> np.ndarray:
    """Kept of a krona that a calendar year saves, over the plan year (actor, year); nothing without doing nothing."""
    measured = ~np.isnan(scenario["reference_operating"])
    return np.asarray(scenario["saving_share"] * scenario["length"] * measured)


def bound_savings(scenario: Arrays, cash: Cash) -> tuple[np.ndarray, np.ndarray]:
    """The least and the most that a plan year keeps, by the case's own limits (actor, year) each; endless without."""
    low = high = cash["cash_demand"].read(scenario)
    for least, largest, amount in _list_flows(scenario, cash):
        low = low + multiply(np.minimum(least, 0.0), amount[None]).sum(axis=1)
        high = high + multiply(np.maximum(largest, 0.0), amount[None]).sum(axis=1)
    paid, ends = cash["cash_account"].read(scenario), bound_accounts(scenario)
    corners = [multiply(paid, end[None]) for end in ends]
    low, high = low + np.minimum(*corners).sum(axis=1), high + np.maximum(*corners).sum(axis=1)
    supported = bound_decisions(scenario)["factor_activity"][list_supported(scenario)[1]]
    received = cash["support_receive"].read(scenario).max(axis=2, initial=0.0)
    high = high + multiply(received, supported[:, None]).sum(axis=0)
    share, nothing = share_savings(scenario), np.nan_to_num(scenario["reference_operating"])
    return multiply(share, low - nothing), multiply(share, high - nothing)


def find_unbounded_savings(scenario: Arrays, cash: Cash) -> list[Problem]:
    """Actors who keep savings of whose operation no limit says how much it can bring or cost."""
    keeps = (scenario["saving_share"] > 0).any(axis=1)
    if not keeps.any():
        return []
    bounds = np.isfinite(bound_savings(scenario, cash)).all(axis=(0, 2))
    names = [str(name) for name in scenario[ACTOR][keeps & ~bounds]]
    return [Problem("savings_unbounded", "finances.csv", None, "saving_share", {ACTOR: name}) for name in names]


def _list_flows(scenario: Arrays, cash: Cash) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Least and most cash of an actor per unit (actor, item, year), and the most units of a plan year's rate."""
    most = bound_decisions(scenario)
    sliced, activity = find_sliced(scenario)[:, None], cash["cash_activity"].read(scenario)
    ends = [activity, activity]
    running, gain = list_running(scenario), cash["cash_gain"].read(scenario)
    if len(running):
        ends = [activity.copy(), activity.copy()]
        for end, pick in zip(ends, (np.minimum, np.maximum), strict=True):
            end[:, running] += pick.reduce(gain, axis=2, initial=0.0)
    picks = zip((np.min, np.max), ends, strict=True)
    least, largest = (np.where(sliced, pick(end[:, :, :-1], 2), end[:, :, -1]) for pick, end in picks)
    capacity, build = cash["cash_capacity"].read(scenario), cash["cash_build"].read(scenario)
    flows = [
        (least, largest, most["factor_activity"]),
        (capacity, capacity, most["factor_capacity"]),
        (build, build, most["factor_build"] * scenario["length"]),
    ]
    for name in ("purchase", "sale"):
        traded = cash[f"cash_{name}"].read(scenario)
        flows.append((traded.min(axis=2), traded.max(axis=2), most[f"factor_{name}"]))
    return flows
