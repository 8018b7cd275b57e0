"""Whether each target sets its cap in the years in which it holds, and in no other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import town

from scenarios.arithmetic.targets import average_factors, count_years
from scenarios.arrays import read_arrays


def caps(*targets: dict[str, Any], last_year: int = 2030, inventory: Any = None, **choices: Any) -> list[list[float]]:
    """Caps over the years of targets on `co2`; -1 where one does not hold."""
    s = town.scenario_of(
        {
            "case": {"first_year": 2025, "last_year": last_year, "base_year": 2024},
            "accounts": [{"account": "co2", **({"inventory": inventory} if inventory else {})}, {"account": "nox"}],
            "targets": [{"target": f"t{place}", "account": "co2", **row} for place, row in enumerate(targets)],
        },
        **choices,
    )
    return np.nan_to_num(s["cap"].values, nan=-1).tolist()


def test_a_target_holds_from_its_year_to_the_next_of_its_account() -> None:
    assert caps({"year": 2026, "value": 9}, {"year": 2029, "value": 5}) == [
        [-1, 9, 9, 9, -1, -1],
        [-1, -1, -1, -1, 5, 5],
    ]


def test_the_next_target_is_one_of_the_same_account_and_sense_and_not_cumulative() -> None:
    held = caps(
        {"year": 2025, "value": 9},
        {"year": 2026, "value": 1, "sense": "at_least"},
        {"year": 2027, "value": 8, "account": "nox"},
        {"year": 2028, "value": 50, "basis": "cumulative"},
    )
    assert held[0] == [9] * 6


def test_a_target_may_hold_in_its_year_only_or_to_a_last_year() -> None:
    assert caps({"year": 2026, "value": 9, "until": "only"}) == [[-1, 9, -1, -1, -1, -1]]
    assert caps({"year": 2026, "value": 9, "until": 2028}, {"year": 2027, "value": 5})[0] == [-1, 9, 9, 9, -1, -1]


def test_a_line_runs_straight_to_the_next_target_also_from_before_the_plan() -> None:
    """10 in 2024 to 4 in 2027: 8 in 2025, 6 in 2026; then 4."""
    assert caps({"year": 2024, "value": 10, "path": "line"}, {"year": 2027, "value": 4, "path": "line"}) == [
        [8, 6, -1, -1, -1, -1],
        [-1, -1, 4, 4, 4, 4],
    ]


def test_targets_before_the_plan_hold_from_its_first_year_and_after_it_not_at_all() -> None:
    assert caps({"year": 2020, "value": 9}, {"year": 2031, "value": 1}) == [[9] * 6, [-1] * 6]
    assert caps({"year": 2020, "value": 9}, {"year": 2023, "value": 8}) == [[-1] * 6, [8] * 6]
    assert caps({"year": 2020, "value": 9, "until": "only"}) == [[-1] * 6]


def test_percentages_refer_to_the_inventory_of_their_base_year_or_else_of_the_case() -> None:
    held = caps(
        {"year": 2025, "value": 80, "basis": "reduction", "base_year": 2010},
        {"year": 2025, "value": 30, "basis": "share", "account": "co2"},
        last_year=2025,
        inventory={2010: 500, 2024: 200},
    )
    assert held == [[pytest.approx(100)], [pytest.approx(60)]]


def test_a_percentage_of_an_inventory_between_the_years_given_is_refused() -> None:
    with pytest.raises(KeyError):
        caps({"year": 2025, "value": 80, "basis": "reduction", "base_year": 2015}, inventory={2010: 500, 2024: 200})


def test_a_cumulative_cap_stands_whole_in_each_year_it_counts() -> None:
    assert caps({"year": 2027, "value": 50, "basis": "cumulative"}) == [[-1, -1, 50, 50, 50, 50]]
    assert caps({"year": 2025, "value": 50, "basis": "cumulative", "until": 2026}) == [[50, 50, -1, -1, -1, -1]]


def test_a_cumulative_cap_of_years_that_the_plan_lacks_does_not_hold() -> None:
    """A part of the years against the whole total would look met: 2021-2024 are not in the plan, nor is 2040."""
    assert caps({"year": 2021, "value": 50, "basis": "cumulative", "until": 2026}) == [[-1] * 6]
    assert caps({"year": 2025, "value": 50, "basis": "cumulative", "until": 2040}) == [[-1] * 6]


def test_in_periods_one_year_only_is_the_plan_year_that_stands_for_it() -> None:
    years = (2025, 2030, 2035)
    assert caps({"year": 2032, "value": 9, "until": "only"}, years=years) == [[-1, 9, -1]]


def test_a_target_holds_from_the_period_that_its_year_lies_in() -> None:
    """2032 lies in 2030-2034 and 2037 in the last period, which stands for as many years as the one before it."""
    years = (2025, 2030, 2035)
    assert caps({"year": 2032, "value": 9}, years=years) == [[-1, 9, 9]]
    assert caps({"year": 2037, "value": 9}, years=years) == [[-1, -1, 9]]
    assert caps({"year": 2040, "value": 9}, years=years) == [[-1, -1, -1]]
    assert caps({"year": 2027, "value": 9, "until": 2031}, years=years) == [[9, 9, -1]]
    assert caps({"year": 2027, "value": 9}, {"year": 2032, "value": 5}, years=years) == [[9, -1, -1], [-1, 5, 5]]
    assert caps({"year": 2030, "value": 9}, {"year": 2033, "value": 5}, years=years) == [[-1, -1, -1], [-1, 5, 5]]


def test_a_budget_counts_the_years_of_a_period_that_are_its_own() -> None:
    """2027-2031 of periods from 2025, 2030 and 2035: three years of the first and two of the second."""
    rows = {"year": 2027, "until": 2031, "value": 50, "basis": "cumulative"}
    town_rows = {
        "case": {"last_year": 2039, "discount_rate": 1.0},
        "accounts": [{"account": "co2"}],
        "targets": [{"target": "budget", "account": "co2", **rows}],
    }
    arrays = read_arrays(town.scenario_of(town_rows, years=(2025, 2030, 2035), discount_operation="start"))
    assert count_years(arrays).tolist() == [[3, 2, 0]]
    factors = [2.0 ** -(year - 2025) for year in range(2027, 2032)]
    assert average_factors(arrays).tolist() == [pytest.approx(sum(factors) / 5)]


def test_modes_and_excess_prices_of_targets_can_be_set_for_all() -> None:
    rows = {
        "accounts": [{"account": "co2"}],
        "targets": [
            {"target": "a", "account": "co2", "year": 2025, "value": 1, "mode": "hard"},
            {"target": "b", "account": "co2", "year": 2025, "value": 1, "price": 3},
        ],
    }
    s = town.scenario_of(rows)
    assert s["target_mode"].values.tolist() == ["hard", "priced"]
    assert s["price"].values.tolist() == [7, 3]
    changed = town.scenario_of(rows, target_mode="nearest", excess_price=11)
    assert changed["target_mode"].values.tolist() == ["nearest", "nearest"]
    assert changed["price"].values.tolist() == [11, 11]
