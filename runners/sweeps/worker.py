"""The process that solves chunks: `python -m runners.sweeps.worker DESCRIPTOR MODULE`, gone with its leader.

It loads the module of its work at once, for the sweep may still be prepared. Over a pipe it takes one `Task`, then
`Chunk` after `Chunk`, and sends one `Answer` for each. It leaves Ctrl-C, SIGTERM and SIGHUP to the leader, who lets it
finish; when the pipe closes it ends at once, also in the middle of a chunk.
"""

from __future__ import annotations

import ctypes
import errno
import os
import pickle
import resource
import signal
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from runners.lean_start import leave_out_dask
from runners.sweeps.chunk import Answer, Chunk, Ending, Task, Work, explain_unwritable
from runners.sweeps.stop import SIGNALS

DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)
"""Errors of the disk that every other chunk would meet too."""
MEGABYTE, KILOBYTES = 2**20, 2**10
"""Bytes of a megabyte, kilobytes of one."""
SET_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of Linux's prctl."""


def main() -> None:
    """Work until the pipe of the descriptor named on the command line closes."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    _follow_parent()
    pipe: Connection[Any, Any] = Connection(int(sys.argv[1]))
    orders: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(pipe, orders), daemon=True).start()
    leave_out_dask()
    with suppress(Exception):  # making the work tells of it
        import_module(sys.argv[2])
    task = pickle.loads(orders.get())
    os.nice(task.limits.niceness)
    work = _make_work(task, pipe)
    _limit_memory(task.limits.memory_mb)
    with suppress(Empty):
        while work is not None:
            pipe.send(_do_chunk(work, orders.get(timeout=task.limits.idle_seconds)))
            _give_back_memory()


def _listen(pipe: Connection[Any, Any], orders: SimpleQueue[bytes]) -> None:
    """Hand orders on; end the process when nobody is left to give them."""
    while True:
        try:
            orders.put(pipe.recv_bytes())
        except (EOFError, OSError):
            os._exit(0)


def _follow_parent() -> None:
    """Die with the parent even while a library holds the interpreter, where the system can see to it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, signal.SIGKILL)


def _limit_memory(most_mb: int) -> None:
    """Hold the process to so much memory of its own.

    The system counts what was asked for, stacks and arenas of threads that were never touched among it: more than a
    gigabyte once the libraries are loaded, and have set aside what they work in. What was asked for and is not there by
    then comes on top of the limit.
    """
    if sys.platform == "linux":
        said = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
        asked, taken = (int(said[name].split()[0]) // KILOBYTES for name in ("VmData", "RssAnon"))
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, ((most_mb + max(asked - taken, 0)) * MEGABYTE, hard))


def _give_back_memory() -> None:
    """Hand back what is free between what is held, where the allocator can: chunk after chunk it would grow."""
    if sys.platform == "linux":
        with suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def _lift_memory_limit() -> None:
    """Room to tell that there was no room."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def _make_work(task: Task, pipe: Connection[Any, Any]) -> Work | None:
    module, _, name = task.make_work.partition(":")
    try:
        work: Work = getattr(import_module(module), name)(task.setup)
    except Exception as error:
        pipe.send(Answer(Ending.UNREADY, key="watch_unready", fields={"error": _quote(error)}))
        return None
    pipe.send(Answer(Ending.READY))
    return work


def _do_chunk(work: Work, order: bytes) -> Answer:
    try:
        chunk: Chunk = pickle.loads(order)
        return Answer(Ending.DONE, report=work(chunk))
    except MemoryError:
        _lift_memory_limit()
        return Answer(Ending.MEMORY, key="watch_died_memory")
    except Exception as error:
        traceback.print_exc()
        if isinstance(error, OSError) and error.errno in DISK_ERRORS:
            return explain_unwritable(error)
        return Answer(Ending.BROKE, key="watch_broke", fields={"error": _quote(error)})


def _quote(error: Exception) -> str:
    """The last line of the traceback, and where in our files it happened."""
    frames = traceback.extract_tb(error.__traceback__)
    last = traceback.format_exception_only(error)[-1].strip()
    return f"{last} ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else last


if __name__ == "__main__":
    main()
