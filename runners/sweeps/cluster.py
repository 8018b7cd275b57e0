"""Who works on a cluster: Dask carries chunks to other machines, or to this one, with the same rules as the pool."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from conf.words import say
from runners.exit_codes import BAD_INPUT
from runners.sweeps.chunk import Answer, Chunk, Ending, Limits, Task
from runners.sweeps.counts import PoolEnd, Tally
from runners.sweeps.node import dismiss_node, do_chunk, hold_node
from runners.sweeps.pool import TICK, PoolOptions
from runners.sweeps.retry_queue import Ledger, Piece, RecordCrash
from runners.sweeps.stop import Stop, listen_for_stop
from runners.sweeps.sweep_progress import Watch
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    from distributed import Client, Future

AHEAD = 2
"""Chunks under way for each thread of the cluster: one to work at, one to begin without waiting for us."""
COUNT_SECONDS = 2.0
"""How often to ask how large the cluster is: its workers come and go."""
CALL_SECONDS = 10.0
"""How long to wait for the scheduler or a worker to reply."""
NODE_MEMORY_MB = 1000
"""What a Dask worker needs beside the processes that it leads."""
TEST_ONLY = "--test-only"
"""Slurm's own look at a script, of which nothing is run."""
PLACEHOLDER = "tcp://SCHEDULER:PORT"
"""The address in a job script that is only shown."""
DASK_SETTINGS = {"distributed.scheduler.allowed-failures": 0, "distributed.scheduler.worker-saturation": 1.0}
"""For schedulers of our own: whatever its worker took along comes back at once, and chunks wait at the scheduler."""


@dataclass(frozen=True)
class SlurmOptions:
    """What to ask of Slurm. Each job is one Dask worker, leading one process per core."""

    jobs: int = 1
    cores: int = 8
    """Cores of a job, and processes in it; `sweep.memory_mb` is asked for each."""
    partition: str | None = None
    account: str | None = None
    walltime: str = "12:00:00"
    python: str = sys.executable
    """The interpreter on the compute nodes, with Fardplan installed."""
    prologue: tuple[str, ...] = ()
    """Lines of the job script before the worker starts, such as `module load python/3.11`."""
    directives: tuple[str, ...] = ()
    """Further `#SBATCH` options, such as `--qos=low`."""
    interface: str | None = None
    """The network that scheduler and workers share, such as `ib0`."""
    scratch: str | None = None
    """A fast folder of the compute nodes for Dask's own files."""
    logs: str | None = None
    """A folder for what the jobs print; None: where Slurm puts it."""


@dataclass(frozen=True)
class ClusterOptions:
    """Which cluster: Slurm's where `slurm` is given, one that runs where `address` is, else one on this machine."""

    workers: int | None = None
    """Processes of a cluster on this machine; None: as many as this program may use cores."""
    address: str | None = None
    """`tcp://host:8786`, or the path of a scheduler file."""
    slurm: SlurmOptions | None = None
    wait_seconds: float = 30.0
    """How long to try to reach the address."""


def run_on_cluster(
    task: Task,
    chunks: Iterable[Chunk],
    options: PoolOptions,
    cluster: ClusterOptions,
    watch: Watch,
    tally: Tally,
    record_crash: RecordCrash,
) -> PoolEnd:
    """Have every chunk solved on a cluster, as `run_chunks` does on this machine.

    Few chunks are under way at a time. One whose Dask worker is lost is tried again in halves. When the sweep stops,
    what runs is finished and what waits is called off.

    Raises:
        CaseError: the cluster cannot be reached, or there is no Slurm here.
    """
    ledger = Ledger(chunks, tally, record_crash, watch, options.lang, task.limits.pause_seconds)
    with listen_for_stop() as stop, _connect(cluster, options, task.limits) as client:
        field = _Field(client, task)
        try:
            _lead(field, ledger, stop, watch, options.lang)
        finally:
            field.dismiss()
        return ledger.close(stop.signal)


