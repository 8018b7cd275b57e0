"""Who works on a cluster: the rules of the pool, with Dask between; schedulers and workers as on other machines."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import sweep_driver
from sweep_work import HANGS, INFEASIBLE, KILLED, MAKE_WORK, RAISES, SLOW, list_under_way, read_kept

from runners.sweeps.chunk import Chunk, Limits, Task
from runners.sweeps.cluster import ClusterOptions, SlurmOptions, run_on_cluster, write_job_script
from runners.sweeps.counts import PoolEnd, Tally
from runners.sweeps.pool import PoolOptions
from runners.sweeps.sweep_progress import Silence
from scenarios.errors import CaseError

PATIENCE = 40.0
ENGLISH = PoolOptions(lang="en")
LIMITS = Limits(memory_mb=500, scenario_seconds=10)


@dataclass
class Run:
    """A sweep that ran on a cluster: how it ended, and what it called crashed."""

    end: PoolEnd
    crashed: list[tuple[int, str]]


@dataclass
class Cluster:
    """A scheduler and two workers of one thread each, started as `dask` starts them on other machines."""

    address: str
    folder: Path
    processes: list[subprocess.Popen[bytes]]

    def run(self, folder: Path, chunks: Iterable[Chunk], limits: Limits = LIMITS) -> Run:
        return run_there(folder, chunks, ClusterOptions(address=self.address), limits)


def run_there(folder: Path, chunks: Iterable[Chunk], cluster: ClusterOptions, limits: Limits = LIMITS) -> Run:
    crashed: list[tuple[int, str]] = []
    task = Task(MAKE_WORK, folder / "setup", limits)
    end = run_on_cluster(task, chunks, ENGLISH, cluster, Silence(), Tally(99), lambda *crash: crashed.append(crash))
    return Run(end, crashed)


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def write_environment() -> dict[str, str]:
    """Of a machine where Fardplan is installed, and whose scheduler gives a chunk back at the first loss."""
    path = os.pathsep.join(path for path in sys.path if path)
    return {**os.environ, "PYTHONPATH": path, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}


def start_dask(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-W", "ignore", "-m", "distributed.cli." + words[0], *words[1:]]
    with (folder / "log.txt").open("ab") as log:
        return subprocess.Popen(command, env=write_environment(), cwd=folder, stdout=log, stderr=log)


def end_tree(process: subprocess.Popen[bytes]) -> None:
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for member in family:
        member.kill()
    process.wait()


@contextmanager
def start_cluster(folder: Path) -> Iterator[Cluster]:
    address = f"tcp://127.0.0.1:{find_port()}"
    words = ("--host", address, "--no-dashboard", "--scheduler-file", str(folder / "scheduler.json"))
    scheduler = start_dask(folder, "dask_scheduler", *words)
    worker_words = ("--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder))
    workers = [start_dask(folder, "dask_worker", address, "--name", name, *worker_words) for name in ("one", "two")]
    try:
        wait_for(lambda: (folder / "log.txt").read_text().count("Registered to:") >= 2)
        yield Cluster(address, folder, [scheduler, *workers])
    finally:
        for process in (*workers, scheduler):
            if process.poll() is None:
                end_tree(process)


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One that every test leaves as it was."""
    with start_cluster(tmp_path_factory.mktemp("dask")) as cluster:
        yield cluster


@pytest.fixture
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One of which something may be killed."""
    with start_cluster(tmp_path_factory.mktemp("dask")) as cluster:
        yield cluster


def list_solvers(process: psutil.Process | None = None) -> list[psutil.Process]:
    """Processes that solve, anywhere below a process; those of this one by default."""
    below = (process or psutil.Process()).children(recursive=True)
    return [child for child in below if "runners.sweeps.worker" in read_command(child)]


def read_command(process: psutil.Process) -> list[str]:
    """Empty where it has just gone."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


