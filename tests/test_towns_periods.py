"""Towns solved by hand: what is begun, paid, owed and grown inside a period of several years."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand import assert_close, cost_of, decided, plan_of
from paying import CITY, assert_kept, grant, lend, paying_town, road_in
from town import scenario_of

from model.queries.no_plan import NoPlan
from model.verifier.verify import verify
from runners.solve import find_plan
from scenarios.arithmetic.money import capital_discount, outlay_shares, salvage_worth
from scenarios.arithmetic.service import measure_alive

PERIODS = (2025, 2030)


def boiler_town(demand: Any = 1, **boiler: Any) -> dict[str, Any]:
    """Heat for two periods of five years, bought at 4 MSEK/GWh or made by a boiler, 1 GWh a year from 1 MW."""
    return {
        "case": {"last_year": 2034},
        "commodities": [{"commodity": "heat", "demand": demand, "purchase_price": 4}],
        "technologies": [{"technology": "boiler", "flow": {"heat": 1}, "buildable": True, **boiler}],
    }


def alive(years: tuple[int, ...] = PERIODS, **plant: Any) -> Any:
    """What is alive of the vintages of a plant, by period."""
    choices = {"service": plant.pop("service", "spread")}
    town = {"case": {"last_year": 2034}, "technologies": [{"technology": "plant", **plant}]}
    return measure_alive(scenario_of(town, years=years, **choices))[0]


def test_what_is_built_in_a_period_serves_half_of_it() -> None:
    """1 MW for 15 serves 2.5 and then 5 years and saves 30; 2.5 GWh are bought for 10: 25.

    On the period's first day it used to save 40 and cost 15. Another MW would save 10 in the first period for 15.
    """
    plan = plan_of(boiler_town(capex=15), years=PERIODS)
    assert_close(plan.attrs["objective"], 25)
    assert_close(decided(plan, "build", "boiler"), [1, 0])
    assert_close(decided(plan, "capacity", "boiler"), [0.5, 1])
    assert_close(cost_of(boiler_town(capex=15), years=PERIODS, service="start"), 15)


@pytest.mark.parametrize(("year", "cost"), [(2027, 110), (2032, 75), (2036, 40)])
def test_a_target_holds_from_the_period_that_contains_its_year(year: int, cost: float) -> None:
    """Of 1 kt a year half may be left; a MW for 100 spares 1 from when it serves, half of that in its own period.

    Of 2027: 1 MW in the first period and 2.5 GWh bought for 4: 110; from 2030 on alone it used to be 75. Of 2032: half
    a MW in the first period and 3.75 + 2.5 GWh: 75; it used to be dropped: 40, ten GWh. One of 2036 is after the plan.
    """
    town = boiler_town(capex=100)
    town["accounts"] = [{"account": "co2", "factor_purchase": {"heat": 1}}]
    town["targets"] = [{"target": "half", "account": "co2", "year": year, "value": 0.5, "mode": "hard"}]
    assert_close(cost_of(town, years=PERIODS), cost)


def test_a_period_of_one_year_is_a_year() -> None:
    """Begun in 2025 it stands all of 2025; only the period of five years has starts that are spread."""
    assert_close(alive((2025, 2026, 2031)), [[1, 1, 1], [0, 0.5, 1], [0, 0, 0.5]])


def test_what_is_built_over_a_period_ends_over_a_period() -> None:
    """A life of 5 ends over the second period: half there as well. A life of 7: 2 years more, 3 years of fading.

    Of the second period 2 years at 1, then 3 + 2 years' fade of which 3 lie inside: (2 + 3 - 9/10) / 5 = 0.82.
    """
    assert_close(alive(life=5), [[0.5, 0.5], [0, 0.5]])
    assert_close(alive(life=7), [[0.5, 0.82], [0, 0.5]])


def test_a_lead_time_moves_the_whole_spread() -> None:
    """Two years later: 3 years of rising to 3/5, 0.9 of 5; then 2 years to the whole: 1 - 4/10 / 5 = 0.92."""
    assert_close(alive(lead_time=2), [[0.18, 0.92], [0, 0.18]])


def test_a_survival_curve_is_spread_as_a_life_is() -> None:
    """Half stands at ages 1 to 4, all at age 0, nothing after 5: half of the half, and of the first year.

    Of the first period (0.5 * 2.5 + 0.5 (5 - 1/2) / 5) / 5 = 0.34, of the second (1.25 + 0.05) / 5 = 0.26.
    """
    curve = {0: 1, 1: 0.5, 4: 0.5}
    assert_close(alive(survival=curve), [[0.34, 0.26], [0, 0.34]])


def test_starts_are_spread_over_the_years_that_are_open() -> None:
    """From 2027 on three years are open: 3/2 of 5 years. In 2029 alone: the last year whole."""
    assert_close(alive(earliest_start=2027)[0], [0.3, 1])
    assert_close(alive(earliest_start=2029, latest_start=2029)[0], [0.2, 1])
    assert_close(alive(latest_start=2026)[0], [(1 + 3) / 5, 1])


def test_a_rate_of_building_counts_the_years_that_are_open() -> None:
    """0.1 MW a year from 2027 on: 0.3 and 0.5; before, nothing could begin until 2030."""
    town = boiler_town(capex=1, most_build=0.1, earliest_start=2027)
    assert_close(decided(plan_of(town, years=PERIODS), "build", "boiler"), [0.3, 0.5])
    assert_close(decided(plan_of(town, years=PERIODS, service="start"), "build", "boiler"), [0, 0.5])


def test_an_investment_is_paid_over_its_period() -> None:
    """At 10 percent a fifth at the start of each year: (1 + 1/1.1 + .. + 1/1.1^4) / 5 = 0.833973; at once 1."""
    spread = sum(1.1**-i for i in range(5)) / 5
    town = boiler_town(0, capex=100, least_build={2025: 0.2, 2030: 0})
    town["commodities"][0]["surplus"] = "yes"
    town["case"]["discount_rate"] = 0.1
    assert_close(cost_of(town, years=PERIODS), 100 * spread)
    assert_close(cost_of(town, years=PERIODS, investment="start"), 100)
    assert_close(capital_discount(scenario_of(town, years=PERIODS)), [spread, spread / 1.1**5])


def test_construction_that_outlasts_a_period_is_paid_in_the_next() -> None:
    """Three years of construction from each of five years: of fifteen parts three fall in the next period."""
    town = boiler_town(capex=1, construction_years=3)
    assert_close(outlay_shares(scenario_of(town, years=PERIODS))[0], [[0.8, 0.2], [0, 1]])


def test_what_may_begin_in_one_year_of_a_period_is_paid_in_that_year() -> None:
    """In 2027 alone: 100 / 1.21 at 10 percent."""
    town = boiler_town(0, capex=100, earliest_start=2027, latest_start=2027, least_build={2025: 0.2, 2030: 0})
    town["commodities"][0]["surplus"] = "yes"
    town["case"]["discount_rate"] = 0.1
    assert_close(cost_of(town, years=PERIODS), 100 / 1.21)


def test_what_is_left_of_a_period_s_building_is_its_mean() -> None:
    """A life of 10, ten years to the end: starts spread over five years leave 2.5 years on the mean, later ones 7.5."""
    town = {"case": {"last_year": 2034}, "technologies": [{"technology": "plant", "life": 10}]}
    for salvage in ("straight_line", "sinking_fund", "annuities"):
        assert_close(salvage_worth(scenario_of(town, years=PERIODS, salvage=salvage))[0], [0.25, 0.75])


@pytest.mark.parametrize("life", [4.0, 12.0])
def test_at_a_rate_what_is_left_is_the_service_to_come(life: float) -> None:
    """Summed in small steps: discounted service after 2035 over all of it, of what was paid year by year."""
    rate, step = 1.05, 1e-3
    town = {"case": {"last_year": 2034, "discount_rate": 0.05}, "technologies": [{"technology": "plant", "life": life}]}
    worth = salvage_worth(scenario_of(town, years=PERIODS, salvage="annuities"))[0]
    starts = np.arange(step / 2, 5, step)[:, None]
    for vintage, before in enumerate((10.0, 5.0)):
        ages = np.arange(step / 2 * 10, life, step * 10)
        moments = starts + ages
        value = rate**-moments
        left = float(value[moments >= before].sum() / value.sum())
        paid = sum(rate**-i for i in range(5)) / 5
        assert worth[vintage] == pytest.approx(left * paid * rate**before, rel=2e-3, abs=1e-3)


def growing(**boiler: Any) -> np.ndarray:
    """What is built in two periods of three years where building is limited by growth alone."""
    town = boiler_town(1000, capex=1, **boiler)
    town["case"]["last_year"] = 2030
    return decided(plan_of(town, years=(2025, 2028), service="start"), "build", "boiler")


def test_building_grows_from_year_to_year_inside_a_period() -> None:
    """Twice the year before, 1 MW before the plan: 2 + 4 + 8 = 14 and 16 + 32 + 64 = 112; it used to be 6 and 48."""
    assert_close(growing(build_growth=2, build_before=1), [14, 112])


def test_a_seed_comes_every_year_of_a_period() -> None:
    """One more each year: 1 + 2 + 3 and 4 + 5 + 6; it used to be 3 and 3 + 3."""
    assert_close(growing(build_growth=1, build_seed=1), [6, 15])


def test_no_year_of_a_period_builds_more_than_a_year_may() -> None:
    """Twice the year before but 5 MW at the most: 2 + 4 + 5, then 15."""
    assert_close(growing(build_growth=2, build_before=1, most_build=5), [11, 15])


def test_growth_begins_in_the_first_open_year() -> None:
    """A seed of 1, twice the year before, open from 2026 on: 1 + 3, then 7 + 15 + 31, with starts that are spread."""
    town = boiler_town(1000, capex=0.1, build_growth=2, build_seed=1, earliest_start=2026)
    town["case"]["last_year"] = 2030
    assert_close(decided(plan_of(town, years=(2025, 2028)), "build", "boiler"), [4, 53])


def test_activity_grows_from_year_to_year_inside_a_period() -> None:
    """1 GWh before the plan, twice as much each year: 2, 4, 8, on the mean 14/3, of 100; it used to be 2."""
    town = boiler_town(100, existing=100, buildable=False, activity_growth=2, activity_before=1)
    plan = plan_of(town, years=(2025,), last_length=3)
    assert_close(decided(plan, "activity", "boiler"), [[14 / 3]])


def test_a_seed_of_activity_comes_every_year_of_a_period() -> None:
    """1, 2, 3, at most 2 in a year: 5/3."""
    town = boiler_town(100, existing=100, buildable=False, activity_growth=1, activity_seed=1, most_activity=2)
    plan = plan_of(town, years=(2025,), last_length=3)
    assert_close(decided(plan, "activity", "boiler"), [[5 / 3]])


@pytest.mark.parametrize("limit", ["technology", "group"])
def test_a_potential_holds_at_the_end_of_a_period_too(limit: str) -> None:
    """10 MW may stand and 10 are built, 5 on the mean; 20 would be 10 on the mean and 20 in the end."""
    boiler = {"most_capacity": 10} if limit == "technology" else {"weight": {"roofs": 1}}
    town = boiler_town(100, capex=1, **boiler)
    if limit == "group":
        town["groups"] = [{"group": "roofs", "group_most_capacity": 10}]
    plan = plan_of(town, years=(2025,), last_length=10)
    assert_close(decided(plan, "build", "boiler"), [10])
    assert_close(decided(plan, "capacity", "boiler"), [5])


@pytest.mark.parametrize("limit", ["technology", "group"])
def test_the_verifier_sees_what_stands_at_the_end_of_a_period(limit: str) -> None:
    """20 built over ten years are 10 on the mean, as many as may stand, and 10 too many in the end."""
    boiler = {"most_capacity": 10} if limit == "technology" else {"weight": {"roofs": 1}}
    town = boiler_town(100, capex=1, **boiler)
    if limit == "group":
        town["groups"] = [{"group": "roofs", "group_most_capacity": 10}]
    scenario = scenario_of(town, years=(2025,), last_length=10, salvage="none")
    plan = find_plan(scenario)
    plan["build"][:], plan["capacity"][:] = 20.0, 10.0
    broken = {violation.rule: violation.amount for violation in verify(scenario, plan).violations}
    assert broken["capacity_end_most" if limit == "technology" else "group_capacity_end_most"] == pytest.approx(10)


@pytest.mark.parametrize("what", ["build", "activity"])
def test_the_verifier_sees_the_years_of_a_period(what: str) -> None:
    """Paces that do not sum to the period's, above the most of a year, and more than twice the year before."""
    town = boiler_town(100, existing=50, capex=1, **{f"{what}_growth": 2, f"{what}_before": 1, f"most_{what}": 5})
    scenario = scenario_of(town, years=(2025,), last_length=3, salvage="none")
    plan = find_plan(scenario)
    assert verify(scenario, plan).accepted
    plan[f"{what}_pace"][:] += 4.0
    broken = {violation.rule for violation in verify(scenario, plan).violations}
    assert {f"{what}_pace_sum", f"{what}_pace_most", f"{what}_growth"} <= broken


