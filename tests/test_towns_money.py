"""Towns solved by hand: discounting, construction, salvage, and rates that capital asks for."""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, cost_of, decided, plan_of
from town import scenario_of

from model.queries.no_plan import NoPlan
from scenarios.arithmetic.money import outlay_shares, outlay_values


def running_town(rate: float, last_year: int) -> dict[str, Any]:
    """100 MSEK to run in each year."""
    return {
        "case": {"last_year": last_year, "discount_rate": rate},
        "commodities": [{"commodity": "heat", "demand": 50, "purchase_price": 2}],
    }


def building_town(rate: float, last_year: int, year: int = 2025, **road: Any) -> dict[str, Any]:
    """1 MW at 100 MSEK that is committed in one year and can begin in no other."""
    window = {"earliest_start": year, "latest_start": year}
    return {
        "case": {"last_year": last_year, "discount_rate": rate},
        "technologies": [{"technology": "road", "buildable": True, "capex": 100, **window, **road}],
        "targets": [{"target": "built", "account": "roads", "sense": "at_least", "year": 2025, "value": 1, **BUILT}],
        "accounts": [{"account": "roads", "factor_build": {"road": 1}}],
    }


BUILT = {"basis": "cumulative", "mode": "hard"}


@pytest.mark.parametrize(
    ("timing", "cost"),
    [
        ("start", 100 + 100 / 1.1),
        ("middle", 100 / 1.1**0.5 + 100 / 1.1**1.5),
        ("end", 100 / 1.1 + 100 / 1.1**2),
    ],
)
def test_operation_is_discounted_to_the_start_of_the_first_year(timing: str, cost: float) -> None:
    """100 a year for two years at 10 percent: 190.909, 182.025, 173.554."""
    assert_close(cost_of(running_town(0.1, 2026), discount_operation=timing), cost)


def test_operation_is_counted_in_the_middle_of_the_year_unless_chosen_otherwise() -> None:
    """100 / 1.21^0.5 = 90.909..., at 21 percent."""
    assert_close(cost_of(running_town(0.21, 2025)), 100 / 1.1)


def test_operation_in_a_period_is_discounted_year_by_year() -> None:
    """100 a year for five years from now at 10 percent: 416.986545."""
    plan = plan_of(running_town(0.1, 2029), years=(2025,), last_length=5, discount_operation="start")
    assert_close(plan.attrs["objective"], 416.98654463)


@pytest.mark.parametrize(("timing", "cost"), [("start", 100 / 1.1), ("middle", 100 / 1.1**1.5), ("end", 100 / 1.1**2)])
def test_capital_is_discounted_from_its_own_place_in_the_year(timing: str, cost: float) -> None:
    """100 spent in the second year at 10 percent: 90.909, 86.678, 82.645."""
    assert_close(cost_of(building_town(0.1, 2026, 2026), discount_capital=timing), cost)


@pytest.mark.parametrize(
    ("salvage", "cost"),
    [
        ("none", 100),
        ("straight_line", 100 - 50 / 1.21),
        ("sinking_fund", 100 - 100 * (1 - 0.21 / 0.4641) / 1.21),
        ("annuities", 100 - 100 * (0.21 / 1.21) / (0.4641 / 1.4641) / 1.21),
    ],
)
def test_what_is_left_of_an_investment_depends_on_the_rule(salvage: str, cost: float) -> None:
    """Two of four years used at 10 percent: worth 0, 0.5 or 0.547511 at the end, which is worth 1/1.21 now.

    100, 58.677686 and twice 54.751131.
    """
    assert_close(cost_of(building_town(0.1, 2026, life=4), salvage=salvage), cost)


@pytest.mark.parametrize("salvage", ["straight_line", "sinking_fund", "annuities"])
def test_without_interest_every_rule_is_a_straight_line(salvage: str) -> None:
    """Two of four years used: 50 left of 100."""
    assert_close(cost_of(building_town(0, 2026, life=4), salvage=salvage), 50)


@pytest.mark.parametrize("salvage", ["straight_line", "sinking_fund", "annuities"])
def test_an_endless_life_keeps_the_whole_investment(salvage: str) -> None:
    """100 now, 100 back in two years: 100 - 100 / 1.21 = 17.355."""
    assert_close(cost_of(building_town(0.1, 2026), salvage=salvage), 100 - 100 / 1.21)


def test_a_life_that_ends_within_the_horizon_leaves_nothing() -> None:
    """Two years used of two: 100."""
    assert_close(cost_of(building_town(0.1, 2026, life=2), salvage="sinking_fund"), 100)


def test_what_enters_service_after_the_horizon_keeps_its_whole_worth() -> None:
    """Five years to build in a plan of two: 100 paid, 100 left, without interest."""
    assert_close(cost_of(building_town(0, 2026, life=4, lead_time=5), salvage="straight_line"), 0)


def test_the_lead_time_is_no_used_year() -> None:
    """One of two years to build, so one of four is used: 75 left without interest."""
    assert_close(cost_of(building_town(0, 2026, life=4, lead_time=1), salvage="straight_line"), 25)


@pytest.mark.parametrize(
    ("rate", "ratio"),
    [(0.05, (0.1 / (1 - 1.1**-2)) / (0.05 / (1 - 1.05**-2))), (0.0, (0.1 / (1 - 1.1**-2)) / (1 / 2))],
)
def test_capital_that_asks_for_more_is_dearer_by_the_ratio_of_annuities(rate: float, ratio: float) -> None:
    """10 percent over two years against 5: 0.576190 / 0.537805 = 1.071375; against 0: 0.576190 / 0.5 = 1.152381."""
    assert_close(cost_of(building_town(rate, 2026, life=2, hurdle_rate=0.1)), 100 * ratio)


