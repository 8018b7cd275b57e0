"""How much of each measure do nearly cheapest plans have, at least and at most, and when must or can it begin?

For each measure and each level of cost: the least and the most of its amount, then the first year in which it can
have begun and the last in which it must have. Every question is one step of a warm chain
(`model/queries/near_optimal.py`); that of the linear relaxation, so no plan lies outside a range. What points show that
are known already is not asked for. How far measures in whole units go with all whole columns whole is bracketed by
least costs (`model/queries/whole_ends.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from model.queries.near_optimal import Nearby
from model.queries.no_plan import NoPlan
from model.queries.whole_ends import WholeEnds
from model.solver.solution import Solution
from runners.analyses.near_optimal.amounts import Measure

SMALLEST = 1e-6
"""Amounts below this are rounding of the solver."""
LEAST, MOST = 1.0, -1.0
"""Which end of a range is asked for: the sign of the weights in a program that minimises."""


class Choice(Enum):
    """Whether a measure is open to choice within a level of cost."""

    MUST = "must"
    """Every plan has an amount of it that counts."""
    MAY = "may"
    """Some plans do, some do not."""
    NEVER = "never"
    """No plan does."""


@dataclass(frozen=True)
class End:
    """One end of a measure's range: a point of the program, and what was asked for to reach it."""

    technology: str
    sign: float
    solution: Solution
    amount: float


@dataclass(frozen=True)
class Range:
    """A measure within a level of cost.

    Args:
        technology: its label.
        low: its least amount among plans, in the unit of its capacity, as a mean over the plan's years.
        high: its most.
        whole_low: the same of plans in whole units, where it has such; a bound that no such plan is below.
        whole_high: a bound that no such plan is above.
        earliest: first year in which it can have begun, None where it never does.
        latest: year in which it has begun in every plan, None where some never begin it.
        choice: must, may or never.
    """

    technology: str
    low: float
    high: float
    whole_low: float
    whole_high: float
    earliest: int | None
    latest: int | None
    choice: Choice


Accept = Callable[[Solution], None]
"""Told every point reached, to be verified."""


def reach_ends(
    nearby: Nearby, measure: Measure, limits: Sequence[float], accept: Accept = lambda _: None
) -> list[list[End]]:
    """The points with least and most of a measure, of those that cost at most so much, limit by limit.

    The widest limit comes first: its point is also that of every narrower one that it costs no more than.

    Args:
        nearby: the program with its limit of cost.
        measure: that can be built.
        limits: of cost, the narrowest first.
        accept: told every point once.
    """
    ends: list[list[End]] = [[] for _ in limits]
    for sign in (LEAST, MOST):
        found: Solution | None = None
        for level in reversed(range(len(limits))):
            if found is None or found.values[nearby.objective] > limits[level]:
                found = _reach(nearby, sign * measure.weights, limits[level])
                accept(found)
                found = replace(found, row_duals=np.empty(0))
            ends[level].append(End(measure.technology, sign, found, _clean(measure.size(found.columns))))
    return ends


def span_measure(
    nearby: Nearby,
    measure: Measure,
    enough: float,
    limits: Sequence[float],
    ends: Sequence[Sequence[End]],
    bounds: Sequence[tuple[float, float]] | None = None,
) -> list[Range]:
    """The range of a measure among plans that cost at most so much, limit by limit.

    Args:
        nearby: the program with its limit of cost.
        measure: that can be built.
        enough: amount from which it counts as had, or as begun.
        limits: of cost, the narrowest first.
        ends: with least and most of it, by limit.
        bounds: of it among plans in whole units, by limit (`bound_whole`); None where all may have parts of units.
    """
    enough = max(enough, SMALLEST)
    bounds = [(low.amount, high.amount) for low, high in ends] if bounds is None else bounds
    choices = [_judge(low, high, enough) for low, high in bounds]
    starts = _Starts(nearby, measure, enough, [end.solution for found in ends for end in found])
    spans = []
    for found, (low, high), choice, most in reversed(list(zip(ends, bounds, choices, limits, strict=True))):
        earliest = starts.find_earliest(most) if choice is not Choice.NEVER else None
        latest = starts.find_latest(most) if choice is Choice.MUST else None
        amounts = found[0].amount, found[1].amount, low, high
        spans.append(Range(measure.technology, *amounts, earliest, latest, choice))
    return spans[::-1]


