"""What would have to give for hard targets to be met: the least change of one rule, of one kind, or of the target.

    least z >= 0 with all rules but one, and that one's number eased by z          each lever alone
    least sum z[l] / size[l] over the levers of a theme                            where none of them is enough alone

Every repair is solved again as a plan of its own and verified; the one whose plan costs least comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from model.compiled.revise import LinearProgram
from model.queries.giving import Hold, list_giving
from model.queries.infeasibility import find_core_rules, find_rules, keep_target
from model.queries.least_violation import REACHED, Reach, Reacher, find_reach, list_priced, list_target_rows
from model.queries.no_plan import ConflictingRule, NoPlan
from model.solver.solution import Status
from model.verifier.verdict import PlanRefused
from runners.analyses.sensitivity.parameters import TARGETS, THEMES, Lever, list_levers
from runners.analyses.sensitivity.steps import find_least_steps, make_slacks
from runners.family import Family
from scenarios.choices import Choices
from scenarios.errors import CaseError
from scenarios.settings import Settings
from scenarios.swapped_table import swap_table
from scenarios.tables import Tables

ROOM = 1e-6
"""Part of a repair, and of the lever's number, that is added so that rounding does not undo it."""
HARD, PRICED = "hard", "priced"
POSTPONE = "postpone"
TARGETS_TABLE = "targets"


@dataclass(frozen=True)
class Change:
    """One number that a repair moves: by `step` in the lever's unit. A postponed target has no lever but a `year`."""

    item: str
    quantity: str
    year: int | None
    step: float
    unit: str
    before: float
    after: float
    settings: Settings


@dataclass(frozen=True)
class Repair:
    """Changes with which the targets asked for can be met; `cost` is of the least costly plan then.

    `verified` says that a plan was found and every rule and krona of it checked; else `cost` is NaN.
    """

    theme: str
    changes: tuple[Change, ...]
    cost: float
    verified: bool


@dataclass(frozen=True)
class Impasse:
    """Targets that cannot be met, why, and what would do. `targets`: one by itself, or several only together."""

    targets: tuple[str, ...]
    rules: tuple[ConflictingRule, ...]
    repairs: tuple[Repair, ...]


def find_impasses(
    family: Family, settings: Settings, most: int, programs: Path | None = None
) -> tuple[tuple[Reach, ...], list[Impasse]]:
    """How near each hard target can be come to, and the conflict and repairs of those out of reach.

    Args:
        family: of a scenario that has no plan.
        settings: of the scenario.
        most: impasses looked at: first targets that can be held later, then by how little they are missed.
        programs: folder where compiled programs are kept.
    """
    scenario, program, options = family.scenario, family.revise(settings), family.options
    weights = dict(zip(map(str, scenario["target"].values), scenario["price"].values.tolist(), strict=True))
    reaches = find_reach(program, options, weights)
    missed = [reach for reach in reaches if not reach.reached]
    if not reaches or any(np.isnan(reach.alone) for reach in reaches):
        return (), [_explain_rules(family, settings, program)]
    if not missed:
        names = tuple(reach.target for reach in reaches)
        rules = tuple(find_rules(scenario, program, options, reaches))
        return reaches, [Impasse(names, rules, tuple(_repair(family, settings, names, reaches, programs)))]
    missed.sort(key=lambda reach: (reach.first_year is None, reach.alone))
    return reaches, [_explain(family, settings, program, reach, programs) for reach in missed[:most]]


def _explain(
    family: Family, settings: Settings, program: LinearProgram, reach: Reach, programs: Path | None
) -> Impasse:
    """One target by itself: the others are priced, so that they neither forbid nor are forgotten."""
    rules = find_core_rules(family.scenario, keep_target(program, reach.target), family.options)
    single = Family(_keep_hard(family.tables, [reach.target]), _as_written(family.choices), family.options, programs)
    alone = replace(reach, together=reach.alone)
    repairs = tuple(_repair(single, settings, (reach.target,), (alone,), programs))
    return Impasse((reach.target,), tuple(rules), repairs)


def _explain_rules(family: Family, settings: Settings, program: LinearProgram) -> Impasse:
    """Rules that contradict each other whatever the targets, and each of their numbers that is enough alone."""
    rules = find_core_rules(family.scenario, program, family.options)
    giving = list_giving(program)
    rows = {row for rule in rules for row in giving.get((rule.family, rule.item), Hold(())).rows}
    levers = list_levers(family.describe(settings), program.program, rows, family.lay_upon(settings))
    repairs = [
        _verify(family, settings, [lever], [step])
        for lever, step in find_least_steps(family, settings, program, levers)
    ]
    return Impasse((), tuple(rules), tuple(sorted(repairs, key=_rank)))


