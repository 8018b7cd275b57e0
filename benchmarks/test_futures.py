"""One plan for ten futures, as one program and by cuts, beside the ten solved one by one: what it costs in time."""

from __future__ import annotations

from statistics import median
from time import perf_counter

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import Measured
from benchmarks.soundness import find_median
from model.compiled.blocks import join_tasks, mean_task
from model.compiled.blocks_risk import Risk
from model.compiled.blocks_tree import assign_owners, part_all, stage_columns
from model.solver.blocks_solve import Joint, solve_apart, solve_joint
from model.solver.least import solve_task
from model.solver.solution import SolverOptions
from model.solver.stages import find_main, pose_task
from runners.family import Family

FUTURES, FEWEST = 10, 3
YEARS_NOW = 5
DEVIATION = 0.2
ROUNDS = 1
"""Each takes minutes, and its ratio hardly moves."""
OPTIONS = SolverOptions(gap=1e-3, threads=1)


@pytest.mark.parametrize("method", ["block", "cuts"])
def test_ten_futures_beside_one_by_one(
    benchmark: BenchmarkFixture, measured: Measured, smallest: bool, method: str
) -> None:
    family = Family(measured.folder, measured.choices, OPTIONS)
    count = FEWEST if smallest else FUTURES
    factors = np.exp(DEVIATION * np.random.default_rng(0).standard_normal((count, 2)))
    programs = [family.revise({"adjust.price.electricity": a, "adjust.capex.all": b}) for a, b in factors.tolist()]
    compiled, weights = programs[0].program, np.full(count, 1.0 / count)
    tasks = [pose_task(program, find_main(compiled.structure)) for program in programs]
    branches = part_all(count, compiled.structure.years[0] + YEARS_NOW)
    alone: list[float] = []

    def solve_alone() -> None:
        started = perf_counter()
        assert all(solve_task(task, OPTIONS).status.has_plan for task in tasks)
        alone.append(perf_counter() - started)

    def solve_together() -> Joint:
        owners = assign_owners(stage_columns(compiled), branches)
        if method == "cuts":
            start = solve_task(mean_task(tasks, weights), OPTIONS).columns
            return solve_apart(tasks, weights, owners, OPTIONS, start)
        return solve_joint(join_tasks(tasks, weights, owners), Risk(), OPTIONS)

    joint = benchmark.pedantic(solve_together, setup=solve_alone, rounds=1 if smallest else ROUNDS)
    assert joint.status.has_plan
    assert method == "cuts" or joint.gap <= OPTIONS.gap * (1.0 + 1e-6)
    rows, columns, entries = compiled.shape
    together = find_median(benchmark)
    benchmark.extra_info.update(
        method=method,
        gap=joint.gap,
        rounds=joint.rounds,
        size=f"{count} of {rows} x {columns}, {entries} entries",
        seconds={"together": together, "one by one": median(alone), "over": together / median(alone)},
    )
