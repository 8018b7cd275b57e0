"""A plan, section by section: what it comes to, what is done, who pays, what it is worth, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from runners.results.result import Result
from runners.views.locale import speak_of
from runners.views.section import Section
from runners.views.subjects.actions import write_actions
from runners.views.subjects.basis import write_numbers, write_quality, write_sources
from runners.views.subjects.benefits import write_benefits
from runners.views.subjects.books import write_capital_costs, write_cash, write_debt, write_key_figures
from runners.views.subjects.decision import write_summary
from runners.views.subjects.method import write_background, write_method
from runners.views.subjects.payers import write_funding, write_outlays
from runners.views.subjects.targets import write_path, write_targets
from runners.views.subjects.timetable import write_measures, write_outlays_by_measure
from runners.views.subjects.worth import write_costs, write_green

WRITERS = (
    *(write_summary, write_background, write_path, write_targets, write_measures, write_outlays_by_measure),
    *(write_outlays, write_cash, write_capital_costs, write_funding, write_green, write_debt, write_key_figures),
    *(write_costs, write_quality, write_sources, write_numbers),
)


def write_plan(result: Result, lang: str) -> Iterator[Section]:
    """Every section of a plan; one without blocks is of something that the case knows nothing of."""
    speech, written = speak_of(result, lang), []
    for write in WRITERS:
        section = write(result, speech)
        written.append(section)
        yield section
    yield write_actions(result, lang)
    yield write_benefits(result, lang)
    yield write_method(result, speech, written)
