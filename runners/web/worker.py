"""The process of a job: it ends with its parent, takes no more memory than it is given, and runs a command."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux: whoever kills the server ends its workers too."""
MEGABYTE = 2**20


def list_arguments(megabytes: int, words: Sequence[str]) -> list[str]:
    """What a process is begun with to run a command; isolated, so that nothing in its folder is taken for ours."""
    start = "from runners.web.worker import start; start()"
    return [sys.executable, "-I", "-c", start, str(os.getpid()), str(megabytes), *words]


def start() -> None:
    """Run the words of this process, after its parent's number and its memory."""
    parent, megabytes, *words = sys.argv[1:]
    _die_with(int(parent))
    most = int(megabytes) * MEGABYTE
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from runners.cli import main

    sys.exit(main(words))


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it went before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def find_log(folder: Path, job: str) -> Path:
    """Where the output of a job is kept."""
    return folder / "jobs" / f"{job}.log"
