"""What does the plan cost at the least under settings? Values and slopes of the main objective, warm, nothing else.

Where the program has whole units they stand as in the plan (`whole`), or may be parts: then values are a bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from model.highs import Session, solve_once
from model.nearness import hold_miss
from model.revise import LinearProgram
from model.solution import Solution
from model.sparse import CASH_COST, COST
from model.stages import pose_task
from model.starts import CHOOSE
from model.task import Task
from runners.family import Family
from scenarios.errors import CaseError
from scenarios.settings import Settings

NO_PLAN = np.inf, 0.0


@dataclass(frozen=True)
class Bracket:
    """Between which costs the least of a mixed-integer program lies: what was proven and what was found."""

    bound: float
    objective: float


class Values:
    """Least costs of one family, each solve from where the one before ended.

    Args:
        family: of the case.
        settings: that hold throughout.
        whole: columns of whole units and where they stand; empty: they may be parts.
        plan: the plan of the settings, whose least miss of nearest targets is kept, and whose bound holds; None: none.
    """

    def __init__(
        self,
        family: Family,
        settings: Settings,
        whole: Mapping[int, float] | None = None,
        plan: xr.Dataset | None = None,
    ) -> None:
        self._family = family
        self._miss = float("nan") if plan is None else float(plan.attrs.get("miss", "nan"))
        self._settings = dict(settings)
        self._places = np.array(list(whole or {}), dtype=np.int64)
        self._numbers = np.array(list((whole or {}).values()))
        self.program = hold_miss(family.revise(settings), self._miss)
        self.objective = CASH_COST if self.program.program.structure.finance.viewer else COST
        options = replace(family.options, relax=True)
        self._session = Session(options, CHOOSE)
        self._seconds = options.time_limit
        self._column_of = np.repeat(np.arange(len(self.program.column_lower)), np.diff(self.program.starts))
        self.solves = 0
        self.base = self.solve({})
        self.least = self.base.objective
        self.task = pose_task(self.program, self.objective)
        self.free = Bracket(self.least if plan is None else min(float(plan.attrs["bound"]), self.least), self.least)
        self._parts = Session(options, CHOOSE)

    def revise(self, settings: Settings) -> LinearProgram | None:
        """The program of settings; None where numbers are not allowed or its structure is another."""
        try:
            program = hold_miss(self._family.revise({**self._settings, **settings}), self._miss)
        except CaseError:
            return None
        return program if program.program is self.program.program else None

    def solve(self, settings: Settings) -> Solution:
        """The least of the main objective."""
        program = self.revise(settings)
        return Solution.none() if program is None else self._solve(program)

    def force(self, column: int, least: float) -> float:
        """What the plan costs at the least with at least so much of one column; infinite where there is none."""
        found = self._solve(self.raise_column(column, least))
        return found.objective if found.status.has_plan else np.inf

    def raise_column(self, column: int, least: float) -> LinearProgram:
        """The base's program with at least so much of one column."""
        lower = self.program.column_lower.copy()
        lower[column] = least
        return replace(self.program, column_lower=lower)

    def rebuild(self, settings: Settings) -> Values:
        """The least cost of settings whose program is another: compiled for it, and solved from nothing.

        Raises:
            CaseError: the settings are none.
        """
        return Values(self._family, {**self._settings, **settings})

    def keeps(self, settings: Settings) -> bool:
        """Whether the settings' program has the structure of this one; compiles nothing."""
        try:
            return self._family.keeps({**self._settings, **settings})
        except CaseError:
            return False

    def _solve(self, program: LinearProgram) -> Solution:
        self.solves += 1
        task = pose_task(program, self.objective).fix(self._places, self._numbers)
        return self._session.solve(task, self._seconds)

    def tangent(self, settings: Settings, nearby: Settings, step: float) -> tuple[float, float]:
        """Least cost under settings, and its slope towards nearby ones a step away.

        slope = (change of costs) x + dual (change of bounds) - dual (change of A) x, per unit of the step
        """
        program, other = self.revise(settings), self.revise(nearby)
        if program is None:
            return NO_PLAN
        found = self._solve(program)
        if not found.status.has_plan:
            return NO_PLAN
        if other is None:
            return found.objective, 0.0
        return found.objective, self._measure_change(program, other, found) / step

    def slope(self, settings: Settings, step: float) -> float:
        """What the duals of the base say of settings a step away, per unit of the step; NaN where they are no such."""
        other = self.revise(settings)
        return np.nan if other is None else self._measure_change(self.program, other, self.base) / step

    def _measure_change(self, program: LinearProgram, other: LinearProgram, found: Solution) -> float:
        x, dual = found.columns, found.row_duals
        costs = (other.costs[self.objective] - program.costs[self.objective]) @ x
        offset = other.offsets[self.objective] - program.offsets[self.objective]
        upper, lower = other.row_upper - _finite(program.row_upper), other.row_lower - _finite(program.row_lower)
        moved = np.where(np.isfinite(upper) & np.isfinite(program.row_upper), upper, lower)
        moved = np.where(np.isfinite(moved) & (np.abs(dual) > 0), moved, 0.0)
        change = float(costs + offset + dual @ moved)
        if np.array_equal(other.entries, program.entries):
            return change
        return change - float(((other.entries - program.entries) * dual[program.rows]) @ x[self._column_of])

    def reduce_costs(self) -> np.ndarray:
        """What one more unit of each column would add to the cost of the base plan (n_columns)."""
        priced = self.program.entries * self.base.row_duals[self.program.rows]
        given = np.bincount(self._column_of, weights=priced, minlength=len(self.program.column_lower))
        return np.asarray(self.program.costs[self.objective] - given)

    def bracket(self, settings: Settings) -> Bracket | None:
        """The least cost with all whole units free again; None where no plan was found."""
        if not settings:
            return self.free
        program = self.revise(settings)
        if program is None:
            return None
        found = solve_once(pose_task(program, self.objective), self._family.options, self._seconds)
        return Bracket(found.bound, found.objective) if found.status.has_plan else None

    def find_whole(self, task: Task, seconds: float) -> Solution:
        """The least in whole units of a task that allows all that the plan does, the plan to begin with."""
        return solve_once(task, self._family.options, min(seconds, self._seconds), start=self.base.columns)

    def find_parts(self, task: Task) -> float:
        """The same in parts of units: no plan in whole ones costs less; endless where nothing bounds it."""
        found = self._parts.solve(task, self._seconds)
        return found.objective if found.status.has_plan else -np.inf


def _finite(bounds: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(bounds), bounds, 0.0)
