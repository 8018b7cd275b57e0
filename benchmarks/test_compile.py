"""Compiling a large case, beside `glpsol` that makes the matrix of an equal model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import ROOT
from benchmarks.mathprog import find_glpsol, generate, solve, write_model
from benchmarks.sweep_cases import LINEAR, make_services
from benchmarks.timed import tell
from runners.family import Family
from scenarios.choices import Choices

CHOICES = Choices(salvage="none")
GIGABYTE = 1e9
SMALL, NATIONAL, LARGEST = (11, 2, 2), (46, 15, 15), (32, 48, 74)
"""Years, slices and services with four technologies each: 60 technologies, and 296 with 454 656 activities."""
SECONDS = {NATIONAL: "at most 1.5", LARGEST: "at most 3"}
MOST_GIGABYTES = 2.5
"""Of the largest, while compiling."""
ROUNDS = {SMALL: 1, NATIONAL: 3, LARGEST: 1}
CODE = """
import json, sys
from time import process_time
from benchmarks.sweep_cases import LINEAR, make_services
from model.compiled.compile import compile_program
from peak_memory import read_peak
from runners.family import Family
from scenarios.choices import Choices
years, slices, services = map(int, sys.argv[1:])
scenario = Family(make_services(years, slices, services), Choices(salvage="none"), LINEAR).scenario
begun = process_time()
program = compile_program(scenario)
print(json.dumps({"seconds": process_time() - begun, "bytes": read_peak() * 1024, "shape": program.shape}))
"""
needs_glpsol = pytest.mark.skipif(find_glpsol() is None, reason="glpsol is not installed (Debian: glpk-utils)")


def compile_alone(size: tuple[int, int, int]) -> dict[str, Any]:
    """Seconds of the processor, bytes at its peak, and the shape of what was compiled, in a process of its own."""
    words = [sys.executable, "-c", CODE, *map(str, size)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    told = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(told.splitlines()[-1]))


@needs_glpsol
@pytest.mark.parametrize(
    "size",
    [SMALL, *(pytest.param(size, marks=(pytest.mark.large, pytest.mark.slow)) for size in (NATIONAL, LARGEST))],
    ids=["small", "national", "largest"],
)
def test_compile_over_glpsol(benchmark: BenchmarkFixture, size: tuple[int, int, int], tmp_path: Path) -> None:
    """Processor time of compiling over that of `glpsol`, one after the other in each round; memory at the peak."""
    write_model(Family(make_services(*size), CHOICES).scenario, tmp_path)
    ours: list[dict[str, Any]] = []
    theirs = []

    def measure() -> None:
        theirs.append(generate(tmp_path))
        ours.append(compile_alone(size))

    benchmark.group = "compile"
    benchmark.pedantic(measure, rounds=ROUNDS[size])
    rows, columns, entries = ours[0]["shape"]
    assert (rows + 1, columns) == (theirs[0].rows, theirs[0].columns)
    seconds = [median(one) for one in ([each["seconds"] for each in ours], [each.seconds for each in theirs])]
    memory = [max(each["bytes"] for each in ours) / GIGABYTE, max(each.bytes for each in theirs) / GIGABYTE]
    shape = f"{rows} x {columns}, {entries} entries; {memory[0]:.1f} GB, glpsol {memory[1]:.1f}"
    assert memory[0] <= MOST_GIGABYTES
    tell(
        benchmark,
        f"{4 * size[2]} technologies, {size[0]} years x {size[1]} slices",
        "compile over glpsol, processor",
        size=f"{shape}; {seconds[0]:.1f} s over {seconds[1]:.1f} s",
        figure=seconds[0] / seconds[1],
        bar=SECONDS.get(size, ""),
    )


@needs_glpsol
def test_the_model_beside_is_an_equal_one(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """What is laid beside has the optimum of ours."""
    family = Family(make_services(*SMALL), CHOICES, LINEAR)
    write_model(family.scenario, tmp_path)
    benchmark.group = "compile"
    optimum = benchmark.pedantic(solve, args=(tmp_path,), rounds=1)
    assert optimum == pytest.approx(family.solve().plan.attrs["objective"], rel=1e-6)
