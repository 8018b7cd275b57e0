"""Who writes in a folder now: a lock that falls when its holder dies, and words about who holds it.

The operating system keeps the lock of a living process, so a dead one's is free at once. Where another computer may
hold it, on a shared disk, what counts is when it last gave a sign of life.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from time import sleep, time

from scenarios.errors import CaseError, Problem

LOCK = "lock"
BEAT = 20.0
"""Seconds between two signs of life."""
SILENT = 180.0
"""A holder on another computer that gave no sign of life for so many seconds counts as dead."""
WAITS = (0.02, 0.1)
UNSUPPORTED = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)


@dataclass(frozen=True)
class Holder:
    """Who wrote the lock: computer, process, and since when."""

    host: str
    pid: int
    since: str


class FolderLock:
    """A folder's lock, held until `release` or the death of the process."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path, self._handle = path, handle
        self._ended = Event()
        Thread(target=self._beat, daemon=True).start()

    @classmethod
    def take(cls, place: Path, clock: Callable[[], float] = time) -> FolderLock:
        """Take the lock of a folder.

        Raises:
            CaseError: another process holds it, with its computer and number.
            OSError: the folder takes no files.
        """
        path = place / LOCK
        handle, holder = _open_free(path, clock)
        if holder is not None:
            os.close(handle)
            fields = {"host": holder.host, "pid": holder.pid, "since": holder.since, "minutes": round(SILENT / 60)}
            raise CaseError([Problem("store_locked", f"out={place}", fields=fields)])
        since = datetime.fromtimestamp(clock()).astimezone().isoformat(" ", "seconds")
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(asdict(Holder(socket.gethostname(), os.getpid(), since))).encode(), 0)
        return cls(path, handle)

    def release(self) -> None:
        """Give the lock back; a second time does nothing."""
        if not self._ended.is_set():
            self._ended.set()
            self._path.unlink(missing_ok=True)
            os.close(self._handle)

    def _beat(self) -> None:
        while not self._ended.wait(BEAT):
            try:
                os.utime(self._path)
            except OSError:
                continue


def is_locked(place: Path, clock: Callable[[], float] = time) -> bool:
    """Whether somebody writes in the folder now."""
    try:
        handle = os.open(place / LOCK, os.O_RDONLY)
    except OSError:
        return False
    try:
        return _find_holder(handle, clock) is not None
    finally:
        os.close(handle)


def _open_free(path: Path, clock: Callable[[], float]) -> tuple[int, Holder | None]:
    """The opened lock file, and who holds it if it is not free; asked again, as `is_locked` holds it for a moment."""
    for wait in WAITS:
        handle, holder = _open(path, clock)
        if holder is None:
            return handle, None
        os.close(handle)
        sleep(wait)
    return _open(path, clock)


def _open(path: Path, clock: Callable[[], float]) -> tuple[int, Holder | None]:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        holder = _find_holder(handle, clock)
        if holder is not None or _is_there(path, handle):
            return handle, holder
        os.close(handle)


def _find_holder(handle: int, clock: Callable[[], float]) -> Holder | None:
    """Who holds the opened lock; None, and it is locked for us, where it is free or its holder dead."""
    known = _read_holder(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        kept = True
    except BlockingIOError:
        return known or Holder("?", 0, "?")
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
        kept = False
    if known is None:
        return None
    if known.host != socket.gethostname():
        return known if clock() - os.fstat(handle).st_mtime < SILENT else None
    return known if not kept and _lives(known.pid) else None


def _read_holder(handle: int) -> Holder | None:
    try:
        content = json.loads(os.pread(handle, 4096, 0))
        return Holder(str(content["host"]), int(content["pid"]), str(content["since"]))
    except (ValueError, KeyError, TypeError):
        return None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_there(path: Path, handle: int) -> bool:
    """Whether the opened file is still the one of that name, and not one that its holder just removed."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except FileNotFoundError:
        return False
