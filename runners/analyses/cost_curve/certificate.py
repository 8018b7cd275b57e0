"""How far can a curve be from the truth between the points that were solved? And which point tells most next?

The least cost of a linear program is convex in the level of a cap. So between two points it lies below the chord
(upper) and above the tangents at both (lower), whose slopes are the points' own dual prices:

    lower(x) = max(v_a + s_a (x - a), v_b + s_b (x - b)) <= V(x) <= chord(x)

The gap is widest where the tangents meet; there the next point is solved. If it lies on the tangents, both halves are
known exactly: a kink costs one point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

FLAT = 1e-9
"""Slopes that differ by less, relative to the steeper, are one."""
NEAR = 1e-9
"""Points nearer to each other than this share of the range are one."""


@dataclass(frozen=True)
class Point:
    """A solved point of a curve: the least cost `value` at a `level`, and its `slope`, cost per unit of level."""

    level: float
    value: float
    slope: float

    def touch(self, level: float) -> float:
        """The tangent at this point, at another level."""
        return self.value + self.slope * (level - self.level)


@dataclass(frozen=True)
class Refinement:
    """Points ordered by level, and the certified error: the widest gap over the range of cost (0 where it has none)."""

    points: tuple[Point, ...]
    error: float


def refine_curve(solve: Callable[[float], Point], ends: Sequence[Point], tolerance: float, most: int) -> Refinement:
    """Solve points until the gap is nowhere wider than a share of the range of cost.

    Each pass goes from one end to the other and the next one back, so that every solve starts beside the one before.

    Args:
        solve: the least cost at a level.
        ends: two or more points, solved.
        tolerance: share of the range of cost.
        most: points at the most; the error says what they give.
    """
    points = sorted(ends, key=lambda point: point.level)
    onwards = len(ends) < 2 or ends[-1].level < ends[0].level
    while True:
        wanted = _list_wanted(points, tolerance)[: max(most - len(points), 0)]
        if not wanted:
            return Refinement(tuple(points), measure_error(points))
        found = [solve(level) for level in sorted(wanted, reverse=not onwards)]
        points = sorted([*points, *found], key=lambda point: point.level)
        onwards = not onwards


def measure_error(points: Sequence[Point]) -> float:
    """The widest gap between chords and tangents, over the range of cost."""
    spread = measure_spread(points)
    gaps = [measure_gap(a, b)[0] for a, b in pairwise(points)]
    return max(gaps, default=0.0) / spread if spread > 0 else 0.0


def measure_spread(points: Sequence[Point]) -> float:
    """The range of cost over the points."""
    values = [point.value for point in points]
    return max(values) - min(values)


def measure_gap(a: Point, b: Point) -> tuple[float, float]:
    """The widest gap between the chord of two neighbours and their tangents, and the level where it is.

    >>> measure_gap(Point(0.0, 4.0, -4.0), Point(2.0, 0.0, 0.0))
    (2.0, 1.0)
    """
    width, turn = b.level - a.level, b.slope - a.slope
    if width <= 0 or turn <= FLAT * max(abs(a.slope), abs(b.slope), FLAT):
        return 0.0, a.level
    meet = (a.value - a.slope * a.level - b.value + b.slope * b.level) / turn
    meet = min(max(meet, a.level), b.level)
    chord = a.value + (b.value - a.value) * (meet - a.level) / width
    return max(chord - max(a.touch(meet), b.touch(meet)), 0.0), meet


def _list_wanted(points: Sequence[Point], tolerance: float) -> list[float]:
    """Levels at which gaps are too wide, the widest first."""
    allowed = tolerance * measure_spread(points)
    near = NEAR * (points[-1].level - points[0].level)
    found = []
    for a, b in pairwise(points):
        gap, level = measure_gap(a, b)
        if gap > allowed and a.level + near < level < b.level - near:
            found.append((gap, level))
    return [level for _, level in sorted(found, reverse=True)]
