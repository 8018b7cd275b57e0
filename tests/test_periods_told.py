"""Words about periods of several years that are none, and windows that open inside one."""

from __future__ import annotations

import pytest
from spoiled import spoil
from town import build_town

from scenarios.checks.check import check_tables
from scenarios.checks.view import View
from scenarios.choices import Choices
from scenarios.notices.notices import find_notices


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "choices, column 'service': 'early' is none of the words allowed: spread, start."),
        ("sv", "choices, kolumn 'service': 'early' är inget av de tillåtna orden: spread, start."),
    ],
)
def test_a_word_that_is_no_convention_is_refused(lang: str, text: str) -> None:
    problems = check_tables(build_town(case={"last_year": 2034}), Choices(service="early"))
    assert [problem.tell(lang) for problem in problems if problem.file == "choices"] == [text]


@pytest.mark.parametrize(("service", "told"), [("spread", 0), ("start", 1)])
def test_a_window_inside_a_period_is_open_unless_everything_starts_on_first_days(service: str, told: int) -> None:
    """Starts of 2026 and 2027 alone in periods of three years from 2025 and 2028 on."""
    window = {"technologies.pump.earliest_start": 2026, "technologies.pump.latest_start": 2027}
    notices = find_notices(View(spoil(window), Choices(years=(2025, 2028), last_length=3, service=service)))
    assert sum(notice.key == "window_without_years" for notice in notices) == told
