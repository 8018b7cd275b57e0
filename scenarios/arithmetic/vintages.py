"""Which technologies run vintage by vintage, and what differs between their vintages?

Where a flow or an availability is given by vintage, the plan decides how much each vintage runs (`run`); what no
vintage runs, the stock does. A plain quantity of such a technology is the stock's, and what a vintage has more than
the stock is its gain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.arithmetic.charges import find_hosts
from scenarios.arrays import Arrays, Scenario, read_arrays, remember
from scenarios.terms import COMMODITY, DATED, FLOWN, SLICE, TECHNOLOGY, VINTAGE, YEAR
from scenarios.vintage_rows import ANNUAL_BY_VINTAGE, AVAILABILITY_BY_VINTAGE, FLOW_BY_VINTAGE

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

RUN = "run"
"""What the plan calls the activity of a vintage (technology, vintage, slice, year)."""


def _place(scenario: Arrays, dim: str, labels: NDArray[np.str_]) -> Places:
    place = {str(label): i for i, label in enumerate(scenario[dim])}
    return np.array([place[str(label)] for label in labels], dtype=np.intp)


@remember
def list_flown(scenario: Arrays) -> tuple[Places, Places]:
    """Places of technology and commodity of each pair whose flow is given by vintage."""
    pairs = (scenario[f"{FLOWN}_{dim}"] for dim in (TECHNOLOGY, COMMODITY))
    technologies, commodities = (
        _place(scenario, dim, labels) for dim, labels in zip((TECHNOLOGY, COMMODITY), pairs, strict=True)
    )
    return technologies, commodities


@remember
def list_dated(scenario: Arrays) -> Places:
    """Places of technologies whose availability is given by vintage."""
    return _place(scenario, TECHNOLOGY, scenario[DATED])


@remember
def list_running(scenario: Arrays) -> Places:
    """Places of technologies that run vintage by vintage: all modes of hosts to which something may be added.

    Of a host at least one of whose modes has numbers by vintage.
    """
    hosts = find_hosts(scenario)
    marked = np.zeros(len(hosts), dtype=bool)
    marked[hosts[list_flown(scenario)[0]]] = True
    marked[hosts[list_dated(scenario)]] = True
    marked &= scenario["technology_buildable"].astype(bool) & scenario["technology_capacitated"].astype(bool)
    return np.flatnonzero(marked[hosts])


@remember
def gain_flow(scenario: Arrays) -> Floats:
    """What a unit of activity of a vintage makes more than one of the stock (flown, vintage, slice, year)."""
    return np.asarray(scenario[FLOW_BY_VINTAGE] - scenario["flow"][list_flown(scenario)][:, None])


@remember
def gain_taken(scenario: Arrays) -> Floats:
    """What a unit of activity of a vintage takes more than one of the stock (flown, vintage, slice, year)."""
    stock = scenario["flow"][list_flown(scenario)][:, None]
    return np.asarray(np.maximum(-scenario[FLOW_BY_VINTAGE], 0.0) - np.maximum(-stock, 0.0))


@remember
def reach_flow(scenario: Arrays) -> tuple[Floats, Floats]:
    """The least and the most flow of stock and vintages (technology, commodity, slice, year) each."""
    flow, (technologies, commodities) = scenario["flow"], list_flown(scenario)
    own = np.isin(technologies, list_running(scenario))
    if not own.any():
        return flow, flow
    least, most, pairs = flow.copy(), flow.copy(), (technologies[own], commodities[own])
    vintages = scenario[FLOW_BY_VINTAGE][own]
    least[pairs] = np.minimum(flow[pairs], vintages.min(axis=1))
    most[pairs] = np.maximum(flow[pairs], vintages.max(axis=1))
    return least, most


@remember
def date_availability(scenario: Arrays) -> tuple[Floats, Floats]:
    """Availability and annual availability of stock and vintages, of technologies that run by vintage.

    The stock stands first: (running, built, slice, year) and (running, built, year).
    """
    running, dated = list_running(scenario), list_dated(scenario)
    slots, years = (np.repeat(scenario[name][running][:, None], 1 + scenario.sizes[VINTAGE], axis=1) for name in _PLAIN)
    for place, technology in enumerate(running.tolist()):
        own = np.flatnonzero(dated == technology)
        if len(own):
            slots[place, 1:] = scenario[AVAILABILITY_BY_VINTAGE][own[0]]
            years[place, 1:] = scenario[ANNUAL_BY_VINTAGE][own[0]]
    return slots, years


_PLAIN = ("availability", "annual_availability")


@remember
def reach_availability(scenario: Arrays) -> Floats:
    """The largest part of its yearly use that any vintage gives (technology, year)."""
    most = scenario["availability"].max(axis=1) * scenario["annual_availability"]
    slots, years = date_availability(scenario)
    running = list_running(scenario)
    if len(running):
        most = most.copy()
        most[running] = (slots.max(axis=2) * years).max(axis=1)
    return np.asarray(most)


def measure_flow(scenario: Scenario, plan: xr.Dataset) -> Floats:
    """Flow per unit of activity as the vintages run in a plan (technology, commodity, slice, year)."""
    flow = read_arrays(scenario)["flow"]
    if RUN not in plan.variables:
        return flow
    some, own = measure_flown(scenario, plan)
    made = flow.copy()
    made[some] = own
    return made


def measure_flown(scenario: Scenario, plan: xr.Dataset) -> tuple[Places, Floats]:
    """Technologies whose flow hangs on which vintages run, and theirs in a plan (flown, commodity, slice, year).

    flow[k,c,s,y] + sum_v (flow[k,c,s,v,y] - flow[k,c,s,y]) run[k,v,s,y] / activity[k,s,y]
    """
    given = read_arrays(scenario)
    if RUN not in plan.variables:
        return np.empty(0, dtype=np.intp), given["flow"][:0]
    technology, commodity = list_flown(given)
    activity = plan.variables["activity"].transpose(TECHNOLOGY, SLICE, YEAR).values[technology]
    run = plan.variables[RUN].transpose(TECHNOLOGY, VINTAGE, SLICE, YEAR).values[technology]
    gained = (gain_flow(given) * run).sum(axis=1)
    some, place = np.unique(technology, return_inverse=True)
    made = given["flow"][some]
    made[place, commodity] += np.divide(gained, activity, out=np.zeros(gained.shape), where=activity > 0)
    return some, made
