"""How does what was made get to its place? Written aside and moved in, so that nothing there is ever half-written."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from runners.results.manifest import KIND, MANIFEST, PROGRAM, SWEEP
from scenarios.errors import CaseError, Problem

READABLE = 0o644
"""Others may read what is written, as with any file of a person's."""


def check_place(place: Path) -> None:
    """Refuse a folder that holds something other than an earlier run; a sweep is never replaced.

    Raises:
        CaseError: the place is a file, or a folder with other things in it.
    """
    taken = place.is_dir() and any(place.iterdir()) and not _is_run(place)
    if taken or (place.exists() and not place.is_dir()):
        raise CaseError([Problem("out_not_a_run", f"out={place}")])


def check_file(place: Path, force: bool) -> None:
    """Refuse a place for a file where something stands, unless it is a file and forced.

    Raises:
        CaseError: one problem that names the place.
    """
    problem = find_obstacle(place, force)
    if problem is not None:
        raise CaseError([problem])


def find_obstacle(place: Path, force: bool) -> Problem | None:
    """What stands where a file is to be written; a folder is in the way even when forced."""
    if place.is_dir():
        return Problem("file_is_folder", str(place))
    return Problem("file_taken", str(place)) if os.path.lexists(place) and not force else None


def put_file(place: Path, write: Callable[[Path], object], force: bool) -> Path:
    """Have a file written aside, move it to its place and give that.

    Args:
        place: of the file; folders above it are made.
        write: is given the path to write.
        force: whether a file that stands there is replaced.

    Raises:
        CaseError: something stands there, or it cannot be written. Then nothing has changed.
    """
    check_file(place, force)
    with tell_unwritable(place), _make_aside(place.absolute()) as aside:
        new = aside / f"new{place.suffix}"
        write(new)
        new.chmod(READABLE)
        check_file(place, force)
        os.replace(new, place)
    return place


@contextmanager
def put_folder(place: Path, check: Callable[[Path], object] = check_place, name: str = "") -> Iterator[Path]:
    """A new folder beside the place, moved to it at the end; gone where anything fails.

    Args:
        place: of the folder; folders above it are made.
        check: raises a CaseError where the place must not be replaced. Asked before, and again at the end.
        name: what a problem calls the place; as a choice of a command where it is not said.

    Raises:
        CaseError: what `check` says, or the place cannot be written. Then nothing has changed.
    """
    check(place)
    with tell_unwritable(place, "out_unwritable", name or f"out={place}"), _make_aside(place.absolute()) as aside:
        folder = aside / "new"
        folder.mkdir()
        yield folder
        check(place)
        _move_in(folder, place, aside / "old")


@contextmanager
def tell_unwritable(place: Path, key: str = "file_unwritable", name: str = "") -> Iterator[None]:
    """Turn an error of the disk into a problem of the place."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CaseError([Problem(key, name or str(place), fields={"reason": reason})]) from error


@contextmanager
def _make_aside(place: Path) -> Iterator[Path]:
    """A hidden folder beside the place, gone afterwards."""
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _move_in(folder: Path, place: Path, old: Path) -> None:
    """Put the folder in place; what stood there goes aside first, and back where the move fails."""
    if place.exists():
        place.rename(old)
    try:
        folder.rename(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise


def _is_run(place: Path) -> bool:
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("program") == PROGRAM and manifest.get(KIND) != SWEEP
