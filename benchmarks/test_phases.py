"""Every phase of every case, beside a Pyomo rebuild of the same program in the same rounds."""

from __future__ import annotations

from functools import cache
from statistics import median
from time import perf_counter

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import CASES, Case
from benchmarks.phases import PHASES, RELAXED, Prepared, rebuild
from benchmarks.soundness import find_median, require_accepted
from benchmarks.timed import tell
from model.verifier.verify import verify

ROUNDS = 5
of_case = pytest.mark.parametrize(
    "case", [CASES[0], *(pytest.param(case, marks=pytest.mark.large) for case in CASES[1:])], ids=lambda case: case.name
)


@cache
def prepare(case: Case) -> Prepared:
    return Prepared(case.load())


@pytest.mark.slow
@of_case
def test_case_has_a_plan(benchmark: BenchmarkFixture, case: Case) -> None:
    """What the phases time: a program with a plan that the verifier accepts, its relaxation beside it."""
    prepared = prepare(case)
    benchmark.group = case.name
    relaxed = benchmark.pedantic(prepared.solve, args=(RELAXED,), rounds=1)
    assert relaxed.objective <= prepared.solution.objective + 1e-6 * abs(prepared.solution.objective)
    require_accepted(verify(prepared.scenario, prepared.plan))


@of_case
@pytest.mark.parametrize("phase", PHASES)
def test_phase(benchmark: BenchmarkFixture, case: Case, phase: str) -> None:
    prepared, verb = prepare(case), PHASES[phase]
    require_accepted(verify(prepared.scenario, prepared.plan))
    assert verb(prepared) is not None
    beside = []

    def time_rebuild() -> None:
        started = perf_counter()
        rebuild(prepared)
        beside.append(perf_counter() - started)

    benchmark.group = case.name
    benchmark.pedantic(verb, args=(prepared,), setup=time_rebuild, rounds=ROUNDS)
    rows, columns, entries = prepared.compiled.shape
    tell(
        benchmark,
        case.name,
        f"{phase.replace('_', ' ')} over a Pyomo rebuild",
        size=f"{rows} x {columns}, {entries} entries",
        figure=find_median(benchmark) / median(beside),
    )