@pytest.mark.slow
def test_a_cluster_on_this_machine_does_every_scenario_once_and_isolates_the_poison(tmp_path: Path) -> None:
    scenarios = (*range(10), KILLED, *range(11, 16))
    chunks = [Chunk("c", scenarios), Chunk("d", (20, INFEASIBLE)), Chunk("e", (RAISES,))]
    done = run_there(tmp_path, chunks, ClusterOptions(workers=2))
    assert done.crashed == [(KILLED, "the process died (SIGKILL)")]
    assert read_kept(tmp_path) == sorted({*scenarios, 20, INFEASIBLE} - {KILLED})
    assert done.end.tally.counts == {"optimal": 16, "infeasible": 1, "crashed": 1}
    assert done.end.tally.faults[0][1].startswith("ValueError: a mistake of ours (sweep_work.py:")
    assert done.end.exit_code == 1
    assert list_solvers() == []


@pytest.mark.slow
def test_workers_elsewhere_do_every_scenario_once_and_keep_no_process_of_ours(tmp_path: Path, remote: Cluster) -> None:
    scenarios = (*range(10), KILLED, HANGS)
    chunks = [Chunk("c", scenarios), *(Chunk(f"d{n}", (100 + n,)) for n in range(20))]
    done = remote.run(tmp_path, chunks, Limits(scenario_seconds=0.2, spare_seconds=1.0))
    assert sorted(scenario for scenario, _ in done.crashed) == [KILLED, HANGS]
    assert read_kept(tmp_path) == [*range(10), *range(100, 120)]
    assert done.end.exit_code == 4
    assert list_solvers() == []
    assert all(process.poll() is None for process in remote.processes)


@pytest.mark.slow
def test_a_scheduler_file_leads_to_the_cluster(tmp_path: Path, remote: Cluster) -> None:
    cluster = ClusterOptions(address=str(remote.folder / "scheduler.json"))
    assert run_there(tmp_path, [Chunk("c", (1, 2))], cluster).end.exit_code == 0
    assert read_kept(tmp_path) == [1, 2]


@pytest.mark.slow
def test_a_dask_worker_that_is_killed_loses_nothing(tmp_path: Path, fragile: Cluster) -> None:
    def kill_one() -> Iterable[Chunk]:
        for n in range(4):
            yield Chunk(f"s{n}", (SLOW, 10 * n, 10 * n + 1))
        wait_for((tmp_path / "begun-s0").exists)
        list_solvers()[0].parent().kill()
        yield from (Chunk(f"q{n}", (100 + n,)) for n in range(5))

    done = fragile.run(tmp_path, kill_one())
    assert (done.crashed, done.end.exit_code) == ([], 0)
    assert read_kept(tmp_path) == sorted(
        [*(SLOW,) * 4, *(10 * n + m for n in range(4) for m in (0, 1)), *range(100, 105)]
    )


@pytest.mark.slow
def test_a_scheduler_that_is_lost_ends_the_sweep_in_clear_words(tmp_path: Path, fragile: Cluster) -> None:
    def lose() -> Iterable[Chunk]:
        yield Chunk("c", (SLOW,))
        wait_for((tmp_path / "begun-c").exists)
        end_tree(fragile.processes[0])
        yield Chunk("d", (1,))

    end = fragile.run(tmp_path, lose()).end
    assert end.obstacle == "The cluster's scheduler no longer answers. Start it and run the same command again."
    assert end.exit_code == 2


def start_driver(folder: Path, cluster: str, scenario: int) -> subprocess.Popen[str]:
    words = [sys.executable, str(Path(sweep_driver.__file__)), str(folder), str(scenario), "50", cluster]
    driver = subprocess.Popen(words, env=write_environment(), stderr=subprocess.PIPE, text=True, start_new_session=True)
    wait_for(lambda: len(list_under_way(folder)) >= 2)
    return driver


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("place", ["local", "remote"])
def test_a_signal_finishes_what_runs_and_calls_off_what_waits(
    tmp_path: Path, remote: Cluster, place: str, number: int, code: int
) -> None:
    driver = start_driver(tmp_path, remote.address if place == "remote" else "local", SLOW)
    os.killpg(driver.pid, number)
    _, said = driver.communicate(timeout=PATIENCE)
    assert driver.returncode == code, said
    assert "The same signal again stops at once." in said
    begun = {path.name.removeprefix("begun-") for path in tmp_path.glob("begun-*")}
    assert {path.stem for path in tmp_path.glob("*.done")} == begun
    assert 2 <= len(begun) < 7
    assert list_solvers() == []