def ceiling_town(ceiling: float, tenor: int) -> dict[str, Any]:
    """100 MSEK that nobody has, borrowed without interest and paid back in equal parts."""
    actor = {**CITY, "own_funds": 0, "debt_ceiling_amount": ceiling}
    return paying_town({"road": road_in(2025)}, [actor], [lend(rate=0, tenor=tenor, repayment="straight")], 2029)


@pytest.mark.parametrize(("ceiling", "fits"), [(99, False), (100, True)])
def test_a_debt_ceiling_holds_at_the_end_of_every_year_of_a_period(ceiling: float, fits: bool) -> None:
    """Drawn in 2025 and paid back over five years 100 is owed at first and 20 when the period ends."""
    town = ceiling_town(ceiling, tenor=5)
    if fits:
        plan_of(town, years=(2025,), last_length=5, investment="start")
    else:
        with pytest.raises(NoPlan):
            plan_of(town, years=(2025,), last_length=5, investment="start")


@pytest.mark.parametrize(("ceiling", "fits"), [(59, False), (60, True)])
def test_what_a_period_draws_is_drawn_over_its_years(ceiling: float, fits: bool) -> None:
    """20 a year, a fifth of each paid back a year: 20, 36, 48, 56, 60 are owed."""
    town = ceiling_town(ceiling, tenor=5)
    if fits:
        plan_of(town, years=(2025,), last_length=5)
    else:
        with pytest.raises(NoPlan):
            plan_of(town, years=(2025,), last_length=5)


