"""Who works: chunks reach processes, and a scenario that dies, hangs, raises or eats takes nobody with it."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest
import sweep_driver
import sweep_work
from sweep_work import (
    BOOM,
    BRISK,
    FULL_DISK,
    HANGS,
    HOARDS,
    HUNGRY,
    INFEASIBLE,
    KILLED,
    MAKE_WORK,
    RAISES,
    SLOW,
    list_under_way,
    read_kept,
)

from runners.sweeps.chunk import Answer, Chunk, Ending, Limits, Task
from runners.sweeps.counts import PoolEnd, Tally
from runners.sweeps.pool import PoolOptions, run_chunks
from runners.sweeps.process import WorkerProcess
from runners.sweeps.retry_queue import Ledger
from runners.sweeps.sweep_progress import Silence, Watch

PATIENCE = 20.0
LIMITS = Limits(pause_seconds=0.01)
SILENCE = Silence()
ONE, TWO = PoolOptions(workers=1, lang="en"), PoolOptions(workers=2, lang="en")


@dataclass
class Run:
    """A pool that ran in a folder: how it ended, and what it called crashed."""

    end: PoolEnd
    crashed: list[tuple[int, str]]
    kept: list[int]


class Heard(Silence):
    """A watch that remembers what it was told."""

    def __init__(self) -> None:
        self.told: dict[str, object] = {}

    def tell(self, key: str, **fields: object) -> None:
        self.told.setdefault(key, fields)


def run(
    folder: Path,
    chunks: Iterable[Chunk],
    options: PoolOptions = ONE,
    limits: Limits = LIMITS,
    make_work: str = MAKE_WORK,
    watch: Watch = SILENCE,
) -> Run:
    crashed: list[tuple[int, str]] = []
    task = Task(make_work, folder / "setup", limits)
    end = run_chunks(task, chunks, options, watch, Tally(99), lambda *crash: crashed.append(crash))
    return Run(end, crashed, read_kept(folder))


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def start_driver(folder: Path, scenario: int = SLOW, count: int = 50) -> subprocess.Popen[str]:
    """A driver in a session of its own, with both its workers at work."""
    words = [sys.executable, str(Path(sweep_driver.__file__)), str(folder), str(scenario), str(count)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    driver = subprocess.Popen(words, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True)
    wait_for(lambda: len(list_under_way(folder)) >= 2)
    return driver


def list_workers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "runners.sweeps.worker" in child.cmdline()]


def count_asides(folder: Path) -> int:
    return len(list(folder.glob(".*.aside")))


@pytest.mark.slow
def test_every_scenario_is_done_once(tmp_path: Path) -> None:
    chunks = [Chunk(f"c{n}", (2 * n, 2 * n + 1)) for n in range(5)]
    done = run(tmp_path, chunks, TWO)
    assert done.kept == list(range(10))
    assert (done.end.exit_code, done.end.tally.done, done.end.tally.counts) == (0, 10, {"optimal": 10})


def test_no_more_workers_start_than_there_are_chunks_and_each_steps_back_behind_others(tmp_path: Path) -> None:
    run(tmp_path, [Chunk("only", (1,))], PoolOptions(workers=8))
    _, _, niceness = (tmp_path / "only.done").read_text().split()
    assert int(niceness) == min(os.nice(0) + 10, 19)
    assert list_workers() == []


def test_nothing_to_do_is_done_at_once(tmp_path: Path) -> None:
    assert run(tmp_path, []).end.exit_code == 0


@pytest.mark.slow
def test_a_poison_scenario_is_isolated_and_the_fifteen_others_are_done_once(tmp_path: Path) -> None:
    """Sixteen die with it, then eight, four, two and one: five processes; the rest is kept in halves."""
    scenarios = (*range(10), KILLED, *range(11, 16))
    done = run(tmp_path, [Chunk("c", scenarios)])
    assert done.crashed == [(KILLED, "the process died (SIGKILL)")]
    assert done.kept == sorted(set(scenarios) - {KILLED})
    assert done.end.tally.counts == {"optimal": 15, "crashed": 1}
    assert done.end.tally.failures == ((KILLED, "the process died (SIGKILL)"),)
    assert done.end.exit_code == 4


@pytest.mark.slow
def test_a_crash_quotes_the_last_words_of_the_process(tmp_path: Path) -> None:
    done = run(tmp_path, [Chunk("c", (BOOM,))])
    assert done.crashed == [(BOOM, "the process died (SIGABRT) (terminate called: boom)")]


def test_a_worker_killed_from_outside_loses_nothing(tmp_path: Path) -> None:
    """The chunk has one scenario, which is innocent: it is tried again as it is."""

    def kill_first() -> Iterable[Chunk]:
        yield Chunk("slow", (SLOW,))
        wait_for((tmp_path / "begun-slow").exists)
        list_workers()[0].kill()
        yield Chunk("quick", (1,))

    done = run(tmp_path, kill_first(), TWO)
    assert done.kept == [1, SLOW]
    assert (done.crashed, done.end.exit_code) == ([], 0)


@pytest.mark.slow
def test_work_that_raises_is_our_fault_and_the_others_go_on(tmp_path: Path) -> None:
    done = run(tmp_path, [Chunk("bad", (RAISES, 1)), Chunk("good", (2, 3))])
    line = next(
        n for n, text in enumerate(Path(sweep_work.__file__).read_text().splitlines(), 1) if "a mistake of ours" in text
    )
    assert done.end.tally.faults == (("bad", f"ValueError: a mistake of ours (sweep_work.py:{line})"),)
    assert (done.kept, done.end.tally.broken, done.end.exit_code) == ([2, 3], 2, 1)


@pytest.mark.slow
def test_a_worker_that_hangs_is_ended_and_its_scenario_isolated(tmp_path: Path) -> None:
    limits = Limits(scenario_seconds=0.5, spare_seconds=0.1)
    done = run(tmp_path, [Chunk("c", (1, HANGS))], limits=limits)
    assert done.crashed == [(HANGS, "no answer in 1 s; the process was ended")]
    assert done.kept == [1]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is kept on Linux only")
def test_a_scenario_that_eats_memory_is_isolated(tmp_path: Path) -> None:
    done = run(tmp_path, [Chunk("c", (1, HUNGRY, 2))], limits=Limits(memory_mb=500))
    assert done.crashed == [(HUNGRY, "it ran out of memory; raise sweep.memory_mb if the machine has more")]
    assert done.kept == [1, 2]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is kept on Linux only")
def test_a_scenario_that_others_left_no_memory_is_tried_in_a_fresh_process(tmp_path: Path) -> None:
    """Each keeps 300 MB of the 500 that a process may have: the second is hungry in the first's, not in its own."""
    watch = Heard()
    chunks = [Chunk(f"c{n}", (HOARDS,)) for n in range(3)]
    done = run(tmp_path, chunks, limits=Limits(memory_mb=500), watch=watch)
    assert (done.kept, done.crashed, done.end.exit_code) == ([HOARDS] * 3, [], 0)
    assert watch.told["watch_replaced"] == {
        "death": "it ran out of memory; raise sweep.memory_mb if the machine has more"
    }