def write_job_script(slurm: SlurmOptions, limits: Limits) -> str:
    """The script that is handed to Slurm for each job; shown before anything is asked of it."""
    from dask_jobqueue.slurm import SLURMJob

    return str(SLURMJob(scheduler=PLACEHOLDER, name="fardplan", **_describe_job(slurm, limits)).job_script())


def _lead(field: _Field, ledger: Ledger, stop: Stop, watch: Watch, lang: str) -> None:
    while not stop.at_once:
        if field.lost:
            ledger.give_up(say("watch_scheduler_lost", lang), BAD_INPUT)
            return
        if stop.asked:
            field.hold()
            watch.tell("watch_stopping", running=len(field.pieces))
        else:
            field.submit(ledger)
        if not field.pieces and (stop.asked or not ledger.pending):
            break
        if not field.threads:
            watch.tell("watch_no_workers")
        watch.show(ledger.tally)
        field.collect(ledger)
    watch.show(ledger.tally)


@dataclass
class _Field:
    """A cluster with the pieces that are under way on it."""

    client: Client
    task: Task
    name: str = field(default_factory=lambda: f"fardplan-{uuid4().hex[:12]}")
    pieces: dict[Future, Piece] = field(default_factory=dict)
    ended: SimpleQueue[Future] = field(default_factory=SimpleQueue)
    held: bool = False
    forgotten: bool = False
    threads: int = 0
    counted: float = -COUNT_SECONDS
    submitted: int = 0

    @property
    def lost(self) -> bool:
        """Whether there is no scheduler that knows of us."""
        return self.forgotten or self.client.status != "running"

    def submit(self, ledger: Ledger) -> None:
        """Send pieces until as many are under way as the cluster can soon begin."""
        while len(self.pieces) < AHEAD * max(1, self._count_threads()) and (piece := ledger.take()) is not None:
            self.submitted += 1
            key = f"{self.name}-{self.submitted}"
            future = self.client.submit(do_chunk, self.name, self.task, piece.chunk, piece.fresh, key=key, pure=False)
            self.pieces[future] = piece
            future.add_done_callback(self.ended.put)

    def collect(self, ledger: Ledger) -> None:
        """Wait a moment for answers, and enter those that came."""
        with suppress(Empty):
            self._settle(self.ended.get(timeout=TICK), ledger)
            while True:
                self._settle(self.ended.get_nowait(), ledger)

    def hold(self) -> None:
        """Let what runs finish, and call the rest off."""
        if self.held:
            return
        self.held = True
        self._tell(hold_node, self.name, self.task)
        promised = {key for keys in self.client.processing().values() for key in keys}
        waiting = [future for future in self.pieces if future.key not in promised and not future.done()]
        self.client.cancel(waiting)
        for future in waiting:
            del self.pieces[future]

    def dismiss(self) -> None:
        """End our processes everywhere; nobody else's."""
        if not self.lost:
            self.client.cancel(list(self.pieces))
            self._tell(dismiss_node, self.name, self.task)

    def _settle(self, future: Future, ledger: Ledger) -> None:
        piece = self.pieces.pop(future, None)
        if piece is None:
            return  # called off
        answer = _read_answer(future)
        if answer is None:
            self.forgotten = True
        else:
            ledger.settle(piece, answer)

    def _tell(self, function: Any, *words: Any) -> None:
        """Run a function in every Dask worker; one that cannot be reached has lost its leader and is left alone."""
        with suppress(OSError, TimeoutError):
            self.client.run(function, *words, on_error="ignore")

    def _count_threads(self) -> int:
        if monotonic() > self.counted + COUNT_SECONDS:
            self.counted = monotonic()
            with suppress(OSError):
                self.threads = sum(self.client.nthreads().values())
        return self.threads


