"""What support by output pays: for what a technology puts out, in the years in which its vintages are supported.

A support pays so much per unit of output: activity, a commodity that is made, or an account that is added to. It pays
for starts inside its window, from the start of service for so many years, and to eligible owners for their own part.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.cash import operating_cash, share_owners
from scenarios.arithmetic.service import stand_within
from scenarios.arithmetic.windows import find_claimed, share_starts, unite
from scenarios.arrays import Arrays, Scenario, read_arrays, remember
from scenarios.catalog_finance import SUPPORT
from scenarios.terms import ACCOUNT, ACTOR, COMMODITY, INSTRUMENT, SLICE, TECHNOLOGY, YEAR

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]

SUPPORTED = "supported"
"""Pairs of support and technology for which there is a rate; also what the plan calls the activity paid for."""
SUPPORTERS = "supporters"
"""Sets of supports of one output, with the host whose vintages they pay for."""
Supporters = tuple[int, tuple[int, ...]]


@remember
def find_supports(scenario: Arrays) -> NDArray[np.bool_]:
    """Whether each instrument is a support (instrument)."""
    return np.asarray(scenario["instrument_kind"] == SUPPORT)


@remember
def list_supported(scenario: Arrays) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of support and technology of each pair with a rate in any year."""
    supports, technologies = np.nonzero((scenario["support_rate"] > 0).any(axis=2) & find_supports(scenario)[:, None])
    return supports, technologies


@remember
def list_supporters(scenario: Arrays) -> tuple[Supporters, ...]:
    """Every set of supports that pay for the same output of one host's modes: the host's place and theirs.

    What a set pays for together is bounded by the vintages that any of it supports: a unit is paid once. Supports of
    the same window and years stand together in every set.
    """
    labels = {str(label): place for place, label in enumerate(scenario[TECHNOLOGY])}
    hosts = [labels[str(host)] for host in scenario["technology_host"]]
    output = scenario["instrument_output"]
    together: dict[tuple[int, str], dict[int, Hashable]] = {}
    for i, k in zip(*list_supported(scenario), strict=True):
        kind = float(scenario["support_years"][i]), find_claimed(scenario)[i].tobytes()
        together.setdefault((hosts[k], str(output[i])), {})[int(i)] = kind
    return tuple((host, members) for (host, _), supports in together.items() for members in _list_sets(supports))


def _list_sets(supports: Mapping[int, Hashable]) -> list[tuple[int, ...]]:
    kinds: dict[Hashable, list[int]] = {}
    for i, kind in supports.items():
        kinds.setdefault(kind, []).append(i)
    return unite(kinds)


@remember
def price_support(scenario: Arrays) -> Floats:
    """What a unit of activity in a slice brings its owners, were all of them eligible (supported, slice, year).

    support_rate times the output per unit of activity: 1, max(flow, 0) or max(factor_activity, 0)
    """
    supports, technologies = list_supported(scenario)
    made = np.ones((len(supports), scenario.sizes[SLICE], scenario.sizes[YEAR]))
    commodities, accounts = (
        {str(label): place for place, label in enumerate(scenario[dim])} for dim in (COMMODITY, ACCOUNT)
    )
    for pair, (i, k) in enumerate(zip(supports, technologies, strict=True)):
        output = str(scenario["instrument_output"][i])
        if output in commodities:
            made[pair] = np.maximum(scenario["flow"][k, commodities[output]], 0.0)
        elif output in accounts:
            made[pair] = np.maximum(scenario["factor_activity"][accounts[output], k], 0.0)[None, :]
    return np.asarray(scenario["support_rate"][supports, technologies][:, None, :] * made)


@remember
def share_support(scenario: Arrays) -> Floats:
    """Part of each pair's output that each actor is paid for (supported, actor): what an eligible owner owns."""
    supports, technologies = list_supported(scenario)
    return np.asarray(scenario["eligible"][supports] * share_owners(scenario)[technologies])


@remember
def serve_supported(scenario: Arrays) -> Floats:
    """Share of a plan year in which a vintage stands and any of a set supports it (supporters, vintage, year).

    As `alive`, with service ended after support_years, of the share of the starts that lie inside a window. A start
    that lies inside several is supported for the longest of their years d_1 > d_2 > ...:

        sum_j (u_j - u_j-1) serve(d_j),    u_j the share of starts inside a window of supports of at least d_j years
    """
    sets, years = list_supporters(scenario), len(scenario[YEAR])
    served = np.zeros((len(sets), years, years))
    opened, lasting = find_claimed(scenario), scenario["support_years"]
    for place, (host, supports) in enumerate(sets):
        members, before = np.array(supports), np.zeros(years)
        for longest in sorted(set(lasting[members]), reverse=True):
            share = share_starts(scenario, opened[members[lasting[members] >= longest]].any(axis=0))[host]
            served[place] += stand_within(scenario, np.asarray(longest))[host] * (share - before)[:, None]
            before = share
    return served


def support_by_instrument(scenario: Scenario, plan: xr.Dataset) -> Floats:
    """Support to each actor by instrument and technology, a year's rate (instrument, actor, technology, year)."""
    given = read_arrays(scenario)
    paid = np.zeros(tuple(given.sizes[dim] for dim in (INSTRUMENT, ACTOR, TECHNOLOGY, YEAR)))
    supports, technologies = list_supported(given)
    if SUPPORTED in plan.variables and len(supports):
        activity = (
            plan.variables[SUPPORTED].transpose(INSTRUMENT, TECHNOLOGY, SLICE, YEAR).values[supports, technologies]
        )
        money = np.einsum("psy,psy->py", price_support(given), activity)
        paid[supports, :, technologies] = share_support(given)[:, :, None] * money[:, None, :]
    return paid


def support_cash(scenario: Scenario, plan: xr.Dataset) -> Floats:
    """Support to each actor, a year's rate in money of the price year (actor, year)."""
    if SUPPORTED not in plan.variables:
        return np.zeros((scenario.sizes[ACTOR], scenario.sizes[YEAR]))
    return np.asarray(support_by_instrument(scenario, plan).sum(axis=(0, 2)))


def running_cash(scenario: Scenario, plan: xr.Dataset) -> Floats:
    """What operation and support bring each actor, a year's rate (actor, year)."""
    return np.asarray(operating_cash(scenario, plan) + support_cash(scenario, plan))
