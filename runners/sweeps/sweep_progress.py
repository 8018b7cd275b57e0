"""What a person sees of a running sweep: how far, how fast, how long still, what failed; and the summary at its end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Protocol, TextIO, cast

from conf.words import format_number, say
from runners.progress import Clock, LastingStream, Pace, format_duration, format_rate
from runners.sweeps.counts import MOST_LISTED, PoolEnd, Tally

if TYPE_CHECKING:
    from rich.progress import Progress

LINE_SECONDS = 60.0
"""How often a line is written where there is no terminal."""


class Watch(Protocol):
    """Is shown the tally several times a second, also when nothing has changed."""

    def show(self, tally: Tally) -> None:
        """How far the sweep is."""

    def tell(self, key: str, **fields: object) -> None:
        """A message of the catalogue, said once however often it is told."""


class Silence:
    """A watch that says nothing."""

    def show(self, tally: Tally) -> None:
        """Say nothing."""

    def tell(self, key: str, **fields: object) -> None:
        """Say nothing."""


@contextmanager
def open_watch(lang: str, stream: TextIO, clock: Clock = monotonic) -> Iterator[Watch]:
    """A bar on a terminal; elsewhere a line at the start and then one a minute. A stream that is gone is no fault."""
    terminal = stream.isatty()
    stream = cast(TextIO, LastingStream(stream))
    if not terminal:
        yield LineWatch(lang, stream, clock)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (BarColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(file=stream), auto_refresh=False, transient=True) as progress:
        yield BarWatch(lang, progress, clock)


def print_end(text: str) -> None:
    """Print a summary on standard output. Where nobody can read it any more, the sweep has ended all the same."""
    try:
        print(text, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class LineWatch:
    """Writes how far the sweep is to a file or a pipe, at most once a minute."""

    def __init__(self, lang: str, stream: TextIO, clock: Clock = monotonic) -> None:
        self._lang, self._stream, self._clock = lang, stream, clock
        self._pace = Pace(clock)
        self._next = -float("inf")
        self._told: set[str] = set()

    def show(self, tally: Tally) -> None:
        """Write a line where the last is a minute old."""
        rate = self._pace.measure(tally.done)
        if self._clock() >= self._next:
            self._next = self._clock() + LINE_SECONDS
            print(write_progress(tally, rate, self._lang), file=self._stream, flush=True)

    def tell(self, key: str, **fields: object) -> None:
        """Write a line."""
        if key not in self._told:
            self._told.add(key)
            print(say(key, self._lang, **fields), file=self._stream, flush=True)


class BarWatch:
    """Keeps a bar on a terminal up to date."""

    def __init__(self, lang: str, progress: Progress, clock: Clock = monotonic) -> None:
        self._lang, self._progress = lang, progress
        self._pace = Pace(clock)
        self._bar = progress.add_task("", total=None)
        self._told: set[str] = set()

    def show(self, tally: Tally) -> None:
        """Redraw the bar."""
        text = write_progress(tally, self._pace.measure(tally.done), self._lang)
        done = tally.kept + tally.done + tally.broken
        self._progress.update(self._bar, total=tally.total, completed=done, description=text, refresh=True)

    def tell(self, key: str, **fields: object) -> None:
        """Write a line above the bar."""
        if key not in self._told:
            self._told.add(key)
            text = say(key, self._lang, **fields)
            self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)


def write_progress(tally: Tally, rate: float | None, lang: str) -> str:
    """One line: how far, and where a rate is known how fast and how long still, and what failed."""
    done = tally.kept + tally.done + tally.broken
    parts = [say("watch_done", lang, done=format_number(done, lang, 0), total=format_number(tally.total, lang, 0))]
    if rate is not None:
        parts.append(say("watch_rate", lang, rate=format_rate(rate, lang)))
        parts.append(say("watch_left", lang, time=format_duration((tally.total - done) / rate, lang)))
    if tally.failed + tally.broken:
        parts.append(say("watch_failed", lang, count=format_number(tally.failed + tally.broken, lang, 0)))
    return ", ".join(parts)


def write_end(end: PoolEnd, seconds: float, lang: str) -> str:
    """The summary: what was done in which time, what failed, why it ended early and how to go on."""
    tally = end.tally
    lines = [_write_total(tally, seconds, lang)]
    lines += [
        f"  {say(f'watch_status_{status}', lang)}: {format_number(count, lang, 0)}"
        for status, count in sorted(tally.counts.items(), key=lambda item: -item[1])
    ]
    if tally.reasons:
        lines += [say("watch_failures", lang), *_list_reasons(tally, lang)]
    if tally.faults:
        listed = [say("watch_chunk", lang, chunk=name, message=text) for name, text in tally.faults]
        lines += [say("watch_faults", lang, count=format_number(tally.broken, lang, 0)), *_list_some(listed, 0, lang)]
    return "\n".join([*lines, *_write_rest(end, lang)])


def _write_total(tally: Tally, seconds: float, lang: str) -> str:
    numbers = {"done": tally.done, "total": tally.total, "kept": tally.kept}
    fields = {name: format_number(number, lang, 0) for name, number in numbers.items()}
    rate = format_rate(tally.done / seconds if seconds > 0 else 0.0, lang)
    key = "watch_end_kept" if tally.kept else "watch_end"
    return say(key, lang, **fields, time=format_duration(seconds, lang), rate=rate)


def _write_rest(end: PoolEnd, lang: str) -> list[str]:
    """Why it ended before everything was done, and what to do about it."""
    lines = [] if end.obstacle is None else [end.obstacle]
    if end.signal is not None:
        lines.append(say(f"watch_stopped_{end.signal}", lang))
    left = end.tally.total - end.tally.kept - end.tally.done
    if left > 0:
        lines.append(say("watch_resume", lang, left=format_number(left, lang, 0)))
    return lines


def _list_some(lines: list[str], count: int, lang: str) -> list[str]:
    """At most MOST_LISTED lines, indented, and how many more of `count` there are."""
    shown = [f"  {line}" for line in lines[:MOST_LISTED]]
    more = count - len(shown)
    return [*shown, "  " + say("watch_more", lang, count=format_number(more, lang, 0))] if more > 0 else shown


def _list_reasons(tally: Tally, lang: str) -> list[str]:
    """A line for each reason, the most common first: how many, why, and which are the first of them."""
    ranked = sorted(tally.reasons.items(), key=lambda item: (not item[0], -item[1][0], item[1][1]))
    listed = []
    for reason, (count, examples) in ranked:
        numbers = ", ".join(map(str, examples)) + (" …" if count > len(examples) else "")
        told = reason or say("watch_reasons_other", lang)
        listed.append(say("watch_reason", lang, count=format_number(count, lang, 0), reason=told, scenarios=numbers))
    return _list_some(listed, len(listed), lang)
