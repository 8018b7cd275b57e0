"""Towns solved by hand: vintages, lives, survival, early retirement and periods.

Unless a test says otherwise a town needs 1 GWh of heat a year, bought for 4 MSEK/GWh or made by a boiler whose
1 MW makes 1 GWh a year.
"""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, cost_of, decided, plan_of
from paying import lend, paying_town

from model.queries.no_plan import NoPlan


def boiler_town(last_year: int, demand: Any = 1, **boiler: Any) -> dict[str, Any]:
    return {
        "case": {"last_year": last_year},
        "commodities": [{"commodity": "heat", "demand": demand, "purchase_price": 4}],
        "technologies": [{"technology": "boiler", "flow": {"heat": 1}, **boiler}],
    }


def test_a_vintage_stands_for_its_life_and_is_replaced_when_it_ends() -> None:
    """Six years, a life of 3, 5 MSEK/MW: a year of service costs at least 5/3, 10 in all; 2025 and 2028 do."""
    plan = plan_of(boiler_town(2030, buildable=True, capex=5, life=3))
    assert_close(plan.attrs["objective"], 10)
    assert_close(decided(plan, "build", "boiler"), [1, 0, 0, 1, 0, 0])
    assert_close(decided(plan, "capacity", "boiler"), [1] * 6)


def test_vintages_that_may_overlap_anywhere_cost_the_same() -> None:
    """Five years, a life of 3: two vintages (10) beat one and two bought years (5 + 8 = 13), whenever they overlap."""
    plan = plan_of(boiler_town(2029, buildable=True, capex=5, life=3))
    assert_close(plan.attrs["objective"], 10)
    assert_close(decided(plan, "build", "boiler").sum(), 2)
    assert (decided(plan, "capacity", "boiler") > 1 - 1e-6).all()


def test_capacity_serves_after_its_lead_time() -> None:
    """Two years to build, four in the plan: buy two years (8), then the boiler (5) serves two. Later saves less."""
    plan = plan_of(boiler_town(2028, buildable=True, capex=5, lead_time=2))
    assert_close(plan.attrs["objective"], 13)
    assert_close(decided(plan, "capacity", "boiler"), [0, 0, 1, 1])


def test_a_delay_adds_to_the_lead_time() -> None:
    """One year to build and one of delay are the two years of the test above: 8 + 5 = 13."""
    plan = plan_of(boiler_town(2028, buildable=True, capex=5, lead_time=1, start_delay=1))
    assert_close(plan.attrs["objective"], 13)
    assert_close(decided(plan, "capacity", "boiler"), [0, 0, 1, 1])


def test_what_cannot_serve_within_the_plan_is_begun_only_where_it_is_asked_for() -> None:
    """Two years to build in a plan of two: a plant serves when the plan is over, and all it cost would be left over.

    The city borrows at nothing what is worth 5 % a year to it. It built without end for the sake of the loans, for
    what never stands is limited by no capacity: "there is no best plan". Nothing is begun, or the one plant that is
    asked for.
    """
    works = {"plant": {"capex": 100, "life": 20, "lead_time": 2, "most_capacity": 1}}
    loans = [lend(rate=0.0, tenor=5)]
    town = {**paying_town(works, instruments=loans, last_year=2026, rate=0.05), "targets": [], "accounts": []}
    plan = plan_of(town, salvage="annuities", perspective="city")
    assert_close(plan.attrs["objective"], 0)
    assert_close(decided(plan, "build", "plant"), [0, 0])
    town["technologies"][0]["least_build"] = {2025: 0, 2026: 1}
    assert_close(decided(plan_of(town, salvage="annuities", perspective="city"), "build", "plant"), [0, 1])


def test_half_a_year_of_life_is_half_the_capacity_of_that_year() -> None:
    """A life of 2.5 from 2025 leaves half of 2027, where 0.5 GWh is bought: 5 + 2 = 7. Another half MW costs 2.5."""
    plan = plan_of(boiler_town(2027, buildable=True, capex=5, life=2.5))
    assert_close(plan.attrs["objective"], 7)
    assert_close(decided(plan, "capacity", "boiler"), [1, 1, 0.5])


def test_a_survival_curve_thins_a_vintage_out() -> None:
    """Of 1 MW stand 1, 0.75, 0.5 and then 0; bought are 0.25, 0.5 and 1 GWh: 6 + 7 = 13.

    More of it would cost 6 per MW and save 4 (0.75 + 0.5) = 5 while it fills the gaps: not built.
    """
    curve = {0: 1, 2: 0.5}
    plan = plan_of(boiler_town(2028, buildable=True, capex=6, latest_start=2025, survival=curve))
    assert_close(plan.attrs["objective"], 13)
    assert_close(decided(plan, "capacity", "boiler"), [1, 0.75, 0.5, 0])


