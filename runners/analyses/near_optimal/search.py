"""What do all plans that cost little more than the cheapest have in common, and where do they part?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

from runners.analyses.asking import Inquiry, Job
from runners.analyses.near_optimal.alternatives import Alternative
from runners.analyses.near_optimal.amounts import Measure, list_measures
from runners.analyses.near_optimal.ranges import End, Range
from runners.analyses.near_optimal.searched import Room, Searched, bound_level, part_level, reach_levels, span_levels
from runners.analyses.team import MOST_ALONE, Team
from runners.family import Family
from runners.outcome import Outcome
from runners.progress import QUIET, Progress
from scenarios.errors import CaseError, Problem
from scenarios.settings import Settings

Width = tuple[int, float, Sequence[Sequence[End]]]
"""The place of a measure, from which amount on it is had, and the points at the ends of its range by level."""


@dataclass(frozen=True)
class Level:
    """What there is within one level of cost.

    Args:
        percent: of what the cheapest plan decides (`Room`) that plans may cost more.
        most: what they may cost, in money of the case.
        ranges: one per measure.
        alternatives: plans as different as possible.
    """

    percent: float
    most: float
    ranges: Sequence[Range]
    alternatives: Sequence[Alternative]


@dataclass(frozen=True)
class Nearness:
    """All levels, narrowest first, around the cheapest plan.

    `verified` counts the points that the verifier accepted: every end of every range, and every alternative;
    `questions` counts the programs that were solved for it, `seconds` what the search took by its parts.
    """

    outcome: Outcome
    room: Room
    point: np.ndarray
    measures: Sequence[Measure]
    largest: dict[str, float]
    share: float
    relaxed: bool
    levels: Sequence[Level]
    verified: int
    questions: int
    seconds: dict[str, float] = field(default_factory=dict)


def find_near(
    family: Family,
    settings: Settings,
    percents: Sequence[float],
    plans: int,
    share: float,
    progress: Progress = QUIET,
    team: Team | None = None,
) -> Nearness:
    """Ranges and alternatives within levels of the cheapest plan of a scenario.

    Args:
        family: of the scenario.
        settings: of the scenario.
        percents: of what the cheapest plan decides, each above 0; see `measure_room`.
        plans: alternatives per level.
        share: from which part of its most a measure counts as had, or as begun.
        progress: told each measure and each level of alternatives.
        team: processes that share the questions (`searched.plan_opening`); they are started where that pays.

    Raises:
        CaseError: no measure may be built.
        NoPlan: there is no cheapest plan to begin with, or the solver gave up on a question.
        PlanRefused: a point found is no plan of the scenario.
    """
    buildable = len(list_measures(family.revise(settings), family.scenario))
    if not buildable:
        raise CaseError([Problem("near_without_measures", "near")])
    if team is not None and buildable > MOST_ALONE:
        team.start()
    outcome = family.solve(settings)
    progress("near_ranges")
    started = perf_counter()
    searched = Searched(family, settings, outcome.scenario, outcome.plan, sorted(percents))
    inquiry, measures = Inquiry(searched, outcome.plan, team), searched.measures
    progress.expect(len(measures))
    reached = inquiry.ask(reach_levels, range(len(measures)), progress)
    largest = {ends[-1][1].technology: ends[-1][1].amount for ends, _ in reached}
    seconds = {"ranges": perf_counter() - started}
    progress("near_plans")
    started = perf_counter()
    known = [_gather_ends([ends for ends, _ in reached], level) for level in range(len(searched.percents))]
    widths = [(place, share * largest[ends[-1][1].technology], ends) for place, (ends, _) in enumerate(reached)]
    levels, asked = _ask_levels(
        inquiry, searched, [(at, ends, largest, plans) for at, ends in enumerate(known)], widths, progress
    )
    seconds["alternatives"] = perf_counter() - started
    verified = len(known[-1]) + sum(len(level.alternatives) for level in levels)
    questions = asked + sum(count for _, count in reached)
    about = outcome, searched.room, searched.point, measures, largest, share, searched.nearby.mixed, levels
    return Nearness(*about, verified, questions, seconds)


def _ask_levels(
    inquiry: Inquiry[Searched], searched: Searched, parts: Sequence[Any], widths: Sequence[Width], progress: Progress
) -> tuple[list[Level], int]:
    """Every level with its ranges and alternatives, and how many questions that took.

    Args:
        inquiry: who is asked.
        searched: the scenario whose levels are asked about.
        parts: what `part_level` is asked of each level, the narrowest first.
        widths: of each measure.
        progress: told each answer.
    """
    lumps = [searched.whole is not None and searched.measures[place].whole for place, *_ in widths]
    whole, other = (
        [width for width, lump in zip(widths, lumps, strict=True) if lump is kind] for kind in (True, False)
    )
    bounding = [(place, level, _list_amounts(ends)) for place, _, ends in whole for level in range(len(parts))]
    jobs: list[Job] = [(part_level, asked) for asked in reversed(parts)]
    jobs += [(bound_level, asked) for asked in reversed(bounding)]
    jobs += [(span_levels, (*width, None)) for width in other]
    progress.expect(len(jobs) + len(whole))
    found = iter(inquiry.answer(jobs, progress))  # the long ones first, so that all processes end together
    apart = [*reversed([next(found) for _ in parts])]
    bounded = dict(zip([asked[:2] for asked in reversed(bounding)], found, strict=False))
    spans = dict(zip([width[0] for width in other], found, strict=True))
    last = [(*width, [bounded[width[0], level][0] for level in range(len(parts))]) for width in whole]
    spans |= dict(zip([width[0] for width in whole], inquiry.ask(span_levels, last, progress), strict=True))
    levels = [
        Level(percent, most, [spans[row][0][place] for row in range(len(widths))], plans)
        for place, (percent, most, (plans, _)) in enumerate(zip(searched.percents, searched.limits, apart, strict=True))
    ]
    return levels, sum(count for _, count in (*apart, *bounded.values(), *spans.values()))


def _list_amounts(ends: Sequence[Sequence[End]]) -> list[tuple[float, float]]:
    """Least and most of a measure by level."""
    return [(low.amount, high.amount) for low, high in ends]


def _gather_ends(reached: Sequence[Sequence[Sequence[End]]], level: int) -> list[End]:
    """The ends of all ranges of a level and of narrower ones, measure by measure."""
    return [end for narrow in range(level + 1) for ends in reached for end in ends[narrow]]
