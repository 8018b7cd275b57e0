"""What stands in the tables of a case, read anew only where a file has changed since."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runners.found_once import Kept
from runners.web.editing import name_things
from runners.web.tables import Row, list_rows
from scenarios.base_years import list_base_years
from scenarios.layers import FILE, Layer, find_layers
from scenarios.tables import Tables, read_tables

KEPT = 32
"""Cases whose tables are kept at a time."""
MOST_STACKS = 256
"""Cases of which is kept which folders they are made of; tables of which rows are kept."""
Stamp = tuple[tuple[str, int, int], ...]
Signature = tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True)
class _Stack:
    """The folders of a case and its layers, and what they hang on: where these are read and where they might lie."""

    folders: tuple[Path, ...]
    watched: tuple[Path, ...]
    signature: Signature


_tables: Kept[Tables] = Kept(KEPT)
_rows: Kept[Sequence[Row]] = Kept(MOST_STACKS)
_names: Kept[Mapping[str, str]] = Kept(MOST_STACKS)
_years: Kept[Sequence[int]] = Kept(MOST_STACKS)
_stacks: dict[Path, _Stack] = {}


def read_case(folder: Path) -> Tables:
    """The tables of a case and of the layers below it."""
    return _tables.find(folder, stamp_case(folder), lambda: read_tables(folder))


def read_rows(folder: Path, name: str) -> Sequence[Row]:
    """The rows of a table of a case, for a page to show."""
    return _rows.find((folder, name), stamp_case(folder), lambda: list_rows(read_case(folder), name))


def read_names(folder: Path, dim: str, lang: str) -> Mapping[str, str]:
    """What each thing of a dimension is called in a case, in a language."""
    return _names.find((folder, dim, lang), stamp_case(folder), lambda: name_things(read_case(folder), dim, lang))


def read_base_years(folder: Path) -> Sequence[int]:
    """The base years that a case has rows of, the earliest first."""
    return _years.find(folder, stamp_case(folder), lambda: list_base_years(read_case(folder)))


def stamp_case(folder: Path) -> Stamp:
    """Changes whenever a table of a case or of a layer below it does."""
    found = []
    for place in _list_folders(folder):
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.name.endswith(".csv"):
                    about = entry.stat()
                    found.append((entry.path, about.st_mtime_ns, about.st_size))
    return tuple(sorted(found))


def _list_folders(folder: Path) -> tuple[Path, ...]:
    """The folders that a case is made of, looked for anew only where something that tells them has changed."""
    held = _stacks.get(folder)
    if held is not None and _sign(held.watched) == held.signature:
        return held.folders
    found, problems = find_layers(folder)
    watched = _watch(found)
    signature = _sign(watched)
    folders = tuple(layer.folder for layer in found)
    if not problems and find_layers(folder)[0] == found:  # nothing has changed between looking and signing
        if len(_stacks) >= MOST_STACKS:
            _stacks.clear()
        _stacks[folder] = _Stack(folders, watched, signature)
    return folders


def _watch(found: list[Layer]) -> tuple[Path, ...]:
    """Every `layers.csv` of a stack, and every folder that a layer's name might mean where it is named."""
    own = [layer.folder for layer in found]
    return (*(place / FILE for place in own), *(place / layer.name for place in own for layer in found if layer.name))


def _sign(watched: tuple[Path, ...]) -> Signature:
    return tuple(_sign_one(place) for place in watched)


def _sign_one(place: Path) -> tuple[int, int] | None:
    try:
        about = os.stat(place)
    except OSError:
        return None
    return about.st_ino, about.st_mtime_ns
