"""Mutations of everything that a person hands to the program, and what must not come of them.

    python tests/fuzzing.py [--count 10000] [--seed 1] [--seconds 1700] [--only KIND[:NUMBER]] [--workers 2]

Each trial is one command line of a spoiled case, override, design table, workbook or run folder, made from the seed and
its own number alone, so that `--only cases:17` makes it again. A fault is an exception that gets out, exit code 1, a
warning of a library, more than `LONGEST` seconds or `MOST_MEMORY` bytes, or anything written by a command that refused.
Commands run in this process, a sample of them in one of their own.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from random import Random
from time import monotonic
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parent))

from fuzzed import MAKERS, Bench, Trial
from peak_memory import read_peak

from runners.cli import main
from runners.exit_codes import BAD_INPUT, OUR_FAULT

Key = TypeVar("Key")
LONGEST = 20
"""Seconds of processor time that a command may take, so that a loaded machine makes no faults."""
LOADED = 6
"""Times as long it may take by the clock, for one that waits and does nothing."""
MOST_MEMORY = 2**30
SHARES = {"overrides": 0.45, "cases": 0.3, "designs": 0.12, "workbooks": 0.08, "runs": 0.05}
"""Which part of all trials is of which kind."""
SAMPLE = 400
"""One trial in so many runs in a process of its own."""
MOST_SHOWN = 10


@dataclass(frozen=True)
class Fault:
    """What came of a trial that must not."""

    trial: Trial
    what: str

    def tell(self) -> str:
        """Which trial, its words, and what came of it."""
        trial = self.trial
        return f"{trial.kind}:{trial.number} ({trial.told})\n{' '.join(trial.words)[:500]}\n{self.what}"


@dataclass(frozen=True)
class Figures:
    """What came of all trials: how many of each kind, exit codes, and every fault."""

    counts: Mapping[str, int]
    codes: Mapping[int, int]
    faults: tuple[Fault, ...]
    seconds: float
    longest: float
    memory: int

    def tell(self) -> str:
        """The figures in lines."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.counts.items())
        codes = ", ".join(f"{code}: {count}" for code, count in sorted(self.codes.items()))
        lines = [
            f"{sum(self.counts.values())} mutations ({kinds}) in {self.seconds:.0f} s",
            f"exit codes {codes}; longest {self.longest:.1f} s; most memory {self.memory / 2**20:.0f} MB",
            f"{len(self.faults)} faults",
        ]
        return "\n".join([*lines, *(f"\n{fault.tell()}" for fault in self.faults[:MOST_SHOWN])])


class _Late(BaseException):
    """A command that takes too long."""


def run_trials(
    seed: int,
    count: int,
    seconds: float,
    only: str = "",
    say: Callable[[Fault], None] = lambda _: None,
    part: int = 0,
    parts: int = 1,
) -> Figures:
    """Make and run trials, or one part of several of them; stops when the time is out.

    `say` is told of each fault as it is found.
    """
    counts, codes, faults = Counter[str](), Counter[int](), list[Fault]()
    longest, limit = 0.0, resource.getrlimit(resource.RLIMIT_DATA)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        bench, began = Bench.prepare(Path(folder)), monotonic()
        resource.setrlimit(resource.RLIMIT_DATA, (_read_data() + MOST_MEMORY, limit[1]))
        try:
            for place, (kind, number) in enumerate(islice(list_numbers(count, only), part, None, parts)):
                if monotonic() - began > seconds:
                    break
                trial = make_trial(kind, number, seed, bench)
                started = monotonic()
                code, fault = run_trial(trial, bench, apart=place % SAMPLE == SAMPLE - 1)
                longest = max(longest, monotonic() - started)
                counts[kind] += 1
                codes[code] += 1
                if fault:
                    faults.append(fault)
                    say(fault)
                bench.clear()
        finally:
            resource.setrlimit(resource.RLIMIT_DATA, limit)
    memory = read_peak() * 1024
    return Figures(counts, codes, tuple(faults), monotonic() - began, longest, memory)


def run_beside(seed: int, count: int, seconds: float, only: str, workers: int) -> Figures:
    """Make and run trials in several processes."""
    if workers == 1:
        return run_trials(seed, count, seconds, only, show)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        begun = [pool.submit(run_trials, seed, count, seconds, only, show, part, workers) for part in range(workers)]
        figures = [one.result() for one in begun]
    return Figures(
        merge([one.counts for one in figures]),
        merge([one.codes for one in figures]),
        tuple(fault for one in figures for fault in one.faults),
        max(one.seconds for one in figures),
        max(one.longest for one in figures),
        max(one.memory for one in figures),
    )


