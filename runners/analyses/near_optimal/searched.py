"""A plan around which nearly cheapest ones are looked for: its program, measures, and who verifies what is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST
from model.queries.near_optimal import Nearby
from model.queries.whole_ends import WholeEnds
from model.solver.plan import Labeller
from model.solver.solution import Solution, SolverOptions
from model.verifier.verdict import PlanRefused
from model.verifier.verify import Verifier
from runners.analyses.asking import Job, answer_for
from runners.analyses.near_optimal.alternatives import Alternative, bound_cost, find_alternatives
from runners.analyses.near_optimal.amounts import Measure, list_measures
from runners.analyses.near_optimal.ranges import End, Range, bound_whole, reach_ends, span_measure
from runners.analyses.team import Opening
from runners.family import Family
from runners.line import DECIDED
from scenarios.choices import Choices
from scenarios.settings import Settings

PERCENT = 100.0
MOVED, WHOLE, OWN = ROOMS = ("decided", "cost", "own_cost")
"""What levels are percent of: what the plan decides against doing nothing; where there is no such path to measure
against, the whole cost; under an actor's perspective the whole of its own."""
TOGETHER = 12
"""Ends of ranges that are verified together: more would save little and hold as many plans at the same time."""


@dataclass(frozen=True)
class Room:
    """The money that levels are percent of, and `of` what it is, a word of `ROOMS`."""

    money: float
    of: str


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


@dataclass
class Searched:
    """The cheapest plan of a scenario, and the levels of cost above it; each part is made when first asked for.

    `percents`, narrowest first, are of what `room` is.
    """

    family: Family
    settings: Settings
    scenario: xr.Dataset
    plan: xr.Dataset
    percents: Sequence[float]

    @cached_property
    def program(self) -> LinearProgram:
        """Of the scenario."""
        return self.family.revise(self.settings)

    @cached_property
    def measures(self) -> list[Measure]:
        """That may be built."""
        return list_measures(self.program, self.family.scenario)

    @cached_property
    def nearby(self) -> Nearby:
        """Asks for points of the program."""
        return Nearby(self.program, self.family.options, float(self.plan.attrs["miss"]))

    @cached_property
    def whole(self) -> WholeEnds | None:
        """Asks how far plans in whole units go; None where all may have parts of units."""
        return WholeEnds(self.nearby, float(self.plan.attrs["objective"]), self.limits) if self.nearby.mixed else None

    @cached_property
    def judge(self) -> Judge:
        """Verifies them."""
        return Judge(self.scenario, self.program, self.nearby, float(self.plan.attrs["bound"]))

    @cached_property
    def room(self) -> Room:
        """The money that levels are percent of."""
        return measure_room(self.nearby.objective, self.plan)

    @cached_property
    def limits(self) -> list[float]:
        """What plans of each level may cost."""
        least = float(self.plan.attrs["objective"])
        return [least + percent / PERCENT * self.room.money for percent in self.percents]

    @cached_property
    def point(self) -> np.ndarray:
        """What the cheapest plan builds."""
        return read_point(self.program, self.plan)

    def settle(self) -> None:
        """Verify the ends that still wait."""
        self.judge.settle()

    def begin(self) -> None:
        """Begin at the cheapest plan of the widest level: what is found hangs on nothing that was asked before."""
        self.nearby.begin(self.limits[-1])


def reach_levels(searched: Searched, place: int) -> tuple[list[list[End]], int]:
    """The points at the ends of a measure's range, level by level, and how many programs were solved for that."""
    searched.begin()
    before = searched.nearby.questions
    ends = reach_ends(searched.nearby, searched.measures[place], searched.limits, searched.judge.accept)
    return ends, searched.nearby.questions - before


Bounds = Sequence[tuple[float, float]]
"""Least and most of a measure, by level."""


def bound_level(searched: Searched, asked: tuple[int, int, Bounds]) -> tuple[tuple[float, float], int]:
    """Least and most of a measure in whole units in a level, those in parts known, and how many programs were solved.

    Raises:
        ValueError: all units may have parts.
    """
    searched.begin()
    place, level, parts = asked
    measure, before = searched.measures[place], searched.nearby.questions
    if searched.whole is None:
        raise ValueError("no units are whole")
    held, most = measure.size(searched.point), searched.limits[level]
    found = bound_whole(searched.whole, measure, held, most, parts[level], parts[-1])
    return found, searched.nearby.questions - before


def span_levels(
    searched: Searched, asked: tuple[int, float, Sequence[Sequence[End]], Bounds | None]
) -> tuple[list[Range], int]:
    """The range of a measure in each level, and how many programs were solved for it.

    The points at its ends are known, and of whole units what bounds them.
    """
    searched.begin()
    place, enough, ends, bounds = asked
    measure, before = searched.measures[place], searched.nearby.questions
    spans = span_measure(searched.nearby, measure, enough, searched.limits, ends, bounds)
    return spans, searched.nearby.questions - before


def part_level(
    searched: Searched, asked: tuple[int, Sequence[End], Mapping[str, float], int]
) -> tuple[list[Alternative], int]:
    """Alternatives of a level, of which ends of ranges and the most of each measure are known, and programs solved."""
    searched.begin()
    level, ends, largest, count = asked
    nearby, options = searched.nearby, searched.family.options
    before, nothing = nearby.questions, searched.family.spend_nothing(searched.settings)

    def show(solution: Solution) -> tuple[xr.Dataset, float]:
        return searched.judge.show(solution, relaxed=options.relax)

    about = searched.point, largest, searched.limits[level], count, options, nothing, show, searched.whole
    found = find_alternatives(nearby, searched.measures, ends, *about)
    return found, nearby.questions - before


def open_searched(
    folder: Path,
    choices: Choices,
    options: SolverOptions,
    programs: Path | None,
    settings: Settings,
    percents: Sequence[float],
) -> Callable[[xr.Dataset, Sequence[Job]], list[Any]]:
    """What a helper does: it opens the case, is given the cheapest plan, and answers questions about plans near it."""
    family = Family(folder, choices, options, programs)
    scenario = family.describe(settings)
    return answer_for(lambda plan: Searched(family, settings, scenario, plan, percents))


def plan_opening(
    folder: Path,
    choices: Choices,
    options: SolverOptions,
    programs: Path | None,
    settings: Settings,
    percents: Sequence[float],
) -> Opening:
    """How a helper opens a case around whose plan is searched."""
    words = folder, choices, options, programs, dict(settings), sorted(percents)
    return Opening(__name__, open_searched.__name__, words)


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
