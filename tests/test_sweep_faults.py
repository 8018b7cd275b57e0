"""What a shared server does to sweeps, on the command line: killed, crashed, out of time, of disk, of patience.

Whatever happens, the same command again ends with exactly the scenarios asked for, each once, with the same numbers.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import hurried_work
import pandas as pd
import poisoned_work
import psutil
import pytest
import test_cli

from runners.cli import main
from runners.sweep_store.store import open_sweep
from runners.sweeps import run

pytestmark = pytest.mark.slow

MAIN = "import sys; from runners.cli import main; sys.exit(main(sys.argv[1:]))"
COUNT = 200
PATIENCE = 120.0
KILLS = 20


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A sweep of 200 scenarios of a town, in chunks of five."""
    monkeypatch.chdir(tmp_path)
    factors = ",".join(f"{1 + place / 1000}" for place in range(COUNT))
    case = f"case.path={test_cli.write_case(tmp_path / 'town')}"
    return ["plan", "-m", case, test_cli.NO_SALVAGE, f"adjust.capex.pump={factors}", "sweep.chunk_seconds=5", "lang=en"]


def make_environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def start(words: list[str], out: str = "sweep", *script: str) -> subprocess.Popen[str]:
    command = [sys.executable, *(script or ("-c", MAIN)), *words, f"out={out}"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, **streams, text=True, env=make_environment())


def finish(words: list[str], out: str = "sweep", *script: str, patience: float = PATIENCE) -> tuple[int, str]:
    """The exit code of a whole run, and all it said."""
    return wait_for(start(words, out, *script), patience)


def wait_for(driver: subprocess.Popen[str], patience: float = PATIENCE) -> tuple[int, str]:
    """How a run that was started ended; one that does not end is ended with all its processes, and is an error."""
    try:
        said, errors = driver.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        for process in [*list_children(driver), driver]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        said, errors = driver.communicate()
        raise AssertionError(f"no end after {patience:.0f} s: {said}{errors}") from None
    return driver.returncode, said + errors


def count_chunks(out: str) -> int:
    return len(list(Path(out).glob("chunks/scenarios/*.parquet")))


