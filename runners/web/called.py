"""What runs and cases are called by people: the name of the job that made a run, the municipality of a case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from runners.web.base import Base
from scenarios.files import read_csv
from scenarios.tables import CASE, QUANTITY, VALUE

MOST = 2000
KEPT = 256
STAMP = 16
"""Letters of a time that say day and minute."""


def name_runs(base: Base) -> dict[str, str]:
    """Names of runs as their jobs were called, by the names of their folders; those from the shell have none."""
    rows = base.ask(f"select place, name from job where place != '' order by created desc limit {MOST}")
    return {Path(row["place"]).name: str(row["name"]) for row in rows}


def call_run(run: str, started: str, names: Mapping[str, str]) -> str:
    """A run as a reader tells it from others.

    >>> call_run("lund-1", "2026-11-30T05:49:47+01:00", {"lund-1": "Som fallet är"})
    'Som fallet är, 2026-11-30 05:49'
    """
    return f"{names.get(run, run)}, {started[:STAMP].replace('T', ' ')}".rstrip(", ")


def name_case(folder: Path, lang: str) -> str:
    """What a case calls itself, else its folder's name."""
    file = folder / f"{CASE}.csv"
    try:
        return _read(file, file.stat().st_mtime_ns).get(f"name_{lang}") or folder.name
    except OSError:
        return folder.name


@lru_cache(maxsize=KEPT)
def _read(file: Path, _stamp: int) -> Mapping[str, str]:
    read, _ = read_csv(file, (QUANTITY, VALUE))
    if read is None or not {QUANTITY, VALUE} <= set(read.header):
        return {}
    rows = (dict(zip(read.header, row, strict=False)) for row in read.rows)
    return {row[QUANTITY]: row[VALUE] for row in rows}
