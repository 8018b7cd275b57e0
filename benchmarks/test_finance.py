"""What money costs in time: a linear program with actors beside the same without them."""

from __future__ import annotations

from statistics import median
from time import perf_counter

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import Measured
from benchmarks.phases import RELAXED, Prepared
from benchmarks.soundness import find_median
from benchmarks.timed import tell
from runners.solve import solve_case

ROUNDS = 9


@pytest.mark.slow
def test_linear_program_with_finance(benchmark: BenchmarkFixture, measured: Measured) -> None:
    scenario = solve_case(measured.folder, measured.choices).scenario
    paid, unpaid = Prepared(scenario), Prepared(scenario.isel(actor=slice(0, 0), instrument=slice(0, 0)))
    paid.solve(RELAXED)  # asserts that there is a plan
    beside: list[float] = []

    def solve_without() -> None:
        started = perf_counter()
        unpaid.solve(RELAXED)
        beside.append(perf_counter() - started)

    benchmark.group = "finance"
    benchmark.pedantic(paid.solve, args=(RELAXED,), setup=solve_without, rounds=ROUNDS)
    integers = [str(case.compiled.integrality.sum()) for case in (paid, unpaid)]
    tell(
        benchmark,
        measured.name,
        "linear program with finance over without",
        size=f"{paid.compiled.shape[0]} over {unpaid.compiled.shape[0]} rows, {' over '.join(integers)} integers",
        figure=find_median(benchmark) / median(beside),
        bar="at most 2",
    )
