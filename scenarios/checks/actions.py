"""Which actions of an adopted plan, and which families of measures, cannot be told: unknown measures, wrong amounts."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.actions import ACTIONS, AMOUNTS, MEASURES, list_measures, read_amount
from scenarios.alike import find_nearest
from scenarios.cells import ROW
from scenarios.checks.view import View, file_of
from scenarios.errors import Problem
from scenarios.families import FAMILIES
from scenarios.terms import ACTION, FAMILY


def find_unknown_measures(view: View) -> Iterator[Problem]:
    """Names that are no measures of the case; a technology that is none says so of itself."""
    yield from _find_strangers(view, ACTIONS, ACTION)


def find_unknown_members(view: View) -> Iterator[Problem]:
    """The same of families; and families that are called as a technology is."""
    yield from _find_strangers(view, FAMILIES, FAMILY)
    for label, about in view.labels(FAMILIES).items():
        if label in view.technologies:
            yield Problem("family_taken", file_of(FAMILIES), int(about[ROW]), FAMILY, {"found": label})


def _find_strangers(view: View, table: str, kind: str) -> Iterator[Problem]:
    known = [name for name, about in view.technologies.items() if about["measure"] == "yes"]
    for label, about in view.labels(table).items():
        for found in list_measures(about[MEASURES]):
            if found not in known:
                key = f"{kind}_not_measure" if found in view.technologies else f"{kind}_measure_unknown"
                fields = {kind: label, "found": found, "nearest": find_nearest(found, known)}
                yield Problem(key, file_of(table), int(about[ROW]), MEASURES, fields)


def find_wrong_amounts(view: View) -> Iterator[Problem]:
    """Amounts that are neither a number nor a range that rises."""
    for about in view.labels(ACTIONS).values():
        for column in AMOUNTS:
            try:
                read_amount(about[column])
            except ValueError:
                yield Problem("action_amount", file_of(ACTIONS), int(about[ROW]), column, {"found": about[column]})