def bound_whole(
    whole: WholeEnds,
    measure: Measure,
    held: float,
    most: float,
    parts: tuple[float, float],
    furthest: tuple[float, float],
) -> tuple[float, float]:
    """Least and most that plans in whole units can have; the cheapest is whole: an end that it stands at needs none.

    Args:
        whole: asked how far they go.
        measure: that has some.
        held: amount of it in the cheapest plan.
        most: limit of cost.
        parts: least and most of it in parts of units.
        furthest: the same within the widest limit.
    """
    stands, bounds = held - measure.constant, []
    for sign, amount, end in zip((LEAST, MOST), parts, furthest, strict=True):
        found = sign * (amount - measure.constant)
        if sign * stands > found + SMALLEST:
            relaxed, widest = found, sign * (end - measure.constant)
            found = whole.bound_end(sign * measure.weights, relaxed, sign * stands, most, widest)
        bounds.append(_clean(sign * found + measure.constant))
    return bounds[0], bounds[1]


def _judge(low: float, high: float, enough: float) -> Choice:
    if high < enough * (1.0 - SMALLEST):
        return Choice.NEVER
    return Choice.MUST if low >= enough * (1.0 - SMALLEST) else Choice.MAY


class _Starts:
    """When a measure can and must have begun, limit by limit from the widest on: each narrows where the next can lie.

    Whatever is begun by a year only grows with the year, and with the limit. Points that are known show by when it can
    have begun, and by when it need not: only years between are asked for.
    """

    def __init__(self, nearby: Nearby, measure: Measure, enough: float, known: Sequence[Solution]) -> None:
        self._nearby, self._measure, self._enough = nearby, measure, enough * (1.0 - SMALLEST)
        self._years = list(measure.builds)
        self._known = [self._place(found) for found in known]
        self._soonest, self._last = 0, len(self._years)

    def find_earliest(self, most: float) -> int | None:
        """The first year by which so much can be begun."""
        shown = min(self._show(most), default=self._last_place)
        self._soonest = self._halve(min(self._soonest, shown), shown, most, MOST)
        return self._name(self._soonest)

    def find_latest(self, most: float) -> int | None:
        """The first year by which so much is begun in every plan."""
        shown = max(self._show(most), default=0)
        self._last = self._halve(shown, max(self._last, shown), most, LEAST)
        return self._name(self._last)

    @property
    def _last_place(self) -> int:
        return len(self._years)

    def _halve(self, first: int, last: int, most: float, sign: float) -> int:
        while first < last:
            middle = (first + last) // 2
            found = _reach(self._nearby, sign * self._measure.weigh_begun(self._years[middle]), most, settled=False)
            self._known.append(self._place(found))
            if sign * found.objective >= self._enough:
                last = min(middle, self._known[-1][1]) if sign == MOST else middle
            else:
                first = max(middle + 1, self._known[-1][1]) if sign == LEAST else middle + 1
        return min(first, last) if sign == MOST else first

    def _show(self, most: float) -> list[int]:
        """Places of the years by which points within a limit have begun."""
        return [place for cost, place in self._known if cost <= most]

    def _place(self, found: Solution) -> tuple[float, int]:
        """What a point costs, and the place of the first year by which enough is begun there."""
        year = self._measure.find_first(found.columns, self._enough)
        return found.values[self._nearby.objective], self._last_place if year is None else self._years.index(year)

    def _name(self, place: int) -> int | None:
        return self._years[place] if place < len(self._years) else None


def _reach(nearby: Nearby, weights: np.ndarray, most: float, *, settled: bool = True) -> Solution:
    found = nearby.reach(weights, most, settled=settled)
    if not found.status.has_plan:
        raise NoPlan(found.status, (), {})
    return found


def _clean(amount: float) -> float:
    return float(amount) if abs(amount) > SMALLEST else 0.0
