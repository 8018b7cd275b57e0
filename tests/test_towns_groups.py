"""Towns solved by hand: technologies that are limited together."""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, cost_of, decided, plan_of

from model.queries.no_plan import NoPlan


def two_houses(prices: dict[str, float], group: dict[str, Any], last_year: int = 2025, **pump: Any) -> dict[str, Any]:
    """Two houses, a and b, each needs 1 GWh: bought at its own price, or saved by a pump of its own."""
    return {
        "case": {"last_year": last_year},
        "commodities": [{"commodity": house, "demand": 1, "purchase_price": price} for house, price in prices.items()],
        "technologies": [
            {"technology": f"pump {house}", "buildable": True, "flow": {house: 1}, **pump} for house in prices
        ],
        "groups": [{"group": "pumps", "weight": {"pump a": 1, "pump b": 1}, **group}],
    }


def one_house(group: dict[str, Any], gas_cost: float, wood_cost: float, demand: float = 4) -> dict[str, Any]:
    """One house that burns gas or wood; `all` is both of them."""
    both = {"gas": 1, "wood": 1}
    return {
        "commodities": [{"commodity": "heat", "demand": demand}],
        "technologies": [
            {"technology": name, "capacitated": False, "variable_cost": cost, "flow": {"heat": 1}}
            for name, cost in (("gas", gas_cost), ("wood", wood_cost))
        ],
        "groups": [{"group": "all", "weight": both}, {"group": "some", **group}],
    }


def test_a_shared_capacity_goes_where_a_unit_of_it_saves_most() -> None:
    """2.5 to share; b weighs 2 and saves 10 - 1, 4.5 a unit, a saves 4 - 1: b whole and half of a.

    1 + 0.5 + 0.5 * 4 = 3.5.
    """
    group = {"weight": {"pump a": 1, "pump b": 2}, "group_most_capacity": 2.5}
    plan = plan_of(two_houses({"a": 4, "b": 10}, group, capex=1))
    assert_close(plan.attrs["objective"], 3.5)
    assert_close(decided(plan, "capacity")[:, 0], [0.5, 1])


def test_crews_build_for_the_dearer_house_first() -> None:
    """Crews for 0.2 MW a year, 1 in five years. b costs 30 a period when bought, a 20, a pump 10.

    b first, then a: 10 + 20 + 10 = 40; a first would be 10 + 30 + 10 = 50.
    """
    town = two_houses({"a": 4, "b": 6}, {"group_most_build": 0.2}, last_year=2034, capex=10)
    plan = plan_of(town, years=(2025, 2030), service="start")
    assert_close(plan.attrs["objective"], 40)
    assert_close(decided(plan, "build"), [[0, 1], [1, 0]])


def test_crews_that_must_be_kept_busy_build_where_it_costs_least() -> None:
    """0.5 MW a year at least; a pump costs 6: house a loses 2 on each MW, house b 1: 0.5 * 6 + 4 + 0.5 * 5 = 9.5."""
    plan = plan_of(two_houses({"a": 4, "b": 5}, {"group_least_build": 0.5}, capex=6))
    assert_close(plan.attrs["objective"], 9.5)
    assert_close(decided(plan, "build")[:, 0], [0, 0.5])


def test_a_least_capacity_of_a_group_is_built_where_it_costs_least() -> None:
    """The same as a capacity: 9.5."""
    assert_close(cost_of(two_houses({"a": 4, "b": 5}, {"group_least_capacity": 0.5}, capex=6)), 9.5)


def test_a_most_activity_holds_for_the_weighted_sum() -> None:
    """Gas counts 1 and wood 0.2 (kt a GWh): at most 2 for 4 GWh, so gas 1.5 at 1 and wood 2.5 at 3: 9."""
    group = {"weight": {"gas": 1, "wood": 0.2}, "group_most_activity": 2}
    plan = plan_of(one_house(group, 1, 3))
    assert_close(plan.attrs["objective"], 9)
    assert_close(decided(plan, "activity")[:, 0, 0], [1.5, 2.5])


def test_a_least_activity_holds_for_the_sum() -> None:
    """At least 1 GWh of wood at 3, the other 3 of gas at 1: 6."""
    assert_close(cost_of(one_house({"weight": {"wood": 1}, "group_least_activity": 1}, 1, 3)), 6)


@pytest.mark.parametrize(
    ("limit", "weight", "cost"),
    [
        ({"group_most_share": 0.25}, {"gas": 1}, 1 * 1 + 3 * 3),
        ({"group_least_share": 0.5}, {"wood": 1}, 2 * 1 + 2 * 3),
    ],
)
def test_a_share_is_a_part_of_its_whole(limit: dict[str, float], weight: dict[str, float], cost: float) -> None:
    """Gas at 1 may be a quarter of 4 GWh: 1 + 9 = 10; or wood at 3 has to be half: 2 + 6 = 8."""
    assert_close(cost_of(one_house({"weight": weight, "of": "all", **limit}, 1, 3)), cost)


def test_a_group_that_must_be_larger_than_its_members_can_be_has_no_plan() -> None:
    """Each pump can be 1 MW, together they should be 3."""
    with pytest.raises(NoPlan):
        plan_of(two_houses({"a": 4, "b": 5}, {"group_least_capacity": 3}, capex=6, most_capacity=1))


def test_two_houses_alike_share_what_there_is_in_any_way() -> None:
    """1 MW for two houses that each save 4 - 1 on it: 1 + 4 = 5."""
    plan = plan_of(two_houses({"a": 4, "b": 4}, {"group_most_capacity": 1}, capex=1))
    assert_close(plan.attrs["objective"], 5)
    assert_close(decided(plan, "capacity").sum(), 1)
