"""One plan for several futures: what is begun before they part, and how each then goes on.

Each future is solved by itself first (wait and see): one without any plan is set aside with its reason, and the others'
probabilities share what was its. The others make one block. What the block has begun before they part is then held, and
each future is solved with it as any plan is, stage by stage, labelled and verified; so no number told is the block's
alone. The same is done with what the plan for expected numbers begins, and with fresh futures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np
import xarray as xr

from model.compiled.blocks_risk import Measure, Risk
from model.compiled.blocks_tree import Branch, assign_owners, stage_columns
from model.compiled.revise import LinearProgram
from model.compiled.task import SIGN
from model.queries.infeasibility import explain_no_plan
from model.queries.no_plan import NoPlan
from model.solver.blocks_solve import Joint, find_first
from model.solver.least import solve_task
from model.solver.side_by_side import solve_each
from model.solver.solution import Solution
from model.solver.stages import find_main, pose_task
from model.solver.subproblem import Subproblem
from runners.analyses.futures.design import FUTURES, Design, Future
from runners.analyses.futures.found import Aside, Asked, Ending, Found, Method, Tried
from runners.analyses.futures.settling import Settler, check_shared, hold_value
from runners.analyses.futures.together import Posed, can_cut, pose_mean, solve_alone, solve_together
from runners.analyses.futures.trying import LOST, Trier
from runners.analyses.futures.values import COST, list_values
from runners.analyses.rolling.roll import Sight, roll_plan
from runners.family import Family
from scenarios.errors import CaseError, Problem, drop_repeated
from scenarios.settings import Settings

MOST_EXPLAINED = 3
"""Futures without a plan whose reason is looked for: each takes many solves, and the first tell most."""
METHOD_KEY = "risk.method=cuts"
SayPhase = Callable[[str], None]


def find_futures(
    family: Family, settings: Settings, design: Design, asked: Asked, say_phase: SayPhase = lambda _: None
) -> Found:
    """The plan for all futures of a design.

    Args:
        family: of the case.
        settings: that hold in every future; a future's own act with them.
        design: the futures.
        asked: what is looked for.
        say_phase: told what is done.

    Raises:
        CaseError: settings of a future that are none, or that would need another program.
        NoPlan: no future has a plan, or nothing begun now leaves all of them one.
        PlanRefused, Unshared: a plan was not accepted, or plans begin differently before their futures part.
    """
    clock = _Marks()
    say_phase("futures_programs")
    ordered, branches = design.order_branches(asked.decide_until)
    if asked.method is Method.CUTS and not can_cut(asked.of, branches):
        raise CaseError([Problem("futures_cuts", METHOD_KEY)])
    programs = _revise(family, settings, ordered)
    say_phase("futures_alone")
    posed, aside = _pose(family, settings, ordered, branches, programs)
    clock.mark("alone")
    say_phase("futures_worth")
    trier = Trier(family, posed.programs[0], find_first(posed.owners))
    mean = solve_task(pose_mean(posed, family.options), family.options)
    known = mean.status.has_plan
    expected = _try_expected(trier, posed, mean.columns) if known else [LOST] * len(posed.programs)
    clock.mark("expected")
    say_phase("futures_block")
    risk = _weigh(posed, asked, family.scenario)
    joint, shape = solve_together(family, posed, asked, risk, expected, mean)
    clock.mark("block")
    say_phase("futures_settle")
    ended = _settle(family, settings, posed, risk, asked.of, joint)
    clock.mark("settle")
    say_phase("futures_worth")
    fresh = _try_fresh(trier, family, settings, design, asked, joint.columns[0])
    clock.mark("fresh")
    endings = _roll(family, settings, design, asked.sight, _conclude(posed, ended, joint, expected, asked))
    clock.mark("rolling")
    return Found(
        asked=asked,
        scenario=family.scenario,
        program=posed.programs[0],
        branches=posed.branches,
        endings=endings,
        aside=aside,
        joint=joint,
        mean=mean.columns if known else np.full(len(posed.tasks[0].costs), np.nan),
        mean_cost=mean.objective,
        fresh=fresh,
        relaxed=family.options.relax,
        drawn=design.drawn,
        shape=shape,
        seconds=clock.seconds,
    )


class _Marks:
    """Seconds between marks, by the name of what was done until each."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def mark(self, name: str) -> None:
        """Count what was done since the last mark."""
        now = perf_counter()
        self.seconds[name], self._last = now - self._last, now