@pytest.mark.slow
@pytest.mark.parametrize("place", ["local", "remote"])
def test_a_second_signal_stops_at_once_wherever_the_work_is(tmp_path: Path, remote: Cluster, place: str) -> None:
    driver = start_driver(tmp_path, remote.address if place == "remote" else "local", HANGS)
    driver.send_signal(signal.SIGINT)
    time.sleep(0.7)
    assert driver.poll() is None
    driver.send_signal(signal.SIGINT)
    driver.communicate(timeout=PATIENCE)
    assert driver.returncode == 130
    wait_for(lambda: list_solvers() == [])
    assert not list(tmp_path.glob("*.done"))


@pytest.mark.slow
def test_a_driver_that_is_killed_takes_its_own_cluster_along(tmp_path: Path) -> None:
    driver = start_driver(tmp_path, "local", HANGS)
    family = psutil.Process(driver.pid).children(recursive=True)
    assert len(list_solvers(psutil.Process(driver.pid))) == 2
    driver.kill()
    driver.communicate(timeout=PATIENCE)
    wait_for(lambda: not any(member.is_running() for member in family))


def test_an_address_where_nobody_answers_is_told() -> None:
    cluster = ClusterOptions(address=f"tcp://127.0.0.1:{find_port()}", wait_seconds=1.0)
    with pytest.raises(CaseError) as caught:
        run_there(Path(), [], cluster)
    assert caught.value.problems[0].tell("en") == (
        f"runners.address={cluster.address}: no Dask scheduler answered in 1 s. Start one with `dask scheduler`, or "
        "correct the address; it is written tcp://host:8786 or as the path of a scheduler file."
    )


def test_a_scheduler_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as caught:
        run_there(tmp_path, [], ClusterOptions(address=f"{tmp_path}/no.json"))
    assert caught.value.problems[0].tell("en") == (
        f"runners.address={tmp_path}/no.json: there is no such file. Start the scheduler with "
        "`dask scheduler --scheduler-file FILE` on a shared disk, or write the address as tcp://host:8786."
    )


def test_a_machine_without_slurm_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CaseError) as caught:
        run_there(tmp_path, [], ClusterOptions(slurm=SlurmOptions()))
    assert caught.value.problems[0].tell("en") == (
        "runners.queue=None: there is no command sbatch on this machine. Run on a login node, or use runners=local."
    )


def test_what_slurm_refuses_is_told_before_anything_is_submitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sbatch = tmp_path / "sbatch"
    sbatch.write_text('#!/bin/sh\necho "sbatch: error: invalid partition specified: x" >&2\nexit 1\n')
    sbatch.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(CaseError) as caught:
        run_there(tmp_path, [], ClusterOptions(slurm=SlurmOptions(partition="x")))
    assert [caught.value.problems[0].tell(lang) for lang in ("sv", "en")] == [
        "runners.queue=x: Slurm tar inte emot jobbet: sbatch: error: invalid partition specified: x Rätta "
        "runners.queue, account, walltime eller directives; --dry-run visar skriptet.",
        "runners.queue=x: Slurm does not accept the job: sbatch: error: invalid partition specified: x Correct "
        "runners.queue, account, walltime or directives; --dry-run shows the script.",
    ]


def test_the_job_script_asks_slurm_for_what_the_options_say() -> None:
    """8 processes of 4 000 MB and 1 000 MB for Dask are 33 000 MiB, which Slurm is told as 33 GiB, rounded up."""
    slurm = SlurmOptions(
        jobs=4,
        cores=8,
        partition="long",
        account="climate",
        walltime="06:00:00",
        python="/opt/fardplan/bin/python",
        prologue=("module load python/3.11",),
        directives=("--qos=low",),
        interface="ib0",
        scratch="/scratch",
    )
    assert write_job_script(slurm, Limits(memory_mb=4000)) == JOB_SCRIPT


JOB_SCRIPT = """\
#!/usr/bin/env bash

#SBATCH -J fardplan
#SBATCH -p long
#SBATCH -A climate
#SBATCH -n 1
#SBATCH --cpus-per-task=8
#SBATCH --mem=33G
#SBATCH -t 06:00:00
#SBATCH --qos=low
module load python/3.11
/opt/fardplan/bin/python -m distributed.cli.dask_worker tcp://SCHEDULER:PORT --name fardplan --nthreads 8 \
--memory-limit 32.23GiB --nanny --death-timeout 60 --local-directory /scratch --interface ib0
"""
