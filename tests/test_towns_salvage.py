"""Towns solved by hand: what is left at the end of the plan, with construction time, survival curves and retirement."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand import assert_close, cost_of, decided, plan_of

RULES = ("straight_line", "sinking_fund", "annuities")
FUNDS = ("sinking_fund", "annuities")

BREAK_EVEN = 100 * (0.05 / (1 - 1.05**-20)) / 1.05**0.5
"""7.831 MSEK a year in the middle of each year repay 100 MSEK over 20 years at 5 percent."""


def boiler_town(price: float, last_year: int, lead_time: int, **boiler: Any) -> dict[str, Any]:
    """1 GWh of heat a year from when a boiler begun in 2025 can serve, bought at a price or made by it."""
    heat = {"commodity": "heat", "purchase_price": price, "demand": {2024: 0, 2024 + lead_time: 0, 2025 + lead_time: 1}}
    if not lead_time:
        heat["demand"] = 1
    own = {"buildable": True, "capex": 100, "life": 20, "lead_time": lead_time, "latest_start": 2025}
    return {
        "case": {"last_year": last_year, "discount_rate": 0.05},
        "commodities": [heat],
        "technologies": [{"technology": "boiler", "flow": {"heat": 1}, **own, **boiler}],
    }


@pytest.mark.parametrize("salvage", FUNDS)
@pytest.mark.parametrize(("lead_time", "whole", "cut"), [(0, 2044, 2034), (4, 2048, 2034), (4, 2048, 2029)])
def test_what_repays_an_investment_is_the_same_whether_the_plan_ends_before_its_life(
    salvage: str, lead_time: int, whole: int, cut: int
) -> None:
    """7.831 without lead time; 4 years of construction cost 1.05^4 more: 9.519. Cut, that used to be 11.085."""
    price = BREAK_EVEN * 1.05**lead_time
    assert price == pytest.approx(9.519 if lead_time else 7.831, abs=1e-3)
    for last_year in (whole, cut):
        for factor, built in ((0.999, 0), (1.001, 1)):
            plan = plan_of(boiler_town(price * factor, last_year, lead_time), salvage=salvage)
            assert_close(decided(plan, "build", "boiler")[0], built)


@pytest.mark.parametrize("salvage", FUNDS)
def test_a_survival_curve_leaves_what_the_service_to_come_is_worth(salvage: str) -> None:
    """Of a vintage stand 1, 0.5, 0.25 and 0.25 for a year each; at 100 percent a year counts half of the one before.

    Service in all is 1 + 0.25 + 0.0625 + 0.03125 = 1.34375; after two years 0.09375 are left. So of 43 paid 3 are
    left, and 40 is what the plan costs. By a life of 4 years 8.6 came back: 43 (1 - 1/4 ((1 - 1/4) / (1 - 1/16))).
    """
    road = {"buildable": True, "capex": 43, "least_build": {2025: 1, 2026: 0}, "latest_start": 2025}
    town = {
        "case": {"last_year": 2026, "discount_rate": 1.0},
        "technologies": [
            {"technology": "road", **road, "life": 4, "survival": {0: 1, 1: 0.5, 2: 0.25, 3: 0.25}},
        ],
    }
    assert_close(cost_of(town, salvage=salvage), 40)


def test_a_survival_curve_leaves_the_share_of_its_service_to_come() -> None:
    """Without interest 2 years of service in all, 0.5 left after two years: a quarter of 40, by every rule.

    By its life of 4 years half of it was left although a quarter stands.
    """
    for salvage in RULES:
        road = {"buildable": True, "capex": 40, "least_build": {2025: 1, 2026: 0}, "latest_start": 2025}
        curve = {0: 1, 1: 0.5, 2: 0.25, 3: 0.25}
        town = {
            "case": {"last_year": 2026},
            "technologies": [{"technology": "road", **road, "life": 4, "survival": curve}],
        }
        assert_close(cost_of(town, salvage=salvage), 30)


def wanted_once(**plant: Any) -> dict[str, Any]:
    """10 GWh are asked for in 2025 alone; a plant of 10 MSEK/MW, 1 MSEK/MW a year and a life of ten makes them."""
    own = {"buildable": True, "capex": 10, "fixed_cost": 1, "life": 10, "latest_start": 2025}
    return {
        "case": {"last_year": 2029},
        "commodities": [{"commodity": "heat", "demand": {2025: 10, 2026: 0}}],
        "technologies": [{"technology": "plant", "flow": {"heat": 1}, **own, **plant}],
    }


@pytest.mark.parametrize("salvage", RULES)
def test_what_is_retired_early_is_worth_nothing_at_the_end(salvage: str) -> None:
    """Kept, it costs 100 - 50 + 5 * 10 = 100; retired from 2026 on 100 + 10 = 110, as nothing comes back.

    With half its price paid for what was scrapped the least cost used to be 60.
    """
    plan = plan_of(wanted_once(retirable=True), salvage=salvage)
    assert_close(plan.attrs["objective"], 100)
    assert_close(decided(plan, "retired", "plant", 2025), [0] * 5)


def test_what_costs_more_to_keep_than_it_is_worth_is_retired() -> None:
    """At 2 MSEK/MW a year keeping costs 100 - 50 + 100 = 150; retired from 2026 on it is 100 + 20 = 120."""
    plan = plan_of(wanted_once(retirable=True, fixed_cost=2), salvage="straight_line")
    assert_close(plan.attrs["objective"], 120)
    assert_close(decided(plan, "retired", "plant", 2025), [0, 10, 10, 10, 10])


def test_of_an_actor_too_what_is_retired_is_worth_nothing() -> None:
    """The same plant in its owner's own books: 100 as above, kept; a millionth is given up for a smooth outlay."""
    town = wanted_once(retirable=True, actor="city")
    town["commodities"][0] |= {"tariff": 0, "trader": "city"}
    town["actors"] = [{"actor": "city", "kind": "municipality"}]
    plan = plan_of(town, salvage="straight_line", perspective="city")
    assert plan.attrs["objective"] == pytest.approx(100, rel=2e-6)
    assert decided(plan, "retired", "plant", 2025) == pytest.approx(np.zeros(5), abs=1e-3)


