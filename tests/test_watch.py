"""What a person sees of a sweep: progress, rate and time left; the summary with its failures."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest

from conf.words import read_messages, say
from model.solver.solution import Status
from runners.sweeps.chunk import ChunkReport
from runners.sweeps.counts import PoolEnd, Tally
from runners.sweeps.sweep_progress import (
    LineWatch,
    Pace,
    Silence,
    format_duration,
    open_watch,
    write_end,
    write_progress,
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Hands:
    """A clock that stands where it is put."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def add(tally: Tally, done: int, counts: Mapping[str, int] | None = None, failures: tuple = ()) -> Tally:
    return tally.add_report(ChunkReport("c", done, counts or {"optimal": done}, 1.0, failures))


def test_progress_tells_rate_time_left_and_failures() -> None:
    """10 of 1 000 were there, 190 came, 800 are left: at 4 a second 200 seconds."""
    tally = add(Tally(1000, kept=10), 190, failures=((7, "no plan"),))
    assert write_progress(tally, 4.0, "en") == "200 of 1,000 scenarios, 4.0/s, 3 min 20 s left, 1 failed"
    assert write_progress(tally, 4.0, "sv") == "200 av 1\u00a0000 scenarier, 4,0/s, 3 min 20 s kvar, 1 misslyckad"
    assert write_progress(Tally(5), None, "en") == "0 of 5 scenarios"


def test_the_rate_is_that_of_the_last_two_minutes() -> None:
    """100 in the first 10 s, then 12 in 120 s: lately 0.1 a second."""
    clock = Hands()
    pace = Pace(clock)
    assert pace.measure(0) is None
    clock.now = 10.0
    assert pace.measure(100) == 10.0
    clock.now = 130.0
    assert pace.measure(112) == pytest.approx(0.1)


def test_a_rate_falls_while_nothing_comes() -> None:
    clock = Hands()
    pace = Pace(clock)
    pace.measure(0)
    clock.now = 1.0
    pace.measure(10)
    clock.now = 5.0
    assert pace.measure(10) == 2.0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min"), (273600, "3 d 4 h")],
)
def test_a_time_is_written_in_its_two_largest_units(seconds: float, text: str) -> None:
    assert format_duration(seconds, "en") == text


def test_without_a_terminal_a_line_comes_at_the_start_and_then_once_a_minute() -> None:
    clock, stream = Hands(), io.StringIO()
    watch = LineWatch("en", stream, clock)
    for clock.now, done in ((0.0, 0), (30.0, 15), (59.0, 29), (60.0, 30), (61.0, 31), (120.0, 60)):
        watch.show(add(Tally(90), done))
    assert stream.getvalue().splitlines() == [
        "0 of 90 scenarios",
        "30 of 90 scenarios, 0.5/s, 2 min 0 s left",
        "60 of 90 scenarios, 0.5/s, 1 min 0 s left",
    ]


def test_a_message_is_said_once() -> None:
    stream = io.StringIO()
    with open_watch("sv", stream) as watch:
        watch.tell("watch_stopping", running=2)
        watch.tell("watch_stopping", running=1)
    assert stream.getvalue() == (
        "Stoppar: påbörjade block (2) görs klara och behålls. Samma signal igen avbryter genast.\n"
    )


def test_a_cluster_without_workers_is_waited_for_in_clear_words() -> None:
    stream = io.StringIO()
    LineWatch("en", stream).tell("watch_no_workers")
    assert stream.getvalue() == "Waiting for the cluster: no worker has joined yet.\n"


def test_a_terminal_gets_a_bar() -> None:
    stream = Terminal()
    with open_watch("en", stream) as watch:
        watch.show(add(Tally(90), 30))
        watch.tell("watch_stopping", running=2)
    assert "30 of 90 scenarios" in stream.getvalue()
    assert stream.getvalue().count("Stopping: chunks under way (2)") == 1


def test_silence_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    Silence().show(Tally(3))
    Silence().tell("watch_stopping", running=1)
    assert capfd.readouterr() == ("", "")


