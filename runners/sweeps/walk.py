"""In which order scenarios are solved: so that each is near the one before, and its solve starts near its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]

BLOCK = 2000
"""Scenarios among which the nearest is looked for: so many take a tenth of a second, twice as many four times it."""

EASY = 0.3
"""Weight of a target in a distance, beside 1: it moves bounds only, and a plan is soon mended."""


@dataclass(frozen=True, eq=False)
class Digits:
    """A column of a design as numbers: `digits` (n,) from 0 to `count` - 1, and whether it is a target."""

    digits: Codes
    count: int
    target: bool

    def cut(self, scenarios: Codes) -> Digits:
        """The same of some scenarios."""
        return replace(self, digits=self.digits[scenarios])


def walk(columns: Sequence[Digits], size: int, grid: bool) -> Codes:
    """Positions of scenarios in the order in which they are solved.

    Args:
        columns: the one that changes most often last.
        size: how many scenarios there are.
        grid: whether they are of a grid, which is walked by its reflected code; of others the nearest is next.
    """
    if not columns or not size:
        return np.arange(size)
    there = reflect(columns)
    if grid:
        return there
    at = np.column_stack([column.digits * _weigh(column) for column in columns])[there]
    return np.concatenate(
        [there[first : first + BLOCK][visit(at[first : first + BLOCK])] for first in range(0, size, BLOCK)]
    )


def reflect(columns: Sequence[Digits]) -> Codes:
    """Back and forth through the columns, so that one step changes one column by one level (a reflected code).

    e[j] = c[j] where the position of what stands before it is even, n[j] - 1 - c[j] where it is odd
    """
    parity = np.zeros(len(columns[0].digits), dtype=np.int64)
    turned = []
    for column in columns:
        digit = np.where(parity % 2 == 0, column.digits, column.count - 1 - column.digits)
        parity = (parity * (column.count % 2) + digit) % 2
        turned.append(digit)
    return np.lexsort(turned[::-1])


def visit(at: NDArray[np.float64]) -> Codes:
    """Points (n, columns) from the first on, the nearest of those left next: |a[0] - b[0]| + |a[1] - b[1]| + ..."""
    left, order = np.arange(1, len(at)), [0]
    while len(left):
        place = int(np.abs(at[left] - at[order[-1]]).sum(axis=1).argmin())
        order.append(int(left[place]))
        left = np.delete(left, place)
    return np.array(order)


def _weigh(column: Digits) -> float:
    return (EASY if column.target else 1.0) / max(column.count - 1, 1)
