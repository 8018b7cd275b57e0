"""A plan under stress: futures a second, beside solving each future's own plan, on the plan that is tried."""

from __future__ import annotations

from statistics import median
from time import perf_counter

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.soundness import find_median
from benchmarks.timed import tell
from model.solver.solution import SolverOptions
from runners.analyses.stress.circumstances import read_circumstance
from runners.analyses.stress.engine import Stress
from runners.analyses.stress.futures import draw_futures
from runners.chosen import CASES_FOLDER
from runners.family import Family
from scenarios.choices import Choices

FUTURES, SMALLEST = 8, 2
RELAXED = SolverOptions(relax=True, threads=1)


@pytest.mark.slow
@pytest.mark.parametrize("circumstance", ["realised_60", pytest.param("lund", marks=pytest.mark.large)])
def test_stress_of_lund(benchmark: BenchmarkFixture, circumstance: str) -> None:
    """Every answer is there and verified: a benchmark that does not ask measures nothing."""
    family = Family(CASES_FOLDER / "lund", Choices(variants=("base_2024",)), RELAXED)
    outcome = family.solve()
    stress = Stress(family, {}, outcome.scenario, outcome.plan, RELAXED)
    count = SMALLEST if benchmark.disabled else FUTURES
    futures = draw_futures(read_circumstance(circumstance), outcome.scenario, count, 0)
    beside = []

    def solve_all() -> None:
        for answer in stress.solve_all([(future, "operation") for future in futures]):
            assert answer.plan is not None, answer.reason

    for future in futures:
        started = perf_counter()
        family.solve(future.settings)
        beside.append(perf_counter() - started)
    benchmark.group = "stress"
    benchmark.pedantic(solve_all, rounds=1, warmup_rounds=1)
    tell(
        benchmark,
        "Lund",
        f"a future under stress ({circumstance}) over its own plan",
        size=f"{len(futures)} futures",
        figure=find_median(benchmark) / len(futures) / median(beside),
    )
