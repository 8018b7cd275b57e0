"""What does not apply to the plan's years is told, whole texts: targets, budgets, windows, plans in periods."""

from __future__ import annotations

from typing import Any

import pytest
from spoiled import spoil

from scenarios.checks.view import View
from scenarios.choices import Choices
from scenarios.notices.notices import find_notices


def tell(edits: dict[str, Any], lang: str = "en", **choices: Any) -> list[str]:
    return [notice.tell(lang) for notice in find_notices(View(spoil(edits), Choices(**choices)))]


HALF = "targets.csv row 2: the target 'half' "

TOLD: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "nothing": ({}, {}, []),
    "target after the plan": ({}, {"last_year": 2029}, [HALF + "(2030) does not apply: the plan ends in 2029."]),
    "target before the plan": (
        {"targets.half.year": 2025, "targets.half.until": "only"},
        {"first_year": 2026},
        [HALF + "(2025) does not apply: it ends in 2025, before the plan begins in 2026."],
    ),
    "budget that ends after the plan": (
        {"targets.half.basis": "cumulative", "targets.half.year": 2025, "targets.half.until": 2040},
        {},
        [
            HALF
            + "is a sum over 2025-2040 and does not apply: the plan ends in 2030, before the last year of the target."
        ],
    ),
    "budget that begins before the plan": (
        {"targets.half.basis": "cumulative", "targets.half.year": 2025},
        {"first_year": 2027},
        [HALF + "is a sum from 2025 on and does not apply: the plan begins only in 2027."],
    ),
    "target overtaken before the plan begins": (
        {
            "targets.half.year": 2026,
            "targets": [{"target": "next", "account": "co2", "year": 2028, "value": 1}],
        },
        {"first_year": 2028},
        [HALF + "(2026) does not apply: 'next' (2028) takes over before any year of the plan is its own."],
    ),
    "percent of a sink": (
        {"accounts.co2.inventory": {2024: -10}},
        {},
        [
            "targets.csv row 2, column 'value': the target 'half' is a reduction by 50 % of an inventory below zero "
            "(-10 in 2024) and allows at most -5: a smaller sink than then. Where the sink is to grow, write the "
            "target as absolute."
        ],
    ),
    "share of a sink": (
        {"accounts.co2.inventory": {2024: -10}, "targets.half.basis": "share"},
        {},
        [
            "targets.csv row 2, column 'value': the target 'half' is 50 % of an inventory below zero (-10 in 2024), "
            "that is -5. See that this is meant, or write the target as absolute."
        ],
    ),
    "service after the plan": (
        {"technologies.pump.earliest_start": 2028, "technologies.pump.lead_time": 3},
        {},
        [
            "parameters.csv row 7, column 'value': 'pump' cannot be in service in this plan and is not built: it may "
            "be begun in 2028 and is ready in 2031, but the plan's last year is 2030."
        ],
    ),
    "service after the plan, but asked for": (
        {
            "technologies.pump.earliest_start": 2028,
            "technologies.pump.lead_time": 3,
            "technologies.pump.least_build": {2027: 0, 2028: 1, 2029: 0},
        },
        {},
        [],
    ),
    "service in the last year": (
        {"technologies.pump.earliest_start": 2028, "technologies.pump.lead_time": 2},
        {},
        [],
    ),
    "window between plan years": (
        {"technologies.pump.earliest_start": 2026, "technologies.pump.latest_start": 2027},
        {"years": (2025, 2028), "last_length": 3, "service": "start"},
        [
            "the plan takes several years at a time (2 of 2 plan years, such as 2025, 2028): its results are not those "
            "of a plan year by year. Targets hold from the period in which their year lies.",
            "parameters.csv row 6, column 'value': 'pump' cannot be begun in this plan: none of its years 2025-2028 "
            "lies in the window of starts 2026-2027.",
        ],
    ),
}


@pytest.mark.parametrize("kind", TOLD)
def test_what_does_not_apply_is_told(kind: str) -> None:
    edits, choices, told = TOLD[kind]
    assert tell(edits, **choices) == told


def test_in_swedish_as_well() -> None:
    assert tell({}, "sv", last_year=2029) == ["targets.csv rad 2: målet 'half' (2030) gäller inte: planen slutar 2029."]
    late = {"technologies.pump.earliest_start": 2028, "technologies.pump.lead_time": 3}
    assert tell(late, "sv") == [
        "parameters.csv rad 7, kolumn 'value': 'pump' hinner inte tas i bruk i denna plan och byggs därför inte: den "
        "kan börja byggas 2028 och är klar 2031, men planens sista år är 2030."
    ]
    edits = {"targets.half.basis": "cumulative", "targets.half.year": 2025, "targets.half.until": 2040}
    assert tell(edits, "sv") == [
        "targets.csv rad 2: målet 'half' är en summa 2025-2040 och gäller inte: planen slutar redan 2030, före målets "
        "sista år."
    ]
    assert tell({}, "sv", years=(2025, 2030), last_length=1) == [
        "planen räknar flera år i taget (1 av 2 planår, som 2025): resultatet är inte det som en plan år för år ger. "
        "Mål gäller från den period som deras år ligger i."
    ]
