"""Budgets of emissions, each over its own years, by hand: used, left, the pace asked for, the year of its end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from hand import assert_close
from town import scenario_of

from runners.analyses.follow_up.pace import Pace, choose_account, measure_pace

LET_OUT = [10, 9.2, 8.4, 7.6, 6.8, 6, 6, 6, 6, 6]


def budget(name: str, first: int, last: int, value: float, account: str = "co2", **more: Any) -> dict[str, Any]:
    cap = {"basis": "cumulative", "mode": "priced", "price": 6}
    return {"target": name, "account": account, "year": first, "until": last, "value": value, **cap, **more}


def scenario_with(*targets: dict[str, Any], **case: int) -> xr.Dataset:
    accounts = [{"account": "all"}, {"account": "co2"}]
    return scenario_of(
        {"case": {"first_year": 2025, "last_year": 2034, **case}, "accounts": accounts, "targets": list(targets)}
    )


def paces(scenario: xr.Dataset, let_out: list[float], until: int) -> tuple[Pace, ...]:
    values = np.array([[0.0] * len(let_out), let_out])
    coords = {"account": ["all", "co2"], "year": scenario["year"].values}
    plan = xr.Dataset({"account_value": (("account", "year"), values)}, coords=coords)
    return measure_pace("co2", plan, scenario, plan, until)


def test_what_was_let_out_before_a_budget_begins_is_no_part_of_it() -> None:
    """40 kt for 2026-2030, 9 let out in 2025: 0 used. 9 (q + .. + q^5) = 40 at q = 0.96099. 40 / 9: the fifth year.

    The program had 9 used, 31 left, the plan's 2034 as last year, 20.12 % asked for and 2029.
    """
    [pace] = paces(scenario_with(budget("cap", 2026, 2030, 40)), [9, *LET_OUT[1:]], 2025)
    assert (pace.target, pace.first, pace.last, pace.spent) == ("cap", 2026, 2030, 2030)
    assert_close([pace.budget, pace.used, pace.left, pace.today], [40, 0, 40, 9])
    assert pace.asked == pytest.approx(0.0390074, abs=1e-6)


def test_each_budget_is_judged_over_its_own_years() -> None:
    """10 + 9.2 of 48 are used by 2026: 28.8 are left, which is more than 9.2 a year for three years. Nothing of 30 is.

    30 last from 2030 on: at 9.2 a year until 2033. 9.2 (q^4 + .. + q^8) = 30.
    """
    targets = budget("later", 2030, 2034, 30), budget("first", 2025, 2029, 48)
    first, later = paces(scenario_with(*targets), LET_OUT, 2026)
    assert_close([first.used, first.left, later.used, later.left], [19.2, 28.8, 0, 30])
    assert (first.target, first.last, first.spent) == ("first", 2029, None)
    assert (later.target, later.last, later.spent) == ("later", 2034, 2033)
    assert_close(sum(9.2 * (1 - first.asked) ** n for n in range(1, 4)), 28.8)
    assert_close(sum(9.2 * (1 - later.asked) ** n for n in range(4, 9)), 30)


def test_a_budget_that_has_ended_is_told_no_more() -> None:
    """By 2030 48 for 2025-2029 are history; of 30 for 2030-2034 6 are used, and 24 last four years."""
    targets = budget("first", 2025, 2029, 48), budget("later", 2030, 2034, 30)
    [later] = paces(scenario_with(*targets), LET_OUT, 2030)
    assert (later.target, later.spent) == ("later", 2034)
    assert_close([later.used, later.left], [6, 24])


def test_a_budget_that_begins_inside_a_period_has_its_own_years_of_it() -> None:
    """Periods of five years from 2025: of the first, 8 kt a year, the budget of 2027-2034 has three years."""
    tables = {"case": {"first_year": 2025, "last_year": 2034}, "accounts": [{"account": "all"}, {"account": "co2"}]}
    scenario = scenario_of({**tables, "targets": [budget("cap", 2027, 2034, 60)]}, years=(2025, 2030), last_length=5)
    [pace] = paces(scenario, [8, 6], 2029)
    assert_close([pace.used, pace.left], [24, 36])
    assert (pace.first, pace.last, pace.spent) == (2027, 2034, 2034)


def test_without_a_cap_whose_years_the_plan_has_the_budget_is_the_plan() -> None:
    """A cap for 2020-2034 holds in no year of a plan from 2025; the plan lets out 72 kt."""
    scenario = scenario_with(budget("old", 2020, 2034, 10, until=2034))
    [pace] = paces(scenario, LET_OUT, 2025)
    assert (pace.target, pace.first, pace.last) == ("", 2025, 2034)
    assert_close([pace.budget, pace.used], [72, 10])
    assert choose_account(scenario, "all") == "all"
    assert choose_account(scenario_with(budget("cap", 2026, 2030, 40)), "all") == "co2"