@pytest.mark.slow
def test_memory_that_was_asked_for_and_never_touched_is_not_counted(tmp_path: Path) -> None:
    """Half a gigabyte of stacks and arenas, set aside before the limit holds, leaves the whole limit to the work."""
    done = run(tmp_path, [Chunk("c", (HOARDS,))], limits=Limits(memory_mb=450), make_work="sweep_work:make_roomy")
    assert (done.kept, done.crashed) == ([HOARDS], [])


@pytest.mark.slow
def test_an_infeasible_scenario_is_told_and_the_sweep_ends_with_four(tmp_path: Path) -> None:
    done = run(tmp_path, [Chunk("c", (1, INFEASIBLE))])
    assert (done.end.exit_code, done.end.tally.failures) == (4, ((INFEASIBLE, "no plan"),))


@pytest.mark.slow
def test_a_full_disk_ends_the_sweep_in_clear_words(tmp_path: Path) -> None:
    done = run(tmp_path, [Chunk("full", (FULL_DISK,)), Chunk("next", (1,))])
    assert done.end.obstacle == (
        "The sweep cannot write its files: No space left on device. "
        "Make room or give write access, and run the same command again."
    )
    assert (done.kept, done.end.exit_code) == ([], 2)


@pytest.mark.slow
def test_a_crash_that_cannot_be_kept_ends_the_sweep_too(tmp_path: Path) -> None:
    def refuse(scenario: int, message: str) -> None:
        raise OSError(30, "Read-only file system")

    task = Task(MAKE_WORK, tmp_path / "setup", Limits(memory_mb=500))
    end = run_chunks(task, [Chunk("c", (HUNGRY,))], ONE, Silence(), Tally(1), refuse)
    assert end.obstacle is not None
    assert end.obstacle.startswith("The sweep cannot write its files: Read-only file system.")
    assert (end.exit_code, end.tally.done) == (2, 0)


