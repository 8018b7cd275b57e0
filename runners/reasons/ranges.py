"""How far does a price hold? The ends of the straight piece of a convex cost on which it stands, found by solving.

The least cost V(x) of easing a rule by x is convex and falling, in straight pieces. Its price is p = (V(0) - V(x)) / x
on the first of them. A tangent from a far point either meets V(0), then the piece is as long as that, or it cuts the
first piece where another solve is worth more than a guess: the next point. A price is shown only over the stretch at
whose end the cost was solved and found on the line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Tangent = Callable[[float], tuple[float, float]]
"""The least cost at a step and its slope there; an infinite cost where there is no plan."""

MOST_TRIES = 24
MOST_HALVINGS = 12
SHARE_ON_LINE, COST_ON_LINE = 1e-4, 1e-8
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
        The price (cost falls by it per unit) and the length of the piece; NaN and 0 where no step has a plan, or
        where the cost jumps at once (a size that no longer fits).
    """
    step, solves, refused = longest, 0, np.inf
    first_slope: float | None = None
    good: tuple[float, float] | None = None
    for _ in range(MOST_TRIES):
        cost, slope = tangent(step)
        solves += 1
        if not np.isfinite(cost):
            refused, step = step, step / 2
            if step < longest * SHORTEST:
                break
            continue
        good = step, cost
        if _on_line(least, cost - slope * step, least - cost, least):
            return _reach_end(tangent, least, step, cost, refused, solves, longest)
        if first_slope is None:
            first_slope = tangent(longest * SHORTEST)[1]
            solves += 1
        cut = _cut_lines(least, first_slope, cost - slope * step, slope)
        step = cut if cut is not None and SHORTEST * longest < cut < step * (1 - SHORTEST) else step / 2
        if step < longest * SHORTEST:
            break
    if good is None or good[0] <= 2 * SHORTEST * longest:
        return Stretch(np.nan, 0.0, True, solves)
    return Stretch((least - good[1]) / good[0], good[0], True, solves)


def _reach_end(
    tangent: Tangent, least: float, step: float, cost: float, refused: float, solves: int, longest: float
) -> Stretch:
    """A piece that is straight up to a step: where the next point had no plan, as far as there are plans."""
    price = (least - cost) / step
    if not np.isfinite(refused):
        return Stretch(price, step, step < longest, solves)
    low, high = step, refused
    for _ in range(MOST_HALVINGS):
        middle = (low + high) / 2
        value, _ = tangent(middle)
        solves += 1
        held = np.isfinite(value) and _on_line(value, least - price * middle, price * middle, least)
        low, high = (middle, high) if held else (low, middle)
    return Stretch(price, low, True, solves)


def _on_line(cost: float, line: float, saved: float, least: float) -> bool:
    return bool(abs(cost - line) <= SHARE_ON_LINE * abs(saved) + COST_ON_LINE * (1.0 + abs(least)))


def _cut_lines(first: float, first_slope: float, second: float, second_slope: float) -> float | None:
    """Where two lines meet, each given at step 0 with its slope."""
    if abs(first_slope - second_slope) < 1e-12:
        return None
    return (second - first) / (first_slope - second_slope)
