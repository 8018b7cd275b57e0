"""Whether what follows a path can: paths that exist, one anchor for each, numbers within their bounds, one profile."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scenarios.alike import find_nearest
from scenarios.catalog import PATH, QUANTITY_BY_NAME, VINTAGE, YEAR, quantities_of
from scenarios.cells import is_year, read_numbers
from scenarios.checks.view import View, file_of, write_plainly
from scenarios.errors import Problem
from scenarios.paths import FOLLOWING, LIKE, OWNERS, PROFILES, find_following, find_refused, group_numbers, split_paths
from scenarios.tables import ITEM, PATH_VALUES, QUANTITY, VALUE, VARIANT


def find_unknown_paths(view: View) -> Iterator[Problem]:
    """Paths that paths.csv does not declare, or declares only in variants that are not chosen."""
    for table in (*FOLLOWING, PATH_VALUES):
        cells = view.tables.frames[table][PATH]
        for row, cell in cells[cells != ""].items():
            names = split_paths(cell) if table != PATH_VALUES else [cell]
            for name in names:
                if name not in view.names[PATH]:
                    key = "unknown_path" if view.names[PATH] else "none_path"
                    fields = {"found": name, "nearest": find_nearest(name, view.names[PATH])}
                    yield Problem(key, file_of(table), int(str(row)), PATH, fields)
        cells = view.selected.frames[table][PATH]
        for row, cell in cells[cells != ""].items():
            for name in split_paths(cell):
                if name in view.names[PATH] - view.chosen_names[PATH]:
                    yield Problem("name_unchosen", file_of(table), int(str(row)), PATH, {"found": name})


def find_wrong_anchors(view: View) -> Iterator[Problem]:
    """Rows that follow a path and cannot: numbers without years or by vintage, two anchors, years beside a path."""
    for table, rows in _list_following(view):
        first: dict[tuple[int, str], int] = {}
        codes = group_numbers(rows, table).tolist()
        anchored = {code: int(row) for code, row, cell in zip(codes, rows.index, rows[PATH], strict=True) if cell}
        for code, (row, cells) in zip(codes, zip(rows.index, rows.to_dict("records"), strict=True), strict=True):
            quantity = QUANTITY_BY_NAME.get(cells.get(QUANTITY) or quantities_of(table)[0].name)
            paths = " ".join(sorted(split_paths(cells[PATH])))
            other = first.setdefault((code, paths), int(row))
            if quantity is not None and not quantity.yearly:
                yield Problem("path_meaningless", file_of(table), int(row), PATH, {QUANTITY: quantity.name})
            elif cells.get(VINTAGE):
                yield Problem("path_vintage", file_of(table), int(row), PATH)
            elif not paths and cells[YEAR]:
                fields = {"other_row": anchored[code], "path": rows[PATH][rows.index == anchored[code]].iloc[0]}
                yield Problem("path_dated", file_of(table), int(row), YEAR, fields)
            elif other != int(row):
                yield Problem("path_twice", file_of(table), int(row), YEAR, {"other_row": other, "path": cells[PATH]})


def find_paths_from_nothing(view: View) -> Iterator[Problem]:
    """Rows anchored in a year in which their path is 0: nothing can be said of any other."""
    if not view.years:
        return
    lines = view.paths.draw()
    for table, rows in _list_following(view):
        for row, cell, year in zip(rows.index, rows[PATH], rows[YEAR], strict=True):
            anchor = float(year) if is_year(year) else view.paths.base_year
            for name in split_paths(cell):
                if name in lines and lines[name][1](anchor) == 0:
                    fields = {"path": name, "year": write_plainly(anchor)}
                    yield Problem("path_nothing", file_of(table), int(row), PATH, fields)


def find_followers_out_of_bounds(view: View) -> Iterator[Problem]:
    """Numbers that leave the bounds of their quantity somewhere along their paths; the first such year is told."""
    lines = view.paths.draw()
    for table, selected in _list_following(view):
        rows = set(map(int, selected.index[~find_refused(selected, table, view.paths, lines)]))
        laid = view.chosen.frames[table]
        laid = laid[[int(row) in rows for row in laid.index]]
        told: set[int] = set()
        names = laid[QUANTITY] if QUANTITY in laid else pd.Series(quantities_of(table)[0].name, laid.index)
        for row, name, year, value in zip(laid.index, names, laid[YEAR], read_numbers(laid[VALUE]), strict=True):
            quantity = QUANTITY_BY_NAME.get(name)
            if quantity is None or int(row) in told or not np.isfinite(value):
                continue
            if not quantity.lower <= value <= quantity.upper:
                told.add(int(row))
                bound = write_plainly(quantity.lower if value < quantity.lower else quantity.upper)
                fields = {"quantity": name, "found": f"{value:.6g}", "year": year, "bound": bound}
                key = "path_below" if value < quantity.lower else "path_above"
                yield Problem(key, file_of(table), int(row), VALUE, fields)


def find_wrong_shared_profiles(view: View) -> Iterator[Problem]:
    """What has the profile of something without one, and what has rows of its own besides."""
    written = view.selected.frames[PROFILES]
    own = dict(zip(written[ITEM][::-1], written.index[::-1], strict=True))
    for dim, table in OWNERS.items():
        frame = view.selected.frames[table]
        for row, name, other in zip(frame.index, frame[dim], frame[LIKE], strict=True):
            if other and name in own:
                yield Problem("profile_twice", file_of(table), int(row), LIKE, {"found": other, "other_row": own[name]})
            elif other and other not in own and other in view.chosen_names[OTHER[dim]] | view.chosen_names[dim]:
                yield Problem("profile_none", file_of(table), int(row), LIKE, {"found": other})


OTHER = dict(zip(OWNERS, reversed(OWNERS), strict=True))
"""Technologies to commodities, and commodities to technologies."""


def _list_following(view: View) -> Iterator[tuple[str, pd.DataFrame]]:
    """The chosen rows of numbers that follow a path, table by table."""
    for table in FOLLOWING:
        frame = view.selected.frames[table]
        if any(frame[PATH].tolist()):
            yield table, frame[find_following(frame, table)].assign(**{VARIANT: ""})
