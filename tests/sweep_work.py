"""Work that behaves as badly as scenarios can; a scenario's number says how, its folder keeps who was done."""

from __future__ import annotations

import errno
import mmap
import os
import signal
import sys
import time
from pathlib import Path

from runners.sweeps.chunk import Chunk, ChunkReport, Work

MAKE_WORK = "sweep_work:make_work"
KILLED, RAISES, HANGS, HUNGRY, FULL_DISK, INFEASIBLE, SLOW, BOOM, BRISK, HOARDS = range(900, 910)
SLOW_SECONDS, BRISK_SECONDS = 1.0, 0.05
HOARD = 300 * 2**20
"""Bytes that one of its kind keeps."""
HOARDED: list[object] = []


def make_work(setup: Path) -> Work:
    """Work that writes its files to the folder of `setup`."""

    def work(chunk: Chunk) -> ChunkReport:
        (setup.parent / f"begun-{chunk.name}").touch()
        for scenario in chunk.scenarios:
            behave(scenario)
        return keep(chunk, setup.parent)

    return work


def make_none(setup: Path) -> Work:
    raise ValueError("no such case")


def make_late(setup: Path) -> Work:
    """Work that is made from the third try on, as on a machine that has no memory left for a while."""
    tries = len(list(setup.parent.glob("try-*")))
    (setup.parent / f"try-{tries}").touch()
    return make_work(setup) if tries >= 2 else make_corpse(setup)


def make_roomy(setup: Path) -> Work:
    """Work of a process that has asked for half a gigabyte which it does not touch."""
    HOARDED.append(mmap.mmap(-1, 512 * 2**20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
    return make_work(setup)


def make_corpse(setup: Path) -> Work:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def behave(scenario: int) -> None:
    if scenario == KILLED:
        os.kill(os.getpid(), signal.SIGKILL)
    elif scenario == RAISES:
        raise ValueError("a mistake of ours")
    elif scenario == HANGS:
        time.sleep(1000)
    elif scenario == HUNGRY:
        bytearray(2**34)
    elif scenario == HOARDS:
        HOARDED.append(bytearray(HOARD))
    elif scenario == FULL_DISK:
        raise OSError(errno.ENOSPC, "full", "somewhere")
    elif scenario == SLOW:
        time.sleep(SLOW_SECONDS)
    elif scenario == BRISK:
        time.sleep(BRISK_SECONDS)
    elif scenario == BOOM:
        print("terminate called: boom", file=sys.stderr, flush=True)
        os.abort()


def keep(chunk: Chunk, folder: Path) -> ChunkReport:
    aside = folder / f".{chunk.name}.aside"
    aside.write_text("\n".join(f"{scenario} {os.getpid()} {os.nice(0)}" for scenario in chunk.scenarios))
    aside.rename(folder / f"{chunk.name}.done")
    bad = tuple((scenario, "no plan") for scenario in chunk.scenarios if scenario == INFEASIBLE)
    counts = {"infeasible": len(bad), "optimal": len(chunk.scenarios) - len(bad)}
    return ChunkReport(chunk.name, len(chunk.scenarios), {k: n for k, n in counts.items() if n}, 0.1, bad)


def read_kept(folder: Path) -> list[int]:
    """Scenarios that were written, as often as they were, in their order."""
    lines = [line for path in folder.glob("*.done") for line in path.read_text().splitlines()]
    return sorted(int(line.split()[0]) for line in lines)


def list_under_way(folder: Path) -> set[str]:
    """Chunks that were begun and are not done."""
    begun = {path.name.removeprefix("begun-") for path in folder.glob("begun-*")}
    return begun - {path.stem for path in folder.glob("*.done")}