def test_a_loan_bears_interest_inside_the_period_in_which_it_is_drawn() -> None:
    """A fifth of 100 a year at 10 percent, one year each: 2 on each of five."""
    town = paying_town({"road": road_in(2025)}, [{**CITY, "own_funds": 0}], [lend(rate=0.1, tenor=1)], 2029)
    plan = plan_of(town, years=(2025,), last_length=5)
    assert_kept(plan.attrs["finance_cost"], 10)


def test_a_grant_is_open_for_the_starts_of_its_years_alone() -> None:
    """Half of what begins by 2026 is granted: two of five years of 100, so 20; a pool of 8 a year has 16."""
    work = {"capex": 100}
    for pool, granted in ((100, 20), (8, 16)):
        aid = grant("aid", {"road": 0.5}, last_start=2026, pool=pool)
        town = paying_town({"road": work}, instruments=[aid], last_year=2029)
        plan = plan_of(town, years=(2025,), last_length=5)
        assert_kept(plan.attrs["finance_cost"], -granted)
    plan = plan_of(town, years=(2025,), last_length=5, service="start")
    assert_kept(plan.attrs["finance_cost"], -40)


@pytest.mark.parametrize(("lag", "starts"), [(4, [1, 0]), (5, [0, 1])])
def test_what_waits_for_another_may_follow_it_inside_a_period(lag: int, starts: list[float]) -> None:
    """Permit in 2025, four years later 2029; five years later is the next period."""
    tram = {"capex": {2025: 1, 2030: 2}, "once": True, "least_size": 1}
    permit = {"once": True, "least_size": 1, "most_build": 1}
    town = paying_town({"permit": permit, "tram": {**tram, "most_build": 1}}, last_year=2034)
    town["logic"] = [{"rule": "r", "kind": "requires", "technology": "tram", "other": "permit", "value": lag}]
    assert_close(decided(plan_of(town, years=PERIODS), "begin", "tram"), starts)


def test_a_group_grows_from_year_to_year_inside_a_period() -> None:
    """Twice the year before, 1 MW before the plan, of two boilers together: 2 + 4 + 8, then 16 + 32 + 64."""
    town = boiler_town(1000, capex=1, weight={"crews": 1})
    town["technologies"].append({**town["technologies"][0], "technology": "other"})
    town["case"]["last_year"] = 2030
    town["groups"] = [{"group": "crews", "group_build_growth": 2, "group_build_before": 1}]
    plan = plan_of(town, years=(2025, 2028), service="start")
    assert_close(decided(plan, "build").sum(axis=0), [14, 112])
