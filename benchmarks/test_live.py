"""Levers moved at random on a case that is kept open: median and 95th percentile, beside a cold plan of the same."""

from __future__ import annotations

from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import Measured
from benchmarks.timed import tell
from model.queries.no_plan import NoPlan
from runners.analyses.live.levers import Lever, take_settings
from runners.analyses.live.live_case import LiveCase
from runners.chosen import choose, choose_solver, find_folder
from runners.overrides import read_config
from runners.solve import solve_case
from runners.views.subjects.live import write_live
from scenarios.settings import Settings

MOVES, FEWEST = 50, 3
MOST = 1.0
"""Seconds in which 95 of 100 levers are to be answered, on a quiet machine."""
NAMES = ("before", "now")
GROUPS = ("money", "costs", "prices", "grants", "targets", "measures")


def draw_moves(levers: list[Lever], count: int) -> list[Settings]:
    """One lever at a time, of each group as often as of the others, anywhere between its ends."""
    random, moves = Random(19), list[Settings]()
    groups = [mine for group in GROUPS if (mine := [lever for lever in levers if lever.group == group and lever.used])]
    for place in range(count):
        lever = random.choice(groups[place % len(groups)])
        steps = round((lever.high - lever.low) / lever.step)
        moves.append(take_settings(levers, {lever.key: lever.low + lever.step * random.randint(0, steps)}))
    return moves


@pytest.mark.slow
def test_levers(benchmark: BenchmarkFixture, measured: Measured, tmp_path: Path) -> None:
    """Each answer is a verified plan and the sections that a page shows of it."""
    words = ("case=lund",) if measured.name == "lund" else ("case=own", f"case.path={measured.folder}")
    case = LiveCase(words, tmp_path)
    moves = draw_moves(case.levers, FEWEST if benchmark.disabled else MOVES)
    config = read_config((*words, "solver=relaxed"))
    solve_case(find_folder(config), choose(config), choose_solver(config), programs=tmp_path)
    started = perf_counter()
    solve_case(find_folder(config), choose(config), choose_solver(config), programs=tmp_path)
    cold = perf_counter() - started
    write_live(case.move({}, NAMES), "sv")
    took: list[float] = []
    worked: list[float] = []

    def move_all() -> None:
        for settings in moves:
            begun, busy = perf_counter(), process_time()
            try:
                sections = write_live(case.move(settings, NAMES), "sv")
            except NoPlan:
                continue
            took.append(perf_counter() - begun)
            worked.append(process_time() - busy)
            assert sections[0].blocks

    benchmark.group = "live"
    benchmark.pedantic(move_all, rounds=1)
    assert len(took) > len(moves) / 2
    slow, busy = (sorted(seconds)[min(int(0.95 * len(took)), len(took) - 1)] for seconds in (took, worked))
    tell(
        benchmark,
        measured.name,
        "live lever, 95th percentile",
        figure=slow,
        unit="s",
        bar=f"at most {MOST:g}",
        size=f"{len(took)} levers, median {median(took):.2f} s (processor {median(worked):.2f}, 95th {busy:.2f}), "
        f"cold {cold:.2f} s, ratio {median(took) / cold:.3f}",
    )
