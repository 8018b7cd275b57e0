"""Is a point the least of a task? Prices prove it: what it may still be dearer than the least by is nothing.

gap = sum_j d+[j] (x[j] - lower[j]) + d-[j] (upper[j] - x[j])           d = costs - A' prices
    + sum_i p+[i] (A x[i] - lower[i]) + p-[i] (upper[i] - A x[i])       p = prices
"""

from __future__ import annotations

import numpy as np

from model.compiled.task import Task

BREACH = 1e-9
"""What a point may break a row by, over the size of its terms and 1."""
NOTHING = 1e-9
"""A price or reduced cost below this is none."""
GAP = 1e-10
"""Part of the cost, and amount, by which the least may be less."""


def is_proven(task: Task, point: np.ndarray, prices: np.ndarray) -> bool:
    """Whether a point keeps the rules of a task and prices prove it the least, whole columns relaxed.

    Args:
        task: as it is asked.
        point: perhaps its least (n_columns).
        prices: of its rows (n_rows), positive where the lower bound has one.
    """
    if len(prices) != len(task.row_lower) or len(point) != len(task.costs):
        return False
    column_of = np.repeat(np.arange(len(point)), np.diff(task.starts))
    terms = task.entries * point[column_of]
    amounts = np.bincount(task.rows, terms, len(prices))
    room = BREACH * (1.0 + np.bincount(task.rows, np.abs(terms), len(prices)))
    if ((amounts < task.row_lower - room) | (amounts > task.row_upper + room)).any():
        return False
    if ((point < task.column_lower - BREACH) | (point > task.column_upper + BREACH)).any():
        return False
    reduced = task.costs - np.bincount(column_of, task.entries * prices[task.rows], len(point))
    gap = _weigh(reduced, point, task.column_lower, task.column_upper)
    gap += _weigh(prices, amounts, task.row_lower, task.row_upper)
    return bool(gap <= GAP * (1.0 + abs(float(task.costs @ point) + task.offset)))


def _weigh(prices: np.ndarray, amounts: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> float:
    """What prices make of the distance of amounts from the bounds that they are of; endless where there is none."""
    rising, falling = prices > NOTHING, prices < -NOTHING
    far = np.abs(prices[rising]) @ np.abs(amounts[rising] - lower[rising])
    return float(far + np.abs(prices[falling]) @ np.abs(upper[falling] - amounts[falling]))
