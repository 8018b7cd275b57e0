"""Which actions of an adopted plan cannot be laid beside the plan: unknown measures, and amounts that are none."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.actions import ACTIONS, AMOUNTS, MEASURES, list_measures, read_amount
from scenarios.cells import ROW
from scenarios.checks_view import View, file_of, find_nearest
from scenarios.errors import Problem


def find_unknown_measures(view: View) -> Iterator[Problem]:
    """Names that are no measures of the case; a technology that is none says so of itself."""
    known = [name for name, about in view.technologies.items() if about["measure"] == "yes"]
    for action, about in view.labels(ACTIONS).items():
        for found in list_measures(about[MEASURES]):
            if found not in known:
                key = "action_not_measure" if found in view.technologies else "action_measure_unknown"
                fields = {"action": action, "found": found, "nearest": find_nearest(found, known)}
                yield Problem(key, file_of(ACTIONS), int(about[ROW]), MEASURES, fields)


def find_wrong_amounts(view: View) -> Iterator[Problem]:
    """Amounts that are neither a number nor a range that rises."""
    for about in view.labels(ACTIONS).values():
        for column in AMOUNTS:
            try:
                read_amount(about[column])
            except ValueError:
                yield Problem("action_amount", file_of(ACTIONS), int(about[ROW]), column, {"found": about[column]})
