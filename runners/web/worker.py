"""The process of a job: it ends with its parent, takes no more memory than it is given, and runs a command."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux: whoever kills the server ends its workers too."""
MEGABYTE = 2**20
NICENESS = 10
"""A job that lets others go first: a tenth of the processor where a page wants all of it, all where nobody does."""
AUTOGROUP = Path("/proc/self/autogroup")
"""Linux may share the processor among sessions; a job has one of its own, and niceness counts only within it."""
START = "; ".join(
    (
        *("import sys", "from runners.web.worker import begin", "words = begin()"),
        *("from runners.cli import main", "sys.exit(main(words))"),
    )
)
"""What a process is begun with: the command line stands above this room, and is not imported by it."""


def list_arguments(megabytes: int, words: Sequence[str]) -> list[str]:
    """What a process is begun with to run a command; isolated, so that nothing in its folder is taken for ours."""
    return [sys.executable, "-I", "-c", START, str(os.getpid()), str(megabytes), *words]


def begin() -> list[str]:
    """Bind this process to its parent and its memory, whose numbers are its first words; give the others."""
    parent, megabytes, *words = sys.argv[1:]
    _die_with(int(parent))
    _stand_back()
    most = int(megabytes) * MEGABYTE
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return words


def _stand_back() -> None:
    """Leave the processor to who answers pages: in its session, and with all that it begins among other sessions."""
    os.nice(NICENESS)
    with suppress(OSError):  # no Linux, or one that does not share by session
        AUTOGROUP.write_text(str(NICENESS), encoding="ascii")


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it went before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def find_log(folder: Path, job: str) -> Path:
    """Where the output of a job is kept."""
    return folder / "jobs" / f"{job}.log"