def merge(parts: Sequence[Mapping[Key, int]]) -> Counter[Key]:
    """Sums of counts by key."""
    return sum(map(Counter, parts), Counter())


def show(fault: Fault) -> None:
    """Tell a fault as it is found."""
    print(fault.tell(), file=sys.stderr, flush=True)


def list_numbers(count: int, only: str = "") -> Iterator[tuple[str, int]]:
    """Kind and number of each trial, the kinds mixed as `SHARES` say."""
    kind, _, number = only.partition(":")
    if number:
        yield kind, int(number)
        return
    done = dict.fromkeys([kind] if kind else SHARES, 0)
    for _ in range(count):
        behind = min(done, key=lambda one: done[one] / SHARES[one])
        yield behind, done[behind]
        done[behind] += 1


def make_trial(kind: str, number: int, seed: int, bench: Bench) -> Trial:
    """The trial of a kind and number: the same for the same seed."""
    return MAKERS[kind](Random(f"{seed} {kind} {number}"), bench, number)


def run_trial(trial: Trial, bench: Bench, apart: bool = False) -> tuple[int, Fault | None]:
    """Run the words of a trial; gives the exit code, and the fault where there is one."""
    before = bench.list_files()
    code, said = (_run_apart if apart else _run_here)(trial.words)
    if said:
        return code, Fault(trial, said)
    if code == OUR_FAULT:
        return code, Fault(trial, "exit code 1")
    new = sorted(bench.list_files() - before - trial.allowed)
    if code == BAD_INPUT and new:
        return code, Fault(trial, f"refused, and wrote {new}")
    return code, None


def _run_here(words: Sequence[str]) -> tuple[int, str]:
    """The exit code, and what is wrong with how it ended (blank: nothing)."""
    out, err = io.StringIO(), io.StringIO()
    with warnings.catch_warnings(record=True) as warned, _limit_time():
        warnings.simplefilter("always", RuntimeWarning)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main(list(words))
        except _Late:
            return OUR_FAULT, f"longer than {LONGEST} s"
        except BaseException:
            return OUR_FAULT, traceback.format_exc(limit=-4)
    if told := [str(one.message) for one in warned if issubclass(one.category, RuntimeWarning)]:
        return code, f"warned: {told[0]}"
    if code == BAD_INPUT and not err.getvalue().strip():
        return code, "refused without a word"
    return code, "a traceback was shown" if "Traceback (most" in out.getvalue() + err.getvalue() else ""


def _run_apart(words: Sequence[str]) -> tuple[int, str]:
    """The same in a process of its own."""
    script = "import sys; from runners.cli import main; sys.exit(main())"
    try:
        done = subprocess.run(
            [sys.executable, "-c", script, *words], capture_output=True, timeout=LOADED * LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return OUR_FAULT, f"longer than {LOADED * LONGEST} s in a process of its own"
    except ValueError as error:  # a word that no process can be given
        return BAD_INPUT, "" if "null byte" in str(error) else str(error)
    said = done.stderr.decode("utf-8", "replace")
    return done.returncode, said[-2000:] if "Traceback" in said or done.returncode < 0 else ""


@contextlib.contextmanager
def _limit_time() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise _Late

    before = {number: signal.signal(number, stop) for number in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    signal.alarm(LONGEST * LOADED)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _read_data() -> int:
    """Bytes of data that the process has, as the limit counts them."""
    pages = int(Path("/proc/self/statm").read_text().split()[5])
    return pages * os.sysconf("SC_PAGESIZE")


def run_command(argv: Sequence[str] | None = None) -> int:
    """Read the words after the script, print the figures; gives 1 where there are faults."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1700.0)
    parser.add_argument("--only", default="")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    asked = parser.parse_args(argv)
    alone = 1 if ":" in asked.only else asked.workers
    figures = run_beside(asked.seed, asked.count, asked.seconds, asked.only, alone)
    print(figures.tell(), flush=True)
    return 1 if figures.faults else 0


Maker = Callable[[Random, Bench, int], Trial]

if __name__ == "__main__":
    sys.exit(run_command())
