"""One plan for several futures, as one program and by cuts, beside the futures solved one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import Measured
from benchmarks.soundness import find_median
from benchmarks.timed import tell as tell_row
from model.compiled.blocks import join_tasks, mean_task
from model.compiled.blocks_risk import Measure, Risk
from model.compiled.blocks_tree import assign_owners, part_all, stage_columns
from model.compiled.task import Task
from model.solver.blocks_solve import Joint, solve_apart, solve_joint
from model.solver.least import solve_task
from model.solver.solution import SolverOptions, Status
from model.solver.stages import find_main, pose_task
from runners.family import Family

FUTURES, FEWEST = 10, 3
YEARS_NOW = 5
DEVIATION = 0.2
ROUNDS = 1
"""Each takes minutes, and its ratio hardly moves."""
OPTIONS = SolverOptions(gap=1e-3, threads=1)


FIFTY, TWENTY = 50, 20
ADJUSTED = ("adjust.price.electricity", "adjust.capex.all")


@dataclass(frozen=True)
class Posed:
    """Futures of the case by themselves and as they part, and what it takes to solve them one by one."""

    tasks: list[Task]
    owners: np.ndarray
    weights: np.ndarray
    options: SolverOptions
    shape: tuple[int, int, int]

    def solve_alone(self) -> tuple[float, np.ndarray]:
        """Seconds, and the least of each."""
        started = perf_counter()
        found = [solve_task(task, self.options) for task in self.tasks]
        assert all(one.status.has_plan for one in found)
        return perf_counter() - started, np.array([one.objective for one in found])

    def cut(self, risk: Risk) -> Joint:
        """The plan for all, by cuts from the first step of expected numbers."""
        start = solve_task(mean_task(self.tasks, self.weights), self.options).columns
        return solve_apart(self.tasks, self.weights, self.owners, self.options, start, risk)


def pose(measured: Measured, count: int, options: SolverOptions) -> Posed:
    """So many futures of prices and costs that part after five years."""
    family = Family(measured.folder, measured.choices, options)
    factors = np.exp(DEVIATION * np.random.default_rng(0).standard_normal((count, len(ADJUSTED))))
    programs = [family.revise(dict(zip(ADJUSTED, row, strict=True))) for row in factors.tolist()]
    compiled = programs[0].program
    branches = part_all(count, compiled.structure.years[0] + YEARS_NOW)
    tasks = [pose_task(program, find_main(compiled.structure)) for program in programs]
    owners = assign_owners(stage_columns(compiled), branches)
    return Posed(tasks, owners, np.full(count, 1.0 / count), options, compiled.shape)


def tell(benchmark: BenchmarkFixture, posed: Posed, joint: Joint, alone: list[float], method: str) -> None:
    """What was solved, how near to its bound, and how much longer than one by one."""
    rows, columns, entries = posed.shape
    together = find_median(benchmark)
    tell_row(
        benchmark,
        "Lund",
        f"{len(posed.tasks)} futures, {method}, over one by one",
        size=f"{rows} x {columns}, {entries} entries; gap {joint.gap:.1e}, {joint.rounds} rounds",
        figure=together / median(alone),
    )


@pytest.mark.parametrize("method", ["block", "cuts"])
def test_ten_futures_beside_one_by_one(
    benchmark: BenchmarkFixture, measured: Measured, smallest: bool, method: str
) -> None:
    posed, alone = pose(measured, FEWEST if smallest else FUTURES, OPTIONS), list[float]()

    def solve_together() -> Joint:
        if method == "cuts":
            return posed.cut(Risk())
        return solve_joint(join_tasks(posed.tasks, posed.weights, posed.owners), Risk(), OPTIONS)

    joint = benchmark.pedantic(solve_together, setup=lambda: alone.append(posed.solve_alone()[0]), rounds=ROUNDS)
    assert joint.status.has_plan
    assert joint.gap <= OPTIONS.gap * (1.0 + 1e-6)
    tell(benchmark, posed, joint, alone, method)


@pytest.mark.parametrize(("measure", "count"), [(Measure.MEAN, FIFTY), (Measure.REGRET, TWENTY)])
def test_many_futures_in_parts_of_units(
    benchmark: BenchmarkFixture, measured: Measured, smallest: bool, measure: Measure, count: int
) -> None:
    posed = pose(measured, FEWEST if smallest else count, replace(OPTIONS, relax=True))
    seconds, leasts = posed.solve_alone()
    joint = benchmark.pedantic(lambda: posed.cut(Risk(measure, leasts=leasts)), rounds=ROUNDS)
    assert joint.status is Status.OPTIMAL
    assert joint.gap <= 1e-6
    tell(benchmark, posed, joint, [seconds], f"cuts, {measure.value}")
