"""A sweep on the command line whose solver dies at some scenarios: `python poisoned_work.py SCENARIO,... WORDS...`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from runners.cli import main
from runners.sweeps import run
from runners.sweeps.chunk import Chunk, ChunkReport, Work
from runners.sweeps.work import make_work

POISON = "FARDPLAN_TEST_POISON"


def make_poisoned(setup: Path) -> Work:
    """The work of a sweep; of the scenarios in the environment each takes its process with it, as a bad solver does."""
    work = make_work(setup)
    poison = {int(number) for number in os.environ[POISON].split(",")}

    def solve(chunk: Chunk) -> ChunkReport:
        if poison & set(chunk.scenarios):
            os.kill(os.getpid(), signal.SIGSEGV)
        return work(chunk)

    return solve


if __name__ == "__main__":
    os.environ[POISON] = sys.argv[1]
    run.MAKE_WORK = "poisoned_work:make_poisoned"
    sys.exit(main(sys.argv[2:]))
