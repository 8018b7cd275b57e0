"""How does what was made get to its place? Written aside and moved in, so that nothing there is ever half-written."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from runners.results.manifest import KIND, MANIFEST, PROGRAM, SWEEP
from scenarios.errors import CaseError, Problem, explain_disk

OCCUPIED = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)
"""What a move onto a place says where something stands there."""
UNLINKED = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)
"""What file systems say that have no second names of files."""
READABLE = 0o644
"""Others may read what is written, as with any file of a person's."""


def check_place(place: Path, force: bool = False) -> None:
    """Refuse a folder that holds anything, unless it is an earlier run and forced; a sweep is never replaced.

    Raises:
        CaseError: the place is a file, or a folder with other things in it or with a run that nobody said to replace.
    """
    if not os.path.lexists(place) or (place.is_dir() and not any(place.iterdir())):
        return
    if not place.is_dir() or not _is_run(place):
        raise CaseError([Problem("out_not_a_run", f"out={place}")])
    if not force:
        raise CaseError([Problem("out_taken", f"out={place}")])


def claim_folder(place: Path) -> Path:
    """A new empty folder of that name, under a number where there is one already: nobody else is given the same.

    Raises:
        CaseError: the folder cannot be made.
    """
    with tell_unwritable(place, "out_unwritable"):
        place.parent.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            named = place if number == 1 else place.with_name(f"{place.name}-{number}")
            with suppress(FileExistsError):
                named.mkdir()
                return named
    raise AssertionError("numbers do not end")


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
        _move_file(new, place, force)
    return place


def _move_file(new: Path, place: Path, force: bool) -> None:
    """Move a file to its place; unforced onto nothing only, also where another put a file there just now."""
    if not force:
        try:
            os.link(new, place)
            return
        except FileExistsError:
            raise CaseError([Problem("file_taken", str(place))]) from None
        except OSError as error:
            if error.errno not in UNLINKED:
                raise
    os.replace(new, place)


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
        _move_in(folder, place, aside / "old", check)


@contextmanager
def tell_unwritable(place: Path, key: str = "file_unwritable", name: str = "") -> Iterator[None]:
    """Turn an error of the disk into a problem of the place."""
    try:
        yield
    except OSError as error:
        raise CaseError([Problem(key, name or str(place), fields={"reason": explain_disk(error)})]) from error


@contextmanager
def _make_aside(place: Path) -> Iterator[Path]:
    """A hidden folder beside the place, gone afterwards."""
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _move_in(folder: Path, place: Path, old: Path, check: Callable[[Path], object]) -> None:
    """Put the folder in place. Where something stands that may be replaced it goes aside first, and back on failure.

    A move onto a folder with something in it fails by itself: what another command put there meanwhile is never lost.
    """
    try:
        folder.rename(place)
        return
    except OSError as error:
        if error.errno not in OCCUPIED:
            raise
    check(place)
    place.rename(old)
    try:
        folder.rename(place)
    except OSError:
        old.rename(place)
        raise


def _is_run(place: Path) -> bool:
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("program") == PROGRAM and manifest.get(KIND) != SWEEP
