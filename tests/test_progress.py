"""What a long command says of how far it is: the same counts on a terminal and as lines on a pipe."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from test_curve_command import write_case

from runners import progress as module
from runners.cli import main
from runners.progress import LINE_SECONDS, Lines, Told, open_progress


class Seen(list[str]):
    """Keeps what it is shown."""

    def __call__(self, text: str, *, counted: bool) -> None:
        self.append(text)


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("lang", "phase", "texts"),
    [
        ("sv", "söker minst och mest av varje åtgärd", [" ...", ": 0 av 40", ": 1 av 40, 6 min 30 s kvar"]),
        ("en", "searching for the least and most of each measure", [" ...", ": 0 of 40", ": 1 of 40, 6 min 30 s left"]),
    ],
)
def test_a_phase_is_told_with_its_counts_and_the_time_left(lang: str, phase: str, texts: list[str]) -> None:
    """40 steps of which the first took 10 s: the other 39 take 390 s."""
    clock, seen = Hand(), Seen()
    told = Told(lang, seen, clock)
    told("near_ranges")
    told.expect(40)
    clock.now = 10.0
    told.step()
    assert seen == [phase + text for text in texts]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("sv", "räknar fram kurvan: 2 av högst 200, högst 3 min 18 s kvar"),
        ("en", "solving the points of the curve: 2 of at most 200, at most 3 min 18 s left"),
    ],
)
def test_what_may_end_before_says_so(lang: str, text: str) -> None:
    clock, seen = Hand(), Seen()
    told = Told(lang, seen, clock)
    told("curve")
    told.expect(200, most=True)
    for _ in range(2):
        clock.now += 1.0
        told.step()
    assert seen[-1] == text


def test_a_count_in_a_phase_is_written_as_a_number_and_told_on_a_pipe() -> None:
    told: list[tuple[str, bool]] = []
    Told("sv", lambda text, *, counted: told.append((text, counted)), Hand())("compile_rows 240000")
    assert told == [("kompilerar modellen, rader hittills: 240\xa0000 ...", True)]


def test_steps_beyond_what_was_expected_and_of_no_phase_are_not_told() -> None:
    seen = Seen()
    told = Told("en", seen, Hand())
    told.step()
    told("curve")
    told.expect(1)
    told.step()
    told.step()
    assert seen[-1].startswith("solving the points of the curve: 1 of 1")
    assert len(seen) == 4


def test_on_a_pipe_what_is_soon_done_says_nothing_and_what_takes_long_a_line_now_and_then() -> None:
    clock, stream = Hand(), io.StringIO()
    lines = Lines(stream, clock)
    for second in range(60):
        clock.now = float(second)
        lines(f"after {second} ...", counted=False)
        lines(f"after {second}", counted=True)
    assert stream.getvalue().splitlines() == ["after 5", "after 25", "after 45"]
    assert LINE_SECONDS == 20


def test_a_pipe_that_is_closed_stops_nothing() -> None:
    clock, stream = Hand(), io.StringIO()
    with open_progress("en", stream, clock) as progress:
        stream.close()
        clock.now = 100.0
        progress("curve")


COMMANDS = {
    "why": ["pricing targets, frames and speeds: 0 of ", "explaining measure by measure: 1 of "],
    "near": [
        "searching for the least and most of each measure: 1 of ",
        "searching for different plans, and for when measures can and must begin: ",
    ],
    "curve": ["solving the points of the curve: 1 of at most 200"],
    "curve curve.kind=measures": ["solving the points of the curve: 1 of "],
    "curve curve.kind=frontier curve.second=soot curve.levels=3": ["solving the points of the curve: 1 of "],
}


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_each_long_command_counts_on_a_pipe(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "FIRST_SECONDS", -1.0)
    monkeypatch.setattr(module, "LINE_SECONDS", -1.0)
    case = write_case(tmp_path / "town")
    assert main([*command.split(), f"case.path={case}", f"out={tmp_path / 'out'}", "lang=en"]) == 0
    told = capsys.readouterr().err
    for text in COMMANDS[command]:
        assert text in told
