"""What stands in the tables of a case, read anew only where a file has changed since."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from scenarios.layers import find_layers
from scenarios.tables import Tables, read_tables

KEPT = 32
"""Cases whose tables are kept at a time."""
Stamp = tuple[tuple[str, int, int], ...]


def read_case(folder: Path) -> Tables:
    """The tables of a case and of the layers below it."""
    return _read(folder, stamp_case(folder))


def stamp_case(folder: Path) -> Stamp:
    """Changes whenever a table of a case or of a layer below it does."""
    found = []
    for layer in find_layers(folder)[0]:
        with os.scandir(layer.folder) as entries:
            for entry in entries:
                if entry.name.endswith(".csv"):
                    about = entry.stat()
                    found.append((entry.path, about.st_mtime_ns, about.st_size))
    return tuple(sorted(found))


@lru_cache(maxsize=KEPT)
def _read(folder: Path, _stamp: Stamp) -> Tables:
    return read_tables(folder)
