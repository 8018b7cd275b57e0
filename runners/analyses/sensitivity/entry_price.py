"""At which factor on their investment measures enter a plan that has none of them, or leave one that has.

    enters    the largest factor f on their investment    with V(f) < V(without them)
    leaves    the least factor f on their investment      with V(f) = V(without them)

V is the least cost, all else optimised anew. Several measures are one thing here: one factor for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from runners.analyses.oracle import Oracle, Ray
from runners.analyses.sensitivity.thresholds import CHEAPER, DEARER, DEAREST, GIVEN, Threshold, find_threshold
from scenarios.settings import Settings

NOTHING = 1e-7
"""Part of the least cost below which a difference of costs is none; and so a dual."""
MOST_TRIES = 8
NEARBY = 1e-3
CLOSE = 1e-3
"""How far the two solved sides of a factor may be apart, as a part of it, in parts of units."""


def scale_outlay(measures: Sequence[str], factor: float) -> Settings:
    """All that an investment in measures costs at a factor: by the unit and by the start.

    >>> scale_outlay(["pump"], 0.5)
    {'adjust.capex.pump': 0.5, 'adjust.project_cost.pump': 0.5}
    """
    return {f"adjust.{part}.{measure}": factor for measure in measures for part in ("capex", "project_cost")}


def find_entry(oracle: Oracle, measures: Sequence[str]) -> tuple[float, tuple[float, ...]]:
    """The factor below which a measure that is out enters, 0 where it does not even for next to nothing; and turns."""
    ray = _draw(oracle, measures)
    found = _settle(oracle, ray, oracle.least, _guess_entry(oracle, ray), inside=False)
    return (0.0, ()) if found is None else (found.factor, found.turns)


def find_exit(oracle: Oracle, measures: Sequence[str], lost: float) -> tuple[float, tuple[float, ...]]:
    """The factor at which a measure that is in leaves for good, infinite where no price does it; and turns."""
    ray = _draw(oracle, measures)
    found = _settle(oracle, ray, lost, _guess_exit(oracle, ray, lost), inside=True)
    if found is None:
        return 1.0, ()
    return (np.inf if found.inside >= DEAREST else found.factor), found.turns


def _draw(oracle: Oracle, measures: Sequence[str]) -> Ray:
    """The programs of all factors on an investment."""
    return oracle.draw(lambda factor: scale_outlay(measures, factor), 1.0, (GIVEN, DEAREST))


def _settle(oracle: Oracle, ray: Ray, without: float, guess: float, *, inside: bool) -> Threshold | None:
    """The largest factor at which a plan costs less than any without the measure, solved on both sides."""
    room = NOTHING * (1.0 + abs(oracle.least))

    def holds(factor: float) -> bool:
        if factor == 1.0:
            return inside and without - oracle.least > room
        return ray.is_below(factor, without - room)

    return find_threshold(holds, choose_factors(inside=inside), guess, CLOSE, steady=is_steady(oracle))


def _guess_entry(oracle: Oracle, ray: Ray) -> float:
    factor = GIVEN
    for _ in range(MOST_TRIES):
        cost, slope = ray.tangent(factor, factor + NEARBY)
        saved = oracle.least - cost
        if saved <= NOTHING * (1.0 + abs(oracle.least)) or slope <= 0:
            break
        factor = min(factor + saved / slope, 1.0)
    return factor


def _guess_exit(oracle: Oracle, ray: Ray, lost: float) -> float:
    factor = 1.0
    for _ in range(MOST_TRIES):
        cost, slope = ray.tangent(factor, factor + NEARBY)
        left = lost - cost
        if not np.isfinite(cost) or left <= NOTHING * (1.0 + abs(oracle.least)):
            break
        if slope * DEAREST < left:
            return DEAREST
        factor += left / slope
    return factor


def choose_factors(*, inside: bool) -> tuple[float, ...]:
    """Factors to look at."""
    return DEARER if inside else CHEAPER


def is_steady(oracle: Oracle, *, whole: bool = False) -> bool:
    """Whether a dearer investment can never bring a measure in.

    A plan stays one when an investment in it gets cheaper, and costs no more; not so under a limit on how much outlays
    rise, where debt comes in lumps (`whole`: in parts of units it does not), or by the cash of one actor.
    """
    finance = oracle.program.program.structure.finance
    return not (finance.stepped or (whole and finance.lumpy) or finance.viewer)
