"""Whether what was timed is what was meant: a plan where one was to be found, and a figure where anything was timed."""

from __future__ import annotations

import math

import numpy as np
from pytest_benchmark.fixture import BenchmarkFixture

from model.compiled.sparse import SparseProgram
from model.solver.solution import Solution
from model.verifier.verdict import Verdict


def require_plan(solution: Solution, program: SparseProgram) -> Solution:
    """The solution, which has to have a plan: a status that says so, a number for each column, and a cost.

    Raises:
        AssertionError: it has none; then nothing worth knowing was timed.
    """
    assert solution.status.has_plan, f"timed a program without a plan: {solution.status.value}"
    assert solution.columns.shape == (program.shape[1],)
    assert np.isfinite(solution.columns).all()
    assert math.isfinite(solution.objective)
    return solution


def require_accepted(verdict: Verdict) -> Verdict:
    """The verdict, which has to accept the plan."""
    assert verdict.accepted, "timed a plan that the verifier refuses"
    return verdict


def find_median(benchmark: BenchmarkFixture) -> float:
    """Median seconds of the rounds; not a number where benchmarks are run once only to see that they run."""
    return math.nan if benchmark.disabled else float(benchmark.stats.stats.median)
