"""How much room do the limits of money leave the plan: ceilings, least results, frames, own funds and steps?

A limit never asks for more than doing nothing keeps. Where what stands without the plan breaks a limit by itself, or
where the outlays of the do-nothing path do, the plan has no room but what that path takes: it may not deepen the
breach, and the breach is no reason for having no plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.books import charge_plan
from scenarios.arithmetic.carrying import FRAME, OWN_FUNDS, leave_over
from scenarios.arithmetic.cash import share_grants
from scenarios.arithmetic.money import outlay_shares
from scenarios.arithmetic.projects import list_decided
from scenarios.arithmetic.standing import follow_standing
from scenarios.arrays import Arrays, Scenario, read_arrays, remember
from scenarios.catalog_finance import DEBTS
from scenarios.terms import ACTOR, INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]

REFERENCE_OUTLAY, REFERENCE_WEAR = "reference_outlay", "reference_wear"
REFERENCE_OPERATING, REFERENCE_WORTH = "reference_operating", "reference_worth"
REFERENCES: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    REFERENCE_OPERATING: ((ACTOR, YEAR), "{money}/yr", "Operating cash and support"),
    REFERENCE_OUTLAY: ((ACTOR, YEAR), "{money}/yr", "Outlay less grants"),
    REFERENCE_WEAR: ((ACTOR, YEAR), "{money}/yr", "Depreciation"),
    REFERENCE_WORTH: ((ACTOR,), "{money}", "Net present value to the actor, at its own rate,"),
}
"""What the do-nothing path earns, pays for, writes off and is worth: no numbers where there is no such path."""
DUST = 1e-6
"""Breaches below this are rounding."""


@remember
def measure_ceilings(scenario: Arrays) -> Floats:
    """Most net debt (actor, year): `min(debt_ceiling taxes_and_grants, debt_ceiling_amount)`."""
    share, taxes = scenario["debt_ceiling"], scenario["taxes_and_grants"]
    of_taxes = np.where(np.isinf(share), np.inf, np.where(np.isinf(share), 0.0, share) * taxes)
    return np.asarray(np.minimum(of_taxes, scenario["debt_ceiling_amount"]))


@remember
def measure_least_results(scenario: Arrays) -> Floats:
    """Least result of a calendar year (actor, year): `least_result taxes_and_grants`; -inf where none is asked."""
    share = scenario["least_result"]
    return np.where(np.isinf(share), -np.inf, np.where(np.isinf(share), 0.0, share) * scenario["taxes_and_grants"])


@remember
def allow_debt(scenario: Arrays) -> Floats:
    """What the plan may owe: `max(ceiling - owed without it, 0)` (actor, year)."""
    return np.maximum(measure_ceilings(scenario) - follow_standing(scenario).debt, 0.0)


@remember
def allow_loss(scenario: Arrays) -> Floats:
    """What the plan may take from the result: `max(result without it - least result, wear of doing nothing)`.

    (actor, year), a calendar year; endless where there is no do-nothing path to measure against.
    """
    spare = follow_standing(scenario).result - measure_least_results(scenario)
    allowed = np.maximum(spare, np.nan_to_num(scenario[REFERENCE_WEAR]))
    return np.where(np.isnan(scenario["reference_operating"]), np.inf, allowed)


def allow_outlay(scenario: Arrays, limit: str) -> Floats:
    """What the plan may pay beyond `frame` or `own_funds` in a plan year, since doing nothing does (actor, year).

    max(reference_outlay - L limit, 0)
    """
    beyond = np.nan_to_num(scenario[REFERENCE_OUTLAY]) - scenario[limit] * scenario["length"]
    return np.asarray(np.maximum(beyond, 0.0))


def allow_step(scenario: Arrays) -> Floats:
    """What yearly outlay may rise by from the year before: at least as doing nothing rises (actor, year)."""
    paid = np.nan_to_num(scenario[REFERENCE_OUTLAY]) / scenario["length"]
    return np.asarray(np.maximum(scenario["outlay_step"], np.diff(paid, axis=1, prepend=0.0)))


def use_limits(scenario: Scenario, plan: xr.Dataset) -> dict[str, Floats]:
    """What the do-nothing path takes of the limits (actor, year): its net outlay, and what its books charge a year.

    What is decided is on top of the limits, and so its outlay less its own grants is no part of that.
    """
    given = read_arrays(scenario)
    paid = np.asarray(plan.variables["net_outlay"].transpose(ACTOR, YEAR).values, dtype=float)
    secured = plan.variables["secured"].transpose(INSTRUMENT, TECHNOLOGY, VINTAGE).values
    return {
        REFERENCE_OUTLAY: paid - measure_settled(given, secured),
        REFERENCE_WEAR: charge_plan(given, plan),
    }


def measure_settled(scenario: Arrays, secured: Floats) -> Floats:
    """Outlay of what is decided less the grants that are secured for it (actor, year)."""
    spent, decided = outlay_shares(scenario), list_decided(scenario)
    invested = scenario["capex"] * decided + scenario["project_cost"] * (decided > 0)
    paid = np.einsum("ka,kv,kvy->ay", scenario["owned"], invested, spent)
    granted = share_grants(scenario) * scenario["grant_share"][:, :, None]
    return np.asarray(paid - np.einsum("ika,ikv,kvy->ay", granted, secured, spent, optimize=True))


def _leave_over(scenario: Arrays, limit: str) -> Floats:
    """What the do-nothing path pays a year beyond a limit and what is carried over to it (actor, year)."""
    return np.asarray(leave_over(scenario, limit, np.nan_to_num(scenario[REFERENCE_OUTLAY])) / scenario["length"])


@remember
def measure_standing_breaches(scenario: Arrays) -> dict[str, Floats]:
    """By how much each limit is broken without the plan, by its variable in `BREACHES` (actor, year).

    A ceiling counts where the actor may borrow for the plan, as the rule does, a step from the second year on, and a
    least result where there is a do-nothing path to measure against. What earlier years leave of a frame or of own
    money, and may be carried over, pays for what goes beyond it.
    """
    measured = ~np.isnan(scenario["reference_operating"])
    standing = follow_standing(scenario)
    lends = np.isin(scenario["instrument_kind"], DEBTS)[:, None]
    borrows = np.asarray(((scenario["eligible"] > 0) & lends).any(axis=0))[:, None]
    paid = np.nan_to_num(scenario[REFERENCE_OUTLAY]) / scenario["length"]
    risen = np.diff(paid, axis=1, prepend=paid[:, :1])
    beyond = {
        "over_ceiling": np.where(borrows, standing.debt - measure_ceilings(scenario), 0.0),
        "over_frame": _leave_over(scenario, FRAME),
        "over_own_funds": _leave_over(scenario, OWN_FUNDS),
        "over_step": np.where(np.arange(scenario.sizes[YEAR]) > 0, risen - scenario["outlay_step"], 0.0),
        "under_result": np.where(measured, measure_least_results(scenario) - standing.result, 0.0),
    }
    return {name: np.where(amount > DUST, amount, 0.0) for name, amount in beyond.items()}
