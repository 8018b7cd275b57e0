"""Towns solved by hand: targets that are hard, priced or to be met as nearly as can be, in a year and over many.

A town would emit 10 kt a year; each unit of the measure that abates takes 1 kt of them away every year it stands.
"""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, cost_of, decided, plan_of

from model.queries.no_plan import NoPlan


def emitting_town(abate: dict[str, Any], *targets: dict[str, Any], last_year: int = 2025, **co2: Any) -> dict[str, Any]:
    return {
        "case": {"last_year": last_year},
        "commodities": [{"commodity": "tonnes", "unit": "kt", "demand": 10}],
        "technologies": [
            {"technology": "emit", "capacitated": False, "flow": {"tonnes": 1}, "factor_activity": {"co2": 1}},
            {"technology": "abate", "buildable": True, "flow": {"tonnes": 1}, **abate},
        ],
        "accounts": [{"account": "co2", **co2}],
        "targets": [{"target": f"cap {row['year']}", "account": "co2", "mode": "hard", **row} for row in targets],
    }


def test_a_hard_cap_is_met_and_its_shadow_price_is_the_last_tonne() -> None:
    """6 kt abated at 2: 12; one kt more of cap would save 2."""
    plan = plan_of(emitting_town({"capex": 2}, {"year": 2025, "value": 4}))
    assert_close(plan.attrs["objective"], 12)
    assert_close(decided(plan, "account_value", "co2"), [4])
    assert_close(decided(plan, "shadow_price", "cap 2025"), [2])


@pytest.mark.parametrize(("price", "cost", "excess"), [(7, 7, 1), (8, 7.5, 0)])
def test_the_last_tonne_is_bought_only_below_the_price_of_missing_it(price: float, cost: float, excess: float) -> None:
    """The last kt costs 7.5: at 7 MSEK/kt it is missed and paid for, at 8 it is abated."""
    target = {"year": 2025, "value": 9, "mode": "priced", "price": price}
    plan = plan_of(emitting_town({"capex": 7.5}, target))
    assert_close(plan.attrs["objective"], cost)
    assert_close(decided(plan, "excess", "cap 2025"), [excess])


def test_a_price_left_out_is_the_official_value_of_a_tonne() -> None:
    """ASEK's 7 MSEK/kt: one kt missed."""
    assert_close(cost_of(emitting_town({"capex": 7.5}, {"year": 2025, "value": 9, "mode": "priced"})), 7)


def test_a_price_of_excess_counts_each_year_of_a_period() -> None:
    """One kt missed for five years at 7: 35."""
    target = {"year": 2025, "value": 9, "mode": "priced"}
    assert_close(cost_of(emitting_town({"capex": 40}, target, last_year=2029), years=(2025,), last_length=5), 35)


def test_a_target_is_met_as_nearly_as_can_be_at_the_least_cost() -> None:
    """A cap of 4, and 3 kt can be abated, at 2: 3 kt are missed, 6 is paid; the miss is 3 at a weight of 1.

    The least cost is sought with a miss no larger than a millionth above the least, so it may be that much lower.
    """
    target = {"year": 2025, "value": 4, "mode": "nearest", "price": 1}
    plan = plan_of(emitting_town({"capex": 2, "most_capacity": 3}, target))
    assert plan.attrs["miss"] == pytest.approx(3, abs=1e-5)
    assert plan.attrs["objective"] == pytest.approx(6, abs=1e-4)
    assert decided(plan, "excess", "cap 2025") == pytest.approx([3], abs=1e-4)


def test_of_two_targets_the_heavier_is_come_nearest_to() -> None:
    """1 unit of one of two measures: what misses the cap by a kt of a weight 2 is closed before the weight 1.

    Each account misses 1 kt; closing the heavier leaves 1 * 1, though its measure costs 5 and the other 1.
    """
    measures = [
        {"technology": name, "buildable": True, "capex": capex, "factor_capacity": {account: -1}}
        for name, capex, account in (("light measure", 1, "light"), ("heavy measure", 5, "heavy"))
    ]
    group = {"group": "crew", "weight": {"light measure": 1, "heavy measure": 1}, "group_most_build": 1}
    targets = [
        {"target": name, "account": name, "year": 2025, "value": 9, "mode": "nearest", "price": price}
        for name, price in (("light", 1), ("heavy", 2))
    ]
    accounts = [{"account": name, "exogenous": 10} for name in ("light", "heavy")]
    plan = plan_of({"technologies": measures, "groups": [group], "accounts": accounts, "targets": targets})
    assert plan.attrs["miss"] == pytest.approx(1, abs=1e-5)
    assert plan.attrs["objective"] == pytest.approx(5, abs=1e-4)


