"""What a command of ours leaves unloaded: arrays of dask, which xarray would load to see that there are none."""

from __future__ import annotations

import sys

ABSENT = ("dask", "dask.array")


def leave_out_dask() -> None:
    """Let xarray find no dask, once; whoever else imports it has it.

    When it is loaded xarray looks whether there is dask, and the first variable that it makes whether its data is one
    of dask's arrays, for which it imports all of `dask.array` and `scipy.fft`: eight tenths of a second of every
    command, of every worker of a sweep. It remembers what it found. Where dask is loaded already it stays.
    """
    if any(name in sys.modules for name in ABSENT):
        return
    sys.modules.update(dict.fromkeys(ABSENT))  # type: ignore[arg-type]
    try:
        import xarray as xr

        xr.Variable((), 0.0)
    finally:
        for name in ABSENT:
            sys.modules.pop(name, None)
