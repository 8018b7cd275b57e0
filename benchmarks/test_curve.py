"""The certified curve of Lund, beside a cold grid of a hundred points over the same levels."""

from __future__ import annotations

from statistics import median
from time import perf_counter, process_time

import numpy as np
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import ROOT
from conf.schema import CurveConfig
from model.chain import Chain
from model.solution import SolverOptions
from model.starts import COLD
from runners.curves.choosing import pose_question
from runners.curves.system import Curve, trace_system
from runners.family import Family
from scenarios.choices import Choices
from scenarios.tables import read_tables

ROUNDS = 5
GRID = 100
SOLVED = 20
"""Cold points solved beside each curve; the grid is as many times dearer as it has more points."""
PRICE = 100.0
"""MSEK per kt at which the curve ends: 100 000 SEK per tonne."""
RELAXED = SolverOptions(relax=True, threads=1)


def test_curve_beside_a_cold_grid(benchmark: BenchmarkFixture) -> None:
    question = pose_question(read_tables(ROOT / "scenarios" / "lund"), Choices(variants=("base_2024",)), CurveConfig())
    family = Family(question.tables, question.choices, RELAXED)
    program = family.revise({}).program
    grids: list[tuple[float, float]] = []
    curves: list[tuple[float, float]] = []

    def trace() -> Curve:
        started = perf_counter(), process_time()
        curve = trace_system(family, question.probe, 1e-3, 200, price=PRICE)
        curves.append((perf_counter() - started[0], process_time() - started[1]))
        return curve

    span = trace().span
    curves.clear()

    def time_grid() -> None:
        chain = Chain(RELAXED, start=COLD)
        started = perf_counter(), process_time()
        for level in np.linspace(span.start, span.end, GRID)[:: GRID // SOLVED]:
            chain.solve_main(family.revise(question.probe.settle(float(level))))
        share = GRID / SOLVED
        grids.append((share * (perf_counter() - started[0]), share * (process_time() - started[1])))

    curve = benchmark.pedantic(trace, setup=time_grid, rounds=ROUNDS)
    rows, columns, entries = program.shape
    assert curve.error <= 1e-3
    benchmark.extra_info.update(
        size=f"{rows} x {columns}, {entries} entries",
        points=len(curve.stops),
        certified_error=curve.error,
        seconds={
            "curve": median(wall for wall, _ in curves),
            "grid": median(wall for wall, _ in grids),
            "grid over curve": median(g[0] / c[0] for c, g in zip(curves, grids, strict=True)),
            "the same in processor time": median(g[1] / c[1] for c, g in zip(curves, grids, strict=True)),
        },
    )
