"""Towns solved by hand: how much can be built, stand, run and be bought, how fast that grows, and when it may begin.

A town needs heat, bought for 4 MSEK/GWh unless said otherwise, or made by a boiler whose 1 MW makes 1 GWh a year.
"""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, cost_of, decided, plan_of

from model.queries.no_plan import NoPlan


def boiler_town(heat: dict[str, Any], *boilers: dict[str, Any], last_year: int = 2025, **tables: Any) -> dict[str, Any]:
    return {
        "case": {"last_year": last_year},
        "commodities": [{"commodity": "heat", "demand": 1, "purchase_price": 4, **heat}],
        "technologies": [{"technology": "boiler", "flow": {"heat": 1}, **boiler} for boiler in boilers],
        **tables,
    }


def test_a_potential_leaves_the_rest_to_be_bought() -> None:
    """0.5 MW at 1 can stand, 0.5 GWh is bought for 2: 2.5."""
    plan = plan_of(boiler_town({}, {"buildable": True, "capex": 1, "most_capacity": 0.5}))
    assert_close(plan.attrs["objective"], 2.5)
    assert_close(decided(plan, "capacity", "boiler"), [0.5])


def test_a_least_capacity_is_built_though_it_does_not_pay() -> None:
    """0.5 MW at 5 must stand: 2.5 and 2 for what is bought, 4.5; all bought would be 4."""
    plan = plan_of(boiler_town({}, {"buildable": True, "capex": 5, "least_capacity": 0.5}))
    assert_close(plan.attrs["objective"], 4.5)
    assert_close(decided(plan, "build", "boiler"), [0.5])


def test_a_rate_of_building_allows_five_times_as_much_in_five_years() -> None:
    """0.1 MW a year: 0.5 in each period, at 15. First period 7.5 and 10 bought, second 7.5: 25 from day one."""
    town = boiler_town({}, {"buildable": True, "capex": 15, "most_build": 0.1}, last_year=2034)
    plan = plan_of(town, years=(2025, 2030), service="start")
    assert_close(plan.attrs["objective"], 25)
    assert_close(decided(plan, "build", "boiler"), [0.5, 0.5])


def test_building_ramps_up_from_its_seed() -> None:
    """At most twice the year before and 1 more: 1, 3, 7 MW, so 1, 4, 11 stand of the 11 needed.

    At 10 MSEK/GWh 10 + 7 GWh are bought for 170, and 11 MW cost 11: 181.
    """
    boiler = {"buildable": True, "capex": 1, "build_growth": 2, "build_seed": 1}
    plan = plan_of(boiler_town({"demand": 11, "purchase_price": 10}, boiler, last_year=2027))
    assert_close(plan.attrs["objective"], 181)
    assert_close(decided(plan, "build", "boiler"), [1, 3, 7])


def test_building_ramps_up_from_what_was_built_before_the_plan() -> None:
    """2 MW were built the year before: 5, then up to 11 of which 6 are needed. 6 GWh bought for 60, 11 MW: 71."""
    boiler = {"buildable": True, "capex": 1, "build_growth": 2, "build_seed": 1, "build_before": 2}
    plan = plan_of(boiler_town({"demand": 11, "purchase_price": 10}, boiler, last_year=2026))
    assert_close(plan.attrs["objective"], 71)
    assert_close(decided(plan, "build", "boiler"), [5, 6])


def test_the_growth_of_building_compounds_over_the_years_of_a_period() -> None:
    """1 MW/yr before, 1.1 times as much each year: 1.1 + 1.21 + .. + 1.1^5 = 6.71561 MW, then 1.1^6 + .. + 1.1^10.

    6.71561 and 10.815557 MW of 100, standing from each period's first day: bought are 5 * 93.28439 + 5 * 82.468833 at
    10. With five times the first year's rate it used to be 5.5 MW and 8.857805.
    """
    boiler = {"buildable": True, "capex": 1, "build_growth": 1.1, "build_before": 1}
    town = boiler_town({"demand": 100, "purchase_price": 10}, boiler, last_year=2034)
    plan = plan_of(town, years=(2025, 2030), service="start")
    first, second = (sum(1.1**i for i in years) for years in (range(1, 6), range(6, 11)))
    assert_close(decided(plan, "build", "boiler"), [first, second])
    assert_close(plan.attrs["objective"], 50 * (100 - first) + 50 * (100 - first - second) + first + second)


def test_the_seed_and_growth_of_activity_limit_use_though_capacity_stands() -> None:
    """1 GWh before the plan and twice as much each year: 2, 4, 8 of 8; 6 + 4 are bought at 10: 100."""
    boiler = {"existing": 10, "activity_growth": 2, "activity_before": 1}
    plan = plan_of(boiler_town({"demand": 8, "purchase_price": 10}, boiler, last_year=2027))
    assert_close(plan.attrs["objective"], 100)
    assert_close(decided(plan, "activity", "boiler"), [[2, 4, 8]])


def test_the_seed_of_activity_needs_no_history() -> None:
    """No growth but 3 GWh: 3, 3 of 8 whatever ran before, and 5 + 5 bought at 10."""
    boiler = {"existing": 10, "activity_growth": 0, "activity_seed": 3}
    assert_close(cost_of(boiler_town({"demand": 8, "purchase_price": 10}, boiler, last_year=2026)), 100)


