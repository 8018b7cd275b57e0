"""How far can a sum of columns go among plans in whole units that cost at most so much? Bracketed by least costs.

    V(z) = least cost of plans in whole units with  weights @ x <= z,      end(most) = least z with V(z) <= most

Asked for head on, a sum under a limit of cost has a weak relaxation: parts of units are cheaper, and what they spare is
spent on the sum. A least cost has a tight one, and is proven in a part of a second. What parts spare at the plan itself
says where to look first. Nothing here ends by the clock but the solver's limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from model.compiled.task import Task
from model.queries.near_optimal import Nearby, add_row
from model.solver.sessions import Session, open_session, solve_once
from model.solver.solution import Solution, Status
from model.solver.starts import WARM

WITHIN = 5e-3
"""How near to an end it is known, as a part of how far parts of units go beyond the plan."""
MOST_COSTS = 5
"""Least costs that are solved for one end: where they do not prove it, the bound that they do prove is told."""
ROUNDING = 1e-6
NEARBY = 10
"""How many times as near as that a plan is to where the end was looked for, from which on it is taken for the end."""
MOST_FAR = 4
"""Least costs that are solved for a plan far off."""
COST_WITHIN = 1e-1
"""How exactly a least cost is solved, as a part of what the limit leaves above the cheapest plan."""


@dataclass
class Span:
    """What is known of the end within a limit of cost: no plan in whole units is below `bound`, one is at `found`."""

    most: float
    bound: float
    found: float

    def is_closed(self, near: float) -> bool:
        """Whether the two are so near that they are one."""
        return self.found - self.bound <= near * (1.0 + ROUNDING)


class WholeEnds:
    """Least sums among plans in whole units.

    Args:
        nearby: the program with its limit of cost.
        least: cost of the cheapest plan, which is in whole units.
        limits: of cost, the narrowest first.
    """

    def __init__(self, nearby: Nearby, least: float, limits: Sequence[float]) -> None:
        self._nearby, self._least, self._limits = nearby, least, limits
        self._whole = np.flatnonzero(nearby.program.program.integrality)

    @cached_property
    def _spared(self) -> float:
        """What the cheapest plan costs more than in parts of units."""
        if np.isnan(self._nearby.relaxed):
            self._nearby.begin(self._limits[-1])
        return max(self._least - self._nearby.relaxed, 0.0)

    @cached_property
    def _session(self) -> Session:
        return open_session(replace(self._nearby.options, relax=True), WARM)

    def bound_end(self, weights: np.ndarray, relaxed: float, held: float, most: float, furthest: float) -> float:
        """What no plan in whole units that costs at most so much has less of, to a part `WITHIN` of the range.

        Args:
            weights: of the sum, one number per column.
            relaxed: its least in parts of units.
            held: of the cheapest plan.
            most: limit of cost.
            furthest: its least in parts of units within the widest limit, which is the other end of the range.
        """
        span, near = Span(most, relaxed, held), WITHIN * max(held - furthest, 0.0)
        self._narrow(span, self._pose(weights), weights, near)
        return span.found if span.is_closed(near) else span.bound

    def find_far(self, weights: np.ndarray, held: float, most: float) -> Solution | None:
        """A plan in whole units that costs at most so much and has little of a sum: hardly any that has as little is
        cheaper.

        None where none was found that has less of it than the cheapest plan, which has `held`.
        """
        spared, task = self._spared, self._pose(weights)
        asked = self._guess(weights, most, spared)
        near = WITHIN * max(held - asked, 0.0)
        for _ in range(MOST_FAR):
            if held - asked <= near:
                return None
            found = self._weigh(task, asked, most)
            if found.status.has_plan and found.objective <= most:
                return found
            spared += found.objective - most if found.status.has_plan else 0.0
            further, middle = self._guess(weights, most, spared), (asked + held) / 2
            asked = further if found.status.has_plan and held - further > near else middle
        return None

    def _narrow(self, span: Span, task: Task, weights: np.ndarray, near: float) -> None:
        """Bring both sides of an end together: look where it should be; from where a plan is, whether any is beyond."""
        spared, looks = self._spared, True
        for place in range(MOST_COSTS):
            if span.is_closed(near):
                return
            asked = span.found - near
            if looks:
                asked = min(max(self._guess(weights, span.most, spared), span.bound + near * (place > 0)), asked)
            found = self._weigh(task, asked, span.most)
            self._note(found, span, asked, weights)
            if looks and found.status.has_plan:
                spared += found.objective - span.most
            looks = found.status.has_plan and (not looks or span.found > asked + NEARBY * near)

    def _guess(self, weights: np.ndarray, most: float, spared: float) -> float:
        """The least in parts of units within what is left of a limit when whole ones cost so much more."""
        found = self._nearby.reach(weights, max(most - spared, self._nearby.relaxed), settled=False)
        return found.objective if found.status.has_plan else np.inf

    def _pose(self, weights: np.ndarray) -> Task:
        """The task of the least cost, limited by nothing but the sum in its last row."""
        return add_row(self._nearby.pose(self._nearby.prices, np.inf), weights, np.inf)

    def _weigh(self, task: Task, asked: float, most: float) -> Solution:
        """The least cost of plans in whole units whose sum is at most so much, to tell whether it is within a limit.

        Solved to a part `COST_WITHIN` of what the limit leaves above the cheapest plan; offset included.
        """
        upper, options, offset = task.row_upper.copy(), self._nearby.options, self._nearby.offset
        upper[-1] = asked
        self._nearby.questions += 1
        room = COST_WITHIN * (most - self._least)
        found = solve_once(replace(task, row_upper=upper), options, options.time_limit, room)
        return replace(found, objective=found.objective + offset, bound=found.bound + offset)

    def _note(self, found: Solution, span: Span, asked: float, weights: np.ndarray) -> None:
        """What a least cost tells of a limit, and how far its whole units go within it."""
        if found.status is Status.INFEASIBLE or (found.status.has_plan and found.bound > span.most):
            span.bound = max(span.bound, asked)
        if found.status.has_plan and self._fix(found.columns) <= span.most:
            span.found = min(span.found, self._reach(weights, span.most))

    def _fix(self, point: np.ndarray) -> float:
        """Stand at the least cost with whole units as at a point; infinite where it is beyond the widest limit."""
        self._fixed = np.round(point[self._whole])
        task = self._nearby.pose(self._nearby.prices, self._limits[-1]).fix(self._whole, self._fixed)
        found = self._session.solve(task, self._nearby.options.time_limit)
        return found.objective + self._nearby.offset if found.status.has_plan else np.inf

    def _reach(self, weights: np.ndarray, most: float) -> float:
        """The least of the sum with those whole units, within a limit of cost."""
        task = self._nearby.pose(weights, most).fix(self._whole, self._fixed)
        found = self._session.solve(task, self._nearby.options.time_limit)
        return found.objective if found.status.has_plan else np.inf
