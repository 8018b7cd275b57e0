"""Does the least of a program last where rows of it move that it does not touch?

A linear program is convex: a point that is the least of it near itself is the least of it. Rows that a point leaves
room in decide nothing near it, so that the same point is the least of every program in which only such rows are
others and leave it room again. Which of several points of the same value is preferred, a linear program says too
(docs/decisions/15-ties.md).
"""

from __future__ import annotations

import numpy as np

from model.compiled.revise import LinearProgram
from model.solver.stages import list_stages

ROOM = 1e-6
"""What a row that is not touched leaves a point, absolute and over the size of its terms."""


def lasts(before: LinearProgram, after: LinearProgram, point: np.ndarray) -> bool:
    """Whether what was found of a program, in all of its stages, is what would be found of another.

    Args:
        before: that was solved, and nothing of it branched on.
        after: whose answer is asked for.
        point: what was found (n_columns).
    """
    if after.program is not before.program or not _cost_alike(before, after):
        return False
    if not all(stage.main or stage.money_only for stage in list_stages(before.program.structure, 0.0)):
        return False  # what is built was decided at several points, of which the last is known
    moved = _find_moved(before, after)
    if moved[before.program.money.rows].any():  # what pays is decided after this, at another point
        return False
    return not moved.any() or all(_leaves_room(program, moved, point) for program in (before, after))


def _cost_alike(before: LinearProgram, after: LinearProgram) -> bool:
    pairs = [(before.costs[name], after.costs[name]) for name in before.costs]
    pairs += [(before.column_lower, after.column_lower), (before.column_upper, after.column_upper)]
    same = all(one is other or np.array_equal(one, other) for one, other in pairs)
    return same and dict(before.offsets) == dict(after.offsets)


def _find_moved(before: LinearProgram, after: LinearProgram) -> np.ndarray:
    """Rows whose bounds or entries are others (n_rows)."""
    moved = (before.row_lower != after.row_lower) | (before.row_upper != after.row_upper)
    if before.entries is not after.entries:
        moved[before.rows[before.entries != after.entries]] = True
    return np.asarray(moved)


def _leaves_room(program: LinearProgram, rows: np.ndarray, point: np.ndarray) -> bool:
    """Whether a point is within the bounds of rows, and at none of them."""
    places = np.flatnonzero(rows)
    inside, row_of = program.program.list_entries(places)
    column_of = np.searchsorted(program.starts, inside, side="right") - 1
    terms = program.entries[inside] * point[column_of]
    amount = np.bincount(row_of, terms, len(places))
    room = ROOM * (1.0 + np.bincount(row_of, np.abs(terms), len(places)))
    return bool(((amount > program.row_lower[places] + room) & (amount < program.row_upper[places] - room)).all())
