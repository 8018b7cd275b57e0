"""Towns with a plan written by hand, which keeps every rule: MSEK, GWh, MW and kt throughout, discount rate 0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import town
import xarray as xr

from model.verifier.form import DECISIONS, PACES, has_periods
from model.verifier.reading import open_scene

Change = tuple[Any, ...]
"""A decision, its labels and a number, or an attribute of the plan and its value."""


def write_plan(scenario: xr.Dataset, objective: float, **decisions: Mapping[Any, float]) -> xr.Dataset:
    """A plan with the numbers given by label (one label, or several in the order of the dimensions), zero elsewhere."""
    known = {**DECISIONS, **(PACES if has_periods(open_scene(scenario)) else {})}
    coords = {dim: scenario[dim].values for dims in known.values() for dim in dims}
    shape = {name: tuple(len(coords[dim]) for dim in dims) for name, dims in known.items()}
    plan = xr.Dataset({name: (dims, np.zeros(shape[name])) for name, dims in known.items()}, coords)
    for name, numbers in decisions.items():
        for labels, number in numbers.items():
            labels = labels if isinstance(labels, tuple) else (labels,)
            plan[name].loc[dict(zip(known[name], labels, strict=False))] = number
    plan.attrs = {"objective": objective, "bound": objective, "gap": 0.0, "miss": np.nan}
    plan.attrs["digest"] = scenario.attrs["digest"]
    return plan


def heat_town() -> tuple[xr.Dataset, xr.Dataset]:
    """One MW of heat pump beside the boiler.

    A MW makes 8.76 / 2 = 4.38 GWh in each half-year. Winter asks for 7: pump 4.38, boiler 2.62; summer for 3: pump 3.
    Power 0.3 (4.38 + 3) = 2.214 a year, gas 1.25 * 2.62 = 3.275, emitting 0.2 * 3.275 = 0.655 under the cap of 1.
    Firm heat (5 + 1) 8.76 = 52.56 against a winter peak of 7 * 2 = 14.
    Cost 3 + 2.214 (0.5 + 0.6) + 2 * 3.275 * 0.4 = 8.0554.
    """
    scenario = town.scenario_of(
        {
            "case": {"first_year": 2025, "last_year": 2026},
            "slices": [{"slice": "winter", "hours": 4380}, {"slice": "summer", "hours": 4380}],
            "commodities": [
                {"commodity": "gas", "purchase_price": 0.4},
                {"commodity": "power", "purchase_price": {2025: 0.5, 2026: 0.6}},
                {
                    "commodity": "heat",
                    "balance": "slice",
                    "demand": 10,
                    "profile": {"winter": 0.7, "summer": 0.3},
                    "reserve_margin": 0,
                },
            ],
            "technologies": [
                {
                    "technology": "boiler",
                    "resolution": "slice",
                    "existing": 5,
                    "yield": 8.76,
                    "flow": {"heat": 1, "gas": -1.25},
                    "firm_credit": {"heat": 1},
                },
                {
                    "technology": "pump",
                    "resolution": "slice",
                    "buildable": "yes",
                    "capex": 3,
                    "life": 20,
                    "yield": 8.76,
                    "annual_availability": 0.9,
                    "flow": {"heat": 1, "power": -0.3},
                    "firm_credit": {"heat": 1},
                },
            ],
            "accounts": [{"account": "co2", "factor_purchase": {"gas": 0.2}}],
            "targets": [{"target": "cap", "account": "co2", "year": 2025, "value": 1, "mode": "hard"}],
        },
        salvage="none",
    )
    plan = write_plan(
        scenario,
        8.0554,
        build={("pump", 2025): 1},
        capacity={"boiler": 5, "pump": 1},
        activity={("pump", "winter"): 4.38, ("pump", "summer"): 3, ("boiler", "winter"): 2.62},
        purchase={"gas": 3.275 / 2, "power": 2.214 / 2},
        account_value={"co2": 0.655},
    )
    return scenario, plan


def store_town() -> tuple[xr.Dataset, xr.Dataset]:
    """Summer heat kept for the winter with a loss of 0.19 a year: over half a year 0.81^0.5 = 0.9 is kept.

    Winter asks for 8 and the plant makes 5, so 3 comes from 10/3 stored at the end of summer (0.9 * 10/3 = 3).
    Summer asks for 2 and the plant makes 16/3 of at most 6: 16/3 - 2 = 10/3 goes into the store, which holds 4.
    Running costs 0.3 * (5 + 16/3) = 3.1.
    """
    scenario = town.scenario_of(
        {
            "slices": [{"slice": "winter", "hours": 4380}, {"slice": "summer", "hours": 4380}],
            "commodities": [
                {
                    "commodity": "heat",
                    "storage": "year",
                    "demand": 10,
                    "profile": {"winter": 0.8, "summer": 0.2},
                    "storage_loss": 0.19,
                    "start_level": 10 / 3,
                }
            ],
            "technologies": [
                {
                    "technology": "plant",
                    "resolution": "slice",
                    "existing": 1,
                    "yield": 12,
                    "variable_cost": 0.3,
                    "flow": {"heat": 1},
                },
                {"technology": "pit", "existing": 4, "content": 1, "stores": {"heat": 1}},
            ],
        }
    )
    plan = write_plan(
        scenario,
        3.1,
        capacity={"plant": 1, "pit": 4},
        activity={("plant", "winter"): 5, ("plant", "summer"): 16 / 3},
        level={("heat", "summer"): 10 / 3},
    )
    return scenario, plan


def draw_project() -> dict[str, Any]:
    """A pipe that a sink waits for, what may be credited of the sink, and targets that share a pool."""
    pipe = {"technology": "pipe", "lead_time": 1, "least_size": 1, "most_build": 3, "capex": 4}
    sink = {"technology": "sink", "once": "yes", "unit_size": 2, "most_build": 4, "capex": 5}
    rival = {"technology": "rival", "least_size": 1, "most_build": 1}
    net = {"account": "net", "share": {"co2": 1}, "credit_share": {"removal": 1}, "most_credit": {"removal": 1.5}}
    budget = {"target": "budget", "account": "net", "basis": "cumulative", "year": 2025, "until": 2027, "value": 25}
    return {
        "case": {"first_year": 2025, "last_year": 2027},
        "technologies": [{**work, "buildable": "yes"} for work in (pipe, sink, rival)],
        "groups": [{"group": "crews", "weight": {"pipe": 1, "sink": 1}, "group_most_build": 2}],
        "logic": [
            {"rule": "after", "kind": "follows", "technology": "sink", "other": "pipe", "value": 0},
            {"rule": "permit", "kind": "requires", "technology": "sink", "other": "pipe", "value": 1},
            {"rule": "carried", "kind": "supports", "technology": "sink", "other": "pipe", "value": 2},
            {"rule": "one", "kind": "excludes", "technology": "sink", "other": "rival"},
        ],
        "accounts": [
            {"account": "co2", "exogenous": 10},
            {"account": "removal", "factor_capacity": {"sink": 1}},
            net,
            {"account": "whole", "exogenous": 1, "share": {"net": 1}},
        ],
        "targets": [
            {"target": "cap", "account": "net", "year": 2026, "value": 8, "pool": "co2e"},
            {"target": "all", "account": "whole", "year": 2026, "value": 8.75, "pool": "co2e"},
            budget,
        ],
    }


def project_town(mode: str = "priced") -> tuple[xr.Dataset, xr.Dataset]:
    """A sink of one unit of 2 after its pipe: who waits, what is credited, and what a miss costs.

    The pipe begins in 2025 and serves from 2026, when the sink may begin: it removes 2 a year from 2026 on, of which
    1.5 may be credited. Net is 10, 8.5, 8.5 = 27. The cap of 8 from 2026 is missed by 0.5 a year; the whole, 1 more, is
    9.5 and misses 8.75 by 0.75, in one pool with it: 0.75 a year. The budget of 25 is missed by 2, paid apart:
    7 (0.75 + 0.75 + 2) = 24.5. Capital 4 * 1 + 5 * 2 = 14, in all 38.5.
    Where the targets are only to be met as nearly as can be, the miss is 24.5 and the cost 14.
    """
    scenario = town.scenario_of(draw_project(), salvage="none", target_mode=mode)
    years = (2026, 2027)
    plan = write_plan(
        scenario,
        38.5 if mode == "priced" else 14.0,
        build={("pipe", 2025): 1, ("sink", 2026): 2},
        begin={("pipe", 2025): 1, ("sink", 2026): 1},
        units={("sink", 2026): 1},
        ever={"sink": 1},
        capacity={("pipe", 2026): 1, ("pipe", 2027): 1, ("sink", 2026): 2, ("sink", 2027): 2},
        account_value={"co2": 10, ("net", 2025): 10, ("whole", 2025): 11}
        | {("removal", y): 2 for y in years}
        | {("net", y): 8.5 for y in years}
        | {("whole", y): 9.5 for y in years},
        credit={("net", "removal", y): 1.5 for y in years},
        excess={("cap", y): 0.5 for y in years} | {("all", y): 0.75 for y in years},
        missed={("cap", y): 0.5 for y in years} | {("all", y): 0.75 for y in years},
        excess_total={"budget": 2},
    )
    if mode == "nearest":
        plan.attrs["miss"] = 24.5
    return scenario, plan


def draw_traffic() -> dict[str, Any]:
    """Cars and buses, each limit of which is what the plan of `traffic_town` comes to."""
    bus = {
        "technology": "bus",
        "buildable": "yes",
        "retirable": "yes",
        "capex": 1,
        "must_run": 1,
        "flow": {"travel": 1, "power": -1, "tyres": 1},
        "most_build": 2,
        "least_build": 2,
        "most_capacity": 3,
        "build_growth": 1,
        "build_before": 2,
        "activity_growth": 1,
        "activity_seed": 1,
        "activity_before": 1,
        "most_activity": 3,
        "least_activity": 2,
    }
    wheels = {
        "group": "wheels",
        "weight": {"car": 1, "bus": 1},
        "group_most_capacity": 10,
        "group_least_capacity": 9,
        "group_most_build": 2,
        "group_most_activity": 10,
        "group_least_activity": 9,
    }
    buses = {
        "group": "buses",
        "of": "wheels",
        "weight": {"bus": 1},
        "group_least_build": 2,
        "group_build_growth": 1,
        "group_build_before": 2,
        "group_activity_growth": 1,
        "group_activity_seed": 1,
        "group_activity_before": 1,
        "group_most_share": 1 / 3,
        "group_least_share": 0.2,
    }
    return {
        "case": {"first_year": 2025, "last_year": 2026},
        "commodities": [
            {"commodity": "travel", "demand": {2025: 10, 2026: 9}},
            {"commodity": "power", "purchase_price": 0.5, "most_purchase": 3, "least_purchase": 2},
            {"commodity": "tyres", "sale_price": 0.1, "most_sale": 3},
        ],
        "technologies": [
            {"technology": "car", "retirable": "yes", "existing": 8, "least_capacity": 6, "flow": {"travel": 1}},
            bus,
        ],
        "groups": [wheels, buses],
    }


def traffic_town() -> tuple[xr.Dataset, xr.Dataset]:
    """Buses take over from cars at exactly the speed that every limit allows.

    2 buses begin each year and serve at once; one of the first is retired in 2026: capacity 2, then 2 + 2 - 1 = 3.
    Of 8 cars a quarter is scrapped in 2026: 6 stay. All run fully: 8 + 2 = 10, then 6 + 3 = 9. A bus takes one unit of
    power at 0.5 and leaves one of tyres, sold at 0.1: (0.5 - 0.1) (2 + 3) = 2, capital 4, in all 6.
    """
    scenario = town.scenario_of(draw_traffic(), salvage="none")
    plan = write_plan(
        scenario,
        6.0,
        build={"bus": 2},
        retired={("bus", 2025, 2026): 1},
        scrapped={("car", 2026): 0.25},
        capacity={("car", 2025): 8, ("car", 2026): 6, ("bus", 2025): 2, ("bus", 2026): 3},
        activity={
            ("car", "all", 2025): 8,
            ("car", "all", 2026): 6,
            ("bus", "all", 2025): 2,
            ("bus", "all", 2026): 3,
        },
        purchase={("power", "all", 2025): 2, ("power", "all", 2026): 3},
        sale={("tyres", "all", 2025): 2, ("tyres", "all", 2026): 3},
    )
    return scenario, plan


TOWNS: Mapping[str, Callable[[], tuple[xr.Dataset, xr.Dataset]]] = {
    "heat": heat_town,
    "store": store_town,
    "project": project_town,
    "nearest": lambda: project_town("nearest"),
    "traffic": traffic_town,
}


@cache
def found_town(name: str) -> tuple[xr.Dataset, xr.Dataset]:
    return TOWNS[name]()


def change_plan(plan: xr.Dataset, changes: tuple[Change, ...]) -> xr.Dataset:
    """The plan with other numbers: (decision, label, ..., number) each, or (attribute, value)."""
    changed = plan.copy(deep=True)
    for name, *labels, number in changes:
        if name in DECISIONS:
            changed[name].loc[dict(zip(DECISIONS[name], labels, strict=False))] = number
        else:
            changed.attrs[name] = number
    return changed
