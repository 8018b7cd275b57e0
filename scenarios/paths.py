"""What numbers that follow a path are in each year: rows of a few anchors, laid out as rows of years.

    number(y) = sum over its rows of value * product over the row's paths of index(y) / index(anchor)
    index(y)  = level(y) (1 + growth)^max(y - last, 0)

`anchor` is the row's year, the base year where it has none; `last` is the last year of `path_level`. A path without
levels has 1 and grows in all years. Rows of one number add up: what is driven along one path, less what another leaves.
After this module no row names a path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from scenarios.catalog import (
    COMMODITY,
    CONFIDENCES,
    PATH,
    TABLE_BY_NAME,
    TABLES,
    TECHNOLOGY,
    YEAR,
    Quantity,
    quantities_of,
)
from scenarios.cells import KEYS, NUMBER, TABLE, is_year, read_numbers
from scenarios.spread import Floats, Frames, Labels, Written, fill
from scenarios.tables import CONFIDENCE, ITEM, PATH_VALUES, QUANTITY, VALUE

LEVEL, GROWTH = "path_level", "path_growth"
ORIGIN = 2000.0
"""Where an index without levels is 1; it cancels out."""
SAME = 1e-12
"""What differs by less than this share has not moved."""
MOVING = (LEVEL, GROWTH)
"""The quantities of a path: what changes one changes every number that follows it."""
LIKE = "profile_as"
"""The label of what has the profile of something else."""
PROFILES = "profiles"
OWNERS = {TECHNOLOGY: "technologies", COMMODITY: "commodities"}
FOLLOWING = tuple(
    table.name for table in TABLES if PATH in table.keys and table.name != PATH_VALUES and not table.declares
)
"""Tables whose rows may follow paths."""


def split_paths(cell: str) -> list[str]:
    """The paths that a cell names.

    >>> split_paths("population distance")
    ['population', 'distance']
    """
    return cell.split()


@dataclass(frozen=True)
class Course:
    """How one path moves: its levels (`at` the years given, ascending, `written`), and its yearly growth."""

    at: Floats
    written: Floats
    growth: float

    def draw(self, years: Floats, levels: Floats | None = None, growth: float | None = None) -> Floats:
        """The index in each of the years, at other levels in these years or at another growth where given."""
        grown = 1.0 + (self.growth if growth is None else growth)
        last = self.at[-1] if len(self.at) else -np.inf
        if levels is None:
            levels = np.interp(years, self.at, self.written) if len(self.at) else np.ones(len(years))
        grows = years - ORIGIN if np.isinf(last) else np.maximum(years - last, 0.0)
        return np.asarray(levels * grown**grows)


Line = tuple[Floats, Callable[[float], float]]
"""A path's index in the years of the plan, and in any year that a row is anchored in."""
Lines = Mapping[str, Line]


@dataclass(frozen=True)
class Paths:
    """The paths of a case over the years of its plan; a row without a year is anchored in the base year."""

    years: Floats
    base_year: float
    paths: Mapping[str, Course]

    def draw(self, levels: Floats | None = None, growth: Floats | None = None) -> Lines:
        """Each path's lines; at other levels in the years of the plan, or another growth, where given (path first).

        What a row is anchored in stays as it is written: levels that settings raise raise what follows.
        """
        lines: dict[str, Line] = {}
        for place, (name, path) in enumerate(self.paths.items()):
            own = path.growth if growth is None else float(growth[place])
            line = path.draw(self.years, None if levels is None else levels[place], own)
            lines[name] = (line, partial(_index_at, path, own))
        return lines


def _index_at(path: Course, growth: float, year: float) -> float:
    return float(path.draw(np.array([year]), growth=growth)[0])


def read_paths(frames: Frames, years: Sequence[int], base_year: float) -> Paths:
    """The paths that chosen rows declare; unreadable cells are as if they were blank."""
    rows = frames[PATH_VALUES]
    numbers = read_numbers(rows[VALUE])
    at = np.array([float(cell) if is_year(cell) else base_year for cell in rows[YEAR]], dtype=float)
    found = {}
    for name in dict.fromkeys(frames["paths"][PATH].tolist()):
        own = ((rows[PATH] == name) & np.isfinite(numbers)).to_numpy()
        given, grows = (own & (rows[QUANTITY] == quantity).to_numpy() for quantity in MOVING)
        order = np.argsort(at[given], kind="stable")
        growth = float(numbers[grows][-1]) if grows.any() else 0.0
        found[name] = Course(at[given][order], numbers[given][order], growth)
    return Paths(np.array(years, dtype=float), base_year, found)


