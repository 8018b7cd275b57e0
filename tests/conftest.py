"""What tests of several files share: the plan of Lund that anyone may read, made once however many processes test."""

from __future__ import annotations

import fcntl
import gc
import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # what they import takes seconds, which most tests need not wait for
    from collections.abc import Iterator
    from pathlib import Path

    from lund_runs import LundRun
    from postgres import Cluster

    from runners.outcome import Outcome

WORKER = "PYTEST_XDIST_WORKER"
WHOLE = "municipality in whole units"


def pytest_collection_finish() -> None:
    """What is imported by now stays: it is left out of every search for cycles, a tenth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL that is thrown away; without one the tests that need it are left out, and say so."""
    from postgres import NotHere, run_cluster

    try:
        with run_cluster() as cluster:
            yield cluster
    except NotHere as why:
        pytest.skip(str(why))


@pytest.fixture(params=["sqlite", "postgres"])
def any_base(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The database of a page that is served from `tmp_path`: each test is made over both."""
    if request.param == "postgres":
        cluster: Cluster = request.getfixturevalue("postgres")
        (tmp_path / "database.toml").write_text(f'address = "{cluster.make_address()}"\n')
    return str(request.param)


@pytest.fixture(scope="session")
def lund_run(tmp_path_factory: pytest.TempPathFactory) -> LundRun:
    """The plan of Lund in whole units; where several processes test, the first to ask makes it and others wait."""
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if WORKER in os.environ else root
    import lund_runs

    with (shared / "lund.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return lund_runs.make_run(shared)


@pytest.fixture(
    scope="session",
    params=[
        "society",
        pytest.param("municipality", marks=pytest.mark.slow),
        pytest.param(WHOLE, marks=pytest.mark.slow),
    ],
)
def lund_outcome(request: pytest.FixtureRequest) -> Outcome:
    """An outcome of Lund, of either perspective; the municipality's in parts of units where tests are to be quick."""
    if request.param == "society":
        run: LundRun = request.getfixturevalue("lund_run")
        return run.recall()
    import lund_runs

    return lund_runs.solve_of_municipality(relax=request.param != WHOLE)