def test_a_survival_curve_counts_by_its_mean_over_a_period() -> None:
    """Ages 0 to 4 stand 1, 0.9, 0.8, 0.7, 0.6: 0.8 over five years, nothing over the next five.

    Demand 0.8: 1 MW for 10 saves 5 * 0.8 * 4 = 16; the second period is bought for 16. In all 26.
    """
    town = boiler_town(2034, 0.8, buildable=True, capex=10, latest_start=2025, survival={0: 1, 4: 0.6})
    plan = plan_of(town, years=(2025, 2030))
    assert_close(plan.attrs["objective"], 26)
    assert_close(decided(plan, "capacity", "boiler"), [0.8, 0])


def test_a_stock_dwindles_along_a_straight_line() -> None:
    """Existing 2, 1, 0 MW against a demand of 2: bought 0 + 1 + 2 GWh, 12 MSEK."""
    plan = plan_of(boiler_town(2027, 2, existing={2025: 2, 2027: 0}))
    assert_close(plan.attrs["objective"], 12)
    assert_close(decided(plan, "capacity", "boiler"), [2, 1, 0])


@pytest.mark.parametrize(("retirable", "cost"), [(True, 9), (False, 18)])
def test_a_stock_is_retired_early_to_save_its_fixed_cost(retirable: bool, cost: float) -> None:
    """2 MW stand for three years at 3 MSEK/MW, 1 MW is needed: 9 when half may go, 18 when nothing may."""
    plan = plan_of(boiler_town(2027, existing=2, fixed_cost=3, retirable=retirable))
    assert_close(plan.attrs["objective"], cost)
    assert_close(decided(plan, "scrapped", "boiler"), [0.5 if retirable else 0] * 3)


def test_what_is_retired_of_a_stock_does_not_come_back() -> None:
    """Demand 2, 1, 2 with 2 MW at 3 a year: all kept 18; half gone from 2026: 6 + 3 + 3 + 4 bought = 16."""
    plan = plan_of(boiler_town(2027, {2025: 2, 2026: 1, 2027: 2}, existing=2, fixed_cost=3, retirable=True))
    assert_close(plan.attrs["objective"], 16)
    assert_close(decided(plan, "scrapped", "boiler"), [0, 0.5, 0.5])


def test_a_vintage_is_retired_as_demand_falls() -> None:
    """2 MW committed in 2025 for 2; demand 2, 1, 0 at 3 MSEK/MW a year: 2 + 6 + 3 + 0 = 11."""
    demand = {2025: 2, 2026: 1, 2027: 0}
    boiler = {"buildable": True, "capex": 1, "fixed_cost": 3, "retirable": True, "least_build": {2025: 2, 2026: 0}}
    plan = plan_of(boiler_town(2027, demand, **boiler))
    assert_close(plan.attrs["objective"], 11)
    assert_close(decided(plan, "retired", "boiler", 2025), [0, 1, 2])


def test_what_is_retired_of_a_vintage_does_not_come_back() -> None:
    """As above with demand 2, 1, 2: 2 + 6 + 3 + (3 and 4 bought) = 18, against 2 + 18 = 20 when all is kept."""
    demand = {2025: 2, 2026: 1, 2027: 2}
    boiler = {"buildable": True, "capex": 1, "fixed_cost": 3, "retirable": True, "least_build": {2025: 2, 2026: 0}}
    plan = plan_of(boiler_town(2027, demand, latest_start=2025, **boiler))
    assert_close(plan.attrs["objective"], 18)
    assert_close(decided(plan, "retired", "boiler", 2025), [0, 1, 1])


def test_a_period_counts_each_of_its_years() -> None:
    """Periods of five years, a life of ten: 15 in 2025 serves two periods, 13 in 2035 beats 20 bought. In all 28.

    Of building that all stands on a period's first day.
    """
    boiler = {"buildable": True, "capex": {2025: 15, 2035: 13}, "life": 10}
    plan = plan_of(boiler_town(2035, **boiler), years=(2025, 2030, 2035), service="start")
    assert_close(plan.attrs["objective"], 28)
    assert_close(decided(plan, "build", "boiler"), [1, 0, 1])


def test_a_lead_time_inside_a_period_leaves_the_rest_of_it() -> None:
    """Two of five years gone: 0.6 MW stand on the mean, 0.4 GWh a year is bought for 8, the boiler is 15: 23.

    More capacity would save 0.6 * 20 = 12 for 15.
    """
    town = boiler_town(2034, buildable=True, capex=15, lead_time=2, latest_start=2025)
    plan = plan_of(town, years=(2025, 2030))
    assert_close(plan.attrs["objective"], 23)
    assert_close(decided(plan, "capacity", "boiler"), [0.6, 1])


def test_the_last_period_is_as_long_as_chosen() -> None:
    """2025 stands for five years, 2030 for two: seven years bought, 28."""
    assert_close(cost_of(boiler_town(2034), years=(2025, 2030), last_length=2), 28)


def test_capacity_cannot_stand_before_it_is_built() -> None:
    """At least 1 MW in 2025 with a lead time of one year: nothing stands before 2026."""
    with pytest.raises(NoPlan):
        plan_of(boiler_town(2027, buildable=True, lead_time=1, least_capacity=1))
