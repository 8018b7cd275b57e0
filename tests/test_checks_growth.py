"""Growth from nothing: every way in which a limit on growth lets nothing begin is told, and no other.

Heat for 10 GWh a year is made from oil at 1 MSEK/GWh; a pump of 1 MW makes 1 GWh a year and costs 0.1 MSEK/MW. What is
built grows by half a year at the most, from 1 MW in the year before the plan.
"""

from __future__ import annotations

from typing import Any

import pytest
from hand import assert_close, cost_of, decided, plan_of
from spoiled import tell
from town import build_town

from scenarios.checks.check import check_tables
from scenarios.choices import Choices

PUMP = {"build_growth": 1.5, "build_before": 1}
RUN = {"activity_growth": 1.5, "activity_before": 1}
LATER = {2025: 0, 2026: 0, 2027: 9}
OTHER: dict[str, Any] = {"technology": "permit", "buildable": True, "least_size": 1, "most_build": 1, "life": 50}


def grow(pump: dict[str, Any], *others: dict[str, Any], **tables: Any) -> dict[str, Any]:
    return {
        "case": {"last_year": 2030},
        "commodities": [{"commodity": "heat", "demand": 10}, {"commodity": "oil", "purchase_price": 1}],
        "technologies": [
            {"technology": "stove", "capacitated": False, "flow": {"heat": 1, "oil": -1}},
            {"technology": "pump", "buildable": True, "capex": 0.1, "life": 50, "flow": {"heat": 1}, **pump},
            *others,
        ],
        "accounts": [{"account": "co2", "factor_purchase": {"oil": 0.3}}],
        **tables,
    }


def keys_of(tables: dict[str, Any], **choices: Any) -> list[str]:
    return [problem.key for problem in check_tables(build_town(**tables), Choices(**choices))]


def permit(kind: str, **other: Any) -> dict[str, Any]:
    """A town in which the pump waits for a permit, or is carried by it."""
    row = {"rule": "first", "kind": kind, "technology": "pump", "other": "permit", "value": 1}
    return grow({**PUMP, "least_size": 0.1, "most_build": 9}, {**OTHER, "flow": {"heat": 1}, **other}, logic=[row])


LOST_BUILDS: dict[str, dict[str, Any]] = {
    "window": grow({**PUMP, "earliest_start": 2027}),
    "rate": grow({**PUMP, "most_build": LATER}),
    "potential": grow({**PUMP, "most_capacity": LATER}),
    "stock fills the place": grow({**PUMP, "most_capacity": {2025: 1, 2026: 1, 2027: 9}, "existing": 1}),
    "crews": grow(PUMP, groups=[{"group": "crews", "weight": {"pump": 1}, "group_most_build": LATER}]),
    "seed before it opens": grow({"build_growth": 1, "build_seed": {2025: 1, 2026: 0}, "earliest_start": 2028}),
    "prerequisite": permit("requires"),
    "prerequisite in service": permit("follows", lead_time=2),
    "prerequisite with a window": permit("requires", earliest_start=2028),
    "support": permit("supports", lead_time=2),
}
LOST_USES: dict[str, dict[str, Any]] = {
    "window": grow({**RUN, "earliest_start": 2027}),
    "lead time": grow({**RUN, "lead_time": 2}),
    "delay": grow({**RUN, "start_delay": 1}),
    "most activity": grow({**RUN, "most_activity": LATER}),
    "group": grow(RUN, groups=[{"group": "all", "weight": {"pump": 1}, "group_most_activity": LATER}]),
    "mode of a late host": grow(
        {"lead_time": 2}, {"technology": "mode", "host": "pump", "flow": {"heat": 1}, **RUN, "variable_cost": -1}
    ),
}


@pytest.mark.parametrize("tables", LOST_BUILDS.values(), ids=LOST_BUILDS)
def test_a_build_that_can_only_begin_late_never_begins(tables: dict[str, Any]) -> None:
    """Nothing in 2025, so at most 1.5 x 0 in 2026, and so on: never a MW, and check says so. (It said nothing.)"""
    assert keys_of(tables) == ["growth_lost_build"]
    assert_close(decided(plan_of(tables), "build", "pump"), [0] * 6)


