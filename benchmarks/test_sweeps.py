"""What a scenario of a sweep takes before HiGHS runs, and what its chain saves: ours and others' in the same rounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import cycle
from statistics import median
from time import perf_counter

import highspy
import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.phases import Prepared, rebuild
from benchmarks.rivals import Gather, KeptPyomo, Linopy
from benchmarks.soundness import find_median, require_plan
from benchmarks.sweep_cases import CASES, SweepCase
from benchmarks.timed import tell
from model.compiled.compile import compile_program
from model.compiled.sparse import COST
from model.parameters.coefficients import measure_coefficients
from model.solver.chain import Chain
from model.solver.highs import load_highs, move_task
from model.solver.stages import pose_task
from model.solver.starts import measure_step
from scenarios.settings import Settings

ROUNDS, FEW_ROUNDS = 300, 9
FEW = 4
"""Scenarios of the grid where benchmarks are run once only to see that they run."""
TARGETS = 100
MIXED = 100
SEED = 4

Beside = Callable[[Settings], float]
"""Does the same another way for settings; gives the seconds that count."""

by_case = pytest.mark.parametrize(
    "case",
    [*(pytest.param(case, marks=pytest.mark.large) for case in CASES[:-1]), CASES[-1]],
    ids=lambda case: case.name,
)


class Bench:
    """A case's family that has seen its grid once, as a worker has after its first minutes."""

    def __init__(self, case: SweepCase, most: int | None) -> None:
        self.case = case
        self.family = case.open_family()
        self.grid = case.list_grid()[:most]
        for settings in self.grid:
            self.family.revise(settings)
        self.base = self.family.revise({})
        self.check_plans()
        self.size = "{} x {}, {} entries".format(*self.base.program.shape)

    def check_plans(self) -> None:
        """The base and both ends of the grid have plans: no program without one is timed."""
        chain = Chain(self.family.options)
        for settings in ({}, self.grid[0], self.grid[-1]):
            require_plan(chain.solve(self.family.revise(settings)), self.base.program)

    def load(self, settings: Settings) -> highspy.Highs:
        """From settings to a HiGHS object that holds the scenario."""
        return load_highs(self.family.revise(settings), COST)

    def gather(self, settings: Settings) -> np.ndarray:
        """The vector of all numbers of a scenario, measured anew."""
        return self.base.program.gather(measure_coefficients(self.family.describe(settings)))

    def find_varied(self) -> set[str]:
        """Coefficients that differ anywhere in the grid from the base."""
        base = measure_coefficients(self.family.scenario)
        ends = [dict.fromkeys([key], level) for key, levels in self.case.grid.items() for level in levels[::2]]
        return {
            name
            for settings in ends
            for name, coefficient in measure_coefficients(self.family.describe(settings)).items()
            if not np.array_equal(coefficient.values, base[name].values, equal_nan=True)
        }


@cache
def open_bench(case: SweepCase, smallest: bool) -> Bench:
    return Bench(case, FEW if smallest else None)


class Kept:
    """From settings to the HiGHS object that held the scenario before, as the chain does it."""

    def __init__(self, bench: Bench) -> None:
        self.family = bench.family
        self.task = pose_task(bench.base, COST)
        self.highs = load_highs(bench.base, COST)
        self.highs.run()

    def move(self, settings: Settings) -> None:
        """Put the numbers of the settings in place."""
        task = pose_task(self.family.revise(settings), COST)
        step = measure_step(self.task, task)
        if step is None:
            raise ValueError("the settings change the pattern")
        move_task(self.highs, self.task, task, step)
        self.task = task


def time_beside(
    benchmark: BenchmarkFixture,
    ours: Callable[[Settings], object],
    beside: Beside,
    settings: Sequence[Settings],
    rounds: int = ROUNDS,
) -> float:
    """Ours over what was timed right before each of its rounds, by their medians."""
    given, seconds = cycle(settings), list[float]()

    def prepare() -> tuple[tuple[Settings], dict[str, object]]:
        one = next(given)
        seconds.append(beside(one))
        return (one,), {}

    if not benchmark.disabled:
        prepare()
        seconds.clear()
    benchmark.pedantic(ours, setup=prepare, rounds=min(rounds, len(settings)))
    benchmark.extra_info["beside_seconds"] = median(seconds) if seconds else beside(next(given))
    return find_median(benchmark) / float(benchmark.extra_info["beside_seconds"])


def note(benchmark: BenchmarkFixture, bench: Bench, what: str, figure: float, bar: str) -> None:
    """Keep a figure with what it is to be, for the table at the end."""
    benchmark.group = "sweeps"
    tell(benchmark, bench.case.name, what, size=bench.size, figure=figure, bar=bar)


def time_call(verb: Callable[[], object]) -> float:
    started = perf_counter()
    verb()
    return perf_counter() - started


