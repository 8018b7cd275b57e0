"""The whole command as a person runs it: a process of its own, with the compiled program kept (warm) or not (cold)."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from subprocess import PIPE

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.cases import Measured
from benchmarks.commands import MAIN, require_planned
from benchmarks.timed import tell
from runners.ahead import MODULES

ROOT = Path(__file__).parent.parent
ROUNDS = 5
IMPORTS = (
    "import hydra, runners.overrides, runners.solve, runners.record, runners.reports.plan_charts; "
    "import runners.reports.summary; "
    "from runners.ahead import MODULES; from importlib import import_module; [import_module(name) for name in MODULES]"
    "; import sys; print(*sys.modules)"
)


def run_python(code: str, *words: str, cache: Path | None) -> str:
    """What it prints; `cache`: the folder of programs kept, None: the user's own."""
    command = [sys.executable, "-c", code, *words]
    place = {} if cache is None else {"XDG_CACHE_HOME": str(cache)}
    return subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **place}, stdout=PIPE, text=True).stdout


@pytest.mark.parametrize("kept", ["warm", pytest.param("cold", marks=pytest.mark.large)])
def test_plan(benchmark: BenchmarkFixture, tmp_path: Path, measured: Measured, kept: str, smallest: bool) -> None:
    """The smallest uses the cache that there is: an empty one has fonts listed anew, for five seconds."""
    phases: list[dict[str, float]] = []
    numbers = itertools.count()

    def plan(place: Path, cache: Path | None) -> None:
        run_python(MAIN, "plan", *measured.words, f"out={place}", cache=cache)
        phases.append(require_planned(place))

    def prepare() -> tuple[tuple[Path, Path | None], dict[str, object]]:
        number = next(numbers)
        cache = tmp_path / (kept if kept == "warm" else f"cache{number}")
        return (tmp_path / f"run{number}", None if smallest else cache), {}

    if not benchmark.disabled:
        plan(*prepare()[0])
        phases.clear()
    benchmark.group = "command"
    benchmark.pedantic(plan, setup=prepare, rounds=ROUNDS)
    seconds = {name: median(run[name] for run in phases) for name in phases[0]}
    told = ", ".join(f"{name} {spent:.2f}" for name, spent in seconds.items())
    bar = "at most 3" if kept == "warm" else ""
    tell(benchmark, measured.name, f"fardplan plan, {kept}", size=f"of its seconds: {told}", bar=bar)


@pytest.mark.slow
def test_imports_of_a_plan(benchmark: BenchmarkFixture, tmp_path: Path, smallest: bool) -> None:
    benchmark.group = "command"
    cache = None if smallest else tmp_path
    told = benchmark.pedantic(run_python, args=(IMPORTS,), kwargs={"cache": cache}, rounds=ROUNDS, warmup_rounds=1)
    assert {"runners.solve", "runners.record", *MODULES} <= set(told.split())
    tell(benchmark, "none", "imports of fardplan plan, by themselves")
