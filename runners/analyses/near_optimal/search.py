"""What do all plans that cost little more than the cheapest have in common, and where do they part?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST
from model.queries.near_optimal import Nearby
from model.solver.plan import Labeller
from model.solver.solution import Solution
from model.verifier.verify import PlanRefused, Verifier
from runners.analyses.near_optimal.alternatives import Alternative, bound_cost, find_alternatives
from runners.analyses.near_optimal.amounts import Measure, list_measures
from runners.analyses.near_optimal.ranges import End, Range, find_largest, span_measures
from runners.analyses.oracle import Oracle
from runners.family import Family, Outcome
from runners.line import DECIDED, read_spending
from runners.progress import QUIET, Progress
from scenarios.errors import CaseError, Problem
from scenarios.settings import Settings

PERCENT = 100.0
TOGETHER = 12
"""Ends of ranges that are verified together: more would save little and hold as many plans at the same time."""
MOVED, WHOLE, OWN = ROOMS = ("decided", "cost", "own_cost")
"""What levels are percent of: what the plan decides against doing nothing; where there is no such path to measure
against, the whole cost; under an actor's perspective the whole of its own."""


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
class Room:
    """The money that levels are percent of, and `of` what it is, a word of `ROOMS`."""

    money: float
    of: str


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


class Judge:
    """Labels and verifies points of one scenario's program; raises PlanRefused where one is no plan."""

    def __init__(self, scenario: xr.Dataset, program: LinearProgram, nearby: Nearby, bound: float) -> None:
        self.count, self._waiting = 0, list[xr.Dataset]()
        self._scenario, self._nearby, self._bound = scenario, nearby, bound
        self._labeller, self._verifier = Labeller(program.program), Verifier()

    def accept(self, found: Solution) -> None:
        """Verify the end of a range, with others or when the judge settles; the chain did not ask for whole units."""
        self._waiting.append(self._labeller.label(self._scenario, self._nearby.describe(found, self._bound)))
        if len(self._waiting) == TOGETHER:
            self.settle()

    def show(self, solution: Solution, *, relaxed: bool) -> tuple[xr.Dataset, float]:
        """A settled plan with its largest violation."""
        plan = self._labeller.label(self._scenario, bound_cost(solution, self._bound))
        verdict = self._verifier.check(self._scenario, plan, relaxed=relaxed)
        if not verdict.accepted:
            raise PlanRefused(verdict)
        self.count += 1
        return plan, verdict.max_violation

    def settle(self) -> None:
        """Verify the ends that still wait for others."""
        waiting, self._waiting = self._waiting, []
        for verdict in self._verifier.find_refused([(self._scenario, plan) for plan in waiting], relaxed=True).values():
            raise PlanRefused(verdict)
        self.count += len(waiting)


def find_near(
    family: Family,
    settings: Settings,
    percents: Sequence[float],
    plans: int,
    share: float,
    progress: Progress = QUIET,
) -> Nearness:
    """Ranges and alternatives within levels of the cheapest plan of a scenario.

    Args:
        family: of the scenario.
        settings: of the scenario.
        percents: of what the cheapest plan decides, each above 0; see `measure_room`.
        plans: alternatives per level.
        share: from which part of its most a measure counts as had, or as begun.
        progress: told each end of a range and each level of alternatives.

    Raises:
        CaseError: no measure may be built.
        NoPlan: there is no cheapest plan to begin with, or the solver gave up on a question.
        PlanRefused: a point found is no plan of the scenario.
    """
    oracle, options = Oracle(family, settings), family.options
    program = oracle.pose()
    measures = list_measures(program, family.scenario)
    if not measures:
        raise CaseError([Problem("near_without_measures", "near")])
    outcome = oracle.find_plan()
    progress("near_ranges")
    started = perf_counter()
    nearby = Nearby(program, options, float(outcome.plan.attrs["miss"]))
    objective, bound = float(outcome.plan.attrs["objective"]), float(outcome.plan.attrs["bound"])
    judge = Judge(outcome.scenario, program, nearby, bound)
    ordered = sorted(percents)
    room = measure_room(nearby.objective, outcome.plan)
    limits = [objective + percent / PERCENT * room.money for percent in ordered]
    largest = find_largest(nearby, measures, limits[-1])
    enough = {name: share * amount for name, amount in largest.items()}
    point = read_point(program, outcome.plan)
    held = {measure.technology: measure.size(point) for measure in measures}
    progress.expect(2 * len(measures) * len(limits))
    accept = partial(_count, judge.accept, progress)
    spans = [span_measures(nearby, measures, enough, held, most, accept) for most in limits]
    judge.settle()
    seconds = {"ranges": perf_counter() - started}
    progress("near_plans")
    progress.expect(len(limits))
    started = perf_counter()
    nothing, show = read_spending(outcome.reference), partial(judge.show, relaxed=options.relax)
    levels = []
    ends: list[End] = []
    for percent, most, (ranges, found) in zip(ordered, limits, spans, strict=True):
        ends = [*ends, *found]
        apart = find_alternatives(nearby, measures, ends, point, largest, most, plans, options, nothing, show)
        levels.append(Level(percent, most, ranges, apart))
        progress.step()
    seconds["alternatives"] = perf_counter() - started
    relaxed = nearby.mixed
    counts = judge.count, nearby.questions, seconds
    return Nearness(outcome, room, point, measures, largest, share, relaxed, levels, *counts)


def _count(accept: Callable[[Solution], None], progress: Progress, end: Solution) -> None:
    """Verify an end, and tell that it is done."""
    accept(end)
    progress.step()


def measure_room(objective: str, plan: xr.Dataset) -> Room:
    """The money that levels are percent of.

    decided = |invested - invested when doing nothing| + |running - running when doing nothing|, at least 1 % of |cost|

    Args:
        objective: of the program, as `model.queries.near_optimal.name_objective` names it.
        plan: the cheapest one.
    """
    if objective != COST:
        return Room(abs(float(plan.attrs["objective"])), OWN)
    if DECIDED in plan.attrs:
        return Room(float(plan.attrs[DECIDED]), MOVED)
    return Room(abs(float(plan.attrs["objective"])), WHOLE)


def read_point(program: LinearProgram, plan: xr.Dataset) -> np.ndarray:
    """The columns of a plan that say what is built, stands and is retired (n_columns), zero elsewhere."""
    point = np.zeros(len(program.program.column_labels))
    for family in ("build", "capacity", "scrapped"):
        values = plan[family]
        axes = [{label: i for i, label in enumerate(values[dim].values.tolist())} for dim in values.dims]
        for column in program.program.column_families.get(family, ()):
            index = program.program.column_labels[column].index
            point[column] = values.values[tuple(axis[label] for axis, label in zip(axes, index, strict=True))]
    return point
