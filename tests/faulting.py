"""What a shared server does to sweeps, over and over: killed drivers and workers, signals, disks, clusters.

    python tests/faulting.py [--kills 200] [--seed 1] [--seconds 3000] [--only NAME]

Each kind of fault is done to sweeps of a small town of 200 scenarios until it was done so often. Whatever happens, no
scenario is lost or solved twice, codes and words are right, and the same command again ends the sweep with the numbers
that were worked out by hand. Prints a line for each kind; ends with 1 where anything was wrong.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent))

import psutil
import pytest
import test_cli
from test_cluster import start_cluster
from test_sweep_faults import (
    COUNT,
    PATIENCE,
    assert_by_hand,
    assert_gone,
    assert_whole,
    count_chunks,
    finish,
    list_children,
    run_mounted,
    start,
    wait_for,
)

from runners.sweep_store.store import open_sweep

LONG = 5 * PATIENCE
"""Seconds that a sweep may take on a machine that others use too."""
MOST_KILLED = 20
"""Workers that are killed in one sweep: before any has started there is none to kill."""
GIVEN_UP = (0, 2)
"""How a sweep may end whose workers are killed all the time: done, or told that the machine lets none start."""


@dataclass
class Course:
    """What is done to sweeps: how often, from which random numbers, until when; and what came of it."""

    words: list[str]
    kills: int
    random: Random
    deadline: float
    done: int = 0
    sweeps: int = 0
    codes: Counter[int] = field(default_factory=Counter)

    @property
    def goes_on(self) -> bool:
        """Whether there is more to do, and time for it."""
        return self.done < self.kills and time.monotonic() < self.deadline

    def name_place(self) -> str:
        """A folder for the next sweep, without neighbours that have its scenarios."""
        self.sweeps += 1
        return f"sweep{self.sweeps}/sweep"

    def end(self, place: str) -> None:
        """The same command to its end: every scenario once, with its number."""
        for _ in range(3):
            code, said = finish(self.words, place, patience=LONG)
            self.codes[code] += 1
            assert "Traceback" not in said, said
            if code == 0:
                break
        assert_by_hand(assert_whole(place))


def kill_drivers(course: Course) -> None:
    """At any moment of a sweep, ten times each; what was kept stays, and the processes go with it."""
    began = time.monotonic()
    code, said = finish(course.words, "measure/sweep", patience=LONG)
    assert code == 0, said
    longest = time.monotonic() - began
    while course.goes_on:
        place, kept = course.name_place(), set[str]()
        for _ in range(min(10, course.kills - course.done)):
            driver = start(course.words, place)
            time.sleep(course.random.uniform(0.05, 1.0) * longest)
            children = list_children(driver)
            driver.kill()
            driver.communicate()
            assert_gone(children)
            course.done += 1
            ids = _list_ids(place)
            assert len(ids) == len(set(ids)), "a scenario is kept twice"
            assert kept <= set(ids), "a scenario that was kept is lost"
            kept = set(ids)
        course.end(place)


def kill_workers(course: Course) -> None:
    """One after the other, at any moment and so in their start as well, up to twenty in a sweep."""
    while course.goes_on:
        place = course.name_place()
        driver = start([*course.words, "sweep.workers=2"], place)
        last = min(course.done + MOST_KILLED, course.kills)
        while course.done < last:
            time.sleep(course.random.uniform(0.05, 1.5))
            workers = list_children(driver)
            if driver.poll() is not None:
                break
            if workers:
                with suppress(psutil.NoSuchProcess):
                    workers[course.random.randrange(len(workers))].kill()
                course.done += 1
        code, said = wait_for(driver, LONG)
        course.codes[code] += 1
        assert code in GIVEN_UP, said
        assert "Traceback" not in said, said
        course.end(place)


def hang_up(course: Course) -> None:
    """SIGHUP to the driver, as when a connection is lost: what runs is finished and kept."""
    _signal_driver(course, signal.SIGHUP)


def ask_to_end(course: Course) -> None:
    """SIGTERM, as a batch system sends it."""
    _signal_driver(course, signal.SIGTERM)


def _signal_driver(course: Course, number: int) -> None:
    while course.goes_on:
        place = course.name_place()
        driver = start([*course.words, "sweep.workers=2"], place)
        _wait(lambda driver=driver, place=place: count_chunks(place) or driver.poll() is not None)
        children = list_children(driver)
        driver.send_signal(number)
        code, said = wait_for(driver, LONG)
        course.codes[code] += 1
        assert code in (128 + number, 0), said
        assert code == 0 or "Everything that was finished is kept." in said, said
        assert_gone(children)
        course.done += 1
        course.end(place)


def stop_workers(course: Course) -> None:
    """SIGSTOP to a worker, and SIGCONT some seconds later: the sweep says so, and ends."""
    while course.goes_on:
        place = course.name_place()
        driver = start([*course.words, "sweep.workers=2"], place)
        _wait(lambda driver=driver: driver.poll() is not None or list_children(driver))
        for worker in list_children(driver)[:1]:
            with suppress(psutil.NoSuchProcess):
                worker.suspend()
                time.sleep(course.random.uniform(0.5, 3.0))
                worker.resume()
        code, said = wait_for(driver, LONG)
        course.codes[code] += 1
        assert code == 0, said
        course.done += 1
        assert_by_hand(assert_whole(place))


def fill_disks(course: Course) -> None:
    """A disk that is full at the first file, among the chunks, or when they are put together."""
    for size in ("20k", "64k", "200k", "1m"):
        _use_disk(course, size, "size=100m", [2, 0])


def protect_disks(course: Course) -> None:
    """A disk that is read-only when the sweep is asked for again."""
    _use_disk(course, "100m", "ro", [0, 2])


def _use_disk(course: Course, size: str, remount: str, expected: Sequence[int]) -> None:
    folder = Path(f"disk{course.sweeps}")
    folder.mkdir()
    course.sweeps += 1
    home = Path.cwd()
    os.chdir(folder)
    try:
        codes, said = run_mounted(course.words, size, remount)
        course.codes.update(codes)
        assert codes == list(expected), said
        assert "Traceback" not in said, said
        assert_by_hand(assert_whole("copy"))
        course.done += 1
    finally:
        os.chdir(home)


def lose_dask_workers(course: Course) -> None:
    """A Dask worker is killed: its chunks go to the other."""
    with start_cluster(Path(tempfile.mkdtemp(dir="."))) as cluster:
        _lose(course, cluster.address, cluster.processes[1], (0,))


def lose_schedulers(course: Course) -> None:
    """The scheduler is killed: the sweep says so, and goes on elsewhere."""
    with start_cluster(Path(tempfile.mkdtemp(dir="."))) as cluster:
        _lose(course, cluster.address, cluster.processes[0], (0, 2))


def _lose(course: Course, address: str, process: object, codes: Sequence[int]) -> None:
    place = course.name_place()
    driver = start([*course.words, "runners=dask", f"runners.address={address}"], place)
    _wait(lambda: count_chunks(place) or driver.poll() is not None)
    for one in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:  # type: ignore[attr-defined]
        one.kill()
    code, said = wait_for(driver, LONG)
    course.codes[code] += 1
    assert code in codes, said
    assert "Traceback" not in said, said
    course.done += 1
    course.end(place)


def _list_ids(place: str) -> list[str]:
    """Scenarios that are kept; none where the folder was not begun."""
    if not (Path(place) / "manifest.json").exists():
        return []
    ids: list[str] = open_sweep(Path(place)).table("scenarios")["id"].tolist()
    return ids


def _wait(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


FAULTS: Mapping[str, tuple[Callable[[Course], None], float]] = {
    "drivers killed": (kill_drivers, 1.0),
    "workers killed": (kill_workers, 1.0),
    "SIGHUP": (hang_up, 0.05),
    "SIGTERM": (ask_to_end, 0.05),
    "workers stopped": (stop_workers, 0.05),
    "full disks": (fill_disks, 0.0),
    "read-only disks": (protect_disks, 0.0),
    "Dask workers killed": (lose_dask_workers, 0.0),
    "Dask schedulers killed": (lose_schedulers, 0.0),
}
"""Kind to what does it, and which part of the kills it has; 0: as often as it is written."""


def run_faults(kills: int, seed: int, seconds: float, only: str = "") -> bool:
    """Do every kind, print its figures; gives whether all went well."""
    good = True
    for name, (act, part) in FAULTS.items():
        if only and name != only:
            continue
        with tempfile.TemporaryDirectory(prefix="faults-") as folder:
            home, began = Path.cwd(), time.monotonic()
            os.chdir(folder)
            case = f"case.path={test_cli.write_case(Path('town').absolute())}"
            factors = ",".join(f"{1 + place / 1000}" for place in range(COUNT))
            words = ["plan", "-m", case, test_cli.NO_SALVAGE, f"adjust.capex.pump={factors}", "sweep.chunk_seconds=5"]
            often = max(1, round(kills * part))
            course = Course([*words, "lang=en"], often, Random(f"{seed} {name}"), began + seconds * max(part, 0.1))
            try:
                act(course)
                told = "nothing lost, nothing twice"
            except pytest.skip.Exception as skipped:
                told = f"left out: {skipped}"
            except AssertionError as error:
                told, good = f"WRONG: {str(error)[-1500:]}", False
            finally:
                os.chdir(home)
            codes = ", ".join(f"{code}: {count}" for code, count in sorted(course.codes.items()))
            took = time.monotonic() - began
            print(
                f"{name}: {course.done} in {course.sweeps} sweeps, codes {codes or 'none'}, {took:.0f} s: {told}",
                flush=True,
            )
    return good


def run_command(argv: Sequence[str] | None = None) -> int:
    """Read the words after the script; gives 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3000.0)
    parser.add_argument("--only", choices=FAULTS, default="")
    asked = parser.parse_args(argv)
    return 0 if run_faults(asked.kills, asked.seed, asked.seconds, asked.only) else 1


if __name__ == "__main__":
    sys.exit(run_command())
