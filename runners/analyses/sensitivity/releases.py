"""What does each rule cost a plan in whole units? Let go, and eased by a tenth, the plan solved again in whole units.

    saved <= V(0) - V_parts(without the rule)          a bound for each rule, by which they are ranked
    saved  = V(0) - V(without the rule), or eased      between what was proven and what was found

With units as they stand no rule of a plan of lumps alone has a price, though the plan may be there because of one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from model.compiled.task import Task
from model.queries.giving import Hold, Rule, loosen_task
from model.queries.infeasibility import name_rules
from model.queries.least_violation import TARGET_FAMILIES
from model.queries.no_plan import ConflictingRule
from model.solver.solution import Status
from runners.analyses.asking import Inquiry
from runners.analyses.oracle import Bracket
from runners.analyses.sensitivity.explained import Explained
from runners.analyses.sensitivity.parameters import step_of_target
from runners.progress import QUIET, Progress

TENTH = 0.1
NOTHING = 1e-6
"""Part of the least cost below which a saving is none."""
LP_PART = 0.5
"""Part of the time that the ranking may take."""


@dataclass(frozen=True)
class Release:
    """One rule let go. `saved` is between what bounds the plan gets cheaper, `eased` the same where it gives way.

    `step` is by how much it then gives: in the unit of its account where the rule is a target of nothing, else NaN,
    and it gives by a tenth. `most` is what the relaxation says it can save at the most. None: time was out.
    """

    rule: ConflictingRule
    most: float
    saved: Bracket | None = None
    eased: Bracket | None = None
    step: float = np.nan

    @property
    def distinct(self) -> bool:
        """True where letting it go is known to save something."""
        return self.saved is not None and self.saved.bound > 0


@dataclass(frozen=True)
class Releases:
    """All rules that may cost something, the most worth first; `seconds` is what was allowed."""

    rules: tuple[Release, ...]
    seconds: float

    @property
    def tried(self) -> list[Release]:
        """Those that were let go."""
        return [release for release in self.rules if release.saved is not None]

    @property
    def untried(self) -> list[Release]:
        """Those for which time was out."""
        return [release for release in self.rules if release.saved is None]


def release_rules(inquiry: Inquiry[Explained], seconds: float, progress: Progress = QUIET) -> Releases:
    """Let go every rule that may cost a plan in whole units something, while there is time.

    Args:
        inquiry: about a plan, whole units as they are in it.
        seconds: for all of it; what is being solved when it is out is ended.
        progress: told each rule.
    """
    started = perf_counter()
    until = started + seconds
    ranked = _rank(inquiry, started + seconds * LP_PART)
    progress.expect(len(ranked), most=True)
    released = inquiry.ask(release_rule, [(rule, most, until) for rule, most in ranked], progress)
    found = sorted(zip(ranked, released, strict=True), key=lambda one: (one[1].saved is None, -_weigh(one[1])))
    eased = inquiry.ask(ease_rule, [(rule, release, until) for (rule, _), release in found])
    return Releases(tuple(eased), seconds)


def _rank(inquiry: Inquiry[Explained], until: float) -> list[tuple[Rule, float]]:
    """Rules by what the relaxation says they can save at the most, those that can save nothing left out."""
    rules = list(inquiry.subject.giving)
    bounds = inquiry.ask(bound_rule, [(rule, until) for rule in rules])
    found = [(rule, most) for rule, most in zip(rules, bounds, strict=True) if most > _find_room(inquiry.subject)]
    return sorted(found, key=lambda item: (not np.isfinite(item[1]), -item[1], item[0][0] not in TARGET_FAMILIES))


def _find_room(explained: Explained) -> float:
    """A saving below this is none."""
    return NOTHING * (1.0 + abs(explained.oracle.least))


def _weigh(release: Release) -> float:
    return release.most if release.saved is None else release.saved.bound + NOTHING * release.saved.objective


def bound_rule(explained: Explained, asked: tuple[Rule, float]) -> float:
    """What letting go a rule can save at the most, in parts of units; endless once a moment has passed."""
    rule, until = asked
    if perf_counter() > until:
        return np.inf
    oracle = explained.oracle
    return oracle.least - oracle.find_parts(loosen_task(oracle.task, [explained.giving[rule]]))


def release_rule(explained: Explained, asked: tuple[Rule, float, float]) -> Release:
    """A rule let go, with the most that this can save; not tried once a moment has passed."""
    rule, most, until = asked
    hold = explained.giving[rule]
    told = name_rules(explained.oracle.program, hold.rows)[0]
    return Release(told, most, _save(explained, loosen_task(explained.oracle.task, [hold]), until, most))


def ease_rule(explained: Explained, asked: tuple[Rule, Release, float]) -> Release:
    """A rule eased by a tenth, or where it is nothing by a step; only one whose release is worth something."""
    rule, release, until = asked
    if not release.distinct:
        return release
    step = _choose_step(explained, rule)
    task = _ease_task(explained.oracle.task, explained.giving[rule], step)
    if task is None:
        return release
    return replace(release, eased=_save(explained, task, until, release.most), step=step)


def _save(explained: Explained, task: Task, until: float, most: float) -> Bracket | None:
    """Between what bounds the plan of a task saves; None once a moment has passed, or where there is no plan.

    `most` is what it can save in parts of units: a search that ended before it had a bound of its own has that one.
    """
    left = until - perf_counter()
    if left <= 0:
        return None
    found = explained.oracle.find_whole(task, left)
    if found.status is Status.UNBOUNDED:
        return Bracket(np.inf, np.inf)
    if not found.status.has_plan:
        return None
    free = explained.oracle.free
    low, high = free.bound - found.objective, free.objective - found.bound
    return Bracket(max(low, 0.0) if low > _find_room(explained) else 0.0, min(max(high, 0.0), most))


def _choose_step(explained: Explained, rule: Rule) -> float:
    """By how much a target of nothing gives; NaN where a rule gives by a tenth."""
    bounds = _take_bounds(explained.oracle.task, explained.giving[rule])
    if rule[0] not in TARGET_FAMILIES or np.abs(bounds).max(initial=0.0) > 0:
        return float("nan")
    return step_of_target(explained.scenario, rule[1])


def _take_bounds(task: Task, hold: Hold) -> np.ndarray:
    """The bound of each row of a rule."""
    rows = np.array(hold.rows, dtype=int)
    return np.asarray(np.where(np.isfinite(task.row_upper[rows]), task.row_upper[rows], task.row_lower[rows]))


def _ease_task(task: Task, hold: Hold, step: float) -> Task | None:
    """The task with a rule's bounds a tenth of their size further out, or a step; None where it has no such number."""
    rows = np.array(hold.rows, dtype=int)
    moved = np.full(len(rows), step) if np.isfinite(step) else TENTH * np.abs(_take_bounds(task, hold))
    if not moved.any():
        return None
    lower, upper, entries = task.row_lower.copy(), task.row_upper.copy(), task.entries.copy()
    lower[rows], upper[rows] = lower[rows] - moved, upper[rows] + moved
    for place in hold.numbers:
        entries[place] *= 1 + TENTH
    return replace(task, row_lower=lower, row_upper=upper, entries=entries)