def _read_answer(future: Future) -> Answer | None:
    """What the node said, or what Dask says instead; None where the scheduler has forgotten it."""
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError

    try:
        answer: Answer = future.result(timeout=CALL_SECONDS)
    except FutureCancelledError:
        return None
    except (KilledWorker, TimeoutError) as error:
        return Answer(Ending.DIED, key="watch_died_node", fields={"error": type(error).__name__})
    except Exception as error:
        return Answer(Ending.BROKE, key="watch_broke", fields={"error": f"{type(error).__name__}: {error}"})
    return answer


@contextmanager
def _connect(cluster: ClusterOptions, options: PoolOptions, limits: Limits) -> Iterator[Client]:
    """A client of the cluster, which is started and ended here unless it runs by itself."""
    import dask
    from distributed import Client

    with ExitStack() as stack:
        stack.enter_context(_quieten("distributed"))
        stack.enter_context(dask.config.set(DASK_SETTINGS))
        if cluster.address is not None:
            yield stack.enter_context(_reach(cluster.address, cluster.wait_seconds))
            return
        own: Any = _start_slurm(cluster.slurm, limits) if cluster.slurm else _start_local(cluster.workers, options)
        stack.enter_context(own)
        yield stack.enter_context(Client(own))


def _reach(address: str, seconds: float) -> Client:
    from distributed import Client

    try:
        if "://" in address:
            return Client(address, timeout=seconds)
        if not Path(address).is_file():
            raise CaseError([Problem("cluster_no_file", f"runners.address={address}")])
        return Client(scheduler_file=address, timeout=seconds)
    except (OSError, ValueError, TimeoutError) as error:
        reason = {"seconds": f"{seconds:.0f}"}
        raise CaseError([Problem("cluster_unreachable", f"runners.address={address}", fields=reason)]) from error


def _start_local(workers: int | None, options: PoolOptions) -> Any:
    """One Dask worker on this machine with a thread for each process that it shall lead."""
    from distributed import LocalCluster

    return LocalCluster(
        n_workers=1,
        threads_per_worker=workers if workers is not None else options.count_workers(),
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        memory_limit=0,
        preload=["runners.sweeps.node"],
        silence_logs=logging.CRITICAL,
    )


def _start_slurm(slurm: SlurmOptions, limits: Limits) -> Any:
    from dask_jobqueue import SLURMCluster

    submit, word = SLURMCluster.job_cls.submit_command, f"runners.queue={slurm.partition}"
    if shutil.which(submit) is None:
        raise CaseError([Problem("cluster_no_slurm", word)])
    script = write_job_script(slurm, limits)
    asked = subprocess.run([submit, TEST_ONLY], input=script, capture_output=True, text=True, check=False)
    if asked.returncode:
        said = " ".join(asked.stderr.split()) or str(asked.returncode)
        raise CaseError([Problem("cluster_slurm_refused", word, fields={"reason": said})])
    cluster = SLURMCluster(scheduler_options={"dashboard_address": None}, **_describe_job(slurm, limits))
    cluster.scale(jobs=slurm.jobs)
    return cluster


def _describe_job(slurm: SlurmOptions, limits: Limits) -> dict[str, Any]:
    """The options in the words of dask-jobqueue. Nothing is left to a configuration file of its own."""
    return {
        "job_name": "fardplan",
        "cores": slurm.cores,
        "processes": 1,
        "memory": f"{slurm.cores * limits.memory_mb + NODE_MEMORY_MB} MiB",
        "queue": slurm.partition,
        "account": slurm.account,
        "walltime": slurm.walltime,
        "python": slurm.python,
        "job_script_prologue": list(slurm.prologue),
        "job_extra_directives": list(slurm.directives),
        "worker_extra_args": [],
        "interface": slurm.interface,
        "local_directory": slurm.scratch,
        "log_directory": slurm.logs,
    }


@contextmanager
def _quieten(library: str) -> Iterator[None]:
    """What a library logs about workers that come and go would only disturb the progress; restored afterwards."""
    loggers = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict) if name.startswith(library)]
    before = {logger: logger.level for logger in loggers}
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in before.items():
            logger.setLevel(level)
