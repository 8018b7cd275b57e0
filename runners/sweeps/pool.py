"""Who works on this machine: processes that take one chunk each, and are replaced when they die."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from time import sleep

from conf.words import LANGUAGES
from runners.sweeps.chunk import DEATHS, Chunk, Ending, Limits, Task, find_module
from runners.sweeps.counts import PoolEnd, Tally
from runners.sweeps.process import WorkerProcess
from runners.sweeps.retry_queue import Ledger, Piece, RecordCrash
from runners.sweeps.stop import Stop, listen_for_stop
from runners.sweeps.sweep_progress import Watch

TICK = 0.2
"""Seconds between two looks at clocks and signals, where no worker has anything to say."""
LOST = (*DEATHS, Ending.STILLBORN, Ending.UNREADY)
"""Endings after which a worker is not used again."""


@dataclass(frozen=True)
class PoolOptions:
    """How many work, and in which language their fates are told."""

    workers: int | None = None
    """Processes; None: as many as this program may use cores."""
    lang: str = LANGUAGES[0]

    def count_workers(self) -> int:
        """How many processes to start at most."""
        if self.workers is not None:
            return self.workers
        return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@contextmanager
def start_ahead(make_work: str, limits: Limits, count: int) -> Iterator[list[WorkerProcess]]:
    """Processes that load what they need while their task is prepared; those that nobody took are ended."""
    ahead = [WorkerProcess(find_module(make_work), limits) for _ in range(count)]
    try:
        yield ahead
    finally:
        for worker in ahead:
            worker.kill()


def run_chunks(
    task: Task,
    chunks: Iterable[Chunk],
    options: PoolOptions,
    watch: Watch,
    tally: Tally,
    record_crash: RecordCrash,
    ahead: list[WorkerProcess] | None = None,
) -> PoolEnd:
    """Have every chunk solved, and tell how it ended.

    A chunk whose process dies is tried again in halves until the scenario that kills is alone, and dies in a fresh
    process; that one goes to `record_crash`, once. Where workers die in their start, fewer are started, after a pause.
    Ctrl-C, SIGTERM or SIGHUP lets running chunks finish, a second one kills them.

    Args:
        task: what each worker does, and within which limits.
        chunks: drawn one by one, as workers get free.
        options: how many work.
        watch: is shown the tally as it grows.
        tally: how many scenarios there are and how many are done already.
        record_crash: keeps a crashed scenario in the sweep's files.
        ahead: processes of `start_ahead` for this task, which are taken from the list.
    """
    ledger = Ledger(chunks, tally, record_crash, watch, options.lang, task.limits.pause_seconds)
    with listen_for_stop() as stop, _hire(task, options.count_workers(), ahead) as crew:
        while not stop.at_once:
            if not stop.asked:
                crew.assign(ledger)
            if not crew.pieces and (stop.asked or not ledger.pending):
                break
            watch.show(ledger.tally)
            crew.collect(ledger, stop)
            crew.tell_halted(watch)
            if stop.asked:
                watch.tell("watch_stopping", running=len(crew.pieces))
        watch.show(ledger.tally)
        return ledger.close(stop.signal)


@dataclass
class _Crew:
    """The processes of a pool: the idle ones, and the piece that each of the others has."""

    task: Task
    size: int
    idle: list[WorkerProcess] = field(default_factory=list)
    pieces: dict[WorkerProcess, Piece] = field(default_factory=dict)

    def assign(self, ledger: Ledger) -> None:
        """Give every worker that is free, or could be started, a piece."""
        while len(self.pieces) < max(self.size - ledger.fewer, 1) and (piece := ledger.take()) is not None:
            worker = WorkerProcess.start(self.task) if piece.fresh else call_worker(self.idle, self.task)
            self.pieces[worker] = piece
            worker.give(piece.chunk)

    def collect(self, ledger: Ledger, stop: Stop) -> None:
        """Wait a moment for answers, and enter those that came."""
        if not self.pieces:
            sleep(TICK)
        wait([worker.pipe for worker in self.pieces], timeout=TICK)
        for worker, piece in list(self.pieces.items()):
            answer = worker.poll()
            if answer is None:
                continue
            del self.pieces[worker]
            if answer.ending in LOST:
                worker.kill()
            else:
                self.idle.append(worker)
            ledger.settle(piece, answer)
            if stop.at_once:
                return

    def tell_halted(self, watch: Watch) -> None:
        """Say which workers somebody has stopped: what they hold stays undone until they go on."""
        for worker in self.pieces:
            if worker.halted:
                watch.tell("watch_halted", pid=worker.pid)


def call_worker(idle: list[WorkerProcess], task: Task) -> WorkerProcess:
    """One of the idle workers, taken from the list, or a new one; those that died while idle are cleared away."""
    with suppress(IndexError):  # of the list when it is empty, also where another thread took the last
        while not (worker := idle.pop()).alive:
            worker.kill()
        worker.take_up(task)
        return worker
    return WorkerProcess.start(task)


@contextmanager
def _hire(task: Task, size: int, ahead: list[WorkerProcess] | None) -> Iterator[_Crew]:
    """A crew of which nobody is left behind."""
    crew = _Crew(task, size, [] if ahead is None else ahead)
    try:
        yield crew
    finally:
        for worker in (*crew.idle, *crew.pieces):
            worker.kill()
