"""Processor seconds of whole commands, as ratios to loading pandas and xarray in a process started right beside each.

Wall time on a machine that others use says little: the same plan of Lund has taken 8 and 60 s. Processor time says
more, and the ratio to a process that nobody here can make faster says most: both are slowed alike.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import Measured
from benchmarks.commands import MAIN, require_planned, run_command
from benchmarks.timed import tell

ROOT = Path(__file__).parent.parent
ROUNDS = 3
YARDSTICK = (sys.executable, "-c", "import pandas, xarray, highspy")


@dataclass(frozen=True)
class Taken:
    """Processor seconds of a command and its children, and of the yardstick beside it."""

    command: float
    yardstick: float

    @property
    def ratio(self) -> float:
        """How many yardsticks the command takes."""
        return self.command / self.yardstick


def measure(*words: str) -> Taken:
    """Run a command, which has to end well, between two yardsticks."""
    before, command, after = (_spend(line) for line in (YARDSTICK, (sys.executable, "-c", MAIN, *words), YARDSTICK))
    return Taken(command, 0.5 * (before + after))


def _spend(line: tuple[str, ...]) -> float:
    start = os.times()
    subprocess.run(line, check=True, cwd=ROOT, capture_output=True)
    end = os.times()
    return end.children_user - start.children_user + end.children_system - start.children_system


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, measured: Measured, smallest: bool) -> Path:
    """A run folder of the case; its program is kept from here on."""
    folder = tmp_path_factory.mktemp("processor") / "plan"
    run_command("plan", *measured.words, f"out={folder}", cwd=ROOT, smallest=smallest)
    require_planned(folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    "what", ["plan", *(pytest.param(ending, marks=pytest.mark.large) for ending in ("html", "pdf", "docx", "xlsx"))]
)
def test_processor_time(
    benchmark: BenchmarkFixture, place: Path, measured: Measured, what: str, smallest: bool
) -> None:
    """Medians of the rounds are told as `command`, `yardstick` and `ratio`."""
    file = place.parent / f"document.{what}"
    command = "workbook" if what == "xlsx" else "report"
    words = (
        ("plan", *measured.words, f"out={place.parent / 'again'}", "force=true")
        if what == "plan"
        else (command, str(place), "--out", str(file), "--force")
    )
    benchmark.group = "processor time"
    if smallest:
        benchmark.pedantic(run_command, args=words, kwargs={"cwd": ROOT, "smallest": True}, rounds=1)
        return
    taken: list[Taken] = []
    benchmark.pedantic(lambda: taken.append(measure(*words)), rounds=ROUNDS)
    assert (place.parent / "again" / "plan.nc" if what == "plan" else file).stat().st_size > 0
    middles = {name: median(getattr(one, name) for one in taken) for name in ("command", "yardstick", "ratio")}
    tell(
        benchmark,
        measured.name,
        f"processor time of {'a plan' if what == 'plan' else f'its {what}'} over loading pandas and xarray",
        size=f"{middles['command']:.1f} s over {middles['yardstick']:.1f} s",
        figure=middles["ratio"],
    )
