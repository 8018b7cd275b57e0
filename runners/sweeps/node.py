"""What a Dask worker does for a sweep: it leads processes of its own, so that nothing a scenario does can reach it.

Solving in a process beside it gives a cluster what the pool has: limits on memory and time, and a scenario that kills
its process is found out where it happens, whatever else the Dask worker does at that moment.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import Any

from runners.sweeps.chunk import Answer, Chunk, Ending, Task
from runners.sweeps.pool import LOST, TICK, call_worker
from runners.sweeps.process import WorkerProcess
from runners.sweeps.stop import SIGNALS


@dataclass
class Node:
    """The processes of one sweep on one Dask worker. It is hung among the worker's plugins, and ends with it."""

    task: Task
    held: bool = False
    """Whether to begin nothing more."""
    idle: list[WorkerProcess] = field(default_factory=list)
    busy: list[WorkerProcess] = field(default_factory=list)

    def do(self, chunk: Chunk, fresh: bool = False) -> Answer:
        """Have a chunk solved, by a process that has done nothing before if `fresh`; returns when it has ended."""
        if self.held:
            return Answer(Ending.SKIPPED)
        worker = WorkerProcess.start(self.task) if fresh else call_worker(self.idle, self.task)
        self.busy.append(worker)
        worker.give(chunk)
        while (answer := worker.poll()) is None:
            wait([worker.pipe], timeout=TICK)
        if answer.ending in LOST:
            worker.kill()
        else:
            self.idle.append(worker)
        self.busy.remove(worker)
        return answer

    def teardown(self, worker: Any = None) -> None:  # noqa: ARG002 - Dask names it
        """End all processes, at once. Dask calls it when its worker closes."""
        self.held = True
        for process in self.busy:
            process.end()  # `do` clears it away
        while self.idle:
            self.idle.pop().kill()


def do_chunk(name: str, task: Task, chunk: Chunk, fresh: bool = False) -> Answer:
    """Run in a thread of a Dask worker: solve a chunk of the sweep of this name."""
    from distributed import get_worker

    return find_node(get_worker(), name, task).do(chunk, fresh)


def find_node(worker: Any, name: str, task: Task) -> Node:
    """The node of the sweep on a Dask worker, made where it is not there yet."""
    node: Node = worker.plugins.setdefault(name, Node(task))
    return node


def hold_node(name: str, task: Task, dask_worker: Any) -> None:
    """Begin nothing more on this Dask worker, however many chunks it was promised."""
    find_node(dask_worker, name, task).held = True


def dismiss_node(name: str, task: Task, dask_worker: Any) -> None:
    """End the processes of the sweep on this Dask worker. The node stays, held, for chunks that come too late."""
    find_node(dask_worker, name, task).teardown()


def dask_setup(_worker: Any) -> None:
    """Leave signals to the leader. Dask calls it in workers on this machine, which a terminal signals as well."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