@pytest.mark.parametrize("tables", LOST_USES.values(), ids=LOST_USES)
def test_a_use_that_can_only_begin_late_never_begins(tables: dict[str, Any]) -> None:
    """The same of activity: what cannot run in 2025 never runs."""
    assert keys_of(tables) == ["growth_lost_activity"]
    limited = "mode" if len(tables["technologies"]) == 3 else "pump"
    assert_close(decided(plan_of(tables), "activity", limited).ravel(), [0] * 6)


BEGINNING: dict[str, dict[str, Any]] = {
    "in time": grow(PUMP),
    "in time, later closed": grow({**PUMP, "latest_start": 2026}),
    "a seed when it opens": grow({**PUMP, "build_seed": {2026: 0, 2027: 1}, "earliest_start": 2027}),
    "no limit when it opens": grow({**PUMP, "build_growth": {2026: 1.5, 2027: "inf"}, "earliest_start": 2027}),
    "stock that is scrapped": grow(
        {**PUMP, "most_capacity": {2025: 1, 2026: 1, 2027: 9}, "existing": 1, "retirable": True, "fixed_cost": 0.2}
    ),
    "a permit that stands": permit("follows", lead_time=2, existing=1),
    "crews freed by another": grow(
        PUMP, groups=[{"group": "crews", "weight": {"pump": 1, "stove": -1}, "group_most_build": LATER}]
    ),
    "use of a stock": grow({**RUN, "existing": 1, "earliest_start": 2027}),
    "use without capacity": grow({}, {"technology": "wood", "capacitated": False, "flow": {"heat": 1}, **RUN}),
}


@pytest.mark.parametrize("tables", BEGINNING.values(), ids=BEGINNING)
def test_what_can_begin_is_not_told(tables: dict[str, Any]) -> None:
    assert keys_of(tables) == []


def test_a_start_in_time_is_worth_what_growth_lets_be_built() -> None:
    """1.5 MW in 2025, then 2.25, 3.375, 2.875 of the 10: 1 MSEK, and oil for 8.5 + 6.25 + 2.875 = 17.625 instead of 60.

    With earliest_start 2027 all 60 GWh are oil; a seed of 1 MW from 2027 on gives 1 + 2.5 + 4.75 + 1.75 = 10 MW: 1, and
    oil for 10 + 10 + 9 + 6.5 + 1.75 = 37.25.
    """
    assert_close(cost_of(LOST_BUILDS["window"]), 60)
    assert_close(cost_of(grow(PUMP)), 18.625)
    assert_close(cost_of(grow({**PUMP, "build_seed": 1, "earliest_start": 2027})), 38.25)


def test_a_later_first_year_lets_it_begin() -> None:
    """The year before the plan is the one before 2027 where the plan is chosen to begin there."""
    assert keys_of(LOST_BUILDS["window"], first_year=2027) == []


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "build": (
        {f"technologies.pump.{name}": value for name, value in {**PUMP, "earliest_start": 2027}.items()},
        "parameters.csv row 6, column 'value': build_growth of 'pump' lets nothing be built: construction can start in "
        "2027 at the earliest, build_before counts in 2025 alone, and what is nothing one year stays so without "
        "build_seed. Write build_seed for 2027, or let it start in 2025.",
    ),
    "activity": (
        {f"technologies.pump.{name}": value for name, value in {**RUN, "lead_time": 3}.items()},
        "parameters.csv row 6, column 'value': activity_growth of 'pump' lets nothing begin: it can run in 2028 at the "
        "earliest, activity_before counts in 2025 alone, and what is nothing one year stays so without activity_seed. "
        "Write activity_seed for 2028, or let it run in 2025.",
    ),
    "zero": (
        {f"technologies.pump.{name}": value for name, value in {**PUMP, "build_growth": 0}.items()},
        "parameters.csv row 6, column 'value': build_growth of 'pump' is 0 in 2025, so that build_before gives "
        "nothing, and what is nothing one year stays so. Write build_seed (what needs no history), or a growth above "
        "0.",
    ),
}


@pytest.mark.parametrize(("edits", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_whole(edits: dict[str, Any], expected: str) -> None:
    assert "\n".join(tell(edits)) == expected