def test_construction_is_paid_over_its_years() -> None:
    """Half now and half in a year at 10 percent: 50 + 50 / 1.1."""
    assert_close(cost_of(building_town(0.1, 2027, construction_years=2)), 50 + 50 / 1.1)


def test_construction_that_outlasts_the_plan_is_paid_in_its_last_year() -> None:
    """A third now, two thirds in the second and last year: 33.333 + 66.667 / 1.1 = 93.939."""
    assert_close(cost_of(building_town(0.1, 2026, construction_years=3)), 100 / 3 + 200 / 3 / 1.1)


def test_construction_over_periods_is_paid_by_its_years_in_each() -> None:
    """Begun in 2025: a sixth at the start of each of six years, at 10 percent; five of them fall in the first period.

    All of the first period on its first day it used to be 93.681980.
    """
    town = building_town(0.1, 2034, construction_years=6)
    periods: dict[str, Any] = {"years": (2025, 2030), "investment": "start"}
    assert_close(cost_of(town, **periods), 100 / 6 * sum(1.1**-i for i in range(6)))
    assert_close(outlay_shares(scenario_of(town, **periods))[0, 0], [5 / 6, 1 / 6])


UNEVEN = {0: 0.1, 1: 0.4, 2: 0.5}
"""How a work is paid for that takes three years: a tenth at first, half in the last of them."""


def test_construction_is_paid_as_unevenly_as_it_is_said() -> None:
    """10 now, 40 in a year and 50 in two at 10 percent; evenly it would be a third in each year."""
    town = building_town(0.1, 2028)
    name = town["technologies"][0]["technology"]
    rows = [{"technology": name, "age": age, "value": share} for age, share in UNEVEN.items()]
    assert_close(cost_of({**town, "spending": rows}), 10 + 40 / 1.1 + 50 / 1.21)
    assert_close(cost_of(building_town(0.1, 2028, construction_years=3)), (100 + 100 / 1.1 + 100 / 1.21) / 3)


def test_uneven_construction_that_outlasts_the_plan_is_paid_in_its_last_year() -> None:
    """10 now, and 40 and 50 in the second and last year."""
    town = building_town(0.1, 2026)
    name = town["technologies"][0]["technology"]
    rows = [{"technology": name, "age": age, "value": share} for age, share in UNEVEN.items()]
    assert_close(cost_of({**town, "spending": rows}), 10 + 90 / 1.1)


def test_uneven_construction_falls_into_the_periods_of_its_years() -> None:
    """Periods of two years: 10 now and 40 a year later in the first, 50 in the second; it used to be 50 + 50 / 1.21.

    It may begin in 2025 alone, so that nothing is spread over the period by convention either.
    """
    town = building_town(0.1, 2028)
    name = town["technologies"][0]["technology"]
    rows = [{"technology": name, "age": age, "value": share} for age, share in UNEVEN.items()]
    town |= {"spending": rows}
    first_day = 10 + 40 / 1.1 + 50 / 1.21
    assert_close(cost_of(town, years=(2025, 2027), investment="start"), first_day)
    assert_close(outlay_shares(scenario_of(town, years=(2025, 2027), investment="start"))[0, 0], [0.5, 0.5])
    spread = outlay_values(scenario_of(town, years=(2025, 2027)))[0, 0].sum()
    assert_close(spread, first_day / 100)


def test_excess_over_a_span_is_paid_at_the_mean_factor_of_its_years() -> None:
    """10 kt missed over two years at 7, at the mean of 1 and 1/1.1: 66.818182."""
    budget = {"target": "budget", "account": "co2", "year": 2025, "basis": "cumulative", "value": 0}
    town = {
        "case": {"last_year": 2026, "discount_rate": 0.1},
        "accounts": [{"account": "co2", "exogenous": 5}],
        "targets": [budget],
    }
    assert_close(cost_of(town, discount_operation="start"), 70 * (1 + 1 / 1.1) / 2)


@pytest.mark.parametrize(("rate", "built"), [(0.0, 1), (0.2, 1), (0.25, 0)])
def test_a_higher_rate_leaves_an_investment_out(rate: float, built: float) -> None:
    """10 now against 4 in each of three years: worth 12, 10.111 and 9.76 at 0, 20 and 25 percent."""
    town = {
        "case": {"last_year": 2027, "discount_rate": rate},
        "commodities": [{"commodity": "heat", "demand": 1, "purchase_price": 4}],
        "technologies": [{"technology": "boiler", "buildable": True, "capex": 10, "life": 3, "flow": {"heat": 1}}],
    }
    plan = plan_of(town, discount_operation="start")
    assert_close(plan.attrs["objective"], min(10, 4 * (1 + 1 / (1 + rate) + 1 / (1 + rate) ** 2)))
    assert_close(decided(plan, "build", "boiler").sum(), built)


def test_choices_set_the_rate_and_scale_prices() -> None:
    """Half the price and no interest: 50 a year for two years."""
    assert_close(cost_of(running_town(0.1, 2026), discount_rate=0.0, price_scale={"heat": 0.5}), 100)


def test_a_plan_that_may_do_nothing_cannot_meet_what_must_be_built() -> None:
    """The road is a measure and the plan may choose none."""
    with pytest.raises(NoPlan):
        plan_of(building_town(0, 2026, measure=True), do_nothing=True)


def test_without_interest_it_does_not_matter_in_which_year_money_is_spent() -> None:
    """100 in either of two years."""
    town = building_town(0, 2026)
    town["technologies"][0] |= {"latest_start": 2026}
    plan = plan_of(town)
    assert_close(plan.attrs["objective"], 100)
    assert_close(decided(plan, "build").sum(), 1)
