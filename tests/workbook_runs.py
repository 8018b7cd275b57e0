"""Runs that documents are written from: the town where all kinds of money move, and what a reader finds in a file."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from itertools import cycle
from pathlib import Path
from unittest.mock import patch

import account_towns
import openpyxl
import town
from openpyxl.workbook import Workbook

from conf.schema import CaseConfig, Config
from runners.record import write_run
from runners.solve import solve_case
from scenarios.choices import Choices

STARTED = datetime(2026, 11, 24, 20, 8, 5, tzinfo=UTC)
MOST_LOADED = 6
"""Workbooks kept, for many tests read the same."""
EVIL = ("=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://x")', "{=1}", "<b>&'\"</b>")
"""How a name begins that a spreadsheet may take for more than a name."""


def write_rich_case(folder: Path, evil: bool = False) -> Path:
    """The rich town as CSV files; where it is evil every name of a technology, actor or account begins as `EVIL` do."""
    tables = town.build_town(**account_towns.draw_rich_town())
    folder.mkdir(exist_ok=True)
    for name, frame in tables.frames.items():
        if len(frame):
            if evil and "name_sv" in frame:
                names = [f"{start} {label}" for start, label in zip(cycle(EVIL), frame.iloc[:, 0], strict=False)]
                frame = frame.assign(name_sv=names, name_en=names)
            frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


def run_case(case: Path, place: Path, choices: Choices | None = None) -> Path:
    """The run folder of a case's plan, without its figures."""
    outcome = solve_case(case, choices or Choices())
    config = Config(case=CaseConfig(path=str(case), base_year=None), out=str(place))
    with patch("runners.reports.plan_charts.draw_plan"):
        return write_run(outcome, config, case, STARTED)


def load(path: Path, values: bool = True) -> Workbook:
    """The workbook with the values that its formulas were written with, or with the formulas; to be read alone."""
    return _load(path, values, path.stat().st_mtime_ns)


@lru_cache(MOST_LOADED)
def _load(path: Path, values: bool, _written: int) -> Workbook:
    return openpyxl.load_workbook(path, data_only=values)


def read_rows(book: Workbook, tab: str) -> list[list[object]]:
    """All rows of a sheet."""
    return [list(row) for row in book[tab].iter_rows(values_only=True)]
