"""A worker as its leader sees it: started, given a chunk, asked for its answer, killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic

from runners.sweeps.chunk import Answer, Chunk, Ending, Limits, Task, find_module

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""Read by numerical libraries when they are loaded, so they are set before the process begins."""
TAIL_BYTES = 2000
HALTED = "T"
"""State of a process that was stopped, as Linux writes it."""


class WorkerProcess:
    """A fresh process (not a fork: the solver's threads would not survive one) that does one chunk at a time.

    It loads a module at once, and waits for the task that is made there.
    """

    def __init__(self, module: str, limits: Limits) -> None:
        self.chunk: Chunk | None = None
        self._limits = limits
        self._ready = self._begun = False
        self._deadline = monotonic() + limits.start_seconds
        self._errors = TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self.pipe, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "runners.sweeps.worker", str(theirs.fileno()), module],
                env=write_environment(limits.threads),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
            )

    @classmethod
    def start(cls, task: Task) -> WorkerProcess:
        """One that has its task."""
        worker = cls(find_module(task.make_work), task.limits)
        worker.take_up(task)
        return worker

    def take_up(self, task: Task) -> None:
        """Have it make itself ready for a task, where it has none yet."""
        if not self._begun:
            self._begun, self._deadline = True, monotonic() + self._limits.start_seconds
            self._send(task)

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be given something."""
        return self._process.poll() is None

    @property
    def halted(self) -> bool:
        """Whether somebody stopped it (SIGSTOP), so that it does nothing until it is told to go on."""
        try:
            told = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:  # it has ended, or this system does not tell
            return False
        return told.rpartition(")")[2].split()[:1] == [HALTED]

    def give(self, chunk: Chunk) -> None:
        """Let it solve a chunk; it may still be getting ready."""
        self.chunk = chunk
        if self._ready:
            self._deadline = monotonic() + self._limits.allow_seconds(chunk)
        self._send(chunk)

    def poll(self) -> Answer | None:
        """What became of its chunk; None while it works. Past its time it is killed."""
        try:
            while self.pipe.poll():
                answer: Answer = self.pipe.recv()
                if answer.ending is not Ending.READY:
                    return answer
                self._begin()
        except (EOFError, OSError):
            return self._tell_death()
        if self.chunk is None or monotonic() < self._deadline:
            return None
        self.kill()
        seconds = self._limits.allow_seconds(self.chunk) if self._ready else self._limits.start_seconds
        return Answer(
            Ending.HUNG if self._ready else Ending.STILLBORN, key="watch_died_hung", fields={"seconds": seconds}
        )

    def end(self) -> None:
        """End it at once and leave the rest to `poll`, which another thread may be in."""
        self._process.kill()

    def kill(self) -> None:
        """End it at once; what it was writing aside never gets its name."""
        self._process.kill()
        self._process.wait()
        self.pipe.close()
        self._errors.close()

    def _begin(self) -> None:
        self._ready = True
        if self.chunk is not None:
            self._deadline = monotonic() + self._limits.allow_seconds(self.chunk)

    def _send(self, order: Task | Chunk) -> None:
        with suppress(OSError):  # it is gone: `poll` will say so
            self.pipe.send(order)

    def _tell_death(self) -> Answer:
        """How a process ended that was not asked to."""
        self._process.kill()  # it may have closed the pipe without ending
        code = self._process.wait()
        fields = {"how": _name_code(code), "said": _read_last_line(self._errors.fileno())}
        self.kill()
        return Answer(Ending.DIED if self._ready else Ending.STILLBORN, key="watch_died", fields=fields)


def write_environment(threads: int) -> dict[str, str]:
    """The leader's own, with its import path and with few threads."""
    path = os.pathsep.join(os.path.abspath(place) for place in sys.path)
    return {**os.environ, "PYTHONPATH": path} | dict.fromkeys(THREAD_VARIABLES, str(threads))


def _name_code(code: int) -> str:
    """`SIGKILL` for -9, `exit 3` for 3."""
    return signal.Signals(-code).name if -code in {number.value for number in signal.Signals} else f"exit {code}"


def _read_last_line(descriptor: int) -> str:
    """The last line that a process wrote to a file, bracketed for a message; empty where it wrote none."""
    size = os.fstat(descriptor).st_size
    lines = os.pread(descriptor, TAIL_BYTES, max(0, size - TAIL_BYTES)).decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f" ({last})" if last else ""
