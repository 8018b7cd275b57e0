"""A task as an MPS file: the one form that every solver reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from model.compiled.task import Task
from model.solver.scale import ENDLESS

OBJECTIVE = "COST"


@dataclass(frozen=True, eq=False)
class Written:
    """The text of a task, and which of its rows (positions) stand in it: those without any bound do not."""

    text: str
    rows: np.ndarray


def write_mps(task: Task, mixed: bool) -> Written:
    """A task in free MPS form, every number to its last digit; its offset as a column of its own, fixed at 1.

    The first line says FREE, without which CBC reads some lines as of the fixed form.

    Args:
        task: to be written.
        mixed: whether whole columns are whole; else parts of them may be had.
    """
    lower, upper = task.row_lower > -ENDLESS, task.row_upper < ENDLESS
    rows = np.flatnonzero(lower | upper)
    lines = [
        "NAME fardplan FREE",
        "ROWS",
        f" N {OBJECTIVE}",
        *_list_rows(task, rows),
        "COLUMNS",
        *_list_columns(task, lower | upper, mixed),
        *_list_sides(task, rows),
        "BOUNDS",
        *_list_bounds(task, mixed),
        "ENDATA",
    ]
    return Written("\n".join(lines) + "\n", rows)


def _list_rows(task: Task, rows: np.ndarray) -> Iterator[str]:
    """E where both sides are the same, G where there is a lower one (with a range where there are both), else L."""
    for row in rows.tolist():
        yield f" {_name_kind(task, row)} R{row}"


def _name_kind(task: Task, row: int) -> str:
    if task.row_lower[row] == task.row_upper[row]:
        return "E"
    return "G" if task.row_lower[row] > -ENDLESS else "L"


def _list_columns(task: Task, bound: np.ndarray, mixed: bool) -> Iterator[str]:
    """Each column in its order, named in the objective whether it costs anything or not."""
    starts, rows, entries, costs = task.starts.tolist(), task.rows.tolist(), task.entries.tolist(), task.costs.tolist()
    whole = (task.integrality > 0).tolist() if mixed else [False] * len(costs)
    within = False
    for column, cost in enumerate(costs):
        if whole[column] != within:
            within = whole[column]
            yield f" M{column} 'MARKER' '{'INTORG' if within else 'INTEND'}'"
        yield f" C{column} {OBJECTIVE} {cost!r}"
        for place in range(starts[column], starts[column + 1]):
            if entries[place] and bound[rows[place]]:
                yield f" C{column} R{rows[place]} {entries[place]!r}"
    if within:
        yield " MEND 'MARKER' 'INTEND'"
    if task.offset:
        yield f" OFFSET {OBJECTIVE} {float(task.offset)!r}"


def _list_sides(task: Task, rows: np.ndarray) -> Iterator[str]:
    yield "RHS"
    ranges: list[str] = []
    for row in rows.tolist():
        low, high = float(task.row_lower[row]), float(task.row_upper[row])
        kind = _name_kind(task, row)
        if side := high if kind == "L" else low:
            yield f" RHS R{row} {side!r}"
        if kind == "G" and high < ENDLESS:
            ranges.append(f" RANGE R{row} {high - low!r}")
    if ranges:
        yield "RANGES"
        yield from ranges


def _list_bounds(task: Task, mixed: bool) -> Iterator[str]:
    """Those that are not 0 and endless; of whole columns all, for readers differ in what they take for granted."""
    for column, (low, high) in enumerate(zip(task.column_lower.tolist(), task.column_upper.tolist(), strict=True)):
        name, told = f"BND C{column}", mixed and task.integrality[column] > 0
        if low == high:
            yield f" FX {name} {low!r}"
            continue
        if low <= -ENDLESS and high >= ENDLESS:
            yield f" FR {name}"
            continue
        if low <= -ENDLESS:
            yield f" MI {name}"
        elif low or told or high <= 0:
            yield f" LO {name} {low!r}"
        if high < ENDLESS:
            yield f" UP {name} {high!r}"
        elif told:
            yield f" PL {name}"
    if task.offset:
        yield " FX BND OFFSET 1.0"
