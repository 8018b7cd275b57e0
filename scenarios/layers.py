"""Which folders a case is made of, and whose row holds where several are about the same number.

A case may name the layers below it in `layers.csv`. Rows of a frame keep the line of their file, less SPAN times the
depth of their layer, so that every row tells where it stands: the case itself has depth 0, the layer below it 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pandas

from scenarios.alike import find_nearest
from scenarios.catalog import AGE, INVENTORY_YEAR, PATH, SLICE, TABLES, VINTAGE, YEAR, Table, quantities_of
from scenarios.errors import Notice, Problem
from scenarios.files import read_csv, refuse_kind

LAYERS = "layers"
LAYER, NOTE = COLUMNS = ("layer", "note")
FILE = f"{LAYERS}.csv"
SPAN = 1_000_000_000
"""More lines than a file may have."""
SHIPPED = Path(__file__).parent
"""Where layers stand that come with the program."""
ROW_FIELDS = "row"
"""What the name of a message's field ends with where it holds a row of the same file."""

Frames = Mapping[str, pandas.DataFrame]
Told = TypeVar("Told", Problem, Notice)


@dataclass(frozen=True)
class Layer:
    """A folder of tables: its name as messages have it, blank for the case itself."""

    name: str
    folder: Path


class Shipped(NamedTuple):
    """A layer that comes with the program, as it stands: its folder; names, lengths and times of its files."""

    folder: Path
    files: tuple[tuple[str, int, int], ...]


def find_layers(folder: Path) -> tuple[list[Layer], list[Problem]]:
    """The layers of a case from its own folder down to the lowest, and what is wrong with `layers.csv`."""
    problems: list[Problem] = []
    found = _find_below(folder, "", (folder.resolve(),), problems)
    kept: dict[Path, Layer] = {}
    for layer in found:
        kept.setdefault(layer.folder.resolve(), layer)
    return [Layer("", folder), *reversed(kept.values())], problems


def _find_below(folder: Path, place: str, above: tuple[Path, ...], problems: list[Problem]) -> list[Layer]:
    """The layers below a folder, the lowest first; `above` are the folders that led there."""
    found: list[Layer] = []
    for line, name in _read_names(folder, f"{place}{FILE}", problems):
        layer = _open_layer(folder, name)
        where = (f"{place}{FILE}", line, LAYER)
        if layer is None:
            problems.append(Problem("layer_unknown", *where, {"found": name, "nearest": _find_nearest(folder, name)}))
        elif layer.folder.resolve() in above:
            problems.append(Problem("layer_circular", *where, {"found": name}))
        else:
            found += _find_below(layer.folder, f"{layer.name}/", (*above, layer.folder.resolve()), problems)
            found.append(layer)
    return found


def _read_names(folder: Path, file: str, problems: list[Problem]) -> list[tuple[int, str]]:
    """The layers that a folder names, each with its line; none where it names none."""
    path = folder / FILE
    if not path.is_symlink() and not path.exists():
        return []
    barred = refuse_kind(path)
    if barred is not None:
        problems.append(replace(barred, file=file))
        return []
    read, wrong = read_csv(path, COLUMNS)
    problems += [replace(problem, file=file) for problem in wrong]
    if read is None:
        return []
    for name in read.header:
        if name not in COLUMNS:
            fields = {"nearest": find_nearest(name, COLUMNS), "columns": ", ".join(COLUMNS)}
            problems.append(Problem("column_unknown", file, 1, name, fields))
    if LAYER not in read.header:
        problems.append(Problem("column_missing", file, 1, LAYER, {"found": ", ".join(read.header)}))
        return []
    cells = [row[read.header.index(LAYER)] for row in read.rows]
    problems += [
        Problem("layer_blank", file, line, LAYER) for line, cell in zip(read.lines, cells, strict=True) if not cell
    ]
    return [(line, cell) for line, cell in zip(read.lines, cells, strict=True) if cell]


def _open_layer(folder: Path, name: str) -> Layer | None:
    """The folder that a name means: seen from the folder of the case, else one that comes with the program."""
    for start in (folder, SHIPPED):
        place = (start / Path(name).expanduser()).resolve()
        if place.is_dir() and any(place.glob("*.csv")):
            return Layer(name.strip("/"), place)
    return None


