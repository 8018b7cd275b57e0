"""How the figures are shown: per case medians and ratios to a rebuild beside them, per command seconds by phase."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "tests"))

from benchmarks.cases import Measured, measure_lund, measure_town


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
    session = getattr(terminalreporter.config, "_benchmarksession", None)
    rows = [bench for bench in getattr(session, "benchmarks", []) if "phase" in bench.extra_info]
    for name in dict.fromkeys(bench.extra_info["case"] for bench in rows):
        mine = {bench.extra_info["phase"]: bench for bench in rows if bench.extra_info["case"] == name}
        terminalreporter.write_sep("-", f"{name}: {next(iter(mine.values())).extra_info['size']}")
        terminalreporter.write_line(f"{'phase':20} {'median ms':>12} {'over a Pyomo rebuild':>22}")
        for phase, bench in mine.items():
            median = 1000 * bench.stats.median
            terminalreporter.write_line(f"{phase:20} {median:12.2f} {bench.extra_info['ratio']:22.4f}")
        relaxed, mixed = mine.get("solve_relaxed"), mine.get("solve_mixed_1e-3")
        if relaxed and mixed:
            ratio = mixed.stats.median / relaxed.stats.median
            terminalreporter.write_line(f"mixed-integer to a gap of 1e-3 over its relaxation: {ratio:.1f}")
    for bench in getattr(session, "benchmarks", []):
        if "seconds" in bench.extra_info:
            phases = ", ".join(f"{name} {seconds:.2f}" for name, seconds in bench.extra_info["seconds"].items())
            terminalreporter.write_line(f"{bench.name}: {bench.stats.median:.2f} s ({phases})")
    for bench in getattr(session, "benchmarks", []):
        told = bench.extra_info
        if "ratio" in told and "phase" not in told:
            terminalreporter.write_line(f"{bench.name}: {told['ratio']:.2f} times what runs beside it")
        if "figure" in told:
            line = f"{told['case']:8} {told['what']:48} {told['figure']:10.3f}  {told['bar']:14} {told['size']}"
            terminalreporter.write_line(line)
