"""Every solver and method that is installed on the programs of this house, from cold: time, gap, residuals, agreement.

`make solvers` runs it whole and makes docs/solvers.md of what it measured.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.solver_cases import COMPARISONS, GAP, LIMITED, SMALL, Comparison, Figure, Way, list_ways, measure
from benchmarks.solver_page import PAGE, read_figures, write_all, write_figures, write_page
from model.solver.registry import SOLVERS
from scenarios.errors import CaseError

LIMIT = 60.0
"""Seconds by the clock for each solve."""
AGREED = 1e-5
"""By which objectives of the same linear program may differ, of their size: PDLP ends at 1e-7 of each row's."""
ROUGH = 1e-3
WRITING = os.environ.get("FARDPLAN_SOLVERS") == "write"


@pytest.fixture(scope="module")
def figures() -> Iterator[list[Figure]]:
    """What is measured, kept and made into the page at the end where that is asked for."""
    found: list[Figure] = []
    yield found
    if WRITING and found:
        write_all()


@pytest.mark.parametrize(
    "case", [SMALL, *(pytest.param(case, marks=pytest.mark.large) for case in COMPARISONS)], ids=lambda case: case.name
)
def test_solvers_agree(benchmark: BenchmarkFixture, case: Comparison, figures: list[Figure], smallest: bool) -> None:
    task = case.load()
    ways = list(list_ways(task.mixed, case.varied))
    ways = [way for way in ways if way.name == "highs"] if smallest else ways
    mine: list[Figure] = []

    def solve_all() -> None:
        for way in ways:
            if one := try_way(case, task, way):
                mine.append(one)
                figures.append(one)
                if WRITING:
                    write_figures([one for one in figures if one.case != SMALL.name])

    def try_way(case: Comparison, task: object, way: Way) -> Figure | None:
        try:
            return measure(case.name, task, way, LIMIT)
        except CaseError:
            assert way.name in LIMITED, f"{SOLVERS[way.name].title} refused"
            return None

    benchmark.pedantic(solve_all, rounds=1)
    ended = [one for one in mine if one.status in ("optimal", "within_gap")]
    if not ended:
        pytest.skip(f"no way ended within {LIMIT:.0f} s on this machine")
    least = min(one.objective for one in ended)
    allowed = 2 * GAP if task.mixed else AGREED
    assert all(one.objective <= least + allowed * max(abs(least), 1.0) for one in ended), mine
    assert all(one.primal <= ROUGH for one in ended), mine


def test_the_page_is_made_of_the_last_run() -> None:
    """Its tables are those of the figures kept beside this file, as `make solvers` writes them."""
    page = PAGE.read_text(encoding="utf-8")
    assert write_page(page, read_figures()) == page