def stamp_shipped(layer: Layer) -> Shipped | None:
    """A layer of the program as it stands; None of the case itself, and of a user's own layer."""
    if not layer.name or not layer.folder.is_relative_to(SHIPPED):
        return None
    stats = [(path.name, path.stat()) for path in sorted(layer.folder.glob("*.csv")) if path.is_file()]
    return Shipped(layer.folder, tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats))


def _find_nearest(folder: Path, name: str) -> str:
    """The layer most like a name that is none: a folder of the case, or one that comes with the program; else blank."""
    own = [path.parent.name for path in folder.glob("*/*.csv")]
    shipped = [path.parent.relative_to(SHIPPED).as_posix() for path in SHIPPED.glob("library/*/*.csv")]
    return find_nearest(name, {*own, *shipped})


def number_keys(table: Table) -> list[str]:
    """The keys that tell what a row is about: all but those along which one number runs.

    >>> [number_keys(table) for table in TABLES if table.name in ("prices", "inventory", "slices", "path_values")]
    [[], ['path', 'quantity'], ['commodity', 'quantity'], ['account', 'year']]
    """
    along = {SLICE, VINTAGE, YEAR, AGE, PATH}
    if any(INVENTORY_YEAR in quantity.dims for quantity in quantities_of(table.name)):
        along.discard(YEAR)
    if table.declares == PATH or table.name == "path_values":
        along.discard(PATH)
    return [key for key in table.keys if key not in along]


def lay_frames(layers: Sequence[Frames]) -> tuple[dict[str, pandas.DataFrame], dict[str, pandas.DataFrame]]:
    """The tables of a stack, and the rows of lower layers that gave way.

    Args:
        layers: tables of each layer, from the case itself down, as `find_layers` has them.
    """
    if len(layers) == 1:
        return dict(layers[0]), {}
    laid, dropped = {}, {}
    for table in TABLES:
        parts = [
            part.set_axis(part.index - SPAN * depth) if depth else part
            for depth, part in enumerate(frames[table.name] for frames in layers)
            if len(part)
        ]
        if len(parts) < 2:
            laid[table.name] = parts[0] if parts else layers[0][table.name]
            continue
        rows = pandas.concat(parts[::-1])
        held = _find_highest(rows, number_keys(table))
        laid[table.name], dropped[table.name] = rows[held], rows[~held]
    return laid, dropped


def _find_highest(rows: pandas.DataFrame, keys: Sequence[str]) -> np.ndarray:
    """Which rows are of the highest layer that says anything of what they are about."""
    heights = (rows.index.to_numpy() // SPAN).tolist()
    about = list(zip(*(rows[key].tolist() for key in keys), strict=True)) or [()] * len(heights)
    best: dict[tuple[str, ...], int] = {}
    for key, height in zip(about, heights, strict=True):
        best[key] = max(best.get(key, height), height)
    return np.array([best[key] == height for key, height in zip(about, heights, strict=True)], dtype=bool)


def name_place(layers: Sequence[Layer], file: str, row: int) -> tuple[str, int]:
    """File and line of a row: `parameters.csv` of the case itself, `library/common/parameters.csv` of a layer.

    >>> name_place([Layer("", Path()), Layer("library/common", Path())], "prices.csv", 7 - SPAN)
    ('library/common/prices.csv', 7)
    """
    height, line = divmod(row, SPAN)
    return (f"{layers[-height].name}/{file}" if height else file), line


def locate(found: Iterable[Told], layers: Sequence[Layer]) -> list[Told]:
    """Problems or notices with the file of the layer and the line in it, also in what fills them."""
    if len(layers) < 2:
        return list(found)
    return [_locate_one(one, layers) for one in found]


def _locate_one(one: Told, layers: Sequence[Layer]) -> Told:
    fields = dict(one.fields)
    for name, value in one.fields.items():
        if name.endswith(ROW_FIELDS) and isinstance(value, int | np.integer) and value < 0:
            place, line = name_place(layers, one.file, int(value))
            fields[name] = f"{line} ({place})"
    if one.row is None:
        return replace(one, fields=fields)
    file, line = name_place(layers, one.file, one.row)
    return replace(one, file=file, row=line, fields=fields)
