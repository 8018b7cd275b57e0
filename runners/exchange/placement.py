"""How files and folders are put in their place: written aside and moved in, over something old only when forced."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scenarios.catalog import TABLE_BY_NAME, TABLES
from scenarios.errors import CaseError, Problem
from scenarios.tables import CASE, Tables, required_columns


def check_file(place: Path, force: bool) -> None:
    """Refuse a place for a file where something stands, unless it is a file and forced.

    Raises:
        CaseError: one problem that names the place.
    """
    if place.is_dir() or (place.exists() and not force):
        raise CaseError([Problem("exchange_file_exists", str(place))])


def check_folder(place: Path, force: bool) -> None:
    """Refuse a place for a case where something stands, unless it is nothing but a case and forced.

    Raises:
        CaseError: one problem that names the place.
    """
    if place.is_dir() and not any(place.iterdir()):
        return
    if place.exists() and not (force and _is_case(place)):
        raise CaseError([Problem("exchange_folder_other" if force else "exchange_folder_exists", str(place))])


def write_file(place: Path, data: bytes) -> None:
    """Write a file at once or not at all.

    Raises:
        CaseError: the place cannot be written.
    """
    with _aside(place) as folder:
        (folder / "new").write_bytes(data)
        os.replace(folder / "new", place)


def write_case(place: Path, tables: Tables, force: bool) -> int:
    """Write a case's tables as CSV files and give how many there are: those with rows, and those every case needs.

    Columns without any text are left out where they may be.

    Raises:
        CaseError: the place is taken, or cannot be written; then nothing is left behind.
    """
    written = [table for table in TABLES if len(tables.frames[table.name]) or not table.optional]
    with _aside(place) as folder:
        new = folder / "new"
        new.mkdir()
        for table in written:
            frame, needed = tables.frames[table.name], required_columns(table)
            columns = [name for name in frame if name in needed or (frame[name] != "").any()]
            with (new / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(columns)
                writer.writerows(frame[columns].to_numpy(object).tolist())
        check_folder(place, force)
        if place.exists():
            place.rename(folder / "old")
        _move_in(new, place, folder / "old")
    return len(written)


def _move_in(new: Path, place: Path, old: Path) -> None:
    """Put the folder in place; what stood there comes back where that fails."""
    try:
        new.rename(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise


def _is_case(place: Path) -> bool:
    """Whether a folder holds the tables of a case and nothing else."""
    if not place.is_dir() or not (place / f"{CASE}.csv").is_file():
        return False
    return all(path.suffix == ".csv" and path.stem in TABLE_BY_NAME and path.is_file() for path in place.iterdir())


@contextmanager
def _aside(place: Path) -> Iterator[Path]:
    """A new folder beside the place, gone afterwards."""
    place = place.absolute()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CaseError([Problem("exchange_unwritable", str(place), fields={"reason": reason})]) from error
