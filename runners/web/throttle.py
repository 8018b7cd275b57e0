"""How often something may be tried within a time, and how much held open at once, by whom: the rest is refused."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock
from time import monotonic

MOST_KEYS = 20_000
"""Visitors whose tries are remembered; beyond that the oldest are forgotten."""


class Room:
    """At most so many things of one key held open at a time."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = Lock()
        self._held: dict[str, int] = {}

    def enter(self, key: str) -> bool:
        """Whether one more is let in; who is has to leave."""
        with self._lock:
            held = self._held.get(key, 0)
            if held >= self.most:
                return False
            self._held[key] = held + 1
        return True

    def leave(self, key: str) -> None:
        """One less."""
        with self._lock:
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]


class Throttle:
    """At most so many tries of one key within some seconds."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self.most, self.seconds = most, seconds
        self._clock, self._lock = clock, Lock()
        self._tries: dict[str, deque[float]] = {}

    def admits(self, key: str) -> bool:
        """Whether one more try is let through; it is counted then."""
        now = self._clock()
        with self._lock:
            tries = self._tries.pop(key, deque(maxlen=self.most))
            while tries and tries[0] <= now - self.seconds:
                tries.popleft()
            admitted = len(tries) < self.most
            if admitted:
                tries.append(now)
            if tries:
                self._tries[key] = tries
            while len(self._tries) > MOST_KEYS:
                del self._tries[next(iter(self._tries))]
        return admitted

    def give_back(self, key: str) -> None:
        """Take one try of a key as not made."""
        with self._lock:
            if self._tries.get(key):
                self._tries[key].pop()

    def forgive(self, key: str) -> None:
        """Forget the tries of a key."""
        with self._lock:
            self._tries.pop(key, None)
