"""What is missed in every plan, because no measure acts on the account? It stands outside what a plan costs.

A measure acts on an account for the better where building or running something otherwise can lower it (raise it, for a
floor). What measures can only add to it is theirs to pay for; what it holds without them nobody can mend. A case that
has no measures at all has nothing to tell apart, and all that is missed is in its cost.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.pools import HARD, sum_shares
from scenarios.arithmetic.served import list_served
from scenarios.arithmetic.targets import CUMULATIVE, count_years
from scenarios.arrays import Arrays, remember
from scenarios.catalog import ACCOUNT

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
AT_LEAST = "at_least"
OF_TECHNOLOGIES = ("factor_activity", "factor_capacity", "factor_build")


@remember
def measure_unavoidable(scenario: Arrays) -> Floats:
    """How far each target that may be missed is missed in every plan (target, year); a cumulative one's whole in each.

    beyond[t,y] = max(0, standing[e,y] - cap[t,y])  where nothing decided can lower e (floors: the other way),
                                                    in a case that has measures
    """
    place = {str(name): i for i, name in enumerate(scenario[ACCOUNT])}
    account = np.array([place[str(name)] for name in scenario["target_account"]], dtype=np.intp)
    floor = scenario["target_sense"] == AT_LEAST
    counts = _find_stuck(scenario)[floor.astype(np.intp), account] & (scenario["target_mode"] != HARD)
    if not counts.any() or not scenario["technology_measure"].any():
        return np.zeros(scenario["cap"].shape)
    standing = _sum_standing(scenario)[account]
    total = (scenario["target_basis"] == CUMULATIVE)[:, None]
    amount = np.where(total, (count_years(scenario) * standing).sum(axis=1, keepdims=True), standing)
    over = np.where(floor, -1.0, 1.0)[:, None] * (amount - scenario["cap"])
    return np.asarray(np.where(counts[:, None], np.maximum(np.nan_to_num(over), 0.0), 0.0))


def hold_caps(scenario: Arrays) -> Floats:
    """What plans are held to (target, year): the cap, and what is missed whatever they do.

    cap + beyond;  cap - beyond for floors
    """
    sign = np.where(scenario["target_sense"] == AT_LEAST, -1.0, 1.0)[:, None]
    return np.asarray(scenario["cap"] + sign * measure_unavoidable(scenario))


@remember
def _sum_standing(scenario: Arrays) -> Floats:
    """What each account holds by itself (account, year): exogenous, what demand alone asks for, and its parts'."""
    served, counted = list_served(scenario), scenario["counted_share"]
    own = scenario["exogenous"].copy()
    for name in OF_TECHNOLOGIES:
        own += (scenario[name] * counted * np.nan_to_num(served[name])).sum(axis=1)
    for name in ("factor_purchase", "factor_sale"):
        own += (scenario[name] * np.nan_to_num(served[name])).sum(axis=1)
    return np.asarray(np.einsum("efy,fy->ey", sum_shares(scenario["share"]), own))


@remember
def _find_stuck(scenario: Arrays) -> Bools:
    """Accounts that no plan can lower (first) and that none can raise (second), (2, account)."""
    return np.stack([_cannot_move(scenario, sign) for sign in (1.0, -1.0)])


def _cannot_move(scenario: Arrays, sign: float) -> Bools:
    """Accounts that nothing moves against a sign: a measure that is not there yet may move them along it."""
    served = list_served(scenario)
    idle = scenario["technology_measure"].astype(bool) & ~(scenario["existing"] > 0).any(axis=1)
    stuck = np.ones(len(scenario[ACCOUNT]), dtype=bool)
    for name in OF_TECHNOLOGIES:
        factor, free = sign * scenario[name] * scenario["counted_share"], np.isnan(served[name])
        stuck &= ~((factor < 0) & free | (factor > 0) & free & ~idle[:, None]).any(axis=(1, 2))
    for name in ("factor_purchase", "factor_sale"):
        stuck &= ~((scenario[name] != 0) & np.isnan(served[name])).any(axis=(1, 2))
    if sign > 0:
        stuck &= ~(scenario["credit_share"] > 0).any(axis=(1, 2))
    share = scenario["share"]
    stuck &= ~(share < 0).any(axis=(1, 2))
    part = (share > 0).any(axis=2)
    for _ in range(len(stuck)):
        stuck = stuck & ~(part & ~stuck[None, :]).any(axis=1)
    return np.asarray(stuck)
