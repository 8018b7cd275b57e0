"""The report as a person asks for it: a process of its own, for a plan and for a sweep of a thousand scenarios."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pypdf import PdfReader
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import Measured
from benchmarks.commands import require_planned, run_command
from benchmarks.timed import tell

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "tests"))

from fake_sweep import write_sweep  # noqa: E402

ROUNDS = 3
SCENARIOS = 1000
BARS = {"plan": {"html": "at most 3", "pdf": "at most 4"}, "sweep": dict.fromkeys(("html", "pdf"), "at most 20")}
"""Seconds."""
MOST_MEMORY = 1e9


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, measured: Measured, smallest: bool) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("report")
    run_command("plan", *measured.words, f"out={folder / 'plan'}", cwd=ROOT, smallest=smallest)
    require_planned(folder / "plan")
    return {"plan": folder / "plan", "sweep": write_sweep(folder / "sweep", 20 if smallest else SCENARIOS)}


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["html", pytest.param("pdf", marks=pytest.mark.large)])
@pytest.mark.parametrize("what", ["plan", "sweep"])
def test_report(
    benchmark: BenchmarkFixture, places: dict[str, Path], measured: Measured, what: str, ending: str, smallest: bool
) -> None:
    file = places[what].parent / f"{what}.{ending}"
    benchmark.group = f"report of a {what}"
    words, where = ("report", str(places[what]), "--out", str(file), "--force"), {"cwd": ROOT, "smallest": smallest}
    ended = benchmark.pedantic(run_command, args=words, kwargs=where, rounds=ROUNDS, warmup_rounds=1)
    assert count_pages(file) > 0
    size = f"{file.stat().st_size / 1e6:.1f} MB"
    if not smallest:  # at its smallest the command runs in this process, among the memory of other tests
        memory = max(ended.driver, ended.worker) * 1024
        assert memory < MOST_MEMORY
        size += f", {memory / 1e6:.0f} MB of memory"
    name = measured.name if what == "plan" else f"{SCENARIOS} scenarios"
    tell(benchmark, name, f"report of a {what} as {ending.upper()}", size=size, bar=BARS[what][ending])


def count_pages(file: Path) -> int:
    """Pages of a PDF file, headings of a page of HTML."""
    if file.suffix == ".pdf":
        return len(PdfReader(file).pages)
    return file.read_bytes().count(b"</h1>")