@pytest.mark.parametrize(
    ("boiler", "cost"),
    [({"most_activity": 0.4}, 0.6 * 4), ({"least_activity": 0.5, "variable_cost": 6}, 0.5 * 6 + 0.5 * 4)],
)
def test_most_and_least_activity_bound_a_year_of_use(boiler: dict[str, Any], cost: float) -> None:
    """0.4 GWh free and 0.6 bought: 2.4; or 0.5 at 6 that has to run and 0.5 bought: 5."""
    assert_close(cost_of(boiler_town({}, {"existing": 1, **boiler})), cost)


def test_what_is_committed_is_built() -> None:
    """1 MW in 2026 at 5, of no use to anybody."""
    committed = {2025: 0, 2026: 1, 2027: 0}
    town = boiler_town({"demand": 0}, {"buildable": True, "capex": 5, "least_build": committed}, last_year=2027)
    plan = plan_of(town)
    assert_close(plan.attrs["objective"], 5)
    assert_close(decided(plan, "build", "boiler"), [0, 1, 0])


def test_construction_starts_inside_its_window_only() -> None:
    """A boiler that lasts a year may begin in 2026 alone: 1 there, 4 in each of the three other years."""
    boiler = {"buildable": True, "capex": 1, "life": 1, "earliest_start": 2026, "latest_start": 2026}
    plan = plan_of(boiler_town({}, boiler, last_year=2028))
    assert_close(plan.attrs["objective"], 13)
    assert_close(decided(plan, "build", "boiler"), [0, 1, 0, 0])


@pytest.mark.parametrize(("exclude", "cost"), [((), 1), (("boiler",), 4)])
def test_what_is_excluded_is_not_built(exclude: tuple[str, ...], cost: float) -> None:
    """The boiler at 1, or 4 when it may not be chosen."""
    assert_close(cost_of(boiler_town({}, {"buildable": True, "capex": 1}), exclude=exclude), cost)


@pytest.mark.parametrize(
    ("limit", "variable_cost", "cost"), [("most_purchase", 9, 0.4 * 4 + 0.6 * 9), ("least_purchase", 0, 0.4 * 4)]
)
def test_a_supply_limit_bounds_what_is_bought(limit: str, variable_cost: float, cost: float) -> None:
    """At most 0.4 GWh at 4, the rest made at 9: 7; or at least 0.4 though the boiler is free: 1.6."""
    assert_close(cost_of(boiler_town({limit: 0.4}, {"existing": 1, "variable_cost": variable_cost})), cost)


def test_a_capacity_that_cannot_be_reached_in_time_has_no_plan() -> None:
    """1 MW has to stand in 2026 and 0.4 can begin a year."""
    boiler = {"buildable": True, "most_build": 0.4, "least_capacity": {2025: 0, 2026: 1}}
    with pytest.raises(NoPlan):
        plan_of(boiler_town({}, boiler, last_year=2026))


def test_building_before_it_is_needed_costs_the_same_without_interest() -> None:
    """1 GWh is needed in 2027 alone: a boiler at 3, begun in any of three years."""
    town = boiler_town({"demand": {2026: 0, 2027: 1}}, {"buildable": True, "capex": 3}, last_year=2027)
    plan = plan_of(town)
    assert_close(plan.attrs["objective"], 3)
    assert_close(decided(plan, "build", "boiler").sum(), 1)


def roadmap(rate: float, **deep: Any) -> dict[str, Any]:
    """Vogt-Schilb and Hallegatte (2014): a cheap measure and a deep one that is slow; years 1 to 10 are 2026-2035."""
    floor = {"account": "abated", "sense": "at_least", "mode": "hard", "until": "only"}
    own = {"buildable": True, "most_capacity": 10, "factor_capacity": {"abated": 1}}
    return {
        "case": {"first_year": 2026, "last_year": 2035, "discount_rate": rate},
        "technologies": [
            {"technology": "cheap", "capex": 10, "most_build": 10, **own},
            {"technology": "deep", "capex": 20, "most_build": 1, **own, **deep},
        ],
        "accounts": [{"account": "abated"}],
        "targets": [
            {"target": "year 5", "year": 2030, "value": 5, **floor},
            {"target": "year 10", "year": 2035, "value": 18, **floor},
        ],
    }


def test_the_slow_deep_measure_starts_before_the_cheap_one_is_used_up() -> None:
    """18 in year 10 take 8 of the deep one at 1 a year, so it starts in year 3, two years before anything is due.

    It gives 3 in year 5, the cheap one the other 2 then and its last 8 in year 10. At 5 percent nothing is early:
    20 (1.05^-2 + ... + 1.05^-9) + 10 (2 * 1.05^-4 + 8 * 1.05^-9) = 191.131577
    """
    plan = plan_of(roadmap(0.05))
    assert_close(decided(plan, "build", "deep"), [0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
    assert_close(decided(plan, "build", "cheap"), [0, 0, 0, 0, 2, 0, 0, 0, 0, 8])
    assert_close(plan.attrs["objective"], 191.131577)


def test_without_interest_the_deep_measure_may_start_earlier_but_never_later() -> None:
    """10 * 10 + 8 * 20 = 260 whatever the order; a start in year 4 leaves 7 of the 8 that are needed: no plan."""
    plan = plan_of(roadmap(0))
    assert_close(plan.attrs["objective"], 260)
    assert decided(plan, "build", "deep")[:3].sum() > 1 - 1e-6
    assert_close(cost_of(roadmap(0, earliest_start=2028)), 260)
    with pytest.raises(NoPlan):
        plan_of(roadmap(0, earliest_start=2029))
