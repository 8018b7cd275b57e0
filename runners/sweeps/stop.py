"""When to stop: at Ctrl-C, SIGTERM or SIGHUP; the first asks for an orderly end, the second for an end at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from time import monotonic
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Those that stop a sweep in good order. SIGHUP comes when a terminal closes; under `nohup` it stays ignored."""
ECHO_SECONDS = 0.5
"""A signal so soon after the first is the same wish: `timeout` sends SIGTERM to a program, then to its group."""


class Stop:
    """Whether a signal has come; asked between other things, nothing is ever interrupted."""

    def __init__(self) -> None:
        self.signal: int | None = None
        """The first that came."""
        self.at_once = False
        """Whether a second came."""
        self._since = 0.0

    @property
    def asked(self) -> bool:
        """Whether to begin nothing new."""
        return self.signal is not None

    def ask(self, number: int, _frame: FrameType | None = None) -> None:
        """Note a signal."""
        if self.signal is None:
            self.signal, self._since = int(number), monotonic()
        elif monotonic() > self._since + ECHO_SECONDS:
            self.at_once = True


@contextmanager
def listen_for_stop() -> Iterator[Stop]:
    """A `Stop` that hears the signals of the process until the block ends; outside the main thread it hears none."""
    stop = Stop()
    if current_thread() is not main_thread():
        yield stop
        return
    heard = [number for number in SIGNALS if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop.ask) for number in heard}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