def test_a_budget_over_years_is_met_by_abating_early() -> None:
    """25 kt over three years of 10: 5/3 units from 2025 on, at 2: 10/3. Later ones save less each."""
    plan = plan_of(emitting_town({"capex": 2}, {"year": 2025, "value": 25, "basis": "cumulative"}, last_year=2027))
    assert_close(plan.attrs["objective"], 10 / 3)
    assert_close(decided(plan, "build", "abate"), [5 / 3, 0, 0])


def test_a_budget_counts_every_year_of_a_period() -> None:
    """95 kt over two periods of five years of 10: 5 kt saved by half a unit over ten years, at 2: 1."""
    budget = {"year": 2025, "value": 95, "basis": "cumulative"}
    assert_close(cost_of(emitting_town({"capex": 2}, budget, last_year=2034), years=(2025, 2030), service="start"), 1)


def test_a_budget_missed_is_paid_once_for_its_whole_span() -> None:
    """25 kt allowed of 30 and abatement too dear: 5 kt at 7, 35."""
    budget = {"year": 2025, "value": 25, "basis": "cumulative", "mode": "priced"}
    plan = plan_of(emitting_town({"capex": 50}, budget, last_year=2027))
    assert_close(plan.attrs["objective"], 35)
    assert_close(decided(plan, "excess_total", "cap 2025"), 5)


@pytest.mark.parametrize(
    ("how", "abated"), [({}, [2, 2, 6]), ({"path": "line"}, [2, 4, 6]), ({"until": "only"}, [2, 0, 6])]
)
def test_between_targets_the_cap_is_a_step_a_line_or_none(how: dict[str, str], abated: list[float]) -> None:
    """At most 8 kt in 2025 and 4 in 2027, by measures that last a year: in 2026 the cap is 8, 6 or none."""
    first, last = {"year": 2025, "value": 8, **how}, {"year": 2027, "value": 4}
    plan = plan_of(emitting_town({"capex": 1, "life": 1}, first, last, last_year=2027))
    assert_close(plan.attrs["objective"], sum(abated))
    assert_close(decided(plan, "build", "abate"), abated)


def test_a_target_until_a_year_ends_with_it() -> None:
    """8 kt in 2025 and 2026, nothing said of 2027: 2 + 2."""
    target = {"year": 2025, "until": 2026, "value": 8}
    assert_close(cost_of(emitting_town({"capex": 1, "life": 1}, target, last_year=2027)), 4)


@pytest.mark.parametrize(("basis", "value"), [("reduction", 65), ("share", 35)])
def test_percents_refer_to_the_inventory_of_their_base_year(basis: str, value: float) -> None:
    """65 percent below, or 35 percent of, 20 kt in 2010 are 7 kt: 3 abated at 2."""
    target = {"year": 2025, "basis": basis, "value": value, "base_year": 2010}
    assert_close(cost_of(emitting_town({"capex": 2}, target, inventory={2010: 20})), 6)


def pooled_town(abate: dict[str, dict[str, Any]], targets: list[dict[str, Any]], **tables: Any) -> dict[str, Any]:
    """Cars and farms let out 10 kt a year each; the total is both; one measure of each takes away what it is built for.

    `abate` says of the measure of an account what it costs and how much of it there is.
    """
    measures = [
        {"technology": name, "buildable": True, "measure": True, "factor_capacity": {name: -1}, **about}
        for name, about in abate.items()
    ]
    return {
        "technologies": measures,
        "accounts": [
            {"account": "cars", "exogenous": 10},
            {"account": "farms", "exogenous": 10},
            {"account": "total", "share": {"cars": 1, "farms": 1}},
        ],
        "targets": [
            {"target": row["account"], "year": 2025, "mode": "priced", "pool": "one", **row} for row in targets
        ],
        **tables,
    }


DEAR = {"cars": {"capex": 1000}, "farms": {"capex": 1000}}


