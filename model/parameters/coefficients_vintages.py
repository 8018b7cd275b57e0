"""Which numbers enter the program where technologies run by vintage: use of each vintage, and its gains in flow.

Arrays have the technologies that run by vintage (`running`) or the pairs whose flow is given so (`flown`) first, then
the vintage: of use the stock before all others (`built`), of gains over the stock the vintages alone.
"""

from __future__ import annotations

import numpy as np

from model.parameters.coefficient import SLOT, Measure, find_sliced, join_year, share_hours
from scenarios.arithmetic.cash import find_taxer, price_use
from scenarios.arithmetic.charges import find_hosts
from scenarios.arithmetic.service import measure_alive
from scenarios.arithmetic.vintages import date_availability, gain_flow, gain_taken, list_flown, list_running
from scenarios.arrays import Arrays, remember
from scenarios.terms import ACTOR, COMMODITY, FLOWN, SLICE, YEAR
from scenarios.vintage_rows import FLOW_BY_VINTAGE

RUNNING, BUILT = "running", "built"
RUN_USE = (RUNNING, BUILT, SLOT, YEAR)


@remember
def measure_stands(scenario: Arrays) -> np.ndarray:
    """What stands of each vintage of a technology's host, per unit begun; of the stock all (running, built, year)."""
    hosts = find_hosts(scenario)[list_running(scenario)]
    return np.concatenate([scenario["existing"][hosts][:, None], measure_alive(scenario)[hosts]], axis=1)


@remember
def use_vintages(scenario: Arrays) -> np.ndarray:
    """`use` of `model.parameters.coefficient`, of each vintage (running, built, slot, year)."""
    slots, years = date_availability(scenario)
    units = scenario["yield"][list_running(scenario)][:, None]
    available = slots * share_hours(scenario)[:, None]
    return join_year(available * units[:, :, None], years * available.sum(axis=2) * units, axis=2)


@remember
def use_vintages_annually(scenario: Arrays) -> np.ndarray:
    """`annual_availability yield` of each vintage (running, built, year)."""
    return np.asarray(date_availability(scenario)[1] * scenario["yield"][list_running(scenario)][:, None])


def use_begun(scenario: Arrays, host: int, annual: bool = False) -> np.ndarray | None:
    """The same of the vintages of one host, (vintage, slot, year) or (vintage, year); None where it is one number."""
    place = np.flatnonzero(list_running(scenario) == host)
    used = use_vintages_annually(scenario) if annual else use_vintages(scenario)
    return used[place[0], 1:] if len(place) else None


def _measure_run_use(scenario: Arrays) -> np.ndarray:
    return np.asarray(use_vintages(scenario) * measure_stands(scenario)[:, :, None])


def _measure_run_must(scenario: Arrays) -> np.ndarray:
    """The part of it that has to be used."""
    must = scenario["must_run"][list_running(scenario)]
    mean = (must * share_hours(scenario)[:, None]).sum(axis=1)
    return np.asarray(join_year(must, mean, axis=1)[:, None] * _measure_run_use(scenario))


def _measure_run_annual(scenario: Arrays) -> np.ndarray:
    return np.asarray(use_vintages_annually(scenario) * measure_stands(scenario))


def _measure_run_peak(scenario: Arrays) -> np.ndarray:
    """Most that a slice takes of what is decided per year, of each vintage; endless where no full_load is given."""
    load = scenario["full_load"][list_running(scenario)][:, None]
    given = np.isfinite(load)
    standing = np.where(given, load, 0.0) * measure_stands(scenario)
    most = date_availability(scenario)[0] * share_hours(scenario)[:, None] * standing[:, :, None]
    return np.where(given[:, :, None], most, np.inf)


def _spread_gain(scenario: Arrays, gain: np.ndarray) -> np.ndarray:
    """A gain per unit of what is decided (flown, vintage, slice, year)."""
    technologies, _ = list_flown(scenario)
    profile = np.where(find_sliced(scenario)[:, None, None], 1.0, scenario["activity_profile"])
    return np.asarray(gain * profile[technologies][:, None])


def _measure_flow_gain(scenario: Arrays) -> np.ndarray:
    spread = _spread_gain(scenario, gain_flow(scenario))
    return join_year(spread, spread.sum(axis=2), axis=2)


