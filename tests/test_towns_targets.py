"""Towns solved by hand: targets that are hard, priced or to be met as nearly as can be, in a year and over many.

A town would emit 10 kt a year; each unit of the measure that abates takes 1 kt of them away every year it stands.
"""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, cost_of, decided, plan_of

from model.conflict import NoPlan


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
    assert_close(cost_of(emitting_town({"capex": 2}, budget, last_year=2034), years=(2025, 2030)), 1)


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


@pytest.mark.parametrize(("pools", "cost"), [(("one", "one"), 14), (("", ""), 28)])
def test_targets_of_one_pool_pay_once_for_the_same_excess(pools: tuple[str, str], cost: float) -> None:
    """Sector and total both miss 2 kt: 2 * 7 in one pool, twice that apart."""
    accounts: list[dict[str, Any]] = [
        {"account": "sector", "exogenous": 10},
        {"account": "total", "share": {"sector": 1}},
    ]
    targets = [
        {"target": name, "account": name, "year": 2025, "value": 8, "mode": "priced", "pool": pool}
        for name, pool in zip(("sector", "total"), pools, strict=True)
    ]
    assert_close(cost_of({"accounts": accounts, "targets": targets}), cost)


def test_a_pool_pays_once_for_a_year_and_the_budget_it_is_part_of() -> None:
    """2 kt above the cap of 2025, 3 above the budget of both years: 2 * 7 for the year and 1 * 7 for the rest."""
    targets = [
        {"target": "year", "account": "co2", "year": 2025, "until": "only", "value": 8},
        {"target": "budget", "account": "co2", "year": 2025, "value": 17, "basis": "cumulative"},
    ]
    town = {
        "case": {"last_year": 2026},
        "accounts": [{"account": "co2", "exogenous": 10}],
        "targets": [{**target, "mode": "priced", "pool": "climate"} for target in targets],
    }
    assert_close(cost_of(town), 21)


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
