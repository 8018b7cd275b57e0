"""The rows that a sweep keeps of one scenario: what every scenario pays after it is solved and verified."""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import Measured
from benchmarks.soundness import require_accepted
from benchmarks.timed import tell
from model.solver.solution import SolverOptions
from runners.family import Family
from runners.sweep_store.results import YES, Books, Head, Rows, tabulate_outcome

ROUNDS = 100
BAR = "at most 3"
HEAD = Head(7, "00000000000000aa", (1.3,))


@pytest.mark.slow
def test_rows_of_a_scenario(benchmark: BenchmarkFixture, measured: Measured) -> None:
    outcome = Family(measured.folder, measured.choices, SolverOptions(relax=True)).solve()
    scenario, plan, verdict = outcome.scenario, outcome.plan, outcome.verdict
    assert plan is not None
    assert verdict is not None
    require_accepted(verdict)
    books = Books(scenario)

    def tabulate() -> Rows:
        return tabulate_outcome(books, scenario, plan, HEAD, 0.25)

    tabulate()
    benchmark.group = "sweeps"
    rows = benchmark.pedantic(tabulate, rounds=ROUNDS)
    assert rows.fate["verified"] == YES
    assert all(len(rows.slabs[table].years) for table in ("accounts", "targets", "investments"))
    median = 0.0 if benchmark.disabled else 1000 * float(benchmark.stats.stats.median)
    tell(benchmark, measured.name, "rows of a scenario", figure=median, unit="ms", bar=BAR)
