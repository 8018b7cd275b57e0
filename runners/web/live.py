"""Cases kept open for levers: a few worker processes, each with one case, asked one question at a time.

What a visitor asks while an earlier question of the same visitor waits takes its place: a lever that is dragged asks
often, and only the last place of it matters.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import Pipe
from threading import Lock, Timer
from time import monotonic
from typing import Any

from runners.sweeps.process import write_environment
from runners.web.live_questions import OPEN, Answer, Handle, Question
from runners.web.refusal import TOO_MANY, TOO_SLOW, Refusal

Key = tuple[str, ...]
"""Words of the case and digest of its tables: a case that was saved anew is opened anew."""
MOST_OPEN = 2
"""Cases open at a time; each takes most of a gigabyte."""
MOST_VISITORS = 10_000
"""Visitors whose last question is remembered; beyond that those who asked longest ago are forgotten."""
OPEN_SECONDS, ANSWER_SECONDS, IDLE_SECONDS = 120.0, 30.0, 600.0


class Overtaken(Exception):
    """A later question of the same visitor is being answered instead."""


@dataclass
class _Open:
    """A case that is open: its process, what it can move, and when it was asked last."""

    process: subprocess.Popen[bytes]
    pipe: Any
    lock: Lock = field(default_factory=Lock)
    handles: tuple[Handle, ...] = ()
    asked: float = field(default_factory=monotonic)
    busy: bool = False


class LiveDesk:
    """The open cases of a site.

    Args:
        most: cases open at a time.
        idle: seconds after which a case that nobody asks about is closed.
    """

    def __init__(self, most: int = MOST_OPEN, idle: float = IDLE_SECONDS) -> None:
        self._most, self._idle = most, idle
        self._cases: dict[Key, _Open] = {}
        self._turns: dict[str, int] = {}
        self._lock = Lock()
        self._timer: Timer | None = None

    def open(self, key: Key, words: tuple[str, ...], lang: str) -> tuple[Answer | None, tuple[Handle, ...]]:
        """The levers of a case, opened where it is not; an answer where it cannot be.

        Raises:
            Refusal: as many cases as may be are being worked on, or the process ended.
        """
        case = self._find(key)
        with case.lock:
            if case.handles:
                return None, case.handles
            answer = self._ask(key, case, Question(OPEN, words, lang=lang), OPEN_SECONDS)
            if not answer.handles:
                self._close(key)
                return answer, ()
            case.handles = answer.handles
            return None, case.handles

    def ask(self, key: Key, visitor: str, question: Question) -> Answer:
        """The answer to a question about an open case.

        Raises:
            Overtaken: the visitor has asked again since.
            Refusal: as `open`.
        """
        with self._lock:
            turn = self._turns[visitor] = self._turns.pop(visitor, 0) + 1
            while len(self._turns) > MOST_VISITORS:
                del self._turns[next(iter(self._turns))]
        self.open(key, question.words, question.lang)
        case = self._find(key)
        with case.lock:
            if self._turns.get(visitor) != turn:
                raise Overtaken
            return self._ask(key, case, question, ANSWER_SECONDS)

    def close(self) -> None:
        """Close all cases."""
        with self._lock:
            keys = list(self._cases)
        for key in keys:
            self._close(key)

    def _find(self, key: Key) -> _Open:
        with self._lock:
            self._close_idle()
            case = self._cases.get(key)
            if case is None:
                self._make_room()
                case = self._cases[key] = _start()
            case.asked = monotonic()
            return case

    def _make_room(self) -> None:
        """Close the case that was asked about longest ago and is not being asked now."""
        while len(self._cases) >= self._most:
            free = [key for key, case in self._cases.items() if not case.busy]
            if not free:
                raise Refusal(TOO_MANY, "live_busy", {"count": len(self._cases)})
            _end(self._cases.pop(min(free, key=lambda key: self._cases[key].asked)))

    def _close_idle(self) -> None:
        before = monotonic() - self._idle
        for key in [key for key, case in self._cases.items() if case.asked < before and not case.busy]:
            _end(self._cases.pop(key))
        if self._timer is None or not self._timer.is_alive():
            self._timer = Timer(self._idle, self._sweep)
            self._timer.daemon = True
            self._timer.start()

    def _sweep(self) -> None:
        with self._lock:
            self._timer = None
            if self._cases:
                self._close_idle()

    def _ask(self, key: Key, case: _Open, question: Question, seconds: float) -> Answer:
        case.busy = True
        try:
            case.pipe.send(question)
            if not case.pipe.poll(seconds):
                raise Refusal(TOO_SLOW, "live_slow", {"seconds": round(seconds)})
            answer: Answer = case.pipe.recv()
        except Refusal:
            self._close(key)
            raise
        except (EOFError, OSError):
            self._close(key)
            raise Refusal(TOO_SLOW, "live_died") from None
        finally:
            case.busy = False
            case.asked = monotonic()
        return answer

    def _close(self, key: Key) -> None:
        with self._lock:
            case = self._cases.pop(key, None)
        if case is not None:
            _end(case)


def _start() -> _Open:
    """A fresh process, which ends with us: its pipe closes then."""
    ours, theirs = Pipe()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "runners.web.live_worker", str(theirs.fileno())],
            env=write_environment(1),
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    return _Open(process, ours)


def _end(case: _Open) -> None:
    with suppress(OSError):
        case.pipe.close()
    case.process.kill()
    case.process.wait()
