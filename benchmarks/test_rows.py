"""The rows that a sweep keeps of one scenario: what every scenario pays after it is solved and verified."""

from __future__ import annotations

from itertools import cycle

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import Measured
from benchmarks.soundness import require_accepted
from benchmarks.timed import tell
from model.solver.solution import SolverOptions
from runners.family import Family, Outcome
from runners.sweep_store.results import YES, Books, Head, Rows, tabulate_outcome

ROUNDS = 100
LEVELS = (0.9, 1.0, 1.1)
BAR = "at most 3"
HEAD = Head(7, "00000000000000aa", (1.3,))


@pytest.mark.slow
def test_rows_of_a_scenario(benchmark: BenchmarkFixture, measured: Measured) -> None:
    """As a worker makes them: of one scenario after another, with what was reckoned of its arrays at hand."""
    family = Family(measured.folder, measured.choices, SolverOptions(relax=True))
    outcomes = [family.solve({"adjust.capex.all": level}) for level in LEVELS]
    for outcome in outcomes:
        assert outcome.verdict is not None
        require_accepted(outcome.verdict)
    books, given = Books(family.scenario), cycle(outcomes)

    def tabulate(outcome: Outcome) -> Rows:
        return tabulate_outcome(books, outcome.scenario, outcome.plan, HEAD, 0.25, known=outcome.known)

    for outcome in outcomes:
        tabulate(outcome)
    benchmark.group = "sweeps"
    rows = benchmark.pedantic(tabulate, setup=lambda: ((next(given),), {}), rounds=ROUNDS)
    assert rows.fate["verified"] == YES
    assert all(len(rows.slabs[table].years) for table in ("accounts", "targets", "investments"))
    median = 0.0 if benchmark.disabled else 1000 * float(benchmark.stats.stats.median)
    tell(benchmark, measured.name, "rows of a scenario", figure=median, unit="ms", bar=BAR)
