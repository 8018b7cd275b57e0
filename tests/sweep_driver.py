"""A program that runs chunks of one scenario each, for tests to stop it; it ends with the code of the sweep.

`python sweep_driver.py FOLDER SCENARIO COUNT [local | tcp://...]`: in the pool, or on a Dask cluster.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import sweep_work

from runners.sweeps.chunk import Chunk, Task
from runners.sweeps.cluster import ClusterOptions, run_on_cluster
from runners.sweeps.counts import Tally
from runners.sweeps.pool import PoolOptions, run_chunks
from runners.sweeps.sweep_progress import LineWatch

TWO = PoolOptions(workers=2, lang="en")


def main(folder: Path, scenario: int, count: int, cluster: str | None) -> int:
    chunks = [Chunk(f"c{n}", (scenario,)) for n in range(count)]
    watch = LineWatch("en", sys.stderr)
    task = Task(sweep_work.MAKE_WORK, folder / "setup")
    rest = watch, Tally(count), lambda *_: None
    if cluster is None:
        return run_chunks(task, chunks, TWO, *rest).exit_code
    place = ClusterOptions(workers=2, address=None if cluster == "local" else cluster)
    return run_on_cluster(task, chunks, TWO, place, *rest).exit_code


if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may have had it ignored, as nohup does
    words = sys.argv[1:]
    sys.exit(main(Path(words[0]), int(words[1]), int(words[2]), words[3] if len(words) > 3 else None))
