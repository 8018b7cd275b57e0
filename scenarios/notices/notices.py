"""What a user should know about a case or a plan although nothing is wrong with it.

A problem stops a command, a notice never does: a rule that does not apply to the years of the plan, a limit that is
broken before the plan begins, a number of a size that cannot be meant. `fardplan check` tells the notices of a case;
a plan tells them too, with those that follow from solving it, on the screen and in `summary.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from conf.words import LANGUAGES
from scenarios.arrays import Scenario
from scenarios.checks.budget import tell_idle_losses
from scenarios.checks.choices import tell_left_out_prices
from scenarios.checks.projects import tell_left_out_projects
from scenarios.checks.view import View
from scenarios.errors import Notice
from scenarios.layers import locate
from scenarios.notices import actuals as notices_actuals
from scenarios.notices import targets as notices_targets
from scenarios.notices import years as notices_years
from scenarios.notices.magnitudes import find_magnitudes
from scenarios.notices.money import find_standing_breaches

Finder = Callable[[View], Iterable[Notice]]
"""One question about a case whose tables have passed the checks."""


NOTICES: tuple[Finder, ...] = (
    notices_years.find_periods,
    notices_targets.find_targets_without_years,
    notices_targets.find_percents_of_sinks,
    notices_years.find_windows_without_years,
    notices_years.find_late_service,
    find_magnitudes,
    tell_left_out_projects,
    tell_idle_losses,
    tell_left_out_prices,
    notices_actuals.find_gaps,
)
"""What is looked for, in the order in which it is told."""


SCENARIO_NOTICES: tuple[Callable[[Scenario], Iterable[Notice]], ...] = (find_standing_breaches,)
"""What is looked for in a scenario, where settings count too."""


def find_notices(view: View) -> tuple[Notice, ...]:
    """All that is to be known of a case under the choices made, each once; the tables must have passed the checks."""
    found: list[Notice] = []
    for notice in (notice for find in NOTICES for notice in find(view)):
        if notice not in found:
            found.append(notice)
    return tuple(locate(found, view.tables.layers))


def find_scenario_notices(scenario: Scenario) -> tuple[Notice, ...]:
    """All that is to be known of a scenario's own numbers, settings included."""
    return tuple(notice for find in SCENARIO_NOTICES for notice in find(scenario))


def list_notices(notices: Sequence[Notice]) -> list[dict[str, Any]]:
    """Notices for programs: key, place, fields and both texts of each."""
    return [
        {"key": notice.key, "file": notice.file, "row": notice.row, "column": notice.column}
        | {lang: notice.tell(lang) for lang in LANGUAGES}
        for notice in notices
    ]
