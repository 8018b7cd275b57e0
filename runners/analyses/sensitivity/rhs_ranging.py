"""How far does a price hold? The ends of the straight piece of a convex cost on which it stands, found by solving.

The least cost V(x) of easing a rule by x is convex and falling, in straight pieces. Its price is p = (V(0) - V(x)) / x
on the first of them. The search goes outwards from the start: programs near each other are solved in a few pivots, and
one far beyond the piece, where there may be no plan at all, in hundreds. Where a tangent meets V(0) the piece is as
long as that; the first that does not cuts the piece where another solve is worth more than a guess: the next point. A
price is shown only over the stretch at whose end the cost was solved and found on the line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Tangent = Callable[[float], tuple[float, float]]
"""The least cost at a step and its slope there; an infinite cost where there is no plan."""

MOST_TRIES = 24
BEGIN, GROWTH = 1e-3, 8.0
"""The first step tried, as a part of the longest, and how many times as far each further one lies."""
NEAR_END = 1e-3
"""An end this near, as a part of the step, is near enough."""
ALONGSIDE = 1e-12
"""Slopes that differ by less are one."""
SHARE_ON_LINE, COST_ON_LINE = 1e-4, 1e-9
"""How far a cost may be off a line and count as on it: as a part of what is saved, and of the cost itself."""
SHORTEST = 1e-6
"""A stretch this small a part of the longest is a point."""


@dataclass(frozen=True)
class Stretch:
    """A price per unit, and up to which step it holds (`ended` False: it may hold further than was asked)."""

    price: float
    step: float
    ended: bool
    solves: int


def find_stretch(tangent: Tangent, least: float, longest: float) -> Stretch:
    """The first straight piece of a convex cost from step 0 on.

    Args:
        tangent: least cost and slope at a step > 0.
        least: the least cost at step 0.
        longest: step at which the search begins; nothing is said beyond.

    Returns:
        The price (cost falls by it per unit) and the length of the piece; NaN and 0 where there is no step, none has
        a plan, or the cost jumps at once (a size that no longer fits).
    """
    if longest <= 0:
        return Stretch(np.nan, 0.0, True, 0)
    search = _Search(tangent, least, longest)
    step = search.begin()
    if step is None:
        return Stretch(np.nan, 0.0, True, search.solves)
    end = search.extend(search.go_outwards(step))
    return Stretch(search.price, end, search.beyond is not None or end < longest, search.solves)


class _Search:
    """Points tried, and the nearest of them that lies beyond the first straight piece."""

    def __init__(self, tangent: Tangent, least: float, longest: float) -> None:
        self._tangent, self._least, self._longest = tangent, least, longest
        self._first_slope: float | None = None
        self.price, self._priced = np.nan, 0.0  # over the longest step whose tangent meets the start
        self.beyond: tuple[float, float, float] | None = None
        self.jumps = False
        self.solves, self.tries = 0, MOST_TRIES

    def begin(self) -> float | None:
        """The first step that is found on the first piece; None where there is none, or the cost jumps at once."""
        step = self._longest * BEGIN
        while self.tries and step >= self._longest * SHORTEST and not self.jumps:
            if self.try_step(step):
                return step
            step = self.cut_first(step)
        return None

    def go_outwards(self, step: float) -> float:
        """The last step on the piece before one beyond it, or the longest."""
        while self.beyond is None and step < self._longest and self.tries:
            further = min(step * GROWTH, self._longest)
            if self.try_step(further):
                step = further
        return step

    def try_step(self, step: float) -> bool:
        """Whether the piece reaches a step; a step that it does not reach is the nearest beyond.

        It does where the tangent there meets the cost at 0, and at its very end, where the tangent may be another.
        """
        cost, slope = self._solve(step)
        through = np.isfinite(cost) and _on_line(self._least, cost - slope * step, self._least - cost, self._least)
        if through and step > self._priced:
            self.price, self._priced = (self._least - cost) / step, step
        reached = bool(through) or self._is_reached(step, cost)
        if not reached:
            self.beyond = step, cost, slope
        return reached

    def _is_reached(self, step: float, cost: float) -> bool:
        """Whether the cost at a step lies on the piece; not where no price is known."""
        saved = self.price * step
        known = bool(np.isfinite(cost) and np.isfinite(saved))
        return known and _on_line(cost, self._least - saved, saved, self._least)

    def cut_first(self, step: float) -> float:
        """Where the tangent beyond cuts the line that the slope at the start draws; half the step where it does not.

        A cost that is off that line at the shortest step already, or infinite there, `jumps`: no piece of a convex cost
        is longer.
        """
        if self.beyond is None:
            return step / 2
        if self._first_slope is None:
            first = self._longest * SHORTEST
            cost, self._first_slope = self._solve(first)
            line = cost - self._first_slope * first
            self.jumps = not np.isfinite(cost) or not _on_line(self._least, line, self._least - cost, self._least)
        if not np.isfinite(self.beyond[1]):
            return step / 2
        cut = self._cut(self._first_slope)
        return cut if self._longest * SHORTEST < cut < step * (1 - SHORTEST) else step / 2

    def extend(self, step: float) -> float:
        """The end of the piece that reaches a step: where the tangent beyond cuts it and the cost is found there."""
        while self.beyond is not None and self.tries:
            exact = np.isfinite(self.beyond[1])
            cut = self._cut(-self.price) if exact else (step + self.beyond[0]) / 2
            if self._is_reached(self.beyond[0], self.beyond[1]):  # it was the very end, seen from its far side
                step = self.beyond[0]
            if not step * (1 + NEAR_END) < cut < self.beyond[0]:
                return max(min(step, cut), self._priced)  # what is hardly beyond the end counts as on the piece
            if self.try_step(cut):
                step = cut
                if exact:
                    break
        return step

    def _cut(self, slope: float) -> float:
        """Step at which the tangent beyond meets the line of a slope from the start; NaN where they run alongside."""
        if self.beyond is None or abs(slope - self.beyond[2]) < ALONGSIDE:
            return np.nan
        step, cost, beyond = self.beyond
        return (cost - beyond * step - self._least) / (slope - beyond)

    def _solve(self, step: float) -> tuple[float, float]:
        self.solves += 1
        self.tries -= 1
        return self._tangent(step)


def _on_line(cost: float, line: float, saved: float, least: float) -> bool:
    return bool(abs(cost - line) <= SHARE_ON_LINE * abs(saved) + COST_ON_LINE * (1.0 + abs(least)))
