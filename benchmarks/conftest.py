"""How the figures are shown and kept: a line for each benchmark, `measured.csv`, and the page that is made of it."""

from __future__ import annotations

import math
import os
import sys
from datetime import date
from pathlib import Path
from time import monotonic

import pytest

sys.path.append(str(Path(__file__).parent.parent / "tests"))

from benchmarks.cases import Measured, measure_lund, measure_town
from benchmarks.timed import PAGE, WHOLE, Timed, keep, merge, read_kept, show, write_page

FOLDER, WRITE = "benchmarks", "FARDPLAN_BENCHMARKS"
"""`FARDPLAN_BENCHMARKS=write`: what is measured is kept, and the page made of it."""
STARTED, LOAD = monotonic(), os.getloadavg()[0]


@pytest.fixture(scope="session")
def smallest(request: pytest.FixtureRequest) -> bool:
    """Whether benchmarks run once, at their smallest size, only to see that they run: `--benchmark-disable`."""
    return bool(request.config.getoption("benchmark_disable"))


@pytest.fixture(scope="session")
def measured(smallest: bool, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """Lund, or a town where benchmarks run only to see that they run."""
    return measure_town(tmp_path_factory.mktemp("case") / "town") if smallest else measure_lund()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked large where only the smallest sizes are run."""
    if config.getoption("benchmark_disable"):
        left_out = [item for item in items if item.get_closest_marker("large")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line for each benchmark, and how long all of them took; kept where that is asked for."""
    session = getattr(terminalreporter.config, "_benchmarksession", None)
    rows = [_read(bench) for bench in getattr(session, "benchmarks", []) if "what" in bench.extra_info]
    for one in rows:
        bar = f"  ({one.bar}: {'held' if one.held else 'missed'})" if one.bar else ""
        figure = f"{show(one.median)} s" if math.isnan(one.figure) else f"{show(one.figure)} {one.unit}"
        terminalreporter.write_line(f"{one.case:12} {one.what:48} {figure:>14}{bar}  {one.size}")
    if not rows:
        return
    told = f"{len(rows)} benchmarks in {(monotonic() - STARTED) / 60.0:.0f} minutes, load {LOAD:.1f} when it began"
    terminalreporter.write_line(told)
    if os.environ.get(WRITE) == "write":
        config, merged = terminalreporter.config, merge(read_kept(), rows)
        all_of_them = config.args == [FOLDER] and not config.option.keyword and not config.option.markexpr
        whole = f"{WHOLE} {date.today().isoformat()}, {told} (bar: 30 minutes)." if all_of_them else ""
        keep(merged)
        PAGE.write_text(write_page(merged, PAGE.read_text(encoding="utf-8"), whole), encoding="utf-8")


def _read(bench: object) -> Timed:
    """A benchmark that was run, as it is kept."""
    told, stats = bench.extra_info, bench.stats  # type: ignore[attr-defined]
    names = ("case", "what", "size", "figure", "unit", "bar")
    test = str(bench.fullname).rpartition("/")[2]  # type: ignore[attr-defined]
    return Timed(
        test=test,
        **{name: told[name] for name in names},
        median=float(stats.median),
        rounds=int(stats.rounds),
        day=date.today().isoformat(),
        load=LOAD,
    )
