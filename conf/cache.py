"""The user's cache folder: where this program keeps what it could make again, and how it writes there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def cache_folder(name: str) -> Path:
    """A folder in the user's cache, as the desktop convention has it: `$XDG_CACHE_HOME/fardplan/NAME`."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "fardplan" / name


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