@pytest.mark.parametrize(
    ("salvage", "kept"), [("straight_line", 100 * 1.1 * 0.75), ("sinking_fund", 100 * 1.1 * (1 - 0.1 / 0.4641))]
)
def test_interest_for_the_time_of_construction_is_part_of_what_is_left(salvage: str, kept: float) -> None:
    """One year to build and one of four used at 10 percent: of 110 are 82.5 or 86.297 left, worth 1/1.21 today."""
    road = {"buildable": True, "capex": 100, "life": 4, "lead_time": 1, "least_build": {2025: 1, 2026: 0}}
    town = {"case": {"last_year": 2026, "discount_rate": 0.1}, "technologies": [{"technology": "road", **road}]}
    assert_close(cost_of(town, salvage=salvage), 100 - kept / 1.21)


@pytest.mark.parametrize("salvage", RULES)
def test_what_enters_service_after_the_plan_costs_it_nothing(salvage: str) -> None:
    """Five years to build in a plan of two at 10 percent: 100 paid, 121 left at the end, worth 100 today."""
    road = {"buildable": True, "capex": 100, "life": 4, "lead_time": 5, "least_build": {2025: 1, 2026: 0}}
    town = {"case": {"last_year": 2026, "discount_rate": 0.1}, "technologies": [{"technology": "road", **road}]}
    assert_close(cost_of(town, salvage=salvage), 0)


@pytest.mark.parametrize("salvage", FUNDS)
def test_payments_after_service_began_bear_no_interest_before_they_are_made(salvage: str) -> None:
    """Half paid now and half in a year, in service now, two of four years used at 10 percent.

    A share of (1.1^-2 - 1.1^-4) / (1 - 1.1^-4) = 0.452489 of what was paid, 50 + 50/1.1 = 95.455, is left: 52.262.
    """
    road = {"buildable": True, "capex": 100, "life": 4, "construction_years": 2, "least_build": {2025: 1, 2026: 0}}
    town = {"case": {"last_year": 2026, "discount_rate": 0.1}, "technologies": [{"technology": "road", **road}]}
    left = (1.1**-2 - 1.1**-4) / (1 - 1.1**-4)
    assert_close(cost_of(town, salvage=salvage), (50 + 50 / 1.1) * (1 - left))
