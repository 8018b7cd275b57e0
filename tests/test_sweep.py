"""Sweeps on the command line: what they solve, keep, resume, refuse, and how they end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import test_cli

from runners.cli import main
from runners.sweep_store.store import Sweep, open_sweep

MAIN = "import sys; from runners.cli import main; sys.exit(main(sys.argv[1:]))"
GRID = ("price.scale.power=1,2", "adjust.capex.pump=1,1.5,4", "target.cap=0,1", "target=as_given,priced")


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("runners.reports.plan_charts.draw_plan", lambda *_: lambda _: None)  # nobody looks at them here
    return f"case.path={test_cli.write_case(tmp_path / 'town')}"


def sweep(case: str, *words: str, code: int = 0, out: str = "sweep") -> Sweep:
    assert main(["plan", "-m", case, "convention=no_salvage", f"out={out}", "sweep.workers=1", *words]) == code
    return open_sweep(Path(out))


@pytest.mark.slow
def test_every_scenario_is_the_plan_that_its_own_command_gives(case: str, tmp_path: Path) -> None:
    """24 scenarios on two bases; three of them again, one command each."""
    scenarios = sweep(case, *GRID).scenarios
    assert len(scenarios) == 24
    assert set(scenarios["status"]) == {"optimal"}
    assert set(scenarios["verified"]) == {"yes"}
    for row in (0, 9, 23):
        one = scenarios.iloc[row]
        words = [f"{key}={one[key]}" for key in ("price.scale.power", "adjust.capex.pump", "target.cap", "target")]
        assert main(["plan", case, "convention=no_salvage", f"out=plan{row}", *words]) == 0
        summary = json.loads((tmp_path / f"plan{row}" / "summary.json").read_text())
        assert one["objective_money"] == pytest.approx(summary["objective_money"], rel=1e-9)


@pytest.mark.slow
def test_by_hand(case: str) -> None:
    """A MW of pump costs 3 MSEK and saves 5.87, so it pays at one and a half times that too, and no cap binds.

    10 / 8.76 = 1.1416 MW at 3 or 4.5, and 1.5 + 1.8 for power.
    """
    scenarios = sweep(case, "adjust.capex.pump=1,1.5", "target.cap=1,10").scenarios
    assert scenarios["objective_money"].tolist() == pytest.approx([6.7247, 6.7247, 8.4370, 8.4370], abs=1e-4)


@pytest.mark.slow
def test_a_named_design_is_compared_with_its_base_on_the_screen(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As by hand: 8.4370 - 6.7247 = 1.7 dearer where pumps are. The row with a name alone was dropped before."""
    (tmp_path / "design.csv").write_text("name,adjust.capex.pump\nas planned,\ndear,1.5\n", encoding="utf-8")
    assert len(sweep(case, "sweep.design=design.csv", "lang=en").scenarios) == 2
    told = capsys.readouterr().out
    assert "The scenarios against the base (as planned: 7\xa0MSEK), dearest first" in told
    (line,) = [line for line in told.splitlines() if line.strip().startswith("dear ")]
    assert line.split()[-2:] == ["1.7", "0"]


@pytest.mark.slow
def test_another_launcher_of_hydra_gives_the_same_numbers(case: str) -> None:
    whole = sweep(case, *GRID[1:3]).scenarios
    single = sweep(case, *GRID[1:3], "hydra/launcher=basic", out="single").scenarios
    drop = ["seconds"]
    pd.testing.assert_frame_equal(whole.drop(columns=drop), single.drop(columns=drop), rtol=1e-9)


@pytest.mark.slow
def test_the_same_command_again_solves_nothing_and_a_wider_one_only_what_is_new(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sweep(case, "adjust.capex.pump=1,1.5")
    capsys.readouterr()
    sweep(case, "adjust.capex.pump=1,1.5", "lang=en")
    assert "0 of 2 scenarios" in capsys.readouterr().out
    wider = sweep(case, "adjust.capex.pump=1,1.5,2", "lang=en", out="wider").scenarios
    told = capsys.readouterr().out
    assert "1 of 3 scenarios" in told
    assert "2 were there from before" in told
    assert len(wider) == len(set(wider["id"])) == 3


@pytest.mark.slow
def test_some_without_a_plan_are_listed_and_leave_the_others_alone(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A cap of -1 kt is out of reach, and an availability of 2 is none."""
    scenarios = sweep(case, "target.cap=-1,1", "adjust.availability.pump=1,2", "lang=en", code=4).scenarios
    assert scenarios["status"].tolist() == ["infeasible", "refused", "optimal", "refused"]
    assert "'availability' becomes 2. Allowed is 0 to 1." in scenarios["message"][1]
    told = capsys.readouterr().out
    assert "infeasible: 1" in told
    assert scenarios["objective_money"].isna().tolist() == [True, True, False, True]


@pytest.mark.slow
def test_a_case_that_has_changed_needs_a_folder_of_its_own(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    sweep(case, "adjust.capex.pump=1,1.5")
    prices = Path("town/prices.csv")
    prices.write_text(prices.read_text().replace("0.4", "0.41"))
    assert main(["plan", "-m", case, "convention=no_salvage", "out=sweep", "adjust.capex.pump=1,1.5", "lang=en"]) == 2
    assert "prices.csv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["adjust.capx.pump=1,2"], "there is no quantity 'capx'"),
        (["adjust.capex.pump=1,-2"], "a factor cannot be negative"),
        (["adjust.capex.pump=1,two"], "adjust.capex.pump"),
        (
            ["adjust.capex.pump=range(0,1000000)", "adjust.capex.all=range(0,1000)"],
            "1000000000 scenarios are more than the 1000000",
        ),
    ],
)
def test_bad_words_are_told_and_nothing_is_written(
    case: str, words: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["plan", "-m", case, "out=sweep", "lang=en", *words]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "sweep").exists()


@pytest.mark.slow
def test_a_dry_run_shows_the_counts_and_solves_nothing(
    case: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["plan", "-m", "--dry-run", case, "lang=en", "target=as_given,priced", "adjust.capex.pump=1,2"]) == 0
    assert "4 scenarios on 2 bases" in capsys.readouterr().out
    assert not (tmp_path / "runs").exists()


@pytest.mark.slow
def test_a_verification_that_is_thinned_says_so(case: str) -> None:
    numbers = ",".join(f"{1 + place / 100}" for place in range(120))
    scenarios = sweep(case, f"adjust.capex.pump={numbers}", "sweep.verify=sample").scenarios
    assert set(scenarios["verified"]) == {"yes", "not_checked"}
    assert (scenarios["verified"] == "yes").equals(scenarios["id"].str.startswith("0"))


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_sweep_that_is_stopped_goes_on_where_it_was(case: str, number: signal.Signals, tmp_path: Path) -> None:
    numbers = ",".join(f"{1 + place / 1000}" for place in range(400))
    words = ["plan", "-m", case, "convention=no_salvage", "out=sweep", f"adjust.capex.pump={numbers}"]
    command = [sys.executable, "-c", MAIN, *words, "sweep.workers=2", "sweep.chunk_seconds=5"]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("sweep/chunks/scenarios/*.parquet")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(first.pid, number)
    assert first.wait(60) in (128 + number, -number, 0)
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    scenarios = open_sweep(tmp_path / "sweep").scenarios
    assert len(scenarios) == len(set(scenarios["id"])) == 400
    assert set(scenarios["status"]) == {"optimal"}
