"""The page's database as one SQLite file in the served folder: for one host, on a disk of its own."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runners.web.base import PATIENCE, Base, Lost, Pool
from runners.web.base_tables import STEPS, list_orders

FILE = "web.sqlite"
OWNER_ONLY = 0o600
OUT_OF_REACH = (
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL),
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY),
)
"""What the disk or others who write may be the reason of, and no statement of ours."""
PRIMARY = 0xFF
"""The bits of an error's code that tell its kind."""


class SqliteBase(Base):
    """The file in a folder. A file that is put in its place, from a backup, is followed."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.idle: Pool[tuple[int, sqlite3.Connection]] = Pool()
        """Each with the number of the file that it was opened on."""

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Several changes, together."""
        with self.state() as base:
            base.execute("begin immediate")
            yield base

    @contextmanager
    def state(self) -> Iterator[sqlite3.Connection]:
        """One statement."""
        with _tell_lost():
            number, base = self._take()
            try:
                with base:
                    yield base
            except BaseException:
                base.close()
                raise
            if not self.idle.put((number, base)):
                base.close()

    def close(self) -> None:
        """Close what is open, so that all stands in the one file."""
        while (kept := self.idle.take()) is not None:
            kept[1].close()

    def _take(self) -> tuple[int, sqlite3.Connection]:
        """A connection to the file that is there now, and the number of that file."""
        if not self.path.exists():
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, OWNER_ONLY))
        number = self.path.stat().st_ino
        while (kept := self.idle.take()) is not None:
            if kept[0] == number:
                return kept
            kept[1].close()
        return number, self._open()

    def _open(self) -> sqlite3.Connection:
        base = sqlite3.connect(self.path, timeout=PATIENCE, check_same_thread=False)
        base.row_factory = sqlite3.Row
        base.create_function("clock", 0, time.time)
        try:
            base.execute("pragma foreign_keys = on")
            if _count_steps(base) != len(STEPS):
                base.execute("pragma journal_mode = wal")
                with base:
                    base.execute("begin immediate")
                    _take_steps(base)
            base.execute("pragma synchronous = full")
        except BaseException:
            base.close()
            raise
        return base


def _take_steps(base: sqlite3.Connection) -> None:
    made = _count_steps(base)
    if made > len(STEPS):
        raise Lost("web_base_newer")
    for order in list_orders(made):
        base.execute(order)
    base.execute(f"pragma user_version = {len(STEPS)}")


def _count_steps(base: sqlite3.Connection) -> int:
    return int(base.execute("pragma user_version").fetchone()[0])


@contextmanager
def _tell_lost() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & PRIMARY in OUT_OF_REACH:
            raise Lost("web_base_file") from error
        raise