@by_case
@pytest.mark.parametrize("what", ["grid", "sampled"])
def test_over_a_bare_gather(benchmark: BenchmarkFixture, case: SweepCase, what: str, smallest: bool) -> None:
    bench = open_bench(case, smallest)
    settings = bench.grid if what == "grid" else case.draw_samples(ROUNDS // 4)
    limit, p = Gather(bench.base.program), bench.gather({})
    ratio = time_beside(
        benchmark, bench.load, lambda _: time_call(lambda: limit.load(p, bench.base)), settings, len(settings)
    )
    note(benchmark, bench, f"{what}: ours over a bare gather", ratio, "at most 1.3" if what == "grid" else "")


@by_case
def test_pyomo_rebuild(benchmark: BenchmarkFixture, case: SweepCase, smallest: bool) -> None:
    bench = open_bench(case, smallest)

    def beside(settings: Settings) -> float:
        prepared = Prepared(bench.family.describe(settings))
        return time_call(lambda: rebuild(prepared))

    ratio = time_beside(benchmark, bench.load, beside, bench.grid, FEW_ROUNDS)
    note(benchmark, bench, "Pyomo rebuilt over ours", 1 / ratio, "at least 250")


@by_case
@pytest.mark.parametrize("how", ["passed", "kept"])
def test_pyomo_persistent(benchmark: BenchmarkFixture, case: SweepCase, how: str, smallest: bool) -> None:
    bench = open_bench(case, smallest)
    rival = KeptPyomo(bench.family.scenario, bench.find_varied())

    def beside(settings: Settings) -> float:
        numbers = rival.pick(bench.base.program, bench.gather(settings))
        return time_call(lambda: rival.update(numbers))

    ours = bench.load if how == "passed" else Kept(bench).move
    ratio = time_beside(benchmark, ours, beside, bench.grid, 10 * FEW_ROUNDS)
    note(benchmark, bench, f"Pyomo persistent over ours, {how}", 1 / ratio, "at least 30")


@by_case
def test_linopy_rebuild(benchmark: BenchmarkFixture, case: SweepCase, smallest: bool) -> None:
    bench = open_bench(case, smallest)
    rival = Linopy(bench.base)

    def beside(settings: Settings) -> float:
        program = bench.family.revise(settings)
        return time_call(lambda: rival.load(program))

    ratio = time_beside(benchmark, bench.load, beside, bench.grid, FEW_ROUNDS)
    note(benchmark, bench, "linopy rebuilt over ours", 1 / ratio, "at least 100")


@by_case
@pytest.mark.parametrize("how", ["passed", "kept"])
def test_linopy_persistent(benchmark: BenchmarkFixture, case: SweepCase, how: str, smallest: bool) -> None:
    bench = open_bench(case, smallest)
    rival = Linopy(bench.base).keep(bench.base)

    def beside(settings: Settings) -> float:
        changes = rival.find_changes(bench.family.revise(settings))
        return time_call(lambda: rival.update(changes))

    ours = bench.load if how == "passed" else Kept(bench).move
    ratio = time_beside(benchmark, ours, beside, bench.grid, 10 * FEW_ROUNDS)
    note(benchmark, bench, f"linopy persistent over ours, {how}", 1 / ratio, "at least 20")


@by_case
def test_compile(benchmark: BenchmarkFixture, case: SweepCase, smallest: bool) -> None:
    bench = open_bench(case, smallest)
    prepared = Prepared(bench.family.scenario)
    ratio = time_beside(
        benchmark,
        lambda _: compile_program(prepared.scenario),
        lambda _: time_call(lambda: rebuild(prepared)),
        bench.grid,
        FEW_ROUNDS,
    )
    note(benchmark, bench, "compile over a Pyomo rebuild", ratio, "at most 1.0")


@by_case
@pytest.mark.parametrize("what", ["targets", "mixed"])
def test_chain(benchmark: BenchmarkFixture, case: SweepCase, what: str, smallest: bool) -> None:
    """Cold over ours, HiGHS and all: targets in fine steps, and the grid shuffled."""
    bench = open_bench(case, smallest)
    settings = case.list_targets(FEW if smallest else TARGETS)
    if what == "mixed":
        settings = [bench.grid[n] for n in np.random.default_rng(SEED).permutation(len(bench.grid))[:MIXED]]
    programs = [bench.family.revise(one) for one in settings]

    def solve_all(start: str) -> list[float]:
        chain = Chain(bench.family.options, start=start)
        return [require_plan(chain.solve(program), program.program).objective for program in programs]

    cold: list[float] = []

    def solve_cold() -> None:
        objectives.append(solve_all("cold"))

    objectives: list[list[float]] = []
    benchmark.pedantic(
        lambda: objectives.append(solve_all("choose")), setup=lambda: cold.append(time_call(solve_cold)), rounds=1
    )
    np.testing.assert_allclose(objectives[0], objectives[1], rtol=1e-7)
    bar = "at least 20" if what == "targets" else "at least 1.0"
    name = f"{len(programs)} {'targets in order' if what == 'targets' else 'mixed in random order'}: cold over ours"
    note(benchmark, bench, name, median(cold) / find_median(benchmark), bar)
