"""Leaving out every measure of a case one by one, beside cold rebuilds: Pyomo built, compiled and solved from nothing.

A cold rebuild of every measure would take minutes, so a few are timed and the rest reckoned from their median.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from time import perf_counter

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import Measured
from benchmarks.soundness import require_accepted
from benchmarks.timed import tell
from model.solver.solution import SolverOptions
from runners.analyses.abatement.abatement_metrics import choose_yardstick, find_account
from runners.analyses.abatement.coalitions import Coalitions
from runners.analyses.abatement.measure_bundles import list_players
from runners.analyses.oracle import Oracle
from runners.family import Family

REBUILDS = 3
ROUNDS = 3


def leave_out_all(measured: Measured, options: SolverOptions, most: int | None = None) -> Coalitions:
    """The plan of all measures, and of all but each: from a case on disk with nothing kept to verified plans.

    `most`: only the first so many are left out.
    """
    family = Family(measured.folder, measured.choices, options)
    scenario = family.scenario
    yardstick = choose_yardstick(scenario, find_account(scenario), None)
    coalitions = Coalitions(Oracle(family), list_players(scenario), yardstick)
    for i in range(-1, len(coalitions.players) if most is None else most):
        worth = coalitions.weigh(coalitions.full if i < 0 else coalitions.full & ~(1 << i))
        assert worth is not None
        assert np.isfinite(worth).all()
    return coalitions


def time_rebuild(measured: Measured, name: str, options: SolverOptions) -> float:
    """Seconds to read the case, build and compile its program without a measure, solve it cold and verify the plan."""
    started = perf_counter()
    outcome = Family(measured.folder, replace(measured.choices, exclude=(name,)), options).solve()
    assert outcome.verdict is not None
    require_accepted(outcome.verdict)
    return perf_counter() - started


@pytest.mark.parametrize("relax", [True, pytest.param(False, marks=pytest.mark.large)], ids=["relaxed", "mixed"])
def test_leaving_out_every_measure_takes_a_third_of_cold_rebuilds(
    benchmark: BenchmarkFixture, measured: Measured, relax: bool, smallest: bool
) -> None:
    options = SolverOptions(relax=relax, gap=1e-3, threads=1)
    found = benchmark.pedantic(leave_out_all, args=(measured, options, 1 if smallest else None), rounds=ROUNDS)
    if smallest:
        return
    count = len(found.players)
    names = [found.players[i * (count - 1) // (REBUILDS - 1)].name for i in range(REBUILDS)]
    cold = count * median(time_rebuild(measured, name, options) for name in names)
    tell(
        benchmark,
        measured.name,
        f"every measure left out, {'relaxed' if relax else 'whole units'}, over cold rebuilds",
        size=f"{count} measures, {found.solved} plans solved",
        figure=benchmark.stats.stats.median / cold,
        bar="at most 0.33",
    )
    assert benchmark.stats.stats.median < cold / 3
