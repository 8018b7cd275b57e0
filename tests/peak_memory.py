"""The most memory that this process has held, since it became the program that it is."""

from __future__ import annotations

from pathlib import Path


def read_peak() -> int:
    """Peak of the resident memory, kB (VmHWM of Linux).

    `ru_maxrss` of a process just started is that of the process it was started from, until it has grown beyond it.
    """
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name == "VmHWM":
            return int(value.split()[0])
    raise RuntimeError("this system does not tell how much memory a process has held")
