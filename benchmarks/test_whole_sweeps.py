"""Whole sweeps: against a loop of rebuilding and solving, what is not HiGHS, two workers, memory, preparation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.phases import Prepared, rebuild
from benchmarks.soundness import find_median, require_plan
from benchmarks.sweep_cases import CASES, MOST, SEED, Axes, SweepCase, design_grid, order_settings
from model.chain import Chain
from model.solution import HIGHS, SolverOptions
from runners.family import Outcome
from runners.sweeps.agenda import Agenda, Base
from runners.sweeps.design import Design, cross_axes
from runners.sweeps.work import ChunkWork, Setup

sys.path.append(str(Path(__file__).parent.parent / "tests"))

from test_cli import write_case

COUNT = 1000
SAMPLE = 25
SHARED = 250
PREPARED = 100_000
CHUNK = 50
RUN = """
import json, resource, sys, time
from runners.cli import main
started = time.perf_counter()
code = main(sys.argv[1:])
own, others = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps({"code": code, "seconds": time.perf_counter() - started, "driver": own, "worker": others}))
"""
WORDS = ("solver.relax=true", "solver.threads=1")


def run_sweep(place: Path, axes: Axes, *words: str) -> dict[str, float]:
    """A sweep in a fresh process: its exit code, wall seconds, and peak memory of the driver and of a worker (kB)."""
    told = [f"{key}={','.join(map(repr, levels))}" for key, levels in axes.items()]
    command = [sys.executable, "-c", RUN, "plan", "-m", *told, *words, f"out={place}"]
    started = perf_counter()
    done = subprocess.run(command, check=True, cwd=place.parent, capture_output=True, text=True)
    ended: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    assert ended["code"] == 0, done.stderr
    return {**ended, "seconds": perf_counter() - started}


@pytest.fixture
def case(smallest: bool) -> SweepCase:
    """Lund, or the smallest of the cases where it is run only to see that it runs."""
    return CASES[-1] if smallest else CASES[0]


def cut_axes(axes: Axes, smallest: bool) -> Axes:
    """The axes of a grid, or the ends of one of them where it is run only to see that it runs."""
    return {key: levels[::2][:2] for key, levels in list(axes.items())[:1]} if smallest else axes


def note(benchmark: BenchmarkFixture, what: str, size: str, figure: float, bar: str, case: str) -> None:
    benchmark.group = "sweeps"
    benchmark.extra_info.update(case=case, what=what, size=size, figure=figure, bar=bar)


def test_prepare_a_hundred_thousand(benchmark: BenchmarkFixture) -> None:
    """Design, names, order and chunks of a grid of five keys with ten levels each."""

    def prepare() -> int:
        levels = tuple(repr(0.5 + step / 10) for step in range(10))
        design = cross_axes({f"adjust.price.c{n}": levels for n in range(5)}, MOST)
        return sum(1 for _ in Agenda(design, [Base((), "")]).cut(np.ones(len(design), dtype=bool), CHUNK))

    count = benchmark.pedantic(prepare, rounds=3)
    assert count == PREPARED // CHUNK
    note(benchmark, "prepare, in seconds", f"{PREPARED} scenarios", find_median(benchmark), "under 10", "grid")


def test_memory_is_flat(benchmark: BenchmarkFixture, tmp_path: Path, smallest: bool) -> None:
    case, steps = f"case.path={write_case(tmp_path / 'town')}", 3 if smallest else 100
    few: Axes = {"adjust.price.power": tuple(0.5 + n / 100 for n in range(steps))}
    many: Axes = {**few, "adjust.capex.pump": tuple(0.5 + n / 100 for n in range(steps))}
    small = run_sweep(tmp_path / "small", few, case, *WORDS, "convention=no_salvage", "sweep.workers=2")
    large = benchmark.pedantic(
        run_sweep,
        args=(tmp_path / "large", many, case, *WORDS, "convention=no_salvage", "sweep.workers=2"),
        rounds=1,
    )
    ratios = [large[who] / small[who] for who in ("driver", "worker")]
    benchmark.extra_info["peak_mb"] = [round(end[who] / 1024) for end in (small, large) for who in ("driver", "worker")]
    note(benchmark, "peak memory of 10 000 over 100", "10 000 scenarios", max(ratios), "at most 1.5", "town")


def test_thousand_scenarios_end_to_end(
    benchmark: BenchmarkFixture, tmp_path: Path, case: SweepCase, smallest: bool
) -> None:
    """A loop that builds and solves each anew, on 25 of them, taken forty times and spread evenly over two cores."""
    family, axes = case.open_family(), cut_axes(case.grid, smallest)
    grid = order_settings(design_grid(axes))
    draw, sample = np.random.default_rng(SEED), 1 if smallest else SAMPLE
    spent = 0.0
    for place in draw.choice(len(grid), sample, replace=False):
        settings = grid[int(place)]
        prepared, program = Prepared(family.describe(settings)), family.revise(settings)
        started = perf_counter()
        rebuild(prepared)
        found = Chain(SolverOptions(relax=True, threads=1), start="cold").solve(program)
        spent += perf_counter() - started
        require_plan(found, program.program)
    loop = spent / sample * COUNT / 2
    words = (*case.write(tmp_path / "case"), *WORDS, "sweep.workers=2")
    benchmark.pedantic(run_sweep, args=(tmp_path / "sweep", axes, *words), rounds=1)
    assert smallest or len(grid) == COUNT
    benchmark.extra_info["beside_seconds"] = loop
    ratio = loop / find_median(benchmark)
    note(benchmark, "rebuild and solve over ours, two cores", f"{COUNT} scenarios", ratio, "at least 10", case.name)


class CountedHighs:
    """Counts the solver's own seconds of a family's scenarios."""

    def __init__(self, work: ChunkWork) -> None:
        self.seconds, self.count = 0.0, 0
        family = work.find_solver(0).family
        solve = family.solve

        def counted(*words: object, **named: object) -> Outcome:
            outcome = solve(*words, **named)  # type: ignore[arg-type]
            assert outcome.status.has_plan
            assert outcome.verdict is not None
            assert outcome.verdict.accepted
            self.count += 1
            self.seconds += outcome.seconds.get(HIGHS, 0.0)
            return outcome

        family.solve = counted  # type: ignore[method-assign]


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
    note(benchmark, "all but HiGHS over HiGHS", f"{SHARED} scenarios", share, "at most 0.15", case.name)


def test_two_workers_over_one(benchmark: BenchmarkFixture, tmp_path: Path, case: SweepCase, smallest: bool) -> None:
    """The same sweep with one worker and with two, starting up included; apart, lest one copies from the other."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    axes, words = cut_axes(case.grid, smallest), (*case.write(tmp_path / "case"), *WORDS)
    one = run_sweep(tmp_path / "one" / "sweep", axes, *words, "sweep.workers=1")
    benchmark.pedantic(run_sweep, args=(tmp_path / "two" / "sweep", axes, *words, "sweep.workers=2"), rounds=1)
    ratio = one["seconds"] / find_median(benchmark)
    note(benchmark, "one worker over two", f"{COUNT} scenarios", ratio, "at least 1.85", case.name)
