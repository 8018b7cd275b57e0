"""A sweep that is refused leaves nothing behind, and names the key that was perhaps meant to vary."""

from __future__ import annotations

from pathlib import Path

import pytest
from spoiled import spoil
from town import write_town

from runners.cli import main


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"case.path={write_town(tmp_path_factory.mktemp('town'), spoil({}))}"


@pytest.mark.slow
def test_a_start_that_slurm_cannot_take_leaves_no_folder(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    words = ["plan", "-m", case, "target=hard,priced", "runners=dask", "runners.queue=x", f"out={tmp_path / 'sweep'}"]
    assert main([*words, "lang=en"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "runners.queue=x: there is no command sbatch on this machine. Run on a login node, or use runners=local."
    )
    assert not (tmp_path / "sweep").exists()


def test_a_key_that_the_case_does_not_know_is_named_where_nothing_varies(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "-m", case, "adjust.capexx.pump=2", "lang=en"]) == 2
    assert [line.partition(" Nearest")[0] for line in capsys.readouterr().err.splitlines()] == [
        "adjust.capexx.pump: there is no quantity 'capexx'.",
        "sweep: nothing varies. Write several values of a key (price=low,base,high), a table (sweep.design=FILE) or a "
        "sample (sweep=uncertainty).",
    ]


def test_a_level_without_bounds_that_a_case_cannot_take_is_told_by_a_dry_run(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["plan", "-m", "--dry-run", case, "adjust.capex.pump=1,-2", f"out={tmp_path / 'sweep'}", "lang=en"]
    assert main(words) == 2
    assert "adjust.capex.pump=-2" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