def wait_for_chunk(out: str = "sweep") -> None:
    """Until one more is kept than now."""
    deadline = time.monotonic() + PATIENCE
    known = count_chunks(out)
    while count_chunks(out) <= known:
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def list_children(driver: subprocess.Popen[str]) -> list[psutil.Process]:
    """Processes of a run; none where it has ended."""
    try:
        return psutil.Process(driver.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def assert_gone(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert not alive


def assert_whole(out: str = "sweep", count: int = COUNT) -> pd.DataFrame:
    """Every scenario once, with its numbers and its row in each table, and nothing left lying about."""
    sweep = open_sweep(Path(out))
    scenarios = sweep.scenarios
    assert scenarios["scenario"].tolist() == list(range(count))
    assert len(set(scenarios["id"])) == count
    assert set(scenarios["status"]) == {"optimal"}
    assert sweep.table("accounts").groupby("id").size().to_dict() == dict.fromkeys(scenarios["id"], 2)
    assert sweep.manifest["counts"] == {"optimal": count}
    assert not (Path(out) / "lock").exists()
    assert not (Path(out) / "chunks").exists()
    assert not list(Path(out).rglob("*.tmp"))
    return scenarios


def assert_by_hand(scenarios: pd.DataFrame) -> None:
    """1.1416 MW of pump at 3 MSEK times the factor, and 3.3 for power (see `test_cli.write_case`)."""
    expected = 10 / 8.76 * 3 * scenarios["adjust.capex.pump"] + 3.3
    pd.testing.assert_series_equal(scenarios["objective_money"], expected, rtol=1e-9, check_names=False)


def test_a_driver_killed_twenty_times_loses_nothing_and_solves_nothing_twice(words: list[str]) -> None:
    """At any moment, from its start to its end; what was kept before stays, and its processes go with it."""
    dice = random.Random(20261125)
    began = time.monotonic()
    assert finish(words, "measure")[0] == 0
    longest = time.monotonic() - began
    places = [f"kept{number}/sweep" for number in range(4)]
    for place in places:
        kept: set[str] = set()
        for _ in range(KILLS // len(places)):
            driver = start(words, place)
            time.sleep(dice.uniform(0.1, 1.0) * longest)
            children = list_children(driver) if driver.poll() is None else []
            driver.kill()
            driver.communicate()
            assert_gone(children)
            ids = (
                open_sweep(Path(place)).table("scenarios")["id"].tolist()
                if (Path(place) / "manifest.json").exists()
                else []
            )
            assert len(ids) == len(set(ids))
            assert kept <= set(ids)
            kept = set(ids)
        assert finish(words, place)[0] == 0
        assert_by_hand(assert_whole(place))


def test_workers_killed_twice_are_replaced_and_blamed_for_nothing(words: list[str]) -> None:
    driver = start([*words, "sweep.workers=2"])
    for _ in range(2):
        wait_for_chunk()
        for worker in list_children(driver):
            worker.kill()
    said, errors = driver.communicate(timeout=PATIENCE)
    assert driver.returncode == 0, said + errors
    assert_by_hand(assert_whole())


def test_scenarios_that_crash_the_solver_are_found_out_and_tried_again(words: list[str]) -> None:
    """Two of two hundred; the others are solved, and the same command solves the two when the solver can."""
    code, said = finish(words, "sweep", str(poisoned_work.__file__), "7,103")
    assert code == 4
    assert "2: the process died (SIGSEGV) (scenarios 7, 103)" in said
    scenarios = open_sweep(Path("sweep")).scenarios
    assert scenarios.loc[scenarios["status"] == "crashed", "scenario"].tolist() == [7, 103]
    assert (scenarios["status"] == "optimal").sum() == COUNT - 2
    code, said = finish(words)
    assert code == 0
    assert "2 of 200 scenarios" in said
    assert_by_hand(assert_whole())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_keeps_all_and_leaves_no_process(words: list[str], number: signal.Signals) -> None:
    driver = start([*words, "sweep.workers=2"])
    wait_for_chunk()
    children = list_children(driver)
    driver.send_signal(number)
    said, errors = driver.communicate(timeout=PATIENCE)
    assert driver.returncode == 128 + number
    assert "Everything that was finished is kept." in said
    assert "The same command again goes on where it ended." in said
    assert "Stopping:" in errors
    assert_gone(children)
    kept = len(open_sweep(Path("sweep")).scenarios)
    assert 0 < kept < COUNT
    code, said = finish(words)
    assert code == 0
    assert f"{COUNT - kept} of {COUNT} scenarios" in said
    assert_by_hand(assert_whole())


def test_workers_and_chunks_change_no_number_and_no_id(words: list[str]) -> None:
    """One, two and eight workers with chunks of 1, 5 and 100; each in a folder whose neighbours it does not know."""
    found = []
    for workers, seconds in ((1, 100), (2, 5), (8, 1)):
        out = f"alone{workers}/sweep"
        assert finish([*words, f"sweep.workers={workers}", f"sweep.chunk_seconds={seconds}"], out)[0] == 0
        found.append(assert_whole(out).drop(columns="seconds"))
    for other in found[1:]:
        pd.testing.assert_frame_equal(found[0], other, rtol=1e-9)


def test_of_two_sweeps_started_in_one_folder_one_goes_on(words: list[str]) -> None:
    drivers = [start(words), start(words)]
    ends = [(*driver.communicate(timeout=PATIENCE), driver.returncode) for driver in drivers]
    assert sorted(code for *_, code in ends) in ([0, 2], [0, 0])  # both, where one began when the other had ended
    for _, errors, code in ends:
        assert (code == 2) == ("out=sweep: another run is writing here" in errors)
    assert_by_hand(assert_whole())


def test_scenarios_out_of_time_say_so_and_leave_the_others_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lund in parts of units, with no time for one iteration: each scenario says so, and none is called crashed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "MAKE_WORK", hurried_work.MAKE_WORK)
    words = ["plan", "-m", "out=sweep", "lang=en", "solver=relaxed", "adjust.price.electricity=1,1.1"]
    assert main(words) == 4
    assert "no plan when time ran out: 2" in capsys.readouterr().out
    assert set(open_sweep(tmp_path / "sweep").scenarios["status"]) == {"no_plan_in_time"}


DISK = """
mount -t tmpfs -o size={size} tmpfs disk || exit 99
"$@"
echo code $?
mount -o remount,{remount} disk
"$@"
echo code $?
cp -r disk/sweep copy
"""


def run_mounted(words: list[str], size: str, remount: str) -> tuple[list[int], str]:
    """The sweep twice on a disk of its own, mounted in another way between the runs: both codes, and all it said."""
    Path("disk").mkdir()
    script = DISK.format(size=size, remount=remount)
    space = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    command = [*space, sys.executable, "-c", MAIN, *words, "out=disk/sweep"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=make_environment(), check=False)
    except FileNotFoundError:
        pytest.skip("this system has no unshare")
    codes = [int(line.removeprefix("code ")) for line in done.stdout.splitlines() if line.startswith("code ")]
    if not codes:
        pytest.skip("this system lets nobody mount disks in a name space of one's own")
    return codes, done.stdout + done.stderr


@pytest.mark.parametrize("size", ["20k", "64k", "200k", "1m"])
def test_a_disk_that_fills_up_keeps_what_was_finished(words: list[str], size: str) -> None:
    """At the first files, among the chunks, or when they are compacted; with more room the same command ends it."""
    codes, said = run_mounted(words, size, "size=100m")
    assert codes == [2, 0], said
    assert "Traceback" not in said
    assert "disk is full" in said or "No space left on device" in said
    assert_by_hand(assert_whole("copy"))


def test_a_folder_on_a_read_only_disk_is_told_and_stays_as_it_is(words: list[str]) -> None:
    codes, said = run_mounted(words, "100m", "ro")
    assert codes == [0, 2], said
    assert "Traceback" not in said
    assert "out=disk/sweep: the folder cannot be written to (read-only, or without permission)" in said
    assert_by_hand(assert_whole("copy"))
