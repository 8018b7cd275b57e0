"""A short part of `make fuzz`, and that its trials can be made again by their numbers."""

from __future__ import annotations

from pathlib import Path

import fuzzing
import pytest
from fuzzed import Bench, Trial
from fuzzing import Fault, list_numbers, make_trial, run_trials


def test_some_mutations_of_everything_have_no_fault() -> None:
    figures = run_trials(seed=13, count=120, seconds=8.0)
    assert figures.faults == (), figures.tell()
    assert set(figures.codes) <= {0, 2, 3, 4, 5}


def test_kinds_are_mixed_by_their_shares_and_one_trial_can_be_asked_for() -> None:
    numbers = list(list_numbers(100))
    assert {kind: sum(one == kind for one, _ in numbers) for kind in fuzzing.SHARES} == {
        "overrides": 45,
        "cases": 30,
        "designs": 12,
        "workbooks": 8,
        "runs": 5,
    }
    assert list(list_numbers(100, "cases:17")) == [("cases", 17)]
    assert list(list_numbers(2, "runs")) == [("runs", 0), ("runs", 1)]


def test_a_trial_is_the_same_for_the_same_seed_and_number(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    made = [make_trial("overrides", number, seed, bench) for seed in (1, 1, 2) for number in range(5)]
    assert made[:5] == made[5:10] != made[10:]


def test_what_must_not_come_of_a_trial_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    bench, trial = Bench(tmp_path), Trial("cases", 0, (), "nothing")

    def end(code: int, write: str = "") -> Fault | None:
        def command(_: list[str]) -> int:
            if write:
                (tmp_path / "work" / write).touch()
            return code if code >= 0 else 1 // 0

        monkeypatch.setattr(fuzzing, "main", command)
        return fuzzing.run_trial(trial, bench)[1]

    assert end(0, "new.txt") is None
    assert "exit code 1" in str(end(1))
    assert "ZeroDivisionError" in str(end(-1))
    assert "refused without a word" in str(end(2))


@pytest.mark.slow
def test_two_processes_share_the_trials() -> None:
    together = fuzzing.run_beside(seed=13, count=6, seconds=60.0, only="overrides", workers=2)
    alone = run_trials(seed=13, count=6, seconds=60.0, only="overrides")
    assert (together.counts, together.codes) == (alone.counts, alone.codes)
    assert together.faults == alone.faults == ()
