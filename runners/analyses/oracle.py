"""Least costs of one case under settings: the verified plan, the least alone, warm, and its slopes; all remembered.

Three answers to one question, each as dear as it must be:

    find_plan   all stages, whole units as chosen, verified          measures, dossiers, nearly cheapest plans
    find_least  the main objective alone, whole units as chosen      a curve's points in whole units
    solve       the same in parts of units, or with whole ones as they stand in the plan; with prices and slopes

Settings with the same keys and numbers are one question, however often it is asked and in whatever order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from model.compiled.straight import Straight, draw_straight
from model.compiled.task import Task
from model.queries.near_optimal import hold_miss
from model.queries.no_plan import NoPlan
from model.solver.chain import Chain
from model.solver.held import Held
from model.solver.least_kept import Known
from model.solver.sessions import open_session, solve_once
from model.solver.solution import Solution
from model.solver.stages import find_main, pose_task
from model.solver.starts import CHOOSE
from runners.family import Family
from runners.outcome import Outcome
from scenarios.cache import Cache
from scenarios.errors import CaseError
from scenarios.settings import Settings

NO_PLAN = np.inf, 0.0
CHECKED = (3 - 5**0.5) / 2
"""Which part of a line is looked at between its ends: not the middle, through which what bends twice may pass."""
NEARER = (1.0, 1 / 16, 1 / 256)
"""Parts of the way to the ends of a line at which it is looked for."""
MOST_BYTES = 64 * 2**20
"""What answers to each kind of question may take; what `read` made of plans is kept besides."""
Key = tuple[tuple[str, float], ...]
"""Settings in their order."""
Read = TypeVar("Read")


@dataclass(frozen=True)
class Bracket:
    """Between which costs the least of a mixed-integer program lies: what was proven and what was found."""

    bound: float
    objective: float


class Oracle:
    """Least costs of one family, each solve from where the one before ended.

    Args:
        family: of the case.
        settings: that hold throughout.
        whole: columns of whole units and where they stand in `solve`; empty: they may be parts.
        plan: the plan of the settings, whose least miss of nearest targets is kept, and whose bound holds; None: none.
        verified: False leaves the do-nothing paths of `pose` to the family's `find_refused_nothing`.
    """

    def __init__(
        self,
        family: Family,
        settings: Settings | None = None,
        whole: Mapping[int, float] | None = None,
        plan: xr.Dataset | None = None,
        *,
        verified: bool = True,
    ) -> None:
        self.family, self._verified = family, verified
        self.settings = dict(settings or {})
        self.solves = 0
        self._plan = plan
        self._miss = float("nan") if plan is None else float(plan.attrs.get("miss", "nan"))
        self._places = np.array(list(whole or {}), dtype=np.int64)
        self._numbers = np.array(list((whole or {}).values()))
        options = replace(family.options, relax=True)
        self._session, self._parts = open_session(options, CHOOSE), open_session(options, CHOOSE)
        self._seconds = options.time_limit
        self._known = Known()
        self._outcomes: Cache[tuple[Key, tuple[Any, ...]], tuple[Outcome | None, NoPlan | None]] = Cache(MOST_BYTES)
        self._solutions: Cache[Key, Solution] = Cache(MOST_BYTES)
        self._readings: dict[tuple[Key, Callable[[Outcome], Any]], Any] = {}

    def find_plan(self, settings: Settings | None = None, held: Held | None = None) -> Outcome:
        """The verified plan of settings; `held` says what is begun of technologies in years, neither more nor less.

        Raises:
            CaseError: the settings cannot be used.
            NoPlan: no plan keeps all hard rules, or none was found in time.
            PlanRefused: the verifier did not accept the plan.
        """
        key = write_key(settings or {}), tuple(sorted((held or {}).items()))
        outcome, failure = self._outcomes.get(key) or (None, None)
        if failure is not None:
            raise failure
        if outcome is None:
            self.solves += 1
            try:
                outcome = self.family.solve({**self.settings, **(settings or {})}, held=held)
            except NoPlan as none:
                self._outcomes.put(key, (None, none))
                raise
            self._outcomes.put(key, (outcome, None))
        return outcome

    def read_plan(self, settings: Settings, read: Callable[[Outcome], Read]) -> Read:
        """What `read` makes of the verified plan of settings; raises as `find_plan`."""
        asked = write_key(settings), read
        if asked not in self._readings:
            self._readings[asked] = read(self.find_plan(settings))
        found: Read = self._readings[asked]
        return found

    @cached_property
    def _chain(self) -> Chain:
        return Chain(self.family.options, float(self.family.scenario.attrs["tolerance"]))

    def pose(self, settings: Settings | None = None) -> LinearProgram:
        """The program of settings, whatever its structure; raises CaseError where they cannot be used."""
        return self.family.revise({**self.settings, **(settings or {})}, verified=self._verified)

    def find_least(self, settings: Settings) -> Solution:
        """The least of the main objective, whole units as the solver's options have them."""
        self.solves += 1
        return self._chain.solve_main(self.pose(settings), self.family.spend_nothing(self.settings))

    def bracket(self, settings: Settings) -> Bracket | None:
        """The least cost with all whole units free; None where no plan was found."""
        if not settings:
            return self.free
        program = self.revise(settings)
        if program is None:
            return None
        found = solve_once(pose_task(program, self.objective), self.family.options, self._seconds)
        return Bracket(found.bound, found.objective) if found.status.has_plan else None

    @cached_property
    def program(self) -> LinearProgram:
        """The program of the settings that hold throughout."""
        return hold_miss(self.pose(), self._miss)

    @cached_property
    def objective(self) -> str:
        """The objective that is a plan's cost."""
        return find_main(self.program.program.structure)

    @cached_property
    def task(self) -> Task:
        """The base's program as a task, whole units free."""
        return pose_task(self.program, self.objective)

    @cached_property
    def base(self) -> Solution:
        """The least of the settings that hold throughout."""
        found = self.solve({})
        self._known = Known(found)
        self._session.mark()
        return found

    def begin(self) -> None:
        """Begin anew at the base: what `solve` finds from here on hangs on nothing that was asked before."""
        if self.base.status.has_plan:
            self._session.go_back()
            self._known = Known(self.base)
            self._solutions = Cache(MOST_BYTES)
            self._solutions.put(write_key({}), self.base)

    @property
    def least(self) -> float:
        """What that costs."""
        return self.base.objective

    @cached_property
    def free(self) -> Bracket:
        """The plan's own bound, and the least known."""
        bound = self.least if self._plan is None else min(float(self._plan.attrs["bound"]), self.least)
        return Bracket(bound, self.least)

    @cached_property
    def _column_of(self) -> np.ndarray:
        return np.repeat(np.arange(len(self.program.column_lower)), np.diff(self.program.starts))

    def revise(self, settings: Settings) -> LinearProgram | None:
        """The program of settings; None where numbers are not allowed or its structure is another."""
        try:
            program = hold_miss(self.pose(settings), self._miss)
        except CaseError:
            return None
        return program if program.program is self.program.program else None

    def rebuild(self, settings: Settings) -> Oracle:
        """The oracle of settings whose program is another: compiled for it, and solved from nothing.

        Raises:
            CaseError: the settings are none.
        """
        return Oracle(self.family, {**self.settings, **settings})

    def keeps(self, settings: Settings) -> bool:
        """Whether the settings' program has the structure of this one; compiles nothing."""
        try:
            return self.family.keeps({**self.settings, **settings})
        except CaseError:
            return False

    def solve(self, settings: Settings) -> Solution:
        """The least of the main objective."""
        key = write_key(settings)
        found = self._solutions.get(key)
        if found is None:
            program = self.revise(settings) if settings else self.program
            found = Solution.none() if program is None else self.solve_program(program)
            self._solutions.put(key, found)
        return found

    def solve_program(self, program: LinearProgram) -> Solution:
        """The least of a program of this structure that no settings lead to; what is known of others is tried first."""
        self.solves += 1
        task = self._pose_whole(program)
        found = self._known.keep(task)
        if found is None:
            found = self._session.solve(task, self._seconds)
            self._known.add(found)
        return found

    def is_below(self, program: LinearProgram, amount: float) -> bool:
        """Whether the least of a program is below an amount; searched only where what is known of others leaves it."""
        told = self._known.is_below(self._pose_whole(program), amount)
        if told is None:
            found = self.solve_program(program)
            told = found.status.has_plan and found.objective < amount
        return told

    def _pose_whole(self, program: LinearProgram) -> Task:
        """The task of a program, whole units where they stand."""
        return pose_task(program, self.objective).fix(self._places, self._numbers)

    def force(self, column: int, least: float) -> float:
        """What the plan costs at the least with at least so much of one column; infinite where there is none."""
        found = self.solve_program(self.raise_column(column, least))
        return found.objective if found.status.has_plan else np.inf

    def raise_column(self, column: int, least: float) -> LinearProgram:
        """The base's program with at least so much of one column."""
        lower = self.program.column_lower.copy()
        lower[column] = least
        return replace(self.program, column_lower=lower)

    def draw(self, move: Callable[[float], Settings], start: float, ends: tuple[float, float]) -> Ray:
        """The programs of settings that move with one number; the base's at `start`."""
        return Ray(self, move, start, ends)

    def slope(self, settings: Settings, step: float) -> float:
        """What the duals of the base say of settings a step away, per unit of the step; NaN where they are no such."""
        other = self.revise(settings)
        return np.nan if other is None else self.measure_change(self.program, other, self.base) / step

    def measure_change(self, program: LinearProgram, other: LinearProgram, found: Solution) -> float:
        """What the least of a program, as found, changes by on the way to another, by its prices.

        (change of costs) x + dual (change of bounds) - dual (change of A) x
        """
        x, dual = found.columns, found.row_duals
        costs = (other.costs[self.objective] - program.costs[self.objective]) @ x
        offset = other.offsets[self.objective] - program.offsets[self.objective]
        upper, lower = other.row_upper - _finite(program.row_upper), other.row_lower - _finite(program.row_lower)
        moved = np.where(np.isfinite(upper) & np.isfinite(program.row_upper), upper, lower)
        moved = np.where(np.isfinite(moved) & (np.abs(dual) > 0), moved, 0.0)
        change = float(costs + offset + (dual * moved).sum())
        if other.entries is program.entries:
            return change
        places = np.flatnonzero(other.entries != program.entries)
        terms = (other.entries[places] - program.entries[places]) * x[self._column_of[places]]
        return change - float(terms @ dual[program.rows[places]])

    def reduce_costs(self) -> np.ndarray:
        """What one more unit of each column would add to the cost of the base plan (n_columns)."""
        priced = self.program.entries * self.base.row_duals[self.program.rows]
        given = np.bincount(self._column_of, weights=priced, minlength=len(self.program.column_lower))
        return np.asarray(self.program.costs[self.objective] - given)

    def find_whole(self, task: Task, seconds: float) -> Solution:
        """The least in whole units of a task that allows all that the plan does, the plan to begin with."""
        return solve_once(task, self.family.options, min(seconds, self._seconds), start=self.base.columns)

    def find_parts(self, task: Task) -> float:
        """The same in parts of units: no plan in whole ones costs less; endless where nothing bounds it."""
        found = self._known_parts.keep(task)
        if found is None:
            found = self._parts.solve(task, self._seconds)
            self._known_parts.add(found)
        return found.objective if found.status.has_plan else -np.inf

    @cached_property
    def _known_parts(self) -> Known:
        """What is known in parts of units: first of all the least, which a rule without a price does not move."""
        return Known(self._parts.solve(self.task, self._seconds))


