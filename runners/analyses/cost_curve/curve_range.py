"""Between which levels does a curve run? From where the cap begins to bind to the tightest that any plan can reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runners.analyses.cost_curve.parametric_solve import Tracer, discount_level
from runners.analyses.cost_curve.varied_target import Probe
from scenarios.errors import CaseError, Problem

BACK = 1e-6
"""How far inside the reach the tightest level stays, as a share of the range: at the edge only rounding decides."""
REACH, PRICE = "reach", "price"
SAME = 1e-6
"""Levels that differ by less, relative to the larger of 1 and themselves, are one."""


@dataclass(frozen=True)
class Span:
    """Levels of a curve: `start` (loose), `end` (tight). `free` is what the cheapest plan reaches by itself.

    `reach`: no plan goes further. `cut` says why the curve ends where it does, if it was not asked to: `reach`, or
    `price` where every further unit costs more than the most that was to be shown.
    """

    free: float
    reach: float
    start: float
    end: float
    cut: str = ""


def find_span(tracer: Tracer, start: float | None, end: float | None, price: float | None = None) -> Span:
    """The span of a curve.

    Args:
        tracer: of the probe; its free plan is solved.
        start: level where the curve is to begin; None: where the probe begins to bind.
        end: where it is to end; None: at the reach, or where the price ends it.
        price: money of the probe's year per unit of level, where the curve ends by itself; None: at no price.

    Raises:
        CaseError: no plan moves the account; the whole range is out of reach, or binds nowhere; it has no end.
    """
    probe, free = tracer.probe, tracer.free.level
    if not np.isfinite(free):
        raise CaseError([_refuse("curve_endless", probe, level=free)])
    reach, edge, cut = find_edge(tracer, price)
    if probe.side * (free - reach) <= SAME * max(1.0, abs(free)):
        key = "curve_fixed" if tracer.is_fixed() else "curve_clean"
        raise CaseError([_refuse(key, probe, level=free)])
    if end is None and not np.isfinite(edge):
        raise CaseError([_refuse("curve_endless", probe, level=free)])
    asked = (free if start is None else start, edge if end is None else end)
    begin, finish = sorted(asked, key=lambda level: -probe.side * level)
    if probe.side * (begin - reach) < 0:
        raise CaseError([_refuse("curve_unreachable", probe, start=begin, end=finish, reach=reach)])
    if probe.side * (free - finish) <= 0:
        raise CaseError([_refuse("curve_unbound", probe, start=begin, end=finish, level=free)])
    inside = _step_back(tracer, reach)
    if probe.side * (inside - finish) > 0:
        finish, cut = inside, REACH
    elif end is not None:
        cut = ""
    return Span(free, reach, begin, finish, cut)


def find_edge(tracer: Tracer, price: float | None) -> tuple[float, float, str]:
    """The reach, the level where a curve ends by itself, and why it ends there."""
    probe, free = tracer.probe, tracer.free.level
    paid = None if price is None else tracer.find_level(price * discount_level(tracer))
    found = tracer.find_level(None)
    reach = free if found is None else found
    inside = _step_back(tracer, reach)
    if paid is not None and probe.side * (paid - inside) > 0 and probe.side * (free - paid) > 0:
        return reach, paid, PRICE
    return reach, inside, REACH


def _step_back(tracer: Tracer, reach: float) -> float:
    """A level just inside the reach."""
    return reach + tracer.probe.side * BACK * abs(tracer.free.level - reach) if np.isfinite(reach) else reach


def _refuse(key: str, probe: Probe, **levels: float) -> Problem:
    """What is wrong with a range, in the account's unit; the levels are written with as few digits as tell them."""
    written = {name: f"{level:.6g}" for name, level in levels.items()}
    return Problem(key, f"curve.{probe.origin}", fields={"unit": probe.unit, **written})
