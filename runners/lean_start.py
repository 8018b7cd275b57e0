"""What a command of ours starts without: arrays of dask, which xarray would load to see that there are none, columns of
text in Arrow's form, and threads of linear algebra; and what it does seldom.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

ABSENT, ARROW = ("dask", "dask.array"), ("pyarrow",)
COLLECTED = 500_000
"""Objects made, less those gone, before Python looks for cycles."""
FORTRAN = "numpy.f2py"
THREADS = "OPENBLAS_NUM_THREADS"


def leave_out_threads() -> None:
    """Let numpy work out sums of products in one thread, unless the user said otherwise, before it is loaded.

    Ours are of ten thousand numbers: what a second thread takes to be woken is a thousand times what it saves, and it
    is taken from whoever else is at work. Processes that are started from here do likewise.
    """
    os.environ.setdefault(THREADS, "1")


@contextmanager
def hide_dask() -> Iterator[None]:
    """Let nobody find dask within the block; where it is loaded already it stays."""
    with _hide(ABSENT):
        yield


@contextmanager
def _hide(names: Sequence[str]) -> Iterator[None]:
    """Let nobody find modules within the block; where one of them is loaded already all stay."""
    if any(name in sys.modules for name in names):
        yield
        return
    sys.modules.update(dict.fromkeys(names))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in names:
            sys.modules.pop(name, None)


def leave_out_dask() -> None:
    """Let xarray find no dask, once; whoever else imports it has it.

    When it is loaded xarray looks whether there is dask, and the first variable that it makes whether its data is one
    of dask's arrays, for which it imports all of `dask.array` and `scipy.fft`: eight tenths of a second of every
    command, of every worker of a sweep. It remembers what it found. (When it writes or opens a file it looks for
    dask's workers, anew each time, and would import all of `distributed`.)
    """
    with hide_dask():
        import xarray as xr

        xr.Variable((), 0.0)


def start_lean() -> None:
    """Load pandas and xarray without what a process has no use for that only reads sweeps, if any.

    Before anything else loads them: they remember what they found.
    """
    load_tables()
    load_arrays()


def load_tables() -> None:
    """Of `start_lean` what is about tables alone, for who shows what is there."""
    leave_out_arrow()
    keep_text_plain()


def load_arrays() -> None:
    """Of `start_lean` the rest, which scenarios and programs take."""
    leave_out_dask()
    leave_out_fortran()


def leave_out_fortran() -> None:
    """Let scipy load without numpy's translator of Fortran, which it would load by taking over all names of numpy.

    A tenth of a second of every command. Whoever asks numpy for the translator has it.
    """
    import numpy as np

    if FORTRAN in sys.modules or "scipy.sparse" in sys.modules:
        return
    part = FORTRAN.partition(".")[2]
    sys.modules[FORTRAN] = ModuleType(FORTRAN)
    setattr(np, part, sys.modules[FORTRAN])
    try:
        import scipy.sparse  # noqa: F401
    finally:
        del sys.modules[FORTRAN]
        delattr(np, part)


def leave_out_arrow() -> None:
    """Let pandas find no Arrow, once; who reads one of its files afterwards loads it then.

    pandas loads it to see which one it is, a tenth of the time that a plan takes to start.
    """
    if "pandas" not in sys.modules:
        with _hide(ARROW):
            import pandas  # noqa: F401


def keep_text_plain() -> None:
    """Let pandas hold columns of text as Python's own strings, in this process.

    Arrow's form, its choice where pyarrow is installed, is for long columns: a case's tables are short, and every look
    at one is translated there and back, an eighth of what opening a case takes. What a column answers is the same. Not
    for sweeps: their files say in which form text was.
    """
    import pandas as pd

    pd.set_option("mode.string_storage", "python")


def collect_seldom() -> None:
    """Look for cycles of objects seldom, and not at the end, for a command that ends when it has answered.

    A case, its tables and its figures are a million objects that are kept to the end; looking through them as often as
    Python does takes a tenth of a plan's time, and once more when it ends.
    """
    gc.set_threshold(COLLECTED, *gc.get_threshold()[1:])
    atexit.register(gc.freeze)


@contextmanager
def spare_cycles() -> Iterator[None]:
    """Nobody looks for cycles of objects meanwhile: nearly all that is made is kept to the end."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