@pytest.mark.parametrize(("pool", "cost"), [("one", 28), ("", 42)])
def test_a_unit_missed_by_a_sector_and_its_total_counts_once_in_one_pool(pool: str, cost: float) -> None:
    """Cars miss 2 kt and the total 4: 4 * 7 in one pool, 6 * 7 apart."""
    targets = [{"account": "cars", "value": 8, "pool": pool}, {"account": "total", "value": 16, "pool": pool}]
    plan = plan_of(pooled_town(DEAR, targets))
    assert_close(plan.attrs["objective"], cost)
    assert_close(decided(plan, "missed", "total"), [4])


def test_two_sectors_of_a_pool_miss_different_units_and_add_up() -> None:
    """Cars miss 3 kt and farms 2, the total 4: 5 kt are missed, 5 * 7. The largest miss alone would be 4 * 7 = 28."""
    targets = [{"account": name, "value": value} for name, value in (("cars", 7), ("farms", 8), ("total", 16))]
    plan = plan_of(pooled_town(DEAR, targets))
    assert_close(plan.attrs["objective"], 35)
    assert_close([decided(plan, "missed", name)[0] for name in ("cars", "farms", "total")], [3, 2, 5])


def test_of_targets_one_within_the_other_each_unit_counts_once_at_every_step() -> None:
    """Cars, the roads they are all of, the total: 5, 3 and 8 kt missed are 8 units; with farms' 4 they are 9."""
    targets = [{"account": name, "value": value} for name, value in (("cars", 5), ("roads", 7), ("total", 12))]
    town = pooled_town(DEAR, targets)
    town["accounts"][2]["share"] = {"roads": 1, "farms": 1}
    town["accounts"].append({"account": "roads", "share": {"cars": 1}})
    assert_close(cost_of(town), 8 * 7)
    town["targets"].append({**town["targets"][0], "target": "farms", "account": "farms", "value": 6})
    assert_close(cost_of(town), 9 * 7)


def test_what_two_targets_both_want_is_worth_no_more_than_one_unit() -> None:
    """Cars and total miss 8 and 9 kt: a measure at 8 a kt is not bought in one pool at 7, but where they are apart."""
    targets = [{"account": "cars", "value": 2}, {"account": "total", "value": 11}]
    town = pooled_town({"cars": {"capex": 8, "most_capacity": 1}}, targets)
    assert_close(cost_of(town), 9 * 7)
    apart = pooled_town({"cars": {"capex": 8, "most_capacity": 1}}, [{**row, "pool": ""} for row in targets])
    assert_close(decided(plan_of(apart), "build", "cars"), [1])


@pytest.mark.parametrize(("cap", "net"), [(20, 12), (10, 12), (0, 12)])
def test_a_tighter_total_makes_nothing_else_worse(cap: float, net: float) -> None:
    """A sink of 8 kt at 1 is bought for the net target whatever the total is asked: 20 - 8 = 12.

    In one pool that paid the largest miss alone, a total missed by 20 (cap 0) covered the net's 12: no sink at all.
    """
    town = pooled_town(DEAR, [{"account": "total", "value": cap, "pool": ""}])
    sink = {"technology": "sink", "buildable": True, "capex": 1, "most_capacity": 8, "factor_capacity": {"taken": 1}}
    town["technologies"].append(sink)
    town["accounts"] += [{"account": "taken"}, {"account": "net", "share": {"total": 1}, "credit_share": {"taken": 1}}]
    town["targets"].append({"target": "net", "account": "net", "year": 2025, "value": 0, "mode": "priced"})
    plan = plan_of(town)
    assert_close(decided(plan, "account_value", "net"), [net])
    assert_close(plan.attrs["objective"], 8 + 7 * 12 + 7 * (20 - cap))


@pytest.mark.parametrize("neighbour", [False, True])
def test_a_budget_costs_the_same_whatever_its_neighbours(neighbour: bool) -> None:
    """Ten years of 10 kt, 90 allowed: 10 kt missed at 1 MSEK/kt times the mean of 1.1^-(i + 1/2), i < 10: 6.444.

    A yearly target that never binds once let it be paid where it is cheapest, in the last year: 10 * 1.1^-9.5 = 4.044.
    """
    budget = {"target": "budget", "account": "co2", "year": 2025, "basis": "cumulative", "value": 90, "price": 1}
    yearly = {"target": "never", "account": "co2", "year": 2025, "value": 1000, "price": 1}
    targets = [{**budget, "mode": "priced"}, *([{**yearly, "mode": "priced"}] if neighbour else [])]
    town = emitting_town({"capex": 1000}, *targets, last_year=2034)
    for pool in ("", "climate"):
        town["case"]["discount_rate"] = 0.1
        town["targets"] = [{**row, "pool": pool} for row in town["targets"]]
        cost = 10 * sum(1.1 ** -(i + 0.5) for i in range(10)) / 10
        assert_close(cost_of(town), cost)
        assert cost == pytest.approx(6.444, abs=5e-4)


