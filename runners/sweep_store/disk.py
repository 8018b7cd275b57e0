"""How a file of a sweep gets onto the disk: written aside, flushed and moved into place; and what to say if not."""

from __future__ import annotations

import errno
import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scenarios.errors import CaseError, Problem, explain_disk

ASIDE = ".tmp"
FULL = (errno.ENOSPC, errno.EDQUOT)
READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


class Unwritable(CaseError, OSError):
    """The disk did not take what was to be kept; `errno` says why. What was kept before is untouched."""

    def __init__(self, problem: Problem, number: int | None) -> None:
        super().__init__([problem])
        self.errno = number

    def __reduce__(self) -> tuple[type[Unwritable], tuple[Problem, int | None]]:
        """Picklable, so that a worker can hand it to its driver."""
        return type(self), (self.problems[0], self.errno)


@contextmanager
def tell_of_disk(place: Path) -> Iterator[None]:
    """Turn an error of the disk into a problem of the folder that names what to do."""
    try:
        yield
    except Unwritable:
        raise
    except OSError as error:
        raise Unwritable(_describe(place, error), error.errno) from error


def put_file(path: Path, write: Callable[[Path], object]) -> None:
    """Have a file written aside, flush it to the disk and move it into place; nothing half-written stays there."""
    aside = path.with_name(f".{path.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}{ASIDE}")
    try:
        write(aside)
        _flush(aside)
        aside.replace(path)
        _flush(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def put_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a mapping as JSON, aside and moved."""
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    put_file(path, lambda aside: aside.write_text(text, encoding="utf-8"))


def read_json(path: Path) -> dict[str, Any]:
    """The mapping in a JSON file; empty where there is none that can be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def remove_aside(folder: Path) -> None:
    """Remove what a process that died was writing in a folder."""
    for path in folder.glob(f".*{ASIDE}"):
        path.unlink(missing_ok=True)


def _describe(place: Path, error: OSError) -> Problem:
    name = f"out={place}"
    if error.errno in FULL:
        return Problem("store_full", name)
    if error.errno in READ_ONLY:
        return Problem("store_read_only", name)
    return Problem("store_unwritable", name, fields={"reason": explain_disk(error)})


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
