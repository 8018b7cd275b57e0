"""Towns solved by hand: firm capacity that decides what is built though energy does not."""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, cost_of, decided, plan_of

from model.queries.no_plan import NoPlan

PEAK = [{"slice": "peak", "hours": 876}, {"slice": "rest", "hours": 7884}]


def peak_town(*boilers: dict[str, Any], **heat: Any) -> dict[str, Any]:
    """10 GWh of heat, half of it in a tenth of the hours; bought energy is nearly free but firm for nobody.

    The mean load of the peak is 5 GWh * 8760/876 = 50 (GWh a year), so a margin of 20 percent asks for 60 MW.
    """
    profile = {"peak": 0.5, "rest": 0.5}
    cheap = {"commodity": "heat", "balance": "slice", "demand": 10, "profile": profile, "purchase_price": 0.1}
    own = {"buildable": True, "resolution": "slice", "capex": 1, "variable_cost": 1, "flow": {"heat": 1}}
    return {
        "slices": PEAK,
        "commodities": [{**cheap, "reserve_margin": 0.2, **heat}],
        "technologies": [{**own, "firm_credit": {"heat": 1}, **boiler} for boiler in boilers],
    }


@pytest.mark.parametrize(("credit", "built"), [(1, 60), (0.5, 120)])
def test_firm_capacity_is_built_for_the_peak_and_not_used(credit: float, built: float) -> None:
    """60 MW of firm capacity at 1, twice that at half a credit; 10 GWh bought for 1."""
    plan = plan_of(peak_town({"technology": "boiler", "firm_credit": {"heat": credit}}))
    assert_close(plan.attrs["objective"], built + 1)
    assert_close(decided(plan, "build", "boiler"), [built])
    assert_close(decided(plan, "activity", "boiler").sum(), 0)


def test_a_peak_above_the_mean_of_its_slice_asks_for_more() -> None:
    """Twice the mean of the slice: 120 MW, 121."""
    assert_close(cost_of(peak_town({"technology": "boiler"}, peak_factor=2)), 121)


def test_a_unit_that_makes_more_heat_is_firm_for_more() -> None:
    """3 of heat per unit of activity and a yield of 2: 60 / 6 = 10 MW, 10 + 1."""
    assert_close(cost_of(peak_town({"technology": "boiler", "yield": 2, "flow": {"heat": 3}})), 11)


def test_no_margin_asked_no_capacity_built() -> None:
    """Without a reserve margin only the energy is bought: 1."""
    town = peak_town({"technology": "boiler"})
    del town["commodities"][0]["reserve_margin"]
    assert_close(cost_of(town), 1)


def test_what_consumes_counts_towards_the_peak() -> None:
    """10 GWh of heat by a heat pump take 5 of power: 5 MW of plant at 2, no margin, power bought at 0.1: 10.5."""
    commodities: list[dict[str, Any]] = [
        {"commodity": "heat", "demand": 10},
        {"commodity": "power", "balance": "slice", "purchase_price": 0.1, "reserve_margin": 0},
    ]
    plant = {"technology": "plant", "buildable": True, "capex": 2, "variable_cost": 1, "flow": {"power": 1}}
    pump = {"technology": "pump", "capacitated": False, "flow": {"heat": 1, "power": -0.5}}
    plan = plan_of({"commodities": commodities, "technologies": [{**plant, "firm_credit": {"power": 1}}, pump]})
    assert_close(plan.attrs["objective"], 10.5)
    assert_close(decided(plan, "build", "plant"), [5])


def test_too_little_room_for_firm_capacity_has_no_plan() -> None:
    """60 MW are asked for and 50 can stand."""
    with pytest.raises(NoPlan):
        plan_of(peak_town({"technology": "boiler", "most_capacity": 50}))


def test_two_boilers_alike_are_firm_together() -> None:
    """60 MW in any shares: 61."""
    plan = plan_of(peak_town({"technology": "left"}, {"technology": "right"}))
    assert_close(plan.attrs["objective"], 61)
    assert_close(decided(plan, "build").sum(), 60)


@pytest.mark.parametrize(
    ("mode", "cost"),
    [({}, 61), ({"flow": {"heat": 1.5}}, 41), ({"flow": {"heat": 3}, "capacity_weight": 2}, 41)],
)
def test_a_host_is_firm_once_in_the_best_of_its_modes(mode: dict[str, Any], cost: float) -> None:
    """A boiler with two modes is firm for 60 MW with 60 MW of its own; counted once a mode it was 30, 31 in all.

    1.5 of heat per unit in the other mode, or 3 where a unit takes two of capacity: 40 MW, 40 + 1.
    """
    town = peak_town({"technology": "boiler"}, {"technology": "mode", "host": "boiler", "buildable": False, **mode})
    town["technologies"][1] |= {"capex": 0}
    plan = plan_of(town)
    assert_close(plan.attrs["objective"], cost)
    assert_close(decided(plan, "build", "boiler"), [cost - 1])


def test_a_mode_is_firm_by_the_yield_of_its_host() -> None:
    """2 a unit of capacity for the host, and 3 of heat per unit in the mode that alone is credited: 60 / 6 = 10."""
    mode = {"technology": "mode", "host": "boiler", "buildable": False, "capex": 0, "flow": {"heat": 3}}
    town = peak_town({"technology": "boiler", "yield": 2, "firm_credit": {"heat": 0}}, mode)
    assert_close(cost_of(town), 11)
