"""The whole command as a person runs it: a process of its own, with the compiled program kept (warm) or not (cold)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import Measured

ROOT = Path(__file__).parent.parent
ROUNDS = 5
PLANNED = ("optimal", "within_gap")
PLAN = "import sys; from runners.cli import main; sys.exit(main(sys.argv[1:]))"
IMPORTS = (
    "import hydra, runners.overrides, runners.solve, runners.record, runners.reports.figures, runners.reports.summary; "
    "from runners.ahead import MODULES; from importlib import import_module; [import_module(name) for name in MODULES]"
)


def run_python(code: str, *words: str, cache: Path) -> None:
    command = [sys.executable, "-c", code, *words]
    subprocess.run(
        command, check=True, cwd=ROOT, env={**os.environ, "XDG_CACHE_HOME": str(cache)}, stdout=subprocess.DEVNULL
    )


@pytest.mark.parametrize("kept", ["warm", pytest.param("cold", marks=pytest.mark.large)])
def test_plan(benchmark: BenchmarkFixture, tmp_path: Path, measured: Measured, kept: str) -> None:
    phases: list[dict[str, float]] = []

    def plan(place: Path, cache: Path) -> None:
        run_python(PLAN, "plan", *measured.words, f"out={place}", cache=cache)
        summary = json.loads((place / "summary.json").read_text(encoding="utf-8"))
        assert summary["verified"]
        assert summary["status"] in PLANNED
        phases.append(summary["seconds"])

    def prepare() -> tuple[tuple[Path, Path], dict[str, object]]:
        number = len(phases)
        return (tmp_path / f"run{number}", tmp_path / (kept if kept == "warm" else f"cache{number}")), {}

    if not benchmark.disabled:
        plan(*prepare()[0])
        phases.clear()
    benchmark.group = "command"
    benchmark.pedantic(plan, setup=prepare, rounds=ROUNDS)
    benchmark.extra_info["seconds"] = {name: median(run[name] for run in phases) for name in phases[0]}


def test_imports_of_a_plan(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    benchmark.group = "command"
    benchmark.pedantic(run_python, args=(IMPORTS,), kwargs={"cache": tmp_path}, rounds=ROUNDS, warmup_rounds=1)
