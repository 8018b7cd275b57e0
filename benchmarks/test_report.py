"""The report as a person asks for it: a process of its own, for a plan and for a sweep of a thousand scenarios."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import Measured

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "tests"))

from fake_sweep import write_sweep  # noqa: E402

ROUNDS = 3
SCENARIOS = 1000
MOST_SECONDS = {"plan": 5.0, "sweep": 20.0}
MOST_MEMORY = 1e9
PLAN = "import sys; from runners.cli import main; sys.exit(main(sys.argv[1:]))"
REPORT = "import sys; from runners.reports.report_command import run_report; sys.exit(run_report(sys.argv[1:]))"


def run_python(code: str, *words: str) -> None:
    subprocess.run([sys.executable, "-c", code, *words], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, measured: Measured, smallest: bool) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("report")
    run_python(PLAN, "plan", *measured.words, f"out={folder / 'plan'}")
    assert json.loads((folder / "plan" / "summary.json").read_text(encoding="utf-8"))["verified"]
    return {"plan": folder / "plan", "sweep": write_sweep(folder / "sweep", 20 if smallest else SCENARIOS)}


@pytest.mark.parametrize("ending", ["html", pytest.param("pdf", marks=pytest.mark.large)])
@pytest.mark.parametrize("what", ["plan", "sweep"])
def test_report(benchmark: BenchmarkFixture, places: dict[str, Path], what: str, ending: str) -> None:
    file = places[what].parent / f"{what}.{ending}"
    benchmark.group = f"report of a {what}"
    words = (REPORT, str(places[what]), "--out", str(file), "--force")
    benchmark.pedantic(run_python, args=words, rounds=ROUNDS, warmup_rounds=1)
    assert file.stat().st_size
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    benchmark.extra_info |= {"bytes": file.stat().st_size, "memory": memory, "most_seconds": MOST_SECONDS[what]}
    assert memory < MOST_MEMORY