def test_a_year_and_the_budget_it_is_part_of_are_two_promises() -> None:
    """2 kt above the cap of 2025 and 3 above the budget of both years: 5 * 7, where one pool once paid 3 of them."""
    targets = [
        {"target": "year", "account": "co2", "year": 2025, "until": "only", "value": 8},
        {"target": "budget", "account": "co2", "year": 2025, "value": 17, "basis": "cumulative"},
    ]
    town = emitting_town({"capex": 1000}, *({**row, "mode": "priced"} for row in targets), last_year=2026)
    assert_close(cost_of(town), 35)


def test_nearest_counts_a_unit_once_where_its_price_would_be_paid_once() -> None:
    """Cars miss 8 kt and the total 9, one crew: a unit off farms comes as near as one off cars, and costs 1, not 2.

    Counted twice, a unit off cars would have taken away two: 8 + 9 = 17 became 15 by cars, 16 by farms.
    """
    targets = [{"account": name, "value": value, "mode": "nearest"} for name, value in (("cars", 2), ("total", 11))]
    town = pooled_town({"cars": {"capex": 2}, "farms": {"capex": 1}}, targets)
    town["groups"] = [{"group": "crew", "weight": {"cars": 1, "farms": 1}, "group_most_build": 1}]
    plan = plan_of(town)
    assert plan.attrs["miss"] == pytest.approx(7 * 8, abs=1e-4)
    assert decided(plan, "build", "farms") == pytest.approx([1], abs=1e-4)


def test_a_floor_is_reached_from_below() -> None:
    """At least 3 kt removed, at 2: 6; one kt more would cost 2."""
    sink = {"technology": "sink", "buildable": True, "capex": 2, "factor_capacity": {"removal": 1}}
    floor = {"target": "floor", "account": "removal", "sense": "at_least", "year": 2025, "value": 3, "mode": "hard"}
    plan = plan_of({"technologies": [sink], "accounts": [{"account": "removal"}], "targets": [floor]})
    assert_close(plan.attrs["objective"], 6)
    assert_close(decided(plan, "shadow_price", "floor"), [2])


def test_a_floor_too_dear_is_missed_at_its_price() -> None:
    """At least 3 kt removed, at 9: none, 3 * 7."""
    sink = {"technology": "sink", "buildable": True, "capex": 9, "factor_capacity": {"removal": 1}}
    floor = {"target": "floor", "account": "removal", "sense": "at_least", "year": 2025, "value": 3}
    plan = plan_of({"technologies": [sink], "accounts": [{"account": "removal"}], "targets": [floor]})
    assert_close(plan.attrs["objective"], 21)
    assert_close(decided(plan, "excess", "floor"), [3])


@pytest.mark.parametrize(("price", "cost"), [(1, 10), (3, 20)])
def test_a_carbon_price_abates_what_is_cheaper_than_it(price: float, cost: float) -> None:
    """10 kt at 2 each to abate: paid for at 1, abated at 3."""
    assert_close(cost_of(emitting_town({"capex": 2}, account_price=price)), cost)


def test_a_hard_cap_out_of_reach_has_no_plan() -> None:
    """4 kt allowed, 3 of 10 can be abated."""
    with pytest.raises(NoPlan):
        plan_of(emitting_town({"capex": 2, "most_capacity": 3}, {"year": 2025, "value": 4}))


def test_choices_make_all_targets_priced_at_one_price() -> None:
    """The same cap, priced at 5: 3 kt abated at 2 and 3 missed: 6 + 15."""
    town = emitting_town({"capex": 2, "most_capacity": 3}, {"year": 2025, "value": 4})
    assert_close(cost_of(town, target_mode="priced", excess_price=5), 21)


def test_two_measures_alike_meet_a_cap_in_any_shares() -> None:
    """6 kt at 2 from either: 12."""
    town = emitting_town({"capex": 2}, {"year": 2025, "value": 4})
    town["technologies"].append({**town["technologies"][1], "technology": "other"})
    plan = plan_of(town)
    assert_close(plan.attrs["objective"], 12)
    assert_close(decided(plan, "build").sum(), 6)
