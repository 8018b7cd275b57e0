"""How far can a curve of whole units be from the truth? Bounds take the place of tangents.

With whole units the least cost is not convex in the level, and prices hold only while the units stand. What remains:

* below: the curve without whole units (`relaxation`) by its tangents; and the bound proven at the looser neighbour,
  for a tighter level never costs less;
* above: the tighter neighbour's units, kept, at the looser level: with units fixed the cost is convex, so the chord
  between the two lies above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from model.solver.chain import Chain
from runners.analyses.cost_curve.certificate import Point, measure_gap, refine_curve
from runners.analyses.cost_curve.curve_range import Span
from runners.analyses.cost_curve.parametric_solve import Stop, Tracer

MOST_WHOLE = 24
"""Points with whole units: each takes as long as many without."""


def refine_staircase(tracer: Tracer, span: Span, tolerance: float, most: int) -> float:
    """Solve stops with whole units where the bounds are widest apart; gives the certified error left.

    Args:
        tracer: with the stops of both ends.
        span: of the curve.
        tolerance: share of the range of cost.
        most: points at the most, and never more than `MOST_WHOLE`.
    """
    relaxed = Relaxation(tracer)
    ends = [relaxed.solve(span.start), relaxed.solve(span.end)]
    tangents = refine_curve(relaxed.solve, ends, tolerance / 2, most).points
    gaps: dict[tuple[float, float], float] = {}
    while True:
        stops = sorted(tracer.stops.values(), key=lambda stop: -tracer.probe.side * stop.level)
        pairs = list(pairwise(stops))
        for loose, tight in pairs:
            key = (loose.level, tight.level)
            if key not in gaps:
                gaps[key] = measure_bounds(loose, tight, relaxed.keep_units(tight, loose.level), tangents)
        spread = max(stop.cost for stop in stops) - min(stop.cost for stop in stops)
        widest = max(pairs, key=lambda pair: gaps[pair[0].level, pair[1].level])
        error = gaps[widest[0].level, widest[1].level] / spread if spread > 0 else 0.0
        if error <= tolerance or len(stops) >= min(most, MOST_WHOLE):
            return error
        tracer.solve((widest[0].level + widest[1].level) / 2)


def measure_bounds(loose: Stop, tight: Stop, kept: float, tangents: Sequence[Point]) -> float:
    """The widest distance between the bounds of two neighbours.

    Args:
        loose: the neighbour whose bound holds for every tighter level.
        tight: the one whose plan does for every looser level.
        kept: what the tighter one's units cost at the looser level.
        tangents: points of the relaxation.
    """
    low, high = sorted((loose.level, tight.level))
    levels = [low, high]
    for a, b in pairwise(tangents):
        levels += [level for level in (a.level, b.level, measure_gap(a, b)[1]) if low < level < high]
    for point in tangents:
        if point.slope:
            levels.append(min(max(point.level + (loose.bound - point.value) / point.slope, low), high))
    at = np.array(levels)
    below = np.maximum(np.max([point.touch(0.0) + point.slope * at for point in tangents], axis=0), loose.bound)
    above = tight.cost + (kept - tight.cost) * (at - tight.level) / (loose.level - tight.level)
    return float(np.max(above - below, initial=0.0))


class Relaxation:
    """The same family without whole units, and with those of a stop kept."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        options = tracer.oracle.family.options
        tolerance = float(tracer.scenario.attrs["tolerance"])
        self._relaxed = Chain(replace(options, relax=True), tolerance)

    def solve(self, level: float) -> Point:
        """The least cost with parts of units, and its slope: prices of rows times how the level moves them."""
        found = self._relaxed.solve_main(self._tracer.revise(level))
        if not found.status.has_plan:
            raise ValueError(f"a level of {level:g} has a plan with whole units and none without")
        return Point(level, found.objective, float(found.row_duals @ self._tracer.step))

    def keep_units(self, stop: Stop, level: float) -> float:
        """The least cost at a level with a stop's whole units."""
        program = self._tracer.revise(level)
        whole = np.flatnonzero(program.program.integrality)
        lower, upper = program.column_lower.copy(), program.column_upper.copy()
        lower[whole] = upper[whole] = np.round(stop.columns[whole])
        found = self._relaxed.solve_main(replace(program, column_lower=lower, column_upper=upper))
        return min(found.objective, stop.cost) if found.status.has_plan else stop.cost