def _repair(
    single: Family, settings: Settings, targets: Sequence[str], reaches: Sequence[Reach], programs: Path | None
) -> list[Repair]:
    """All repairs of some targets, verified, the cheapest plan first.

    `single` is the family in which these targets alone are hard.
    """
    program = single.revise(settings)
    levers = _find_candidates(single, program)
    found: list[Moved] = [([lever], [step]) for lever, step in find_least_steps(single, settings, program, levers)]
    moved = {levers[0].theme for levers, _ in found}
    for theme in THEMES:
        if theme not in moved and theme != TARGETS:
            found += _move_theme(single, settings, program, [lever for lever in levers if lever.theme == theme])
    repairs = [_verify(single, settings, parts, steps) for parts, steps in found]
    if len(targets) > 1:
        steps = [reach.together for reach in reaches if reach.together > REACHED]
        parts = [_find_target(single, reach.target) for reach in reaches if reach.together > REACHED]
        repairs += [_verify(single, settings, parts, steps)] if len(parts) > 1 else []
    repairs += [
        _postpone(single, settings, reach, programs) for reach in reaches if reach.first_year and not reach.reached
    ]
    return sorted(repairs, key=_rank)


def _rank(repair: Repair) -> tuple[bool, float, int]:
    """Verified ones first, then the cheapest plan."""
    return not repair.verified, repair.cost, len(repair.changes)


def _find_candidates(family: Family, program: LinearProgram) -> list[Lever]:
    """Levers behind rows that the least sum of misses prices: a rule that could repair it alone is among them."""
    reacher = Reacher(program, family.options)
    opened = reacher.mark(*range(len(reacher.names)))
    found = reacher.solve(opened.astype(float), ~opened, whole=False)
    if not found.status.has_plan:
        return []
    return list_levers(family.scenario, program.program, list_priced(found), family.lay_upon({}))


Moved = tuple[Sequence[Lever], Sequence[float]]


def _move_theme(family: Family, settings: Settings, program: LinearProgram, levers: Sequence[Lever]) -> Iterator[Moved]:
    """Several levers of one theme together, each moved by as small a part of its size as can be."""
    made = make_slacks(family, settings, program, levers)
    if len(made) < 2:
        return
    reacher = Reacher(program, family.options, [slack for _, slack in made])
    first = len(reacher.names)
    opened = reacher.mark(*range(first, first + len(made)))
    costs = opened.astype(float)
    costs[first:] /= [lever.size or 1.0 for lever, _ in made]
    found = reacher.solve(costs, ~opened)
    if not found.status.has_plan:
        return
    steps = found.columns[reacher.n_columns + first :]
    used = [(lever, float(step)) for (lever, _), step in zip(made, steps, strict=True) if step > REACHED]
    if used:
        yield [lever for lever, _ in used], [step for _, step in used]


def _verify(family: Family, settings: Settings, levers: Sequence[Lever], steps: Sequence[float]) -> Repair:
    """The repair solved as a plan; its steps are a trifle longer than the least."""
    longer = [step * (1 + ROOM) + ROOM * (1.0 + lever.size) for lever, step in zip(levers, steps, strict=True)]
    changes = tuple(_describe(lever, step) for lever, step in zip(levers, longer, strict=True))
    merged = dict(settings)
    for change in changes:
        merged |= change.settings
    cost = _solve(family, merged)
    return Repair(levers[0].theme, changes, cost, bool(np.isfinite(cost)))


def _describe(lever: Lever, step: float) -> Change:
    after = lever.size + lever.sign * step
    return Change(lever.item, lever.quantity, lever.year, step, lever.unit, lever.size, after, lever.set(step))


def _find_target(family: Family, target: str) -> Lever:
    program = family.revise({})
    levers = list_levers(family.scenario, program.program, set(list_target_rows(program)[target]), family.lay_upon({}))
    return next(lever for lever in levers if lever.item == target)


def _postpone(family: Family, settings: Settings, reach: Reach, programs: Path | None) -> Repair:
    """The target as it is, from the first year in which it can be held."""
    tables = _move_year(family.tables, reach.target, int(reach.first_year or 0))
    written = reach.years[0]
    change = Change(
        reach.target,
        POSTPONE,
        None,
        float((reach.first_year or 0) - written),
        "",
        written,
        float(reach.first_year or 0),
        {},
    )
    try:
        cost = _solve(Family(tables, family.choices, family.options, programs), settings)
    except (CaseError, NoPlan):
        cost = np.nan
    return Repair(POSTPONE, (change,), cost, bool(np.isfinite(cost)))


def _solve(family: Family, settings: Settings) -> float:
    """Cost of the verified plan; NaN where there is none after all."""
    try:
        outcome = family.solve(settings)
    except (NoPlan, PlanRefused, CaseError):
        return np.nan
    known = outcome.status in (Status.OPTIMAL, Status.WITHIN_GAP, Status.TIME_LIMIT)
    return float(outcome.plan.attrs["objective"]) if known else np.nan


def _keep_hard(tables: Tables, targets: Sequence[str]) -> Tables:
    """The tables with these targets hard and all others priced."""
    frame = tables.frames[TARGETS_TABLE].copy()
    frame["mode"] = [HARD if name in targets else PRICED for name in frame["target"]]
    return swap_table(tables, TARGETS_TABLE, frame)


def _move_year(tables: Tables, target: str, year: int) -> Tables:
    frame = tables.frames[TARGETS_TABLE].copy()
    frame.loc[frame["target"] == target, "year"] = str(year)
    return swap_table(tables, TARGETS_TABLE, frame)


def _as_written(choices: Choices) -> Choices:
    """The choices with each target's mode as its table says."""
    return replace(choices, target_mode="")
