"""How far a long command has come: counts, pace and time left, as a line on a terminal and as plain lines on a pipe.

One mechanism for all: a sweep counts scenarios (`sweeps.sweep_progress`), other commands the questions of a phase.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, TextIO, cast

from conf.words import LANGUAGES, format_number, say

if TYPE_CHECKING:
    from rich.status import Status

RATE_SECONDS = 120.0
"""The rate is that of the time just past, as some of what is done may be slower than the rest."""
FIRST_SECONDS, LINE_SECONDS = 5.0, 20.0
"""After how long a first line is written where there is no terminal, and how often from then on."""
MINUTE, HOUR, DAY = 60, 3600, 86400
FAST = 10.0
"""Rates from here on are written without decimals."""

Clock = Callable[[], float]


class Progress(Protocol):
    """Is told what is being done, and how far it is."""

    def __call__(self, phase: str) -> None:
        """A phase begins; its words are the message `phase_<name>`."""

    def expect(self, total: int, *, most: bool = False) -> None:
        """The phase has so many steps; `most`: it may end before."""

    def step(self) -> None:
        """One more of them is done."""


class Show(Protocol):
    """Is handed what is going on, and decides whether it is seen; `counted`: it says how far it is."""

    def __call__(self, text: str, *, counted: bool) -> None:
        """Show the text."""


class Quiet:
    """Says nothing."""

    def __call__(self, phase: str) -> None:
        """Say nothing."""

    def expect(self, total: int, *, most: bool = False) -> None:
        """Say nothing."""

    def step(self) -> None:
        """Say nothing."""


QUIET = Quiet()


class Told:
    """Writes each state of a phase in words, and hands them to `show`."""

    def __init__(self, lang: str, show: Show, clock: Clock = monotonic) -> None:
        self._lang, self._show, self._clock = lang, show, clock
        self._phase, self._pace = "", Pace(clock)
        self._done, self._total, self._most = 0, 0, False

    def __call__(self, phase: str) -> None:
        """Tell the phase, with a count after its name where it has one; it has no steps until they are known."""
        name, _, count = phase.partition(" ")
        told = format_number(int(count), self._lang, 0) if count.isdecimal() else count
        self._phase, self._total = " ".join(part for part in (say(f"phase_{name}", self._lang), told) if part), 0
        self._show(f"{self._phase} ...", counted=bool(count))

    def expect(self, total: int, *, most: bool = False) -> None:
        """Count anew."""
        self._done, self._total, self._most, self._pace = 0, total, most, Pace(self._clock)
        self._tell()

    def step(self) -> None:
        """Tell how far it is; nothing in a phase whose steps are not known."""
        if self._total:
            self._done = min(self._done + 1, self._total)
            self._tell()

    def _tell(self) -> None:
        """The phase with how far it is, and once that is known how long it takes still."""
        rate = self._pace.measure(self._done)
        done, total = (format_number(number, self._lang, 0) for number in (self._done, self._total))
        told = say("progress_most" if self._most else "progress_of", self._lang, done=done, total=total)
        if rate is not None:
            left = format_duration((self._total - self._done) / rate, self._lang)
            told += ", " + say("progress_left_most" if self._most else "watch_left", self._lang, time=left)
        self._show(f"{self._phase}: {told}", counted=True)


@contextmanager
def open_progress(lang: str, stream: TextIO, clock: Clock = monotonic) -> Iterator[Progress]:
    """One line that changes on a terminal; on a file or a pipe a line now and then, none for what is soon done."""
    if not stream.isatty():
        yield Told(lang, Lines(cast(TextIO, LastingStream(stream)), clock), clock)
        return
    from rich.console import Console

    console = Console(file=cast(TextIO, LastingStream(stream)))
    with console.status(say("phase_load", lang)) as status:
        yield Told(lang, Line(status), clock)


class Line:
    """One line on a terminal, written over by the next."""

    def __init__(self, status: Status) -> None:
        self._status = status

    def __call__(self, text: str, *, counted: bool) -> None:  # noqa: ARG002 - what is going on is always shown
        """Show the text, whatever marks stand in it."""
        from rich.text import Text

        self._status.update(Text(text))


class Lines:
    """Writes the first text after some seconds, and then one now and then."""

    def __init__(self, stream: TextIO, clock: Clock = monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._next = clock() + FIRST_SECONDS

    def __call__(self, text: str, *, counted: bool) -> None:
        """Write what is counted, where the last is old enough."""
        if counted and self._clock() >= self._next:
            self._next = self._clock() + LINE_SECONDS
            print(text, file=self._stream, flush=True)


class LastingStream:
    """A stream to write to that may go away, as a terminal that is closed, while the work goes on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, where there is still somebody to read it."""
        with suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Pass on what was written."""
        with suppress(OSError, ValueError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class Pace:
    """How many a second were done lately, from counts told now and then."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque()

    def measure(self, done: int) -> float | None:
        """Note how many are done by now, and give the rate; None while none is done, or no time has passed."""
        now = self._clock()
        if not self._marks or done != self._marks[-1][1]:
            self._marks.append((now, done))
        while len(self._marks) > 1 and self._marks[1][0] <= now - RATE_SECONDS:
            self._marks.popleft()
        since, before = self._marks[0]
        return (done - before) / (now - since) if done > before and now > since else None


def format_duration(seconds: float, lang: str = LANGUAGES[0]) -> str:
    """A time as it is said: `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.

    >>> format_duration(7500, "en")
    '2 h 5 min'
    """
    whole = round(seconds)
    if whole < MINUTE:
        return say("watch_seconds", lang, seconds=whole)
    if whole < HOUR:
        return say("watch_minutes", lang, minutes=whole // MINUTE, seconds=whole % MINUTE)
    if whole < DAY:
        return say("watch_hours", lang, hours=whole // HOUR, minutes=whole % HOUR // MINUTE)
    return say("watch_days", lang, days=whole // DAY, hours=whole % DAY // HOUR)


def format_rate(rate: float, lang: str) -> str:
    """How many a second, with a decimal where they are few."""
    return format_number(rate, lang, 0 if rate >= FAST else 1)