@pytest.mark.slow
def test_a_worker_that_cannot_be_made_ready_is_our_fault(tmp_path: Path) -> None:
    end = run(tmp_path, [Chunk("c", (1,))], make_work="sweep_work:make_none").end
    assert end.obstacle is not None
    assert end.obstacle.startswith("No worker can start: ValueError: no such case (sweep_work.py:")
    assert end.exit_code == 1


@pytest.mark.slow
def test_workers_that_die_before_they_are_ready_are_not_started_for_ever(tmp_path: Path) -> None:
    """The machine is named as the cause: nothing of ours ends its own process."""
    end = run(tmp_path, [Chunk("c", (1,))], make_work="sweep_work:make_corpse").end
    assert end.obstacle == (
        "8 workers in a row died before they were ready: the process died (SIGKILL). The machine ends them, most "
        "likely for want of memory. See what else runs there, ask for fewer with sweep.workers, and run the same "
        "command again."
    )
    assert end.exit_code == 2


@pytest.mark.slow
def test_workers_that_die_in_their_start_are_waited_for_and_said(tmp_path: Path) -> None:
    """Twice the machine has no room; the third gets ready, and what was to be done is done once."""
    watch = Heard()
    done = run(tmp_path, [Chunk("c", (1,)), Chunk("d", (2,))], TWO, make_work="sweep_work:make_late", watch=watch)
    assert (done.kept, done.crashed, done.end.exit_code) == ([1, 2], [], 0)
    assert watch.told["watch_start_failed"] == {"death": "the process died (SIGKILL)"}


@pytest.mark.slow
def test_a_worker_that_somebody_stopped_is_told(tmp_path: Path) -> None:
    watch = Heard()
    stopped: list[int] = []

    def stop_first() -> Iterable[Chunk]:
        yield Chunk("slow", (SLOW,))
        wait_for((tmp_path / "begun-slow").exists)
        stopped.append(list_workers()[0].pid)
        os.kill(stopped[0], signal.SIGSTOP)
        Thread(target=lambda: (wait_for(lambda: watch.told), os.kill(stopped[0], signal.SIGCONT))).start()
        yield Chunk("quick", (1,))

    done = run(tmp_path, stop_first(), TWO, watch=watch)
    assert watch.told["watch_halted"] == {"pid": stopped[0]}
    assert (done.kept, done.end.exit_code) == ([1, SLOW], 0)


def test_a_mistake_among_the_chunks_leaves_no_process_behind(tmp_path: Path) -> None:
    def chunks() -> Iterable[Chunk]:
        yield Chunk("c", (SLOW,))
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        run(tmp_path, chunks(), TWO)
    assert list_workers() == []


@pytest.mark.slow
def test_a_worker_that_its_leader_forgot_ends_by_itself(tmp_path: Path) -> None:
    worker = WorkerProcess.start(Task(MAKE_WORK, tmp_path / "setup", Limits(idle_seconds=0.1)))
    wait_for(lambda: not worker.alive)
    worker.kill()


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_one_signal_finishes_what_runs_and_begins_nothing_new(tmp_path: Path, number: int, code: int) -> None:
    """As from a terminal or a batch system: the signal goes to the whole group of processes, workers too."""
    driver = start_driver(tmp_path)
    begun = {path.name.removeprefix("begun-") for path in tmp_path.glob("begun-*")}
    os.killpg(driver.pid, number)
    _, said = driver.communicate(timeout=PATIENCE)
    assert driver.returncode == code
    assert "Stopping: chunks under way (2) are finished and kept. The same signal again stops at once." in said
    assert {path.stem for path in tmp_path.glob("*.done")} >= begun
    assert len(list(tmp_path.glob("*.done"))) == len(list(tmp_path.glob("begun-*"))) < 6


