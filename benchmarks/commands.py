"""A command as a person runs it, in a process of its own; or in this one, where it is only to be seen that it runs."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from contextlib import chdir, redirect_stdout
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from time import perf_counter

from runners.cli import main

sys.path.append(str(Path(__file__).parent.parent / "tests"))

from peak_memory import read_peak

MAIN = "import sys; from runners.cli import main; sys.exit(main(sys.argv[1:]))"
"""Of `python -c`: the command itself and nothing beside it."""
PLANNED = ("optimal", "within_gap")


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, its seconds, and the peak memory (kB) of its own process and of a child.

    `processor`: seconds of processor that it and its children took, which no other work on the machine adds to.
    """

    code: int
    seconds: float
    processor: float
    driver: float
    worker: float


def run_measured(words: list[str]) -> Ended:
    """Run a command in this process."""
    started, taken = perf_counter(), _sum_processor()
    code = main(words)
    others = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return Ended(code, perf_counter() - started, _sum_processor() - taken, read_peak(), others)


def _sum_processor() -> float:
    """Seconds of processor of this process and of children that have ended."""
    took = os.times()
    return took.user + took.system + took.children_user + took.children_system


def run_command(*words: str, cwd: Path, smallest: bool) -> Ended:
    """Run a command that has to end well; in a process of its own unless benchmarks run at their smallest size.

    The seconds are those of the whole process, from its start; those of processor as well, imports among them.
    """
    if smallest:
        with chdir(cwd), redirect_stdout(StringIO()):
            ended = run_measured(list(words))
        assert ended.code == 0
        return ended
    started, taken = perf_counter(), _sum_processor()
    command = [sys.executable, __file__, *words]
    done = subprocess.run(command, check=True, cwd=cwd, capture_output=True, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["code"] == 0, done.stderr
    return Ended(**{**told, "seconds": perf_counter() - started, "processor": _sum_processor() - taken})


def require_planned(place: Path) -> dict[str, float]:
    """Seconds by phase of a run folder, which has to tell of a verified plan."""
    summary = json.loads((place / "summary.json").read_text(encoding="utf-8"))
    assert summary["verified"]
    assert summary["status"] in PLANNED
    seconds: dict[str, float] = summary["seconds"]
    return seconds


def require_solved(place: Path, count: int) -> None:
    """A sweep's folder has to tell of so many scenarios, each with a plan."""
    counts = json.loads((place / "manifest.json").read_text(encoding="utf-8"))["counts"]
    assert sum(counts.get(status, 0) for status in PLANNED) == count, counts


if __name__ == "__main__":
    print(json.dumps(asdict(run_measured(sys.argv[1:]))))
