"""Proof that no point keeps all rules of a linear task, by weights of its rows (Farkas): reckoned, not searched.

most of (y A) x over lower <= x <= upper   <   least of y r over row_lower <= r <= row_upper
"""

from __future__ import annotations

import numpy as np

from model.compiled.task import Task

SURE = 1e-7
"""Part of the largest term by which the two sides must be apart; a factor below it is rounding of nothing."""


def is_impossible(task: Task, weights: np.ndarray) -> bool:
    """Whether weights of the rows (n_rows), or their opposites, prove that no point keeps all rules of a task."""
    largest = np.abs(weights).max(initial=0.0)
    if not largest or not np.isfinite(largest):
        return False
    return _prove(task, weights / largest) or _prove(task, -weights / largest)


def _prove(task: Task, y: np.ndarray) -> bool:
    given = np.bincount(
        np.repeat(np.arange(len(task.costs)), np.diff(task.starts)),
        weights=task.entries * y[task.rows],
        minlength=len(task.costs),
    )
    rows = _take(y, task.row_lower, task.row_upper)
    columns = _take(-given, task.column_lower, task.column_upper)
    if not (np.isfinite(rows).all() and np.isfinite(columns).all()):
        return False
    size = max(np.abs(rows).max(initial=0.0), np.abs(columns).max(initial=0.0))
    return bool(rows.sum() + columns.sum() > SURE * max(size, SURE))


def _take(factors: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """The least of each factor times what lies between bounds; factors of rounding count only where bounds are."""
    ends = np.where(factors > 0, lower, upper)
    small = np.abs(factors) <= SURE
    ends = np.where(small & ~np.isfinite(ends), 0.0, ends)
    with np.errstate(invalid="ignore"):
        return np.where(factors == 0, 0.0, factors * ends)
