"""Calendars and limits that contradict themselves, each with the whole text that a user reads."""

from __future__ import annotations

from typing import Any

import pytest
from spoiled import tell

MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "row without a year beside rows with": (
        {"parameters": [{"technology": "pump", "quantity": "capex", "value": 4}]},
        (
            "parameters.csv row 10, column 'year': the row has no year while row 2 gives one for the same "
            "number; which one holds cannot be told. Give both a year, or remove one."
        ),
    ),
    "last year before first": (
        {"case.last_year": 2020},
        "case.csv row 9: last_year is 2020, before first_year, which is 2025. Write 2025 or later.",
    ),
    "slice of no hours": (
        {
            "slices": [{"slice": "spring", "hours": 0}],
            "commodities.heat.profile": {"winter": 0.7, "summer": 0.3, "spring": 0},
        },
        ("slices.csv row 4, column 'hours': the slice 'spring' has 0 hours. Give it its hours, or remove the row."),
    ),
    "hours of another year": (
        {"slices:2:hours": "4024"},
        (
            "slices.csv, column 'hours': the 2 slices have 8784 hours together but must have the 8760 of a "
            "year. Correct the hours."
        ),
    ),
    "cycles that differ": (
        {"slices:2:cycles": "5", "slices:3:season": "cold"},
        (
            "slices.csv row 3, column 'cycles': cycles is 1, but 'winter' of the same season (cold) has 5. "
            "Give all slices of the season the same number."
        ),
    ),
    "profile not one": (
        {"commodities.heat.profile": {"winter": 0.7, "summer": 0.2}},
        (
            "profiles.csv row 2, column 'value': the profile of 'heat' sums to 0.9 over the slices winter, "
            "summer but has to sum to 1. Correct the shares; a slice without a row counts as 0."
        ),
    ),
    "profile of a year not one": (
        {"commodities.heat.profile": {"winter": {2025: 0.7, 2030: 0.6}, "summer": {2025: 0.3, 2030: 0.3}}},
        (
            "profiles.csv row 3, column 'value': the profile of 'heat' in 2030 sums to 0.9 over the slices "
            "winter, summer but has to sum to 1. Correct the shares; a slice without a row counts as 0."
        ),
    ),
    "profile of more than capacity": (
        {
            "technologies.pump.resolution": "year",
            "technologies.pump.profile": {"winter": 0.8, "summer": 0.2},
        },
        (
            "profiles.csv row 4, column 'value': the profile of 'pump' puts 1.752 times its share of the year's "
            "hours in winter, and nothing says what the capacity of 'pump' gives at full power. Write 'full_load' of "
            "'pump' in parameters.csv: the activity of one unit of capacity at full power all year, such as 8.76 "
            "GWh/MW/yr where capacity is a power. Where 'yield' is a year's output at this very profile, 1.8 times "
            "'yield' is enough."
        ),
    ),
    "profile of two things": (
        {"technologies": [{"technology": "heat", "flow": {"heat": 1}, "existing": 1}]},
        (
            "profiles.csv row 2, column 'item': 'heat' is both a technology and a commodity, so whose "
            "profile this is cannot be told. Rename one of them."
        ),
    ),
    "survival grows": (
        {"technologies.pump.survival": {0: 0.9, 10: 0.95}},
        (
            "survival.csv row 3, column 'value': the share of 'pump' still standing is 0.95 at age 10, more "
            "than 0.9 at 0. It may not grow with age; correct one of them."
        ),
    ),
    "least above most": (
        {
            "technologies.boiler.least_capacity": {2025: 0, 2030: 4},
            "technologies.boiler.most_capacity": {2025: 9, 2030: 2},
            "technologies.boiler.retirable": "yes",
        },
        (
            "parameters.csv row 2, column 'value': least_capacity of 'boiler' is 4 in 2030, more than "
            "most_capacity, which is 2 (parameters.csv row 4). Raise most_capacity or lower least_capacity; "
            "straight lines hold between the years given, the nearest year outside them."
        ),
    ),
    "least purchase above most": (
        {"commodities.gas.least_purchase": 200},
        (
            "supplies.csv row 3, column 'value': least_purchase of 'gas' is 200 in 2025, more than "
            "most_purchase, which is 100 (supplies.csv row 2). Raise most_purchase or lower least_purchase; "
            "straight lines hold between the years given, the nearest year outside them."
        ),
    ),
    "least group above most": (
        {"groups.crews.group_least_build": 4},
        (
            "limits.csv row 3, column 'value': group_least_build of 'crews' is 4 in 2025, more than "
            "group_most_build, which is 3 (limits.csv row 2). Raise group_most_build or lower "
            "group_least_build; straight lines hold between the years given, the nearest year outside them."
        ),
    ),
    "stock above potential": (
        {"technologies.boiler.most_capacity": 4},
        (
            "stock.csv row 2, column 'value': existing of 'boiler' is 5 in 2025, more than most_capacity, "
            "which is 4 (parameters.csv row 2), and nothing may be retired early. Raise most_capacity, or "
            "write retirable = yes."
        ),
    ),
    "closed window": (
        {"technologies.pump.earliest_start": 2028, "technologies.pump.latest_start": 2026},
        (
            "parameters.csv row 7, column 'value': 'pump' may start no earlier than 2028 but no later than "
            "2026. Set latest_start to 2028 or later."
        ),
    ),
    "window outside the plan": (
        {"technologies.pump.earliest_start": 2040},
        (
            "parameters.csv row 6, column 'value': earliest_start of 'pump' is 2040, outside the years "
            "2025-2030 of the case, so that nothing is ever built. Use a year of the plan, or write "
            "buildable = no."
        ),
    ),
    "committed but not buildable": (
        {"technologies.boiler.least_build": 1},
        (
            "parameters.csv row 2, column 'value': 'boiler' has committed builds in 2025 but cannot be "
            "built. Write buildable = yes and give it capacity of its own, or remove the row."
        ),
    ),
    "committed outside its window": (
        {"technologies.pump.least_build": 1, "technologies.pump.latest_start": 2027},
        (
            "parameters.csv row 6, column 'value': 'pump' has committed builds in 2028, outside its window "
            "(earliest_start, latest_start). Widen the window, or write 0 for the years outside; outside the "
            "years given the nearest year holds."
        ),
    ),
    "share of nothing": (
        {"groups.crews.group_most_share": 0.5},
        (
            "limits.csv row 3, column 'value': the group 'crews' has group_most_share but does not say of "
            "what. Write a group in the column 'of' of groups.csv."
        ),
    ),
    "share of itself": (
        {"groups.crews.group_most_share": 0.5, "groups.crews.of": "crews"},
        ("groups.csv row 2, column 'of': the group 'crews' is a share of itself. Write the group that is the whole."),
    ),
    "group without members": (
        {"groups": [{"group": "all", "group_most_build": 1}]},
        (
            "groups.csv row 3, column 'group': the group 'all' is limited but has no members. Add them to "
            "members.csv, or remove the group."
        ),
    ),
    "once without a bound": (
        {"technologies.pump.once": "yes", "technologies.pump.most_capacity": None},
        (
            "technologies.csv row 3: 'pump' is built in whole steps (once) but has no upper limit. Write "
            "most_build or most_capacity for all years in parameters.csv."
        ),
    ),
    "lumpy without a bound": (
        {"technologies.pump.unit_size": 1, "technologies.pump.most_capacity": None},
        (
            "technologies.csv row 3: 'pump' is built in whole steps (unit_size) but has no upper limit. "
            "Write most_build or most_capacity for all years in parameters.csv."
        ),
    ),
    "unit larger than the potential": (
        {"technologies.pump.unit_size": 10},
        (
            "parameters.csv row 6, column 'value': unit_size of 'pump' is 10, but at most 8 may start in a "
            "year, so that nothing is ever built. Raise most_build or most_capacity, or lower unit_size."
        ),
    ),
    "growth from nothing": (
        {"technologies.pump.build_growth": 1.2},
        (
            "parameters.csv row 6, column 'value': build_growth of 'pump' begins at nothing and stays there. "
            "Write build_seed (what needs no history) or build_before."
        ),
    ),
}


@pytest.mark.parametrize(("edits", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_whole(edits: dict[str, Any], expected: str) -> None:
    assert "\n".join(tell(edits)) == expected


def test_a_unit_as_large_as_the_place_of_a_stock_that_may_be_scrapped_is_none() -> None:
    """A unit of 8 has its place where the 5 that stand in it are scrapped; where they stay it has not."""
    edits = {"technologies.pump.unit_size": 8, "technologies.pump.existing": 5}
    assert tell({**edits, "technologies.pump.retirable": "yes"}) == []
    assert tell(edits) == [
        "parameters.csv row 6, column 'value': unit_size of 'pump' is 8, but at most 3 may start in a year, so that "
        "nothing is ever built. Raise most_build or most_capacity, or lower unit_size."
    ]
