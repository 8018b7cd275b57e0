"""Towns solved by hand: balances per slice and per year, surplus, trade."""

from __future__ import annotations

from typing import Any

import pytest
from hand import HALVES, assert_close, cost_of, decided, plan_of

from model.queries.no_plan import NoPlan


@pytest.mark.parametrize(("balance", "cost"), [("year", 0), ("slice", 5)])
def test_summer_heat_serves_winter_only_where_the_year_is_balanced(balance: str, cost: float) -> None:
    """4 MW of sun make 2 GWh in summer, all that the year needs; in slices winter's 1 GWh is bought for 5."""
    heat = {"commodity": "heat", "demand": 2, "balance": balance, "surplus": True, "purchase_price": 5}
    sun = {
        "technology": "sun",
        "existing": 4,
        "resolution": "slice",
        "availability": {"winter": 0},
        "flow": {"heat": 1},
    }
    assert_close(cost_of({"slices": HALVES, "commodities": [heat], "technologies": [sun]}), cost)


@pytest.mark.parametrize(("surplus", "cost"), [(False, 6), (True, 2)])
def test_heat_that_may_not_be_thrown_away_limits_cogeneration(surplus: bool, cost: float) -> None:
    """Power and heat come one to one at 1; 1 GWh of heat and 2 of power are needed, power costs 5.

    Without surplus heat 1 + 5 = 6; with it 2 GWh are made for 2.
    """
    commodities = [
        {"commodity": "heat", "demand": 1, "surplus": surplus},
        {"commodity": "power", "demand": 2, "purchase_price": 5},
    ]
    plant = {"technology": "plant", "capacitated": False, "variable_cost": 1, "flow": {"heat": 1, "power": 1}}
    assert_close(cost_of({"commodities": commodities, "technologies": [plant]}), cost)


def test_what_is_sold_is_made_besides_what_is_needed() -> None:
    """1 GWh needed and at most 2 sold at 3, made at 1: 3 - 6 = -3."""
    heat = {"commodity": "heat", "demand": 1, "sale_price": 3, "most_sale": 2}
    boiler = {"technology": "boiler", "capacitated": False, "variable_cost": 1, "flow": {"heat": 1}}
    plan = plan_of({"commodities": [heat], "technologies": [boiler]})
    assert_close(plan.attrs["objective"], -3)
    assert_close(decided(plan, "sale", "heat"), [[2]])


def test_a_commodity_balanced_over_the_year_is_bought_at_the_mean_price() -> None:
    """A quarter of the hours at 10, the rest at 2: 4 MSEK/GWh, 12 for 3 GWh; the purchase is shown by hours."""
    slices = [{"slice": "winter", "hours": 2190}, {"slice": "summer", "hours": 6570}]
    heat = {"commodity": "heat", "demand": 3, "purchase_price": {"winter": 10, "summer": 2}}
    plan = plan_of({"slices": slices, "commodities": [heat]})
    assert_close(plan.attrs["objective"], 12)
    assert_close(decided(plan, "purchase", "heat")[:, 0], [0.75, 2.25])


def test_flows_that_differ_by_slice_serve_each_slice_by_its_own() -> None:
    """A heat pump makes 2 in winter, 4 in summer: 4 GWh in each half need 2 and 1 of activity, at 1: 3."""
    heat = {"commodity": "heat", "demand": 8, "balance": "slice"}
    flow = {"heat": {"winter": 2, "summer": 4}}
    pump = {"technology": "pump", "capacitated": False, "resolution": "slice", "variable_cost": 1, "flow": flow}
    plan = plan_of({"slices": HALVES, "commodities": [heat], "technologies": [pump]})
    assert_close(plan.attrs["objective"], 3)
    assert_close(decided(plan, "activity", "pump")[:, 0], [2, 1])


def test_flows_that_differ_by_slice_count_by_the_profile_over_a_year() -> None:
    """A quarter of the activity makes 2, the rest 4: 3.5 on the mean, so 7 GWh need 2 of activity."""
    flow = {"heat": {"winter": 2, "summer": 4}}
    profile = {"winter": 0.25, "summer": 0.75}
    pump = {"technology": "pump", "capacitated": False, "variable_cost": 1, "flow": flow, "profile": profile}
    town = {"slices": HALVES, "commodities": [{"commodity": "heat", "demand": 7}], "technologies": [pump]}
    assert_close(cost_of(town), 2)


def test_a_chain_buys_what_its_first_link_consumes() -> None:
    """10 GWh of heat take 12.5 of gas at 0.4: 5."""
    commodities: list[dict[str, Any]] = [
        {"commodity": "gas", "purchase_price": 0.4},
        {"commodity": "heat", "demand": 10},
    ]
    boiler = {"technology": "boiler", "capacitated": False, "flow": {"heat": 1, "gas": -1.25}}
    plan = plan_of({"commodities": commodities, "technologies": [boiler]})
    assert_close(plan.attrs["objective"], 5)
    assert_close(decided(plan, "purchase", "gas"), [[12.5]])


def test_a_demand_that_nothing_can_meet_has_no_plan() -> None:
    """0.5 MW make 0.5 GWh of the 1 that is needed, and there is no market."""
    boiler = {"technology": "boiler", "existing": 0.5, "flow": {"heat": 1}}
    with pytest.raises(NoPlan):
        plan_of({"commodities": [{"commodity": "heat", "demand": 1}], "technologies": [boiler]})


def test_making_and_buying_at_one_price_cost_the_same() -> None:
    """2 GWh at 3 from either: 6; bought and made they are 2."""
    boiler = {"technology": "boiler", "capacitated": False, "variable_cost": 3, "flow": {"heat": 1}}
    heat = {"commodity": "heat", "demand": 2, "purchase_price": 3}
    plan = plan_of({"commodities": [heat], "technologies": [boiler]})
    assert_close(plan.attrs["objective"], 6)
    assert_close(decided(plan, "purchase").sum() + decided(plan, "activity").sum(), 2)
