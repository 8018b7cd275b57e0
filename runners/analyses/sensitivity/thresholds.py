"""At which price of its investment does a measure enter a plan, or leave it? Found by solving at both sides.

An investment stands in the cost and in rules of money: frames, debts, grants, results. The least cost under such rules
need not bend one way in the price, so a tangent may point past the place. Here it is only a guess: what is told was
solved just before and just after, and where these do not agree the place is halved down to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Holds = Callable[[float], bool]
"""Whether the plan at a factor on an investment costs less than any without the measure."""

GIVEN, DEAREST = 1e-6, 1e3
"""The factor of an investment that costs next to nothing (nothing at all would be another structure), and the highest:
what stays in at that one no price drives out."""
CHEAPER = (GIVEN, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
DEARER = (1.0, 1.05, 1.1, 1.2, 1.35, 1.5, 2.0, 3.0, 5.0, 10.0, 100.0, DEAREST)
"""Factors looked at where a measure may come and go: what happens twice between two of them is not seen."""
MOST_HALVINGS = 40
ROUNDING = 1e-9
"""Part of a guess by which it may lie beyond a side that is the place itself."""
FAR = 2.0
"""Sides further apart than this are halved by their ratio."""


@dataclass(frozen=True)
class Threshold:
    """The largest factor at which a measure is in.

    It was solved at `inside`, where it is in, and at `outside`, where it is not; `factor` lies between. They are one
    where it is in at the highest factor looked at. `turns` are factors below at which it is out all the same.
    """

    factor: float
    inside: float
    outside: float
    turns: tuple[float, ...] = ()


def find_threshold(
    holds: Holds, looked: Sequence[float], guess: float, close: float, *, steady: bool = False
) -> Threshold | None:
    """The largest factor at which a measure is in; None where it is at none.

    Args:
        holds: whether it is in at a factor.
        looked: rising factors to look at.
        guess: where the place may be; told if it lies between the two sides that were solved.
        close: how far the two sides may be apart, as a part of the outer.
        steady: dearer never means in again, so that a factor tells of all beyond it.
    """
    sides = [side for side in (guess * (1 - close / 2), guess * (1 + close / 2)) if looked[0] < side < looked[-1]]
    known = {side: holds(side) for side in sides}  # what is found beside the place tells most of the rest
    if steady:
        _halve_factors(holds, sorted({*looked, *sides}), known)
    else:
        known |= {factor: holds(factor) for factor in sorted({*looked} - {*sides}, key=lambda one: abs(one - guess))}
    ins = [factor for factor, is_in in known.items() if is_in]
    if not ins:
        return None
    inside = max(ins)
    turns = tuple(factor for factor in looked if factor < inside and not known.get(factor, True))
    outside = min((factor for factor in known if factor > inside), default=inside)
    for _ in range(MOST_HALVINGS):
        if outside - inside <= close * outside * (1 + close):
            break
        middle = (inside * outside) ** 0.5 if outside > FAR * inside > 0 else (inside + outside) / 2
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    near = min(max(guess, inside), outside)
    factor = near if abs(near - guess) <= ROUNDING * guess else (inside + outside) / 2
    return Threshold(factor, inside, outside, turns)


def _halve_factors(holds: Holds, factors: Sequence[float], known: dict[float, bool]) -> None:
    """Look at rising factors until two beside each other are known to be in and out, or all are one of both."""
    while True:
        first = max((place for place, factor in enumerate(factors) if known.get(factor)), default=-1)
        last = min((place for place, factor in enumerate(factors) if not known.get(factor, True)), default=len(factors))
        if last - first <= 1:
            return
        middle = factors[(first + last) // 2]
        known[middle] = holds(middle)
