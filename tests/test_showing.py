"""Plans are confirmed while they are shown: what is wrong with one is told whatever else fails over it meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from runners.commands.showing import confirm_beside
from runners.reports.run_folder import Run
from scenarios.errors import CaseError, Problem

PLAN = Run(Path("svar"), {}, {}, {})


def refuse(plan: Run) -> bool:
    raise CaseError([Problem("run_unverified", str(plan.place))])


def set_answer(monkeypatch: pytest.MonkeyPatch, confirm: Callable[[Run], bool]) -> None:
    monkeypatch.setattr("runners.confirmation.confirm_plan", confirm)


def test_what_is_wrong_with_a_plan_is_told_before_what_fails_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    set_answer(monkeypatch, refuse)
    with pytest.raises(CaseError, match="svar"), confirm_beside([PLAN], "sv"):
        raise KeyError("a table of which nothing can be made")


def test_a_fault_of_ours_over_a_sound_plan_is_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    set_answer(monkeypatch, lambda _: True)
    with pytest.raises(KeyError, match="ours"), confirm_beside([PLAN], "sv"):
        raise KeyError("ours")


def test_nothing_is_written_of_a_plan_that_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_answer(monkeypatch, refuse)

    def show() -> None:
        with confirm_beside([PLAN, PLAN], "sv") as settle:
            settle()
            (tmp_path / "shown").touch()

    with pytest.raises(CaseError, match="svar"):
        show()
    assert not (tmp_path / "shown").exists()


def test_each_plan_whose_case_has_moved_is_told_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_answer(monkeypatch, lambda plan: plan.place.name == "svar")
    moved = Run(Path("flyttad"), {}, {}, {})
    with confirm_beside([PLAN, moved], "sv") as settle:
        settle()
        settle()
    told = capsys.readouterr().err
    assert told.count("flyttad") == 1
    assert "svar" not in told.replace("flyttad", "")
