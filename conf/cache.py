"""The user's cache folder: where this program keeps what it could make again, and how it writes there."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

DIGEST_BYTES = 32
"""Bytes of SHA-256 at the start of a kept file, of all that follows."""


def cache_folder(name: str) -> Path:
    """A folder in the user's cache, as the desktop convention has it: `$XDG_CACHE_HOME/fardplan/NAME`."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "fardplan" / name


@cache
def digest_source(room: Path, endings: tuple[str, ...] = (".py",)) -> str:
    """The digest of the text of a room of the program: every file of some endings in it, with its place."""
    digest = hashlib.sha256()
    walked = ((folder, name) for folder, _, names in os.walk(room) for name in names)
    places = [os.path.join(folder, name) for folder, name in walked if name.endswith(endings)]
    for place in sorted(places):
        with open(place, "rb") as file:
            digest.update(os.path.relpath(place, room).encode() + b"\0" + file.read())
    return digest.hexdigest()


def write_aside(path: Path, write: Callable[[Path], object]) -> None:
    """Write next to the place and rename, so that nobody reads half a file.

    Raises:
        OSError: the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    os.close(handle)
    aside = Path(name)
    try:
        write(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def read_kept(path: Path) -> bytes | None:
    """What `keep` wrote; None where there is nothing, or where its bytes are not those that were written."""
    if not path.is_file():  # a folder, a device or a pipe in its place is nothing of ours
        return None
    try:
        content = path.read_bytes()
    except OSError:
        return None
    told, kept = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
    if hashlib.sha256(kept).digest() != told:
        return None
    with suppress(OSError):  # when it was last used decides what goes first; a folder on a read-only disk keeps all
        os.utime(path)
    return kept


def keep(path: Path, content: bytes | memoryview, most: int) -> None:
    """Keep bytes behind their digest; a folder that cannot be written keeps nothing, and that is no error.

    Args:
        path: of the file.
        content: to be kept.
        most: files of this kind that stay in the folder; the longest unused go first.
    """

    def write(aside: Path) -> None:
        with aside.open("wb") as file:
            file.write(hashlib.sha256(content).digest())
            file.write(content)

    with suppress(OSError):
        write_aside(path, write)
        drop_unused(path.parent, f"*{path.suffix}", most)


def drop_unused(folder: Path, pattern: str, most: int) -> None:
    """Leave so many files of a pattern, the last used ones.

    Raises:
        OSError: the folder cannot be written.
    """
    kept = sorted(folder.glob(pattern), key=lambda other: other.stat().st_mtime, reverse=True)
    for unused in kept[most:]:
        unused.unlink(missing_ok=True)
