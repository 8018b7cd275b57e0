"""What does each level of a target cost at the least? One warm chain over the levels, with a certified error."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import xarray as xr

from runners.analyses.cost_curve.certificate import refine_curve
from runners.analyses.cost_curve.curve_range import Span, find_span
from runners.analyses.cost_curve.milp_bounds import refine_staircase
from runners.analyses.cost_curve.parametric_solve import Stop, Tracer, discount_level
from runners.analyses.cost_curve.varied_target import Probe
from runners.family import Family
from runners.progress import QUIET, Progress
from scenarios.settings import Settings

TANGENTS, BOUNDS = "tangents_and_chords", "bounds"
"""How the error of a curve is certified: of a linear program, of one with whole units."""


@dataclass(frozen=True)
class Curve:
    """A curve from loose to tight: a stop per level, the certified error as a share of the range of cost.

    `scenario` is the one that the probe does not bind, `held` (year) the years in which it holds; `discount` what money
    of the first of them is worth in the present.
    """

    probe: Probe
    scenario: xr.Dataset
    held: np.ndarray
    free: Stop
    span: Span
    discount: float
    stops: tuple[Stop, ...]
    error: float
    method: str
    seconds: float

    @property
    def spread(self) -> float:
        """The range of cost, in money."""
        costs = [stop.cost for stop in self.stops]
        return max(costs) - min(costs)


def trace_system(
    family: Family,
    probe: Probe,
    tolerance: float,
    most: int,
    start: float | None = None,
    end: float | None = None,
    price: float | None = None,
    settings: Settings | None = None,
    progress: Progress = QUIET,
) -> Curve:
    """The curve of least cost over the levels of a probe.

    Args:
        family: of a case with the probe among its targets.
        probe: whose level moves.
        tolerance: certified error at which the curve is fine enough, as a share of the range of cost.
        most: points at the most.
        start: level where the curve begins; None: where the probe begins to bind.
        end: level where it ends; None: the tightest that can be reached, or that the price pays for.
        price: money of the probe's year per unit, where the curve ends by itself; None: at no price.
        settings: of all points.
        progress: told each point.

    Raises:
        CaseError: there is no such curve; see `find_span`.
        NoPlan: no plan keeps the other rules.
    """
    began = perf_counter()
    progress.expect(most, most=True)
    tracer = Tracer(family, probe, settings, progress)
    span = find_span(tracer, start, end, price)
    tracer.stops[span.start] = _begin(tracer, span)
    ends = [tracer.stops[span.start].point, tracer.solve(span.end)]
    if tracer.mixed:
        error, method = refine_staircase(tracer, span, tolerance, most), BOUNDS
    else:
        error, method = refine_curve(tracer.solve, ends, tolerance, most).error, TANGENTS
    stops = sorted(tracer.stops.values(), key=lambda stop: -probe.side * stop.level)
    return Curve(
        probe=probe,
        scenario=tracer.scenario,
        held=tracer.held,
        free=tracer.free,
        span=span,
        discount=discount_level(tracer),
        stops=tuple(stops),
        error=error,
        method=method,
        seconds=perf_counter() - began,
    )


def _begin(tracer: Tracer, span: Span) -> Stop:
    """The stop at the loose end: where nothing binds there, the free plan's own, without solving it again."""
    if tracer.probe.side * (span.start - tracer.free.level) < 0:
        tracer.solve(span.start)
        return tracer.stops[span.start]
    return replace(tracer.free, level=span.start)
