"""Towns solved by hand: what accounts add up to, their parts, and credits with a cap."""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, cost_of, decided, plan_of

from model.queries.no_plan import NoPlan


def test_what_is_bought_counts_by_its_factor_and_is_priced_in_its_account() -> None:
    """10 GWh of gas at 0.4 emit 2 kt besides 5 from outside; 3 MSEK/kt: 4 + 21 = 25."""
    gas = {"commodity": "gas", "demand": 10, "purchase_price": 0.4, "factor_purchase": {"co2": 0.2}}
    plan = plan_of({"commodities": [gas], "accounts": [{"account": "co2", "exogenous": 5, "account_price": 3}]})
    assert_close(plan.attrs["objective"], 25)
    assert_close(decided(plan, "account_value", "co2"), [7])


def test_what_is_sold_counts_by_its_factor() -> None:
    """2 GWh sold for 3 at most displace 0.1 kt each: 5 - 0.2 kt."""
    heat = {"commodity": "heat", "sale_price": 3, "most_sale": 2, "factor_sale": {"co2": -0.1}}
    boiler = {"technology": "boiler", "capacitated": False, "flow": {"heat": 1}}
    town = {"commodities": [heat], "technologies": [boiler], "accounts": [{"account": "co2", "exogenous": 5}]}
    assert_close(decided(plan_of(town), "account_value", "co2"), [4.8])


def test_activity_counts_as_far_as_its_share_may_be_counted() -> None:
    """10 GWh at 0.2 kt/GWh, of which half may be counted: 1 kt."""
    plant = {"technology": "plant", "capacitated": False, "flow": {"heat": 1}}
    plant |= {"factor_activity": {"co2": 0.2}, "counted_share": {"co2": 0.5}}
    town = {
        "commodities": [{"commodity": "heat", "demand": 10}],
        "technologies": [plant],
        "accounts": [{"account": "co2"}],
    }
    assert_close(decided(plan_of(town), "account_value", "co2"), [1])


def test_capacity_counts_every_year_and_building_once() -> None:
    """5 MW begun in the first of two five-year periods: 10 kt a MW built are 50 kt, 10 in each year of the period.

    Standing capacity adds 0.1 kt a MW and year, for half of the first period: 10.25 and 0.5 kt a year.
    """
    road = {"technology": "road", "buildable": True, "least_build": {2025: 1, 2030: 0}, "most_build": 1, "capex": 1}
    road |= {"factor_build": {"co2": 10}, "factor_capacity": {"co2": 0.1}}
    town = {"case": {"last_year": 2034}, "technologies": [road], "accounts": [{"account": "co2"}]}
    plan = plan_of(town, years=(2025, 2030))
    assert_close(decided(plan, "account_value", "co2"), [10.25, 0.5])


def test_an_account_takes_plain_shares_of_others() -> None:
    """All of transport's 4 kt and half of 6 imported: 7."""
    accounts: list[dict[str, Any]] = [
        {"account": "transport", "exogenous": 4},
        {"account": "imports", "exogenous": 6},
        {"account": "total", "share": {"transport": 1, "imports": 0.5}},
    ]
    assert_close(decided(plan_of({"accounts": accounts}), "account_value", "total"), [7])


def sink_town(net: dict[str, Any], cap: float, **sink: Any) -> dict[str, Any]:
    """10 kt emitted; a sink at 2 MSEK/kt may be credited against them; net emissions are capped."""
    own = {"buildable": True, "capex": 2, "factor_capacity": {"removal": 1}}
    return {
        "technologies": [{"technology": "sink", **own, **sink}],
        "accounts": [
            {"account": "gross", "exogenous": 10},
            {"account": "removal"},
            {"account": "net", "share": {"gross": 1}, **net},
        ],
        "targets": [{"target": "net", "account": "net", "year": 2025, "value": cap, "mode": "hard"}],
    }


def test_a_sink_is_built_for_what_may_be_credited() -> None:
    """7 kt net take 3 kt of sink: 6."""
    plan = plan_of(sink_town({"credit_share": {"removal": 1}}, 7))
    assert_close(plan.attrs["objective"], 6)
    assert_close(decided(plan, "credit", "net", "removal"), [3])
    assert_close(decided(plan, "account_value", "net"), [7])


def test_half_a_credit_takes_twice_the_sink() -> None:
    """3 kt of credit at a share of a half take 6 kt of sink: 12."""
    assert_close(cost_of(sink_town({"credit_share": {"removal": 0.5}}, 7)), 12)


def test_a_cap_on_credit_leaves_a_hard_target_without_a_plan() -> None:
    """No more than 2 kt may be credited: 8 kt net can be had for 4, 7 cannot at any price."""
    net = {"credit_share": {"removal": 1}, "most_credit": {"removal": 2}}
    assert_close(cost_of(sink_town(net, 8)), 4)
    with pytest.raises(NoPlan):
        plan_of(sink_town(net, 7))


def test_two_sinks_alike_are_credited_together() -> None:
    """3 kt from either of two at 2: 6."""
    town = sink_town({"credit_share": {"removal": 1}}, 7)
    town["technologies"].append({**town["technologies"][0], "technology": "other"})
    plan = plan_of(town)
    assert_close(plan.attrs["objective"], 6)
    assert_close(decided(plan, "build").sum(), 3)
