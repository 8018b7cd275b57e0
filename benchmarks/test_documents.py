"""Documents of a run: a workbook of 20 000 rows, and the one of the case."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest
from openpyxl import load_workbook
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import Measured
from benchmarks.soundness import require_accepted
from benchmarks.timed import tell
from conf.schema import CaseConfig, Config
from runners.record import write_run
from runners.reports.run_folder import Run, open_run
from runners.reports.workbook import write_workbook
from runners.reports.workbook_blocks import Contents
from runners.solve import solve_case

ROWS = 20_000
ROUNDS = 3
STARTED = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="module")
def run_of_case(tmp_path_factory: pytest.TempPathFactory, measured: Measured) -> Run:
    outcome = solve_case(measured.folder, measured.choices)
    assert outcome.verdict is not None
    require_accepted(outcome.verdict)
    config = Config(case=CaseConfig(name=measured.name), out=str(tmp_path_factory.mktemp("runs") / "plan"))
    with patch("runners.reports.plan_charts.draw_plan"):
        return open_run(write_run(outcome, config, measured.folder, STARTED))


@pytest.mark.slow
@pytest.mark.parametrize("size", ["own", pytest.param("rows_20000", marks=pytest.mark.large)])
def test_workbook(benchmark: BenchmarkFixture, run_of_case: Run, tmp_path: Path, size: str) -> None:
    """From an open run to the file; the larger one has the case's numbers over and over."""
    tables = dict(run_of_case.tables)
    if size != "own":
        numbers = tables["numbers"]
        copies = pd.concat([numbers] * (ROWS // len(numbers) + 1), ignore_index=True)
        tables["numbers"] = copies.head(ROWS)
    run = Run(run_of_case.place, tables, run_of_case.summary, run_of_case.manifest)
    assert run.summary["verified"]
    benchmark.group = "documents"
    file = tmp_path / "plan.xlsx"
    benchmark.pedantic(write_workbook, args=(Contents(run), file, True), rounds=ROUNDS)
    with closing(load_workbook(file, read_only=True)) as book:
        assert sum(sheet.max_row for sheet in book) > len(tables["numbers"])
    tell(benchmark, "plan", "workbook from an open run", size=f"{len(tables['numbers'])} numbers", bar="at most 4")


def test_open_run(benchmark: BenchmarkFixture, run_of_case: Run) -> None:
    """Every file compared with its digest, every table read."""
    benchmark.group = "documents"
    run = benchmark.pedantic(open_run, args=(run_of_case.place,), rounds=ROUNDS)
    assert run.summary["verified"]
    assert len(run.tables["investments"])
    tell(benchmark, "plan", "a run folder opened", size=f"{len(run.tables)} tables")
