"""Does a worker's limit on memory count what its scenarios take, and not what a library sets aside at its first use?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from test_store import make_environment

MOST_GROWN_MB = 200
WRITE = """
import sys
from pathlib import Path
from runners.sweeps.work import ChunkWork, Setup

def count():
    return int(Path("/proc/self/status").read_text().split("VmData:")[1].split()[0]) // 1024

place = Path(sys.argv[1])
ChunkWork(Setup(place, ((),), ("price",), (("low",),), "all"))
ready = count()
import pyarrow
from pyarrow.parquet import write_table
write_table(pyarrow.table({"a": [1.0]}), place / "a.parquet")
print(count() - ready)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the limit is kept on Linux")
def test_what_arrow_sets_aside_is_there_before_the_limit_is(tmp_path: Path) -> None:
    """It was a gigabyte of the two that a worker has by default: sweeps lost workers at one."""
    command = [sys.executable, "-c", WRITE, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, env=make_environment(), check=True)
    assert int(ended.stdout) < MOST_GROWN_MB
