"""By how little must one number of a case give way for there to be a plan? The least step of each lever alone.

    least z >= 0 with all rules as they are, and the bounds of one lever's rows eased by z

A number that stands before decisions (a share, a least size) moves no bound: its step is found by halving.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from model.compiled.revise import LinearProgram
from model.queries.elastic import Slack
from model.queries.least_violation import Reacher
from runners.analyses.sensitivity.parameters import Lever, measure_push
from runners.family import Family
from scenarios.catalog import CALENDAR, TECHNOLOGY
from scenarios.errors import CaseError
from scenarios.settings import Settings

MOST_DOUBLINGS, MOST_HALVINGS = 3, 12
EARLIEST, LATEST = "earliest_start", "latest_start"


def find_least_steps(
    family: Family,
    settings: Settings,
    program: LinearProgram,
    levers: Sequence[Lever],
    asked: LinearProgram | None = None,
) -> Iterator[tuple[Lever, float]]:
    """Each lever that is enough alone, with the least step that is.

    Args:
        family: of a scenario that has no plan.
        settings: of the scenario.
        program: of the scenario.
        levers: numbers that could give way.
        asked: the program in which there must be a plan, where not all rules are asked to hold.
    """
    made = make_slacks(family, settings, program, levers)
    reacher = Reacher(asked or program, family.options, [slack for _, slack in made])
    first = len(reacher.names)
    for place, (lever, _) in enumerate(made):
        opened = reacher.mark(first + place)
        if not reacher.solve(opened.astype(float), ~opened, whole=False).status.has_plan:
            continue
        found = reacher.solve(opened.astype(float), ~opened)
        if found.status.has_plan:
            yield lever, float(found.columns[reacher.n_columns + first + place])
    if asked is not None:
        return
    bounded = {lever.key for lever, _ in made}
    for lever in levers:
        if lever.key not in bounded:
            step = _halve_step(family, settings, lever)
            if np.isfinite(step):
                yield lever, step


def make_slacks(
    family: Family, settings: Settings, program: LinearProgram, levers: Sequence[Lever]
) -> list[tuple[Lever, Slack]]:
    """The levers that move bounds alone, each as a slack in its own unit."""
    made = []
    for lever in levers:
        step = min(lever.longest, 1.0)
        try:
            moved = measure_push(program, family.revise({**settings, **lever.set(step)}))
        except CaseError:
            continue
        if moved is not None and len(moved[0]):
            made.append((lever, Slack(moved[0], moved[1] / step, lever.most)))
    return made


def find_window(family: Family, settings: Settings, measure: str) -> Iterator[tuple[str, int]]:
    """The latest earliest start year of a measure, and the earliest latest, with which there is a plan: calendar years.

    Args:
        family: of a scenario that has no plan.
        settings: of the scenario.
        measure: whose start years stand in the way.
    """
    scenario = family.describe(settings)
    years = [int(year) for year in scenario[CALENDAR].values]
    given = {name: float(scenario[name].sel({TECHNOLOGY: measure}).values) for name in (EARLIEST, LATEST)}
    sooner = [year for year in reversed(years) if year < given[EARLIEST]]
    later = [year for year in years if year > given[LATEST]]
    for quantity, tried in ((EARLIEST, sooner), (LATEST, later)):
        questions = [{**settings, f"set.{quantity}.{measure}": float(year)} for year in tried]
        place = _find_first(family, questions)
        if place is not None:
            yield quantity, tried[place]


def _find_first(family: Family, questions: Sequence[Settings]) -> int | None:
    """The first of settings that let in ever more with which there is a plan, by halving; None where there is none."""
    if not questions or not _holds(family, questions[-1]):
        return None
    low, high = 0, len(questions) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _holds(family, questions[middle]) else (middle + 1, high)
    return high


def _holds(family: Family, settings: Settings) -> bool:
    """Whether there is a plan under settings."""
    try:
        reacher = Reacher(family.revise(settings), family.options)
    except CaseError:
        return False
    nothing = reacher.mark()
    return reacher.solve(nothing.astype(float), ~nothing).status.has_plan


def _halve_step(family: Family, settings: Settings, lever: Lever) -> float:
    """The least step of a lever that stands before decisions, by halving; NaN where none is enough."""

    def misses(step: float) -> bool:
        return not _holds(family, {**settings, **lever.set(step)})

    low, high = 0.0, min(lever.most, lever.size)
    for _ in range(MOST_DOUBLINGS):
        if not misses(high):
            break
        low, high = high, min(2 * high, lever.most)
    else:
        return np.nan
    for _ in range(MOST_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if misses(middle) else (low, middle)
    return high
