"""Whole sweeps: against a loop of rebuilding and solving, what is not HiGHS, two workers, memory, preparation."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.commands import Ended, require_solved, run_command
from benchmarks.phases import Prepared, rebuild
from benchmarks.soundness import find_median, require_plan
from benchmarks.sweep_cases import CASES, MOST, SEED, Axes, SweepCase, design_grid, order_settings
from benchmarks.timed import tell
from model.solver.chain import Chain
from model.solver.solution import HIGHS, SolverOptions
from model.verifier.verdict import Verdict
from runners.designs.design import Design, cross_axes
from runners.outcome import Outcome
from runners.sweeps.schedule import Agenda, Base
from runners.sweeps.work import ChunkWork, Setup

sys.path.append(str(Path(__file__).parent.parent / "tests"))

from test_cli import write_case

COUNT = 1000
SAMPLE = 25
SHARED = 250
PREPARED = 100_000
CHUNK = 50
WORDS = ("solver.relax=true", "solver.threads=1")
REBUILT = "rebuild and solve over ours, processor time"


@dataclass(frozen=True)
class Sweeping:
    """Sweeps as commands; at the smallest size with one worker, led from this process."""

    smallest: bool

    def run(self, place: Path, axes: Axes, *words: str, workers: int = 2) -> Ended:
        """A sweep all of whose scenarios have plans."""
        told = [f"{key}={','.join(map(repr, levels))}" for key, levels in axes.items()]
        hands = f"sweep.workers={1 if self.smallest else workers}"
        command = ("plan", "-m", *told, *words, *WORDS, hands, f"out={place}")
        ended = run_command(*command, cwd=place.parent, smallest=self.smallest)
        require_solved(place, prod(map(len, axes.values())))
        return ended


@pytest.fixture
def sweeping(smallest: bool) -> Sweeping:
    return Sweeping(smallest)


@pytest.fixture
def case(smallest: bool) -> SweepCase:
    """Lund, or the smallest of the cases where it is run only to see that it runs."""
    return CASES[-1] if smallest else CASES[0]


def cut_axes(axes: Axes, smallest: bool) -> Axes:
    """The axes of a grid, or the ends of one of them where it is run only to see that it runs."""
    return {key: levels[::2][:2] for key, levels in list(axes.items())[:1]} if smallest else axes


def note(
    benchmark: BenchmarkFixture, what: str, size: str, figure: float, bar: str, case: str, unit: str = "x"
) -> None:
    benchmark.group = "sweeps"
    tell(benchmark, case, what, size=size, figure=figure, bar=bar, unit=unit)


@pytest.mark.slow
def test_prepare_a_hundred_thousand(benchmark: BenchmarkFixture) -> None:
    """Design, names, order and chunks of a grid of five keys with ten levels each."""

    def prepare() -> int:
        levels = tuple(repr(0.5 + step / 10) for step in range(10))
        design = cross_axes({f"adjust.price.c{n}": levels for n in range(5)}, MOST)
        return sum(1 for _ in Agenda(design, [Base((), "")]).cut(np.ones(len(design), dtype=bool), CHUNK))

    count = benchmark.pedantic(prepare, rounds=3)
    assert count == PREPARED // CHUNK
    note(benchmark, "a grid prepared", f"{PREPARED} scenarios", find_median(benchmark), "at most 10", "grid", "s")


@pytest.mark.large
def test_memory_is_flat(benchmark: BenchmarkFixture, tmp_path: Path, sweeping: Sweeping) -> None:
    case, steps = f"case.path={write_case(tmp_path / 'town')}", 2 if sweeping.smallest else 100
    few: Axes = {"adjust.price.power": tuple(0.5 + n / 100 for n in range(steps))}
    many: Axes = {**few, "adjust.capex.pump": tuple(0.5 + n / 100 for n in range(steps))}
    small = sweeping.run(tmp_path / "small", few, case, "convention=no_salvage")
    large = benchmark.pedantic(sweeping.run, args=(tmp_path / "large", many, case, "convention=no_salvage"), rounds=1)
    ratios = [large.driver / small.driver, large.worker / small.worker]
    peaks = [kilobytes for end in (small, large) for kilobytes in (end.driver, end.worker)]
    benchmark.extra_info["peak_mb"] = [round(kilobytes / 1024) for kilobytes in peaks]
    note(benchmark, "peak memory of 10 000 over 100", "10 000 scenarios", max(ratios), "at most 1.5", "town")


def test_thousand_scenarios_end_to_end(
    benchmark: BenchmarkFixture, tmp_path: Path, case: SweepCase, sweeping: Sweeping
) -> None:
    """A loop that builds and solves each anew, on 25 of them, taken forty times: seconds of processor of both.

    Workers step back behind other programs, so by the clock a sweep takes as long as whatever else the machine does.
    """
    smallest = sweeping.smallest
    family, axes = case.open_family(), cut_axes(case.grid, smallest)
    grid = order_settings(design_grid(axes))
    draw, sample = np.random.default_rng(SEED), 1 if smallest else SAMPLE
    spent = 0.0
    for place in draw.choice(len(grid), sample, replace=False):
        settings = grid[int(place)]
        prepared, program = Prepared(family.describe(settings)), family.revise(settings)
        started = process_time()
        rebuild(prepared)
        found = Chain(SolverOptions(relax=True, threads=1), start="cold").solve(program)
        spent += process_time() - started
        require_plan(found, program.program)
    loop = spent / sample * COUNT
    words, ended = case.write(tmp_path / "case"), list[Ended]()
    benchmark.pedantic(lambda: ended.append(sweeping.run(tmp_path / "sweep", axes, *words)), rounds=1)
    assert smallest or len(grid) == COUNT
    benchmark.extra_info["beside_seconds"] = loop
    note(benchmark, REBUILT, f"{COUNT} scenarios", loop / ended[0].processor, "at least 80", case.name)


class CountedHighs:
    """Counts the solver's own seconds of a family's scenarios, and the plans that the verifier accepted."""

    def __init__(self, work: ChunkWork) -> None:
        self.seconds, self.count = 0.0, 0
        family = work.find_solver(0).family
        solve = family.solve

        def counted(*words: object, **named: object) -> Outcome:
            outcome = solve(*words, **named)  # type: ignore[arg-type]
            assert outcome.status.has_plan
            self.seconds += outcome.seconds.get(HIGHS, 0.0)
            return outcome

        def find_refused(outcomes: Sequence[Outcome]) -> dict[int, Verdict]:
            refused = judge(outcomes)
            self.count += len(outcomes) - len(refused)
            return refused

        judge = family.find_refused
        family.solve = counted  # type: ignore[method-assign]
        family.find_refused = find_refused  # type: ignore[method-assign]


def test_share_of_all_but_highs(benchmark: BenchmarkFixture, tmp_path: Path, case: SweepCase, smallest: bool) -> None:
    """One worker's loop over a part of the grid: everything but HiGHS, as a share of HiGHS."""
    design, words = design_grid(case.grid), (*case.write(tmp_path / "case"), *WORDS)
    chunk, shared = (2, 2) if smallest else (CHUNK, SHARED)
    some = Design(design.keys, design.levels, design.codes[: shared + chunk], design.source)
    setup = Setup(tmp_path, (words,), some.keys, some.levels, "all")
    chunks = list(Agenda(some, [Base(words, "")]).cut(np.ones(len(some), dtype=bool), chunk))
    work = ChunkWork(setup)
    work(chunks[0])
    counted = CountedHighs(work)
    benchmark.pedantic(lambda: [work(chunk) for chunk in chunks[1:]], rounds=1)
    whole = find_median(benchmark)
    assert counted.count == shared
    benchmark.extra_info["highs_seconds"] = counted.seconds
    share = (whole - counted.seconds) / counted.seconds
    note(benchmark, "all but HiGHS over HiGHS", f"{SHARED} scenarios", share, "at most 1.0", case.name)


@pytest.mark.large
def test_two_workers_over_one(benchmark: BenchmarkFixture, tmp_path: Path, case: SweepCase, sweeping: Sweeping) -> None:
    """The same sweep with one worker and with two, starting up included; apart, lest one copies from the other."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    axes, words = cut_axes(case.grid, sweeping.smallest), case.write(tmp_path / "case")
    one = sweeping.run(tmp_path / "one" / "sweep", axes, *words, workers=1)
    two = {"workers": 2}
    benchmark.pedantic(sweeping.run, args=(tmp_path / "two" / "sweep", axes, *words), kwargs=two, rounds=1)
    ratio = one.seconds / find_median(benchmark)
    note(benchmark, "one worker over two", f"{COUNT} scenarios", ratio, "at least 1.85", case.name)
