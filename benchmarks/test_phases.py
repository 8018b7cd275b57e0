"""Every phase of every case, beside a Pyomo rebuild of the same program in the same rounds."""

from __future__ import annotations

from functools import cache
from statistics import median
from time import perf_counter

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import CASES, Case
from benchmarks.phases import PHASES, Prepared, rebuild

ROUNDS = 5


@cache
def prepare(case: Case) -> Prepared:
    return Prepared(case.load())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("phase", PHASES)
def test_phase(benchmark: BenchmarkFixture, case: Case, phase: str) -> None:
    prepared, verb = prepare(case), PHASES[phase]
    verb(prepared)
    beside = []

    def time_rebuild() -> None:
        started = perf_counter()
        rebuild(prepared)
        beside.append(perf_counter() - started)

    benchmark.group = case.name
    benchmark.pedantic(verb, args=(prepared,), setup=time_rebuild, rounds=ROUNDS)
    rows, columns, entries = prepared.compiled.shape
    benchmark.extra_info.update(
        case=case.name,
        phase=phase,
        size=f"{rows} x {columns}, {entries} entries",
        rebuild_seconds=median(beside),
        ratio=benchmark.stats.stats.median / median(beside),
    )
