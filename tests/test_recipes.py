"""The recipes of docs/data-model.md, each as a town: what its rows say comes out of the plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand import assert_close, decided, plan_of

SLICES = [
    {"slice": "winter_day", "hours": 2000, "season": "winter"},
    {"slice": "winter_night", "hours": 2380, "season": "winter"},
    {"slice": "summer_day", "hours": 2000, "season": "summer"},
    {"slice": "summer_night", "hours": 2380, "season": "summer"},
]
DAYS, NIGHTS = 2000 / 4380, 2380 / 4380


def test_a_base_load_by_season_has_a_technology_for_each_season() -> None:
    """Winter wants 1 MW by night and 2 by day, summer 0.5 and 1: base runs at 1 and 0.5 MW, dear peak does the rest.

    Base gives 4.38 GWh in winter, 2.19 in summer; the peak 2 GWh and 1 GWh by day: 6.57 * 1 + 3 * 5 = 21.57.
    """
    mw = {"winter_day": 2, "winter_night": 1, "summer_day": 1, "summer_night": 0.5}
    energy = {row["slice"]: mw[row["slice"]] * row["hours"] / 1000 for row in SLICES}
    total = sum(energy.values())
    heat = {"commodity": "heat", "balance": "slice", "demand": total}
    heat |= {"profile": {s: amount / total for s, amount in energy.items()}}
    base = [
        {"technology": f"base_{season}", "capacitated": "no", "variable_cost": 1, "flow": {"heat": 1}}
        | {"profile": {f"{season}_day": DAYS, f"{season}_night": NIGHTS, f"{other}_day": 0, f"{other}_night": 0}}
        for season, other in (("winter", "summer"), ("summer", "winter"))
    ]
    peak = {"technology": "peak", "capacitated": "no", "resolution": "slice", "variable_cost": 5, "flow": {"heat": 1}}
    plan = plan_of({"slices": SLICES, "commodities": [heat], "technologies": [*base, peak]})
    assert_close(plan.attrs["objective"], 21.57)
    assert_close(decided(plan, "activity", "base_winter").sum(), 4.38)
    assert_close(decided(plan, "activity", "base_summer").sum(), 2.19)


def test_a_reserve_without_output_has_no_activity_and_still_counts() -> None:
    """1 MW of demand and a margin of 20 %: the boiler of 1 MW is 0.2 short, which a contract of 0.1 a MW covers."""
    heat = {"commodity": "heat", "balance": "slice", "demand": 8.76, "reserve_margin": 0.2}
    firm: dict[str, Any] = {"yield": 8.76, "flow": {"heat": 1}, "firm_credit": {"heat": 1}}
    boiler = {"technology": "boiler", "existing": 1, "variable_cost": 1, **firm}
    reserve = {"technology": "reserve", "buildable": "yes", "capex": 0.1, "life": 1, "most_activity": 0, **firm}
    plan = plan_of({"commodities": [heat], "technologies": [boiler, reserve]})
    assert_close(plan.attrs["objective"], 8.76 + 0.02)
    assert_close(decided(plan, "capacity", "reserve"), [0.2])
    assert_close(decided(plan, "activity", "reserve").sum(), 0)


def gas_town(pipe: float, most: float) -> dict[str, Any]:
    """Gas is bought over the year and comes through a pipe slice by slice; oil takes what it cannot."""
    slices = [{"slice": "winter", "hours": 4380}, {"slice": "summer", "hours": 4380}]
    commodities = [
        {"commodity": "gas", "purchase_price": 1, "most_purchase": most},
        {"commodity": "gas_at_hand", "balance": "slice"},
        {"commodity": "heat", "balance": "slice", "demand": 10, "profile": {"winter": 0.8, "summer": 0.2}},
    ]
    running = {"capacitated": "no", "resolution": "slice"}
    technologies = [
        {"technology": "pipe", "existing": pipe, "resolution": "slice", "yield": 8.76}
        | {"flow": {"gas": -1, "gas_at_hand": 1}},
        {"technology": "boiler", **running, "flow": {"gas_at_hand": -1, "heat": 1}},
        {"technology": "oil", **running, "variable_cost": 3, "flow": {"heat": 1}},
    ]
    return {"slices": slices, "commodities": commodities, "technologies": technologies}


@pytest.mark.parametrize(("pipe", "most", "cost"), [(10, 100, 10), (1, 100, 10 + 2 * 3.62), (10, 6, 6 + 12)])
def test_a_fuel_balanced_by_slice_and_by_year_is_two_goods_with_a_pipe(pipe: float, most: float, cost: float) -> None:
    """A pipe of 1 MW brings 4.38 of winter's 8 GWh, the other 3.62 are oil at 3; a year's 6 GWh leave 4 to oil."""
    assert_close(plan_of(gas_town(pipe, most)).attrs["objective"], cost)


def test_one_limit_over_several_modes_is_a_group_of_them() -> None:
    """A permit lets chips and oil make 6 GWh a year together; the other 4 are bought."""
    heat = {"commodity": "heat", "demand": 10}
    modes: list[dict[str, Any]] = [
        {"technology": "on_chips", "existing": 5, "yield": 8.76, "variable_cost": 1, "flow": {"heat": 1}},
        {"technology": "on_oil", "host": "on_chips", "capacitated": "no", "variable_cost": 2, "flow": {"heat": 1}},
        {"technology": "other", "capacitated": "no", "variable_cost": 9, "flow": {"heat": 1}},
    ]
    modes[1].pop("capacitated")
    permit = {"group": "permit", "unit": "GWh", "weight": {"on_chips": 1, "on_oil": 1}, "group_most_activity": 6}
    plan = plan_of({"commodities": [heat], "technologies": modes, "groups": [permit]})
    assert_close(plan.attrs["objective"], 6 * 1 + 4 * 9)


def test_growth_after_a_long_first_period_is_held_by_a_year_at_its_end() -> None:
    """Half as much again a year from 4 a year: after 2025-2034 as one period 2035 may build 4 * 1.5^11 = 346.

    With the plan years 2025, 2034 and 2035 the rate of 2034 is the one before: most_build holds it at 4, 2035 has 6.
    """
    pump = {"technology": "pump", "buildable": "yes", "capex": -1, "life": 50, "build_growth": 1.5, "build_before": 4}
    town = {
        "case": {"first_year": 2025, "last_year": 2035},
        "technologies": [pump | {"most_build": {2034: 4, 2035: 9999}}],
    }
    found = decided(plan_of(town, years=(2025, 2034, 2035)), "build", "pump")
    np.testing.assert_allclose(found[-2:], [4, 6])


def test_later_vintages_are_better_where_rows_of_flow_have_a_vintage() -> None:
    """0.333 of power for 2025, 0.25 for 2040: a pump of 2035 takes 0.2777, in 2040 as in its own year."""
    power = {"v2025": -0.333, "v2040": -0.25}
    pump = {"technology": "pump", "buildable": True, "earliest_start": 2035, "latest_start": 2035}
    town = {
        "case": {"first_year": 2035, "last_year": 2040},
        "commodities": [
            {"commodity": "heat", "demand": {2035: 1, 2040: 3}},
            {"commodity": "power", "purchase_price": 1},
        ],
        "technologies": [{**pump, "flow": {"heat": 1, "power": power}}],
    }
    each = 0.333 - (0.333 - 0.25) * 10 / 15
    assert_close(decided(plan_of(town), "purchase", "power")[0], each * np.linspace(1, 3, 6))


def test_a_plant_ages_where_rows_of_availability_have_a_vintage_and_a_year() -> None:
    """0.9 of 10 GWh in 2025, 0.5 in 2045: 0.7 in 2035, for what was built in 2025; what is built in 2045 has 0.9.

    Begun over its period half of it runs there on the mean: 4.5.
    """
    availability = {"v2025": {2025: 0.9, 2045: 0.5}, "v2045": {2045: 0.9, 2065: 0.5}}
    plant = {"technology": "plant", "buildable": True, "yield": 10, "variable_cost": 1, "availability": availability}
    town = {
        "commodities": [{"commodity": "heat", "demand": 999, "purchase_price": 2}],
        "technologies": [{**plant, "flow": {"heat": 1}, "least_build": 1, "most_build": 1}],
    }
    plan = plan_of(town, years=(2025, 2035, 2045), last_length=10, service="start")
    spread = plan_of(town, years=(2025, 2035, 2045), last_length=10)
    assert_close(decided(spread, "run", "plant")[0, 0] / 10, [4.5, 7, 5])
    assert_close(decided(plan, "run", "plant")[0, 0] / 10, [9, 7, 5])
    assert_close(decided(plan, "run", "plant")[2, 0, 2] / 10, 9)