def lay_out(frames: Frames, paths: Paths) -> Frames:
    """The chosen rows with every path followed and every shared profile written out; the same where there is none."""
    index, laid = paths.draw(), dict(frames)
    for name in FOLLOWING:
        if any(frames[name][PATH].tolist()):
            laid[name] = follow(frames[name], name, paths, index)
    copies = list(_copy_profiles(frames))
    if copies:
        laid[PROFILES] = pd.concat([frames[PROFILES], *copies])
    return laid


def group_numbers(frame: pd.DataFrame, table: str) -> np.ndarray:
    """A code for each row: the same for rows about one number in all its years."""
    keys = [key for key in TABLE_BY_NAME[table].keys if key not in (YEAR, PATH)]
    codes: dict[tuple[str, ...], int] = {}
    rows = zip(*(frame[key].tolist() for key in keys), strict=True)
    return np.array([codes.setdefault(row, len(codes)) for row in rows], dtype=np.int64)


def find_following(frame: pd.DataFrame, table: str) -> np.ndarray:
    """Which rows are about a number that follows a path, in this row or in another about the same."""
    codes = group_numbers(frame, table)
    return np.isin(codes, codes[(frame[PATH] != "").to_numpy()])


def find_refused(own: pd.DataFrame, table: str, paths: Paths, lines: Lines) -> np.ndarray:
    """Which of the rows about following numbers cannot be laid out: an unknown path, a year without one, no number.

    A number of which one row is wrong is refused whole, and all are where the plan has no years.
    """
    if not len(paths.years):
        return np.ones(len(own), dtype=bool)
    codes, rows = group_numbers(own, table), zip(own[PATH].tolist(), own[YEAR].tolist(), strict=True)
    wrong = np.isnan(read_numbers(own[VALUE])) | np.array([not _is_clear(*row, lines) for row in rows], dtype=bool)
    return np.isin(codes, codes[wrong])


def follow(frame: pd.DataFrame, table: str, paths: Paths, lines: Lines) -> pd.DataFrame:
    """A table with the rows of each number that follows a path added up, one row for each year of the plan.

    Rows that the checks refuse stay as they are, without their path: an unknown path, a year without one, no number.
    """
    following = find_following(frame, table)
    own = frame[following]
    codes, values = group_numbers(own, table), read_numbers(own[VALUE])
    cells, years = own[PATH].tolist(), own[YEAR].tolist()
    wrong = find_refused(own, table, paths, lines)
    groups: dict[int, list[int]] = {}
    for row in np.flatnonzero(~wrong).tolist():
        groups.setdefault(int(codes[row]), []).append(row)
    columns = {str(name): own[name].tolist() for name in own.columns}
    laid: dict[str, list[str]] = {name: [] for name in columns}
    for rows in groups.values():
        sums = np.zeros(len(paths.years))
        for row in rows:
            anchor = float(years[row]) if years[row] else paths.base_year
            sums = sums + values[row] * _multiply(cells[row], anchor, lines)
        for name, texts in columns.items():
            laid[name] += [texts[rows[0]]] * len(sums)
        laid[YEAR][-len(sums) :] = [f"{year:.0f}" for year in paths.years]
        laid[VALUE][-len(sums) :] = [repr(float(value)) for value in sums]
        laid[CONFIDENCE][-len(sums) :] = [find_weakest(columns[CONFIDENCE][row] for row in rows)] * len(sums)
    laid[PATH] = [""] * len(laid[PATH])
    index = np.repeat([int(own.index[rows[0]]) for rows in groups.values()], len(paths.years)).astype(np.int64)
    made = pd.DataFrame(laid, index=index, dtype=object)
    return pd.concat([frame[~following], own[wrong].assign(**{PATH: ""}), made])


def _is_same(line: Line, other: Line, year: float) -> bool:
    """Whether two lines of a path are one, in the years of the plan and where rows are anchored."""
    (values, find), (usual, find_usual) = line, other
    return bool(np.allclose(values, usual, rtol=SAME, atol=0.0)) and find(year) == find_usual(year)


def _is_clear(cell: str, year: str, lines: Lines) -> bool:
    """Whether a row's paths and its year can be read: a year without a path says nothing of the years between."""
    return all(name in lines for name in split_paths(cell)) and (not year or (bool(cell) and is_year(year)))


def _multiply(cell: str, anchor: float, lines: Lines) -> Floats:
    """What the paths of a row make of it, year by year; nothing where a path is nothing in the row's own year."""
    product: Floats = np.ones(1)
    for name in split_paths(cell):
        line, find = lines[name]
        start = find(anchor)
        product = product * (line / start if start else np.zeros(len(line)))
    return product