def _roll(
    family: Family, settings: Settings, design: Design, sight: Sight | None, endings: tuple[Ending, ...]
) -> tuple[Ending, ...]:
    """The endings with what each costs where the plan is made anew as years pass; as they are without a sight."""
    if sight is None:
        return endings
    revealed = {one.key: one.revealed for one in design.uncertain if one.revealed is not None}
    rolled = []
    for ending in endings:
        try:
            found = roll_plan(family, settings, sight, ending.future.settings, revealed)
        except NoPlan:
            rolled.append(replace(ending, rolled=np.inf))
        else:
            rolled.append(replace(ending, rolled=found.cost, changed=found.nervousness))
    return tuple(rolled)


def _pose(
    family: Family,
    settings: Settings,
    futures: Sequence[Future],
    branches: Sequence[Branch],
    programs: Sequence[LinearProgram],
) -> tuple[Posed, tuple[Aside, ...]]:
    """Every future by itself; those that have no plan are set aside."""
    tasks = [pose_task(program, find_main(program.program.structure)) for program in programs]
    apart = [Subproblem(task, family.options) for task in tasks] if _is_plain(family, programs[0]) else []
    if apart:
        alone = solve_each(lambda one: one.find_least(family.options.time_limit), apart)
    else:
        alone = solve_each(lambda program: solve_alone(program, family.options), programs)
    aside = _set_aside(family, settings, futures, programs, alone)
    kept = [i for i, found in enumerate(alone) if found.status.has_plan]
    weights = np.array([futures[i].probability for i in kept])
    parting = _keep_branches(branches, kept)
    posed = Posed(
        futures=[futures[i] for i in kept],
        branches=parting,
        programs=[programs[i] for i in kept],
        tasks=[tasks[i] for i in kept],
        alone=[alone[i] for i in kept],
        apart=[apart[i] for i in kept] if apart else [],
        weights=weights / weights.sum(),
        owners=assign_owners(stage_columns(programs[0].program), parting),
    )
    return posed, aside


def _weigh(posed: Posed, asked: Asked, scenario: xr.Dataset) -> Risk:
    """The measure that is asked for."""
    return Risk(
        measure=asked.measure,
        alpha=asked.alpha,
        weight=asked.weight,
        values=list_values(asked.of, posed.programs, scenario),
        leasts=posed.leasts if asked.measure is Measure.REGRET else None,
        relative=asked.relative,
        parts=_part_years(posed.programs[0]),
    )


def _is_plain(family: Family, program: LinearProgram) -> bool:
    """Whether a future is one linear program: in parts of units, and its cost is what comes first."""
    signs = bool((program.program.integrality == SIGN).any())
    return family.options.relax and not signs and not program.program.structure.nearest


def _try_expected(trier: Trier, posed: Posed, point: np.ndarray) -> list[Tried]:
    """What each future makes of the first step of expected numbers."""
    if not posed.apart:
        return solve_each(lambda one: trier.try_step(one, point), posed.programs)
    return solve_each(lambda one: trier.try_warm(*one, point), list(zip(posed.apart, posed.programs, strict=True)))


Ended = tuple[xr.Dataset, xr.Dataset, float]
"""Scenario, plan and largest violation of a future."""


def _settle(family: Family, settings: Settings, posed: Posed, risk: Risk, of: str, joint: Joint) -> list[Ended]:
    """Every future with what it shares held, verified alone and against each other."""
    settler = Settler(family, settings, family.options, posed.owners)
    held = [hold_value(one, risk, of, point) for one, point in zip(posed.programs, joint.columns, strict=True)]
    found = settler.solve(posed.futures, held, joint.columns)
    ended = [
        settler.settle(future, program, solution, alone)
        for future, program, solution, alone in zip(posed.futures, held, found, posed.alone, strict=True)
    ]
    check_shared([plan for _, plan, _ in ended], posed.branches, posed.futures)
    return ended


