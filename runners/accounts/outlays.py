"""What is spent on building, and how much of it grants pay, by owner and year."""

from __future__ import annotations

import numpy as np
import xarray as xr

from runners.accounts.amounts import Floats
from scenarios.arrays import read_arrays
from scenarios.cash import share_grants, share_owners
from scenarios.money import begin_investments, outlay_shares, salvage_worth
from scenarios.rooms import measure_settled
from scenarios.terms import ACTOR, INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR


def spend_vintages(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real money spent in each year on what was begun in a vintage year (technology, vintage, year).

    outlay[k,v,y] (capex[k,v] build[k,v] + project_cost[k,v] begin[k,v])
    """
    begun = begin_investments(scenario, plan)
    shares = outlay_shares(scenario)
    return np.asarray(begun[:, :, None] * shares)


def grant_vintages(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real grants paid in each year for what was begun in a vintage year (instrument, technology, vintage, year).

    grant_share[i,k] outlay[k,v,y] claimed[i,k,v]
    """
    claimed = plan["claimed"].transpose(INSTRUMENT, TECHNOLOGY, VINTAGE).values
    shares = outlay_shares(scenario)
    return np.asarray(np.einsum("ik,ikv,kvy->ikvy", scenario.variables["grant_share"].values, claimed, shares))


def spend_actors(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real outlay of each actor (actor, year)."""
    return np.asarray(np.einsum("ka,kvy->ay", share_owners(scenario), spend_vintages(scenario, plan)))


def grant_actors(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real grants to each actor by instrument (instrument, actor, year): to eligible owners alone."""
    return np.asarray(np.einsum("ika,ikvy->iay", share_grants(scenario), grant_vintages(scenario, plan)))


def pay_settled(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real outlay of decided projects less their own grants (actor, year): on top of frames and own funds."""
    secured = plan["secured"].transpose(INSTRUMENT, TECHNOLOGY, VINTAGE).values
    return measure_settled(read_arrays(scenario), secured)


def draw_actors(plan: xr.Dataset) -> Floats:
    """Real money drawn (instrument, actor, year)."""
    return np.asarray(plan["draw"].transpose(INSTRUMENT, ACTOR, YEAR).values, dtype=float)


def keep_worth(scenario: xr.Dataset, plan: xr.Dataset) -> Floats:
    """Real worth left at the end of the horizon, by the salvage rule (technology): of what is not retired."""
    lost = scenario.variables["capex"].values * count_retired(plan)
    return np.asarray(((begin_investments(scenario, plan) - lost) * salvage_worth(scenario)).sum(axis=1))


def count_retired(plan: xr.Dataset) -> Floats:
    """Capacity of each vintage that is retired when the horizon ends (technology, vintage)."""
    return np.asarray(plan["retired"].transpose(TECHNOLOGY, VINTAGE, YEAR).values[:, :, -1])
