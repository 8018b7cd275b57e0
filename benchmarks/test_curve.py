"""The certified curve of a case, beside a cold grid of a hundred points over the same levels."""

from __future__ import annotations

from statistics import median
from time import perf_counter, process_time

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import Measured
from benchmarks.soundness import require_plan
from benchmarks.timed import tell
from conf.schema import CurveConfig
from model.solver.chain import Chain
from model.solver.solution import SolverOptions
from model.solver.starts import COLD
from runners.analyses.cost_curve.choosing import pose_question
from runners.analyses.cost_curve.system import Curve, trace_system
from runners.family import Family
from scenarios.tables import read_tables

ROUNDS = 5
GRID = 100
ERROR = 1e-3
SOLVED = 20
"""Cold points solved beside each curve; the grid is as many times dearer as it has more points."""
PRICE = 100.0
"""MSEK per kt at which the curve ends: 100 000 SEK per tonne."""
RELAXED = SolverOptions(relax=True, threads=1)


@pytest.mark.slow
def test_curve_beside_a_cold_grid(benchmark: BenchmarkFixture, measured: Measured, smallest: bool) -> None:
    question = pose_question(read_tables(measured.folder), measured.choices, CurveConfig())
    family = Family(question.tables, question.choices, RELAXED)
    program, error, solved = family.revise({}).program, 0.2 if smallest else ERROR, 1 if smallest else SOLVED
    grids: list[tuple[float, float]] = []
    curves: list[tuple[float, float]] = []

    def trace() -> Curve:
        started = perf_counter(), process_time()
        curve = trace_system(family, question.probe, error, 200, price=PRICE)
        curves.append((perf_counter() - started[0], process_time() - started[1]))
        return curve

    spans = [] if smallest else [trace().span]
    curves.clear()

    def time_grid() -> None:
        chain, levels = Chain(RELAXED, start=COLD), np.linspace(spans[0].start, spans[0].end, GRID)[:: GRID // solved]
        started = perf_counter(), process_time()
        for level in levels:
            asked = family.revise(question.probe.settle(float(level)))
            require_plan(chain.solve_main(asked), asked.program)
        share = GRID / solved
        grids.append((share * (perf_counter() - started[0]), share * (process_time() - started[1])))

    curve = benchmark.pedantic(trace, setup=None if smallest else time_grid, rounds=ROUNDS)
    if smallest:
        spans.append(curve.span)
        time_grid()
    rows, columns, entries = program.shape
    assert curve.error <= error
    assert np.isfinite([stop.cost for stop in curve.stops]).all()
    tell(
        benchmark,
        measured.name,
        "a cold grid of a hundred points over the certified curve",
        size=f"{rows} x {columns}, {entries} entries; {len(curve.stops)} points, error {curve.error:.1e}",
        figure=median(grid[0] / one[0] for one, grid in zip(curves, grids, strict=True)),
        processor=median(grid[1] / one[1] for one, grid in zip(curves, grids, strict=True)),
    )
