"""What a worker is given and what it gives back: some scenarios of a sweep, and how solving them ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any

from scenarios.errors import explain_disk


@dataclass(frozen=True)
class Chunk:
    """Scenarios that one worker solves one after the other, and keeps under one name."""

    name: str
    """Unique in the sweep; a file may be called so."""
    scenarios: tuple[int, ...]
    """Rows of the design, in the order of solving."""
    payload: Any = None
    """Whatever else the work needs; picklable. Halves get all of it, so it must not count by position."""

    def halve(self) -> tuple[Chunk, Chunk]:
        """The first and the second half of two scenarios or more, named after the whole."""
        middle = len(self.scenarios) // 2
        parts = self.scenarios[:middle], self.scenarios[middle:]
        first, second = (replace(self, name=f"{self.name}-{n}", scenarios=part) for n, part in enumerate(parts, 1))
        return first, second


@dataclass(frozen=True)
class ChunkReport:
    """What the work says of a chunk whose files it has written."""

    name: str
    done: int
    """How many scenarios have their answer, whatever it is."""
    counts: Mapping[str, int]
    """How many ended in which status."""
    seconds: float
    failures: tuple[tuple[int, str], ...] = ()
    """Scenarios that a person should hear of, and why."""


Work = Callable[[Chunk], ChunkReport]
"""Solves a chunk and writes its files, aside and renamed. What it raises is a fault of the program, with two
exceptions: MemoryError counts as a death, and a disk that is full or read-only ends the sweep."""


@dataclass(frozen=True)
class Limits:
    """What a worker may take of the machine that it shares."""

    memory_mb: int = 4000
    """Private memory of one worker (kept on Linux)."""
    niceness: int = 10
    """How far it steps back behind other programs."""
    threads: int = 1
    """Threads of each numerical library; those of the solver are its own option."""
    start_seconds: float = 300.0
    """How long getting ready may take."""
    spare_seconds: float = 60.0
    """What a chunk may take besides its scenarios."""
    scenario_seconds: float = 900.0
    """What each scenario of a chunk may take before the worker is held to hang: well above the solver's limit."""
    pause_seconds: float = 2.0
    """How long to wait before a worker is started after one that died in its start; after the next twice as long."""
    idle_seconds: float = 900.0
    """How long a worker waits for a chunk before it ends, should its leader have forgotten it."""

    def allow_seconds(self, chunk: Chunk) -> float:
        """How long a worker may be silent over a chunk."""
        return self.spare_seconds + self.scenario_seconds * len(chunk.scenarios)


@dataclass(frozen=True)
class Task:
    """What every worker of a sweep does, and within which limits."""

    make_work: str
    """`module:function`, importable in any process; called once in each with `setup`, gives the `Work`."""
    setup: Path
    """The set-up file of the sweep."""
    limits: Limits = Limits()


def find_module(make_work: str) -> str:
    """The module of a `module:function`."""
    return make_work.partition(":")[0]


class Ending(Enum):
    """How a chunk, or the start of its worker, ended."""

    READY = "ready"
    """The worker has made its work and takes chunks."""
    DONE = "done"
    """Solved and written."""
    BROKE = "broke"
    """The work raised: our own fault."""
    DIED = "died"
    """The process was gone; by whose fault is not known."""
    HUNG = "hung"
    """It was killed, having been silent for longer than is allowed."""
    MEMORY = "memory"
    """It asked for more memory than is allowed."""
    UNWRITABLE = "unwritable"
    """The disk is full, read-only or not ours to write on: no other chunk would fare better."""
    UNREADY = "unready"
    """Making the work raised: no worker can start."""
    STILLBORN = "stillborn"
    """The process was gone before it was ready."""
    SKIPPED = "skipped"
    """Not begun, because the sweep stops."""


DEATHS = (Ending.DIED, Ending.HUNG, Ending.MEMORY)


@dataclass(frozen=True)
class Answer:
    """What came back for a chunk: how it ended, with its report or with the message that says why not."""

    ending: Ending
    report: ChunkReport | None = None
    key: str = ""
    """A key of the message catalogue."""
    fields: Mapping[str, object] = field(default_factory=dict)


def explain_unwritable(error: OSError) -> Answer:
    """The answer where the disk takes no files."""
    return Answer(Ending.UNWRITABLE, key="watch_unwritable", fields={"reason": explain_disk(error)})
