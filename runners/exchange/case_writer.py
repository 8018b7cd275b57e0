"""How is a case written as a folder of tables? Over an old one only when forced, over anything else never."""

from __future__ import annotations

import csv
from pathlib import Path

from runners.atomic_write import put_folder
from scenarios.catalog import TABLE_BY_NAME, TABLES
from scenarios.errors import CaseError, Problem
from scenarios.tables import CASE, Tables, required_columns


def check_folder(place: Path, force: bool) -> None:
    """Refuse a place for a case where something stands, unless it is nothing but a case and forced.

    Raises:
        CaseError: one problem that names the place.
    """
    if place.is_dir() and not any(place.iterdir()):
        return
    if place.exists() and not (force and _is_case(place)):
        raise CaseError([Problem("exchange_folder_other" if force else "exchange_folder_exists", str(place))])


def write_case(place: Path, tables: Tables, force: bool) -> int:
    """Write a case's tables as CSV files and give how many there are: those with rows, and those every case needs.

    Columns without any text are left out where they may be.

    Raises:
        CaseError: the place is taken, or cannot be written; then nothing is left behind.
    """
    written = [table for table in TABLES if len(tables.frames[table.name]) or not table.optional]
    with put_folder(place, lambda taken: check_folder(taken, force), str(place)) as folder:
        for table in written:
            frame, needed = tables.frames[table.name], required_columns(table)
            columns = [name for name in frame if name in needed or (frame[name] != "").any()]
            with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(columns)
                writer.writerows(frame[columns].to_numpy(object).tolist())
    return len(written)


def _is_case(place: Path) -> bool:
    """Whether a folder holds the tables of a case and nothing else."""
    if not place.is_dir() or not (place / f"{CASE}.csv").is_file():
        return False
    return all(path.suffix == ".csv" and path.stem in TABLE_BY_NAME and path.is_file() for path in place.iterdir())