class Ray:
    """Programs of settings that move with one number, and their least costs.

    Args:
        oracle: of the base.
        move: the settings of a number.
        start: the number at which they change nothing.
        ends: between which numbers they may lie; where the programs there and the base are on one line, those between
            are on it, too, and not made anew. Where they are not, for a number bends (a room is never below nothing),
            the same is looked at nearer the base.
    """

    def __init__(
        self, oracle: Oracle, move: Callable[[float], Settings], start: float, ends: tuple[float, float]
    ) -> None:
        self._oracle, self._move, self._start, self._ends = oracle, move, start, ends

    @cached_property
    def _line(self) -> tuple[Straight | None, tuple[float, float]]:
        """A line through the base, and between which numbers it runs."""
        for part in NEARER:
            ends = [self._start + part * (end - self._start) for end in self._ends]
            line = self._draw(sorted(ends, key=lambda x: abs(x - self._start)))
            if line is not None:
                return line, (min(ends), max(ends))
        return None, (self._start, self._start)

    def _draw(self, ends: list[float]) -> Straight | None:
        """The line from the base to the farther end, if the base and both ends are on it."""
        oracle, (near, far) = self._oracle, ends
        last = oracle.revise(self._move(far))
        line = None if last is None else draw_straight(oracle.program, far - self._start, last)
        checked = near if near != self._start else near + CHECKED * (far - near)
        other = None if line is None else oracle.revise(self._move(checked))
        if line is None or other is None or not line.meets(checked - self._start, other):
            return None
        return line

    def find(self, x: float) -> LinearProgram | None:
        """The program at a number; None where numbers are not allowed or its structure is another."""
        line, (least, most) = self._line
        if line is None or not least <= x <= most:
            return self._oracle.revise(self._move(x))
        return line.find(x - self._start)

    def slope(self, nearby: float) -> float:
        """What the duals of the base say of a number nearby, per unit; NaN where they are no such."""
        other, oracle = self.find(nearby), self._oracle
        if other is None:
            return np.nan
        return oracle.measure_change(oracle.program, other, oracle.base) / (nearby - self._start)

    def tangent(self, x: float, nearby: float) -> tuple[float, float]:
        """Least cost at a number, and its slope towards one nearby."""
        program, other = self.find(x), self.find(nearby)
        if program is None:
            return NO_PLAN
        found = self._oracle.solve_program(program)
        if not found.status.has_plan:
            return NO_PLAN
        if other is None:
            return found.objective, 0.0
        return found.objective, self._oracle.measure_change(program, other, found) / (nearby - x)

    def solve(self, x: float) -> float:
        """The least cost at a number; infinite where there is no plan."""
        return self.tangent(x, x + 1.0)[0]

    def is_below(self, x: float, amount: float) -> bool:
        """Whether the least cost at a number is below an amount."""
        program = self.find(x)
        return program is not None and self._oracle.is_below(program, amount)


def write_key(settings: Settings) -> Key:
    """Settings as one question.

    >>> write_key({"shift.price.b": 1, "exclude.a": 1.0})
    (('exclude.a', 1.0), ('shift.price.b', 1.0))
    """
    return tuple(sorted((name, float(number)) for name, number in settings.items()))


def _finite(bounds: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(bounds), bounds, 0.0)
