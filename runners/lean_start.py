"""What a command of ours leaves unloaded: arrays of dask, which xarray would load to see that there are none."""

from __future__ import annotations

import sys

ABSENT = ("dask", "dask.array")


def leave_out_dask() -> None:
    """Let xarray find no dask, once; whoever else imports it has it.

    The first variable that xarray makes looks whether its data is one of dask's arrays, and imports all of
    `dask.array` and `scipy.fft` for that: six tenths of a second of every command, of every worker of a sweep.
    It remembers what it found. Where dask is loaded already nothing is left out.
    """
    import xarray as xr

    if any(name in sys.modules for name in ABSENT):
        return
    sys.modules.update(dict.fromkeys(ABSENT))  # type: ignore[arg-type]
    try:
        xr.Variable((), 0.0)
    finally:
        for name in ABSENT:
            sys.modules.pop(name, None)
