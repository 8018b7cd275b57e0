"""Do commands start without what they never use, and may others use it all the same?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LEAN = """
import sys
from contextlib import redirect_stdout
from io import StringIO
from runners.cli import main
with redirect_stdout(StringIO()):
    main(["plan", "--cfg", "job"])
import xarray as xr
xr.Dataset({"a": ("x", [1.0])}, coords={"x": ["b"]}).transpose("x").fillna(0.0)
print(*(name in sys.modules for name in ("dask", "dask.array", "distributed", "pyarrow")))
import dask.array
print(dask.array.ones(3).sum().compute())
"""


@pytest.mark.slow
def test_arrays_of_dask_and_arrow_are_left_out_until_somebody_asks_for_them() -> None:
    words = [sys.executable, "-c", LEAN]
    told = subprocess.run(words, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent).stdout
    assert told.split() == ["False", "False", "False", "False", "3.0"]
