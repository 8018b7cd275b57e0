"""What money costs in time: Lund's linear program with actors beside the same without them."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from time import perf_counter

from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.phases import RELAXED, Prepared
from model.chain import solve_program
from runners.solve import solve_case
from scenarios.choices import Choices

LUND = Path(__file__).parent.parent / "scenarios" / "lund"
ROUNDS = 9


def test_linear_program_with_finance(benchmark: BenchmarkFixture) -> None:
    scenario = solve_case(LUND, Choices(variants=("base_2024",))).scenario
    paid, unpaid = Prepared(scenario), Prepared(scenario.isel(actor=slice(0, 0), instrument=slice(0, 0)))
    solve_program(paid.program, RELAXED)
    beside: list[float] = []

    def solve_without() -> None:
        started = perf_counter()
        solve_program(unpaid.program, RELAXED)
        beside.append(perf_counter() - started)

    benchmark.group = "finance"
    benchmark.pedantic(solve_program, args=(paid.program, RELAXED), setup=solve_without, rounds=ROUNDS)
    integers = [str(case.compiled.integrality.sum()) for case in (paid, unpaid)]
    benchmark.extra_info.update(
        case="lund with finance over without",
        phase="solve_relaxed",
        size=f"{paid.compiled.shape[0]} over {unpaid.compiled.shape[0]} rows, {' over '.join(integers)} integers",
        ratio=benchmark.stats.stats.median / median(beside),
    )
