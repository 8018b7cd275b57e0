"""The page's own database: users, their roles and visits, jobs, and who did what, in SQLite or in PostgreSQL.

Plans and sweeps are not in it: they stand in their folders, and their index is made of these. Statements are written
once, in what both databases understand: `?` is a value, `clock()` the database's own time in seconds (hosts' clocks
differ), and `"user"` stands in quotes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from functools import cached_property
from queue import Empty, Full, LifoQueue
from secrets import token_hex
from typing import Any, Generic, Protocol, TypeVar

MOST_IDLE = 16
"""Connections kept open for who asks next."""
PATIENCE = 10.0
"""Seconds to wait for others who write."""
Kept = TypeVar("Kept")


class Lost(OSError):
    """The database does not answer: gone, full, locked too long; nothing of what was asked is known to hold.

    Args:
        key: of the message that says why; it names no address.
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Answered(Protocol):
    """What a statement found or did."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""
        ...

    def fetchall(self) -> list[Any]:
        """Its rows, whose cells are read by name."""
        ...


class Writing(Protocol):
    """A change under way."""

    def execute(self, order: str, given: Sequence[Any] = (), /) -> Answered:
        """One statement of it."""
        ...


class Base(ABC):
    """The database of a site, made where it is not there; any thread may ask, each on a connection of its own."""

    shared = False
    """Whether other hosts may serve from it too."""

    @abstractmethod
    def write(self) -> AbstractContextManager[Writing]:
        """Several changes that are made together or not at all, while nobody else makes any.

        Raises:
            Lost: the database does not answer.
        """

    @abstractmethod
    def state(self) -> AbstractContextManager[Writing]:
        """One statement, made or not; raises as `write`."""

    @abstractmethod
    def close(self) -> None:
        """Close what is open; who asks later opens it anew."""

    def ask(self, question: str, given: Sequence[object] = ()) -> list[Any]:
        """The rows that answer a question."""
        with self.state() as base:
            return base.execute(question, tuple(given)).fetchall()

    def change(self, order: str, given: Sequence[object] = ()) -> int:
        """Change rows; how many there were."""
        with self.state() as base:
            return base.execute(order, tuple(given)).rowcount

    @cached_property
    def secret(self) -> bytes:
        """What tokens of forms are made with, the same after a restart and on every host."""
        self.change("insert into setting values ('secret', ?) on conflict do nothing", [token_hex(32)])
        return bytes.fromhex(self.ask("select value from setting where name = 'secret'")[0]["value"])


class Pool(Generic[Kept]):
    """Connections that nobody uses now, the last used first."""

    def __init__(self) -> None:
        self._idle: LifoQueue[Kept] = LifoQueue(MOST_IDLE)

    def take(self) -> Kept | None:
        """One of them; None: open another."""
        with suppress(Empty):
            return self._idle.get_nowait()
        return None

    def put(self, kept: Kept) -> bool:
        """Keep one for who asks next; False where there are enough."""
        with suppress(Full):
            self._idle.put_nowait(kept)
            return True
        return False

    def count(self) -> int:
        """How many there are."""
        return self._idle.qsize()