@pytest.mark.slow
def test_a_second_signal_stops_at_once_with_nothing_half_written(tmp_path: Path) -> None:
    driver = start_driver(tmp_path, HANGS)
    workers = psutil.Process(driver.pid).children()
    driver.send_signal(signal.SIGINT)
    time.sleep(0.7)
    assert driver.poll() is None
    driver.send_signal(signal.SIGINT)
    driver.communicate(timeout=PATIENCE)
    assert driver.returncode == 130
    assert not any(worker.is_running() for worker in workers)
    assert count_asides(tmp_path) == 0


def test_a_driver_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    driver = start_driver(tmp_path, HANGS)
    workers = psutil.Process(driver.pid).children()
    assert len(workers) == 2
    driver.kill()
    driver.communicate(timeout=PATIENCE)
    wait_for(lambda: not any(worker.is_running() for worker in workers))


@pytest.mark.slow
def test_an_idle_worker_that_was_killed_is_replaced_without_blame(tmp_path: Path) -> None:
    """The second worker has nothing to do while the first is at its slow chunk; it is killed, and work comes again."""

    def kill_idle() -> Iterable[Chunk]:
        yield Chunk("quick", (1,))
        yield Chunk("slow", (SLOW,) * 3)
        wait_for((tmp_path / "quick.done").exists)
        for worker in list_workers():
            worker.kill()
        yield from (Chunk(f"c{n}", (10 + n,)) for n in range(3))

    done = run(tmp_path, kill_idle(), TWO)
    assert done.kept == sorted([1, *(SLOW,) * 3, 10, 11, 12])
    assert (done.crashed, done.end.exit_code) == ([], 0)


@pytest.mark.slow
def test_twenty_random_kills_of_workers_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    """Chunks of 0.4 s, a kill every half second: what dies is tried again in halves, and nobody is called crashed.

    A kill waits until something was done since the last: workers that die while they start are another test.
    """
    killed = []
    ended = Event()

    def kill_some() -> None:
        dice = random.Random(7)
        done = 0
        while len(killed) < 20 and not ended.wait(0.5 * dice.uniform(0.5, 1.5)):
            workers = list_workers()
            if workers and len(read_kept(tmp_path)) > done:
                done = len(read_kept(tmp_path))
                killed.append(dice.choice(workers).kill())

    def draw_chunks() -> Iterable[Chunk]:
        for n in itertools.takewhile(lambda _: len(killed) < 20, itertools.count()):
            yield Chunk(f"c{n}", (n, *(BRISK,) * 7))

    killer = Thread(target=kill_some)
    killer.start()
    try:
        done = run(tmp_path, draw_chunks(), TWO)
    finally:
        ended.set()
        killer.join()
    assert len(killed) == 20
    kept = [scenario for scenario in done.kept if scenario != BRISK]
    assert kept == list(range(len(kept)))
    assert len(done.kept) == done.end.tally.done == 8 * len(kept)
    assert (done.crashed, done.end.exit_code) == ([], 0)


def test_a_pause_that_ends_between_two_looks_leaves_nothing_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock passes the end of the pause right after the piece was not taken: the pool must look again, not end."""
    times = iter([0.0])
    ledger = Ledger([Chunk("c", (1,))], Tally(1), lambda *_: None, SILENCE, "en", pause=1.0)
    piece = ledger.take()
    assert piece is not None
    monkeypatch.setattr("runners.sweeps.retry_queue.monotonic", lambda: next(times, 5.0))
    ledger.settle(piece, Answer(Ending.STILLBORN, key="watch_died", fields={"how": "SIGKILL", "said": ""}))
    assert ledger.pending
    assert ledger.take() == piece
    assert not ledger.pending


def test_deaths_in_company_and_the_first_alone_are_nobodys_fault() -> None:
    """Four scenarios in one process that dies, halves that die, one alone: then three processes of its own are its."""
    buried: list[int] = []
    ledger = Ledger([Chunk("c", (1, 2, 3, 4))], Tally(4), lambda row, _: buried.append(row), SILENCE, "en")
    died = Answer(Ending.DIED, key="watch_died_memory")
    alone = []
    while (piece := ledger.take()) is not None:
        if 4 in piece.chunk.scenarios:
            alone += [piece.fresh] if len(piece.chunk.scenarios) == 1 else []
            ledger.settle(piece, died)
    assert (alone, buried) == ([False, True, True, True], [4])
