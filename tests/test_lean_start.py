"""Do commands start without what they never use, and may others use it all the same?"""

from __future__ import annotations

import gc
import os
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

LOADED = """
import sys
from runners.cli import main
from contextlib import redirect_stdout
from io import StringIO
with redirect_stdout(StringIO()):
    assert main(sys.argv[1:]) == 0
print(*sys.modules)
"""
NEVER = {"dask", "hydra", "omegaconf", "pyarrow", "pyomo", "highspy", "matplotlib", "numpy.f2py"}
NOT_OF_A_PLAN_KEPT = NEVER | {
    *("model.verifier.verify", "model.formulation", "model.queries.infeasibility", "scenarios.checks.check"),
    *("runners.views.subjects.choice", "jinja2", "vl_convert", "netCDF4"),
}
"""What a plan that was made before does not load: a copy verifies and writes it down, its figures are kept."""
NOT_OF_A_REPORT = NEVER | {"xarray", "scipy", "netCDF4", "runners.family", "model.compiled", "model.verifier"}
"""What a report as HTML does not load: a copy opens the case and confirms the plan."""


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


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="a copy is made on Linux, with two processors"
)
def test_commands_load_what_they_work_with_and_no_more(tmp_path: Path) -> None:
    case, run = f"case.path={write_case(tmp_path / 'town')}", tmp_path / "run"

    def list_loaded(*words: str) -> set[str]:
        command, cache = [sys.executable, "-c", LOADED, *words], {"XDG_CACHE_HOME": str(tmp_path / "cache")}
        told = subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=tmp_path, env={**os.environ, **cache}
        )
        return set(told.stdout.split())

    list_loaded("plan", case, f"out={run}")
    assert list_loaded("plan", case, f"out={run}", "force=true") & NOT_OF_A_PLAN_KEPT == set()
    assert list_loaded("report", str(run), "--out", str(tmp_path / "run.html")) & NOT_OF_A_REPORT == set()