def test_the_summary_counts_every_status() -> None:
    tally = add(Tally(110, kept=10), 100, {"infeasible": 1, "optimal": 99}, ((4, "no plan: cap"),))
    assert write_end(PoolEnd(tally), 50.0, "en") == (
        "100 of 110 scenarios in 50 s (2.0/s); 10 were there from before\n"
        "  optimal: 99\n"
        "  infeasible: 1\n"
        "Failed:\n"
        "  1: no plan: cap (scenario 4)"
    )
    assert write_end(PoolEnd(tally), 50.0, "sv") == (
        "100 av 110 scenarier på 50 s (2,0/s); 10 fanns sedan tidigare\n"
        "  optimala: 99\n"
        "  omöjliga: 1\n"
        "Misslyckade:\n"
        "  1: no plan: cap (scenario 4)"
    )


def test_the_summary_groups_failures_by_what_stood_in_the_way() -> None:
    """Twenty lines of "there is no plan" were told before, and no reason."""
    tally = Tally(200)
    for scenario in range(144):
        tally = add(tally, 1, {"infeasible": 1}, ((2 * scenario, "skuldtaket för Lunds kommun (2030)"),))
    tally = tally.add_crash(7, "processen dog (SIGKILL)")
    lines = write_end(PoolEnd(tally), 10.0, "sv").splitlines()
    assert lines[1:6] == [
        "  omöjliga: 144",
        "  kraschade: 1",
        "Misslyckade:",
        "  144: skuldtaket för Lunds kommun (2030) (scenario 0, 2, 4 …)",
        "  1: processen dog (SIGKILL) (scenario 7)",
    ]


def test_the_summary_lists_twenty_reasons_and_counts_the_rest() -> None:
    tally = Tally(30)
    for scenario in range(25):
        tally = tally.add_crash(scenario, f"the process died ({scenario})")
    lines = write_end(PoolEnd(tally), 10.0, "en").splitlines()
    assert lines[1:4] == ["  crashed: 25", "Failed:", "  1: the process died (0) (scenario 0)"]
    assert lines[-3:] == [
        "  1: the process died (19) (scenario 19)",
        "  and 5 more",
        "5 remain. The same command again goes on where it ended.",
    ]


def test_the_summary_says_what_is_our_fault_and_how_to_go_on() -> None:
    tally = add(Tally(8), 4).add_fault("c2", 4, "ValueError: a mistake (work.py:3)")
    assert write_end(PoolEnd(tally), 0.0, "en") == (
        "4 of 8 scenarios in 0 s (0.0/s)\n"
        "  optimal: 4\n"
        "4 scenarios have no answer because of faults in the program:\n"
        "  chunk c2: ValueError: a mistake (work.py:3)\n"
        "4 remain. The same command again goes on where it ended."
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2, "Stopped by Ctrl-C. Everything that was finished is kept."),
        (15, "Stopped by SIGTERM. Everything that was finished is kept."),
        (1, "Stopped when the terminal was closed (SIGHUP). Everything that was finished is kept."),
    ],
)
def test_the_summary_says_what_stopped_the_sweep(number: int, text: str) -> None:
    lines = write_end(PoolEnd(add(Tally(8), 4), signal=number), 2.0, "en").splitlines()
    assert lines[-2:] == [text, "4 remain. The same command again goes on where it ended."]


class Gone(io.StringIO):
    """A terminal that was closed."""

    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


def test_a_terminal_that_was_closed_stops_nothing() -> None:
    with open_watch("en", Gone()) as watch:
        watch.show(Tally(8))
        watch.tell("watch_stopping", running=1)


def test_workers_that_end_or_stand_still_are_told() -> None:
    death = say("watch_died", "en", how="SIGKILL", said="")
    assert [
        say("watch_replaced", "en", death=death),
        say("watch_start_failed", "en", death=death),
        say("watch_halted", "en", pid=7),
    ] == [
        "A worker ended: the process died (SIGKILL). A new one takes over, and what it had is tried again.",
        "A worker ended before it was ready: the process died (SIGKILL). The sweep waits a moment and goes on with "
        "fewer.",
        "Worker 7 is stopped (SIGSTOP); what it has is not finished until it goes on: kill -CONT 7.",
    ]


def test_the_summary_says_what_stood_in_the_way() -> None:
    obstacle = say("watch_unready", "sv", error="ValueError: x")
    assert write_end(PoolEnd(Tally(1), obstacle=obstacle), 1.0, "sv").splitlines()[1:] == [
        "Ingen arbetare kan starta: ValueError: x",
        "1 återstår. Samma kommando igen fortsätter där det slutade.",
    ]


def test_every_status_of_a_scenario_has_its_word() -> None:
    for status in (*(status.value for status in Status), "refused", "not_verified", "crashed"):
        assert f"watch_status_{status}" in read_messages()