def _conclude(
    posed: Posed, ended: Sequence[Ended], joint: Joint, expected: Sequence[Tried], asked: Asked
) -> tuple[Ending, ...]:
    """How each future ends."""
    endings = []
    for i, (scenario, plan, violation) in enumerate(ended):
        cost = float(plan.attrs["objective"])
        ending = Ending(
            future=posed.futures[i],
            probability=float(posed.weights[i]),
            scenario=scenario,
            plan=plan,
            least=float(posed.leasts[i]),
            cost=cost,
            value=cost if asked.of == COST else float(joint.values[i]),
            tried=expected[i],
            violation=violation,
        )
        endings.append(ending)
    return tuple(endings)


def _revise(family: Family, settings: Settings, futures: Sequence[Future]) -> list[LinearProgram]:
    """The program of every future; mistakes in their settings are told with the rows they stand on."""
    problems: list[Problem] = []
    programs: list[LinearProgram] = []
    for future in futures:
        try:
            programs.append(family.revise({**settings, **future.settings}))
        except CaseError as error:
            problems += [_place(problem, future) for problem in error.problems]
    if problems:
        raise CaseError(drop_repeated(problems))
    other = next((i for i, program in enumerate(programs) if program.program is not programs[0].program), None)
    if other is not None:
        fields = {"future": futures[other].name, "first": futures[0].name}
        raise CaseError([Problem("futures_structure", FUTURES, fields=fields)])
    return programs


def _place(problem: Problem, future: Future) -> Problem:
    """A problem of a setting, at the row of the design that says it."""
    key = problem.file.partition("=")[0]
    row = future.rows.get(key)
    return problem if row is None else replace(problem, file=f"{FUTURES} ({problem.file})", row=row)


def _keep_branches(branches: Sequence[Branch], kept: Sequence[int]) -> tuple[Branch, ...]:
    """Where the futures that are kept part: one whose parent is set aside parts from the parent's nearest kept kin."""
    number = {old: new for new, old in enumerate(kept)}
    moved = []
    for old in kept:
        parent, stage = branches[old].parent, branches[old].stage
        while parent not in number and parent != branches[parent].parent:
            parent, stage = branches[parent].parent, min(stage, branches[parent].stage)
        moved.append(Branch(number.get(parent, 0), stage))
    return tuple(moved)


def _set_aside(
    family: Family,
    settings: Settings,
    futures: Sequence[Future],
    programs: Sequence[LinearProgram],
    alone: Sequence[Solution],
) -> tuple[Aside, ...]:
    """The futures without a plan, each with its reason; where none has one, that of the first is the answer."""
    failed = [i for i, found in enumerate(alone) if not found.status.has_plan]
    aside = []
    for count, i in enumerate(failed):
        status = alone[i].status
        if count < MOST_EXPLAINED:
            scenario = family.describe({**settings, **futures[i].settings})
            failure = explain_no_plan(scenario, programs[i], status, family.options)
        else:
            failure = NoPlan(status, (), {})
        aside.append(Aside(futures[i], failure))
    if aside and len(aside) == len(futures):
        raise aside[0].failure
    return tuple(aside)


def _part_years(program: LinearProgram) -> np.ndarray:
    """The year that each column of a program is about, as a number; 0 where it is about none."""
    years = set(program.program.structure.years)
    labels = program.program.column_labels
    return np.array([next((i for i in reversed(label.index) if i in years), 0) for label in labels], dtype=np.int64)


def _try_fresh(
    trier: Trier, family: Family, settings: Settings, design: Design, asked: Asked, point: np.ndarray
) -> tuple[Tried, ...]:
    """What fresh futures cost with the first step found."""
    if not asked.fresh or not design.uncertain:
        return ()
    programs = _revise(family, settings, design.draw(asked.fresh, asked.seed + 1))
    return tuple(solve_each(lambda program: trier.try_step(program, point), programs))
