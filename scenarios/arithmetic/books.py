"""What an investment costs in the books: depreciation, what is written off of what is retired early, grants released.

The Swedish municipal way: assets stand at what was paid for them, in the money of its year, and are written off in
equal parts over their depreciation time from the start of service. What is retired early, or ends its life before that
time is over, is written off at once. Grants are income over the same time, and what is left of them when what they were
for is retired is income at once. With calendar years t, n the depreciation time, all per krona of investment begun:

    spent[k,v,t] = paid[k,v,t] price_index[t]                     paid[k,v,t] as in `scenarios.arithmetic.money`
    worn[k,v,t]  = sum_t spent |[t, t+1) n [b, b + n)| / n        0 for an endless time; all that is left in the year in
                                                                  which the life ends; the mean over spread starts
    value[k,v,t] = value[k,v,t-1] + spent[k,v,t] - worn[k,v,t]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.cash import share_grants, share_owners
from scenarios.arithmetic.loans import index_prices, list_calendar
from scenarios.arithmetic.money import begin_investments, outlay_calendar
from scenarios.arithmetic.service import find_service_start, mean_life, write_off
from scenarios.arrays import Arrays, Scenario, read_arrays, remember
from scenarios.catalog_finance import GRANT
from scenarios.terms import INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Krona:
    """The book of a krona begun, nominal (technology, start, calendar year); `value` at the year's end."""

    paid: Floats
    worn: Floats
    value: Floats


@dataclass(frozen=True)
class Charge:
    """What investments cost of a calendar year of each plan year, in money of the price year (technology, start, year).

    charge[y] = wear build + gone retired[y] - before retired[y-1]             of grants likewise, claimed and freed
    """

    wear: Floats
    gone: Floats
    before: Floats


@remember
def find_depreciation_time(scenario: Arrays) -> Floats:
    """Years over which an investment is written off (technology): as written, else its life, its mean by a curve."""
    return np.where(np.isnan(scenario["depreciation_time"]), mean_life(scenario), scenario["depreciation_time"])


@remember
def keep_krona(scenario: Arrays) -> Krona:
    """The book of a krona of each start, nothing retired."""
    paid = outlay_calendar(scenario) * index_prices(scenario)[:-1]
    since = list_calendar(scenario).astype(float) - find_service_start(scenario)[:, :, None]
    done = write_off(scenario, since, find_depreciation_time(scenario))
    worn = paid.sum(axis=2, keepdims=True) * np.diff(done, axis=2)
    return Krona(paid, worn, np.cumsum(paid - worn, axis=2))


@remember
def charge_krona(scenario: Arrays) -> Charge:
    """What a krona begun, retired and retired the year before cost in each plan year."""
    book, level = keep_krona(scenario), index_prices(scenario)[:-1]
    starts, length = find_first_years(scenario), scenario["length"]
    opening = np.concatenate([np.zeros_like(book.value[..., :1]), book.value[..., :-1]], axis=2)[..., starts]
    before = opening / level[starts] / length
    left = np.add.reduceat((book.paid - book.worn) / level, starts, axis=-1) / length
    return Charge(np.add.reduceat(book.worn / level, starts, axis=-1) / length, left + before, before)


def find_first_years(scenario: Arrays) -> NDArray[np.int64]:
    """Where each plan year begins among the calendar years (year)."""
    years = scenario[YEAR].astype(np.int64)
    return np.asarray(years - years[0])


def find_freed(scenario: Arrays) -> NDArray[np.bool_]:
    """Where the plan decides what part of a grant is released as some is retired (instrument, technology).

    Where it may be retired early and its grant comes to somebody with a least result.
    """
    asked = np.isfinite(scenario["least_result"]).any(axis=1)
    received = (share_grants(scenario)[:, :, asked] > 0).any(axis=2) & (scenario["grant_share"] > 0)
    granted = scenario["instrument_kind"] == GRANT
    return np.asarray(received & granted[:, None] & scenario["technology_retirable"].astype(bool))


def free_grants(scenario: Arrays, plan: xr.Dataset) -> Floats:
    """Of the investment that each grant counts, what is retired (instrument, technology, start, year).

    As the plan says where a least result depends on it, else in the proportion in which the start is.
    """
    claimed = plan.variables["claimed"].transpose(INSTRUMENT, TECHNOLOGY, VINTAGE).values
    retired = plan.variables["retired"].transpose(TECHNOLOGY, VINTAGE, YEAR).values
    build = plan.variables["build"].transpose(TECHNOLOGY, VINTAGE).values[:, :, None]
    share = np.clip(np.divide(retired, build, out=np.zeros_like(retired), where=build > 0), 0.0, 1.0)
    evenly = claimed[:, :, :, None] * share[None]
    if "freed" not in plan:
        return np.asarray(evenly)
    said = plan.variables["freed"].transpose(INSTRUMENT, TECHNOLOGY, VINTAGE, YEAR).values
    return np.where(find_freed(scenario)[:, :, None, None], said, evenly)


def charge_plan(scenario: Scenario, plan: xr.Dataset) -> Floats:
    """Depreciation and what is written off less grants released, of each actor, of a calendar year (actor, year)."""
    given = read_arrays(scenario)
    charge = charge_krona(given)
    retired = given["capex"][:, :, None] * plan.variables["retired"].transpose(TECHNOLOGY, VINTAGE, YEAR).values
    charged = _sum_charge(charge, begin_investments(given, plan), retired)
    worn = np.einsum("ka,kvy->ay", share_owners(given), charged)
    claimed = plan.variables["claimed"].transpose(INSTRUMENT, TECHNOLOGY, VINTAGE).values
    freed = free_grants(given, plan)
    some = np.flatnonzero(claimed.any(axis=(1, 2)) | freed.any(axis=(1, 2, 3)))
    released = _sum_charge(charge, claimed[some], freed[some])
    granted = (share_grants(given) * given["grant_share"][:, :, None])[some]
    return np.asarray(worn - np.einsum("ika,ikvy->ay", granted, released, optimize=True))


def _sum_charge(charge: Charge, begun: Floats, gone: Floats) -> Floats:
    """`wear begun + gone gone[y] - before gone[y-1]` (..., start, year)."""
    earlier = np.concatenate([np.zeros_like(gone[..., :1]), gone[..., :-1]], axis=-1)
    return np.asarray(charge.wear * begun[..., None] + charge.gone * gone - charge.before * earlier)