def _measure_draw_gain(scenario: Arrays) -> np.ndarray:
    """Firm capacity that a vintage's use calls for more than the stock's, per unit (flown, vintage, slice, year)."""
    _, commodities = list_flown(scenario)
    call = (1.0 + scenario["reserve_margin"]) * scenario["peak_factor"]
    peak = call[commodities][:, None, None] / share_hours(scenario)[:, None]
    return np.asarray(_spread_gain(scenario, gain_taken(scenario)) * peak)


def _measure_firm_gain(scenario: Arrays) -> np.ndarray:
    """What a unit begun is credited with more than one of the stock (running host, commodity, vintage, year).

    alive[k,v,y] yield[k,y] (max over modes of firm_credit max_s(flow[k,c,v,s,y]) / capacity_weight, less the stock's)
    """
    running, hosts = list_running(scenario), find_hosts(scenario)
    weight = np.where(scenario["capacity_weight"] > 0, scenario["capacity_weight"], 1.0)
    best = np.maximum(scenario["flow"], 0.0).max(axis=2)[running][:, :, None]
    vintages = np.repeat(best, scenario.sizes[YEAR], axis=2)
    place = {k: i for i, k in enumerate(running.tolist())}
    for pair, (k, c) in enumerate(zip(*list_flown(scenario), strict=True)):
        if int(k) in place:
            vintages[place[int(k)], c] = np.maximum(scenario[FLOW_BY_VINTAGE][pair], 0.0).max(axis=1)
    credit = (scenario["firm_credit"] / weight[:, None, None])[running][:, :, None]
    output, stock = np.zeros(vintages.shape), np.zeros(best.shape)
    joined = [place[int(h)] for h in hosts[running]]
    np.maximum.at(output, joined, credit * vintages)
    np.maximum.at(stock, joined, credit * best)
    standing = measure_alive(scenario)[running] * scenario["yield"][running][:, None]
    return np.asarray((output - stock) * standing[:, None])


def _measure_cash_gain(scenario: Arrays) -> np.ndarray:
    """Cash of an actor per unit that a vintage runs, more than of the stock (actor, running, vintage, slot, year).

    owned[k,a] sum_c (tau[c] (flow_by_vintage - flow) - taxed), taxed = energy_tax[c] (max(-flow_by_vintage, 0) -
    max(-flow, 0)), which the taxer has: only pairs whose flow hangs on the vintage say anything.
    """
    running, (technologies, commodities) = list_running(scenario), list_flown(scenario)
    by_vintage = scenario[FLOW_BY_VINTAGE]
    stock = scenario["flow"][technologies, commodities][:, None]
    more = np.maximum(-by_vintage, 0.0) - np.maximum(-stock, 0.0)
    taxed = more * scenario["energy_tax"][commodities][:, None, None]
    earned = gain_flow(scenario) * price_use(scenario)[commodities][:, None] - taxed
    profile = np.where(find_sliced(scenario)[:, None, None], 1.0, scenario["activity_profile"])[running][:, None]
    paid, received = (_sum_pairs(part, technologies, running) * profile for part in (earned, taxed))
    cash = scenario["owned"].T[:, running, None, None, None] * paid[None]
    cash[np.flatnonzero(find_taxer(scenario))] += received
    return join_year(cash, cash.sum(axis=3), axis=3)


def _sum_pairs(values: np.ndarray, technologies: np.ndarray, running: np.ndarray) -> np.ndarray:
    """Values of pairs whose flow hangs on the vintage, as sums of the technologies that run by it (running, ...)."""
    places = {int(k): i for i, k in enumerate(running.tolist())}
    sums = np.zeros((len(running), *values.shape[1:]))
    for pair, k in enumerate(technologies.tolist()):
        if k in places:
            sums[places[k]] += values[pair]
    return sums


VINTAGE_MEASURES: dict[str, Measure] = {
    "run_use": Measure(RUN_USE, _measure_run_use),
    "run_must": Measure(RUN_USE, _measure_run_must),
    "run_annual": Measure((RUNNING, BUILT, YEAR), _measure_run_annual),
    "run_peak": Measure((RUNNING, BUILT, SLICE, YEAR), _measure_run_peak),
    "flow_gain": Measure((FLOWN, YEAR, SLOT, YEAR), _measure_flow_gain),
    "draw_gain": Measure((FLOWN, YEAR, SLICE, YEAR), _measure_draw_gain),
    "firm_gain": Measure((RUNNING, COMMODITY, YEAR, YEAR), _measure_firm_gain),
}
"""How each coefficient of what runs by vintage is measured, by the name that the program asks for."""
CASH_GAIN = Measure((ACTOR, RUNNING, YEAR, SLOT, YEAR), _measure_cash_gain)
