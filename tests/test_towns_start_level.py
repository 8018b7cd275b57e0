"""Towns solved by hand: a store that starts each year with a given level."""

from __future__ import annotations

from typing import Any

import pytest
from hand import HALVES, assert_close, decided, plan_of
from town import build_town

from scenarios.checks.check import check_tables
from scenarios.choices import Choices


def pit(storage: str, **levels: Any) -> dict[str, Any]:
    """Heat of 10 each winter and nothing each summer; bought at 1 in summer, 3 in winter; a pit holds 20."""
    heat = {"commodity": "heat", "balance": "slice", "storage": storage, "demand": 10}
    heat |= {"profile": {"winter": 1, "summer": 0}, "purchase_price": {"winter": 3, "summer": 1}}
    store = {"technology": "pit", "existing": 1, "content": 20, "stores": {"heat": 1}, "variable_cost": 0.1}
    case = {"first_year": 2025, "last_year": 2026}
    return {"case": case, "slices": HALVES, "commodities": [heat | levels], "technologies": [store]}


@pytest.mark.parametrize(("level", "cost"), [({}, 20), ({"start_level": 4}, 44), ({"start_level": 12}, 20)])
def test_a_store_through_the_year_starts_and_ends_with_its_level(level: dict[str, float], cost: float) -> None:
    """Free: 10 from summer each year, 2 * 10. With 4, winter buys 6 at 3, summer 4 at 1: 22 a year; with 12, 2 stay."""
    plan = plan_of(pit("year", **level))
    assert_close(plan.attrs["objective"], cost)
    if level:
        assert_close(decided(plan, "level", "heat")[1], [level["start_level"]] * 2)


def test_a_level_by_year_holds_on_the_horizon_too() -> None:
    """5 at first, 10 before the second year: winter buys 5 at 3, summer 10 at 1; then 10 from the pit: 15 + 10 = 25.

    Without the second level 2026 would cost the same; with 2 it costs 15 + 2 + 8 * 3 = 41.
    """
    assert_close(plan_of(pit("horizon", start_level={2025: 5, 2026: 10})).attrs["objective"], 25)
    assert_close(plan_of(pit("horizon", start_level={2025: 5, 2026: 2})).attrs["objective"], 41)
    assert_close(plan_of(pit("horizon", initial_level=5)).attrs["objective"], 25)


def test_a_level_of_a_store_that_goes_round_by_season_is_told() -> None:
    problems = check_tables(build_town(**pit("season", start_level=4)), Choices())
    assert [problem.key for problem in problems] == ["storage_number_idle"]
