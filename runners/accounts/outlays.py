"""What is spent on building, and how much of it grants pay, by owner and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runners.accounts.amounts import Floats, gather_years
from scenarios.arithmetic.cash import share_grants, share_owners
from scenarios.arithmetic.money import begin_investments, outlay_calendar, salvage_worth
from scenarios.arithmetic.rooms import measure_settled
from scenarios.arrays import read_arrays, remember_of_plan
from scenarios.terms import ACTOR, INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR

if TYPE_CHECKING:
    import xarray as xr


@remember_of_plan
def spend_calendar(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real money spent in each calendar year on what was begun in a vintage year (technology, vintage, calendar).

    paid[k,v,t] (capex[k,v] build[k,v] + project_cost[k,v] begin[k,v])
    """
    begun = begin_investments(scenario, plan)
    paid = outlay_calendar(scenario)
    return np.asarray(begun[:, :, None] * paid)


@remember_of_plan
def spend_vintages(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """The same in each plan year (technology, vintage, year)."""
    return gather_years(scenario, spend_calendar(scenario, plan))


@remember_of_plan
def grant_calendar(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real grants in each calendar year for what was begun in a vintage (instrument, technology, vintage, calendar).

    grant_share[i,k] paid[k,v,t] claimed[i,k,v]
    """
    claimed = plan.variables["claimed"].transpose(INSTRUMENT, TECHNOLOGY, VINTAGE).values
    paid = outlay_calendar(scenario)
    return np.asarray(np.einsum("ik,ikv,kvt->ikvt", scenario.variables["grant_share"].values, claimed, paid))


@remember_of_plan
def pay_actors(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real outlay of each actor in each calendar year (actor, calendar)."""
    return np.asarray(np.einsum("ka,kvt->at", share_owners(scenario), spend_calendar(scenario, plan)))


@remember_of_plan
def receive_actors(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real grants to each actor by instrument in each calendar year (instrument, actor, calendar)."""
    return np.asarray(np.einsum("ika,ikvt->iat", share_grants(scenario), grant_calendar(scenario, plan)))


@remember_of_plan
def spend_actors(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real outlay of each actor (actor, year)."""
    return np.asarray(np.einsum("ka,kvy->ay", share_owners(scenario), spend_vintages(scenario, plan)))


@remember_of_plan
def grant_actors(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real grants to each actor by instrument (instrument, actor, year): to eligible owners alone."""
    granted = gather_years(scenario, grant_calendar(scenario, plan))
    return np.asarray(np.einsum("ika,ikvy->iay", share_grants(scenario), granted))


def pay_settled(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real outlay of decided projects less their own grants (actor, year): on top of frames and own funds."""
    secured = plan.variables["secured"].transpose(INSTRUMENT, TECHNOLOGY, VINTAGE).values
    return measure_settled(read_arrays(scenario), secured)


def draw_actors(plan: xr.Dataset) -> Floats:
    """Real money drawn (instrument, actor, year)."""
    return np.asarray(plan.variables["draw"].transpose(INSTRUMENT, ACTOR, YEAR).values, dtype=float)


@remember_of_plan
def keep_worth(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real worth left at the end of the horizon, by the salvage rule (technology): of what is not retired."""
    lost = scenario.variables["capex"].values * count_retired(plan)
    return np.asarray(((begin_investments(scenario, plan) - lost) * salvage_worth(scenario)).sum(axis=1))


def count_retired(plan: xr.Dataset) -> Floats:
    """Capacity of each vintage that is retired when the horizon ends (technology, vintage)."""
    return np.asarray(plan.variables["retired"].transpose(TECHNOLOGY, VINTAGE, YEAR).values[:, :, -1])