def find_weakest(confidences: Iterable[str]) -> str:
    """The weakest of confidences; of words that are none of them the first.

    >>> find_weakest(["published", "derived"])
    'derived'
    """
    words = list(confidences)
    return max(words, key=lambda word: CONFIDENCES.index(word) if word in CONFIDENCES else -1)


def mark_following(numbers: pd.DataFrame) -> np.ndarray:
    """Which rows of `list_numbers` are a part of a number that follows a path, and is looked at as a whole."""
    follows = ((numbers[PATH] != "") & (numbers[TABLE] != PATH_VALUES)).to_numpy()
    if not follows.any():
        return follows
    return np.asarray(pd.Series(follows).groupby(_list_keys(numbers)).transform("any").to_numpy())


def add_up(numbers: pd.DataFrame) -> np.ndarray:
    """The numbers of rows of `list_numbers`; of one that follows a path the sum of its rows, each in its own year."""
    sums = pd.Series(numbers[NUMBER].to_numpy()).groupby(_list_keys(numbers)).transform("sum").to_numpy()
    return np.where(mark_following(numbers), sums, numbers[NUMBER].to_numpy())


def _list_keys(numbers: pd.DataFrame) -> list[np.ndarray]:
    """What tells one number from another, whatever its years, its paths and its variant are."""
    return [numbers[key].to_numpy() for key in (TABLE, *(key for key in KEYS if key not in (YEAR, PATH)))]


def weaken(numbers: pd.DataFrame) -> pd.DataFrame:
    """Rows of `list_numbers` with the confidence of the weakest that a number is made of: its own, or of a path's."""
    followed = numbers[PATH].to_numpy() != ""
    followed &= (numbers[TABLE] != PATH_VALUES).to_numpy()
    if not followed.any():
        return numbers
    values = numbers[numbers[TABLE] == PATH_VALUES]
    weakest = values.groupby(PATH)[CONFIDENCE].agg(find_weakest).to_dict()
    found = [
        find_weakest([own, *(weakest[name] for name in split_paths(cell) if name in weakest)]) if follows else own
        for own, cell, follows in zip(numbers[CONFIDENCE], numbers[PATH], followed, strict=True)
    ]
    return numbers.assign(**{CONFIDENCE: found})


@dataclass(frozen=True)
class Follower:
    """A quantity of which some numbers follow paths: its rows, and its array as the paths are written."""

    quantity: Quantity
    frame: pd.DataFrame
    paths: Paths
    labels: Labels
    usual: Floats

    def move(self, values: Floats, levels: Floats, growth: Floats) -> Floats:
        """The array at other paths: what a path makes of the written number, it makes of one that settings changed."""
        lines, usual = self.paths.draw(levels, growth), self.paths.draw()
        followed = {name for cell in self.frame[PATH] for name in split_paths(cell)}
        if all(_is_same(lines[name], usual[name], self.paths.base_year) for name in followed if name in lines):
            return values
        laid = follow(self.frame, self.quantity.table, self.paths, lines)
        moved = fill(self.quantity, Written({self.quantity.table: laid}), self.labels)
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = np.where(self.usual != 0.0, values * (moved / self.usual), values + moved)
        return np.where(np.isclose(moved, self.usual, rtol=SAME, atol=0.0, equal_nan=True), values, scaled)


def list_followers(frames: Frames, paths: Paths, labels: Labels, variables: Mapping[str, Any]) -> dict[str, Follower]:
    """What follows paths, by the name of its quantity; `frames` are the chosen rows, `variables` as they are filled."""
    found = {}
    for table in FOLLOWING:
        if any(frames[table][PATH].tolist()):
            for quantity in quantities_of(table):
                rows = frames[table]
                rows = rows[rows[QUANTITY] == quantity.name] if QUANTITY in rows else rows
                if any(rows[PATH].tolist()):
                    found[quantity.name] = Follower(quantity, rows, paths, labels, variables[quantity.name][1].copy())
    return found


def _copy_profiles(frames: Frames) -> Iterator[pd.DataFrame]:
    """The profile of each thing that has another's, as rows of its own."""
    rows = frames[PROFILES]
    written = set(rows[ITEM])
    for dim, table in OWNERS.items():
        for name, other in zip(frames[table][dim], frames[table][LIKE], strict=True):
            if other in written and name not in written:
                yield rows[rows[ITEM] == other].assign(**{ITEM: name})
