"""Seconds by phase of what a command does, told as each begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter


class Clock:
    """Seconds by phase, told as each begins."""

    def __init__(self, say_phase: Callable[[str], None]) -> None:
        self.seconds: dict[str, float] = {}
        self._say = say_phase

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count what happens inside as the phase's."""
        self._say(name)
        started = perf_counter()
        try:
            yield
        finally:
            self.add(name, perf_counter() - started)

    def add(self, name: str, seconds: float) -> None:
        """Count seconds as a phase's."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds
