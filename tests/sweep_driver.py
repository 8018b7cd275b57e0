"""A program that runs chunks of one scenario each: `python sweep_driver.py FOLDER SCENARIO COUNT`, for tests to stop."""

from __future__ import annotations

import sys
from pathlib import Path

import sweep_work

from runners.sweeps.chunk import Chunk, Task
from runners.sweeps.pool import PoolOptions, run_chunks
from runners.sweeps.tally import Tally
from runners.sweeps.watch import LineWatch


def main(folder: Path, scenario: int, count: int) -> int:
    chunks = [Chunk(f"c{n}", (scenario,)) for n in range(count)]
    watch = LineWatch("en", sys.stderr)
    task = Task(sweep_work.MAKE_WORK, folder / "setup")
    end = run_chunks(task, chunks, PoolOptions(workers=2), watch, Tally(count), lambda *_: None)
    return end.exit_code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
