"""How much of each measure do nearly cheapest plans have, at least and at most, and when must or can it begin?

For each level of cost and each measure: the least and the most of its amount, then the first year in which it can
have begun and the last in which it must have. Every question is one step of a warm chain
(`model/queries/near_optimal.py`); that
of the linear relaxation, so no plan lies outside a range. Measures in whole units are asked for again with all whole
columns whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from model.queries.infeasibility import NoPlan
from model.queries.near_optimal import Nearby
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


def find_most(nearby: Nearby, measure: Measure, most: float) -> float:
    """The most of a measure that any plan which costs at most `most` has."""
    return _clean(measure.size(_reach(nearby, MOST * measure.weights, most).columns))


def span_measure(
    nearby: Nearby, measure: Measure, enough: float, held: float, most: float, accept: Accept
) -> tuple[Range, list[End]]:
    """The range of a measure among plans that cost at most `most`, and the points at its ends.

    Args:
        nearby: the program with its limit of cost.
        measure: that can be built.
        enough: amount from which it counts as had, or as begun.
        held: amount of it in the cheapest plan.
        most: cost.
        accept: told both points.
    """
    ends = list(reach_ends(nearby, measure, most))
    for end in ends:
        accept(end.solution)
    return _span(nearby, measure, ends, max(enough, SMALLEST), held, most), ends


def reach_ends(nearby: Nearby, measure: Measure, most: float) -> Iterator[End]:
    """The points with least and most of a measure, of those that cost at most `most`."""
    for sign in (LEAST, MOST):
        found = _reach(nearby, sign * measure.weights, most)
        yield End(measure.technology, sign, found, _clean(measure.size(found.columns)))


def _span(nearby: Nearby, measure: Measure, ends: Sequence[End], enough: float, held: float, most: float) -> Range:
    low, high = (end.amount for end in ends)
    whole_low, whole_high = low, high
    if measure.whole and nearby.mixed:  # the cheapest plan is whole: an end that it stands at needs no search
        whole_low = low if held <= low + SMALLEST else max(low, _reach_whole(nearby, measure, LEAST, most, low))
        whole_high = high if held >= high - SMALLEST else min(high, _reach_whole(nearby, measure, MOST, most, high))
    choice = _judge(whole_low, whole_high, enough)
    earliest = latest = None
    if choice is not Choice.NEVER:
        earliest = _find_year(nearby, measure, enough, most, MOST)
    if choice is Choice.MUST:
        latest = _find_year(nearby, measure, enough, most, LEAST)
    return Range(measure.technology, low, high, whole_low, whole_high, earliest, latest, choice)


def _judge(low: float, high: float, enough: float) -> Choice:
    if high < enough * (1.0 - SMALLEST):
        return Choice.NEVER
    return Choice.MUST if low >= enough * (1.0 - SMALLEST) else Choice.MAY


def _find_year(nearby: Nearby, measure: Measure, enough: float, most: float, sign: float) -> int | None:
    """The first year by which the least (or the most) that is begun is enough; by halving, for it only grows."""
    years = list(measure.builds)
    first, last = 0, len(years)
    while first < last:
        middle = (first + last) // 2
        found = _reach(nearby, sign * measure.weigh_begun(years[middle]), most)
        if sign * found.objective >= enough * (1.0 - SMALLEST):
            last = middle
        else:
            first = middle + 1
    return years[first] if first < len(years) else None


def _reach_whole(nearby: Nearby, measure: Measure, sign: float, most: float, otherwise: float) -> float:
    """Least or most that plans in whole units can have, as far as it was proved in time; `otherwise` where not."""
    found = nearby.reach(sign * measure.weights, most, whole=True)
    return _clean(sign * found.bound + measure.constant) if found.status.has_plan else otherwise


def _reach(nearby: Nearby, weights: np.ndarray, most: float) -> Solution:
    found = nearby.reach(weights, most)
    if not found.status.has_plan:
        raise NoPlan(found.status, (), {})
    return found


def _clean(amount: float) -> float:
    return float(amount) if abs(amount) > SMALLEST else 0.0
