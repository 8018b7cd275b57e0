"""What does each rule cost a plan in whole units? Let go, and eased by a tenth, the plan solved again in whole units.

    saved <= V(0) - V_parts(without the rule)          a bound for each rule, by which they are ranked
    saved  = V(0) - V(without the rule), or eased      between what was proven and what was found

With units as they stand no rule of a plan of lumps alone has a price, though the plan may be there because of one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import xarray as xr

from model.compiled.task import Task
from model.queries.giving import Hold, Rule, list_giving, loosen_task
from model.queries.infeasibility import ConflictingRule, name_rules
from model.queries.least_violation import TARGET_FAMILIES
from model.solver.solution import Status
from runners.analyses.oracle import Bracket, Oracle
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


def release_rules(scenario: xr.Dataset, oracle: Oracle, seconds: float, progress: Progress = QUIET) -> Releases:
    """Let go every rule that may cost a plan in whole units something, while there is time.

    Args:
        scenario: of the plan.
        oracle: least costs, whole units as they are in the plan.
        seconds: for all of it; what is being solved when it is out is ended.
        progress: told each rule.
    """
    search = _Search(scenario, oracle, perf_counter() + seconds)
    ranked = search.rank(perf_counter() + seconds * LP_PART)
    progress.expect(len(ranked), most=True)
    released = []
    for rule, most in ranked:
        released.append(search.release(rule, most))
        progress.step()
    released.sort(key=lambda release: (release.saved is None, -_weigh(release)))
    return Releases(tuple(search.ease(release) for release in released), seconds)


def _weigh(release: Release) -> float:
    return release.most if release.saved is None else release.saved.bound + NOTHING * release.saved.objective


class _Search:
    """Solves the plan without one rule after the other."""

    def __init__(self, scenario: xr.Dataset, oracle: Oracle, deadline: float) -> None:
        self._scenario, self._oracle, self._deadline = scenario, oracle, deadline
        self._giving = list_giving(oracle.program)
        self._room = NOTHING * (1.0 + abs(oracle.least))
        self._by_rule: dict[ConflictingRule, Rule] = {}

    def rank(self, deadline: float) -> list[tuple[Rule, float]]:
        """Rules by what the relaxation says they can save at the most, those that can save nothing left out."""
        found = []
        for rule, hold in self._giving.items():
            late = perf_counter() > deadline
            least = -np.inf if late else self._oracle.find_parts(loosen_task(self._oracle.task, [hold]))
            most = self._oracle.least - least
            if most > self._room:
                found.append((rule, most))
        return sorted(found, key=lambda item: (not np.isfinite(item[1]), -item[1], item[0][0] not in TARGET_FAMILIES))

    def release(self, rule: Rule, most: float) -> Release:
        """The rule let go; not tried where time is out."""
        hold = self._giving[rule]
        told = name_rules(self._oracle.program, hold.rows)[0]
        self._by_rule[told] = rule
        saved = self._save(loosen_task(self._oracle.task, [hold]))
        return Release(told, most, saved)

    def ease(self, release: Release) -> Release:
        """The rule eased by a tenth, or where it is nothing by a step; only one whose release is worth something."""
        if not release.distinct:
            return release
        rule = self._by_rule[release.rule]
        step = self._choose_step(rule)
        task = _ease_task(self._oracle.task, self._giving[rule], step)
        if task is None:
            return release
        return replace(release, eased=self._save(task), step=step)

    def _save(self, task: Task) -> Bracket | None:
        left = self._deadline - perf_counter()
        if left <= 0:
            return None
        found = self._oracle.find_whole(task, left)
        if found.status is Status.UNBOUNDED:
            return Bracket(np.inf, np.inf)
        if not found.status.has_plan:
            return None
        free = self._oracle.free
        low, high = free.bound - found.objective, free.objective - found.bound
        return Bracket(max(low, 0.0) if low > self._room else 0.0, max(high, 0.0))

    def _choose_step(self, rule: Rule) -> float:
        """By how much a target of nothing gives; NaN where a rule gives by a tenth."""
        bounds = _take_bounds(self._oracle.task, self._giving[rule])
        if rule[0] not in TARGET_FAMILIES or np.abs(bounds).max(initial=0.0) > 0:
            return float("nan")
        return step_of_target(self._scenario, rule[1])


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
