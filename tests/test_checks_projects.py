"""Forced and decided projects that contradict the case, each with the whole text that a user reads."""

from __future__ import annotations

from typing import Any

import pytest
from spoiled import tell


def settle(status: str = "decided", year: Any = 2026, size: float | None = 2, **others: Any) -> dict[str, Any]:
    labels = {"status": status, "status_year": year, **({} if size is None else {"project_size": size}), **others}
    return {f"technologies.pump.{name}": value for name, value in labels.items()}


HEAD = "technologies.csv row 3, column 'status': "
YEAR = "technologies.csv row 3, column 'status_year': "
LOGIC = {"rule": "first", "technology": "pump", "other": "retrofit", "value": 1}
SIZES = {"technologies.retrofit.least_size": 1, "technologies.pump.least_size": 1}

MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "word": (
        settle("deciced"),
        HEAD + "'deciced' is none of the words allowed: option, forced, decided. Did you mean 'decided'?",
    ),
    "not buildable": (
        settle(buildable="no"),
        HEAD
        + "'pump' has status = decided but cannot be built. Write buildable = yes and give it capacity of its own, "
        "or status = option.",
    ),
    "without a year": (
        settle(year=""),
        YEAR + "'pump' has status = decided but no year. Write the year in which construction starts in status_year.",
    ),
    "without a size": (
        settle("forced", size=None),
        HEAD + "'pump' has status = forced but no size. Write project_size in parameters.csv, or unit_size or "
        "least_size.",
    ),
    "parts of units": (
        settle(unit_size=1.5),
        "parameters.csv row 6, column 'value': project_size of 'pump' is 2, no whole number of units of 1.5. Write a "
        "multiple of unit_size.",
    ),
    "below the least size": (
        settle(least_size=3),
        "parameters.csv row 6, column 'value': project_size of 'pump' is 2, less than least_size, which is 3. Raise "
        "project_size, or lower least_size.",
    ),
    "outside the plan": (
        settle(year=2031),
        YEAR + "'pump' has status = decided with construction from 2031, outside the years 2025-2030 of the case. "
        "Write one of them; what is built already belongs in stock.csv.",
    ),
    "outside its window": (
        settle(latest_start=2025),
        YEAR + "'pump' has status = decided with construction from 2026, outside its window -2025. Change status_year, "
        "earliest_start or latest_start.",
    ),
    "in service after the plan": (
        settle(lead_time=5),
        YEAR + "'pump' has status = decided with construction from 2026 but is in service in 2031, after the last year "
        "2030 of the plan. Write an earlier status_year, or a shorter lead_time.",
    ),
    "before what it requires": (
        {**settle(), **SIZES, "technologies.retrofit.earliest_start": 2027, "logic": [{**LOGIC, "kind": "requires"}]}
        | settle("forced"),
        HEAD + "'pump' has status = forced with construction from 2026, but waits for 'retrofit' until 2028. Change "
        "status_year of one of them.",
    ),
    "after what nobody decided": (
        {**settle(), **SIZES, "logic": [{**LOGIC, "kind": "follows"}]},
        HEAD + "'pump' is decided with construction from 2026, but waits for 'retrofit', which neither stands nor is "
        "decided. Decide 'retrofit' too, or write status = forced.",
    ),
    "above the rate": (
        settle(most_build=1),
        HEAD + "'pump' has status = decided with 2 from 2026, more than most_build admits (1). Raise most_build, or "
        "lower project_size.",
    ),
    "above the potential": (
        settle("forced", size=9),
        HEAD + "'pump' has status = forced with 9 from 2026, more than most_capacity admits (8). Raise most_capacity, "
        "or lower project_size.",
    ),
    "faster than it may grow": (
        settle(build_growth=1.5, build_seed=1),
        HEAD + "'pump' has status = decided with 2 from 2026, more than build_growth admits (1). Raise build_growth, "
        "or lower project_size.",
    ),
    "above the group": (
        settle(size=4),
        HEAD + "decided projects take 4 of the group 'crews' in 2026, more than group_most_build, which is 3; the last "
        "is 'pump'. Raise group_most_build, or move status_year.",
    ),
}


@pytest.mark.parametrize(("edits", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_whole(edits: dict[str, Any], expected: str) -> None:
    assert "\n".join(tell(edits)) == expected


@pytest.mark.parametrize("status", ["forced", "decided"])
def test_what_is_settled_may_not_be_excluded(status: str) -> None:
    assert tell(settle(status)) == []
    assert tell(settle(status), exclude=("pump",)) == [
        HEAD + f"'pump' has status = {status} but is excluded by the choices. Take it out of exclude, or write "
        "status = option."
    ]


def test_two_settled_projects_may_not_exclude_each_other() -> None:
    both = {**settle(), **SIZES, "logic": [{**LOGIC, "kind": "excludes"}]}
    both |= {key.replace("pump", "retrofit"): value for key, value in settle("forced", size=1).items()}
    assert tell(both) == [
        "technologies.csv row 5, column 'status': 'retrofit' and 'pump' are both forced or decided but exclude each "
        "other (first in logic.csv). Write status = option for one of them."
    ]


def test_a_year_that_stands_twice_is_told_alone() -> None:
    """Its plan year had no length: numpy warned on the user's screen."""
    assert tell(settle(), years=(2025, 2025, 2030)) == [
        "choices, column 'years': the year 2025 stands twice. Remove one."
    ]


def test_a_year_that_is_not_chosen_is_no_mistake() -> None:
    assert tell(settle(), first_year=2027) == []
