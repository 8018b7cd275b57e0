"""What has been decided by a year, held by bounds: the program stays, its numbers may move, its past does not.

    begun before y      build[k,v], units[k,v], begin[k,v] with v < y; retired[k,v,u], scrapped[k,u] with u < y: held
    a window to y + H   columns of years from y + H on cost nothing, rows about such years do not hold,
                        and nothing begins in them

What is begun inside a window is paid for by the service it gives there. Its cost over the whole horizon, less what is
left of it at the end, is that of the service used until then, so the part of it is

    seen[k,v] = sum_{y' < y+H} D[y'] alive[k,v,y'] / sum_{y'} D[y'] alive[k,v,y']

with D the discounted lengths of plan years: a salvage at the end of the window by the sinking fund, at one rate.
Neither holding nor a window compiles anything anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from model.compiled.blocks_tree import NEVER, stage_columns
from model.compiled.labels import Label
from model.compiled.revise import LinearProgram
from model.compiled.sparse import COST, SparseProgram

ROOMS = (0.0, 1e-6, 1e-5, 1e-4)
"""How far what is held may move, relative to it: one room after the other until there is a plan."""
WHOLE_NEAR = 1e-5
"""A whole column that is nearer to a whole number than this is held at it."""
BUILT, BEGUN = "build", "begin"
SERVING = "capacity_balance"
"""Rows in which what is built appears with what of it serves in each year."""


@dataclass(frozen=True)
class Facts:
    """Columns that are decided (positions), at which values."""

    columns: np.ndarray
    values: np.ndarray

    def hold(self, program: LinearProgram, room: float = 0.0) -> LinearProgram:
        """The program in which they stay, within a room relative to them; whole ones at whole numbers."""
        return hold_columns(program, self.columns, self.values, room)


def read_facts(compiled: SparseProgram, point: np.ndarray, until: int) -> Facts:
    """What a point has begun, retired and scrapped before a year."""
    stages = stage_columns(compiled)
    columns = np.flatnonzero((stages < until) & (stages < NEVER))
    return Facts(columns, point[columns])


def hold_columns(program: LinearProgram, columns: np.ndarray, values: np.ndarray, room: float) -> LinearProgram:
    """The program in which columns stay at values, inside the bounds that they have."""
    near = np.round(values)
    whole = (program.program.integrality[columns] > 0) & (np.abs(values - near) < WHOLE_NEAR)
    held = np.where(whole, near, values)
    wide = np.where(whole, 0.0, room * np.maximum(1.0, np.abs(held)))
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    least, most = lower[columns], upper[columns]
    lower[columns], upper[columns] = np.clip(held - wide, least, most), np.clip(held + wide, least, most)
    return replace(program, column_lower=lower, column_upper=upper)


def close_window(
    program: LinearProgram, end: int, discount: np.ndarray, objective: str = COST, *, salvaged: bool = True
) -> LinearProgram:
    """The program as it looks to somebody who sees no year from `end` on.

    Args:
        program: of one scenario.
        end: first plan year that is not seen.
        discount: discounted length of each plan year (n_years).
        objective: whose costs are those of the window.
        salvaged: whether what serves on after the window counts as left over; else it is paid for in full.
    """
    compiled = program.program
    years = compiled.structure.years
    if end > years[-1]:
        return program
    columns, rows = (
        np.array([_find_year(label, years) for label in labels])
        for labels in (compiled.column_labels, compiled.row_labels)
    )
    unseen, dropped = columns >= end, rows >= end
    stages = stage_columns(compiled)
    later = (stages >= end) & (stages < NEVER)
    seen = _measure_seen(program, end, discount) if salvaged else np.ones(len(unseen))
    costs = np.where(unseen, 0.0, program.costs[objective] * seen)
    upper = program.column_upper.copy()
    upper[later] = np.maximum(program.column_lower[later], 0.0)
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    row_lower[dropped], row_upper[dropped] = -np.inf, np.inf
    return replace(
        program,
        costs={**program.costs, objective: costs},
        column_upper=np.minimum(upper, program.column_upper),
        row_lower=row_lower,
        row_upper=row_upper,
    )


def _find_year(label: Label, years: tuple[int, ...]) -> int:
    """The latest year that a label is about; before all years where it is about none."""
    first, last = years[0], years[-1]
    found = [i for i in label.index if isinstance(i, int) and first <= i <= last + (last - first)]
    return max(found, default=first - 1)


def _measure_seen(program: LinearProgram, end: int, discount: np.ndarray) -> np.ndarray:
    """What part of the service of each column that builds falls before a year (n_columns); 1 of all others."""
    compiled = program.program
    years = np.array(compiled.structure.years)
    weights = np.zeros(len(compiled.row_labels))
    inside = np.zeros(len(compiled.row_labels))
    for row in compiled.row_families.get(SERVING, ()):
        year = int(np.searchsorted(years, compiled.row_labels[row].index[-1]))
        weights[row] = discount[year]
        inside[row] = discount[year] * (years[year] < end)
    columns = np.repeat(np.arange(len(program.column_lower)), np.diff(program.starts))
    served = np.abs(program.entries)
    whole = np.bincount(columns, served * weights[program.rows], len(program.column_lower))
    part = np.bincount(columns, served * inside[program.rows], len(program.column_lower))
    seen = np.ones(len(program.column_lower))
    none = np.empty(0, dtype=np.int64)
    places = compiled.column_families.get(BUILT, none)
    seen[places] = np.divide(part[places], whole[places], out=np.ones(len(places)), where=whole[places] > 0)
    of = {compiled.column_labels[j].index: seen[j] for j in places}
    for begun in compiled.column_families.get(BEGUN, none):  # a fixed sum of a start is written off as what it starts
        seen[begun] = of.get(compiled.column_labels[begun].index, 1.0)
    return seen


def hold_exactly(program: LinearProgram, facts: Facts) -> LinearProgram:
    """The program in which columns stand at what was, whatever bounds they had: facts win."""
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    lower[facts.columns] = upper[facts.columns] = facts.values
    return replace(program, column_lower=lower, column_upper=upper)


def hold_least(program: LinearProgram, facts: Facts) -> LinearProgram:
    """The program in which columns are at least what is under way, whatever bounds they had."""
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    lower[facts.columns] = np.maximum(lower[facts.columns], facts.values)
    upper[facts.columns] = np.maximum(upper[facts.columns], facts.values)
    return replace(program, column_lower=lower, column_upper=upper)


def find_columns(program: LinearProgram, family: str, values: Mapping[Any, float]) -> Facts:
    """The columns of a family with these labels, at these values; labels without a column are left."""
    labels = program.program.column_labels
    places = {labels[j].index: j for j in program.program.column_families.get(family, ())}
    found = {places[index]: value for index, value in values.items() if index in places}
    return Facts(np.array(list(found), dtype=np.int64), np.array(list(found.values()), dtype=float))


def join_facts(*facts: Facts) -> Facts:
    """Several facts as one; of a column that several know, the last holds."""
    known = {int(j): v for one in facts for j, v in zip(one.columns, one.values, strict=True)}
    return Facts(np.array(list(known), dtype=np.int64), np.array(list(known.values()), dtype=float))


def read_past(compiled: SparseProgram, point: np.ndarray, until: int, families: Sequence[str]) -> Facts:
    """What a point has of families of columns in plan years up to a year, by the latest year of their labels."""
    years = compiled.structure.years
    columns = [
        int(j)
        for family in families
        for j in compiled.column_families.get(family, ())
        if years[0] <= _find_year(compiled.column_labels[j], years) <= until
    ]
    return Facts(np.array(columns, dtype=np.int64), point[columns])


def list_past_rows(compiled: SparseProgram, until: int) -> dict[str, list[int]]:
    """Rows about plan years up to a year, or about none, by family."""
    years = compiled.structure.years
    return {
        family: [int(i) for i in rows if _find_year(compiled.row_labels[i], years) <= until]
        for family, rows in compiled.row_families.items()
    }


def close_future(program: LinearProgram, until: int) -> LinearProgram:
    """The program without its rows about later years: what is left asks whether the past by itself can have been."""
    years = program.program.structure.years
    later = np.array([_find_year(label, years) > until for label in program.program.row_labels])
    return replace(
        program,
        row_lower=np.where(later, -np.inf, program.row_lower),
        row_upper=np.where(later, np.inf, program.row_upper),
    )
