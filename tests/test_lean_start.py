"""Do commands start without what they never use, and may others use it all the same?"""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest
from test_cli import write_case

from runners.cli import main

LEAN = """
import sys
from contextlib import redirect_stdout
from io import StringIO
from runners.cli import main
with redirect_stdout(StringIO()):
    main(["plan", "--cfg", "job"])
import xarray as xr
xr.Dataset({"a": ("x", [1.0])}, coords={"x": ["b"]}).transpose("x").fillna(0.0)
from scipy import sparse
print(*(name in sys.modules for name in ("dask", "dask.array", "distributed", "pyarrow", "numpy.f2py", "highspy")))
import dask.array
import numpy as np
print(dask.array.ones(3).sum().compute(), bool(np.f2py.get_include()), sparse.eye_array(2).sum())
"""


@pytest.mark.slow
def test_what_no_command_uses_is_left_out_until_somebody_asks_for_it() -> None:
    words = [sys.executable, "-c", LEAN]
    told = subprocess.run(words, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent).stdout
    assert told.split() == ["False"] * 6 + ["3.0", "True", "2.0"]


def test_who_calls_a_command_from_python_has_cycles_looked_for_as_before(tmp_path: Path) -> None:
    """Only a process that ends with its command leaves cycles alone: others would keep case after case."""
    before = gc.get_threshold()
    assert main(["plan", f"case.path={write_case(tmp_path / 'town')}", f"out={tmp_path / 'run'}"]) == 0
    assert gc.get_threshold() == before
